//! What the drive has to give, by the image: sectors, shifted as the drive shifts them.

use std::borrow::Cow;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use cd_sector::{MAIN_BYTES, MainKind, PwSubcode, SectorLayout, detect, scramble};

use super::recorded::RecordedSubcode;

#[cfg(test)]
mod tests;

/// Stereo samples of a sector.
pub(super) const SAMPLES: i32 = 588;
/// Bytes of a stereo sample.
const SAMPLE_BYTES: usize = 4;
/// Sectors that packs of R to W reach into after their own.
const PACK_REACH: u32 = 2;

/// How the drive shifts what it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// The subcode read at an address is that of the sector so many later.
    pub(super) subcode_shift: i32,
    /// The sound read at an address is that of so many stereo samples later.
    pub(super) audio_offset: i32,
}

/// How a sector's main channel lies in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MainForm {
    /// Sound.
    Audio,
    /// Data as it belongs on the disc: a drive gives it descrambled.
    Scrambled,
    /// Data that lies plain in the image: on the disc it is what it is.
    Plain,
}

/// What one address has to give.
pub(super) struct Expected {
    /// The address.
    pub(super) at: Lba,
    /// How the main channel lies in the image.
    pub(super) form: MainForm,
    /// The main channel, data descrambled; `None` where an offset takes it over an edge.
    pub(super) main: Option<[u8; MAIN_BYTES]>,
    /// The subcode, and the sector that it is of; `None` where a shift takes it over an edge.
    pub(super) subcode: Option<(Lba, PwSubcode)>,
}

/// Sectors of the image with as many round them as the shifts need.
pub(super) struct Window<'a> {
    /// What is compared at all: beyond it a drive reads nothing, or nothing that counts.
    compared: LbaRange,
    range: LbaRange,
    layout: SectorLayout,
    bytes: Cow<'a, [u8]>,
    /// The subcode as it is on the disc, where that does not follow from the sector alone.
    interleaved: Vec<PwSubcode>,
    view: View,
}

