//! A session that is recorded at once: what the cue sheet says, and which sectors follow from it.
//!
//! Read first: MMC-3 6.34 (SEND CUE SHEET) and 4.2.3.8 (session at once).

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::{CueEntry, CueSub};
use cd_sector::{Control, DiscType, Isrc, MAIN_BYTES, Toc, TocTrack};

use crate::authoring::{
    LeadInSubcode, McnDigits, ProgramSubcode, TrackShape, put_sector, toc_control,
};
use crate::host_block::HostBlock;
use crate::open_session::Following;

#[cfg(test)]
mod tests;

/// Where a session is to be recorded, and how.
#[derive(Clone, Debug)]
pub(crate) struct SessionPlace {
    /// Where its lead-in begins.
    pub(crate) lead_in: Lba,
    /// Where its first pregap begins.
    pub(crate) program: Lba,
    /// Where its lead-out may begin at the latest.
    pub(crate) last_lead_out: Lba,
    /// The number its first track must have; `None` on a disc without tracks.
    pub(crate) first_track: Option<u8>,
    pub(crate) n_lead_out: u32,
    pub(crate) disc_type: DiscType,
    pub(crate) following: Following,
}

/// A session to be recorded at once.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    place: SessionPlace,
    program: ProgramSubcode,
    lead_in: LeadInSubcode,
    regions: Vec<Region>,
    lead_out: Lba,
}

/// Sectors that come in blocks of one kind.
#[derive(Clone, Copy, Debug)]
struct Region {
    start: Lba,
    main: HostBlock,
    sub: CueSub,
}

/// What in a cue sheet is wrong: the byte at fault.
pub(crate) type BadCue = usize;

/// The places of a cue sheet as they come.
#[derive(Default)]
struct Sheet {
    mcn: Vec<u8>,
    /// Characters of the ISRC of a track that is still to come, or has come.
    isrc: Vec<(u8, Vec<u8>)>,
    tracks: Vec<TrackShape>,
    /// Index 0 of a track whose index 1 has not come.
    pregap: Option<(u8, Lba)>,
    /// The first is the lead-in.
    regions: Vec<Region>,
    lead_out: Option<Lba>,
}

impl Session {
    /// The session that the cue sheet `bytes` describes.
    ///
    /// # Errors
    /// The offset of the byte at fault. A sheet has: the catalogue number, the lead-in, the tracks in their order with
    /// index 0 where there is a pregap (the first track has one, from where the session's program area begins), the
    /// lead-out; addresses rise, data forms are those of the standard and go with CONTROL from index 1 on.
    pub(crate) fn new(bytes: &[u8], place: SessionPlace) -> Result<Self, BadCue> {
        let (entries, rest) = bytes.as_chunks::<{ CueEntry::BYTES }>();
        if !rest.is_empty() || entries.is_empty() {
            return Err(entries.len() * CueEntry::BYTES);
        }
        let mut sheet = Sheet::default();
        for (entry, at) in entries.iter().zip((0..).step_by(CueEntry::BYTES)) {
            let entry = CueEntry::decode(entry).map_err(|_| at)?;
            sheet
                .take(entry, &place)
                .map_err(|byte| at + usize::from(byte))?;
        }
        sheet.finish(place).ok_or(bytes.len() - CueEntry::BYTES)
    }

    /// The addresses that the session takes up, lead-in to lead-out.
    pub(crate) fn range(&self) -> LbaRange {
        let end = self.lead_out.position() + self.place.n_lead_out;
        let start = self.place.lead_in;
        Sectors::new(end.saturating_sub(start.position()))
            .and_then(|len| LbaRange::new(start, len))
            .unwrap_or_else(|_| crate::medium::empty_at(start))
    }

    /// Bytes the host sends for the sector at `lba`; 0 for one that the drive makes.
    pub(crate) fn block_bytes(&self, lba: Lba) -> usize {
        if lba >= self.lead_out {
            return 0;
        }
        let region = self.region_at(lba);
        let sub = region.sub.block_bytes().unwrap_or(0);
        // Of a lead-in the host sends subcode or nothing.
        let main = if lba < self.place.program {
            0
        } else {
            region.main.n_bytes()
        };
        main + sub
    }

