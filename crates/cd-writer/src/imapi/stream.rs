//! Streams as the interface takes them: sectors without an address of their own, whose first one is said to lie so
//! many sectors before LBA 0.

use std::fmt;
use std::io::Read;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError, StreamProblem, StreamSurvey, survey};
use cd_sector::SectorLayout;
use parking_lot::Mutex;

use super::error::{Cause, DiscFormatError, HostError, StreamError};
use crate::{CancelToken, ReadAhead, Writes};

/// What a write takes its sectors from.
#[doc(alias = "IStream")]
pub enum Stream<'a> {
    /// Sectors of which any can be had at any time: a mapped image, an authored one.
    Sectors(&'a dyn SectorSource),
    /// Bytes that come once, in order.
    Forward(ForwardStream<'a>),
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sectors(source) => write!(f, "Sectors({}, {})", source.range(), source.layout()),
            Self::Forward(stream) => stream.fmt(f),
        }
    }
}

impl<'a, S: SectorSource> From<&'a S> for Stream<'a> {
    fn from(source: &'a S) -> Self {
        Self::Sectors(source)
    }
}

impl<'a> From<&'a dyn SectorSource> for Stream<'a> {
    fn from(source: &'a dyn SectorSource) -> Self {
        Self::Sectors(source)
    }
}

impl<'a> From<ForwardStream<'a>> for Stream<'a> {
    fn from(stream: ForwardStream<'a>) -> Self {
        Self::Forward(stream)
    }
}

/// A reader that cannot seek, as a stream: whole sectors of the requested sector type.
///
/// What lies before the medium's lead-in is read and dropped, the lead-in and the first pregap are kept in memory
/// (27 MB on a common blank), as the table of contents stands in them, and the rest goes to the drive as it comes. So less of it
/// can be checked beforehand than of a stream that can be read twice: that times and lead-out are where they should
/// be is seen up to LBA 0 only.
pub struct ForwardStream<'a> {
    reader: Box<dyn Read + Send + 'a>,
    n_bytes: u64,
}

impl<'a> ForwardStream<'a> {
    /// The next `n_bytes` bytes of `reader`. They have to be whole sectors, and all there: a reader that ends before
    /// spoils the disc.
    #[must_use]
    pub fn new(reader: impl Read + Send + 'a, n_bytes: u64) -> Self {
        Self {
            reader: Box::new(reader),
            n_bytes,
        }
    }
}

impl fmt::Debug for ForwardStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardStream")
            .field("n_bytes", &self.n_bytes)
            .finish_non_exhaustive()
    }
}

/// A stream at its place, and what it says of itself.
pub(super) struct Placed<'a> {
    pub(super) source: Box<dyn SectorSource + 'a>,
    pub(super) survey: StreamSurvey,
    /// Whether it is read once, so that no system can read it ahead.
    pub(super) is_forward_only: bool,
}

impl Placed<'_> {
    pub(super) fn read_ahead(&self, writes: &Writes) -> ReadAhead {
        let usual = ReadAhead::for_writes(writes);
        match self.is_forward_only {
            true => usual.in_memory(),
            false => usual,
        }
    }
}

/// Where a stream goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The address of the stream's first sector.
    pub(super) start: Lba,
    /// The address of the medium's first sector.
    pub(super) medium_start: Lba,
    /// The requested sector type.
    pub(super) layout: SectorLayout,
}

impl<'a> Stream<'a> {
    /// Puts the stream at its place, and reads from it what must be known before a burn.
    pub(super) fn place(
        self,
        place: Place,
        cancel: &CancelToken,
    ) -> Result<Placed<'a>, DiscFormatError> {
        match self {
            Self::Sectors(source) => {
                let found = source.layout();
                if found != place.layout {
                    let requested = place.layout;
                    return Err(not_supported(format!(
                        "it has sectors of {found}, sectors of {requested} were requested"
                    )));
                }
                let range = stream_range(place.start, source.range().len())?;
                let source = Shifted { source, range };
                let survey = survey(&source).map_err(|error| DiscFormatError::of_source(&error))?;
                Ok(Placed {
                    source: Box::new(source),
                    survey,
                    is_forward_only: false,
                })
            }
            Self::Forward(stream) => stream.place(place, cancel),
        }
    }
}

fn not_supported(why: impl Into<String>) -> DiscFormatError {
    StreamError::NotSupported(why.into()).into()
}

