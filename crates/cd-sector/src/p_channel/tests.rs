use std::string::ToString;
use std::vec;
use std::vec::Vec;

use cd_address::Sectors;

use crate::*;

fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

fn track(since_start: u32, until_next: Option<u32>) -> PPlace {
    PPlace::Track {
        since_start: sectors(since_start),
        until_next: until_next.map(sectors),
    }
}

fn lead_out(since_start: u32) -> PPlace {
    PPlace::LeadOut {
        since_start: sectors(since_start),
    }
}

/// A short disc: 150 sectors of pregap, 1,000 of track 1, 150 of pregap, 600 of track 2, 600 of track 3 without a
/// pregap, 1,500 of lead-out.
fn disc() -> Vec<PPlace> {
    let mut places = vec![PPlace::LeadIn; 20];
    places.extend([PPlace::Pregap; 150]);
    places.extend((0..1000).map(|n| track(n, Some(1150 - n))));
    places.extend([PPlace::Pregap; 150]);
    places.extend((0..600).map(|n| track(n, Some(600 - n))));
    places.extend((0..600).map(|n| track(n, None)));
    places.extend((0..1500).map(lead_out));
    places
}

/// Level, and for how many sectors.
fn runs(levels: impl Iterator<Item = bool>) -> Vec<(bool, u32)> {
    let mut runs: Vec<(bool, u32)> = Vec::new();
    for level in levels {
        match runs.last_mut() {
            Some((last, n)) if *last == level => *n += 1,
            _ => runs.push((level, 1)),
        }
    }
    runs
}

/// What a disc with these levels is told: each finding, and at how many sectors.
fn check(level: impl Fn(PPlace) -> Option<bool>, expect: &[(PFinding, usize)]) {
    let mut checker = PChecker::new();
    let mut found: Vec<(PFinding, usize)> = Vec::new();
    for place in disc() {
        if let Some(finding) = checker.push(place, level(place)) {
            match found.iter_mut().find(|(seen, _)| *seen == finding) {
                Some((_, n)) => *n += 1,
                None => found.push((finding, 1)),
            }
        }
    }
    assert_eq!(found, expect);
}

#[test]
fn an_author_writes_p_as_on_pressed_discs() {
    let mut levels = runs(disc().into_iter().map(expected_p));
    let lead_out = levels.split_off(6);
    let expect = [
        (false, 20),
        (true, 151),
        (false, 999),
        (true, 151),
        (false, 449),
        (true, 151),
    ];
    assert_eq!(levels, expect);
    assert_eq!(lead_out[0], (false, 599 + 150));
    assert!(
        lead_out[1..lead_out.len() - 1]
            .iter()
            .all(|(_, n)| *n == 19)
    );
    assert!(lead_out[1].0);
}

#[test]
fn what_an_author_writes_has_no_findings() {
    check(|place| Some(expected_p(place)), &[]);
}

#[test]
fn conventions_of_others_are_named() {
    use PConvention::*;
    use PFinding::Convention;
    // Index 0 only, then one level for a second each.
    let index_0_only = |place| {
        Some(match place {
            PPlace::Pregap => true,
            PPlace::LeadOut { since_start } => {
                let n = since_start.count();
                n >= 150 && (n - 150) % 150 < 75
            }
            _ => false,
        })
    };
    check(
        index_0_only,
        &[
            (Convention(FirstSectorClear), 3),
            (Convention(NotAnnounced), 150),
            (Convention(LeadOutSlow), 17),
        ],
    );
    let first_set = |place| Some(expected_p(place) || place == lead_out(0));
    check(first_set, &[(Convention(LeadOutFirstSectorSet), 1)]);
    // Another phase and a rest of up to three seconds are nobody's fault; nor is a period of 37 or 38.
    let other_phase = |place| match place {
        PPlace::LeadOut { since_start } => {
            let n = since_start.count();
            Some(n >= 200 && (n - 200) * 2 % 75 < 38)
        }
        _ => Some(expected_p(place)),
    };
    check(other_phase, &[]);
}

#[test]
fn a_wrong_p_is_found() {
    let flipped = |at: PPlace| move |place| Some(expected_p(place) ^ (place == at));
    let check_wrong = |at, got| check(flipped(at), &[(PFinding::Wrong { got }, 1)]);
    check_wrong(track(5, Some(1145)), true);
    check_wrong(track(599, None), true);
    check_wrong(lead_out(1), true);
    let all = |at: PPlace, n| check(flipped(at), &[(PFinding::Wrong { got: false }, n)]);
    all(PPlace::Pregap, 300);
    check(
        |place| (place != track(7, None)).then_some(expected_p(place)),
        &[(PFinding::NotLevel, 1)],
    );
    check(
        |place| Some(expected_p(place) && !matches!(place, PPlace::LeadOut { .. })),
        &[(PFinding::NoBlink { level: false }, 1)],
    );
    let broken_blink = |place| match place {
        PPlace::LeadOut { since_start } if (500..510).contains(&since_start.count()) => Some(false),
        _ => Some(expected_p(place)),
    };
    // Set from 492: eight sectors of 19, ten clear, and one set that is no more than a slip after that.
    check(
        broken_blink,
        &[
            (
                PFinding::BlinkLength {
                    level: true,
                    n_sectors: 8,
                },
                1,
            ),
            (
                PFinding::BlinkLength {
                    level: false,
                    n_sectors: 10,
                },
                1,
            ),
        ],
    );
}

/// Up to three sectors of the other level are told once, at the first of them or right after the last, wherever in the
/// blinking they are.
#[test]
fn a_slip_in_the_blinking_is_told_once() {
    for n_wrong in 1..=3 {
        for start in 190..400 {
            let wrong = start..start + n_wrong;
            let mut checker = PChecker::new();
            let mut found = Vec::new();
            for n in 0..1000 {
                let level = expected_p(lead_out(n)) ^ wrong.contains(&n);
                found.extend(checker.push(lead_out(n), Some(level)).map(|_| n));
            }
            let is_told = matches!(found[..], [n] if n == wrong.start || n == wrong.end);
            // At the end of a level it makes one level shorter and the other longer, by less than is allowed.
            let left = (start - 150) % 19;
            let at_end = left == 0 || left + n_wrong >= 19;
            assert!(
                is_told || at_end && found.len() <= 1,
                "{wrong:?}: {found:?}"
            );
        }
    }
}

#[test]
fn findings_in_words() {
    let check = |finding: PFinding, text: &str| assert_eq!(finding.to_string(), text);
    check(
        PFinding::Wrong { got: true },
        "P is set, here it is to be clear",
    );
    check(
        PFinding::BlinkLength {
            level: false,
            n_sectors: 30,
        },
        "P of the lead-out was clear for 30 sectors, 2 Hz is 15 to 23",
    );
    check(
        PFinding::NoBlink { level: true },
        "P of the lead-out does not blink: set for 225 sectors",
    );
}
