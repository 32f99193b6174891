//! Compares a disc with the image it was burned from, sector by sector and layer by layer.
//!
//! # Spec
//! MMC-5 6.20 (READ CD: data is returned descrambled, subcode raw). Read that first.

use std::io;
use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use cd_sector::{MAIN_BYTES, MainKind, PwSubcode, SectorLayout, detect, scramble};

use crate::control::PROGRESS_INTERVAL;
use crate::pipeline::{Next, ReadAhead, read_ahead};
use crate::read::SectorForm;
use crate::recorder::Recorder;
use crate::{Action, CancelToken, Fault, Progress};

#[cfg(test)]
mod tests;

/// A part of a sector that is compared by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// 2352 bytes.
    Main,
    /// 96 bits.
    P,
    /// 96 bits, CRC included.
    Q,
    /// 96 symbols of six bits.
    Rw,
}

/// All layers, in the order in which a sector has them.
pub const LAYERS: [Layer; 4] = [Layer::Main, Layer::P, Layer::Q, Layer::Rw];

/// A sector that reads back different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub lba: Lba,
    /// In which layer.
    pub layer: Layer,
}

/// A sector that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where.
    pub lba: Lba,
    /// What the drive said.
    pub fault: Fault,
}

/// What a comparison found.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// What was compared: the program area, and the first pregap if the drive reads it.
    pub range: LbaRange,
    /// Sectors equal in every layer compared.
    pub n_equal: u32,
    /// Sectors that differ, by layer in the order of [`LAYERS`].
    pub n_different: [u32; 4],
    /// The first hundred differences, in the order of addresses and in a sector of [`LAYERS`].
    pub differences: Vec<Difference>,
    /// Sectors that cannot be read.
    pub n_unreadable: u32,
    /// The first hundred of them.
    pub unreadable: Vec<Unreadable>,
    /// Why P-W was not compared, if it was not: the drive does not give it.
    pub without_subcode: Option<Fault>,
    /// Why the first track's pregap was not compared, if it was not: few drives read it.
    pub without_pregap: Option<Fault>,
    /// Whether R-W was left out because the image has it as packs, which the drive interleaves: what it
    /// reads back is another form of the same.
    pub without_rw: bool,
}

impl VerifyReport {
    /// Whether every sector that was compared is equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.n_equal == self.range.len().count()
    }
}

/// Why a comparison has no result.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Stopped by the user.
    #[error("cancelled")]
    Cancelled,
    /// The image cannot be read.
    #[error(transparent)]
    Source(SourceError),
    /// The drive went away or stopped answering: what was compared until then says nothing of the rest.
    #[error("the drive stopped answering: {0}")]
    Drive(Fault),
    /// No thread could be started to read the image.
    #[error("no thread could be started to read the image: {0}")]
    Thread(io::Error),
    /// The stream has no sector that a drive can read back.
    #[error("the stream holds nothing between lba -150 and its lead-out")]
    NothingToCompare,
}

/// How many differences and unreadable sectors a report lists.
const MAX_LISTED: usize = 100;

