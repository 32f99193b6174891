//! Raw P-W streams for drives that do not take them: as P and Q alone, or with R to W as packs.
//!
//! What the drive makes of the other form is held against what the stream has: R to W that it cannot give back are lost, and
//! a [`Conversion`] knows in how many sectors. It is made from the whole stream, before anything is sent.
//!
//! In a burn a thread of its own converts between the reader and the drive's thread.
//!
//! # Spec
//! MMC-3 table 326 (data block types 1 to 3). Read that first.

use std::io;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use cd_sector::{
    MAIN_BYTES, PwPacked, PwSubcode, RAW_BYTES, RwDeinterleaver, RwRepair, SUBCODE_BYTES,
    SectorLayout,
};
use crossbeam_channel::{Sender, bounded};

use crate::CancelToken;
use crate::pipeline::{Chunk, Feed, Next, Pipe, ReadAhead, Slots, read_ahead};

#[cfg(test)]
mod tests;

/// What a raw P-W stream is turned into on its way to the drive, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    to: SectorLayout,
    may_lose: bool,
    n_lost: u32,
    first_lost: Option<Lba>,
    n_corrected: u32,
}

/// Why nothing is known of a conversion.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// Only raw P-W can be turned into the other forms.
    #[error("a stream of {from} cannot be turned into {to}")]
    NotConvertible {
        /// What the stream is made of.
        from: SectorLayout,
        /// What was asked for.
        to: SectorLayout,
    },
    /// The stream cannot be read.
    #[error(transparent)]
    Source(SourceError),
    /// Stopped by the user.
    #[error("cancelled")]
    Cancelled,
    /// No thread could be started to read the stream.
    #[error("no thread could be started to read the image: {0}")]
    Thread(#[source] io::Error),
}

/// Sectors looked at together: half a megabyte.
const CHUNK: Sectors = match Sectors::new(224) {
    Ok(sectors) => sectors,
    Err(_) => unreachable!(),
};
const DEPTH: usize = 4;
/// Chunks beyond them that files are read for.
const CACHED: usize = 8;

impl Conversion {
    /// Looks through all of `source` for what is lost when a drive gets it as `to`.
    ///
    /// # Errors
    /// [`ConversionError::NotConvertible`] unless `source` is raw P-W and `to` another form; otherwise as reading fails.
    pub fn survey(
        source: &dyn SectorSource,
        to: SectorLayout,
        cancel: &CancelToken,
    ) -> Result<Self, ConversionError> {
        let from = source.layout();
        if from != SectorLayout::RawPw96 || to == from {
            return Err(ConversionError::NotConvertible { from, to });
        }
        let mut found = Self {
            to,
            may_lose: false,
            n_lost: 0,
            first_lost: None,
            n_corrected: 0,
        };
        let settings = ReadAhead {
            chunk: CHUNK,
            depth: DEPTH,
            cached: CACHED,
        };
        let looked = read_ahead(source, source.range(), settings, |feed| {
            let mut pairs = Pairs::default();
            loop {
                if cancel.is_cancelled() {
                    return Err(ConversionError::Cancelled);
                }
                match pairs.poll(feed) {
                    Turn::Waiting => {}
                    Turn::Failed(error) => return Err(ConversionError::Source(error)),
                    Turn::End => return Ok(()),
                    Turn::Pair(current, next) => found.look_at(&current, next.as_ref()),
                }
            }
        });
        looked.map_err(ConversionError::Thread)??;
        Ok(found)
    }

    /// The same, and what is lost may be.
    #[must_use]
    pub const fn losing(self) -> Self {
        Self {
            may_lose: true,
            ..self
        }
    }

    /// What the drive gets.
    #[must_use]
    pub const fn to(&self) -> SectorLayout {
        self.to
    }

    /// Whether it was said that what is lost may be.
    #[must_use]
    pub const fn may_lose(&self) -> bool {
        self.may_lose
    }

    /// Sectors whose P or R to W will not be on the disc as they are in the stream.
    #[must_use]
    pub const fn n_lost(&self) -> u32 {
        self.n_lost
    }

    /// The first of them.
    #[must_use]
    pub const fn first_lost(&self) -> Option<Lba> {
        self.first_lost
    }

