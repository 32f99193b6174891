//! Finds out, before all is read, by what the drive shifts subcode and sound.

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::SectorSource;
use cd_sector::{MAIN_BYTES, QFrame};

use super::case::subcode_read;
use super::expected::{MainForm, SAMPLES, View, Window, around, form_of, moved};
use super::options::VerifyOptions;
use super::report::Habit;
use super::{VerifyError, answered};
use crate::read::SectorForm;
use crate::recorder::Recorder;
use crate::{CancelToken, Fault};

/// Places looked at, evenly over the program area, until enough is known.
const N_SPOTS: u32 = 24;
/// Sectors read at each.
const SPOT: u32 = 8;
/// The most sectors that subcode is looked for away from its own.
const MAX_SHIFT: i32 = 5;
/// The most sectors that sound is looked for away from its own: far beyond the offset of any drive known.
const MAX_OFFSET: i32 = 5;
/// Q frames that are enough to know the drive by.
const ENOUGH_FRAMES: u32 = 32;
/// Sectors of sound that have to agree on an offset.
const ENOUGH_SOUND: u32 = 2;

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Calibration {
    /// What the comparison goes by: what was found and accepted.
    pub(super) view: View,
    pub(super) habits: Vec<Habit>,
}

/// Evidence as it comes in.
#[derive(Default)]
struct Evidence {
    n_frames: u32,
    n_without_crc: u32,
    /// How often a frame was the image's, by shift from `-MAX_SHIFT` on.
    votes: [u32; 2 * MAX_SHIFT as usize + 1],
    /// The offset found last, and how often in a row.
    offset: Option<(i32, u32)>,
}

/// Reads here and there and holds it against the image.
pub(super) fn calibrate(
    recorder: &mut Recorder<'_>,
    source: &dyn SectorSource,
    (range, form): (LbaRange, SectorForm),
    options: VerifyOptions,
    cancel: &CancelToken,
) -> Result<Calibration, VerifyError> {
    let mut evidence = Evidence::default();
    let spot = Sectors::new(SPOT).unwrap_or(range.len()).min(range.len());
    let room = range.len().count() - spot.count();
    let mut read = vec![0; spot.count() as usize * form.bytes()];
    for spot_idx in 0..N_SPOTS {
        if cancel.is_cancelled() {
            return Err(VerifyError::Cancelled);
        }
        let into = u64::from(room) * u64::from(spot_idx) / u64::from(N_SPOTS - 1);
        let into = u32::try_from(into)
            .ok()
            .and_then(|into| Sectors::new(into).ok());
        let Some(place) = into
            .and_then(|into| range.skip(into))
            .map(|rest| rest.take(spot))
        else {
            break;
        };
        let reach = (MAX_SHIFT.max(MAX_OFFSET) + 1).unsigned_abs();
        let held = around(place, reach, source.range());
        let mut bytes = vec![0; held.len().count() as usize * source.layout().sector_bytes()];
        source
            .render(held, &mut bytes)
            .map_err(VerifyError::Source)?;
        let window = Window::new(source, held, (held, &bytes), View::default())
            .map_err(VerifyError::Source)?;
        let is_wanted = form != SectorForm::Main && evidence.n_frames < ENOUGH_FRAMES
            || !evidence.knows_offset() && has_sound(&window, place);
        if is_wanted && answered(recorder.read_sectors(place, form, &mut read))?.is_ok() {
            evidence.look(&window, place, (form, &read));
        }
        if room == 0 {
            break;
        }
    }
    Ok(evidence.weigh(options))
}

fn has_sound(window: &Window<'_>, place: LbaRange) -> bool {
    let mut sound = place.iter().filter_map(|lba| window.expected(lba));
    sound.any(|expected| {
        expected.form == MainForm::Audio && expected.main.is_some_and(|main| !is_flat(&main))
    })
}

/// Whether all samples are the same: silence says nothing of where it is.
fn is_flat(main: &[u8; MAIN_BYTES]) -> bool {
    main.chunks_exact(4).all(|sample| sample == &main[..4])
}

impl Evidence {
    fn knows_offset(&self) -> bool {
        self.offset
            .is_some_and(|(_, n_times)| n_times >= ENOUGH_SOUND)
    }

    fn look(&mut self, window: &Window<'_>, place: LbaRange, (form, read): (SectorForm, &[u8])) {
        for (lba, sector) in place.iter().zip(read.chunks_exact(form.bytes())) {
            let Some((main, subcode)) = sector.split_first_chunk::<MAIN_BYTES>() else {
                continue;
            };
            if let Some((subcode, _)) = subcode_read(subcode) {
                self.look_at_q(window, lba, &subcode.q());
            }
            if !self.knows_offset() {
                self.look_at_sound(window, lba, main);
            }
        }
    }

