//! Answers are cut where the host says, and a length of zero is no error.

use cd_mmc::Sense;

use super::host::{Host, check_refused, short_medium};
use super::image::Session;

/// A command and where its allocation length stands: the first byte of how many.
const QUESTIONS: &[(&str, usize, usize)] = &[
    ("03 00 00 00 00 00", 4, 1),
    ("12 00 00 00 00 00", 3, 2),
    ("12 01 00 00 00 00", 3, 2),
    ("12 01 80 00 00 00", 3, 2),
    ("12 01 83 00 00 00", 3, 2),
    ("1A 00 3F 00 00 00", 4, 1),
    ("42 02 40 01 00 00 00 00 00 00", 7, 2),
    ("42 02 40 02 00 00 00 00 00 00", 7, 2),
    ("42 02 40 03 00 00 02 00 00 00", 7, 2),
    ("42 00 00 01 00 00 00 00 00 00", 7, 2),
    ("43 00 00 00 00 00 00 00 00 00", 7, 2),
    ("43 02 00 00 00 00 AA 00 00 00", 7, 2),
    ("43 00 01 00 00 00 00 00 00 00", 7, 2),
    ("43 00 02 00 00 00 00 00 00 00", 7, 2),
    ("43 00 03 00 00 00 00 00 00 00", 7, 2),
    ("43 00 04 00 00 00 00 00 00 00", 7, 2),
    ("44 00 00 00 00 07 00 00 00 00", 7, 2),
    ("46 00 00 00 00 00 00 00 00 00", 7, 2),
    ("46 02 00 2E 00 00 00 00 00 00", 7, 2),
    ("4A 01 00 00 10 00 00 00 00 00", 7, 2),
    ("51 00 00 00 00 00 00 00 00 00", 7, 2),
    ("52 00 00 00 00 07 00 00 00 00", 7, 2),
    ("52 01 00 00 00 01 00 00 00 00", 7, 2),
    ("52 02 00 00 00 01 00 00 00 00", 7, 2),
    ("5A 00 3F 00 00 00 00 00 00 00", 7, 2),
    ("5A 00 7F 00 00 00 00 00 00 00", 7, 2),
    ("5A 00 AA 00 00 00 00 00 00 00", 7, 2),
    ("5C 00 00 00 00 00 00 00 00 00", 7, 2),
    ("BD 00 00 00 00 00 00 00 00 00 00 00", 8, 2),
];

/// The command with this allocation length; the longest there is where it does not fit.
fn asking_for(hex: &str, at: usize, n_bytes: usize, length: usize) -> String {
    let most = if n_bytes == 1 { 0xFF } else { 0xFFFF };
    let bytes = u16::try_from(length.min(most)).unwrap().to_be_bytes();
    let mut parts: Vec<String> = hex.split(' ').map(str::to_owned).collect();
    for (place, byte) in parts[at..].iter_mut().zip(&bytes[2 - n_bytes..]) {
        *place = format!("{byte:02X}");
    }
    parts.join(" ")
}

/// # Spec
/// SPC-3 4.3.4.6: the allocation length limits what is returned, and of nothing else it is an error.
#[test]
fn every_answer_is_cut_where_the_host_says() {
    let mut host = Host::blank();
    host.ask("4A 01 00 00 10 00 00 00 08 00", 8).unwrap();
    host.burn(-225, &Session::MIXED.stream(&short_medium()));
    for (hex, at, n_bytes) in QUESTIONS.iter().copied() {
        let all = host.ask(&asking_for(hex, at, n_bytes, 0xFFFF), 2048);
        let all = all.unwrap_or_else(|sense| panic!("{hex}: {sense}"));
        assert!(all.len() > 3, "{hex}: {all:?}");
        for length in 0..all.len() + 3 {
            let answer = host
                .ask(&asking_for(hex, at, n_bytes, length), 2048)
                .unwrap();
            assert_eq!(answer, all[..length.min(all.len())], "{hex} for {length}");
        }
        // What is refused with its sense data leaves none behind.
        check_refused(
            host.ask("43 00 0F 00 00 00 00 00 0C 00", 12),
            Sense::INVALID_FIELD_IN_CDB,
        );
        let sense = host.ask("03 00 00 00 12 00", 18).unwrap();
        assert_eq!(Sense::decode(&sense), Ok(Sense::NONE), "after {hex}");
    }
}

/// A length in an answer's header counts all there is, not what was returned.
#[test]
fn a_header_says_how_much_there_is() {
    let mut host = Host::blank();
    host.burn(-225, &Session::MIXED.stream(&short_medium()));
    for (hex, at, n_bytes) in QUESTIONS.iter().copied() {
        let has_length = matches!(&hex[..2], "43" | "51" | "52" | "5A");
        if !has_length {
            continue;
        }
        let all = host
            .ask(&asking_for(hex, at, n_bytes, 0xFFFF), 2048)
            .unwrap();
        let header = host.ask(&asking_for(hex, at, n_bytes, 2), 2).unwrap();
        let length = u16::from_be_bytes([header[0], header[1]]);
        assert_eq!(usize::from(length) + 2, all.len(), "{hex}");
    }
}
