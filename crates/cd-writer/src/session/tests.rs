use cd_mmc::mode_page::{ModePage, ModeParameters};
use cd_mmc::response::{AdrControl, DiscStatus, FullToc, FullTocEntry};
use cd_mmc::{BinMsf, List};
use cd_transport::TransportErrorKind;

use super::*;
use crate::testing::{
    OPTIONS, drive, information, information_bytes, medium, plan_of, range, sense_fault, survey_of,
    transport_fault,
};

const GONE: TransportErrorKind = TransportErrorKind::DeviceGone;
const SECOND: Duration = Duration::from_secs(1);

/// Whether the drive's part is played for a simulation or a real burn.
fn plan(simulate: bool) -> Plan {
    // Three WRITEs: 26, 26 and 8 sectors.
    let mut plan = plan_of(
        &drive(),
        &medium(),
        &survey_of(range(-11_077, 11_077 + 300 + 6_750)),
        crate::BurnOptions {
            simulate,
            ..OPTIONS
        },
    )
    .unwrap();
    plan.writes.range = range(-11_077, 60);
    plan
}

/// The drive's part, played by hand: every command takes a second of a time that nobody else keeps.
struct Hand<'p> {
    session: Session<'p>,
    plan: &'p Plan,
    now: Duration,
    disc: DiscStatus,
}

impl<'p> Hand<'p> {
    fn new(plan: &'p Plan) -> Self {
        Self {
            session: Session::new(plan),
            plan,
            now: SECOND,
            disc: DiscStatus::EMPTY,
        }
    }

    /// What a faultless drive answers to the present command.
    fn answer(&self) -> Vec<u8> {
        match self.session.step().map(|step| step.purpose) {
            Some(Purpose::ConfirmWriteParameters) => {
                let page = self.plan.expected.write_parameters;
                let pages = [ModePage::WriteParameters(page)];
                let mut bytes = vec![0; 264];
                let len = ModeParameters::of(&pages).encode_sense_into(&mut bytes);
                bytes.truncate(len);
                bytes
            }
            Some(Purpose::ConfirmBlank | Purpose::ConfirmWritten) => {
                information_bytes(&information(self.disc))
            }
            Some(Purpose::ConfirmToc) => toc_bytes(),
            _ => Vec::new(),
        }
    }

    fn finish_command(&mut self, data: &[u8], fault: Option<Fault>) {
        self.session.sending(self.now);
        self.now += SECOND;
        self.session.answered(self.now, data, fault);
    }

    /// One act, done as a faultless drive and source would. `false` at the end.
    fn good(&mut self) -> bool {
        match self.session.next() {
            Act::Send(_) => {
                let data = self.answer();
                self.finish_command(&data, None);
            }
            Act::Write(_) => {
                self.finish_command(&[], None);
                self.disc = DiscStatus::COMPLETE;
            }
            Act::Fill => self.session.filled(),
            Act::Wait(pause) => self.now += pause,
            Act::End => return false,
        }
        true
    }

    /// Plays well until the present command is for `purpose`; `nth` counts from 1.
    fn until(&mut self, purpose: Purpose, nth: u32) -> &mut Self {
        for _ in 1..nth {
            self.until(purpose, 1);
            assert!(self.good());
        }
        while self.session.current().0 != purpose || self.session.state == State::Filling {
            assert!(self.good(), "{purpose:?} never came");
        }
        self
    }

    fn fails(&mut self, fault: Fault) -> &mut Self {
        self.finish_command(&[], Some(fault));
        self
    }

    /// Fails for as long as the command is sent again.
    fn keeps_failing(&mut self, fault: &Fault) -> &mut Self {
        let state = self.session.state;
        while self.session.state == state {
            if let Act::Wait(pause) = self.session.next() {
                self.now += pause;
            }
            self.finish_command(&[], Some(fault.clone()));
        }
        self
    }

    fn then(&mut self, expect: State) -> &mut Self {
        assert_eq!(self.session.state, expect);
        self
    }

    /// Plays well to the end.
    fn end(mut self) -> Outcome {
        for _ in 0..100 {
            if !self.good() {
                return self.session.into_outcome();
            }
        }
        panic!("no end in state {:?}", self.session.state);
    }
}

