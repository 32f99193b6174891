//! The commands: one struct each, and [`Command`] over all of them.
//!
//! Each struct's fields stand in a table at the top of its implementation, by the standard's names;
//! what belongs to no field is reserved, is sent as zero and refused when set.

mod audio;
mod buffer;
mod device;
mod information;
mod media;
mod mode;
mod performance;
mod read;
mod read_cd;
mod seek;
mod session;
mod status;
mod sub_channel;
#[cfg(test)]
mod tests;
mod write;

use cd_address::Lba;

pub use audio::{PauseResume, PlayAudio10, PlayAudio12, PlayAudioMsf, StopPlayScan};
pub use buffer::{BufferMode, ReadBuffer, WriteBuffer};
pub use device::{LoadUnloadMedium, ReadMechanismStatus, ReportLuns};
pub use information::{
    DiscInformationType, GetConfiguration, ReadDiscInformation, ReadTrackInformation,
    RequestedFeatures, TrackSelector,
};
pub use media::{
    Blank, BlankType, CloseFunction, CloseTrackSession, RotationControl, SetCdSpeed, Speed,
};
pub use mode::{ModeSelect6, ModeSelect10, ModeSense6, ModeSense10, PageCode, PageControl};
pub use performance::{GetPerformance, PerformancePart, PerformanceType, SetStreaming};
pub use read::{Read10, Read12, ReadCapacity, ReadHeader, ReadTocPmaAtip, TocFormat};
pub use read_cd::{
    C2Selection, MainChannelSelection, ReadCd, ReadCdMsf, SectorType, SubChannelSelection,
};
pub use seek::{RezeroUnit, Seek10, Verify10};
pub use session::{ReserveTrack, SendCueSheet};
pub use status::{
    EventClasses, GetEventStatusNotification, Inquiry, PowerCondition, PreventAllowMediumRemoval,
    RequestSense, StartStopUnit, TestUnitReady,
};
pub use sub_channel::{ReadSubChannel, SubChannelFormat};
pub use write::{ReadBufferCapacity, SendOpcInformation, SynchronizeCache, Write10, Write12};

use crate::{Cdb, DecodeError, Field};

/// Which way the data of a command goes, and how much there is at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataDirection {
    /// No data.
    None,
    /// From the device.
    In(DataLength),
    /// To the device.
    Out(DataLength),
}

/// How much data a command moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataLength {
    /// So many bytes: an allocation or parameter list length.
    Bytes(u32),
    /// So many blocks, whose size depends on the medium and the mode (see [`ReadCd::block_bytes`]).
    Blocks(u32),
}

/// One command's bytes: its table of fields, and how its values go into them.
pub(crate) trait Layout: Sized {
    /// The standard's name.
    const NAME: &'static str;
    /// Byte 0.
    const OPCODE: u8;
    /// Every field but the operation code. All other bits are reserved.
    const FIELDS: &'static [Field];

    /// Puts the values into a command of zeros.
    fn write(&self, cdb: &mut [u8]);
    /// Takes the values from a command of the right length without reserved bits.
    fn read(cdb: &[u8]) -> Result<Self, DecodeError>;
    fn data_direction(&self) -> DataDirection;

    /// The error for a field with a value that it cannot have.
    fn refuse(field: Field, cdb: &[u8], must: &'static str) -> DecodeError {
        DecodeError::FieldValue {
            what: Self::NAME,
            field: field.name(),
            byte: field.byte(),
            bit: field.msb(),
            value: field.get(cdb),
            must,
        }
    }

    /// The address in a 32-bit field.
    fn lba(field: Field, cdb: &[u8]) -> Result<Lba, DecodeError> {
        let lba = field.i32(cdb);
        Lba::new(lba).map_err(|_| DecodeError::LbaOutOfRange {
            what: Self::NAME,
            field: field.name(),
            byte: field.byte(),
            lba,
        })
    }
}

fn put_lba(field: Field, cdb: &mut [u8], lba: Lba) {
    field.put(cdb, lba.value().cast_unsigned());
}

fn encode<C: Layout>(command: &C) -> Cdb {
    let mut cdb = Cdb::blank(C::OPCODE);
    command.write(cdb.as_bytes_mut());
    cdb
}

