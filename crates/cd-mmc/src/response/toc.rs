use core::fmt;

use cd_address::{Lba, Msf};

use crate::wire::{Codec, Sink, length_u16, whole_u16};
use crate::{BinMsf, DecodeError, List};

/// ADR (high nibble) and CONTROL (low nibble) of a Q channel frame, in the order answers have them.
///
/// The disc itself has them the other way round.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AdrControl(pub u8);

impl AdrControl {
    /// ADR 1 to 15 and CONTROL 0 to 15; only the low nibble of each counts.
    #[must_use]
    pub const fn new(adr: u8, control: u8) -> Self {
        Self((adr & 0x0F) << 4 | control & 0x0F)
    }

    /// What the frame carries: 1 position or table of contents, 2 MCN, 3 ISRC, 5 multisession pointers.
    #[must_use]
    pub const fn adr(self) -> u8 {
        self.0 >> 4
    }

    /// The track's nature, 0 to 15: bit 2 data, bit 1 copy permitted, bit 0 pre-emphasis.
    #[must_use]
    pub const fn control(self) -> u8 {
        self.0 & 0x0F
    }
}

impl fmt::Debug for AdrControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (adr, control) = (self.adr(), self.control());
        write!(f, "AdrControl(adr {adr}, control {control:X}h)")
    }
}

/// The four address bytes of a track, which are an LBA or a time as the command asked with its MSF bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TocAddress(pub [u8; 4]);

impl TocAddress {
    /// As MSF = 0 has it.
    #[must_use]
    pub const fn from_lba(lba: Lba) -> Self {
        Self(lba.value().to_be_bytes())
    }

    /// As MSF = 1 has it.
    #[must_use]
    pub const fn from_msf(time: Msf) -> Self {
        Self([0, time.minute(), time.second(), time.frame()])
    }

    /// The bytes as a block address, if the command asked for one; any number can stand there.
    #[must_use]
    pub const fn lba(self) -> i32 {
        i32::from_be_bytes(self.0)
    }

    /// The bytes as a time, if the command asked for one.
    #[must_use]
    pub const fn msf(self) -> BinMsf {
        let [_, minute, second, frame] = self.0;
        BinMsf([minute, second, frame])
    }
}

/// One track of [`Toc`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TocTrack {
    /// ADR and CONTROL.
    pub adr_control: AdrControl,
    /// 1 to 99, or AAh for the lead-out.
    pub track: u8,
    /// Where it starts.
    pub address: TocAddress,
}

impl TocTrack {
    /// The track number of the lead-out.
    pub const LEAD_OUT: u8 = 0xAA;

    const fn to_bytes(self) -> [u8; 8] {
        let TocAddress([a, b, c, d]) = self.address;
        [0, self.adr_control.0, self.track, 0, a, b, c, d]
    }

    const fn from_bytes(bytes: [u8; 8]) -> Self {
        let [_, adr_control, track, _, a, b, c, d] = bytes;
        Self {
            adr_control: AdrControl(adr_control),
            track,
            address: TocAddress([a, b, c, d]),
        }
    }
}

impl Codec<'_> for TocTrack {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (track, rest) = bytes.split_first_chunk()?;
        Some((Self::from_bytes(*track), rest))
    }

    fn n_bytes(&self) -> usize {
        8
    }

    fn write(&self, sink: &mut Sink<'_>) {
        sink.put(&self.to_bytes());
    }
}

/// The table of contents: the answer to READ TOC/PMA/ATIP, format 0.
///
/// # Spec
/// MMC-5 6.26, format 0000b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toc<'a> {
    /// The disc's first track, whichever one the list starts with.
    pub first_track: u8,
    /// The disc's last track.
    pub last_track: u8,
    /// The tracks from the one asked for on, the lead-out last.
    pub tracks: List<'a, TocTrack>,
}

impl<'a> Toc<'a> {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, and if there are fewer than it declares.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = whole_u16("table of contents", bytes, 4)?;
        Ok(Self {
            first_track: bytes[2],
            last_track: bytes[3],
            tracks: List::in_bytes(&bytes[4..]),
        })
    }

    /// Writes the answer, 4 bytes and 8 a track, as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        encode_list([self.first_track, self.last_track], &self.tracks, out)
    }
}

/// Where the last complete session starts: the answer to READ TOC/PMA/ATIP, format 1.
///
/// # Spec
/// MMC-5 6.26, format 0001b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionInformation {
    /// The first complete session.
    pub first_session: u8,
    /// The last complete session.
    pub last_session: u8,
    /// The first track of the last complete session.
    pub first_track: TocTrack,
}

impl SessionInformation {
    /// Bytes of the answer.
    pub const BYTES: usize = 12;

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 12 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = whole_u16("session information", bytes, Self::BYTES)?;
        let mut track = [0; 8];
        track.copy_from_slice(&bytes[4..Self::BYTES]);
        Ok(Self {
            first_session: bytes[2],
            last_session: bytes[3],
            first_track: TocTrack::from_bytes(track),
        })
    }

    /// Writes the answer, 12 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let track = [self.first_track];
        encode_list(
            [self.first_session, self.last_session],
            &List::of(&track),
            out,
        )
    }
}

