//! What a stream says about itself, read before anything of it is written.
//!
//! # Spec
//! ECMA-130 22.3.4.2 (table of contents in the lead-in), 22.3.3 (times). Read those first.

use std::fmt;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Q, QFrame, SectorLayout, Toc, TocCollector, TocError};

use crate::raw_stream::sample;
use crate::source::Reader;
use crate::subcode::{QCrc, q_of};
use crate::{LEAD_OUT_SECTORS, SectorSource, SourceError};

#[cfg(test)]
mod tests;

/// Sectors read at once.
const CHUNK: Sectors = match Sectors::new(75) {
    Ok(chunk) => chunk,
    Err(_) => unreachable!(),
};

/// What a stream is, by its own lead-in.
#[derive(Clone, Debug)]
pub struct StreamSurvey {
    /// The addresses it holds.
    pub range: LbaRange,
    /// What each sector is made of.
    pub layout: SectorLayout,
    /// Its sectors before LBA 0: lead-in and pregap. 22,650 for a stream that starts at 95:00:00.
    pub lead_in_sectors: Sectors,
    /// The table of contents in its lead-in, if that is whole.
    pub toc: Option<Toc>,
    /// The first address of the lead-out, by the table of contents.
    pub lead_out_start: Option<Lba>,
    /// How many sectors it holds from there on: 0 if it ends before.
    pub lead_out_sectors: Option<Sectors>,
    /// What is wrong with it.
    pub problems: Vec<StreamProblem>,
}

impl StreamSurvey {
    /// Whether the stream makes a disc that can be read, as far as was looked.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.problems.iter().any(StreamProblem::spoils_disc)
    }
}

/// Something wrong with a stream as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamProblem {
    /// It starts after the lead-in.
    NoLeadIn {
        /// Its first address.
        start: Lba,
    },
    /// Its lead-in holds no table of contents that can be used.
    NoToc(TocError),
    /// It ends before the lead-out that its table of contents announces.
    EndsBeforeLeadOut {
        /// Its last address.
        last: Lba,
        /// Where the lead-out should start.
        lead_out_start: Lba,
    },
    /// Its lead-out is shorter than a minute and a half.
    ShortLeadOut {
        /// Its sectors.
        sectors: Sectors,
    },
    /// Behind its lead-out stands another session. A recorder in raw mode writes one, and what else there is made of a stream
    /// is of one as well.
    LaterSession {
        /// A sector of that session: of its lead-in, or of a track if the session is still open.
        lba: Lba,
    },
    /// Q frames after the lead-in name other addresses than those they will have.
    AddressContradicted {
        /// The address of the first such sector.
        lba: Lba,
        /// What its Q frame says.
        by_q: Lba,
        /// How many of the sampled frames.
        found: u32,
        /// How many frames with an address were sampled.
        sampled: u32,
    },
}

impl StreamProblem {
    /// Whether a disc written from the stream would be unreadable, in whole or in part.
    #[must_use]
    pub const fn spoils_disc(&self) -> bool {
        match self {
            Self::NoLeadIn { .. }
            | Self::NoToc(_)
            | Self::EndsBeforeLeadOut { .. }
            | Self::LaterSession { .. }
            | Self::AddressContradicted { .. } => true,
            Self::ShortLeadOut { .. } => false,
        }
    }
}

impl fmt::Display for StreamProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeadIn { start } => write!(
                f,
                "the stream starts at lba {start} ({}), after the lead-in, which ends with lba -151 (99:59:74)",
                start.to_msf()
            ),
            Self::NoToc(error) => {
                write!(f, "the lead-in holds no usable table of contents: {error}")
            }
            Self::EndsBeforeLeadOut {
                last,
                lead_out_start,
            } => write!(
                f,
                "the stream ends with lba {last}, before the lead-out at lba {lead_out_start} that its table of \
                 contents announces"
            ),
            Self::ShortLeadOut { sectors } => write!(
                f,
                "the lead-out has {sectors} sectors, fewer than the {LEAD_OUT_SECTORS} a first session should have"
            ),
            Self::LaterSession { lba } => write!(
                f,
                "the stream holds more than one session: lba {lba} ({}), behind the lead-out, is of another; only a stream \
                 of one session can be burned, verified, or converted to anything but a raw stream",
                lba.to_msf()
            ),
            Self::AddressContradicted {
                lba,
                by_q,
                found,
                sampled,
            } => write!(
                f,
                "{found} of {sampled} Q frames looked at name another address than they will have: the one at lba \
                 {lba} says lba {by_q} ({})",
                by_q.to_msf()
            ),
        }
    }
}

/// Reads the lead-in of `source` whole, and samples of the rest.
///
/// # Errors
/// [`SourceError`] if the sectors cannot be had.
pub fn survey(source: &dyn SectorSource) -> Result<StreamSurvey, SourceError> {
    let (range, layout) = (source.range(), source.layout());
    let mut survey = StreamSurvey {
        range,
        layout,
        lead_in_sectors: Lba::ZERO.since(range.start()).unwrap_or(Sectors::ZERO),
        toc: None,
        lead_out_start: None,
        lead_out_sectors: None,
        problems: Vec::new(),
    };
    let mut reader = Reader::sampling(source);
    if range.start().is_lead_in() {
        let lead_in = range.take(
            Lba::PREGAP_START
                .since(range.start())
                .unwrap_or(range.len()),
        );
        match read_toc(&mut reader, lead_in)? {
            Ok(toc) => {
                survey.take_toc(toc);
                let later = later_session(&mut reader, range, toc.lead_out().to_lba())?;
                survey.problems.extend(later);
            }
            Err(error) => survey.problems.push(StreamProblem::NoToc(error)),
        }
    } else {
        let start = range.start();
        survey.problems.push(StreamProblem::NoLeadIn { start });
    }
    survey.problems.extend(check_addresses(&mut reader, range)?);
    Ok(survey)
}

