//! The rules that need more than one sector, applied to what is known of each in their order, session by session.
//!
//! # Spec
//! ECMA-130 clauses 20 (layout) and 22 (subcode). Read those first.

use cd_address::{Lba, LbaRange};
use cd_sector::{Control, MainFaults, Q, SUBCODE_BYTES, SectorKind, SectorLayout, Toc};

use super::cd_text::CdTextRule;
use super::fold::{Fold, Words};
use super::identity::Identities;
use super::lead_in::LeadIn;
use super::p::{PRule, Spot};
use super::packs::Packs;
use super::samples::Roughness;
use super::sector::{ChunkFacts, SectorFacts, msf};
use super::sequence::{LEAD_OUT, Mark, Outcome, Sequence};
use super::steady::Steady;
use super::{CheckedSession, FindingKind, strict};

mod ending;
mod main_channel;
mod sessions;

use sessions::{Before, HeldBack};

/// Position of 00:00:00.
const PROGRAM: u32 = Lba::PREGAP_START.position();

/// The track that the rules are in, or the lead-out.
#[derive(Debug)]
struct Current {
    tno: u8,
    /// Its first sector, pregap included.
    first: u32,
    control: Steady<Control>,
    /// CONTROL of the track before.
    control_before: Option<Control>,
    mode: Steady<u8>,
    roughness: Roughness,
}

/// A track that the program really has.
#[derive(Clone, Copy, Debug)]
struct RealTrack {
    track: u8,
    /// First sector of its index 1.
    start: u32,
    control: Option<Control>,
    /// Whether the copy bit of its CONTROL comes and goes, as the serial copy management wants it of copies.
    copy_varies: bool,
}

/// The state of a check after some sectors: what there is to say of the stream, and of the session that they end in.
#[derive(Debug)]
pub(super) struct Rules {
    layout: SectorLayout,
    fold: Fold,
    n_data: u32,
    n_mode1: u32,
    /// Those that have ended.
    sessions: Vec<CheckedSession>,
    /// Sectors that may be the first of the next area.
    held: HeldBack,
    /// The last sector whose frame says which area it is in.
    last_placed: u32,
    /// The session, up to the end of the stream as long as no other is seen to begin.
    range: LbaRange,
    number: u8,
    /// Whether its lead-in lies where the program of a first session does.
    is_later: bool,
    before: Option<Before>,
    lead_in: LeadIn,
    /// Whether the lead-in's sectors are data.
    lead_in_data: Steady<bool>,
    toc: Option<Toc>,
    in_program: bool,
    sequence: Sequence,
    current: Option<Current>,
    tracks: Vec<RealTrack>,
    lead_out: Option<u32>,
    identities: Identities,
    /// Sector and CONTROL of the last MCN or ISRC frame, until it is known which track that is in.
    identity: Option<(u32, Control)>,
    p: PRule,
    packs: Packs,
    cd_text: CdTextRule,
}

/// What a sector's Q frame tells of where it is.
struct Placed {
    spot: Spot,
    /// Whether CONTROL of the track says for certain whether the sector is data.
    is_certain: bool,
}

impl Rules {
    pub(super) fn new(range: LbaRange, layout: SectorLayout) -> Self {
        Self::of_session(range, layout, false)
    }

    /// Those of one session, with nothing seen of it.
    fn of_session(range: LbaRange, layout: SectorLayout, is_later: bool) -> Self {
        Self {
            layout,
            fold: Fold::new(),
            n_data: 0,
            n_mode1: 0,
            sessions: Vec::new(),
            held: HeldBack::default(),
            last_placed: range.start().position(),
            range,
            number: 1,
            is_later,
            before: None,
            lead_in: LeadIn::new(is_later),
            lead_in_data: Steady::new(),
            toc: None,
            in_program: false,
            sequence: Sequence::default(),
            current: None,
            tracks: Vec::new(),
            lead_out: None,
            identities: Identities::new(range.start().position().max(PROGRAM)),
            identity: None,
            p: PRule::new(),
            packs: Packs::new(layout),
            cd_text: CdTextRule::new(layout),
        }
    }

    /// Takes the sectors of a chunk, which follow those before.
    pub(super) fn chunk(&mut self, chunk: LbaRange, facts: &ChunkFacts) {
        let (mut faults, mut rw) = (facts.faults.iter(), facts.rw.iter());
        for (at, sector) in (chunk.start().position()..).zip(&facts.sectors) {
            let faults = (!sector.main.is_right).then(|| faults.next()).flatten();
            let rw = sector.has_rw.then(|| rw.next()).flatten();
            self.arrive(at, sector, faults, rw);
        }
    }

    /// Whether the sector at `at` is one of the lead-in. The first ends at its address, whatever its frames say; that of a later
    /// session where frames of the program begin.
    const fn is_lead_in(&self, at: u32) -> bool {
        if self.is_later {
            !self.in_program
        } else {
            at < PROGRAM
        }
    }

