//! Every command of a burn meets every fault there is, once, thrice and for ever: the burn ends in bounded time with a
//! verdict that is true of the disc, and leaves the tray unlocked if the drive still hears.

mod case;
mod conditions;
mod effects;
mod places;
mod reading;

use std::fmt::Write as _;
use std::time::Duration;

use cd_emulator::DiscState;
use cd_transport::TransportErrorKind;
use cd_transport::wrapper::{Effect, Moment, Occasion, Rule};
use cd_writer::BurnOptions;

use self::case::{Bench, LONGEST, is_a_lie};
use self::effects::{Times, effects, rules, sense};
use self::places::Place;
use super::host::{OPTIONS, check_text, small_buffer};

const SIMULATE: BurnOptions = BurnOptions {
    simulate: true,
    ..OPTIONS
};
const UNPROTECTED: BurnOptions = BurnOptions {
    underrun_protection: false,
    ..OPTIONS
};

fn bench(options: BurnOptions) -> Bench {
    Bench::new(small_buffer(), options)
}

/// The letter of a column.
fn column(idx: usize) -> char {
    (b'a'..=b'z')
        .chain(b'A'..=b'Z')
        .map(char::from)
        .nth(idx)
        .unwrap()
}

/// What each column is, and the line above the columns.
fn legend(places: &[Place], width: usize) -> String {
    let mut text = String::new();
    for (idx, place) in places.iter().enumerate() {
        let Place {
            name, opcode, n, ..
        } = place;
        writeln!(text, "{} {opcode:02X}h no. {n:<3} {name}", column(idx)).unwrap();
    }
    write!(text, "{:width$}", "").unwrap();
    for idx in 0..places.len() {
        write!(text, " {}", column(idx)).unwrap();
    }
    text.push('\n');
    text
}

/// One line a fault, one column a place: what became of the burn.
fn table(bench: &Bench, moment: Moment, times: Times) -> String {
    let places = bench.places();
    let mut text = legend(&places, 10);
    for (name, effect) in effects() {
        write!(text, "{name:10}").unwrap();
        for place in &places {
            let letter = if is_a_lie(place, moment, effect) {
                '-'
            } else {
                let case = bench.burn(rules(place, times, moment, effect));
                case.check();
                case.letter()
            };
            write!(text, " {letter}").unwrap();
        }
        text.push('\n');
    }
    text
}

/// Burns with every fault at every place that `wanted` takes; all must hold, none is written down.
fn sweep(bench: &Bench, wanted: fn(&Place) -> bool, moment: Moment, times: Times) {
    for place in bench.places().iter().filter(|place| wanted(place)) {
        for (_, effect) in effects() {
            if !is_a_lie(place, moment, effect) {
                bench.burn(rules(place, times, moment, effect)).check();
            }
        }
    }
}

#[test]
fn a_fault_instead_of_a_command() {
    let table = table(&bench(OPTIONS), Moment::Before, Times::Once);
    check_text(&table, include_str!("faults/before_once.txt"));
}

#[test]
fn a_fault_instead_of_three_commands() {
    let table = table(&bench(OPTIONS), Moment::Before, Times::Thrice);
    check_text(&table, include_str!("faults/before_thrice.txt"));
}

#[test]
fn a_fault_that_stays() {
    let table = table(&bench(OPTIONS), Moment::Before, Times::Ever);
    check_text(&table, include_str!("faults/before_ever.txt"));
}

#[test]
fn a_fault_in_place_of_an_answer() {
    let table = table(&bench(OPTIONS), Moment::After, Times::Once);
    check_text(&table, include_str!("faults/after_once.txt"));
}

#[test]
fn a_fault_in_place_of_three_answers() {
    let table = table(&bench(OPTIONS), Moment::After, Times::Thrice);
    check_text(&table, include_str!("faults/after_thrice.txt"));
}

#[test]
fn a_fault_in_place_of_every_answer() {
    let table = table(&bench(OPTIONS), Moment::After, Times::Ever);
    check_text(&table, include_str!("faults/after_ever.txt"));
}

#[test]
fn a_simulation_never_writes_whatever_happens() {
    let bench = bench(SIMULATE);
    for times in [Times::Once, Times::Ever] {
        for moment in [Moment::Before, Moment::After] {
            sweep(&bench, |_| true, moment, times);
        }
    }
}

#[test]
fn without_underrun_protection_a_wait_may_cost_the_disc_and_is_told() {
    let bench = bench(UNPROTECTED);
    for times in [Times::Once, Times::Thrice] {
        for moment in [Moment::Before, Moment::After] {
            sweep(&bench, Place::is_write, moment, times);
        }
    }
    // A drive that is kept waiting longer than its buffer lasts has lost the disc.
    let late = Effect::Delay(Duration::from_secs(10));
    let places = bench.places();
    for place in places
        .iter()
        .filter(|place| place.is_write() && place.n > 2)
    {
        let case = bench.burn(rules(place, Times::Once, Moment::Before, late));
        case.check();
        assert_eq!(case.letter(), 'X', "{place:?}");
    }
}

#[test]
fn a_device_may_go_or_hang_at_any_command() {
    let bench = bench(OPTIONS);
    let counts = bench.counts();
    for kind in [
        TransportErrorKind::DeviceGone,
        TransportErrorKind::Timeout,
        TransportErrorKind::Host,
    ] {
        for moment in [Moment::Before, Moment::After] {
            for n in 1..=counts.all {
                let rule = |occasion| Rule {
                    opcode: None,
                    occasion,
                    moment,
                    effect: Effect::Error(kind),
                };
                bench.burn(vec![rule(Occasion::Nth(n))]).check();
                // From here on nothing is heard any more.
                let case = bench.burn(vec![rule(Occasion::From(n))]);
                case.check();
                let letter = case.letter();
                match n {
                    _ if n <= counts.preparing => assert_eq!(letter, '.', "{n}"),
                    _ if n <= counts.written => assert_eq!(letter, '?', "{n}"),
                    _ if n < counts.all => assert_eq!(letter, 'D', "{n}"),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn faults_by_chance_end_well_or_truly() {
    let bench = bench(OPTIONS);
    let effects = effects();
    let mut letters = String::new();
    for seed in 0..400 {
        let (_, effect) = effects[seed % effects.len()];
        let by_chance = |moment, effect, parts| Rule {
            opcode: None,
            occasion: Occasion::PerMillion(parts),
            moment,
            effect,
        };
        let case = bench.burn_by_chance(
            seed as u64,
            vec![
                by_chance(Moment::Before, effect, 30_000),
                by_chance(Moment::Before, sense((2, 4, 8)), 100_000),
                by_chance(
                    Moment::After,
                    Effect::Delay(Duration::from_secs(1)),
                    100_000,
                ),
            ],
        );
        assert!(case.took < LONGEST);
        let letter = case.letter();
        if letter == '.' {
            assert_eq!(case.rig.disc().state(), DiscState::Blank);
        }
        letters.push(letter);
    }
    // All kinds of ends come about.
    for letter in ['p', '.', 'X', 'D'] {
        assert!(letters.contains(letter), "no {letter} in {letters}");
    }
}
