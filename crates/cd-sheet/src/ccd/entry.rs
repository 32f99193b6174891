use cd_address::{FRAMES_PER_MINUTE, FRAMES_PER_SECOND, bcd_decode, bcd_encode};
use cd_sector::{Control, Point, QFrame};

/// An `[Entry]`: one point of the lead-in.
///
/// All numbers are as the file has them, which is as READ TOC/PMA/ATIP gives them: tracks and times binary, not
/// binary-coded decimal. What is no number on the disc stands unchanged.
///
/// # Spec
/// MMC-3, READ TOC/PMA/ATIP, format 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CcdEntry {
    /// `Point`: 1..=99 a track, A0h to A2h, or another of ADR 5.
    pub point: u8,
    /// `ADR`, 0..=15.
    pub adr: u8,
    /// `Control`, 0..=15.
    pub control: Control,
    /// `TrackNo`: TNO, 0 in all lead-ins; 0..=99.
    pub track_no: u8,
    /// `AMin`, `ASec`, `AFrame`: bytes 3 to 5 of the Q frame, 0..=255 each.
    pub a_time: [u8; 3],
    /// `ALBA`: [`CcdEntry::lba_of`] of those; not checked.
    pub a_lba: i32,
    /// `Zero`: byte 6 of the Q frame, which in point B0h is a count.
    pub zero: u8,
    /// `PMin`, `PSec`, `PFrame`: bytes 7 to 9 of the Q frame, 0..=255 each.
    pub p_time: [u8; 3],
    /// `PLBA`: [`CcdEntry::lba_of`] of those, also where they are no time; checked of tracks and lead-out.
    pub p_lba: i32,
}

impl CcdEntry {
    /// The address of a time by plain arithmetic: `(60 M + S) * 75 + F - 150`, -150..=1166730, with no regard to where a
    /// time ends or the lead-in begins.
    #[must_use]
    pub const fn lba_of(time: [u8; 3]) -> i32 {
        let [minute, second, frame] = time;
        let count = minute as i32 * FRAMES_PER_MINUTE.cast_signed()
            + second as i32 * FRAMES_PER_SECOND.cast_signed()
            + frame as i32;
        count - 150
    }

    /// The track's number, 1..=99, if the point is one of ADR 1.
    #[must_use]
    pub const fn track(&self) -> Option<u8> {
        match (self.adr, self.point) {
            (1, track @ 1..=99) => Some(track),
            _ => None,
        }
    }

    /// The frame of the lead-in that says this, with the CRC right. Bytes 3 to 5 are those of the entry; in a point of
    /// ADR 1 the running time of the lead-in belongs there.
    ///
    /// `None` if a number is above 99 where the disc has binary-coded decimal, or the point of ADR 1 is no track but would be
    /// one on the disc.
    #[must_use]
    pub fn to_frame(&self) -> Option<QFrame> {
        let (a_form, p_form) = forms(self.adr, Point(self.point));
        let point = match self.track() {
            Some(track) => bcd_encode(track)?,
            None if self.adr == 1 && Point(self.point).track().is_some() => return None,
            None => self.point,
        };
        let [a, b, c] = a_form.encode(self.a_time)?;
        let [p, q, r] = p_form.encode(self.p_time)?;
        let first = self.control.0 << 4 | self.adr & 0x0F;
        let track_no = bcd_encode(self.track_no)?;
        Some(QFrame::with_crc([
            first, track_no, point, a, b, c, self.zero, p, q, r,
        ]))
    }

    /// The entry that a frame of the lead-in is. The CRC is not looked at.
    ///
    /// `None` if a byte is no binary-coded decimal number where one has to be.
    #[must_use]
    pub fn from_frame(frame: &QFrame) -> Option<Self> {
        let [_, track_no, _, a, b, c, zero, p, q, r, _, _] = frame.0;
        let (adr, point) = (frame.adr(), frame.point());
        let (a_form, p_form) = forms(adr, point);
        let number = match (adr, point.track()) {
            (1, Some(track)) => track,
            // Not binary-coded decimal, and the number of another track.
            (1, None) if (1..=99).contains(&point.0) => return None,
            _ => point.0,
        };
        let (a_time, p_time) = (a_form.decode([a, b, c])?, p_form.decode([p, q, r])?);
        Some(Self {
            point: number,
            adr,
            control: frame.control(),
            track_no: bcd_decode(track_no)?,
            a_time,
            a_lba: Self::lba_of(a_time),
            zero,
            p_time,
            p_lba: Self::lba_of(p_time),
        })
    }
}

/// What three bytes of a Q frame are.
#[derive(Clone, Copy)]
enum Form {
    /// Binary-coded decimal.
    Time,
    /// The same, or three times FFh, which is no time.
    TimeOrNone,
    /// A track in binary-coded decimal, the disc type, which is a byte, and a zero.
    FirstTrack,
    /// Bytes.
    Plain,
}

const NO_TIME: [u8; 3] = [0xFF; 3];

impl Form {
    fn encode(self, numbers: [u8; 3]) -> Option<[u8; 3]> {
        self.map(numbers, bcd_encode)
    }

    fn decode(self, bytes: [u8; 3]) -> Option<[u8; 3]> {
        self.map(bytes, bcd_decode)
    }

    fn map(self, bytes: [u8; 3], change: fn(u8) -> Option<u8>) -> Option<[u8; 3]> {
        let [a, b, c] = bytes;
        match self {
            Self::TimeOrNone if bytes == NO_TIME => Some(NO_TIME),
            Self::Time | Self::TimeOrNone => Some([change(a)?, change(b)?, change(c)?]),
            Self::FirstTrack => Some([change(a)?, b, change(c)?]),
            Self::Plain => Some(bytes),
        }
    }
}

/// What the bytes 3 to 5 and 7 to 9 of a point's frames are.
const fn forms(adr: u8, point: Point) -> (Form, Form) {
    match (adr, point) {
        (1, Point::FIRST_TRACK) => (Form::Time, Form::FirstTrack),
        (1, _) => (Form::Time, Form::Time),
        (5, Point::NEXT_PROGRAM) => (Form::TimeOrNone, Form::Time),
        (5, Point::FIRST_LEAD_IN) => (Form::Plain, Form::Time),
        _ => (Form::Plain, Form::Plain),
    }
}