    fn sector(
        &mut self,
        at: u32,
        facts: &SectorFacts,
        faults: Option<&MainFaults>,
        rw: Option<&[u8; SUBCODE_BYTES]>,
    ) {
        if !facts.q.is_clean {
            strict::frame(&mut self.fold, at, &facts.q);
        }
        let placed = if self.is_lead_in(at) {
            self.lead_in_sector(at, facts);
            self.cd_text.push(&mut self.fold, at, rw);
            // The last frames before the program that cannot be read may be the program's first.
            let is_unclear = self.is_later && facts.q.meaning.is_none();
            Placed {
                spot: if is_unclear {
                    Spot::Unknown
                } else {
                    Spot::LeadIn
                },
                is_certain: false,
            }
        } else {
            if !self.in_program {
                self.leave_lead_in(at);
            }
            self.packs.push(&mut self.fold, at, rw);
            self.program_sector(at, facts)
        };
        self.p.push(&mut self.fold, at, placed.spot, facts.p);
        self.main_channel(at, facts, faults, &placed);
    }

    fn lead_in_sector(&mut self, at: u32, facts: &SectorFacts) {
        match facts.q.meaning {
            Some(Q::Position { .. } | Q::LeadOut { .. }) => {
                self.wrong_area(at, "a point", &facts.q.meaning);
            }
            _ => self.lead_in.push(&mut self.fold, at, &facts.q),
        }
    }

    fn wrong_area(&mut self, at: u32, expected: &str, got: &Option<Q>) {
        let got = match got {
            Some(Q::Toc { .. }) => "a point of the lead-in",
            Some(Q::LeadOut { .. }) => "a frame of the lead-out",
            _ => "a frame of the program",
        };
        self.fold
            .add(FindingKind::WrongArea, at, || Words::new(expected, got));
    }

    fn program_sector(&mut self, at: u32, facts: &SectorFacts) -> Placed {
        let control = facts.q.frame.control();
        match facts.q.meaning {
            Some(Q::Position {
                track,
                index,
                relative,
                absolute,
                ..
            }) => {
                self.absolute_time(at, absolute);
                let relative = relative.to_sectors().count();
                self.mark(
                    Mark {
                        at,
                        tno: track,
                        index,
                        relative,
                    },
                    control,
                )
            }
            Some(Q::LeadOut {
                relative, absolute, ..
            }) => {
                self.absolute_time(at, absolute);
                let (tno, relative) = (LEAD_OUT, relative.to_sectors().count());
                self.mark(
                    Mark {
                        at,
                        tno,
                        index: 1,
                        relative,
                    },
                    control,
                )
            }
            Some(Q::Mcn {
                mcn,
                absolute_frame,
                ..
            }) => {
                self.identities.mcn(&mut self.fold, at, mcn);
                self.identity(at, control, absolute_frame)
            }
            Some(Q::Isrc {
                isrc,
                absolute_frame,
                ..
            }) => {
                self.identities.isrc(&mut self.fold, at, isrc);
                self.identity(at, control, absolute_frame)
            }
            Some(Q::Toc { .. }) => {
                self.wrong_area(at, "a frame of the program", &facts.q.meaning);
                self.guessed(at, false)
            }
            Some(Q::Other(_)) => self.guessed(at, false),
            None => {
                self.identities.unreadable(&mut self.fold, at);
                self.guessed(at, false)
            }
        }
    }

    fn guessed(&self, at: u32, is_certain: bool) -> Placed {
        let spot = self.sequence.guess(at).map_or(Spot::Unknown, Spot::Guessed);
        Placed { spot, is_certain }
    }

    fn absolute_time(&mut self, at: u32, absolute: cd_address::Msf) {
        if absolute != msf(at) {
            self.fold.add(FindingKind::AbsoluteTime, at, || {
                Words::new(msf(at), absolute)
            });
        }
    }

    /// An MCN or ISRC frame.
    fn identity(&mut self, at: u32, control: Control, absolute_frame: u8) -> Placed {
        let frame = msf(at).frame();
        if absolute_frame != frame {
            self.fold.add(FindingKind::AbsoluteFrame, at, || {
                Words::new(format!("{frame:02}"), format!("{absolute_frame:02}"))
            });
        }
        self.identity_control(None);
        self.identity = Some((at, control));
        let is_certain = self
            .of_track()
            .is_some_and(|of_track| of_track.is_data() == control.is_data());
        self.guessed(at, is_certain)
    }

    /// CONTROL of the last MCN or ISRC frame, when the next frame that says where it is has come. If that is the first of
    /// another track, the MCN or ISRC frame can have been of either, and `of_next` is the other's CONTROL.
    pub(super) fn identity_control(&mut self, of_next: Option<Control>) {
        let Some((at, control)) = self.identity.take() else {
            return;
        };
        let fits = |expected| is_same_but_copy(expected, control);
        if let Some(expected) = self.of_track()
            && !fits(expected)
            && !of_next.is_some_and(fits)
        {
            let kind = if control == Control::AUDIO {
                FindingKind::IdentityControlZero
            } else {
                FindingKind::Control
            };
            self.fold.add(kind, at, || control_words(expected, control));
        }
    }

    /// CONTROL of the track, as far as it is known.
    fn of_track(&self) -> Option<Control> {
        self.current.as_ref()?.control.value()
    }

