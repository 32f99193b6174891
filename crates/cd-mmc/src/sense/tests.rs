use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::table::{NAMED, TEXTS};
use super::*;
use crate::DecodeError;

fn fixed(sense: &Sense) -> Vec<u8> {
    let mut out = [0xEE; 64];
    let len = sense.encode_fixed_into(&mut out);
    out[..len].to_vec()
}

fn descriptors(sense: &Sense) -> Vec<u8> {
    let mut out = [0xEE; 64];
    let len = sense.encode_descriptor_into(&mut out);
    out[..len].to_vec()
}

#[test]
fn texts_are_in_order_and_every_constant_has_one() {
    let codes = TEXTS.iter().map(|(asc, ascq, _)| (asc, ascq));
    assert!(codes.is_sorted_by(|a, b| a < b));
    for sense in NAMED {
        assert!(sense.text().is_some(), "{sense}");
        assert!(sense.key.name().is_some(), "{sense}");
    }
    let mut codes: Vec<_> = NAMED.iter().map(Sense::code).collect();
    codes.sort_unstable();
    assert!(codes.is_sorted_by(|a, b| a < b), "no constant twice");
}

#[test]
fn printed_form() {
    let check = |sense: Sense, expect| assert_eq!(sense.to_string(), expect);
    check(
        Sense::LONG_WRITE_IN_PROGRESS,
        "2/04/08 NOT READY: long write in progress",
    );
    check(
        Sense::FORMAT_IN_PROGRESS.with_progress(0x8000),
        "2/04/04 NOT READY: format in progress (50 % done)",
    );
    check(
        Sense::INVALID_FIELD_IN_CDB.with_field_pointer(FieldPointer::new(true, 2, Some(3))),
        "5/24/00 ILLEGAL REQUEST: invalid field in the command (byte 2 bit 3 of the command)",
    );
    check(
        Sense::INVALID_FIELD_IN_PARAMETER_LIST
            .with_field_pointer(FieldPointer::new(false, 10, None)),
        "5/26/00 ILLEGAL REQUEST: invalid field in the parameter list (byte 10 of the parameter list)",
    );
    check(
        Sense {
            deferred: true,
            ..Sense::WRITE_ERROR.with_information(0xFFFF_D4BB)
        },
        "3/0C/00 MEDIUM ERROR: write error (about an earlier command) (information FFFFD4BBh)",
    );
    let odd = Sense::new(SenseKey::new(0xC).unwrap(), 0x80, 0x01);
    check(odd, "C/80/01 code Ch: unknown");
}

#[test]
fn known_bytes() {
    let busy = Sense::LONG_WRITE_IN_PROGRESS;
    let expect = [0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0];
    assert_eq!(fixed(&busy), expect);
    assert_eq!(descriptors(&busy), [0x72, 2, 4, 8, 0, 0, 0, 0]);

    let refused = Sense::INVALID_FIELD_IN_CDB
        .with_information(0xFFFF_D4BB)
        .with_field_pointer(FieldPointer::new(true, 0x0102, Some(3)));
    let expect = [
        0xF0, 0, 5, 0xFF, 0xFF, 0xD4, 0xBB, 10, 0, 0, 0, 0, 0x24, 0, 0, 0xCB, 1, 2,
    ];
    assert_eq!(fixed(&refused), expect);
    let expect = [
        0x72, 5, 0x24, 0, 0, 0, 0, 20, // header
        0, 0x0A, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xD4, 0xBB, // information
        2, 6, 0, 0, 0xCB, 1, 2, 0, // sense key specific
    ];
    assert_eq!(descriptors(&refused), expect);
    assert_eq!(expect.len(), Sense::MAX_BYTES);
}

#[test]
fn field_pointer_and_progress_follow_the_key() {
    let pointer = FieldPointer::new(false, 7, Some(5));
    let sense = Sense::PARAMETER_VALUE_INVALID.with_field_pointer(pointer);
    assert_eq!(sense.field_pointer(), Some(pointer));
    assert_eq!(sense.progress(), None);
    let sense = Sense::OPERATION_IN_PROGRESS.with_progress(77);
    assert_eq!(sense.progress(), Some(77));
    assert_eq!(sense.field_pointer(), None);
    let medium = Sense::WRITE_ERROR.with_progress(77);
    assert_eq!((medium.field_pointer(), medium.progress()), (None, None));
}

