use cd_sector::{PwPacked, RwInterleaver, RwMode, RwPack};

use super::*;

#[test]
fn p_uneven() {
    let mut stream = Stream::iso();
    stream.sector(70)[MAIN_BYTES + 5] ^= 0x80;
    stream.expect(one(70), FindingKind::PUneven, ("same bit", "both"));
}

#[test]
fn p_level() {
    let mut stream = Stream::iso();
    stream.set_p(70, true);
    stream.expect(one(70), FindingKind::PLevel, ("clear", "set"));
    let mut stream = Stream::iso();
    stream.set_p(-70, false);
    stream.expect(one(-70), FindingKind::PLevel, ("set", "clear"));
    let mut stream = Stream::iso();
    stream.set_p(-200, true);
    stream.expect(one(-200), FindingKind::PLevel, ("clear", "set"));
}

/// The first sector of which the level is known to be wrong is that after the level's end.
#[test]
fn p_blink_length() {
    let mut stream = Stream::iso();
    let blinking = 300 + 150;
    for at in blinking + 19..blinking + 38 {
        stream.set_p(at, true);
    }
    stream.expect(
        one(blinking + 57),
        FindingKind::PBlinkLength,
        ("15 to 23", "57"),
    );
}

#[test]
fn a_slip_in_the_blinking_is_one_finding() {
    for at in [452, 463, 475, 3_000] {
        let mut stream = Stream::iso();
        let level = stream.subcode(at).p_level().unwrap();
        stream.set_p(at, !level);
        let found = stream.expect_only(FindingKind::PBlinkLength);
        assert!(found == [one(at)] || found == [one(at + 1)], "{found:?}");
    }
}

#[test]
fn p_no_blink() {
    let mut stream = Stream::iso();
    for at in 300..stream.end() {
        stream.set_p(at, false);
    }
    stream.expect(one(300 + 225), FindingKind::PNoBlink, ("2 Hz", "clear"));
}

#[test]
fn p_first_sector_clear() {
    let mut stream = Stream::iso();
    stream.set_p(0, false);
    stream.expect(one(0), FindingKind::PFirstSectorClear, ("set", "clear"));
}

#[test]
fn p_not_announced() {
    let mut stream = Stream::mixed();
    for at in TRACK_3 - 150..TRACK_3 {
        stream.set_p(at, false);
    }
    stream.expect(
        range(TRACK_3 - 150, 150),
        FindingKind::PNotAnnounced,
        ("set", "clear"),
    );
}

#[test]
fn p_lead_out_first_set() {
    let mut stream = Stream::iso();
    stream.set_p(300, true);
    stream.expect(one(300), FindingKind::PLeadOutFirstSet, ("clear", "set"));
}

#[test]
fn p_lead_out_slow() {
    let mut stream = Stream::iso();
    for at in 450..stream.end() {
        stream.set_p(at, (at - 450) / 75 % 2 == 0);
    }
    let report = stream.check();
    let [finding] = &report.findings[..] else {
        panic!("{:#?}", report.findings);
    };
    assert_eq!(
        (finding.kind, finding.every),
        (FindingKind::PLeadOutSlow, 75)
    );
}

/// Graphics from sector 50 to 250.
fn with_graphics() -> Stream {
    let mut stream = Stream::iso();
    let mut interleaver = RwInterleaver::new();
    for at in 50..=252 {
        let mut data = [0x15; 16];
        data[3] = u8::try_from(at % 64).unwrap();
        let pack = match at {
            ..=250 => RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &data),
            _ => RwPack::ZERO,
        };
        let packed = PwPacked::new(&stream.subcode(at), &[pack; 4]);
        let raw = interleaver.push(&packed);
        stream.set_subcode(at, &raw);
    }
    stream
}

#[test]
fn graphics_are_clean() {
    assert_eq!(with_graphics().check().findings, []);
}

#[test]
fn rw_correctable() {
    let mut stream = with_graphics();
    // Symbol 0 of pack 0 is not delayed.
    stream.sector(120)[MAIN_BYTES] ^= 0x21;
    stream.expect(
        one(120),
        FindingKind::RwCorrectable,
        ("parity", "1 wrong symbols in TV graphics"),
    );
}

#[test]
fn rw_uncorrectable() {
    let mut stream = with_graphics();
    // Symbols 0, 8 and 16 of pack 0 are not delayed either.
    for symbol_idx in [0, 8, 16] {
        stream.sector(120)[MAIN_BYTES + symbol_idx] ^= 0x0F;
    }
    stream.expect(one(120), FindingKind::RwUncorrectable, ("parity", "more"));
}

#[test]
fn packed_graphics_may_leave_their_parity_to_the_drive() {
    let mut stream = Stream::iso();
    stream.0.layout = SectorLayout::PackedPw96;
    let mut pack = [0; 24];
    pack[..2].copy_from_slice(&[9, 6]);
    pack[4] = 3;
    let packed = PwPacked::new(&stream.subcode(100), &[RwPack::new(pack); 4]);
    stream.set_subcode(100, &PwSubcode(packed.0));
    assert_eq!(stream.check().findings, []);
    pack[2] = 1;
    let packed = PwPacked::new(&stream.subcode(100), &[RwPack::new(pack); 4]);
    stream.set_subcode(100, &PwSubcode(packed.0));
    stream.expect(one(100), FindingKind::RwUncorrectable, ("parity", ""));
}
