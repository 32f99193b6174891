use super::*;

fn check(bytes: [u8; 8], expect: CueEntry) {
    assert_eq!(CueEntry::decode(&bytes), Ok(expect));
    assert_eq!(expect.encode(), bytes);
}

#[test]
fn entries_of_a_sheet() {
    check(
        [0x01, 0, 0, 0x41, 0, 97, 34, 23],
        CueEntry::Place {
            control: 0,
            track: 0,
            index: 0,
            main: CueMain::AUDIO_MADE,
            sub: CueSub::RAW_PW,
            alternate_copy: false,
            start: BinMsf([97, 34, 23]),
        },
    );
    check(
        [0x11, 99, 1, 0x00, 0x80, 79, 59, 74],
        CueEntry::Place {
            control: 1,
            track: 99,
            index: 1,
            main: CueMain::AUDIO,
            sub: CueSub::NONE,
            alternate_copy: true,
            start: BinMsf([79, 59, 74]),
        },
    );
    check(*b"\x021234567", CueEntry::Mcn { part: *b"1234567" });
    check(
        *b"\x03\x05USABC0",
        CueEntry::Isrc {
            track: 5,
            part: *b"USABC0",
        },
    );
    check([0x05; 8], CueEntry::Other([0x05; 8]));
    assert!(CueEntry::decode(&[0x41, 1, 1, 0, 0, 0, 2]).is_err());
}

#[test]
fn blocks_of_the_data_forms() {
    let table = [
        (0x00, Some(2352)),
        (0x01, Some(0)),
        (0x02, None),
        (0x10, Some(2048)),
        (0x11, Some(2352)),
        (0x12, Some(2048)),
        (0x13, Some(2352)),
        (0x14, Some(0)),
        (0x15, None),
        (0x20, Some(2336)),
        (0x21, Some(2352)),
        (0x22, Some(2336)),
        (0x23, Some(2352)),
        (0x24, Some(0)),
        (0x30, Some(2336)),
        (0x31, Some(2352)),
        (0x32, Some(2336)),
        (0x33, Some(2352)),
        (0x34, Some(0)),
        (0x3F, None),
    ];
    for (form, expect) in table {
        let main = CueMain::new(form).unwrap();
        assert_eq!(main.block_bytes(), expect, "{main}");
    }
    let subs = [0, 1, 2, 3].map(|form| CueSub::new(form).unwrap().block_bytes());
    assert_eq!(subs, [Some(0), Some(96), None, Some(96)]);
}

#[test]
fn any_bytes_come_back_but_for_what_is_reserved() {
    for control_adr in 0..=0xFF {
        for byte in 0..=0xFF {
            let bytes = [control_adr, byte, byte, byte, byte & 0x80, byte, byte, byte];
            let entry = CueEntry::decode(&bytes).unwrap();
            assert_eq!(CueEntry::decode(&entry.encode()), Ok(entry));
        }
    }
}