    /// Packs with wrong symbols that their parity corrects.
    #[must_use]
    pub const fn n_corrected(&self) -> u32 {
        self.n_corrected
    }

    fn look_at(&mut self, current: &Chunk<'_>, next: Option<&Chunk<'_>>) {
        let windows = Windows { current, next };
        for (idx, lba) in current.range().iter().enumerate() {
            let (_, outcome) = self.subcode(&windows.at(idx), lba);
            self.n_corrected += outcome.n_corrected;
            if outcome.is_lost {
                self.n_lost += 1;
                self.first_lost.get_or_insert(lba);
            }
        }
    }

    /// The subcode the drive gets for the first of three sectors in a row, as long as the form has it.
    fn subcode(&self, window: &[PwSubcode; 3], lba: Lba) -> ([u8; SUBCODE_BYTES], Outcome) {
        let mut bytes = [0; SUBCODE_BYTES];
        let raw = &window[0];
        if self.to == SectorLayout::Pq16 {
            let pq = raw.to_pq16();
            bytes[..pq.len()].copy_from_slice(&pq);
            let outcome = Outcome {
                is_lost: PwSubcode::from_pq16(&pq) != *raw,
                n_corrected: 0,
            };
            return (bytes, outcome);
        }
        let packed = RwDeinterleaver::one_sector(&without_lead_in(window, lba));
        let mut outcome = Outcome {
            is_lost: lba.is_lead_in() && !raw.rw_is_zero(),
            n_corrected: 0,
        };
        let packs = packed
            .packs()
            .map(|pack| match pack.repair(cd_sector::RwSymbols::NONE) {
                RwRepair::Sound => pack,
                RwRepair::Repaired { pack, .. } => {
                    outcome.n_corrected += 1;
                    pack
                }
                RwRepair::Beyond => {
                    outcome.is_lost = true;
                    pack
                }
            });
        (PwPacked::new(&packed.pq(), &packs).0, outcome)
    }

    /// Turns all of `current` into the other form.
    fn convert(&self, current: &Chunk<'_>, next: Option<&Chunk<'_>>, out: &mut [u8]) {
        let windows = Windows { current, next };
        let sectors = current.chunks_exact(RAW_BYTES);
        let outs = out.chunks_exact_mut(self.to.sector_bytes());
        for (idx, ((lba, sector), out)) in current.range().iter().zip(sectors).zip(outs).enumerate()
        {
            let (main, subcode) = out.split_at_mut(MAIN_BYTES);
            main.copy_from_slice(&sector[..MAIN_BYTES]);
            let (bytes, _) = self.subcode(&windows.at(idx), lba);
            subcode.copy_from_slice(&bytes[..subcode.len()]);
        }
    }
}

/// What became of one sector's subcode.
struct Outcome {
    is_lost: bool,
    n_corrected: u32,
}

/// R to W of a lead-in are CD-Text, which is no packs of this kind: what follows the lead-in is looked at without it.
fn without_lead_in(window: &[PwSubcode; 3], lba: Lba) -> [PwSubcode; 3] {
    let mut window = *window;
    for (ahead, subcode) in (0..).zip(&mut window) {
        if lba.value() + ahead < Lba::PREGAP_START.value() {
            subcode.set_rw(&[0; SUBCODE_BYTES]);
        }
    }
    window
}

/// Packs reach two sectors further.
struct Windows<'c, 'a> {
    current: &'c Chunk<'a>,
    next: Option<&'c Chunk<'a>>,
}

impl Windows<'_, '_> {
    fn at(&self, idx: usize) -> [PwSubcode; 3] {
        [0, 1, 2].map(|ahead| self.subcode(idx + ahead))
    }

    /// Zeros after the end of the stream.
    fn subcode(&self, idx: usize) -> PwSubcode {
        let n_current = self.current.len() / RAW_BYTES;
        let (bytes, idx): (&[u8], usize) = match self.next {
            _ if idx < n_current => (self.current, idx),
            Some(next) => (next, idx - n_current),
            None => (&[], 0),
        };
        let start = idx * RAW_BYTES + MAIN_BYTES;
        let subcode = bytes.get(start..start + SUBCODE_BYTES);
        let subcode = subcode.and_then(|bytes| <[u8; SUBCODE_BYTES]>::try_from(bytes).ok());
        PwSubcode(subcode.unwrap_or([0; SUBCODE_BYTES]))
    }
}

