//! A track that is recorded at once: its pregap, the host's blocks, what ends it.
//!
//! What links it to what is on the disc already is a link and four run-in sectors at the beginning of its pregap, and two
//! run-out sectors at its end: see [`Linking`]. In sound they are silence.
//!
//! Read first: MMC-3 4.2.3.8 (track at once) and 7.5 (what of the write parameters it uses).

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::mode_page::WriteParameters;
use cd_sector::{Control, Isrc, MAIN_BYTES};

use crate::authoring::{McnDigits, ProgramSubcode, TrackShape, put_sector};
use crate::host_block::HostBlock;
use crate::linking::Linking;
use crate::open_session::{RUN_OUT_SECTORS, ahead};
use crate::pma::PmaTrack;

/// Sectors that a track has at least: four seconds. A shorter one is filled up.
const LEAST_TRACK_SECTORS: u32 = 300;

/// A track while it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct TrackAtOnce {
    shape: TrackShape,
    program: ProgramSubcode,
    block: HostBlock,
    /// Where the user's blocks must end at the latest.
    limit: Lba,
    /// Where they have ended.
    end: Option<Lba>,
}

impl TrackAtOnce {
    /// Track `number` with these parameters, its pregap and its first block where `pregap` and `start` say; `None` if the
    /// data block type does not go with the track mode, or the MCN or ISRC is none.
    pub(crate) fn new(
        page: &WriteParameters,
        number: u8,
        (pregap, start): (Lba, Lba),
        limit: Lba,
    ) -> Option<Self> {
        let control = Control(page.track_mode.code());
        let block = HostBlock::of_type(page.data_block_type, control.is_data(), page.subheader)?;
        let shape = TrackShape {
            number,
            control,
            alternates: page.copy,
            isrc: isrc(page)?,
            form: block.form,
            pregap,
            start,
            indexes: Vec::new(),
        };
        let mut program = ProgramSubcode::new(mcn(page)?);
        program.push_track(&shape);
        Some(Self {
            shape,
            program,
            block,
            limit,
            end: None,
        })
    }

    pub(crate) const fn n_block_bytes(&self) -> usize {
        self.block.n_bytes()
    }

    /// The first address from `lba` on for which the host sends a block; `None` if there is none.
    pub(crate) fn next_from_host(&self, lba: Lba) -> Option<Lba> {
        let next = lba.max(self.shape.start);
        (self.end.is_none() && next < self.limit).then_some(next)
    }

    /// Where the drive's own sectors behind the last block end; `None` while blocks may come.
    pub(crate) fn made_end(&self) -> Option<Lba> {
        Some(ahead(self.end?, RUN_OUT_SECTORS))
    }

    /// No more blocks will come; the next would have been that at `lba`.
    pub(crate) fn end_at(&mut self, lba: Lba) {
        let least = ahead(self.shape.start, LEAST_TRACK_SECTORS);
        self.end.get_or_insert(lba.max(least));
    }

    /// The track as the PMA has it, once it has ended.
    pub(crate) fn pma_track(&self) -> Option<PmaTrack> {
        Some(PmaTrack {
            number: self.shape.number,
            control: crate::authoring::toc_control(&self.shape),
            start: self.shape.start,
            end: self.end?,
        })
    }

    /// Appends the sector at `lba` to `out`; `block` is what the host sent for it, nothing for the drive's own.
    pub(crate) fn put(&self, lba: Lba, block: &[u8], out: &mut Vec<u8>) {
        let mut main = [0; MAIN_BYTES];
        if block.is_empty() {
            self.shape.form.made_as(self.linking(lba), lba, &mut main);
        } else {
            self.block.put(lba, block, &mut main);
        }
        put_sector(&main, self.program.pq(lba), None, out);
    }

    /// What the sector at `lba`, which the drive makes, is beside being empty.
    fn linking(&self, lba: Lba) -> Option<Linking> {
        let since = |start: Lba| lba.since(start).map(Sectors::count);
        let from_end = self.end.and_then(since).and_then(Linking::from_end);
        from_end.or_else(|| Linking::from_start(since(self.shape.pregap)?))
    }

    /// Its number.
    pub(crate) const fn number(&self) -> u8 {
        self.shape.number
    }
}

/// `None` for a number that is none, `Some(None)` for no number.
fn mcn(page: &WriteParameters) -> Option<Option<McnDigits>> {
    let Some(digits) = page.mcn.digits() else {
        return Some(None);
    };
    let digits = *digits.first_chunk::<13>()?;
    let is_number = digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| Some(digits.map(|digit| digit - b'0')))
}

/// `None` for a code that is none, `Some(None)` for no code.
fn isrc(page: &WriteParameters) -> Option<Option<Isrc>> {
    let Some(characters) = page.isrc.characters() else {
        return Some(None);
    };
    let text = std::str::from_utf8(characters).ok()?;
    text.parse().ok().map(Some)
}

/// The sectors from `start` up to `end`; none if they are the wrong way round.
pub(crate) fn between(start: Lba, end: Lba) -> Option<LbaRange> {
    let range = LbaRange::from_bounds(start, end).ok()?;
    Some(range).filter(|range| !range.is_empty())
}