impl Recorder<'_> {
    /// Reads every sector from the first pregap up to `lead_out` back and compares it with `source`.
    ///
    /// A drive gives data sectors descrambled and cannot be asked for lead-in and lead-out, which the
    /// table of contents stands for. Where the drive gives no raw P-W, or does not read the pregap, that
    /// is said in the report.
    ///
    /// # Errors
    /// [`VerifyError`] when the comparison could not be finished.
    pub fn verify(
        &mut self,
        source: &dyn SectorSource,
        lead_out: Lba,
        cancel: &CancelToken,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<VerifyReport, VerifyError> {
        let everything = LbaRange::from_bounds(Lba::PREGAP_START, lead_out)
            .ok()
            .and_then(|range| range.intersection(source.range()))
            .ok_or(VerifyError::NothingToCompare)?;
        let mut form = SectorForm::MainAndPw;
        let mut without_subcode = None;
        if let Some(fault) = self.probe_read(Lba::ZERO, form)? {
            without_subcode = Some(fault);
            form = SectorForm::Main;
        }
        let without_pregap = self.probe_read(everything.start(), form)?;
        let range = match &without_pregap {
            Some(_) => LbaRange::from_bounds(Lba::ZERO, lead_out)
                .ok()
                .and_then(|range| range.intersection(source.range()))
                .ok_or(VerifyError::NothingToCompare)?,
            None => everything,
        };
        let report = VerifyReport {
            range,
            n_equal: 0,
            n_different: [0; 4],
            differences: Vec::new(),
            n_unreadable: 0,
            unreadable: Vec::new(),
            without_subcode,
            without_pregap,
            without_rw: source.layout() == SectorLayout::PackedPw96,
        };
        let per_read = self.sectors_per_read(form);
        let settings = ReadAhead {
            chunk: per_read,
            depth: 64,
        };
        let layout = source.layout();
        let mut comparison = Comparison {
            form,
            layout,
            report,
            read: vec![0; per_read.count() as usize * form.bytes()],
            start: self.clock.now(),
            told: None,
        };
        read_ahead(source, range, settings, |feed| {
            loop {
                match feed.next(cancel) {
                    Next::End => return Ok(()),
                    Next::Cancelled => return Err(VerifyError::Cancelled),
                    Next::Failed(error) => return Err(VerifyError::Source(error)),
                    Next::Chunk(chunk) => {
                        comparison.chunk(self, (chunk.range(), &chunk), cancel)?;
                        comparison.tell(self, chunk.range(), progress);
                    }
                }
            }
        })
        .map_err(VerifyError::Thread)??;
        Ok(comparison.report)
    }

    /// What hinders reading one sector in this form as such; a sector merely unreadable is no hindrance.
    fn probe_read(&mut self, lba: Lba, form: SectorForm) -> Result<Option<Fault>, VerifyError> {
        let Ok(one) = LbaRange::new(lba, ONE) else {
            return Ok(None);
        };
        let mut sector = vec![0; form.bytes()];
        match self.read_sectors(one, form, &mut sector) {
            Err(fault) if fault.transport_error().is_some() => Err(VerifyError::Drive(fault)),
            Err(fault) if fault.is_refusal() => Ok(Some(fault)),
            _ => Ok(None),
        }
    }
}

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

struct Comparison {
    form: SectorForm,
    layout: SectorLayout,
    report: VerifyReport,
    read: Vec<u8>,
    start: Duration,
    told: Option<Duration>,
}

impl Comparison {
    fn chunk(
        &mut self,
        recorder: &mut Recorder<'_>,
        (range, image): (LbaRange, &[u8]),
        cancel: &CancelToken,
    ) -> Result<(), VerifyError> {
        let mut read = std::mem::take(&mut self.read);
        let n_bytes = range.len().count() as usize * self.form.bytes();
        let result = match recorder.read_sectors(range, self.form, &mut read[..n_bytes]) {
            Ok(()) => {
                self.compare_all(range, image, &read[..n_bytes]);
                Ok(())
            }
            Err(fault) if fault.transport_error().is_some() => Err(VerifyError::Drive(fault)),
            Err(_) => self.one_by_one(recorder, (range, image), &mut read, cancel),
        };
        self.read = read;
        result
    }