impl StreamSurvey {
    fn take_toc(&mut self, toc: Toc) {
        self.problems.extend(toc_problem(&toc, self.range));
        let start = toc.lead_out().to_lba();
        self.lead_out_start = Some(start);
        self.lead_out_sectors = Some(sectors_from(self.range, start));
        self.toc = Some(toc);
    }
}

/// What is wrong with a stream of the addresses `range` by the place of its lead-out.
pub(crate) fn toc_problem(toc: &Toc, range: LbaRange) -> Option<StreamProblem> {
    let lead_out_start = toc.lead_out().to_lba();
    let sectors = sectors_from(range, lead_out_start);
    if sectors.is_zero() {
        return range.last().map(|last| StreamProblem::EndsBeforeLeadOut {
            last,
            lead_out_start,
        });
    }
    (sectors < LEAD_OUT_SECTORS).then_some(StreamProblem::ShortLeadOut { sectors })
}

/// How many sectors of `range` lie at `start` and after it.
pub(crate) fn sectors_from(range: LbaRange, start: Lba) -> Sectors {
    let end = range.start().position() + range.len().count();
    Sectors::new(end.saturating_sub(start.position())).unwrap_or(Sectors::MAX)
}

fn read_toc(
    reader: &mut Reader<'_>,
    lead_in: LbaRange,
) -> Result<Result<Toc, TocError>, SourceError> {
    let layout = reader.layout();
    let mut collector = TocCollector::new();
    for chunk in lead_in.chunks(CHUNK) {
        for sector in reader.read(chunk)?.chunks_exact(layout.sector_bytes()) {
            collector.push(&q_of(layout, sector).0);
        }
    }
    Ok(collector.finish())
}

/// Looks for another session from the lead-out at `lead_out` on: at two sectors of each second, of which every lead-in has sixty.
fn later_session(
    reader: &mut Reader<'_>,
    range: LbaRange,
    lead_out: Lba,
) -> Result<Option<StreamProblem>, SourceError> {
    let layout = reader.layout();
    let before = lead_out.since(range.start());
    let Some(rest) = before.and_then(|before| range.skip(before)) else {
        return Ok(None);
    };
    let mut search = SessionSearch::default();
    for second in rest.chunks(CHUNK) {
        let two = second.take(TWO);
        let sectors = reader.read(two)?.chunks_exact(layout.sector_bytes());
        for (lba, sector) in two.iter().zip(sectors) {
            let (frame, crc) = q_of(layout, sector);
            if let Some(problem) = search.push(lba, &frame, crc) {
                return Ok(Some(problem));
            }
        }
    }
    Ok(None)
}

/// Looks for another session in frames from the lead-out on, in the order of their addresses.
#[derive(Debug, Default)]
pub(crate) struct SessionSearch {
    is_in_lead_out: bool,
    /// The readable frame before was of another session.
    was_another: bool,
}

impl SessionSearch {
    /// Takes the next frame. One of a lead-in, or one of a track behind the lead-out, may be a slip: two in a row are none.
    pub(crate) fn push(&mut self, lba: Lba, frame: &QFrame, crc: QCrc) -> Option<StreamProblem> {
        let meaning = frame.decode().ok().filter(|_| crc != QCrc::Wrong)?;
        let is_another = match meaning {
            Q::Toc { .. } => true,
            Q::Position { .. } => self.is_in_lead_out,
            Q::LeadOut { .. } => {
                self.is_in_lead_out = true;
                false
            }
            Q::Mcn { .. } | Q::Isrc { .. } | Q::Other(_) => return None,
        };
        let was_another = std::mem::replace(&mut self.was_another, is_another);
        (is_another && was_another).then_some(StreamProblem::LaterSession { lba })
    }
}

/// Samples the sectors from the first pregap on.
fn check_addresses(
    reader: &mut Reader<'_>,
    range: LbaRange,
) -> Result<Option<StreamProblem>, SourceError> {
    let layout = reader.layout();
    let skipped = Lba::PREGAP_START.since(range.start());
    let Some(rest) = range.skip(skipped.unwrap_or(Sectors::ZERO)) else {
        return Ok(None);
    };
    let (mut found, mut sampled, mut first) = (0, 0, None);
    for offset in sample(u64::from(rest.len().count())) {
        let offset = u32::try_from(offset)
            .ok()
            .and_then(|n| Sectors::new(n).ok());
        let one = offset.and_then(|offset| rest.skip(offset));
        let Some(one) = one.map(|one| one.take(ONE)) else {
            break;
        };
        let (frame, crc) = q_of(layout, reader.read(one)?);
        if crc == QCrc::Wrong {
            continue;
        }
        if let Ok(Q::Position { absolute, .. } | Q::LeadOut { absolute, .. }) = frame.decode() {
            sampled += 1;
            let (lba, by_q) = (one.start(), absolute.to_lba());
            if lba != by_q {
                found += 1;
                first.get_or_insert((lba, by_q));
            }
        }
    }
    Ok(first.map(|(lba, by_q)| StreamProblem::AddressContradicted {
        lba,
        by_q,
        found,
        sampled,
    }))
}

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};
const TWO: Sectors = match Sectors::new(2) {
    Ok(two) => two,
    Err(_) => unreachable!(),
};