impl<'a> Window<'a> {
    /// A window onto `chunk`, sectors of `source` with their bytes.
    pub(super) fn new(
        source: &dyn SectorSource,
        compared: LbaRange,
        chunk: (LbaRange, &'a [u8]),
        view: View,
    ) -> Result<Self, SourceError> {
        let layout = source.layout();
        let is_packed = layout == SectorLayout::PackedPw96;
        let (range, bytes) = if view == View::default() && !is_packed {
            (chunk.0, Cow::Borrowed(chunk.1))
        } else {
            let samples = view.audio_offset.unsigned_abs() / SAMPLES.unsigned_abs() + 1;
            let reach = PACK_REACH + samples + view.subcode_shift.unsigned_abs();
            let range = around(chunk.0, reach, source.range());
            let mut bytes = vec![0; range.len().count() as usize * layout.sector_bytes()];
            source.render(range, &mut bytes)?;
            (range, Cow::Owned(bytes))
        };
        let mut window = Self {
            compared,
            range,
            layout,
            bytes,
            interleaved: Vec::new(),
            view,
        };
        if is_packed {
            window.interleaved = interleaved(&window);
        }
        Ok(window)
    }

    /// The image's sector at `lba`, if it is in the window.
    fn sector(&self, lba: Lba) -> Option<(&[u8; MAIN_BYTES], &[u8])> {
        let n_bytes = self.layout.sector_bytes();
        let start = self.range.offset_of(lba)?.count() as usize * n_bytes;
        self.bytes
            .get(start..start + n_bytes)?
            .split_first_chunk::<MAIN_BYTES>()
    }

    /// What a drive has to give at `at`; `None` if the window does not hold it.
    pub(super) fn expected(&self, at: Lba) -> Option<Expected> {
        let (main, _) = self.sector(at)?;
        let form = form_of(main);
        let main = match form {
            MainForm::Audio => self.sound(at),
            MainForm::Plain => Some(*main),
            MainForm::Scrambled => {
                let mut plain = *main;
                scramble(&mut plain);
                Some(plain)
            }
        };
        let subcode = moved(at, self.view.subcode_shift)
            .filter(|lba| self.compared.contains(*lba))
            .and_then(|lba| Some((lba, self.subcode(lba)?)));
        Some(Expected {
            at,
            form,
            main,
            subcode,
        })
    }

    /// A sector of sound as it is read at `at`; `None` if some of it lies beyond an edge, or in data.
    pub(super) fn sound(&self, at: Lba) -> Option<[u8; MAIN_BYTES]> {
        let offset = self.view.audio_offset;
        if offset == 0 {
            return self.sector(at).map(|(main, _)| *main);
        }
        let first = moved(at, offset.div_euclid(SAMPLES))?;
        let cut = usize::try_from(offset.rem_euclid(SAMPLES)).ok()? * SAMPLE_BYTES;
        let mut sound = [0; MAIN_BYTES];
        let (head, tail) = sound.split_at_mut(MAIN_BYTES - cut);
        head.copy_from_slice(&self.sound_at(first)?[cut..]);
        if cut > 0 {
            tail.copy_from_slice(&self.sound_at(moved(first, 1)?)?[..cut]);
        }
        Some(sound)
    }

    fn sound_at(&self, lba: Lba) -> Option<&[u8; MAIN_BYTES]> {
        let (main, _) = self.sector(lba)?;
        (self.compared.contains(lba) && form_of(main) == MainForm::Audio).then_some(main)
    }

    /// The subcode that a disc with this image has at `lba`.
    pub(super) fn subcode(&self, lba: Lba) -> Option<PwSubcode> {
        if !self.interleaved.is_empty() {
            let idx = self.range.offset_of(lba)?.count() as usize;
            return self.interleaved.get(idx).copied();
        }
        let (_, subcode) = self.sector(lba)?;
        RecordedSubcode::new(self.layout).push(subcode)
    }
}

pub(super) fn form_of(main: &[u8; MAIN_BYTES]) -> MainForm {
    match detect(main) {
        MainKind::Audio => MainForm::Audio,
        MainKind::Data {
            scrambled: true, ..
        } => MainForm::Scrambled,
        MainKind::Data { .. } => MainForm::Plain,
    }
}

pub(super) fn is_scrambled(main: &[u8; MAIN_BYTES]) -> bool {
    form_of(main) == MainForm::Scrambled
}

/// The address `by` sectors on, if there is one.
pub(super) fn moved(lba: Lba, by: i32) -> Option<Lba> {
    Lba::new(lba.value().checked_add(by)?).ok()
}

/// `range` with `reach` sectors more at either end, as far as `held` and the program go.
pub(super) fn around(range: LbaRange, reach: u32, held: LbaRange) -> LbaRange {
    let reach = i32::try_from(reach).unwrap_or(i32::MAX);
    let held_last = held.last().unwrap_or(held.start());
    let last = range.last().unwrap_or(range.start());
    let start = moved(range.start(), -reach).unwrap_or(Lba::PREGAP_START);
    let start = start.max(held.start()).max(Lba::PREGAP_START);
    let last = moved(last, reach).unwrap_or(Lba::MAX).min(held_last);
    let n = last.since(start).unwrap_or(Sectors::ZERO).count() + 1;
    Sectors::new(n)
        .and_then(|len| LbaRange::new(start, len))
        .unwrap_or(range)
}

/// The subcode on the disc of packed sectors. The first two sectors of a window that does not begin with the program
/// are not whole.
fn interleaved(window: &Window<'_>) -> Vec<PwSubcode> {
    let mut recorded = RecordedSubcode::new(window.layout);
    let sectors = window.range.iter().filter_map(|lba| window.sector(lba));
    sectors
        .filter_map(|(_, subcode)| recorded.push(subcode))
        .collect()
}
