//! MCN and ISRC: what the image's Q frames say, and what the drive answers when it is asked.
//!
//! # Spec
//! MMC-3 clause 6 (READ SUB-CHANNEL, formats 2 and 3). Read that first.

use std::collections::{BTreeMap, BTreeSet};

use cd_mmc::response::{SubChannel, SubChannelData};
use cd_mmc::{ReadSubChannel, SubChannelFormat};
use cd_sector::{Q, QFrame};

use super::layer::Layer;
use super::report::Habit;
use super::tally::Tally;
use super::{VerifyError, answered};
use crate::Fault;
use crate::recorder::Recorder;

/// The numbers in the Q frames of an image.
#[derive(Default)]
pub(super) struct Numbers {
    mcns: BTreeSet<String>,
    isrcs: BTreeMap<u8, BTreeSet<String>>,
    /// The track that the frames have come to.
    track: Option<u8>,
}

impl Numbers {
    /// Takes the next frame of the image into account.
    pub(super) fn note(&mut self, frame: &QFrame) {
        if !frame.crc_ok() {
            return;
        }
        match frame.decode() {
            Ok(Q::Position { track, .. }) => self.track = Some(track),
            Ok(Q::Mcn { mcn, .. }) => {
                self.mcns.insert(mcn.to_string());
            }
            Ok(Q::Isrc { isrc, .. }) => {
                if let Some(track) = self.track {
                    let text = String::from_utf8_lossy(isrc.characters()).into_owned();
                    self.isrcs.entry(track).or_default().insert(text);
                }
            }
            _ => {}
        }
    }
}

/// Asks for the catalogue number, and for the recording codes of the tracks that have one.
///
/// Where the Q frames themselves were compared, an answer that is missing says something of the drive only; one
/// that names another number differs all the same.
pub(super) fn compare(
    recorder: &mut Recorder<'_>,
    tally: &mut Tally,
    has_q: bool,
) -> Result<Vec<Habit>, VerifyError> {
    let mut habits = Vec::new();
    let mcns = std::mem::take(&mut tally.numbers.mcns);
    let answer = answered(ask(recorder, SubChannelFormat::MCN, 0))?;
    habits.extend(weigh(tally, (Layer::Mcn, None), &mcns, answer, has_q));
    let isrcs = std::mem::take(&mut tally.numbers.isrcs);
    let tracks: Vec<_> = tally
        .toc()
        .tracks()
        .filter(|track| !track.control.is_data())
        .map(|track| track.track)
        // Whether others have one, Q itself has told if it was read.
        .filter(|track| !has_q || isrcs.contains_key(track))
        .collect();
    for track in tracks {
        let wanted = isrcs.get(&track).cloned().unwrap_or_default();
        let answer = answered(ask(recorder, SubChannelFormat::ISRC, track))?;
        let habit = weigh(tally, (Layer::Isrc, Some(track)), &wanted, answer, has_q);
        // One is enough to know the drive by.
        if !habits.iter().any(|known| is_alike(known, habit.as_ref())) {
            habits.extend(habit);
        }
    }
    Ok(habits)
}

fn is_alike(known: &Habit, new: Option<&Habit>) -> bool {
    let layer_of = |habit: &Habit| match habit {
        Habit::NumberNotTold { layer, .. } => Some(*layer),
        _ => None,
    };
    new.is_some_and(|new| layer_of(known) == layer_of(new))
}

/// Holds one answer against what the image has.
fn weigh(
    tally: &mut Tally,
    place: (Layer, Option<u8>),
    wanted: &BTreeSet<String>,
    answer: Result<Option<String>, Fault>,
    has_q: bool,
) -> Option<Habit> {
    let (layer, _) = place;
    let of_image = || {
        let all: Vec<_> = wanted.iter().map(String::as_str).collect();
        all.join(" or ")
    };
    match answer {
        Ok(Some(told)) if wanted.contains(&told) => {
            tally.layer(layer).n_equal += 1;
            None
        }
        Ok(Some(told)) => {
            let expected = match wanted.is_empty() {
                true => "none".to_owned(),
                false => of_image(),
            };
            let got = format!("{told}, by READ SUB-CHANNEL");
            tally.differs(place, None, expected, got);
            None
        }
        Ok(None) | Err(_) if wanted.is_empty() => None,
        Ok(None) if !has_q => {
            let got = "none, by READ SUB-CHANNEL".to_owned();
            tally.differs(place, None, of_image(), got);
            None
        }
        answer => {
            let why = match answer {
                Err(fault) => fault.to_string(),
                Ok(_) => "it finds none".to_owned(),
            };
            if has_q {
                return Some(Habit::NumberNotTold { layer, why });
            }
            tally.layer(layer).not_compared = Some(why);
            None
        }
    }
}

/// The number the drive tells; `None` if it finds none.
fn ask(
    recorder: &mut Recorder<'_>,
    format: SubChannelFormat,
    track: u8,
) -> Result<Option<String>, Fault> {
    let command = ReadSubChannel::of(format, track);
    let bytes = recorder.ask(command, command.allocation_length)?;
    let nonsense = |what: String| Fault::nonsense(&command.into(), what);
    let answer = SubChannel::decode(&bytes).map_err(|error| nonsense(error.to_string()))?;
    let number = match &answer.data {
        Some(SubChannelData::Mcn(field)) if format == SubChannelFormat::MCN => field.digits(),
        Some(SubChannelData::Isrc { isrc, .. }) if format == SubChannelFormat::ISRC => {
            isrc.characters()
        }
        _ => return Err(nonsense("it is of another format".to_owned())),
    };
    let number = number.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    // Some drives call a number of zeros, or of nothing, valid.
    Ok(number.filter(|number| number.chars().any(|char| !matches!(char, '0' | '\0' | ' '))))
}