fn toc_bytes() -> Vec<u8> {
    let entry = |point, point_time| FullTocEntry {
        session: 1,
        adr_control: AdrControl::new(1, 4),
        tno: 0,
        point,
        time: BinMsf([0; 3]),
        zero: 0,
        point_time: BinMsf(point_time),
    };
    let entries = [
        entry(0xA0, [1, 0, 0]),
        entry(0xA1, [1, 0, 0]),
        entry(0xA2, [0, 6, 0]),
        entry(1, [0, 2, 0]),
    ];
    let toc = FullToc {
        first_session: 1,
        last_session: 1,
        entries: List::of(&entries),
    };
    let mut bytes = vec![0; 256];
    let len = toc.encode_into(&mut bytes);
    bytes.truncate(len);
    bytes
}

fn purposes(outcome: &Outcome) -> Vec<Purpose> {
    outcome
        .incidents
        .iter()
        .map(|incident| incident.purpose)
        .collect()
}

const FLUSHING: State = State::Flushing { waiting: false };
const PREPARING: [Purpose; 6] = [
    Purpose::Lock,
    Purpose::Speed,
    Purpose::SetWriteParameters,
    Purpose::ConfirmWriteParameters,
    Purpose::Calibrate,
    Purpose::ConfirmBlank,
];

#[test]
fn a_good_burn_passes_every_state_once() {
    let plan = plan(false);
    let mut hand = Hand::new(&plan);
    let mut seen = Vec::new();
    loop {
        let purpose = match hand.session.next() {
            Act::End => break,
            Act::Fill => None,
            _ => Some(hand.session.current().0),
        };
        // Asked twice, it says the same.
        assert_eq!(hand.session.next(), hand.session.next());
        seen.push(purpose);
        hand.good();
    }
    let expect: Vec<_> = PREPARING
        .map(Some)
        .into_iter()
        .chain([None, Some(Purpose::Write), Some(Purpose::Write)])
        .chain([
            Some(Purpose::Write),
            Some(Purpose::Flush),
            Some(Purpose::AwaitFlush),
            Some(Purpose::ConfirmWritten),
            Some(Purpose::ConfirmToc),
            Some(Purpose::Unlock),
        ])
        .collect();
    assert_eq!(seen, expect);
    let outcome = hand.session.into_outcome();
    // The hand's drive is faster than any laser.
    assert!(matches!(outcome.doubts[..], [Doubt::TooFast { .. }]));
    assert!(outcome.stop.is_none());
    assert_eq!(outcome.last_written, plan.writes.range.last());
    // Three WRITEs, flush and wait.
    assert_eq!(outcome.write_time, 5 * SECOND);
    assert_eq!(outcome.n_retries, 0);
    assert_eq!(outcome.n_incidents, 0);
}

/// The plan with nothing to doubt about its time.
fn patient(simulate: bool) -> Plan {
    let mut plan = plan(simulate);
    plan.expected.least_time = 5 * SECOND;
    plan
}

#[test]
fn a_burn_that_took_its_time_is_not_doubted() {
    let plan = patient(false);
    let outcome = Hand::new(&plan).end();
    assert_eq!(outcome.doubts, []);
    assert_eq!(outcome.disc, DiscAfter::Complete);
}

#[test]
fn writes_are_gap_free_and_end_with_what_is_left() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 1);
    for expect in [range(-11_077, 26), range(-11_051, 26), range(-11_025, 8)] {
        assert_eq!(hand.session.next(), Act::Write(expect));
        hand.good();
        assert_eq!(hand.session.last_written(), expect.last());
    }
    hand.then(FLUSHING);
}

#[test]
fn a_fault_before_the_first_write_leaves_the_disc_alone() {
    let plan = patient(false);
    for purpose in PREPARING {
        for fault in [
            sense_fault((4, 0x09, 0)),
            transport_fault(TransportErrorKind::Timeout),
            transport_fault(TransportErrorKind::Host),
        ] {
            let mut hand = Hand::new(&plan);
            hand.until(purpose, 1).fails(fault).then(State::Unlocking);
            let outcome = hand.end();
            assert!(
                matches!(outcome.stop, Some(StopCause::Command(_))),
                "{purpose:?}"
            );
            assert_eq!(outcome.disc, DiscAfter::Untouched);
            assert_eq!(outcome.last_written, None);
        }
    }
}

