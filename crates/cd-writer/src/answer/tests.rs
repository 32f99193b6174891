use cd_mmc::response::AdrControl;
use cd_mmc::{List, ReadDiscInformation};
use cd_sector::{Control, DiscType};

use super::*;
use crate::plan::Plan;
use crate::testing::{
    OPTIONS, drive, information, information_bytes, medium, msf, plan_of, survey, toc as sound_toc,
};

fn command() -> Command {
    ReadDiscInformation::standard(34).into()
}

fn plan() -> Plan {
    plan_of(&drive(), &medium(), &survey(), OPTIONS).unwrap()
}

fn entry(point: u8, point_time: [u8; 3]) -> FullTocEntry {
    FullTocEntry {
        session: 1,
        adr_control: AdrControl::new(1, 4),
        tno: 0,
        point,
        time: BinMsf([0; 3]),
        zero: 0,
        point_time: BinMsf(point_time),
    }
}

/// The table of contents of the only session.
fn decode_toc(data: &[u8]) -> Result<Toc, String> {
    let sessions = decode_sessions(data)?;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].number, 1);
    Ok(sessions[0].toc)
}

fn toc_bytes(entries: &[FullTocEntry]) -> Vec<u8> {
    let toc = FullToc {
        first_session: 1,
        last_session: 1,
        entries: List::of(entries),
    };
    let mut bytes = vec![0; 1024];
    let len = toc.encode_into(&mut bytes);
    bytes.truncate(len);
    bytes
}

/// The entries of the one-track disc everything here is tested with.
fn entries() -> Vec<FullTocEntry> {
    vec![
        entry(0xA0, [1, 0, 0]),
        entry(0xA1, [1, 0, 0]),
        entry(0xA2, [0, 6, 0]),
        entry(1, [0, 2, 0]),
    ]
}

#[test]
fn a_drives_binary_answer_is_the_lead_ins_bcd() {
    let mut many = vec![
        entry(0xA0, [1, 0x20, 0]),
        entry(0xA1, [12, 0, 0]),
        entry(0xA2, [79, 59, 74]),
    ];
    many.extend((1..=12).map(|track| entry(track, [track, 59, 10])));
    let toc = decode_toc(&toc_bytes(&many)).unwrap();
    assert_eq!((toc.first_track(), toc.last_track()), (1, 12));
    assert_eq!(toc.disc_type(), DiscType::CD_ROM_XA);
    assert_eq!(toc.lead_out(), msf("79:59:74"));
    let last = toc.track(12).unwrap();
    assert_eq!((last.start, last.control), (msf("12:59:10"), Control::DATA));
}

#[test]
fn what_is_not_the_table_of_contents_does_not_disturb_it() {
    let mut more = entries();
    for entry in &mut more {
        // Some drives leave anything in the running time.
        entry.time = BinMsf([0xFF, 0xAA, 150]);
    }
    let pointers = FullTocEntry {
        adr_control: AdrControl::new(5, 4),
        ..entry(0xB0, [0xFF; 3])
    };
    more.push(pointers);
    more.push(FullTocEntry {
        point: 0xC0,
        ..pointers
    });
    assert_eq!(decode_toc(&toc_bytes(&more)).unwrap(), sound_toc());
}

#[test]
fn a_toc_that_is_none_is_told_so() {
    for (bytes, expect) in [
        (vec![], "full table of contents"),
        (toc_bytes(&[]), "table of contents has no track"),
        (toc_bytes(&entries()[1..]), "A0"),
        (toc_bytes(&entries()[..3]), "track 1"),
    ] {
        let what = decode_toc(&bytes).unwrap_err();
        assert!(what.contains(expect), "{what}");
    }
    // 170 is no track, minute 100 no time: neither can stand on a disc.
    for bad in [entry(100, [0, 2, 0]), entry(1, [100, 2, 0])] {
        let mut entries = entries();
        entries[3] = bad;
        decode_toc(&toc_bytes(&entries)).unwrap_err();
    }
}

#[track_caller]
fn check_toc(entries: &[FullTocEntry], expect: &str) {
    let doubt = toc(&command(), &toc_bytes(entries), &plan().expected).unwrap_err();
    assert_eq!(
        doubt.to_string(),
        format!("the table of contents reads back different: {expect}")
    );
}

#[test]
fn each_difference_between_tocs_is_named() {
    let plan = plan();
    toc(&command(), &toc_bytes(&entries()), &plan.expected).unwrap();

    let mut other = entries();
    other[2].point_time = BinMsf([0, 6, 1]);
    check_toc(&other, "lead-out at 00:06:01, expected 00:06:00");

    let mut other = entries();
    other[1].point_time = BinMsf([2, 0, 0]);
    other.push(entry(2, [0, 4, 0]));
    check_toc(&other, "2 tracks, expected 1");

    let mut other = entries();
    other[3].adr_control = AdrControl::new(1, 0);
    check_toc(
        &other,
        "track 1 is audio from 00:02:00, expected data from 00:02:00",
    );

    let mut other = entries();
    other[0].point_time = BinMsf([1, 0x10, 0]);
    check_toc(&other, "disc type 10h, expected 00h");
}

