//! The subcode a drive makes itself when it records a track or a session at once.
//!
//! The rules are the project's (see `docs/layout.md`): pregaps count down to 00:00:00, P stands through the first sector of
//! index 1, the catalogue number and the recording codes come on a beat of 98 sectors.
//!
//! Read first: ECMA-130 22.2 (P) and 22.3 (Q); IEC 60908 clause 17.

use cd_address::{Lba, RelMsf, Sectors};
use cd_sector::{
    Control, Isrc, MAIN_BYTES, Multisession, PPlace, PwSubcode, Q, QFrame, RAW_BYTES, Toc,
    TocPoint, expected_p,
};

use crate::host_block::SectorForm;

/// From one frame of the catalogue number to the next, and of a recording code.
const BEAT: u32 = 98;
/// Where on the beat the catalogue number stands, counted from 00:00:00.
const MCN_PHASE: u32 = 49;
/// Where on the beat a recording code stands.
const ISRC_PHASE: u32 = 0;
/// Sectors the alternating copy bit keeps a level.
const COPY_HALF: u32 = 4;
/// Successive frames of the lead-in that say the same.
const POINT_REPEATS: u32 = 3;

/// Thirteen digits, each 0..=9. A drive records what it is given, be the check digit right or not.
pub(crate) type McnDigits = [u8; 13];

/// What a track is, as far as its subcode and its gaps go.
#[derive(Clone, Debug)]
pub(crate) struct TrackShape {
    pub(crate) number: u8,
    pub(crate) control: Control,
    /// The copy bit of CONTROL alternates.
    pub(crate) alternates: bool,
    pub(crate) isrc: Option<Isrc>,
    pub(crate) form: SectorForm,
    /// Where index 0 begins; `start` if there is none.
    pub(crate) pregap: Lba,
    /// Where index 1 begins.
    pub(crate) start: Lba,
    /// Where index 2 and further ones begin.
    pub(crate) indexes: Vec<Lba>,
}

/// A run of sectors with the same track and index.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    start: Lba,
    /// Where the relative time is zero.
    origin: Lba,
    /// Index 1 of the track that follows.
    next_origin: Option<Lba>,
    control: Control,
    alternates: bool,
    isrc: Option<Isrc>,
    form: SectorForm,
    /// Track and index; `None` in the lead-out.
    place: Option<(u8, u8)>,
}

/// P and Q of a program area and its lead-out.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProgramSubcode {
    /// Ascending.
    stretches: Vec<Stretch>,
    mcn: Option<McnDigits>,
}

impl ProgramSubcode {
    pub(crate) const fn new(mcn: Option<McnDigits>) -> Self {
        Self {
            stretches: Vec::new(),
            mcn,
        }
    }

    /// Adds a track behind what is there.
    pub(crate) fn push_track(&mut self, track: &TrackShape) {
        let unfollowed = self.stretches.iter_mut().rev();
        for stretch in unfollowed.take_while(|stretch| stretch.next_origin.is_none()) {
            stretch.next_origin = Some(track.start);
        }
        let pregap = (track.pregap < track.start).then_some((0, track.pregap));
        let further = (2..).zip(track.indexes.iter().copied());
        for (index, start) in pregap.into_iter().chain([(1, track.start)]).chain(further) {
            self.stretches.push(Stretch {
                start,
                origin: track.start,
                next_origin: None,
                control: track.control,
                alternates: track.alternates,
                isrc: track.isrc.filter(|_| index > 0),
                form: track.form,
                place: Some((track.number, index)),
            });
        }
    }

    /// Adds the lead-out, which is as the last track is.
    pub(crate) fn push_lead_out(&mut self, control: Control, form: SectorForm, start: Lba) {
        self.stretches.push(Stretch {
            start,
            origin: start,
            next_origin: None,
            control,
            alternates: false,
            isrc: None,
            form,
            place: None,
        });
    }

    /// What a sector at `lba` is that the drive makes all of.
    pub(crate) fn form_at(&self, lba: Lba) -> SectorForm {
        self.stretch_at(lba)
            .map_or(SectorForm::Audio, |(_, stretch)| stretch.form)
    }

    /// The level of P and the frame of Q at `lba`, which lies in one of the stretches.
    pub(crate) fn pq(&self, lba: Lba) -> (bool, QFrame) {
        match self.stretch_at(lba) {
            Some((idx, stretch)) => (stretch.p(lba), self.q(lba, idx, stretch)),
            None => (false, QFrame([0; 12])),
        }
    }

    fn stretch_at(&self, lba: Lba) -> Option<(usize, &Stretch)> {
        let behind = self
            .stretches
            .partition_point(|stretch| stretch.start <= lba);
        let idx = behind.saturating_sub(1);
        self.stretches.get(idx).map(|stretch| (idx, stretch))
    }

    fn q(&self, lba: Lba, idx: usize, stretch: &Stretch) -> QFrame {
        let (control, absolute) = (stretch.control_at(lba), lba.to_msf());
        let absolute_frame = absolute.frame();
        if let Some(digits) = &self.mcn
            && self.is_due(lba, idx, MCN_PHASE)
        {
            return mcn_frame(control, digits, lba);
        }
        if let Some(isrc) = stretch.isrc
            && self.is_due(lba, idx, ISRC_PHASE)
        {
            return Q::Isrc {
                control,
                isrc,
                absolute_frame,
            }
            .encode();
        }
        let relative = relative(lba, stretch.origin);
        match stretch.place {
            Some((track, index)) => Q::Position {
                control,
                track,
                index,
                relative,
                absolute,
            },
            None => Q::LeadOut {
                control,
                index: 1,
                relative,
                absolute,
            },
        }
        .encode()
    }

