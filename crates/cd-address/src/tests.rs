use std::format;
use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use crate::*;

fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

/// The standard's formula, written once more and differently: the crate's own code goes by position.
fn mmc_formula(minute: i32, second: i32, frame: i32) -> i32 {
    let frames = (minute * 60 + second) * 75 + frame;
    if minute < 90 {
        frames - 150
    } else {
        frames - 450_150
    }
}

#[test]
fn all_450000_addresses_convert_both_ways() {
    let mut seen = 0;
    let mut in_order = Vec::new();
    for minute in 0..100_u8 {
        for second in 0..60 {
            for frame in 0..75 {
                let time = Msf::new(minute, second, frame).unwrap();
                let address = time.to_lba();
                let expected = mmc_formula(i32::from(minute), i32::from(second), i32::from(frame));
                assert_eq!(address.value(), expected, "{time}");
                assert_eq!(address.to_msf(), time);
                assert_eq!(Lba::from_position(address.position()), Ok(address));
                assert_eq!(time.to_bcd().to_msf(), Ok(time));
                assert_eq!(time.to_string().parse(), Ok(time));
                assert_eq!(address.to_string().parse(), Ok(address));
                assert_eq!(time.to_bcd().to_string(), time.to_string());
                assert_eq!(address.is_lead_in(), minute >= 90);
                in_order.push(address);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, ADDRESS_COUNT);
    in_order.sort_unstable();
    let all = LbaRange::new(Lba::MIN, Sectors::MAX).unwrap();
    assert!(all.iter().eq(in_order), "every address once");
}

#[test]
fn all_relative_times_convert_both_ways() {
    for count in 0..ADDRESS_COUNT {
        let length = Sectors::new(count).unwrap();
        let time = length.to_rel_msf().unwrap();
        assert_eq!(time.to_sectors(), length);
        assert_eq!(RelMsf::from_bcd(time.to_bcd()), Ok(time));
        assert_eq!(time.to_string().parse(), Ok(time));
    }
    assert_eq!(Sectors::MAX.to_rel_msf(), None);
}

#[test]
fn addresses_other_writers_use() {
    for (time, address) in [
        ("90:00:00", -45_150),
        ("95:00:00", -22_650),
        ("97:24:01", -11_849),
        ("97:26:66", -11_634),
        ("97:34:23", -11_077),
        ("99:59:74", -151),
        ("00:00:00", -150),
        ("00:01:74", -1),
        ("00:02:00", 0),
        ("88:29:74", 398_099),
        ("89:59:74", 404_849),
    ] {
        assert_eq!(msf(time).to_lba(), lba(address), "{time}");
    }
    assert_eq!(Lba::IMAGE_START_95_00_00, msf("95:00:00").to_lba());
    assert_eq!(
        Lba::ZERO.since(Lba::IMAGE_START_95_00_00).unwrap().count(),
        22_650
    );
    assert_eq!(lba(-11_077).value().to_be_bytes(), [0xFF, 0xFF, 0xD4, 0xBB]);
}

#[test]
fn conversions_are_const() {
    const START: Lba = match Msf::new(97, 34, 23) {
        Ok(time) => time.to_lba(),
        Err(_) => Lba::ZERO,
    };
    const BACK: Msf = START.to_msf();
    assert_eq!((START, BACK), (lba(-11_077), msf("97:34:23")));
}

#[test]
fn out_of_range_is_refused_with_the_limit() {
    let check = |error: AddressError, expect: &str| assert_eq!(error.to_string(), expect);
    check(
        Lba::new(-45_151).unwrap_err(),
        "lba -45151 is before the first address -45150 (90:00:00)",
    );
    check(
        Lba::new(404_850).unwrap_err(),
        "lba 404850 is past the last address 404849 (89:59:74)",
    );
    check(
        "9999999999".parse::<Lba>().unwrap_err(),
        "lba 9999999999 is past the last address 404849 (89:59:74)",
    );
    check(
        Msf::new(100, 0, 0).unwrap_err(),
        "minute 100 is above its limit 99",
    );
    check(
        Msf::new(0, 60, 0).unwrap_err(),
        "second 60 is above its limit 59",
    );
    check(
        RelMsf::new(0, 0, 75).unwrap_err(),
        "frame 75 is above its limit 74",
    );
    check(
        BcdMsf([0x00, 0x5A, 0x00]).to_msf().unwrap_err(),
        "second byte 5Ah is not binary-coded decimal (each digit 0 to 9)",
    );
    check(
        BcdMsf([0x00, 0x00, 0x75]).to_msf().unwrap_err(),
        "frame 75 is above its limit 74",
    );
    check(
        Sectors::new(450_001).unwrap_err(),
        "450001 sectors are more than the 450000 addresses of a disc",
    );
    check(
        LbaRange::new(lba(404_849), Sectors::new(2).unwrap()).unwrap_err(),
        "2 sectors from lba 404849 pass the last address 404849 (89:59:74)",
    );
    check(
        LbaRange::from_bounds(lba(1), lba(0)).unwrap_err(),
        "range end 0 lies before its start 1",
    );
    for bad in [
        "",
        "1:2",
        "1:2:3:4",
        "001:00:00",
        "aa:00:00",
        "-1:00:00",
        "00:00:+1",
        " 00:00:00",
    ] {
        assert_eq!(bad.parse::<Msf>(), Err(AddressError::NotMsf), "{bad:?}");
    }
    for bad in ["", "x", "1.5", "99999999999999999999"] {
        assert_eq!(bad.parse::<Lba>(), Err(AddressError::NotNumber), "{bad:?}");
    }
    assert_eq!(msf("1:2:3"), Msf::new(1, 2, 3).unwrap());
}

#[test]
fn bcd_is_exact_for_every_byte() {
    for byte in 0..=255_u8 {
        let digits = format!("{byte:02X}");
        assert_eq!(bcd_decode(byte), digits.parse().ok(), "{digits}");
        match bcd_encode(byte) {
            Some(packed) => assert_eq!(format!("{packed:02X}"), format!("{byte:02}")),
            None => assert!(byte > 99),
        }
    }
}

#[test]
fn a_range_at_the_very_end_is_whole() {
    let range = LbaRange::new(lba(404_848), Sectors::new(2).unwrap()).unwrap();
    assert_eq!(range.end(), None);
    assert_eq!(range.last(), Some(Lba::MAX));
    assert_eq!(
        range.iter().rev().collect::<Vec<_>>(),
        [lba(404_849), lba(404_848)]
    );
    assert_eq!(range.skip(Sectors::new(2).unwrap()), None);
    assert_eq!(range.to_string(), "404848..404850 (2 sectors)");
}

fn any_lba() -> impl Strategy<Value = Lba> {
    (0..ADDRESS_COUNT).prop_map(|position| Lba::from_position(position).unwrap())
}

fn any_range() -> impl Strategy<Value = LbaRange> {
    (any_lba(), 0..2_000_u32).prop_map(|(start, len)| {
        let len = len.min(ADDRESS_COUNT - start.position());
        LbaRange::new(start, Sectors::new(len).unwrap()).unwrap()
    })
}

proptest! {
    #[test]
    fn addition_undoes_difference(a in any_lba(), b in any_lba()) {
        let (low, high) = (a.min(b), a.max(b));
        let between = high.since(low).unwrap();
        prop_assert_eq!(low.add(between), Ok(high));
        prop_assert_eq!(high.sub(between), Ok(low));
        prop_assert_eq!(low.since(high).is_some(), low == high);
    }

    #[test]
    fn sums_past_either_end_are_refused(a in any_lba(), n in 0..=ADDRESS_COUNT) {
        let n = Sectors::new(n).unwrap();
        prop_assert_eq!(a.add(n).is_ok(), a.position() + n.count() < ADDRESS_COUNT);
        prop_assert_eq!(a.sub(n).is_ok(), n.count() <= a.position());
    }

    #[test]
    fn any_number_is_an_address_or_refused(value in any::<i32>()) {
        prop_assert_eq!(Lba::new(value).is_ok(), (-45_150..=404_849).contains(&value));
    }

    #[test]
    fn any_three_bytes_are_a_time_or_refused(bytes in any::<[u8; 3]>()) {
        let valid = bytes.iter().all(|b| b >> 4 < 10 && b & 15 < 10) && bytes[1] < 0x60 && bytes[2] < 0x75;
        prop_assert_eq!(BcdMsf(bytes).to_msf().is_ok(), valid);
        if let Ok(time) = BcdMsf(bytes).to_msf() {
            prop_assert_eq!(time.to_bcd(), BcdMsf(bytes));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,12}") {
        let _ = text.parse::<Msf>();
        let _ = text.parse::<RelMsf>();
        let _ = text.parse::<Lba>();
        let _ = text.parse::<Sectors>();
    }

    #[test]
    fn chunks_cover_a_range_once_and_in_order(range in any_range(), size in 1..300_u32) {
        let pieces: Vec<_> = range.chunks(Sectors::new(size).unwrap()).collect();
        let joined: Vec<_> = pieces.iter().flat_map(|piece| piece.iter()).collect();
        prop_assert!(range.iter().eq(joined));
        prop_assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len().count() <= size));
        prop_assert!(pieces.iter().rev().skip(1).all(|piece| piece.len().count() == size));
    }

    #[test]
    fn intersection_is_what_both_contain(a in any_range(), b in any_range(), near in 0..4_000_u32) {
        let shifted = Lba::from_position((a.start().position() + near).min(ADDRESS_COUNT - 1)).unwrap();
        let b = LbaRange::new(shifted, b.len()).unwrap_or(b);
        let both: Vec<_> = a.iter().filter(|lba| b.contains(*lba)).collect();
        let got: Vec<_> = a.intersection(b).map_or(Vec::new(), |range| range.iter().collect());
        prop_assert_eq!(got, both);
        prop_assert_eq!(a.intersection(b), b.intersection(a));
    }

    #[test]
    fn take_and_skip_split_a_range(range in any_range(), n in 0..2_500_u32) {
        let n = Sectors::new(n).unwrap();
        let head = range.take(n);
        let tail: Vec<_> = range.skip(n).map_or(Vec::new(), |range| range.iter().collect());
        prop_assert!(range.iter().eq(head.iter().chain(tail)));
        prop_assert!(range.contains_range(head));
    }
}
