//! How sound and data lie in the files of a sheet: as stated by the caller, by the sheet, or by their bytes.

use cd_sheet::Place;

use super::Context;
use super::look::{self, DataLook, Stretch};
use crate::{ByteOrder, DataForm, FilePayload, OpenError, SheetFileError, TrackKind};

impl Context<'_, '_> {
    /// The order that samples without a header are taken in: as stated by the caller, else as `by_rule` has it, which `rule`
    /// names. What they look like is said.
    pub(super) fn byte_order(
        &mut self,
        (path, sound): (&str, &[Stretch]),
        (by_rule, rule): (ByteOrder, &str),
    ) -> Result<ByteOrder, OpenError> {
        let (taken, why) = match self.options.byte_order {
            Some(given) => (given, "as given"),
            None => (by_rule, rule),
        };
        let (said, note) = look::judge_order(path, sound, (taken, why))?;
        self.say(said);
        if let Some(note) = note {
            self.note(note);
        }
        Ok(taken)
    }

    /// What a data track, of this mode if it is stated, is on the disc, and what its sectors of 2352 bytes are in the file.
    pub(super) fn whole_sectors(
        &mut self,
        (track, stated, place): (u8, Option<u8>, Place),
        stretches: &[Stretch],
    ) -> Result<(TrackKind, FilePayload), OpenError> {
        let look = DataLook::of(stretches)?;
        let path = stretches.first().map(|stretch| stretch.file.path());
        let path = path.unwrap_or_default().to_owned();
        let looked_at = look.looked_at;
        let (form, how) = match (self.options.data_form, look.form()) {
            (Some(given), _) => (given, "as given".to_owned()),
            (None, None) => {
                let error = SheetFileError::NotData {
                    track,
                    path,
                    looked_at,
                };
                return Err(self.error(place, error));
            }
            (None, Some(_)) if look.plain > 0 && look.scrambled > 0 => {
                let (plain, scrambled) = (look.plain, look.scrambled);
                let error = SheetFileError::MixedForms {
                    track,
                    path,
                    plain,
                    scrambled,
                };
                return Err(self.error(place, error));
            }
            (None, Some(form)) => {
                let n = look.plain.max(look.scrambled);
                (form, format!("{n} of {looked_at} sectors looked at"))
            }
        };
        let mode = stated.or(look.mode()).unwrap_or(1);
        if let Some(found) = look.mode().filter(|_| !look.has_mode(mode)) {
            let error = SheetFileError::OtherMode {
                track,
                expected: mode,
                found,
                path,
            };
            return Err(self.error(place, error));
        }
        let kind = match mode {
            0 => TrackKind::Mode0,
            1 => TrackKind::Mode1,
            _ if look.has_forms() => TrackKind::Mode2Xa,
            _ => TrackKind::Mode2Formless,
        };
        self.say(format!("track {track:02} {kind}, {form} ({how})"));
        Ok((
            kind,
            match form {
                DataForm::Plain => FilePayload::PlainSector,
                DataForm::Scrambled => FilePayload::ScrambledSector,
            },
        ))
    }
}