    /// Whether a number that stands at `phase` of the beat comes at `lba`: by the beat, or a sector later for each first
    /// sector of an index that was in its way.
    fn is_due(&self, lba: Lba, idx: usize, phase: u32) -> bool {
        let begins = |at: u32| {
            self.stretches[..=idx]
                .iter()
                .any(|stretch| since_zero(stretch.start) == at)
        };
        let at = since_zero(lba);
        if begins(at) {
            return false;
        }
        let before = (1..=at).take_while(|back| begins(at - back));
        [0].into_iter()
            .chain(before)
            .any(|back| (at - back) % BEAT == phase)
    }
}

impl Stretch {
    fn p(&self, lba: Lba) -> bool {
        let since_start = lba.since(self.origin).unwrap_or(Sectors::ZERO);
        expected_p(match self.place {
            None => PPlace::LeadOut { since_start },
            Some((_, 0)) => PPlace::Pregap,
            Some(_) => PPlace::Track {
                since_start,
                until_next: self.next_origin.and_then(|next| next.since(lba)),
            },
        })
    }

    fn control_at(&self, lba: Lba) -> Control {
        if !self.alternates {
            return self.control;
        }
        let rest = Control(self.control.0 & !Control::COPY_PERMITTED.0);
        let is_set = lba.value().rem_euclid(2 * COPY_HALF.cast_signed()) < COPY_HALF.cast_signed();
        if is_set {
            rest | Control::COPY_PERMITTED
        } else {
            rest
        }
    }
}

/// CONTROL in the table of contents: where the copy bit alternates, it is clear there.
pub(crate) fn toc_control(track: &TrackShape) -> Control {
    if track.alternates {
        Control(track.control.0 & !Control::COPY_PERMITTED.0)
    } else {
        track.control
    }
}

fn mcn_frame(control: Control, digits: &McnDigits, lba: Lba) -> QFrame {
    let mut nibbles = [0; 16];
    nibbles[..13].copy_from_slice(digits);
    let mut payload = [0; 10];
    payload[0] = control.0 << 4 | 2;
    for (byte, pair) in payload[1..9].iter_mut().zip(nibbles.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1] & 0x0F;
    }
    payload[9] = lba.to_msf().to_bcd().0[2];
    QFrame::with_crc(payload)
}

/// Sectors since 00:00:00.
fn since_zero(lba: Lba) -> u32 {
    lba.since(Lba::PREGAP_START).map_or(0, Sectors::count)
}

/// Time since `origin`; before it the time that is left, 0 in the last sector.
fn relative(lba: Lba, origin: Lba) -> RelMsf {
    let one = Sectors::new(1).unwrap_or(Sectors::ZERO);
    let count = match lba.since(origin) {
        Some(since) => Some(since),
        None => origin.since(lba).and_then(|left| left.checked_sub(one)),
    };
    count.and_then(Sectors::to_rel_msf).unwrap_or(RelMsf::ZERO)
}

/// The Q channel of a lead-in.
#[derive(Clone, Debug)]
pub(crate) struct LeadInSubcode {
    points: Vec<(Control, TocPoint)>,
    pointers: Vec<QFrame>,
    form: SectorForm,
}

impl LeadInSubcode {
    /// The lead-in that says this, with the pointers of an open disc behind the tracks; its sectors are like those of the
    /// first track.
    pub(crate) fn new(toc: &Toc, pointers: &[Multisession], form: SectorForm) -> Self {
        let last = toc.tracks().next_back();
        let last = last.map_or(Control::AUDIO, |last| last.control);
        let pointers = pointers.iter().map(|pointer| pointer.encode(last));
        Self {
            points: toc.points().collect(),
            pointers: pointers.collect(),
            form,
        }
    }

    pub(crate) const fn form(&self) -> SectorForm {
        self.form
    }

    /// The frame at `lba`. The round is tied to the address and not to where the lead-in begins.
    pub(crate) fn q(&self, lba: Lba) -> QFrame {
        let n_frames = self.points.len() + self.pointers.len();
        let turn = usize::try_from(lba.position() / POINT_REPEATS).unwrap_or(0);
        let idx = turn % n_frames.max(1);
        match (self.points.get(idx), idx.checked_sub(self.points.len())) {
            (Some(&(control, point)), _) => Q::Toc {
                control,
                point,
                running: lba.to_msf(),
            }
            .encode(),
            (None, Some(idx)) => self.pointers.get(idx).copied().unwrap_or(QFrame([0; 12])),
            (None, None) => QFrame([0; 12]),
        }
    }
}

/// Puts a whole sector together; of `rw` the upper two bits of each byte do not count.
pub(crate) fn put_sector(
    main: &[u8; MAIN_BYTES],
    (p, q): (bool, QFrame),
    rw: Option<&[u8; 96]>,
    out: &mut Vec<u8>,
) {
    let mut subcode = PwSubcode::from_pq(p, &q);
    if let Some(rw) = rw {
        for (symbol, rw) in subcode.0.iter_mut().zip(rw) {
            *symbol |= rw & 0x3F;
        }
    }
    out.reserve(RAW_BYTES);
    out.extend_from_slice(main);
    out.extend_from_slice(&subcode.0);
}
