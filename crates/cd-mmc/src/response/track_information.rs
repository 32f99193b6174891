use crate::code::wire_code;
use crate::flags::flags;
use crate::mode_page::TrackMode;
use crate::wire::{copy_truncated, declared_u16};
use crate::{DecodeError, Field};

wire_code! {
    /// The mode of a track's sectors.
    DataMode: u8, 4 bits {
        MODE_1 = 1, "mode 1";
        MODE_2 = 2, "mode 2";
        UNKNOWN = 0xF, "audio, or not known yet";
    }
}

flags! {
    /// The single bits of [`TrackInformation`].
    TrackFlags {
        /// Recording was interrupted: an attempt to close the track may repair it.
        damage = 5/5, "DAMAGE";
        /// The track is a copy of higher generation.
        copy = 5/4, "COPY";
        /// The track is reserved or complete: where it ends is settled.
        reserved = 6/7, "RT";
        /// Nothing is recorded in it.
        blank = 6/6, "BLANK";
        /// It is recorded in packets.
        packet = 6/5, "PACKET/INC";
        /// The packets have a fixed size.
        fixed_packet = 6/4, "FP";
    }
}

const TRACK_LOW: Field = Field::bytes("LOGICAL TRACK NUMBER", 2, 1);
const SESSION_LOW: Field = Field::bytes("SESSION NUMBER", 3, 1);
const TRACK_MODE: Field = Field::bits("TRACK MODE", 5, 3, 4);
const DATA_MODE: Field = Field::bits("DATA MODE", 6, 3, 4);
const LRA_V: Field = Field::bit("LRA_V", 7, 1);
const NWA_V: Field = Field::bit("NWA_V", 7, 0);
const START: Field = Field::bytes("LOGICAL TRACK START ADDRESS", 8, 4);
const NEXT_WRITABLE: Field = Field::bytes("NEXT WRITABLE ADDRESS", 12, 4);
const FREE_BLOCKS: Field = Field::bytes("FREE BLOCKS", 16, 4);
const PACKET_SIZE: Field = Field::bytes("FIXED PACKET SIZE", 20, 4);
const TRACK_SIZE: Field = Field::bytes("LOGICAL TRACK SIZE", 24, 4);
const LAST_RECORDED: Field = Field::bytes("LAST RECORDED ADDRESS", 28, 4);
const TRACK_HIGH: Field = Field::bytes("LOGICAL TRACK NUMBER", 32, 1);
const SESSION_HIGH: Field = Field::bytes("SESSION NUMBER", 33, 1);

/// The state of one track: the answer to READ TRACK INFORMATION.
///
/// Addresses are two's complement and unchecked: several drives answer -150 as the next writable address
/// of a blank disc, whatever the write parameters say.
///
/// # Spec
/// MMC-5 6.27.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrackInformation {
    /// Which track.
    pub track: u16,
    /// Which session it is in.
    pub session: u16,
    /// The single bits.
    pub flags: TrackFlags,
    /// CONTROL of the track.
    pub track_mode: TrackMode,
    /// The mode of its sectors.
    pub data_mode: DataMode,
    /// Where it starts.
    pub start: i32,
    /// Where the next write must start, if the drive says so (NWA_V).
    pub next_writable: Option<i32>,
    /// User data blocks that can still be written.
    pub free_blocks: u32,
    /// Blocks in a packet, if packets are fixed.
    pub packet_size: u32,
    /// Blocks of the track, run-out not counted.
    pub size: u32,
    /// The last block with user data, if the drive says so (LRA_V): of DVDs it does.
    pub last_recorded: Option<i32>,
}

impl TrackInformation {
    /// Bytes of the answer as MMC-3 has it. Older drives give 28.
    pub const BYTES: usize = 36;

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 28 bytes. What later standards added counts as absent or zero when
    /// it is not there.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = declared_u16("track information", bytes, TRACK_SIZE.end())?;
        let address = |valid: Field, field: Field| {
            let value = field.read(bytes).filter(|_| valid.is_set(bytes))?;
            Some(value.cast_signed())
        };
        Ok(Self {
            track: u16::from_be_bytes([TRACK_HIGH.u8(bytes), TRACK_LOW.u8(bytes)]),
            session: u16::from_be_bytes([SESSION_HIGH.u8(bytes), SESSION_LOW.u8(bytes)]),
            flags: TrackFlags::read(bytes),
            track_mode: TrackMode::of(TRACK_MODE, bytes),
            data_mode: DataMode::of(DATA_MODE, bytes),
            start: START.i32(bytes),
            next_writable: address(NWA_V, NEXT_WRITABLE),
            free_blocks: FREE_BLOCKS.get(bytes),
            packet_size: PACKET_SIZE.get(bytes),
            size: TRACK_SIZE.get(bytes),
            last_recorded: address(LRA_V, LAST_RECORDED),
        })
    }

    /// Writes the answer, 36 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        bytes[..2].copy_from_slice(&crate::wire::length_u16(Self::BYTES - 2));
        let [track_high, track_low] = self.track.to_be_bytes();
        let [session_high, session_low] = self.session.to_be_bytes();
        TRACK_LOW.put(&mut bytes, track_low);
        TRACK_HIGH.put(&mut bytes, track_high);
        SESSION_LOW.put(&mut bytes, session_low);
        SESSION_HIGH.put(&mut bytes, session_high);
        self.flags.put(&mut bytes);
        TRACK_MODE.put(&mut bytes, self.track_mode);
        DATA_MODE.put(&mut bytes, self.data_mode);
        NWA_V.put(&mut bytes, self.next_writable.is_some());
        LRA_V.put(&mut bytes, self.last_recorded.is_some());
        START.put(&mut bytes, self.start.cast_unsigned());
        let next_writable = self.next_writable.unwrap_or(0);
        NEXT_WRITABLE.put(&mut bytes, next_writable.cast_unsigned());
        FREE_BLOCKS.put(&mut bytes, self.free_blocks);
        PACKET_SIZE.put(&mut bytes, self.packet_size);
        TRACK_SIZE.put(&mut bytes, self.size);
        let last_recorded = self.last_recorded.unwrap_or(0);
        LAST_RECORDED.put(&mut bytes, last_recorded.cast_unsigned());
        copy_truncated(&bytes, out)
    }
}