    /// The first sector from `lba` on that the host sends something for; `None` if there is none.
    pub(crate) fn next_from_host(&self, lba: Lba) -> Option<Lba> {
        let region = self.region_at(lba).start;
        let later = self.regions.iter().map(|region| region.start);
        let candidates = later.filter(|start| *start >= region);
        candidates
            .map(|start| start.max(lba))
            .find(|start| self.block_bytes(*start) > 0)
    }

    fn region_at(&self, lba: Lba) -> &Region {
        let behind = self.regions.partition_point(|region| region.start <= lba);
        &self.regions[behind.saturating_sub(1)]
    }

    /// Appends the sector at `lba` to `out`; `block` is what the host sent for it.
    pub(crate) fn put(&self, lba: Lba, block: &[u8], out: &mut Vec<u8>) {
        let mut main = [0; MAIN_BYTES];
        let region = self.region_at(lba);
        let n_sub = region.sub.block_bytes().unwrap_or(0).min(block.len());
        let (block, sub) = block.split_at(block.len() - n_sub);
        let rw = sub.first_chunk::<96>();
        if lba < self.place.program {
            self.lead_in.form().made(lba, &mut main);
            put_sector(&main, (false, self.lead_in.q(lba)), rw, out);
            return;
        }
        if lba >= self.lead_out {
            self.program.form_at(lba).made(lba, &mut main);
        } else {
            region.main.put(lba, block, &mut main);
        }
        put_sector(&main, self.program.pq(lba), rw, out);
    }
}

/// Bytes of an entry.
const TRACK_BYTE: u8 = 1;
const INDEX_BYTE: u8 = 2;
const FORM_BYTE: u8 = 3;
const TIME_BYTE: u8 = 5;

impl Sheet {
    fn take(&mut self, entry: CueEntry, place: &SessionPlace) -> Result<(), u8> {
        match entry {
            CueEntry::Mcn { part } => {
                self.mcn.extend_from_slice(&part);
                if self.mcn.len() > 14 {
                    return Err(0);
                }
                Ok(())
            }
            CueEntry::Isrc { track, part } => {
                match self.isrc.iter_mut().find(|(of, _)| *of == track) {
                    Some((_, characters)) => characters.extend_from_slice(&part),
                    None => self.isrc.push((track, part.to_vec())),
                }
                Ok(())
            }
            CueEntry::Place {
                control,
                track,
                index,
                main,
                sub,
                alternate_copy,
                start,
            } => {
                let block = HostBlock::of_cue(main).ok_or(FORM_BYTE)?;
                sub.block_bytes().ok_or(FORM_BYTE)?;
                let start = start.to_msf().map_err(|_| TIME_BYTE)?.to_lba();
                let region = Region {
                    start,
                    main: block,
                    sub,
                };
                match (track, index) {
                    (0, 0) => self.lead_in(region, place),
                    (CueEntry::LEAD_OUT, 1) => self.lead_out(start, place),
                    (1..=99, _) => {
                        let control = (Control(control), alternate_copy);
                        self.place((track, index), control, region, place)
                    }
                    _ => Err(TRACK_BYTE),
                }
            }
            CueEntry::Other(_) => Err(0),
        }
    }

    /// Nobody sends the main channel of a lead-in, whatever the form says.
    fn lead_in(&mut self, region: Region, place: &SessionPlace) -> Result<(), u8> {
        if !self.regions.is_empty() {
            return Err(TRACK_BYTE);
        }
        self.regions.push(Region {
            start: place.lead_in,
            ..region
        });
        Ok(())
    }