    fn look_at_q(&mut self, window: &Window<'_>, lba: Lba, frame: &QFrame) {
        let payload = |frame: &QFrame| frame.0[..10].to_vec();
        let has_crc = frame.crc() != 0;
        if frame.0 == [0; 12] || has_crc && !frame.crc_ok() {
            return;
        }
        self.n_frames += 1;
        self.n_without_crc += u32::from(!has_crc);
        for (vote, shift) in self.votes.iter_mut().zip(-MAX_SHIFT..) {
            let of_image = moved(lba, shift).and_then(|lba| window.subcode(lba));
            if of_image.is_some_and(|subcode| payload(&subcode.q()) == payload(frame)) {
                *vote += 1;
            }
        }
    }

    fn look_at_sound(&mut self, window: &Window<'_>, lba: Lba, main: &[u8; MAIN_BYTES]) {
        if is_flat(main) || form_of(main) != MainForm::Audio {
            return;
        }
        let Some(offset) = offset_of(window, lba, main) else {
            return;
        };
        self.offset = match self.offset {
            Some((known, n_times)) if known == offset => Some((offset, n_times + 1)),
            _ => Some((offset, 1)),
        };
    }

    /// What follows from it all.
    fn weigh(&self, options: VerifyOptions) -> Calibration {
        let mut found = Calibration::default();
        if let Some(sectors) = self.shift() {
            let is_accepted = options.accept_subcode_shift;
            found.view.subcode_shift = if is_accepted { sectors } else { 0 };
            found.habits.push(Habit::SubcodeShift {
                sectors,
                is_accepted,
            });
        }
        if let Some((samples, _)) = self
            .offset
            .filter(|(samples, _)| *samples != 0 && self.knows_offset())
        {
            let is_accepted = options.accept_audio_offset;
            found.view.audio_offset = if is_accepted { samples } else { 0 };
            found.habits.push(Habit::AudioOffset {
                samples,
                is_accepted,
            });
        }
        if self.n_frames > 0 && self.n_without_crc == self.n_frames {
            let is_accepted = options.accept_missing_crc;
            found.habits.push(Habit::QWithoutCrc { is_accepted });
        }
        found
    }

    /// The shift that three of four frames have, if it is one.
    fn shift(&self) -> Option<i32> {
        let (votes, shift) = self
            .votes
            .iter()
            .zip(-MAX_SHIFT..)
            .max_by_key(|(n, _)| **n)?;
        (shift != 0 && self.n_frames >= 4 && votes * 4 >= self.n_frames * 3).then_some(shift)
    }
}

/// By how many samples the sound read at `lba` is away from its place, if it is found at one place only. Sound
/// that repeats itself counts as where it should be, if it is there too.
fn offset_of(window: &Window<'_>, lba: Lba, main: &[u8; MAIN_BYTES]) -> Option<i32> {
    if window.sound(lba)? == *main {
        return Some(0);
    }
    let sectors: Option<Vec<_>> = (-MAX_OFFSET..=MAX_OFFSET)
        .map(|by| window.sound(moved(lba, by)?))
        .collect();
    let samples = sectors?.concat();
    let mut places = samples
        .windows(MAIN_BYTES)
        .step_by(4)
        .zip(-MAX_OFFSET * SAMPLES..)
        .filter(|(samples, _)| *samples == main)
        .map(|(_, offset)| offset);
    let offset = places.next()?;
    places.next().is_none().then_some(offset)
}

/// Reads something far from `near`, so that a drive's cache is filled with that: READ CD has no bit to pass a cache
/// by. A drive may keep more than one place in it all the same.
pub(super) fn seek_away(
    recorder: &mut Recorder<'_>,
    near: LbaRange,
    (range, form): (LbaRange, SectorForm),
    buffer: &mut [u8],
) -> Result<(), VerifyError> {
    let n = recorder.sectors_per_read(form).min(range.len());
    let before = near.start().since(range.start());
    let is_late = before.is_some_and(|before| before.count() * 2 > range.len().count());
    let far = if is_late {
        Some(range.take(n))
    } else {
        range.len().checked_sub(n).and_then(|skip| range.skip(skip))
    };
    let Some(far) = far else { return Ok(()) };
    let buffer = &mut buffer[..far.len().count() as usize * form.bytes()];
    let visited: Result<(), Fault> = recorder.visit(far, form, buffer);
    answered(visited).map(drop)
}