fn decode<C: Layout>(bytes: &[u8]) -> Result<C, DecodeError> {
    let needed = Cdb::blank(C::OPCODE).as_bytes().len();
    if bytes.len() != needed {
        return Err(DecodeError::CommandLength {
            what: C::NAME,
            needed,
            got: bytes.len(),
        });
    }
    for (byte_idx, byte) in bytes.iter().enumerate().skip(1) {
        let fields = C::FIELDS.iter();
        let used = fields.fold(0, |mask, field| mask | field.mask_in(byte_idx));
        if let Some(bit) = (0..8).rev().find(|bit| byte & !used & 1 << bit != 0) {
            return Err(DecodeError::ReservedBit {
                what: C::NAME,
                byte: byte_idx,
                bit,
            });
        }
    }
    C::read(bytes)
}

/// The list of all commands: the enum, and every function that goes through them.
macro_rules! commands {
    ($($command:ident,)*) => {
        /// Any command this crate knows.
        ///
        /// An initiator makes one from its struct (`Command::from(Write10 { .. })`) and sends
        /// [`Command::encode`]; a target takes the bytes apart with [`Command::decode`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Command {
            $(#[doc = concat!("See [`", stringify!($command), "`].")] $command($command),)*
        }

        impl Command {
            /// The bytes to send. Reserved bits are zero.
            #[must_use]
            pub fn encode(&self) -> Cdb {
                match self { $(Self::$command(command) => encode(command),)* }
            }

            /// The command `bytes` stand for; all of them must belong to it.
            ///
            /// # Errors
            /// [`DecodeError::TooShort`] for no bytes at all, [`DecodeError::UnknownCommand`],
            /// [`DecodeError::CommandLength`], and for the fields [`DecodeError::ReservedBit`],
            /// [`DecodeError::FieldValue`], [`DecodeError::LbaOutOfRange`]; the lowest byte at fault
            /// with reserved bits is named before any field.
            pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let Some(&opcode) = bytes.first() else {
                    return Err(DecodeError::TooShort { what: "command", needed: 6, got: 0 });
                };
                match opcode {
                    $($command::OPCODE => decode(bytes).map(Self::$command),)*
                    _ => Err(DecodeError::UnknownCommand { opcode }),
                }
            }

            /// The standard's name, such as `READ DISC INFORMATION`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => $command::NAME,)* }
            }

            /// The standard's name for an operation code; `None` if it is not known here.
            #[must_use]
            pub const fn name_of(opcode: u8) -> Option<&'static str> {
                match opcode { $($command::OPCODE => Some($command::NAME),)* _ => None }
            }

            /// Byte 0.
            #[must_use]
            pub const fn opcode(&self) -> u8 {
                match self { $(Self::$command(_) => $command::OPCODE,)* }
            }

            /// Where each field stands in the encoded command, the operation code excepted.
            #[must_use]
            pub const fn fields(&self) -> &'static [Field] {
                match self { $(Self::$command(_) => $command::FIELDS,)* }
            }

            /// Which way data goes, and the most that may.
            #[must_use]
            pub fn data_direction(&self) -> DataDirection {
                match self { $(Self::$command(command) => command.data_direction(),)* }
            }
        }

        $(
            impl From<$command> for Command {
                fn from(command: $command) -> Self {
                    Self::$command(command)
                }
            }
        )*
    };
}

commands! {
    TestUnitReady,
    RezeroUnit,
    RequestSense,
    Inquiry,
    ModeSelect6,
    ModeSense6,
    StartStopUnit,
    PreventAllowMediumRemoval,
    ReadCapacity,
    Read10,
    Write10,
    Seek10,
    Verify10,
    SynchronizeCache,
    WriteBuffer,
    ReadBuffer,
    ReadSubChannel,
    ReadTocPmaAtip,
    ReadHeader,
    PlayAudio10,
    GetConfiguration,
    PlayAudioMsf,
    GetEventStatusNotification,
    PauseResume,
    StopPlayScan,
    ReadDiscInformation,
    ReadTrackInformation,
    SendOpcInformation,
    ModeSelect10,
    ModeSense10,
    ReserveTrack,
    CloseTrackSession,
    ReadBufferCapacity,
    SendCueSheet,
    ReportLuns,
    Blank,
    PlayAudio12,
    LoadUnloadMedium,
    Read12,
    Write12,
    GetPerformance,
    SetStreaming,
    ReadCdMsf,
    SetCdSpeed,
    ReadMechanismStatus,
    ReadCd,
}
