use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

wire_code! {
    /// What READ SUB-CHANNEL returns behind its header.
    SubChannelFormat: u8, 8 bits {
        POSITION = 1, "the current position";
        MCN = 2, "the media catalogue number";
        ISRC = 3, "a track's recording code";
    }
}

/// Asks where the head is, or for a number that the Q channel carries. The answer is
/// [`crate::response::SubChannel`].
///
/// # Spec
/// MMC-3 clause 6, READ SUB-CHANNEL; operation code 42h.
#[doc(alias = "READ SUB-CHANNEL")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadSubChannel {
    /// MSF: addresses as times; otherwise as logical block addresses. For the position only.
    pub msf: bool,
    /// SUBQ: the header alone is returned without it.
    pub sub_q: bool,
    /// What to return.
    pub format: SubChannelFormat,
    /// The track whose ISRC is wanted; else 0.
    pub track: u8,
    /// The most bytes to return, 24 for any of it.
    pub allocation_length: u16,
}

impl ReadSubChannel {
    const MSF: Field = Field::bit("MSF", 1, 1);
    const SUBQ: Field = Field::bit("SUBQ", 2, 6);
    const FORMAT: Field = Field::bytes("SUB-CHANNEL PARAMETER LIST", 3, 1);
    const TRACK: Field = Field::bytes("TRACK NUMBER", 6, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);

    /// The whole answer in this format, addresses as times; `track` is looked at for [`SubChannelFormat::ISRC`].
    #[must_use]
    pub const fn of(format: SubChannelFormat, track: u8) -> Self {
        Self {
            msf: true,
            sub_q: true,
            format,
            track,
            allocation_length: 24,
        }
    }
}

impl Layout for ReadSubChannel {
    const NAME: &'static str = "READ SUB-CHANNEL";
    const OPCODE: u8 = 0x42;
    const FIELDS: &'static [Field] = &[
        Self::MSF,
        Self::SUBQ,
        Self::FORMAT,
        Self::TRACK,
        Self::ALLOCATION_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::MSF.put(cdb, self.msf);
        Self::SUBQ.put(cdb, self.sub_q);
        Self::FORMAT.put(cdb, self.format);
        Self::TRACK.put(cdb, self.track);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            msf: Self::MSF.is_set(cdb),
            sub_q: Self::SUBQ.is_set(cdb),
            format: SubChannelFormat::of(Self::FORMAT, cdb),
            track: Self::TRACK.u8(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