#[test]
fn only_a_blank_disc_with_the_planned_lead_in_is_burned() {
    let plan = plan();
    let check = |information: &DiscInformation| {
        blank_disc(&command(), &information_bytes(information), &plan.expected)
    };
    let blank = information(DiscStatus::EMPTY);
    check(&blank).unwrap();
    // A drive need not name the lead-in: the ATIP did.
    check(&DiscInformation {
        last_session_lead_in: None,
        ..blank
    })
    .unwrap();

    let elsewhere = DiscInformation {
        last_session_lead_in: Some(BinMsf([97, 26, 66])),
        ..blank
    };
    assert_eq!(
        check(&elsewhere).unwrap_err().to_string(),
        "the disc is not the blank one the plan was made for: its lead-in begins at 97:26:66, not at 97:34:23"
    );
    assert_eq!(
        check(&information(DiscStatus::COMPLETE))
            .unwrap_err()
            .to_string(),
        "the disc is not the blank one the plan was made for: it is complete"
    );
}

#[test]
fn an_answer_without_sense_is_the_commands_fault_and_not_the_discs() {
    let plan = plan();
    let bytes = information_bytes(&information(DiscStatus::EMPTY));
    for len in [0, 2, 23] {
        let error = blank_disc(&command(), &bytes[..len], &plan.expected).unwrap_err();
        assert!(matches!(error, StopCause::Command(_)), "{error}");
    }
    let error = write_parameters(&command(), &[], &plan.expected).unwrap_err();
    assert!(matches!(error, StopCause::Command(_)), "{error}");
}

fn held(change: impl FnOnce(&mut WriteParameters)) -> Result<Option<Fault>, StopCause> {
    let plan = plan();
    let mut page = plan.expected.write_parameters;
    change(&mut page);
    let pages = [cd_mmc::mode_page::ModePage::WriteParameters(page)];
    let mut bytes = vec![0; 264];
    let len = ModeParameters::of(&pages).encode_sense_into(&mut bytes);
    write_parameters(&command(), &bytes[..len], &plan.expected)
}

#[test]
fn what_decides_about_the_disc_must_be_held_as_sent() {
    use cd_mmc::mode_page::{DataBlockType, WriteType};
    assert_eq!(held(|_| {}).unwrap(), None);
    // Not used in raw recording.
    assert_eq!(held(|page| page.packet_size = 99).unwrap(), None);
    for (change, expect) in [
        (
            (|page| page.write_type = WriteType::TRACK_AT_ONCE) as fn(&mut WriteParameters),
            "write type sent as raw, held as track at once",
        ),
        (
            |page| page.data_block_type = DataBlockType::RAW_PQ,
            "data block type sent as 2352+96 bytes, raw with raw P-W, held as 2352+16 bytes, raw with P and Q",
        ),
        (
            |page| page.test_write = true,
            "test write sent as false, held as true",
        ),
    ] {
        let error = held(change).unwrap_err().to_string();
        assert!(error.ends_with(expect), "{error}");
    }
}

#[test]
fn lost_underrun_protection_is_worth_a_note() {
    let fault = held(|page| page.buffer_underrun_free = false)
        .unwrap()
        .unwrap();
    let text = fault.to_string();
    assert!(
        text.ends_with("buffer underrun protection sent as on, held as off"),
        "{text}"
    );
}

#[test]
fn a_complete_disc_is_believed_only_if_every_sector_was_sent() {
    for (status, has_sent_all, expect) in [
        (DiscStatus::EMPTY, false, DiscAfter::Blank),
        (DiscStatus::EMPTY, true, DiscAfter::Blank),
        (DiscStatus::INCOMPLETE, true, DiscAfter::Spoiled),
        (DiscStatus::OTHER, true, DiscAfter::Spoiled),
        (DiscStatus::COMPLETE, false, DiscAfter::Spoiled),
        (DiscStatus::COMPLETE, true, DiscAfter::Complete),
    ] {
        assert_eq!(disc_after(status, has_sent_all), expect, "{status}");
    }
}

/// A second session with track 2, and what the first says of it.
fn two_sessions() -> Vec<FullTocEntry> {
    let pointer = |session, time| FullTocEntry {
        session,
        adr_control: AdrControl::new(5, 4),
        time: BinMsf(time),
        ..entry(0xB0, [79, 59, 73])
    };
    let mut all = entries();
    all.push(pointer(1, [2, 36, 0]));
    let second = [
        entry(0xA0, [2, 0, 0]),
        entry(0xA1, [2, 0, 0]),
        entry(0xA2, [2, 44, 0]),
        entry(2, [2, 38, 0]),
    ];
    all.extend(second.map(|entry| FullTocEntry {
        session: 2,
        ..entry
    }));
    all.push(pointer(2, [0xFF; 3]));
    all
}

#[test]
fn sessions_are_kept_apart() {
    let sessions = decode_sessions(&toc_bytes(&two_sessions())).unwrap();
    let [first, second] = &sessions[..] else {
        panic!("{sessions:?}");
    };
    assert_eq!((first.number, first.toc), (1, sound_toc()));
    assert_eq!(first.next_program, Some(msf("02:36:00")));
    assert_eq!((second.number, second.next_program), (2, None));
    assert_eq!((second.toc.first_track(), second.toc.last_track()), (2, 2));
    assert_eq!(second.toc.lead_out(), msf("02:44:00"));

    // Whose table of contents it is that makes no sense, is said.
    let mut entries = two_sessions();
    entries.retain(|entry| (entry.session, entry.point) != (2, 0xA2));
    let what = decode_sessions(&toc_bytes(&entries)).unwrap_err();
    assert!(
        what.starts_with("session 2: lead-in has no readable point A2h"),
        "{what}"
    );
}

#[test]
fn a_disc_with_another_session_is_not_what_was_burned() {
    check_toc(&two_sessions(), "2 sessions, expected one");
}
