use super::{AdrControl, TocAddress};
use crate::code::wire_code;
use crate::mode_page::{IsrcField, McnField};
use crate::wire::{copy_truncated, need};
use crate::{DecodeError, Field, SubChannelFormat};

wire_code! {
    /// What the drive is doing with its audio output.
    AudioStatus: u8, 8 bits {
        NOT_VALID = 0x00, "the drive plays no audio";
        PLAYING = 0x11, "playing";
        PAUSED = 0x12, "paused";
        COMPLETED = 0x13, "played to the end";
        ERROR = 0x14, "stopped by an error";
        NONE = 0x15, "nothing to tell";
    }
}

const AUDIO_STATUS: Field = Field::bytes("AUDIO STATUS", 1, 1);
const DATA_LENGTH: Field = Field::bytes("SUB-CHANNEL DATA LENGTH", 2, 2);
const FORMAT: Field = Field::bytes("SUB-CHANNEL DATA FORMAT CODE", 4, 1);
const ADR_CONTROL: Field = Field::bytes("ADR, CONTROL", 5, 1);
const TRACK: Field = Field::bytes("TRACK NUMBER", 6, 1);
const INDEX: Field = Field::bytes("INDEX NUMBER", 7, 1);
const ABSOLUTE: Field = Field::bytes("ABSOLUTE ADDRESS", 8, 4);
const RELATIVE: Field = Field::bytes("TRACK RELATIVE ADDRESS", 12, 4);
const NUMBER: core::ops::Range<usize> = 8..24;

const HEADER_LEN: usize = 4;
const POSITION_LEN: usize = RELATIVE.end();

/// Where the head is, or a number from the Q channel: the answer to READ SUB-CHANNEL.
///
/// # Spec
/// MMC-3 clause 6, READ SUB-CHANNEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubChannel {
    /// What the audio output does.
    pub audio_status: AudioStatus,
    /// What was asked for; `None` if the command did not want Q (SUBQ = 0).
    pub data: Option<SubChannelData>,
}

/// What READ SUB-CHANNEL returns behind its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubChannelData {
    /// Format 1.
    Position {
        /// ADR and CONTROL of the frame.
        adr_control: AdrControl,
        /// The track, in binary.
        track: u8,
        /// The index, in binary.
        index: u8,
        /// The address on the disc, as the command asked.
        absolute: TocAddress,
        /// The address in the track, as the command asked.
        relative: TocAddress,
    },
    /// Format 2. The field's valid bit (MCVAL) tells whether the disc has one.
    Mcn(McnField),
    /// Format 3. The field's valid bit (TCVAL) tells whether the track has one.
    Isrc {
        /// ADR and CONTROL of the frame.
        adr_control: AdrControl,
        /// The track asked for.
        track: u8,
        /// The code.
        isrc: IsrcField,
    },
}

impl SubChannel {
    /// Bytes of the longest answer.
    pub const MAX_BYTES: usize = NUMBER.end;

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, or below the 16 or 24 of its format; [`DecodeError::FieldValue`] for
    /// a format that is none.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "sub-channel data";
        need(what, bytes, HEADER_LEN)?;
        let audio_status = AudioStatus::of(AUDIO_STATUS, bytes);
        if DATA_LENGTH.u16(bytes) == 0 {
            let data = None;
            return Ok(Self { audio_status, data });
        }
        need(what, bytes, FORMAT.end())?;
        let format = SubChannelFormat::of(FORMAT, bytes);
        let needed = match format {
            SubChannelFormat::POSITION => POSITION_LEN,
            SubChannelFormat::MCN | SubChannelFormat::ISRC => NUMBER.end,
            _ => {
                return Err(DecodeError::FieldValue {
                    what,
                    field: FORMAT.name(),
                    byte: FORMAT.byte(),
                    bit: FORMAT.msb(),
                    value: FORMAT.get(bytes),
                    must: "1, 2 or 3",
                });
            }
        };
        need(what, bytes, needed)?;
        let number = || {
            let mut number = [0; 16];
            number.copy_from_slice(&bytes[NUMBER]);
            number
        };
        let adr_control = AdrControl(ADR_CONTROL.u8(bytes));
        let track = TRACK.u8(bytes);
        let data = match format {
            SubChannelFormat::POSITION => SubChannelData::Position {
                adr_control,
                track,
                index: INDEX.u8(bytes),
                absolute: TocAddress(ABSOLUTE.get(bytes).to_be_bytes()),
                relative: TocAddress(RELATIVE.get(bytes).to_be_bytes()),
            },
            SubChannelFormat::MCN => SubChannelData::Mcn(McnField(number())),
            _ => SubChannelData::Isrc {
                adr_control,
                track,
                isrc: IsrcField(number()),
            },
        };
        Ok(Self {
            audio_status,
            data: Some(data),
        })
    }

    /// Writes the answer, 4, 16 or 24 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::MAX_BYTES];
        AUDIO_STATUS.put(&mut bytes, self.audio_status);
        let len = match self.data {
            None => HEADER_LEN,
            Some(SubChannelData::Position {
                adr_control,
                track,
                index,
                absolute,
                relative,
            }) => {
                FORMAT.put(&mut bytes, SubChannelFormat::POSITION);
                ADR_CONTROL.put(&mut bytes, adr_control.0);
                TRACK.put(&mut bytes, track);
                INDEX.put(&mut bytes, index);
                ABSOLUTE.put(&mut bytes, u32::from_be_bytes(absolute.0));
                RELATIVE.put(&mut bytes, u32::from_be_bytes(relative.0));
                POSITION_LEN
            }
            Some(SubChannelData::Mcn(McnField(number))) => {
                FORMAT.put(&mut bytes, SubChannelFormat::MCN);
                bytes[NUMBER].copy_from_slice(&number);
                NUMBER.end
            }
            Some(SubChannelData::Isrc {
                adr_control,
                track,
                isrc: IsrcField(number),
            }) => {
                FORMAT.put(&mut bytes, SubChannelFormat::ISRC);
                ADR_CONTROL.put(&mut bytes, adr_control.0);
                TRACK.put(&mut bytes, track);
                bytes[NUMBER].copy_from_slice(&number);
                NUMBER.end
            }
        };
        let follow = u16::try_from(len - HEADER_LEN).unwrap_or(u16::MAX);
        DATA_LENGTH.put(&mut bytes, follow);
        copy_truncated(&bytes[..len], out)
    }
}
