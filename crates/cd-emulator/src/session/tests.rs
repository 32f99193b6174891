use cd_mmc::{BinMsf, CueMain};

use super::*;

fn place() -> SessionPlace {
    SessionPlace {
        lead_in: Lba::new(-225).unwrap(),
        program: Lba::PREGAP_START,
        last_lead_out: Lba::new(5000).unwrap(),
        first_track: None,
        n_lead_out: 6750,
        disc_type: DiscType::CD_ROM_OR_DA,
        following: Following::NOTHING,
    }
}

fn entry(control: u8, track: u8, index: u8, main: CueMain, lba: i32) -> CueEntry {
    CueEntry::Place {
        control,
        track,
        index,
        main,
        sub: CueSub::NONE,
        alternate_copy: false,
        start: BinMsf::new(Lba::new(lba).unwrap().to_msf()),
    }
}

/// A data track with a pregap from the host, an audio track with one that the drive makes.
fn mixed() -> Vec<CueEntry> {
    vec![
        entry(4, 0, 0, CueMain::AUDIO_MADE, -150),
        entry(4, 1, 0, CueMain::MODE_1, -150),
        entry(4, 1, 1, CueMain::MODE_1, 0),
        entry(0, 2, 0, CueMain::AUDIO_MADE, 300),
        entry(0, 2, 1, CueMain::AUDIO, 450),
        entry(0, 2, 2, CueMain::AUDIO, 500),
        entry(0, CueEntry::LEAD_OUT, 1, CueMain::AUDIO_MADE, 900),
    ]
}

fn parse(entries: &[CueEntry]) -> Result<Session, BadCue> {
    let bytes: Vec<u8> = entries.iter().flat_map(CueEntry::encode).collect();
    Session::new(&bytes, place())
}

#[test]
fn who_sends_what() {
    let session = parse(&mixed()).unwrap();
    let check = |lba: i32, n_bytes, next: Option<i32>| {
        let lba = Lba::new(lba).unwrap();
        assert_eq!(session.block_bytes(lba), n_bytes, "{lba}");
        let found = session.next_from_host(lba).map(Lba::value);
        assert_eq!(found, next, "{lba}");
    };
    check(-225, 0, Some(-150));
    check(-150, 2048, Some(-150));
    check(299, 2048, Some(299));
    check(300, 0, Some(450));
    check(450, 2352, Some(450));
    check(899, 2352, Some(899));
    check(900, 0, None);
    assert_eq!(session.range().len().count(), 225 + 900 + 6750);
}

#[test]
fn every_entry_left_out_or_changed_is_refused_at_its_place() {
    let check = |change: fn(&mut Vec<CueEntry>), expect: BadCue| {
        let mut entries = mixed();
        change(&mut entries);
        assert_eq!(parse(&entries).map(|_| ()), Err(expect), "{entries:?}");
    };
    check(Vec::clear, 0);
    check(|all| _ = all.remove(0), 1);
    check(|all| _ = all.remove(1), 8 + 5);
    check(|all| _ = all.remove(2), 16 + 2);
    check(|all| _ = all.remove(4), 32 + 2);
    check(|all| _ = all.pop(), 40);
    check(|all| all.truncate(4), 24);
    check(|all| all.push(CueEntry::Other([7; 8])), 56);
    // A track number that does not follow, an index that does not follow, an address that does not rise.
    check(|all| all[3] = entry(0, 3, 0, CueMain::AUDIO, 300), 24 + 1);
    check(|all| all[5] = entry(0, 2, 3, CueMain::AUDIO, 500), 40 + 2);
    check(|all| all[4] = entry(0, 2, 1, CueMain::AUDIO, 300), 32 + 5);
    check(
        |all| all[6] = entry(0, 0xAA, 1, CueMain::AUDIO, 5001),
        48 + 5,
    );
    // A form that is none, and one that CONTROL belies.
    check(
        |all| all[2] = entry(4, 1, 1, CueMain::new(0x15).unwrap(), 0),
        16 + 3,
    );
    check(|all| all[2] = entry(4, 1, 1, CueMain::AUDIO, 0), 16 + 3);
    check(|all| all.insert(0, CueEntry::Mcn { part: *b"123456x" }), 56);
    check(
        |all| {
            all.insert(
                0,
                CueEntry::Isrc {
                    track: 7,
                    part: *b"USABC0",
                },
            );
        },
        56,
    );
}