    fn place(
        &mut self,
        (number, index): (u8, u8),
        (control, alternates): (Control, bool),
        region: Region,
        place: &SessionPlace,
    ) -> Result<(), u8> {
        let start = region.start;
        let is_behind = self.regions.last().is_some_and(|last| last.start < start);
        let is_first = self.tracks.is_empty() && self.pregap.is_none();
        let is_where_sessions_begin = start == place.program && index == 0;
        if self.regions.is_empty() || self.lead_out.is_some() {
            return Err(TRACK_BYTE);
        }
        if !is_behind || is_first && !is_where_sessions_begin {
            return Err(TIME_BYTE);
        }
        if index > 0 && control.is_data() != region.main.form.is_data() {
            return Err(FORM_BYTE);
        }
        let expected = match self.tracks.last() {
            Some(track) => Some(track.number + 1),
            None => place.first_track,
        };
        let is_next = expected.is_none_or(|expected| expected == number);
        match (index, self.pregap) {
            (0, Some(_)) | (2.., Some(_)) => return Err(INDEX_BYTE),
            (0, None) if is_next => self.pregap = Some((number, start)),
            (1, Some((of, _))) if of != number => return Err(TRACK_BYTE),
            (1, pregap) if is_next => {
                self.pregap = None;
                self.tracks.push(TrackShape {
                    number,
                    control,
                    alternates,
                    isrc: None,
                    form: region.main.form,
                    pregap: pregap.map_or(start, |(_, pregap)| pregap),
                    start,
                    indexes: Vec::new(),
                });
            }
            (0 | 1, _) => return Err(TRACK_BYTE),
            (_, None) => {
                let last = self.tracks.last_mut().ok_or(TRACK_BYTE)?;
                if last.number != number {
                    return Err(TRACK_BYTE);
                }
                if usize::from(index) != last.indexes.len() + 2 {
                    return Err(INDEX_BYTE);
                }
                last.indexes.push(start);
            }
        }
        self.regions.push(region);
        Ok(())
    }

    fn lead_out(&mut self, start: Lba, place: &SessionPlace) -> Result<(), u8> {
        let is_behind = self.regions.last().is_some_and(|last| last.start < start);
        if self.lead_out.is_some() || self.tracks.is_empty() || self.pregap.is_some() {
            return Err(TRACK_BYTE);
        }
        if !is_behind || start > place.last_lead_out {
            return Err(TIME_BYTE);
        }
        self.lead_out = Some(start);
        Ok(())
    }

    fn mcn(&self) -> Result<Option<McnDigits>, ()> {
        let Some(digits) = self.mcn.first_chunk::<13>() else {
            return if self.mcn.is_empty() {
                Ok(None)
            } else {
                Err(())
            };
        };
        let is_number = digits.iter().all(u8::is_ascii_digit);
        if !is_number {
            return Err(());
        }
        Ok(Some(digits.map(|digit| digit - b'0')))
    }

    fn finish(mut self, place: SessionPlace) -> Option<Session> {
        let lead_out = self.lead_out?;
        for (number, characters) in &self.isrc {
            let track = self.tracks.iter_mut().find(|one| one.number == *number)?;
            let text = std::str::from_utf8(characters).ok()?;
            track.isrc = Some(text.parse::<Isrc>().ok()?);
        }
        let mut program = ProgramSubcode::new(self.mcn().ok()?);
        let (first, last) = (self.tracks.first()?, self.tracks.last()?);
        self.tracks
            .iter()
            .for_each(|track| program.push_track(track));
        program.push_lead_out(toc_control(last), last.form, lead_out);
        let entries: Vec<_> = self
            .tracks
            .iter()
            .map(|track| TocTrack {
                track: track.number,
                control: toc_control(track),
                start: track.start.to_msf(),
            })
            .collect();
        let toc = Toc::new(place.disc_type, &entries, lead_out.to_msf()).ok()?;
        let pointers = place.following.pointers(lead_out, place.n_lead_out);
        let lead_in = LeadInSubcode::new(&toc, &pointers, first.form);
        Some(Session {
            place,
            program,
            lead_in,
            regions: self.regions,
            lead_out,
        })
    }
}