/// A plan whose selection of raw recording names another session format than 00h.
fn with_session_format() -> Plan {
    let mut plan = patient(false);
    let step = plan
        .prepare
        .iter_mut()
        .find(|step| step.purpose == Purpose::SetWriteParameters)
        .unwrap();
    plan.select_plain = Some(step.clone());
    if let StepData::Out(bytes) = &mut step.data {
        bytes[8 + 8] = 0x20;
    }
    plan
}

#[test]
fn a_refused_session_format_is_left_out_and_told() {
    let plan = with_session_format();
    let refused = sense_fault((5, 0x26, 0x02));
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::SetWriteParameters, 1)
        .fails(refused.clone());
    let plain = plan.select_plain.as_ref().unwrap();
    assert_eq!(hand.session.next(), Act::Send(plain));
    // What the drive refuses once it is not asked again, even if it is reset.
    hand.good();
    hand.until(Purpose::ConfirmBlank, 1)
        .fails(sense_fault((6, 0x29, 0)));
    hand.until(Purpose::SetWriteParameters, 1);
    assert_eq!(hand.session.next(), Act::Send(plain));
    let outcome = hand.end();
    assert!(outcome.stop.is_none());
    let incident = &outcome.incidents[0];
    assert_eq!(incident.purpose, Purpose::SetSessionFormat);
    assert_eq!(incident.fault, refused);
}

#[test]
fn a_selection_refused_for_another_reason_or_twice_ends_the_burn() {
    let plan = with_session_format();
    for other in [(5, 0x24, 0), (5, 0x20, 0), (4, 0x26, 0)] {
        let mut hand = Hand::new(&plan);
        hand.until(Purpose::SetWriteParameters, 1)
            .fails(sense_fault(other));
        assert!(hand.end().stop.is_some(), "{other:02X?}");
    }
    let refused = sense_fault((5, 0x26, 0));
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::SetWriteParameters, 1)
        .fails(refused.clone())
        .fails(refused.clone())
        .then(State::Unlocking);
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::Command(fault)) if fault == refused));
    assert_eq!(outcome.disc, DiscAfter::Untouched);
    // A plan without one has nothing to fall back to.
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::SetWriteParameters, 1)
        .fails(refused)
        .then(State::Unlocking);
}

#[test]
fn a_new_medium_before_the_first_write_is_another_disc() {
    let plan = patient(false);
    for purpose in PREPARING {
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1).fails(sense_fault((6, 0x28, 0)));
        let outcome = hand.end();
        assert!(matches!(outcome.stop, Some(StopCause::MediumChanged(_))));
        assert_eq!(outcome.disc, DiscAfter::Untouched);
    }
}

#[test]
fn a_reset_begins_the_preparation_anew() {
    let plan = patient(false);
    for purpose in PREPARING {
        for asc in [0x29, 0x2A] {
            let mut hand = Hand::new(&plan);
            hand.until(purpose, 1)
                .fails(sense_fault((6, asc, 0)))
                .then(State::Preparing { step_idx: 0 });
            let outcome = hand.end();
            assert!(outcome.stop.is_none());
            assert_eq!(purposes(&outcome), [purpose]);
            assert_eq!(outcome.n_retries, 1);
        }
    }
}

#[test]
fn a_drive_that_is_reset_again_and_again_is_given_up() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    for _ in 0..3 {
        hand.until(Purpose::ConfirmBlank, 1)
            .fails(sense_fault((6, 0x29, 0)))
            .then(State::Preparing { step_idx: 0 });
    }
    hand.until(Purpose::ConfirmBlank, 1)
        .fails(sense_fault((6, 0x29, 0)))
        .then(State::Unlocking);
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
    assert_eq!(outcome.disc, DiscAfter::Untouched);
}

#[test]
fn a_reset_in_mid_burn_ends_it() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2)
        .fails(sense_fault((6, 0x29, 0)))
        .then(FLUSHING);
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
    assert_eq!(outcome.disc, DiscAfter::Spoiled);
}

