use proptest::prelude::*;

use super::*;
use crate::VirtualClock;
use crate::testing::{INQUIRY_36, SECOND, TEST_UNIT_READY, TestDevice, WRITE_10, inquiry_data};

const TUR: Option<u8> = Some(0x00);
const WRITE: Option<u8> = Some(0x2A);
const BECOMING_READY: &[u8] = &[0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 8];

fn rule(opcode: Option<u8>, occasion: Occasion, moment: Moment, effect: Effect) -> Rule {
    Rule {
        opcode,
        occasion,
        moment,
        effect,
    }
}

fn faulty(seed: u64, rules: &[Rule]) -> (Faulty<TestDevice>, Arc<VirtualClock>) {
    let device = TestDevice::new();
    let clock: Arc<VirtualClock> = Arc::clone(&device.clock);
    let plan = FaultPlan {
        seed,
        rules: rules.to_vec(),
    };
    (
        Faulty::new(device, &plan, Arc::clone(&clock) as Arc<dyn Clock>),
        clock,
    )
}

fn ready(faulty: &mut Faulty<TestDevice>) -> Result<Completion, TransportError> {
    faulty.execute(&TEST_UNIT_READY, Data::None, SECOND)
}

fn write(faulty: &mut Faulty<TestDevice>) -> Result<Completion, TransportError> {
    faulty.execute(&WRITE_10, Data::Out(&[7; 16]), SECOND)
}

/// How a WRITE of 16 bytes ends under one fault, and how many bytes the device then holds.
fn check(
    moment: Moment,
    effect: Effect,
    expect: Result<Completion, TransportErrorKind>,
    n_written: usize,
) {
    let (mut faulty, _) = faulty(0, &[rule(WRITE, Occasion::Nth(1), moment, effect)]);
    let result = write(&mut faulty).map_err(|error| error.kind);
    assert_eq!(result, expect, "{moment:?} {effect:?}");
    let fired = Fired {
        sequence: 0,
        opcode: 0x2A,
        rule_idx: 0,
    };
    let (device, all_fired) = faulty.into_parts();
    assert_eq!(all_fired, [fired]);
    assert_eq!(device.written.len(), n_written, "{moment:?} {effect:?}");
}

#[test]
fn a_refused_command_and_a_lost_answer_differ_in_what_the_device_holds() {
    use TransportErrorKind::{DeviceGone, Host, InvalidRequest, Timeout};
    let not_ready = Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(BECOMING_READY),
    };
    let check_condition = |transferred| Completion {
        transferred,
        ..Completion::check_condition(BECOMING_READY)
    };
    check(Moment::Before, not_ready, Ok(check_condition(0)), 0);
    check(Moment::After, not_ready, Ok(check_condition(16)), 16);
    for kind in [Timeout, Host, DeviceGone] {
        check(Moment::Before, Effect::Error(kind), Err(kind), 0);
        check(Moment::After, Effect::Error(kind), Err(kind), 16);
    }
    // "Nothing was sent" must stay true.
    let invalid = Effect::Error(InvalidRequest);
    check(Moment::Before, invalid, Err(InvalidRequest), 0);
    check(Moment::After, invalid, Err(InvalidRequest), 0);
    let short = Effect::Short { transferred: 5 };
    check(Moment::Before, short, Ok(Completion::good(5)), 0);
    check(Moment::After, short, Ok(Completion::good(5)), 16);
    let long = Effect::Short { transferred: 99 };
    check(Moment::Before, long, Ok(Completion::good(16)), 0);
    check(Moment::After, long, Ok(Completion::good(16)), 16);
    let busy = Effect::Busy { n_times: 0 };
    let status_busy = Completion {
        status: Status::BUSY,
        ..Completion::good(0)
    };
    check(Moment::Before, busy, Ok(status_busy), 0);
    check(Moment::After, busy, Ok(status_busy), 16);
}

#[test]
fn bytes_past_a_short_count_are_spoilt() {
    for (moment, expect) in [
        (Moment::After, &inquiry_data()[..4]),
        (Moment::Before, &[0xA5; 4]),
    ] {
        let short = Effect::Short { transferred: 4 };
        let (mut faulty, _) = faulty(0, &[rule(None, Occasion::From(1), moment, short)]);
        let mut buffer = [0; 36];
        let answer = faulty.execute(&INQUIRY_36, Data::In(&mut buffer), SECOND);
        assert_eq!(answer, Ok(Completion::good(4)));
        assert_eq!(&buffer[..4], expect);
        assert_eq!(buffer[4..], [0xA5; 32]);
    }
}

#[test]
fn only_the_nth_command_of_the_opcode_is_struck() {
    let host = Effect::Error(TransportErrorKind::Host);
    let (mut faulty, _) = faulty(0, &[rule(WRITE, Occasion::Nth(2), Moment::Before, host)]);
    assert!(ready(&mut faulty).is_ok());
    assert!(write(&mut faulty).is_ok());
    assert!(ready(&mut faulty).is_ok());
    assert!(write(&mut faulty).is_err());
    assert!(write(&mut faulty).is_ok());
    let fired = Fired {
        sequence: 3,
        opcode: 0x2A,
        rule_idx: 0,
    };
    assert_eq!(faulty.fired(), [fired]);
}