    /// A command that failed as a whole says little about its sectors: each is asked for alone.
    fn one_by_one(
        &mut self,
        recorder: &mut Recorder<'_>,
        (range, image): (LbaRange, &[u8]),
        read: &mut [u8],
        cancel: &CancelToken,
    ) -> Result<(), VerifyError> {
        let read = &mut read[..self.form.bytes()];
        let sectors = image.chunks_exact(self.layout.sector_bytes());
        for (one, image) in range.chunks(ONE).zip(sectors) {
            // A drive takes its time with every sector it cannot read.
            if cancel.is_cancelled() {
                return Err(VerifyError::Cancelled);
            }
            match recorder.read_sectors(one, self.form, read) {
                Ok(()) => self.compare(one.start(), image, read),
                Err(fault) if fault.transport_error().is_some() => {
                    return Err(VerifyError::Drive(fault));
                }
                Err(fault) => {
                    self.report.n_unreadable += 1;
                    if self.report.unreadable.len() < MAX_LISTED {
                        self.report.unreadable.push(Unreadable {
                            lba: one.start(),
                            fault,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn compare_all(&mut self, range: LbaRange, image: &[u8], read: &[u8]) {
        let image = image.chunks_exact(self.layout.sector_bytes());
        let read = read.chunks_exact(self.form.bytes());
        for ((lba, image), read) in range.iter().zip(image).zip(read) {
            self.compare(lba, image, read);
        }
    }

    fn compare(&mut self, lba: Lba, image: &[u8], read: &[u8]) {
        let different = differing_layers(self.layout, image, read);
        if different == [false; 4] {
            self.report.n_equal += 1;
            return;
        }
        for ((layer, differs), n) in LAYERS
            .iter()
            .zip(different)
            .zip(&mut self.report.n_different)
        {
            if differs {
                *n += 1;
                if self.report.differences.len() < MAX_LISTED {
                    self.report
                        .differences
                        .push(Difference { lba, layer: *layer });
                }
            }
        }
    }

    fn tell(
        &mut self,
        recorder: &Recorder<'_>,
        done: LbaRange,
        progress: &mut dyn FnMut(&Progress),
    ) {
        let now = recorder.clock.now();
        let last = done.last() == self.report.range.last();
        let due = self
            .told
            .is_none_or(|told| now.saturating_sub(told) >= PROGRESS_INTERVAL);
        if !due && !last {
            return;
        }
        self.told = Some(now);
        let elapsed = now.saturating_sub(self.start);
        let mut event = Progress {
            action: Action::Verifying,
            range: self.report.range,
            last_read: done.last(),
            last_done: done.last(),
            buffer_total: 0,
            buffer_used: 0,
            elapsed,
            remaining: None,
        };
        event.remaining =
            Progress::estimate(event.n_done(), self.report.range.len().count(), elapsed);
        progress(&event);
    }
}

/// Which layers of a sector read back differ from the image's, in the order of [`LAYERS`]. `read` is
/// 2352 bytes, or 2448 with raw P-W.
fn differing_layers(layout: SectorLayout, image: &[u8], read: &[u8]) -> [bool; 4] {
    let (Some((image_main, image_subcode)), Some((read_main, read_subcode))) = (
        image.split_first_chunk::<MAIN_BYTES>(),
        read.split_first_chunk::<MAIN_BYTES>(),
    ) else {
        return [true; 4];
    };
    let main = image_main != read_main && {
        // The drive gives data sectors descrambled.
        let mut plain = *image_main;
        let scrambled = matches!(
            detect(image_main),
            MainKind::Data {
                scrambled: true,
                ..
            }
        );
        if scrambled {
            scramble(&mut plain);
        }
        !scrambled || plain != *read_main
    };
    let Ok(read_subcode) = <[u8; 96]>::try_from(read_subcode) else {
        return [main, false, false, false];
    };
    let read = PwSubcode(read_subcode);
    let image = match (layout, image_subcode.try_into(), image_subcode.try_into()) {
        (SectorLayout::Pq16, Ok(pq), _) => recorded_pq(pq),
        (SectorLayout::RawPw96 | SectorLayout::PackedPw96, _, Ok(pw)) => PwSubcode(pw),
        _ => return [main, true, true, true],
    };
    let rw = |subcode: &PwSubcode| subcode.0.map(|symbol| symbol & 0x3F);
    let is_packed = layout == SectorLayout::PackedPw96;
    [
        main,
        image.p() != read.p(),
        image.q() != read.q(),
        !is_packed && rw(&image) != rw(&read),
    ]
}

/// What a recorder makes of 16 bytes of P and Q: the CRC is its own, R-W is zero.
fn recorded_pq(pq: &[u8; 16]) -> PwSubcode {
    let mut subcode = PwSubcode::from_pq16(pq);
    let [payload @ .., _, _] = subcode.q().0;
    subcode.set_q(&cd_sector::QFrame::with_crc(payload));
    subcode
}