#[test]
fn parameters_that_did_not_stick_stop_the_burn() {
    let plan = patient(true);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::ConfirmWriteParameters, 1);
    let without_test_write = patient(false);
    let lost = Hand::new(&without_test_write)
        .until(Purpose::ConfirmWriteParameters, 1)
        .answer();
    hand.finish_command(&lost, None);
    let outcome = hand.end();
    assert_eq!(
        outcome.stop.unwrap().to_string(),
        "the drive accepted the write parameters but holds others: test write sent as true, held as false"
    );
    assert_eq!(outcome.disc, DiscAfter::Untouched);
}

#[test]
fn a_disc_that_is_not_blank_is_not_written() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.disc = DiscStatus::INCOMPLETE;
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::DiscChanged(_))));
    assert_eq!(outcome.disc, DiscAfter::Untouched);
}

#[test]
fn optional_commands_may_be_missing() {
    let plan = patient(false);
    for purpose in [
        Purpose::Lock,
        Purpose::Speed,
        Purpose::Calibrate,
        Purpose::Unlock,
    ] {
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1).fails(sense_fault((5, 0x20, 0)));
        let outcome = hand.end();
        assert!(outcome.stop.is_none());
        assert_eq!(outcome.doubts, []);
        assert_eq!(purposes(&outcome), [purpose]);
    }
}

#[test]
fn a_full_buffer_gets_the_same_write_again() {
    let plan = patient(false);
    for fault in [sense_fault((2, 4, 8)), sense_fault((2, 4, 7))] {
        let mut hand = Hand::new(&plan);
        hand.until(Purpose::Write, 2);
        let act = hand.session.next();
        for _ in 0..5 {
            hand.fails(fault.clone());
            assert!(matches!(hand.session.next(), Act::Wait(_)));
            assert_eq!(hand.session.next(), act);
        }
        let outcome = hand.end();
        assert!(outcome.stop.is_none());
        assert_eq!(outcome.n_retries, 5);
        // No news.
        assert_eq!(outcome.n_incidents, 0);
    }
}

#[test]
fn a_buffer_that_stays_full_ends_the_burn() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2);
    let since = hand.now;
    hand.keeps_failing(&sense_fault((2, 4, 8))).then(FLUSHING);
    let waited = hand.now - since;
    assert!((120 * SECOND..130 * SECOND).contains(&waited), "{waited:?}");
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
    assert_eq!(outcome.last_written, range(-11_077, 26).last());
}

#[test]
fn time_spent_waiting_for_the_image_is_not_the_drives() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2);
    // The act is there, the source takes its time, and only then it is sent.
    assert!(matches!(hand.session.next(), Act::Write(_)));
    hand.now += 500 * SECOND;
    hand.fails(sense_fault((2, 4, 8)));
    assert!(matches!(hand.session.next(), Act::Wait(_)));
}

#[test]
fn a_write_that_failed_ends_in_flush_look_and_unlock() {
    let plan = patient(false);
    for nth in 1..=3 {
        for fault in [
            sense_fault((3, 0x0C, 0)),
            sense_fault((5, 0x21, 2)),
            sense_fault((2, 4, 1)),
            transport_fault(TransportErrorKind::Timeout),
        ] {
            let mut hand = Hand::new(&plan);
            hand.until(Purpose::Write, nth).fails(fault).then(FLUSHING);
            assert!(hand.session.is_finishing());
            hand.good();
            hand.then(State::AwaitingFlush).good();
            hand.then(State::Examining).good();
            hand.then(State::Unlocking);
            let outcome = hand.end();
            assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
            assert_eq!(outcome.doubts, []);
            let expect = match nth {
                // No WRITE was taken.
                1 => DiscAfter::Blank,
                2 => DiscAfter::Spoiled,
                // All were sent, and the drive says that they are there.
                _ => DiscAfter::Complete,
            };
            assert_eq!(outcome.disc, expect);
        }
    }
}

