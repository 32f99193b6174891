//! What can happen to a command, how often, and on which side of the drive's work.

use std::time::Duration;

use cd_transport::wrapper::{Effect, Moment, Occasion, Rule};
use cd_transport::{SenseBytes, Status, TransportErrorKind};

use super::places::Place;

/// What a drive can say in a burn: the codes that other writers are known to handle, and more.
const TRIPLES: [(u8, u8, u8); 59] = [
    (1, 0x0C, 0x0A),
    (1, 0x17, 0x01),
    (1, 0x18, 0x00),
    (1, 0x73, 0x01),
    (2, 0x04, 0x00),
    (2, 0x04, 0x01),
    (2, 0x04, 0x02),
    (2, 0x04, 0x03),
    (2, 0x04, 0x04),
    (2, 0x04, 0x07),
    (2, 0x04, 0x08),
    (2, 0x30, 0x00),
    (2, 0x3A, 0x00),
    (3, 0x02, 0x00),
    (3, 0x03, 0x00),
    (3, 0x06, 0x00),
    (3, 0x0C, 0x00),
    (3, 0x0C, 0x09),
    (3, 0x11, 0x05),
    (3, 0x15, 0x00),
    (3, 0x57, 0x00),
    (3, 0x72, 0x00),
    (3, 0x73, 0x01),
    (3, 0x73, 0x03),
    (4, 0x08, 0x00),
    (4, 0x08, 0x01),
    (4, 0x08, 0x02),
    (4, 0x08, 0x03),
    (4, 0x09, 0x00),
    (4, 0x3E, 0x02),
    (5, 0x0C, 0x09),
    (5, 0x20, 0x00),
    (5, 0x21, 0x00),
    (5, 0x21, 0x02),
    (5, 0x24, 0x00),
    (5, 0x26, 0x00),
    (5, 0x27, 0x00),
    (5, 0x2C, 0x00),
    (5, 0x2C, 0x04),
    (5, 0x30, 0x05),
    (5, 0x63, 0x00),
    (5, 0x64, 0x00),
    (5, 0xB5, 0x00),
    (6, 0x28, 0x00),
    (6, 0x29, 0x00),
    (6, 0x29, 0x01),
    (6, 0x29, 0x02),
    (6, 0x29, 0x03),
    (6, 0x29, 0x04),
    (6, 0x2A, 0x01),
    (6, 0x2E, 0x00),
    (6, 0x5A, 0x03),
    (7, 0x27, 0x00),
    (8, 0x00, 0x00),
    (0xB, 0x00, 0x00),
    (0xB, 0x47, 0x00),
    (0xD, 0x21, 0x00),
    (0xF, 0xFF, 0xFF),
    (0, 0x00, 0x00),
];

const HOUR: Duration = Duration::from_secs(3600);

/// What can happen to a command besides.
fn others() -> [(&'static str, Effect); 16] {
    [
        ("deferred 1", answer(0x71, (1, 0x0C, 0x0A))),
        ("deferred 3", answer(0x71, (3, 0x0C, 0x00))),
        ("no sense", status(Status::CHECK_CONDITION)),
        ("rubbish", check(&[0xA5; 18])),
        ("cut off", check(&[0x70, 0, 3])),
        ("conflict", status(Status::RESERVATION_CONFLICT)),
        ("busy", Effect::Busy { n_times: 1 }),
        ("busy long", Effect::Busy { n_times: 1000 }),
        ("queue full", status(Status::TASK_SET_FULL)),
        ("no bytes", Effect::Short { transferred: 0 }),
        ("few bytes", Effect::Short { transferred: 20 }),
        (
            "less by 1",
            Effect::Short {
                transferred: 26 * 2448 - 1,
            },
        ),
        ("too late", Effect::Delay(HOUR)),
        ("timeout", Effect::Error(TransportErrorKind::Timeout)),
        ("host error", Effect::Error(TransportErrorKind::Host)),
        ("gone", Effect::Error(TransportErrorKind::DeviceGone)),
    ]
}

const fn status(status: Status) -> Effect {
    Effect::Answer {
        status,
        sense: SenseBytes::EMPTY,
    }
}

fn check(sense: &[u8]) -> Effect {
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(sense),
    }
}

/// Sense data in fixed format with this response code.
fn answer(response_code: u8, (key, asc, ascq): (u8, u8, u8)) -> Effect {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (response_code, key, 10, asc, ascq);
    check(&bytes)
}

/// Sense data of the command itself.
pub(crate) fn sense(triple: (u8, u8, u8)) -> Effect {
    answer(0x70, triple)
}

/// Every fault with its name.
pub(crate) fn effects() -> Vec<(String, Effect)> {
    let by_sense = TRIPLES.map(|triple| {
        let (key, asc, ascq) = triple;
        (format!("{key:X}/{asc:02X}/{ascq:02X}"), sense(triple))
    });
    let others = others().map(|(name, effect)| (name.to_owned(), effect));
    by_sense.into_iter().chain(others).collect()
}

/// How often a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    Once,
    /// And the next two commands of its kind.
    Thrice,
    /// And all later commands of its kind.
    Ever,
}

/// The rules that have `effect` strike at `place` so often.
pub(crate) fn rules(place: &Place, times: Times, moment: Moment, effect: Effect) -> Vec<Rule> {
    let rule = |occasion| Rule {
        opcode: Some(place.opcode),
        occasion,
        moment,
        effect,
    };
    match times {
        Times::Once => vec![rule(Occasion::Nth(place.n))],
        Times::Thrice => (place.n..place.n + 3)
            .map(|n| rule(Occasion::Nth(n)))
            .collect(),
        Times::Ever => vec![rule(Occasion::From(place.n))],
    }
}