fn stream_range(start: Lba, len: Sectors) -> Result<LbaRange, DiscFormatError> {
    if len.is_zero() {
        return Err(not_supported("it is empty"));
    }
    LbaRange::new(start, len).map_err(|_| {
        let text = format!(
            "the stream begins at {} and has {len} sectors: it ends past the last address there is",
            start.to_msf()
        );
        StreamError::NotEnoughSpace(text).into()
    })
}

/// A source at other addresses.
struct Shifted<'a> {
    source: &'a dyn SectorSource,
    range: LbaRange,
}

impl Shifted<'_> {
    fn inner(&self, range: LbaRange) -> Result<LbaRange, SourceError> {
        let held = self.range;
        let inner = range
            .start()
            .since(held.start())
            .and_then(|offset| self.source.range().skip(offset))
            .filter(|rest| range.len() <= rest.len());
        inner
            .map(|rest| rest.take(range.len()))
            .ok_or(SourceError::OutOfRange { asked: range, held })
    }
}

impl SectorSource for Shifted<'_> {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.source.layout()
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        self.source.mapped(self.inner(range)?)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.source.render(self.inner(range)?, out)
    }

    fn will_need(&self, range: LbaRange) {
        if let Ok(inner) = self.inner(range) {
            self.source.will_need(inner);
        }
    }

    fn release(&self, range: LbaRange) {
        if let Ok(inner) = self.inner(range) {
            self.source.release(inner);
        }
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        self.source.verify_unchanged()
    }
}

/// How much is read at once while the lead-in is kept: one second of 1x.
const STEP: Sectors = match Sectors::new(75) {
    Ok(step) => step,
    Err(_) => unreachable!(),
};
/// A lead-out is 90 seconds.
const LEAD_OUT_SECTORS: u32 = 6_750;

impl<'a> ForwardStream<'a> {
    fn place(self, place: Place, cancel: &CancelToken) -> Result<Placed<'a>, DiscFormatError> {
        let sector_bytes = place.layout.sector_bytes() as u64;
        if !self.n_bytes.is_multiple_of(sector_bytes) {
            return Err(not_supported(format!(
                "its {} bytes are no whole sectors of {sector_bytes} bytes",
                self.n_bytes
            )));
        }
        let n_sectors = u32::try_from(self.n_bytes / sector_bytes).unwrap_or(u32::MAX);
        let len = Sectors::new(n_sectors).unwrap_or(Sectors::MAX);
        let all = stream_range(place.start, len)?;
        let skipped = place.medium_start.since(place.start);
        let range = skipped
            .and_then(|skipped| all.skip(skipped))
            .filter(|range| !range.is_empty())
            .ok_or_else(|| not_supported("it ends before the medium's lead-in begins"))?;
        let mut reader = Reader {
            reader: self.reader,
            offset: 0,
        };
        reader.skip(
            all.len().count() - range.len().count(),
            sector_bytes,
            cancel,
        )?;
        let head = reader.read_head(range, place.layout, cancel)?;
        let source = ForwardSource {
            range,
            layout: place.layout,
            head,
            rest: Mutex::new(Rest {
                unread: range.skip(head_of(range).len()),
                reader,
            }),
        };
        let survey = source.survey(all)?;
        Ok(Placed {
            source: Box::new(source),
            survey,
            is_forward_only: true,
        })
    }
}

/// A reader and how far it has come.
struct Reader<'a> {
    reader: Box<dyn Read + Send + 'a>,
    offset: u64,
}

impl Reader<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), SourceError> {
        let offset = self.offset;
        self.reader
            .read_exact(out)
            .map_err(|source| SourceError::Read {
                path: "the stream".to_owned(),
                offset,
                source,
            })?;
        self.offset += out.len() as u64;
        Ok(())
    }

    fn skip(
        &mut self,
        n_sectors: u32,
        sector_bytes: u64,
        cancel: &CancelToken,
    ) -> Result<(), DiscFormatError> {
        let mut bytes = vec![0; usize::try_from(sector_bytes).unwrap_or(usize::MAX)];
        for _ in 0..n_sectors {
            self.step(&mut bytes, cancel)?;
        }
        Ok(())
    }

    /// The sectors of `range` before LBA 0.
    fn read_head(
        &mut self,
        range: LbaRange,
        layout: SectorLayout,
        cancel: &CancelToken,
    ) -> Result<Vec<u8>, DiscFormatError> {
        let head = head_of(range);
        let n_bytes = head.len().count() as usize * layout.sector_bytes();
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(n_bytes).map_err(|error| {
            HostError::OutOfMemory(format!("for {n_bytes} bytes of lead-in: {error}"))
        })?;
        for piece in head.chunks(STEP) {
            let filled = bytes.len();
            bytes.resize(
                filled + piece.len().count() as usize * layout.sector_bytes(),
                0,
            );
            self.step(&mut bytes[filled..], cancel)?;
        }
        Ok(bytes)
    }

    fn step(&mut self, out: &mut [u8], cancel: &CancelToken) -> Result<(), DiscFormatError> {
        if cancel.is_cancelled() {
            return Err(DiscFormatError::new(Cause::Cancelled));
        }
        self.fill(out)
            .map_err(|error| DiscFormatError::of_source(&error))
    }
}