#[test]
fn recovered_errors_go_into_the_report_and_on() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2)
        .fails(sense_fault((1, 0x0C, 0x0A)))
        .until(Purpose::AwaitFlush, 1)
        .fails(sense_fault((1, 0x17, 0)));
    let outcome = hand.end();
    assert!(outcome.stop.is_none());
    assert_eq!(outcome.doubts, []);
    assert_eq!(purposes(&outcome), [Purpose::Write, Purpose::AwaitFlush]);
    assert_eq!(outcome.incidents[0].lba, Some(range(-11_051, 1).start()));
}

#[test]
fn only_the_first_hundred_incidents_are_kept() {
    let mut plan = patient(false);
    plan.writes.range = range(-11_077, 150 * 26);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 1);
    for _ in 0..150 {
        hand.fails(sense_fault((1, 0x0C, 0)));
    }
    let outcome = hand.end();
    assert_eq!((outcome.incidents.len(), outcome.n_incidents), (100, 150));
}

#[test]
fn a_recovered_question_without_an_answer_is_asked_again() {
    let plan = patient(false);
    for purpose in [
        Purpose::ConfirmWriteParameters,
        Purpose::ConfirmBlank,
        Purpose::ConfirmWritten,
        Purpose::ConfirmToc,
    ] {
        let mut hand = Hand::new(&plan);
        let recovered = sense_fault((1, 0x17, 0));
        hand.until(purpose, 1);
        let state = hand.session.state;
        hand.fails(recovered.clone()).then(state);
        // With its answer, it is as good as any.
        assert!(matches!(hand.session.next(), Act::Wait(_)));
        let data = hand.answer();
        hand.finish_command(&data, Some(recovered.clone()));
        assert_ne!(hand.session.state, state);
        let outcome = hand.end();
        assert!(outcome.stop.is_none(), "{purpose:?}");
        assert_eq!(outcome.doubts, []);

        // It is not asked for ever.
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1).keeps_failing(&recovered);
        hand.end();
    }
}

#[test]
fn a_deferred_recovered_error_means_that_the_write_was_not_done() {
    let plan = patient(false);
    let mut deferred = sense_fault((1, 0x0C, 0));
    if let crate::FaultCause::Sense(sense) = &mut deferred.cause {
        sense.deferred = true;
    }
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2);
    let act = hand.session.next();
    hand.fails(deferred);
    assert!(matches!(hand.session.next(), Act::Wait(_)));
    assert_eq!(hand.session.next(), act);
    let outcome = hand.end();
    assert!(outcome.stop.is_none());
    assert_eq!(purposes(&outcome), [Purpose::Write]);
}

#[test]
fn a_refused_immediate_flush_becomes_one_that_waits() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Flush, 1)
        .fails(sense_fault((5, 0x24, 0)))
        .then(State::Flushing { waiting: true });
    assert_eq!(hand.session.next(), Act::Send(&plan.flush_waiting));
    hand.good();
    hand.then(State::Proving { step_idx: 0 });
    let outcome = hand.end();
    assert_eq!(outcome.doubts, []);
    assert_eq!(purposes(&outcome), [Purpose::Flush]);
}

#[test]
fn a_flush_that_fails_is_doubted_whatever_comes_after() {
    let plan = patient(false);
    for fault in [
        sense_fault((3, 0x0C, 0)),
        sense_fault((3, 0x0C, 9)),
        sense_fault((4, 0x09, 0)),
        transport_fault(TransportErrorKind::Timeout),
        transport_fault(TransportErrorKind::Host),
    ] {
        let mut hand = Hand::new(&plan);
        hand.until(Purpose::Flush, 1)
            .fails(fault.clone())
            .then(State::AwaitingFlush);
        // All else is well: the disc and its TOC are there.
        let outcome = hand.end();
        assert!(outcome.stop.is_none());
        assert_eq!(outcome.doubts, [Doubt::NotFlushed(fault)]);
    }
}