/// One Q channel frame of the lead-in or the PMA, as [`FullToc`] and [`Pma`] list them.
///
/// The numbers are binary, where the disc has BCD. Which of them are times depends on ADR and POINT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FullTocEntry {
    /// Which session's lead-in; zero in the PMA.
    pub session: u8,
    /// ADR and CONTROL.
    pub adr_control: AdrControl,
    /// TNO: 0 in the lead-in.
    pub tno: u8,
    /// POINT: 1 to 99 a track, A0h to A2h first track, last track and lead-out, B0h, C0h and so on
    /// multisession pointers.
    pub point: u8,
    /// MIN, SEC, FRAME.
    pub time: BinMsf,
    /// ZERO (HOUR and PHOUR on double-density discs).
    pub zero: u8,
    /// PMIN, PSEC, PFRAME: where the track starts, and for A0h and A1h a track number in PMIN.
    pub point_time: BinMsf,
}

impl Codec<'_> for FullTocEntry {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (bytes, rest) = bytes.split_first_chunk()?;
        let [session, adr_control, tno, point, m, s, f, zero, pm, ps, pf] = *bytes;
        let entry = Self {
            session,
            adr_control: AdrControl(adr_control),
            tno,
            point,
            time: BinMsf([m, s, f]),
            zero,
            point_time: BinMsf([pm, ps, pf]),
        };
        Some((entry, rest))
    }

    fn n_bytes(&self) -> usize {
        11
    }

    fn write(&self, sink: &mut Sink<'_>) {
        sink.put(&[self.session, self.adr_control.0, self.tno, self.point]);
        sink.put(&self.time.0);
        sink.put(&[self.zero]);
        sink.put(&self.point_time.0);
    }
}

/// Every entry of the lead-ins' Q channel: the answer to READ TOC/PMA/ATIP, format 2.
///
/// # Spec
/// MMC-5 6.26, format 0010b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullToc<'a> {
    /// The first complete session.
    pub first_session: u8,
    /// The last complete session.
    pub last_session: u8,
    /// The entries, session by session.
    pub entries: List<'a, FullTocEntry>,
}

impl<'a> FullToc<'a> {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, and if there are fewer than it declares.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = whole_u16("full table of contents", bytes, 4)?;
        Ok(Self {
            first_session: bytes[2],
            last_session: bytes[3],
            entries: List::in_bytes(&bytes[4..]),
        })
    }

    /// Writes the answer, 4 bytes and 11 an entry, as far as `out` has room, and tells how many bytes
    /// were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        encode_list([self.first_session, self.last_session], &self.entries, out)
    }
}

/// The program memory area: the answer to READ TOC/PMA/ATIP, format 3.
///
/// # Spec
/// MMC-5 6.26, format 0011b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pma<'a> {
    /// The entries in the order recorded; none on a blank disc.
    pub entries: List<'a, FullTocEntry>,
}

impl<'a> Pma<'a> {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, and if there are fewer than it declares.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = whole_u16("program memory area", bytes, 4)?;
        let entries = List::in_bytes(&bytes[4..]);
        Ok(Self { entries })
    }

    /// Writes the answer, 4 bytes and 11 an entry, as far as `out` has room, and tells how many bytes
    /// were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        encode_list([0, 0], &self.entries, out)
    }
}

/// The CD-Text of the lead-in: the answer to READ TOC/PMA/ATIP, format 5.
///
/// # Spec
/// MMC-5 6.26, format 0101b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CdText<'a> {
    /// Packs of 18 bytes, CRC included and not checked.
    pub packs: List<'a, [u8; 18]>,
}

impl<'a> CdText<'a> {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, and if there are fewer than it declares.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = whole_u16("CD-Text", bytes, 4)?;
        let packs = List::in_bytes(&bytes[4..]);
        Ok(Self { packs })
    }

    /// Writes the answer, 4 bytes and 18 a pack, as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        encode_list([0, 0], &self.packs, out)
    }
}

impl Codec<'_> for [u8; 18] {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (pack, rest) = bytes.split_first_chunk()?;
        Some((*pack, rest))
    }

    fn n_bytes(&self) -> usize {
        self.len()
    }

    fn write(&self, sink: &mut Sink<'_>) {
        sink.put(self);
    }
}

/// The data length, two bytes, and a list.
fn encode_list<'a, E: Codec<'a>>(two: [u8; 2], list: &List<'a, E>, out: &mut [u8]) -> usize {
    let mut sink = Sink::new(out);
    sink.put(&length_u16(two.len() + list.n_bytes()));
    sink.put(&two);
    list.write(&mut sink);
    sink.written()
}