#[test]
fn a_device_is_busy_so_many_times() {
    let busy = Effect::Busy { n_times: 3 };
    let (mut faulty, _) = faulty(0, &[rule(WRITE, Occasion::Nth(2), Moment::Before, busy)]);
    let statuses: Vec<_> = (0..6)
        .map(|_| {
            assert_eq!(ready(&mut faulty), Ok(Completion::good(0)));
            write(&mut faulty).unwrap().status
        })
        .collect();
    let (good, busy) = (Status::GOOD, Status::BUSY);
    assert_eq!(statuses, [good, busy, busy, busy, good, good]);
    assert_eq!(faulty.fired().len(), 3);
}

#[test]
fn a_device_that_is_gone_stays_gone() {
    let gone = Effect::Error(TransportErrorKind::DeviceGone);
    let (mut faulty, _) = faulty(0, &[rule(WRITE, Occasion::Nth(1), Moment::After, gone)]);
    assert!(ready(&mut faulty).is_ok());
    for _ in 0..3 {
        assert_eq!(
            write(&mut faulty).unwrap_err().kind,
            TransportErrorKind::DeviceGone
        );
        assert_eq!(
            ready(&mut faulty).unwrap_err().kind,
            TransportErrorKind::DeviceGone
        );
    }
    let error = faulty.execute(&[0; 7], Data::None, SECOND).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::DeviceGone);
    assert_eq!(faulty.fired().len(), 1);
    assert_eq!(faulty.into_parts().0.commands.len(), 2);
}

#[test]
fn delays_pass_on_the_clock_and_add_up_until_the_time_is_over() {
    let delay = |ms, moment| {
        let delay = Effect::Delay(Duration::from_millis(ms));
        rule(TUR, Occasion::From(1), moment, delay)
    };
    // The device itself takes a millisecond.
    for (before, after, took, reached) in [
        (300, 200, Ok(501), true),
        (0, 0, Ok(1), true),
        (500, 499, Ok(1000), true),
        (500, 500, Err(1000), true),
        (1000, 0, Ok(1001), true),
        (1001, 0, Err(1000), false),
        (u64::MAX, u64::MAX, Err(1000), false),
    ] {
        let (mut faulty, clock) = faulty(
            0,
            &[delay(before, Moment::Before), delay(after, Moment::After)],
        );
        let result = ready(&mut faulty).map_err(|error| error.kind);
        let (expect, ms) = match took {
            Ok(ms) => (Ok(Completion::good(0)), ms),
            Err(ms) => (Err(TransportErrorKind::Timeout), ms),
        };
        assert_eq!(result, expect, "{before} {after}");
        assert_eq!(clock.now(), Duration::from_millis(ms), "{before} {after}");
        assert_eq!(!faulty.into_parts().0.commands.is_empty(), reached);
    }
}

#[test]
fn an_endless_delay_and_an_endless_timeout_do_no_harm() {
    let endless = Effect::Delay(Duration::MAX);
    let twice = [rule(None, Occasion::From(1), Moment::After, endless); 2];
    let (mut faulty, _) = faulty(0, &twice);
    let answer = faulty.execute(&TEST_UNIT_READY, Data::None, Duration::MAX);
    assert_eq!(answer, Ok(Completion::good(0)));
}

#[test]
fn a_timeout_lasts_as_long_as_the_command_was_given() {
    for moment in [Moment::Before, Moment::After] {
        let timeout = Effect::Error(TransportErrorKind::Timeout);
        let (mut faulty, clock) = faulty(0, &[rule(TUR, Occasion::Nth(1), moment, timeout)]);
        assert_eq!(
            ready(&mut faulty).unwrap_err().kind,
            TransportErrorKind::Timeout
        );
        assert_eq!(clock.now(), SECOND);
    }
}

#[test]
fn of_several_changes_the_first_in_the_plan_is_made() {
    let host = Effect::Error(TransportErrorKind::Host);
    let busy = Effect::Busy { n_times: 1 };
    let rules = [
        rule(TUR, Occasion::Nth(2), Moment::Before, busy),
        rule(TUR, Occasion::From(1), Moment::Before, host),
    ];
    let (mut faulty, _) = faulty(0, &rules);
    assert_eq!(
        ready(&mut faulty).unwrap_err().kind,
        TransportErrorKind::Host
    );
    assert_eq!(ready(&mut faulty).unwrap().status, Status::BUSY);
    let rules: Vec<_> = faulty.fired().iter().map(|fired| fired.rule_idx).collect();
    assert_eq!(rules, [1, 0]);
}