    /// A frame that says where it is.
    fn mark(&mut self, mark: Mark, control: Control) -> Placed {
        let is_same = self
            .current
            .as_ref()
            .is_some_and(|current| current.tno == mark.tno);
        if is_same {
            self.identities.same_track(&mut self.fold);
        }
        self.identity_control((!is_same).then_some(control));
        match self.sequence.push(mark) {
            Outcome::Follows(followed) => {
                if followed.is_transition {
                    self.begins(&mark);
                }
                if let Some(start) = mark.start()
                    && followed.counts_to_one
                {
                    self.fold.add(FindingKind::PregapCountsToOne, start, || {
                        Words::new("00:00:00 in the pregap's last frame", "00:00:01")
                    });
                }
            }
            Outcome::Settled => self.begins(&mark),
            Outcome::Breach(breach) => {
                self.fold.add(breach.kind, mark.at, || breach.words);
                return self.guessed(mark.at, self.is_in(mark.tno, control));
            }
        }
        self.control(&mark, control);
        Placed {
            spot: Spot::Read(mark),
            is_certain: self.is_in(mark.tno, control),
        }
    }

    /// Whether a frame with this TNO and CONTROL leaves no doubt which track its sector is in, and whether that is data.
    fn is_in(&self, tno: u8, control: Control) -> bool {
        self.current.as_ref().is_some_and(|current| {
            let of_track = current.control.value().map(Control::is_data);
            current.tno == tno && of_track == Some(control.is_data())
        })
    }

    /// An index begins with `mark`, or has begun in the sectors before that could not be read.
    fn begins(&mut self, mark: &Mark) {
        self.p.index_changes();
        let is_new = self
            .current
            .as_ref()
            .is_none_or(|current| current.tno != mark.tno);
        if is_new {
            self.end_track(mark.at);
            let before = self.of_track();
            self.current = Some(Current {
                tno: mark.tno,
                first: mark.at,
                control: Steady::new(),
                control_before: before,
                mode: Steady::new(),
                roughness: Roughness::default(),
            });
        }
        let Some(start) = mark.start() else {
            return;
        };
        if mark.tno == LEAD_OUT {
            if self.lead_out.is_none() {
                self.lead_out = Some(start);
                self.identities.lead_out_starts(&mut self.fold, start);
            }
        } else if !self.tracks.iter().any(|track| track.track == mark.tno) {
            if self.tracks.is_empty() {
                self.first_track(mark.tno, start);
            }
            self.tracks.push(RealTrack {
                track: mark.tno,
                start,
                control: None,
                copy_varies: false,
            });
            self.identities.track_starts(&mut self.fold, start);
            self.p.track_starts(&mut self.fold, start);
        }
    }

    /// CONTROL of a frame that says where it is.
    fn control(&mut self, mark: &Mark, control: Control) {
        let Some(current) = &mut self.current else {
            return;
        };
        let real = self
            .tracks
            .iter_mut()
            .rfind(|track| track.track == mark.tno);
        match (current.control.value(), current.control_before) {
            (None, Some(before)) if mark.tno == LEAD_OUT && !is_same_but_copy(before, control) => {
                self.fold.add(FindingKind::Control, mark.at, || {
                    control_words(before, control)
                });
                current.control.push(control);
            }
            (Some(expected), _) if expected != control && is_same_but_copy(expected, control) => {
                if let Some(real) = real {
                    real.copy_varies = true;
                }
                return;
            }
            // The first part of the pregap between tracks of two kinds goes with the track before.
            (Some(first), Some(before)) if mark.index == 0 && first == before => {
                current.control = Steady::new();
                current.control.push(control);
            }
            _ => {
                if let Some(expected) = current.control.push(control) {
                    self.fold.add(FindingKind::Control, mark.at, || {
                        control_words(expected, control)
                    });
                }
            }
        }
        if let Some(real) = real.filter(|_| mark.index > 0) {
            real.control = real.control.or(current.control.value());
        }
    }

    /// Whether data is said to be in the sector, if the Q channel says what is. In the lead-in it does not; there the sectors
    /// before say it.
    fn says_data(&mut self, placed: &Placed, is_data: bool) -> Option<bool> {
        if matches!(placed.spot, Spot::LeadIn) {
            let expected = self.lead_in_data.push(is_data);
            return expected.filter(|expected| *expected);
        }
        self.of_track()
            .filter(|_| placed.is_certain)
            .map(Control::is_data)
    }
}

/// Whether they differ at most in the copy bit of sound, which may alternate.
fn is_same_but_copy(a: Control, b: Control) -> bool {
    let differs = (a.0 ^ b.0) & 0x0F;
    differs == 0 || differs == Control::COPY_PERMITTED.0 && !a.is_data()
}

fn control_words(expected: Control, got: Control) -> Words {
    let name = |control: Control| format!("{:X}h ({control})", control.0 & 0x0F);
    Words::new(name(expected), name(got))
}

/// The kind by which a sector's kind is looked for in a track: Mode 1 and Mode 2 do not mix.
fn mode_of(kind: SectorKind) -> Option<u8> {
    kind.mode().filter(|mode| *mode > 0)
}