#[test]
fn only_the_first_fault_of_a_flush_is_a_doubt() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    let first = sense_fault((5, 0x24, 0));
    let second = sense_fault((3, 0x0C, 0));
    let third = sense_fault((2, 0x3A, 0));
    hand.until(Purpose::Flush, 1)
        .fails(first)
        .fails(second.clone())
        .then(State::AwaitingFlush)
        .fails(third)
        .then(State::Proving { step_idx: 0 });
    let outcome = hand.end();
    assert_eq!(outcome.doubts, [Doubt::NotFlushed(second)]);
    assert_eq!(purposes(&outcome), [Purpose::Flush, Purpose::AwaitFlush]);
}

#[test]
fn a_drive_that_never_finishes_is_left_in_bounded_time() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::AwaitFlush, 1);
    let since = hand.now;
    hand.keeps_failing(&sense_fault((2, 4, 8)))
        .then(State::Proving { step_idx: 0 });
    let waited = hand.now - since;
    assert!(
        (plan.flush_limit..plan.flush_limit + 5 * SECOND).contains(&waited),
        "{waited:?}"
    );
    let outcome = hand.end();
    assert!(matches!(outcome.doubts[..], [Doubt::NotFlushed(_)]));
}

#[test]
fn after_a_stop_a_failing_flush_is_an_incident() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2)
        .fails(sense_fault((3, 0x0C, 0)))
        .fails(sense_fault((3, 0x0C, 0)))
        .then(State::AwaitingFlush);
    let outcome = hand.end();
    assert_eq!(outcome.doubts, []);
    assert_eq!(purposes(&outcome), [Purpose::Flush]);
    assert_eq!(outcome.disc, DiscAfter::Spoiled);
}

#[test]
fn proofs_that_fail_are_doubts() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::ConfirmWritten, 1);
    hand.disc = DiscStatus::EMPTY;
    let outcome = hand.end();
    assert_eq!(outcome.doubts, [Doubt::StillBlank]);
    assert_eq!(outcome.disc, DiscAfter::Blank);

    for (purpose, expect) in [
        (
            Purpose::ConfirmWritten,
            Doubt::NoDiscInformation as fn(Fault) -> Doubt,
        ),
        (Purpose::ConfirmToc, Doubt::NoToc),
    ] {
        let fault = sense_fault((3, 0x57, 0));
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1).fails(fault.clone());
        let outcome = hand.end();
        assert_eq!(outcome.doubts, [expect(fault)]);

        // GOOD, and nothing that could be an answer.
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1).finish_command(&[], None);
        let outcome = hand.end();
        assert!(
            matches!(
                outcome.doubts[..],
                [Doubt::NoDiscInformation(_) | Doubt::NoToc(_)]
            ),
            "{:?}",
            outcome.doubts
        );
    }
}

#[test]
fn a_simulation_must_leave_the_disc_blank() {
    let plan = patient(true);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::ConfirmWritten, 1);
    hand.disc = DiscStatus::EMPTY;
    let outcome = hand.end();
    assert_eq!(outcome.doubts, []);
    assert_eq!(outcome.disc, DiscAfter::Blank);

    let outcome = Hand::new(&plan).end();
    assert_eq!(outcome.doubts, [Doubt::SimulationWrote]);
}

#[test]
fn the_unlocking_is_tried_again() {
    let plan = patient(false);
    for fault in [
        sense_fault((6, 0x28, 0)),
        sense_fault((6, 0x29, 0)),
        sense_fault((2, 4, 8)),
        sense_fault((4, 0x09, 0)),
        transport_fault(TransportErrorKind::Timeout),
        transport_fault(TransportErrorKind::Host),
    ] {
        let mut hand = Hand::new(&plan);
        hand.until(Purpose::Unlock, 1)
            .fails(fault.clone())
            .then(State::Unlocking);
        let outcome = hand.end();
        assert!(outcome.stop.is_none());

        let mut hand = Hand::new(&plan);
        hand.until(Purpose::Unlock, 1)
            .keeps_failing(&fault)
            .then(State::Ended);
        let outcome = hand.end();
        assert_eq!(outcome.doubts, []);
        assert_eq!(purposes(&outcome).last(), Some(&Purpose::Unlock));
    }
}

