//! What files' bytes say that sheets leave open: plain or scrambled, forms or none, which byte of a sample comes first.

use std::sync::Arc;

use cd_address::{BcdMsf, Lba};
use cd_sector::{MAIN_BYTES, MainKind, SYNC, detect, scramble};

use crate::raw_stream::sample;
use crate::subcode::array;
use crate::track::count;
use crate::{
    ByteOrder, ByteOrderFound, DataForm, DiscSpec, FilePayload, MappedFile, Note, OpenError, Run,
    RunMain, SourceNote,
};

/// Bytes of the subheader, which stands twice.
const SUBHEADER: usize = 4;

/// Sectors in a file: where the first begins, bytes from one to the next, and how many.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) file: Arc<MappedFile>,
    pub(crate) offset: u64,
    pub(crate) stride: u32,
    pub(crate) n_sectors: u64,
}

impl Stretch {
    /// Calls `f` with the first `N` bytes of sampled sectors.
    fn sampled<const N: usize>(&self, mut f: impl FnMut(&[u8; N])) -> Result<(), OpenError> {
        let mut bytes = [0; N];
        for sector_idx in sample(self.n_sectors) {
            let offset = self.offset + sector_idx * u64::from(self.stride);
            // The last sector of a file of sound need not be whole.
            if offset + N as u64 > self.file.len() {
                break;
            }
            self.file.read_at(offset, &mut bytes)?;
            f(&bytes);
        }
        Ok(())
    }
}

/// What sampled sectors of 2352 bytes of a data track are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DataLook {
    pub(crate) looked_at: u32,
    pub(crate) plain: u32,
    pub(crate) scrambled: u32,
    /// How many there are of each mode.
    modes: [u32; 3],
    /// Sectors of Mode 2 whose subheader is twice the same.
    n_forms: u32,
}

impl DataLook {
    pub(crate) fn of(stretches: &[Stretch]) -> Result<Self, OpenError> {
        let mut look = Self::default();
        for stretch in stretches {
            stretch.sampled(|sector: &[u8; MAIN_BYTES]| look.take(sector))?;
        }
        Ok(look)
    }

    fn take(&mut self, sector: &[u8; MAIN_BYTES]) {
        self.looked_at += 1;
        let MainKind::Data { mode, scrambled } = detect(sector) else {
            return;
        };
        let mut plain = *sector;
        if scrambled {
            self.scrambled += 1;
            scramble(&mut plain);
        } else {
            self.plain += 1;
        }
        if let Some(n) = self.modes.get_mut(usize::from(mode)) {
            *n += 1;
        }
        if mode == 2 && has_subheader(&plain[SYNC.len() + 4..]) {
            self.n_forms += 1;
        }
    }

    /// The form of most sectors; `None` if none is data.
    pub(crate) const fn form(&self) -> Option<DataForm> {
        match (self.plain, self.scrambled) {
            (0, 0) => None,
            (plain, scrambled) if plain >= scrambled => Some(DataForm::Plain),
            _ => Some(DataForm::Scrambled),
        }
    }

    /// The mode that most sectors say, 0..=2; `None` if none says one.
    pub(crate) fn mode(&self) -> Option<u8> {
        let most = (0..).zip(self.modes).max_by_key(|(_, n)| *n);
        most.filter(|(_, n)| *n > 0).map(|(mode, _)| mode)
    }

    /// Whether any sector is of this mode.
    pub(crate) fn has_mode(&self, mode: u8) -> bool {
        self.modes.get(usize::from(mode)).is_some_and(|n| *n > 0)
    }

    /// Whether sectors of Mode 2 have forms: half of them at least have two equal subheaders.
    pub(crate) const fn has_forms(&self) -> bool {
        2 * self.n_forms >= self.modes[2]
    }
}

/// Whether the 2336 bytes after the header of sectors of Mode 2 begin with two equal subheaders, in half of them at least.
pub(crate) fn have_forms(stretches: &[Stretch]) -> Result<bool, OpenError> {
    let (mut n_forms, mut looked_at) = (0_u32, 0_u32);
    for stretch in stretches {
        stretch.sampled(|bytes: &[u8; 2 * SUBHEADER]| {
            looked_at += 1;
            n_forms += u32::from(has_subheader(bytes));
        })?;
    }
    Ok(2 * n_forms >= looked_at)
}

fn has_subheader(bytes: &[u8]) -> bool {
    bytes[..SUBHEADER] == bytes[SUBHEADER..2 * SUBHEADER]
}

/// What is to be said of samples that are taken in an order of bytes for the reason `why`, and the warning if they look the other
/// way round.
pub(crate) fn judge_order(
    path: &str,
    sound: &[Stretch],
    (taken, why): (ByteOrder, &str),
) -> Result<(String, Option<SourceNote>), OpenError> {
    let mut found = Vec::new();
    // With something between the sectors they cannot be looked at in one go.
    let packed = sound
        .iter()
        .filter(|stretch| u64::from(stretch.stride) == MAIN_BYTES as u64);
    for stretch in packed {
        let end = stretch.offset + stretch.n_sectors * MAIN_BYTES as u64;
        let range = stretch.offset..end.min(stretch.file.len());
        found.push(ByteOrderFound::look(&stretch.file, range)?);
    }
    let other = found
        .iter()
        .find(|found| found.order.is_some_and(|order| order != taken));
    let look = match other {
        Some(_) => "its samples look the other way round",
        None if found.iter().any(|found| found.order.is_some()) => "so its samples look",
        None => "its samples do not tell",
    };
    let note = other.map(|found| SourceNote::ByteOrder {
        path: path.to_owned(),
        taken,
        found: *found,
    });
    Ok((format!("audio {taken} ({why}; {look})"), note))
}

/// The track whose header names another address than the sector will have, for each track of whole data sectors.
pub(crate) fn header_notes(spec: &DiscSpec) -> Result<Vec<Note>, OpenError> {
    let mut notes = Vec::new();
    let mut position = u64::from(Lba::PREGAP_START.position());
    for (track_idx, track) in spec.tracks.iter().enumerate() {
        position += match count(&track.pregap) {
            0 if track_idx == 0 => 150,
            n_sectors => n_sectors,
        };
        let at = u32::try_from(position).unwrap_or(u32::MAX);
        if let Some(run) = track.body.first()
            && let Ok(lba) = Lba::from_position(at)
            && let Some(header) = header(run)?
            && header.to_lba() != lba
        {
            notes.push(Note::HeaderAddress { lba, header });
        }
        position += count(&track.body);
    }
    Ok(notes)
}

/// The address in the header of the first sector of `run`, if it is a data sector from a file with a header that is an address.
fn header(run: &Run) -> Result<Option<cd_address::Msf>, OpenError> {
    let RunMain::File { file, offset, form } = &run.main else {
        return Ok(None);
    };
    let is_scrambled = match form.payload {
        FilePayload::PlainSector => false,
        FilePayload::ScrambledSector => true,
        _ => return Ok(None),
    };
    if run.sectors.is_zero() || offset.saturating_add(MAIN_BYTES as u64) > file.len() {
        return Ok(None);
    }
    let mut sector = [0; MAIN_BYTES];
    file.read_at(*offset, &mut sector)?;
    if detect(&sector) == MainKind::Audio {
        return Ok(None);
    }
    if is_scrambled {
        scramble(&mut sector);
    }
    Ok(BcdMsf(array(&sector[SYNC.len()..])).to_msf().ok())
}
