//! Mode pages in both forms of their commands, and what a host can change of them.

use cd_mmc::mode_page::{ModePage, ModeParameters};
use cd_mmc::{PageCode, Sense};
use cd_transport::Data;

use super::host::{Host, bytes_of, check_refused, short_medium};
use super::image::Session;

const START: i32 = -225;

#[test]
fn both_forms_tell_the_same_pages() {
    let mut host = Host::blank();
    for page in [
        "01", "05", "08", "0D", "0E", "1A", "1D", "2A", "3F", "7F", "BF",
    ] {
        let long = host
            .ask(&format!("5A 00 {page} 00 00 00 00 02 00 00"), 512)
            .unwrap();
        let short = host.ask(&format!("1A 00 {page} 00 FF 00"), 255).unwrap();
        assert_eq!(long[8..], short[4..], "{page}");
        assert_eq!(usize::from(short[0]), short.len() - 1);
        let without_descriptors = host.ask(&format!("1A 08 {page} 00 FF 00"), 255).unwrap();
        assert_eq!(short, without_descriptors);
        // As much as was asked for, the lengths inside being those of the whole.
        let cut = host.ask(&format!("1A 00 {page} 00 05 00"), 255).unwrap();
        assert_eq!(cut, short[..5]);
        assert_eq!(
            host.ask(&format!("1A 00 {page} 00 00 00"), 255).unwrap(),
            []
        );
    }
    for page in ["00", "02", "1B", "3E"] {
        check_refused(
            host.ask(&format!("1A 00 {page} 00 FF 00"), 255),
            Sense::INVALID_FIELD_IN_CDB,
        );
    }
    check_refused(
        host.ask("1A 00 C1 00 FF 00", 255),
        Sense::SAVING_PARAMETERS_NOT_SUPPORTED,
    );
}

#[test]
fn volume_and_error_recovery_can_be_set() {
    let mut host = Host::blank();
    let changeable = host.ask("1A 08 4E 00 FF 00", 255).unwrap();
    assert_eq!(
        changeable[4..],
        bytes_of("0E 0E 00 00 00 00 00 00 0F FF 0F FF 00 00 00 00")
    );
    let volume = bytes_of("00 00 00 00 0E 0E 04 00 00 00 00 00 03 40 00 41 00 00 00 00");
    host.send_hex("15 10 00 00 14 00", Data::Out(&volume))
        .unwrap();
    let now = host.ask("1A 08 0E 00 FF 00", 255).unwrap();
    assert_eq!(now[4..], volume[4..]);
    let default = host.ask("1A 08 8E 00 FF 00", 255).unwrap();
    assert_eq!(default[12..16], [1, 0xFF, 2, 0xFF]);

    // What cannot be changed, at the bit that differs; and nothing of the list is taken.
    for (idx, bit) in [(6, 1), (10, 7), (18, 0), (4, 7)] {
        let mut wrong = volume.clone();
        wrong[13] = 0x50;
        wrong[idx] |= 1 << bit;
        let sense = host
            .send_hex("15 10 00 00 14 00", Data::Out(&wrong))
            .unwrap_err();
        assert!(
            sense.same_code(&Sense::INVALID_FIELD_IN_PARAMETER_LIST),
            "{sense}"
        );
        let pointer = sense.field_pointer().unwrap();
        assert_eq!(usize::from(pointer.byte()), idx);
        assert_eq!(host.ask("1A 08 0E 00 FF 00", 255).unwrap(), now);
    }
    check_refused(
        host.send_hex("15 10 00 00 13 00", Data::Out(&volume[..19])),
        Sense::PARAMETER_LIST_LENGTH_ERROR,
    );
    // A block descriptor, which drives before MMC took.
    let list = bytes_of("00 00 00 08 00 00 00 00 00 00 08 00");
    check_refused(
        host.send_hex("15 10 00 00 0C 00", Data::Out(&list)),
        Sense::INVALID_FIELD_IN_PARAMETER_LIST,
    );
}

#[test]
fn all_pages_go_back_as_they_came() {
    let mut host = Host::blank();
    let mut list = host.ask("1A 08 3F 00 FF 00", 255).unwrap();
    list[0] = 0;
    let pages = ModeParameters::decode_select6(&list).unwrap().pages;
    assert!(pages.iter().all(|page| !matches!(page, ModePage::Raw(_))));
    // But for the last, page 2Ah, which is for reading alone.
    let end = list.len() - 60;
    assert_eq!(list[end], PageCode::CAPABILITIES.code());
    let hex = format!("15 10 00 00 {end:02X} 00");
    assert_eq!(host.send_hex(&hex, Data::Out(&list[..end])), Ok(end));
}

/// Without its correction the drive hands over what does not fit its EDC, as a host may wish that rescues data.
#[test]
fn correction_can_be_left_out() {
    let mut stream = Session::DATA.stream(&short_medium());
    let at = usize::try_from(10 - START).unwrap() * 2448;
    stream[at + 100] ^= 1;
    let mut host = Host::blank();
    host.burn(START, &stream);
    let read = "28 00 00 00 00 0A 00 00 01 00";
    check_refused(host.ask(read, 2048), Sense::LEC_UNCORRECTABLE_ERROR);
    let page = bytes_of("00 00 00 00 01 0A 01 05 00 00 00 00 00 00 00 00");
    host.send_hex("15 10 00 00 10 00", Data::Out(&page))
        .unwrap();
    assert_eq!(host.ask(read, 2048).unwrap().len(), 2048);
}