/// The lead-in and first pregap of `range`.
fn head_of(range: LbaRange) -> LbaRange {
    range.take(Lba::ZERO.since(range.start()).unwrap_or(Sectors::ZERO))
}

/// Sectors that come in order, the first of them kept.
struct ForwardSource<'a> {
    range: LbaRange,
    layout: SectorLayout,
    /// [`head_of`] the range.
    head: Vec<u8>,
    rest: Mutex<Rest<'a>>,
}

/// What was not given yet, and where it comes from.
struct Rest<'a> {
    unread: Option<LbaRange>,
    reader: Reader<'a>,
}

impl ForwardSource<'_> {
    fn bytes_of(&self, n_sectors: Sectors) -> usize {
        n_sectors.count() as usize * self.layout.sector_bytes()
    }

    fn head_bytes(&self, range: LbaRange) -> Option<&[u8]> {
        let start = self.bytes_of(head_of(self.range).offset_of(range.start())?);
        self.head.get(start..start + self.bytes_of(range.len()))
    }

    /// What the head says, with the length of the `whole` stream.
    fn survey(&self, whole: LbaRange) -> Result<StreamSurvey, DiscFormatError> {
        let mut survey = survey(&Head(self)).map_err(|error| DiscFormatError::of_source(&error))?;
        survey.range = whole;
        survey.lead_in_sectors = Lba::ZERO.since(whole.start()).unwrap_or(Sectors::ZERO);
        survey.problems.retain(|problem| {
            // That the head alone holds no lead-out is no wonder.
            !matches!(
                problem,
                StreamProblem::EndsBeforeLeadOut { .. } | StreamProblem::ShortLeadOut { .. }
            )
        });
        let (Some(lead_out_start), Some(last)) = (survey.lead_out_start, whole.last()) else {
            return Ok(survey);
        };
        let after = last
            .since(lead_out_start)
            .map_or(0, |before| before.count() + 1);
        let sectors = Sectors::new(after).unwrap_or(Sectors::ZERO);
        survey.lead_out_sectors = Some(sectors);
        if after == 0 {
            survey.problems.push(StreamProblem::EndsBeforeLeadOut {
                last,
                lead_out_start,
            });
        } else if after < LEAD_OUT_SECTORS {
            survey
                .problems
                .push(StreamProblem::ShortLeadOut { sectors });
        }
        Ok(survey)
    }
}

impl SectorSource for ForwardSource<'_> {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        Ok(self.head_bytes(range))
    }

    /// After the head, each sector can be had once, in order.
    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        if out.len() != self.bytes_of(range.len()) {
            return Err(SourceError::WrongBuffer {
                asked: range,
                needed: self.bytes_of(range.len()) as u64,
                got: out.len(),
            });
        }
        let n_from_head = Lba::ZERO.since(range.start()).unwrap_or(Sectors::ZERO);
        let from_head = range.take(n_from_head);
        let (kept, coming) = out.split_at_mut(self.bytes_of(from_head.len()));
        if let Some(bytes) = self.head_bytes(from_head) {
            kept.copy_from_slice(bytes);
        }
        let Some(wanted) = range.skip(from_head.len()) else {
            return Ok(());
        };
        let mut rest = self.rest.lock();
        let is_next =
            |unread: &LbaRange| wanted.start() == unread.start() && unread.contains_range(wanted);
        let Some(unread) = rest.unread.filter(is_next) else {
            let held = rest.unread.unwrap_or(self.range.take(Sectors::ZERO));
            return Err(SourceError::OutOfRange { asked: range, held });
        };
        rest.reader.fill(coming)?;
        rest.unread = unread.skip(wanted.len());
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

/// The sectors that are kept, as a source of their own.
struct Head<'s, 'a>(&'s ForwardSource<'a>);

impl SectorSource for Head<'_, '_> {
    fn range(&self) -> LbaRange {
        head_of(self.0.range)
    }

    fn layout(&self) -> SectorLayout {
        self.0.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        self.0.mapped(range)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.0.render(range, out)
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}
