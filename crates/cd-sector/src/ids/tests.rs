use std::string::{String, ToString};

use proptest::prelude::*;

use crate::*;

#[test]
fn catalogue_numbers() {
    let check = |text: &str, expect: Result<&str, &str>| {
        let got = text.parse::<Mcn>().map(|mcn| mcn.to_string());
        let got = got.map_err(|error| error.to_string());
        assert_eq!(got.as_deref().map_err(String::as_str), expect, "{text:?}");
    };
    check("1234567890128", Ok("1234567890128"));
    check("0000000000000", Ok("0000000000000"));
    check(
        "1234567890123",
        Err("media catalogue number ends with 3, its check digit is 8"),
    );
    check(
        "123456789012",
        Err("media catalogue number has 12 characters, 13 digits are needed"),
    );
    check(
        "12345678901 8",
        Err("digit 12 of the media catalogue number is not 0 to 9"),
    );
    check(
        "123456789012\u{2460}",
        Err("media catalogue number has 15 characters, 13 digits are needed"),
    );
    check(
        "",
        Err("media catalogue number has 0 characters, 13 digits are needed"),
    );
}

#[test]
fn check_digits() {
    let check = |first: [u8; 12], expect: u8| assert_eq!(Mcn::check_digit(&first), expect);
    check([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2], 8);
    check([0; 12], 0);
    check([9; 12], 4);
    check([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 7);
    check([255; 12], 0);
}

#[test]
fn every_wrong_digit_of_a_catalogue_number_is_noticed() {
    let good = *"1234567890128".parse::<Mcn>().unwrap().digits();
    for position in 0..13 {
        for digit in 0..=15 {
            let mut changed = good;
            changed[position] = digit;
            assert_eq!(Mcn::new(changed).is_ok(), changed == good);
        }
    }
}

#[test]
fn recording_codes() {
    let check = |text: &str, expect: Result<&str, &str>| {
        let got = text.parse::<Isrc>().map(|isrc| isrc.to_string());
        let got = got.map_err(|error| error.to_string());
        assert_eq!(got.as_deref().map_err(String::as_str), expect, "{text:?}");
    };
    let form = "12 are needed (CC-OOO-YY-NNNNN, hyphens optional)";
    check("US-ABC-02-12345", Ok("US-ABC-02-12345"));
    check("USABC0212345", Ok("US-ABC-02-12345"));
    check("US-ABC0212345", Ok("US-ABC-02-12345"));
    check("DE9Z90200000", Ok("DE-9Z9-02-00000"));
    check(
        "USABC021234",
        Err(&std::format!("ISRC has 11 characters, {form}")),
    );
    check(
        "US--ABC0212345",
        Err(&std::format!("ISRC has 13 characters, {form}")),
    );
    check(
        "USABC0212345-",
        Err(&std::format!("ISRC has 13 characters, {form}")),
    );
    check(
        "U1ABC0212345",
        Err("character 2 of the ISRC is not allowed there (country, letters A to Z)"),
    );
    check(
        "USaBC0212345",
        Err("character 3 of the ISRC is not allowed there (owner, letters A to Z or digits)"),
    );
    check(
        "USABCO212345",
        Err("character 6 of the ISRC is not allowed there (year, digits)"),
    );
    check(
        "USABC021234X",
        Err("character 12 of the ISRC is not allowed there (serial number, digits)"),
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,16}") {
        let _ = text.parse::<Mcn>();
        let _ = text.parse::<Isrc>();
    }

    #[test]
    fn codes_print_and_parse(text in "[A-Z]{2}[A-Z0-9]{3}[0-9]{7}") {
        let isrc: Isrc = text.parse().unwrap();
        prop_assert_eq!(isrc.characters().as_slice(), text.as_bytes());
        prop_assert_eq!(isrc.to_string().parse(), Ok(isrc));
    }
}
