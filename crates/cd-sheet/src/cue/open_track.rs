//! The track whose lines are being read: what may stand once, and what before its indexes.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::faults::{order, refuse_second, two_pregaps, unknown};
use super::line::Line;
use super::words::Flag;
use super::{CueFlags, CuePregap, CueTexts, CueTrack, CueTrackMode};
use crate::{Place, SheetError, SheetFault, Spanned};

/// What dumping programs write for a track whose recording code they looked for and did not find.
const NO_ISRC: &str = "000000000000";

/// A track, and what has to be known of its lines until it is whole.
pub(super) struct OpenTrack {
    pub(super) number: u8,
    pub(super) at: Place,
    flags_at: Option<Place>,
    isrc_at: Option<Place>,
    pub(super) track: CueTrack,
}

impl OpenTrack {
    /// Track `number` of `mode`, whose TRACK stands at `at`.
    pub(super) fn new(number: u8, at: Place, mode: Spanned<CueTrackMode>) -> Self {
        let track = CueTrack {
            mode,
            texts: CueTexts::new(),
            rems: Vec::new(),
            flags: CueFlags::default(),
            isrc: None,
            pregap: CuePregap::None,
            indexes: Vec::new(),
            postgap: None,
        };
        Self {
            number,
            at,
            flags_at: None,
            isrc_at: None,
            track,
        }
    }

    pub(super) fn flags(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        self.check_before_index(at, "FLAGS")?;
        refuse_second("FLAGS", at, self.flags_at.replace(at))?;
        let mut seen: Vec<Spanned<Flag>> = Vec::new();
        loop {
            let word = line.word();
            if word.value.is_empty() && !seen.is_empty() {
                return Ok(());
            }
            let flag = Flag::from_word(word.value)
                .ok_or_else(|| word.error(unknown("flag", word.value, Flag::list())))?;
            let first = seen.iter().find(|earlier| earlier.value == flag);
            refuse_second(flag.word(), word.place, first.map(|first| first.place))?;
            let mode = self.track.mode;
            let goes = match flag {
                Flag::CopyPermitted => true,
                Flag::Data => mode.value.is_data(),
                Flag::FourChannel | Flag::PreEmphasis | Flag::Scms => !mode.value.is_data(),
            };
            if !goes {
                return Err(word.error(SheetFault::Conflict {
                    what: flag.word().into(),
                    other: format!("track mode {}", mode.value).into(),
                    at: mode.place,
                }));
            }
            self.track.flags = self.track.flags.with(flag);
            seen.push(Spanned::new(word.place, flag));
        }
    }

    pub(super) fn isrc(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        self.check_before_index(at, "ISRC")?;
        refuse_second("ISRC", at, self.isrc_at.replace(at))?;
        let text = line.text("an ISRC of 12 characters")?;
        if text.value != NO_ISRC {
            let isrc = text
                .value
                .parse()
                .map_err(|error| text.error(SheetFault::Isrc(error)))?;
            self.track.isrc = Some(Spanned::new(text.place, isrc));
        }
        Ok(())
    }

    pub(super) fn pregap(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        match &self.track.pregap {
            CuePregap::Made(first) => refuse_second("PREGAP", at, Some(first.place))?,
            CuePregap::InFile(point) => {
                return Err(two_pregaps(at, "PREGAP", "INDEX 00", point.place));
            }
            CuePregap::None => {}
        }
        self.check_before_index(at, "PREGAP")?;
        self.track.pregap = CuePregap::Made(line.time()?);
        Ok(())
    }

    fn check_before_index(&self, at: Place, what: &'static str) -> Result<(), SheetError> {
        if self.track.points().next().is_some() {
            return Err(order(at, what, "must stand before the track's first INDEX"));
        }
        Ok(())
    }

    /// The numbers that the next INDEX may have, for comparing and for people. Past 99 there is none.
    pub(super) fn next_index(&self) -> (RangeInclusive<usize>, Cow<'static, str>) {
        let next = self.track.indexes.len() + 1;
        match (next, &self.track.pregap) {
            (1, CuePregap::None | CuePregap::Made(_)) => (0..=1, "00 or 01".into()),
            (100, _) => (next..=next, "no further one".into()),
            _ => (next..=next, format!("{next:02}").into()),
        }
    }
}