/// Takes chunks out of a feed, each with the one after it.
#[derive(Default)]
struct Pairs<'a> {
    held: Option<Chunk<'a>>,
}

enum Turn<'a> {
    Waiting,
    Pair(Chunk<'a>, Option<Chunk<'a>>),
    Failed(SourceError),
    End,
}

impl<'a> Pairs<'a> {
    /// The second of a pair is the first of the next.
    fn poll(&mut self, feed: &mut Feed<'a>) -> Turn<'a> {
        match feed.poll() {
            None => Turn::Waiting,
            Some(Next::Failed(error)) => Turn::Failed(error),
            Some(Next::Chunk(chunk)) => {
                let again = chunk.clone();
                match self.held.replace(again) {
                    Some(current) => Turn::Pair(current, Some(chunk)),
                    None => Turn::Waiting,
                }
            }
            Some(Next::End | Next::Cancelled) => match self.held.take() {
                Some(current) => Turn::Pair(current, None),
                None => Turn::End,
            },
        }
    }
}

/// Runs `consume` with the sectors of `feed` in their other form, which a thread of its own gives them. All chunks of the
/// feed but the last have two sectors at least, since the packs of a sector reach two further.
///
/// # Errors
/// The operating system's, if it can start no thread; `consume` was then not called.
pub(crate) fn converted<'a, R>(
    feed: &mut Feed<'a>,
    conversion: &Conversion,
    settings: ReadAhead,
    consume: impl FnOnce(&mut Feed<'a>) -> R,
) -> io::Result<R> {
    // Nobody waits to be told: a channel that is full is waited for.
    let (told, _) = bounded(1);
    let Pipe {
        feed: mut converted,
        chunks,
        full,
        has_failed,
        is_gone,
    } = Pipe::new(settings, conversion.to.sector_bytes(), told);
    let converter = Converter {
        conversion: *conversion,
        // One in the making, one in hand, and as many as may wait.
        slots: Slots::new(settings.depth + 2),
        chunks,
        full,
        has_failed,
        is_gone,
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name("cd-writer-convert".to_owned())
            .spawn_scoped(scope, move || converter.run(feed))?;
        let result = consume(&mut converted);
        drop(converted);
        match thread.join() {
            Ok(()) => Ok(result),
            Err(panic) => panic::resume_unwind(panic),
        }
    })
}

struct Converter<'a> {
    conversion: Conversion,
    slots: Slots<'a>,
    chunks: Sender<Result<Chunk<'a>, SourceError>>,
    full: Sender<()>,
    has_failed: Arc<AtomicBool>,
    /// The consumer went away.
    is_gone: Arc<AtomicBool>,
}

impl<'a> Converter<'a> {
    fn run(mut self, feed: &mut Feed<'a>) {
        let mut pairs = Pairs::default();
        while !self.is_gone.load(Ordering::Acquire) {
            let sent = match pairs.poll(feed) {
                Turn::Waiting => continue,
                Turn::End => return,
                Turn::Failed(error) => {
                    self.has_failed.store(true, Ordering::Release);
                    // Whoever does not wait for it any more need not know.
                    let _ = self.chunks.send(Err(error));
                    return;
                }
                Turn::Pair(current, next) => {
                    let chunk = self.convert(&current, next.as_ref());
                    drop(current);
                    self.chunks.send(Ok(chunk))
                }
            };
            if sent.is_err() {
                return;
            }
            if self.chunks.is_full() {
                // Said once is enough.
                let _ = self.full.try_send(());
            }
        }
    }

    fn convert(&mut self, current: &Chunk<'a>, next: Option<&Chunk<'a>>) -> Chunk<'a> {
        let range: LbaRange = current.range();
        let n_bytes = range.len().count() as usize * self.conversion.to.sector_bytes();
        let slot = self.slots.vacant(Lba::MAX);
        // Nobody else has it, so nothing is copied.
        let out = Arc::make_mut(slot).room(range, n_bytes);
        self.conversion.convert(current, next, out);
        Chunk::new(range, Arc::clone(slot))
    }
}
