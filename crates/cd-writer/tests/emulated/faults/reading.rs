//! Every command of a comparison meets every fault: it ends in bounded time, and what it says is true. A fault makes no
//! difference where there is none, and hides none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cd_sector::RAW_BYTES;
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment};
use cd_transport::{
    Clock, Completion, Data, Limits, Transport, TransportError, TransportErrorKind,
};
use cd_writer::{CancelToken, VerifyError, VerifyOptions, VerifyReport};

use super::super::host::{Image, OPTIONS, Rig, lba, writer};
use super::case::LONGEST;
use super::effects::{Times, effects, rules};
use super::places::Place;

const READ_CD: u8 = 0xBE;

const PATIENT: VerifyOptions = VerifyOptions {
    rereads: 2,
    ..VerifyOptions::STRICT
};

/// Counts the commands by their first bytes.
struct Counted<'d, T> {
    inner: &'d mut T,
    n_commands: &'d mut BTreeMap<u8, u64>,
}

impl<T: Transport> Transport for Counted<'_, T> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        *self.n_commands.entry(command[0]).or_default() += 1;
        self.inner.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

/// A drive with the image burned, and another image that differs from it in one byte.
struct Bench {
    rig: Rig,
    image: Image,
    other: Image,
    /// Comparisons that took longer than any may.
    too_long: Vec<String>,
}

impl Bench {
    fn new() -> Self {
        let image = Image::two_tracks(0x5A);
        let mut rig = Rig::faithful();
        assert!(rig.burn(&image, OPTIONS).is_success());
        let mut other = image.clone();
        // Of sound: there nothing but the comparison notices.
        other.sector_mut(lba(400))[1000] ^= 1;
        Self {
            rig,
            image,
            other,
            too_long: Vec::new(),
        }
    }

    /// The first, second, middle and last command of each kind that a comparison sends.
    fn places(&mut self) -> Vec<Place> {
        let mut n_commands = BTreeMap::new();
        let counted = Counted {
            inner: &mut self.rig.drive,
            n_commands: &mut n_commands,
        };
        let report = verify(&mut writer(counted, &self.rig.clock), &self.image);
        assert!(report.unwrap().is_equal());
        let mut places = Vec::new();
        for (opcode, n_all) in n_commands {
            let mut chosen = vec![1, 2, n_all.div_ceil(2), n_all];
            chosen.retain(|n| *n <= n_all);
            chosen.sort_unstable();
            chosen.dedup();
            places.extend(chosen.into_iter().map(|n| Place {
                name: format!("{opcode:02X}h no. {n} of {n_all}"),
                opcode,
                n,
                n_bytes: 0,
            }));
        }
        places
    }

    /// A comparison with one of the images, with these faults.
    fn compare(
        &mut self,
        with_other: bool,
        (place, times, effect): (&Place, Times, Effect),
    ) -> Result<VerifyReport, VerifyError> {
        let faults = FaultPlan {
            seed: 1,
            rules: rules(place, times, Moment::Before, effect),
        };
        let clock = Arc::clone(&self.rig.clock);
        let since = clock.now();
        let mut faulty = Faulty::new(&mut self.rig.drive, &faults, clock.clone());
        let image = if with_other { &self.other } else { &self.image };
        let result = verify(&mut writer(&mut faulty, &clock), image);
        assert!(!faulty.fired().is_empty(), "{place:?} was never reached");
        let took = clock.now() - since;
        if took > LONGEST {
            self.too_long
                .push(format!("{took:?} at {place:?}: {effect:?}"));
        }
        result
    }
}

fn verify(
    writer: &mut cd_writer::Recorder<'_>,
    image: &Image,
) -> Result<VerifyReport, VerifyError> {
    writer.verify(image, PATIENT, &CancelToken::new(), &mut |_| {})
}

/// What was said against a disc that is equal.
fn slander(bench: &mut Bench, fault: (&Place, Times, Effect)) -> Option<String> {
    let (place, times, effect) = fault;
    // An answer that is no table of contents is not equal to one; and a drive that says it gave a sector, and gave
    // something else, is not to be told from a disc that holds that.
    let is_other_answer = match effect {
        Effect::Short { transferred } => place.opcode != READ_CD || transferred >= RAW_BYTES,
        _ => false,
    };
    let said = match bench.compare(false, fault) {
        Ok(report) => {
            let n_different: u32 = report.layers.iter().map(|layer| layer.n_different).sum();
            (n_different > 0 && !is_other_answer).then(|| format!("{:?}", report.findings))
        }
        Err(VerifyError::Drive(_)) => None,
        Err(error) => Some(error.to_string()),
    };
    said.map(|said| format!("{effect:?} {times:?} at {}: {said}", place.name))
}

#[test]
fn a_fault_in_a_comparison_makes_no_difference_and_hides_none() {
    let mut bench = Bench::new();
    let mut wrong = Vec::new();
    for place in bench.places() {
        for (_, effect) in effects() {
            let for_ever = (place.n == 1).then_some(Times::Ever);
            for times in [Times::Once].into_iter().chain(for_ever) {
                let fault = (&place, times, effect);
                wrong.extend(slander(&mut bench, fault));
                if bench
                    .compare(true, fault)
                    .is_ok_and(|report| report.is_equal())
                {
                    wrong.push(format!("{fault:?} hides the difference"));
                }
            }
        }
    }
    wrong.append(&mut bench.too_long);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_device_that_goes_in_a_comparison_ends_it() {
    let mut bench = Bench::new();
    for place in bench.places() {
        let gone = Effect::Error(TransportErrorKind::DeviceGone);
        let error = bench
            .compare(false, (&place, Times::Once, gone))
            .unwrap_err();
        assert!(matches!(error, VerifyError::Drive(_)), "{place:?}: {error}");
    }
}