/// Devices cut sense data off anywhere: what is missing counts as absent, too little is an error.
#[test]
fn short_sense_data() {
    let sense = Sense::INVALID_FIELD_IN_CDB
        .with_information(5)
        .with_field_pointer(FieldPointer::new(true, 2, None));
    for (whole, least) in [(fixed(&sense), 3), (descriptors(&sense), 4)] {
        for length in 0..whole.len() {
            let cut = Sense::decode(&whole[..length]);
            if length < least {
                assert!(matches!(cut, Err(DecodeError::TooShort { got, .. }) if got == length));
            } else {
                assert_eq!(cut.map(|cut| cut.key), Ok(sense.key));
            }
        }
    }
    let code_missing = Sense::decode(&fixed(&sense)[..8]).unwrap();
    assert_eq!((code_missing.asc, code_missing.key_specific), (0, None));
    // A device that declares fewer bytes than it sends means only those.
    let mut declared_less = fixed(&sense);
    declared_less[7] = 6;
    assert_eq!(
        Sense::decode(&declared_less).map(|s| s.key_specific),
        Ok(None)
    );
}

#[test]
fn information_of_64_bits() {
    let check = |high: [u8; 4], low: [u8; 4], expect| {
        let mut bytes = std::vec![0x72, 3, 0x11, 0, 0, 0, 0, 12, 0, 0x0A, 0x80, 0];
        bytes.extend(high);
        bytes.extend(low);
        assert_eq!(Sense::decode(&bytes).map(|s| s.information), Ok(expect));
    };
    check([0; 4], [0, 0, 0, 9], Some(9));
    check([0xFF; 4], [0xFF; 4], Some(u32::MAX));
    check([0xFF; 4], [0, 0, 0, 9], None);
    check([0, 0, 0, 1], [0, 0, 0, 9], None);
}

#[test]
fn other_response_codes_are_refused() {
    let error = Sense::decode(&[0x7F; 18]).unwrap_err();
    let expect = "sense data: RESPONSE CODE in byte 0 is 7Fh, it must be 70h to 73h";
    assert_eq!(error.to_string(), expect);
}

fn any_sense() -> impl Strategy<Value = Sense> {
    let codes = (0_u8..16, any::<u8>(), any::<u8>(), any::<bool>());
    let extra = (any::<Option<u32>>(), any::<Option<[u8; 3]>>());
    (codes, extra).prop_map(
        |((key, asc, ascq, deferred), (information, specific))| Sense {
            key: SenseKey::new(key).unwrap(),
            asc,
            ascq,
            deferred,
            information,
            key_specific: specific.map(KeySpecific::from_bytes),
        },
    )
}

proptest! {
    #[test]
    fn both_formats_round_trip(sense in any_sense(), trailing in 0..8_usize) {
        for mut bytes in [fixed(&sense), descriptors(&sense)] {
            bytes.resize(bytes.len() + trailing, 0xFF);
            prop_assert_eq!(Sense::decode(&bytes), Ok(sense));
        }
    }

    #[test]
    fn encoding_stops_where_there_is_no_room(sense in any_sense(), room in 0..28_usize) {
        let mut out = [0xEE; 28];
        let whole = fixed(&sense);
        let len = sense.encode_fixed_into(&mut out[..room]);
        prop_assert_eq!(&out[..len], &whole[..room.min(18)]);
        prop_assert!(out[len..].iter().all(|byte| *byte == 0xEE));
    }

    #[test]
    fn any_bytes_decode_or_say_why(bytes in prop::collection::vec(any::<u8>(), 0..64), code in 0x70..0x74_u8) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = *first & 0x80 | code;
        }
        if let Ok(sense) = Sense::decode(&bytes) {
            prop_assert!(!sense.to_string().is_empty());
        }
    }
}