#[test]
fn a_device_that_is_gone_ends_every_state_at_once() {
    let plan = patient(false);
    let all = PREPARING.into_iter().chain([
        Purpose::Write,
        Purpose::Flush,
        Purpose::AwaitFlush,
        Purpose::ConfirmWritten,
        Purpose::ConfirmToc,
        Purpose::Unlock,
    ]);
    for purpose in all {
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1)
            .fails(transport_fault(GONE))
            .then(State::Ended);
        let outcome = hand.end();
        match purpose {
            Purpose::Write => {
                assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
                assert_eq!(outcome.disc, DiscAfter::Unknown);
                assert_eq!(outcome.write_time, SECOND);
            }
            Purpose::Flush | Purpose::AwaitFlush => {
                assert!(matches!(outcome.doubts[..], [Doubt::NotFlushed(_)]));
            }
            Purpose::ConfirmWritten => {
                assert!(matches!(outcome.doubts[..], [Doubt::NoDiscInformation(_)]));
            }
            Purpose::ConfirmToc => {
                assert!(matches!(outcome.doubts[..], [Doubt::NoToc(_)]));
            }
            Purpose::Unlock => {
                assert_eq!(outcome.doubts, []);
                assert_eq!(purposes(&outcome), [Purpose::Unlock]);
            }
            _ => {
                assert!(matches!(outcome.stop, Some(StopCause::Command(_))));
                assert_eq!(outcome.disc, DiscAfter::Untouched);
            }
        }
    }
}

#[test]
fn a_device_gone_after_a_stop_leaves_the_disc_unknown() {
    let plan = patient(false);
    for (n_good, expect) in [
        (0, FLUSHING),
        (1, State::AwaitingFlush),
        (2, State::Examining),
    ] {
        let mut hand = Hand::new(&plan);
        hand.until(Purpose::Write, 2);
        hand.session.stop(StopCause::Cancelled);
        for _ in 0..n_good {
            hand.good();
        }
        hand.then(expect)
            .fails(transport_fault(GONE))
            .then(State::Ended);
        let outcome = hand.end();
        assert!(matches!(outcome.stop, Some(StopCause::Cancelled)));
        assert_eq!(outcome.disc, DiscAfter::Unknown);
        assert_eq!(outcome.doubts, []);
    }
}

#[test]
fn a_stop_before_the_first_command_sends_nothing() {
    let plan = patient(false);
    let mut session = Session::new(&plan);
    session.stop(StopCause::Cancelled);
    assert_eq!(session.next(), Act::End);
    assert_eq!(session.into_outcome().disc, DiscAfter::Untouched);
}

#[test]
fn a_stop_before_the_first_write_goes_out_touches_nothing() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 1);
    // The WRITE is due, and its sectors do not come.
    assert!(matches!(hand.session.next(), Act::Write(_)));
    assert!(!hand.session.is_finishing());
    hand.session
        .stop(StopCause::SourceEnded(plan.writes.range.start()));
    hand.then(State::Unlocking);
    let outcome = hand.end();
    assert!(matches!(outcome.stop, Some(StopCause::SourceEnded(_))));
    assert_eq!(outcome.disc, DiscAfter::Untouched);
}

#[test]
fn a_stop_while_the_read_ahead_fills_touches_nothing() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    while hand.session.next() != Act::Fill {
        hand.good();
    }
    hand.session.stop(StopCause::Cancelled);
    // The filling was under way.
    hand.session.filled();
    hand.then(State::Unlocking);
    assert_eq!(hand.end().disc, DiscAfter::Untouched);
}

#[test]
fn the_first_reason_to_stop_counts_and_the_end_cannot_be_stopped() {
    let plan = patient(false);
    let mut hand = Hand::new(&plan);
    hand.until(Purpose::Write, 2)
        .fails(sense_fault((3, 0x0C, 0)));
    hand.session.stop(StopCause::Cancelled);
    assert!(matches!(hand.end().stop, Some(StopCause::Command(_))));

    for purpose in [
        Purpose::Flush,
        Purpose::AwaitFlush,
        Purpose::ConfirmToc,
        Purpose::Unlock,
    ] {
        let mut hand = Hand::new(&plan);
        hand.until(purpose, 1);
        let state = hand.session.state;
        hand.session.stop(StopCause::Cancelled);
        hand.then(state);
        assert!(hand.end().stop.is_none());
    }
}