#[test]
fn requests_outside_the_limits_do_not_count() {
    let host = Effect::Error(TransportErrorKind::Host);
    let (mut faulty, _) = faulty(0, &[rule(None, Occasion::From(1), Moment::Before, host)]);
    let error = faulty.execute(&[0; 7], Data::None, SECOND).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::InvalidRequest);
    assert_eq!(faulty.fired(), []);
}

/// The numbers of the commands struck among 10,000.
fn struck(seed: u64, rules: &[Rule]) -> Vec<u64> {
    let (mut faulty, _) = faulty(seed, rules);
    for _ in 0..10_000 {
        let _ = ready(&mut faulty);
    }
    let of_last = faulty
        .fired()
        .iter()
        .filter(|fired| fired.rule_idx == rules.len() - 1);
    of_last.map(|fired| fired.sequence).collect()
}

#[test]
fn chance_comes_from_the_seed_and_is_as_often_as_asked() {
    let chance = |parts| {
        let delay = Effect::Delay(Duration::ZERO);
        rule(TUR, Occasion::PerMillion(parts), Moment::Before, delay)
    };
    assert_eq!(struck(1, &[chance(0)]).len(), 0);
    assert_eq!(struck(1, &[chance(1_000_000)]).len(), 10_000);
    assert_eq!(struck(1, &[chance(u32::MAX)]).len(), 10_000);
    let often = struck(1, &[chance(100_000)]);
    assert!((900..1100).contains(&often.len()), "{}", often.len());
    assert_eq!(struck(1, &[chance(100_000)]), often);
    assert_ne!(struck(2, &[chance(100_000)]), often);
    let two = struck(1, &[chance(100_000), chance(100_000)]);
    assert_ne!(two, often, "each rule has its own row");
}

#[test]
fn the_generator_gives_the_published_numbers() {
    let mut random = SplitMix(1_234_567);
    let expect = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
    ];
    assert_eq!([random.next(), random.next(), random.next()], expect);
}

fn any_effect() -> impl Strategy<Value = Effect> {
    use TransportErrorKind::{DeviceGone, Host, InvalidRequest, Timeout};
    let kinds = prop::sample::select(vec![Timeout, DeviceGone, Host, InvalidRequest]);
    prop_oneof![
        (any::<u8>(), prop::collection::vec(any::<u8>(), 0..20)).prop_map(|(status, sense)| {
            Effect::Answer {
                status: Status(status),
                sense: SenseBytes::new(&sense),
            }
        }),
        kinds.prop_map(Effect::Error),
        (0..100_usize).prop_map(|transferred| Effect::Short { transferred }),
        (0..3000_u64).prop_map(|ms| Effect::Delay(Duration::from_millis(ms))),
        (0..5_u32).prop_map(|n_times| Effect::Busy { n_times }),
    ]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let opcode = prop::sample::select(vec![None, TUR, WRITE, Some(0x12)]);
    let occasion = prop_oneof![
        (0..6_u64).prop_map(Occasion::Nth),
        (0..6_u64).prop_map(Occasion::From),
        any::<u32>().prop_map(|parts| Occasion::PerMillion(parts % 1_000_001)),
    ];
    let moment = prop::sample::select(vec![Moment::Before, Moment::After]);
    (opcode, occasion, moment, any_effect()).prop_map(|(opcode, occasion, moment, effect)| Rule {
        opcode,
        occasion,
        moment,
        effect,
    })
}

proptest! {
    /// Whatever the plan: counts stay within the buffer, a timeout takes its time, what is gone stays
    /// gone, and the same seed gives the same story.
    #[test]
    fn any_plan_keeps_the_contract(
        seed: u64,
        rules in prop::collection::vec(any_rule(), 0..5),
        commands in prop::collection::vec(0..3_usize, 1..30),
    ) {
        let run = || {
            let (mut faulty, clock) = faulty(seed, &rules);
            let mut story = Vec::new();
            let mut gone = false;
            for &which in &commands {
                let start = clock.now();
                let mut buffer = [0; 36];
                let (command, data): (&[u8], _) = match which {
                    0 => (&TEST_UNIT_READY, Data::None),
                    1 => (&INQUIRY_36, Data::In(&mut buffer)),
                    _ => (&WRITE_10, Data::Out(&[1; 16])),
                };
                let length = data.len();
                let result = faulty.execute(command, data, SECOND);
                match &result {
                    Ok(answer) => {
                        prop_assert!(!gone);
                        prop_assert!(answer.transferred <= length);
                    }
                    Err(error) => match error.kind {
                        TransportErrorKind::Timeout => {
                            prop_assert!(clock.now() - start >= SECOND);
                        }
                        TransportErrorKind::DeviceGone => gone = true,
                        _ => prop_assert!(!gone),
                    },
                }
                story.push((result, buffer, clock.now()));
            }
            Ok((story, faulty.into_parts().1))
        };
        prop_assert_eq!(run()?, run()?);
    }
}
