//! Where in the program each sector says it is, and whether that follows from the sectors before.
//!
//! # Spec
//! ECMA-130 22.3.3 (tracks, indices, times in the user data area) and 20 (pregaps). Read those first.

use cd_address::{BcdMsf, RelMsf, Sectors};

use super::FindingKind;
use super::fold::Words;
use super::sector::msf;

/// TNO of the lead-out.
pub(super) const LEAD_OUT: u8 = 0xAA;

/// What an ADR 1 frame of program or lead-out says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Position of the sector.
    pub(super) at: u32,
    /// Track, or [`LEAD_OUT`].
    pub(super) tno: u8,
    /// 1 in the lead-out, whatever the frame says there.
    pub(super) index: u8,
    /// Sectors since index 1, or that are left to it.
    pub(super) relative: u32,
}

impl Mark {
    /// Where index 1 of the track, or the lead-out, begins by this mark; `None` in a pregap.
    pub(super) const fn start(&self) -> Option<u32> {
        if self.index == 0 {
            None
        } else {
            self.at.checked_sub(self.relative)
        }
    }

    /// What a sector at `at`, from this one on, is to say if no index begins before it.
    const fn on(&self, at: u32) -> Option<Self> {
        let gap = at - self.at;
        let relative = if self.index == 0 {
            match self.relative.checked_sub(gap) {
                Some(left) => left,
                None => return None,
            }
        } else {
            self.relative + gap
        };
        Some(Self {
            at,
            relative,
            ..*self
        })
    }

    fn place(&self) -> String {
        match self.tno {
            LEAD_OUT => "lead-out".to_owned(),
            track => format!("track {track} index {}", self.index),
        }
    }

    fn words(&self) -> String {
        format!("{} {}", self.place(), time(self.relative))
    }
}

/// A count of sectors as a relative time.
pub(super) fn time(sectors: u32) -> BcdMsf {
    let time = Sectors::new(sectors).ok().and_then(Sectors::to_rel_msf);
    time.unwrap_or(RelMsf::ZERO).to_bcd()
}

/// How a frame follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Followed {
    /// Whether another index begins with it, or between the two.
    pub(super) is_transition: bool,
    /// Whether the pregap that ends here has counted to one.
    pub(super) counts_to_one: bool,
}

/// What is wrong with a frame.
#[derive(Debug)]
pub(super) struct Breach {
    pub(super) kind: FindingKind,
    pub(super) words: Words,
}

fn breach(
    kind: FindingKind,
    expected: impl ToString,
    got: impl ToString,
) -> Result<Followed, Breach> {
    Err(Breach {
        kind,
        words: Words::new(expected, got),
    })
}

const ON: Followed = Followed {
    is_transition: false,
    counts_to_one: false,
};
const TRANSITION: Followed = Followed {
    is_transition: true,
    counts_to_one: false,
};

/// Whether `to` can follow `from`, with nothing readable in between. Whether the tracks are those of the table of contents is
/// not asked here.
fn follow(from: &Mark, to: &Mark) -> Result<Followed, Breach> {
    if from.tno == to.tno {
        return follow_in_track(from, to);
    }
    let in_turn = match (from.tno, to.tno) {
        (LEAD_OUT, _) => false,
        (_, LEAD_OUT) => true,
        (before, after) => after == before + 1,
    };
    if !in_turn {
        let expected = match from.tno {
            LEAD_OUT => "nothing but the lead-out".to_owned(),
            track => format!("track {track}, {} or the lead-out", track + 1),
        };
        return breach(FindingKind::TrackOrder, expected, to.place());
    }
    if from.index == 0 {
        let expected = format!("index 1 of track {} first", from.tno);
        return breach(FindingKind::IndexOrder, expected, to.place());
    }
    match to.index {
        0 => Ok(TRANSITION),
        1 if to.start().is_some_and(|start| start > from.at) => Ok(TRANSITION),
        1 => {
            let expected = format!("{} from 00:00:00 on", to.place());
            breach(FindingKind::RelativeTime, expected, time(to.relative))
        }
        _ => breach(FindingKind::IndexOrder, "index 0 or 1", to.place()),
    }
}

fn follow_in_track(from: &Mark, to: &Mark) -> Result<Followed, Breach> {
    let on = from.on(to.at);
    if from.index == to.index {
        return match on {
            Some(expected) if expected == *to => Ok(ON),
            Some(expected) => breach(
                FindingKind::RelativeTime,
                time(expected.relative),
                time(to.relative),
            ),
            None => breach(FindingKind::PregapLength, "index 1", to.words()),
        };
    }
    if from.index + 1 != to.index {
        let expected = format!("index {} or {}", from.index, from.index + 1);
        return breach(FindingKind::IndexOrder, expected, to.place());
    }
    if from.index > 0 {
        // Time runs on through the track.
        let expected = from.relative + (to.at - from.at);
        if expected == to.relative {
            return Ok(TRANSITION);
        }
        return breach(FindingKind::RelativeTime, time(expected), time(to.relative));
    }
    let Some(start) = to.start().filter(|start| *start > from.at) else {
        let expected = format!("{} from 00:00:00 on", to.place());
        return breach(FindingKind::RelativeTime, expected, time(to.relative));
    };
    // The last frame of a pregap says 0, or by some writers 1.
    let (to_zero, to_one) = (from.at + from.relative + 1, from.at + from.relative);
    if start != to_zero && start != to_one {
        let expected = format!("index 1 at {}, where the countdown ends", msf(to_zero));
        let got = format!("index 1 at {}", msf(start));
        return breach(FindingKind::PregapLength, expected, got);
    }
    Ok(Followed {
        is_transition: true,
        counts_to_one: start == to_one,
    })
}

/// What came of a frame.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It follows.
    Follows(Followed),
    /// It does not, and the frames before are believed.
    Breach(Breach),
    /// It is the second in a row that says so: the frames before are believed no longer.
    Settled,
}

/// The run of the program's frames.
///
/// A frame that does not follow is a breach, and the run goes on as if it were not there; when the next one follows that
/// frame, it was a change and no slip. Either is told once.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    believed: Option<Mark>,
    rival: Option<Mark>,
}

impl Sequence {
    /// Takes the next frame.
    pub(super) fn push(&mut self, mark: Mark) -> Outcome {
        let Some(believed) = self.believed else {
            self.believed = Some(mark);
            return Outcome::Follows(TRANSITION);
        };
        let breach = match follow(&believed, &mark) {
            Ok(followed) => {
                (self.believed, self.rival) = (Some(mark), None);
                return Outcome::Follows(followed);
            }
            Err(breach) => breach,
        };
        let is_settled = self.rival.is_some_and(|rival| {
            follow(&rival, &mark).is_ok_and(|followed| !followed.is_transition)
        });
        if is_settled {
            (self.believed, self.rival) = (Some(mark), None);
            return Outcome::Settled;
        }
        self.rival = Some(mark);
        Outcome::Breach(breach)
    }

    /// Where the sector at `at` is, if no index begins that was not counted down to.
    pub(super) fn guess(&self, at: u32) -> Option<Mark> {
        let believed = self.believed?;
        believed.on(at).or_else(|| {
            let since = at - believed.at - believed.relative;
            Some(Mark {
                at,
                index: 1,
                relative: since.checked_sub(1)?,
                ..believed
            })
        })
    }
}
