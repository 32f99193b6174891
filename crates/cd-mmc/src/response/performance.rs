//! How fast the drive is: what GET PERFORMANCE answers and SET STREAMING sends.

use crate::wire::{Codec, Sink, copy_truncated, need};
use crate::{DecodeError, Field, List, RotationControl};

const DATA_LENGTH: Field = Field::bytes("DATA LENGTH", 0, 4);
const WRITE: Field = Field::bit("WRITE", 4, 1);
const EXCEPT: Field = Field::bit("EXCEPT", 4, 0);
const HEADER_LEN: usize = 8;

/// The bytes of the answer that are there and belong to it by its length; at least the header.
fn declared<'b>(what: &'static str, bytes: &'b [u8]) -> Result<&'b [u8], DecodeError> {
    need(what, bytes, HEADER_LEN)?;
    let follow = usize::try_from(DATA_LENGTH.get(bytes)).unwrap_or(usize::MAX);
    let end = DATA_LENGTH.end().saturating_add(follow).min(bytes.len());
    Ok(&bytes[..end.max(HEADER_LEN)])
}

fn put_header(header: &mut [u8; HEADER_LEN], list_bytes: usize) {
    let follow = HEADER_LEN - DATA_LENGTH.end() + list_bytes;
    DATA_LENGTH.put(header, u32::try_from(follow).unwrap_or(u32::MAX));
}

/// How fast the drive is over the addresses: the answer to GET PERFORMANCE, type 0, nominal.
///
/// # Spec
/// MMC-5 6.8 (performance response, type 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Performance<'a> {
    /// WRITE: of writing; otherwise of reading.
    pub write: bool,
    /// Runs of addresses, as many as the command asked for.
    pub descriptors: List<'a, PerformanceDescriptor>,
}

/// The speed over a run of addresses, changing evenly from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PerformanceDescriptor {
    /// The first address, as two's complement and unchecked.
    pub start: i32,
    /// Kilobytes of 1000 bytes a second there.
    pub start_kilobytes: u32,
    /// The last address.
    pub end: i32,
    /// Kilobytes a second there.
    pub end_kilobytes: u32,
}

impl PerformanceDescriptor {
    /// Bytes of a descriptor.
    pub const BYTES: usize = 16;
    const START: Field = Field::bytes("START LBA", 0, 4);
    const START_PERFORMANCE: Field = Field::bytes("START PERFORMANCE", 4, 4);
    const END: Field = Field::bytes("END LBA", 8, 4);
    const END_PERFORMANCE: Field = Field::bytes("END PERFORMANCE", 12, 4);
}

impl Codec<'_> for PerformanceDescriptor {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (descriptor, rest) = bytes.split_at_checked(Self::BYTES)?;
        let value = Self {
            start: Self::START.i32(descriptor),
            start_kilobytes: Self::START_PERFORMANCE.get(descriptor),
            end: Self::END.i32(descriptor),
            end_kilobytes: Self::END_PERFORMANCE.get(descriptor),
        };
        Some((value, rest))
    }

    fn n_bytes(&self) -> usize {
        Self::BYTES
    }

    fn write(&self, sink: &mut Sink<'_>) {
        let mut descriptor = [0; Self::BYTES];
        Self::START.put(&mut descriptor, self.start.cast_unsigned());
        Self::START_PERFORMANCE.put(&mut descriptor, self.start_kilobytes);
        Self::END.put(&mut descriptor, self.end.cast_unsigned());
        Self::END_PERFORMANCE.put(&mut descriptor, self.end_kilobytes);
        sink.put(&descriptor);
    }
}

impl<'a> Performance<'a> {
    /// Takes the answer apart, as far as it is there: a descriptor that is cut off counts as absent.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes; [`DecodeError::FieldValue`] for a list of exceptions.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "performance";
        let bytes = declared(what, bytes)?;
        if EXCEPT.is_set(bytes) {
            return Err(DecodeError::FieldValue {
                what,
                field: EXCEPT.name(),
                byte: EXCEPT.byte(),
                bit: EXCEPT.msb(),
                value: 1,
                must: "0, a list of nominal performance",
            });
        }
        Ok(Self {
            write: WRITE.is_set(bytes),
            descriptors: List::in_bytes(&bytes[HEADER_LEN..]),
        })
    }

    /// Writes the answer, 8 bytes and 16 a descriptor, as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut header = [0; HEADER_LEN];
        put_header(&mut header, self.descriptors.n_bytes());
        WRITE.put(&mut header, self.write);
        let mut sink = Sink::new(out);
        sink.put(&header);
        self.descriptors.write(&mut sink);
        sink.written()
    }
}

/// The speeds at which the medium that is in can be written: the answer to GET PERFORMANCE, type 3.
///
/// # Spec
/// MMC-5 6.8 (write speed descriptor response, type 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteSpeedList<'a> {
    /// The speeds, fastest first as a rule; as many as the command asked for.
    pub descriptors: List<'a, WriteSpeedDescriptor>,
}

/// A speed at which the drive can write the medium that is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteSpeedDescriptor {
    /// WRC: how the disc turns then.
    pub rotation: RotationControl,
    /// RDD: the read speed is the one after power on.
    pub default_read_speed: bool,
    /// EXACT: the drive keeps the speed over the whole medium.
    pub exact: bool,
    /// MRW: it suits a mix of reading and writing.
    pub mixed: bool,
    /// The last address of the medium, as two's complement and unchecked.
    pub end: i32,
    /// Kilobytes of 1000 bytes a second in reading.
    pub read_kilobytes: u32,
    /// Kilobytes of 1000 bytes a second in writing.
    pub write_kilobytes: u32,
}

impl WriteSpeedDescriptor {
    /// Bytes of a descriptor.
    pub const BYTES: usize = 16;
    const WRC: Field = Field::bits("WRC", 0, 4, 2);
    const RDD: Field = Field::bit("RDD", 0, 2);
    const EXACT: Field = Field::bit("EXACT", 0, 1);
    const MRW: Field = Field::bit("MRW", 0, 0);
    const END: Field = Field::bytes("END LBA", 4, 4);
    const READ_SPEED: Field = Field::bytes("READ SPEED", 8, 4);
    const WRITE_SPEED: Field = Field::bytes("WRITE SPEED", 12, 4);
}

impl Codec<'_> for WriteSpeedDescriptor {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (descriptor, rest) = bytes.split_at_checked(Self::BYTES)?;
        let value = Self {
            rotation: RotationControl::of(Self::WRC, descriptor),
            default_read_speed: Self::RDD.is_set(descriptor),
            exact: Self::EXACT.is_set(descriptor),
            mixed: Self::MRW.is_set(descriptor),
            end: Self::END.i32(descriptor),
            read_kilobytes: Self::READ_SPEED.get(descriptor),
            write_kilobytes: Self::WRITE_SPEED.get(descriptor),
        };
        Some((value, rest))
    }

    fn n_bytes(&self) -> usize {
        Self::BYTES
    }

    fn write(&self, sink: &mut Sink<'_>) {
        let mut descriptor = [0; Self::BYTES];
        Self::WRC.put(&mut descriptor, self.rotation);
        Self::RDD.put(&mut descriptor, self.default_read_speed);
        Self::EXACT.put(&mut descriptor, self.exact);
        Self::MRW.put(&mut descriptor, self.mixed);
        Self::END.put(&mut descriptor, self.end.cast_unsigned());
        Self::READ_SPEED.put(&mut descriptor, self.read_kilobytes);
        Self::WRITE_SPEED.put(&mut descriptor, self.write_kilobytes);
        sink.put(&descriptor);
    }
}

impl<'a> WriteSpeedList<'a> {
    /// Takes the answer apart, as far as it is there: a descriptor that is cut off counts as absent.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = declared("write speeds", bytes)?;
        Ok(Self {
            descriptors: List::in_bytes(&bytes[HEADER_LEN..]),
        })
    }

    /// Writes the answer, 8 bytes and 16 a descriptor, as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut header = [0; HEADER_LEN];
        put_header(&mut header, self.descriptors.n_bytes());
        let mut sink = Sink::new(out);
        sink.put(&header);
        self.descriptors.write(&mut sink);
        sink.written()
    }
}

/// What SET STREAMING asks for: so many kilobytes in so many milliseconds, over a range of addresses.
///
/// # Spec
/// MMC-5 clause 6, SET STREAMING (performance descriptor).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Streaming {
    /// WRC: how the disc is to turn in writing.
    pub rotation: RotationControl,
    /// RDD: back to what applies after power on; the rest is not looked at.
    pub restore_defaults: bool,
    /// EXACT: refuse rather than take another speed.
    pub exact: bool,
    /// RA: for random access.
    pub random_access: bool,
    /// The first address.
    pub start: i32,
    /// The last address.
    pub end: i32,
    /// Kilobytes of 1000 bytes to read in each `read_milliseconds`.
    pub read_kilobytes: u32,
    /// The time for them.
    pub read_milliseconds: u32,
    /// Kilobytes of 1000 bytes to write in each `write_milliseconds`.
    pub write_kilobytes: u32,
    /// The time for them.
    pub write_milliseconds: u32,
}

impl Streaming {
    /// Bytes of the descriptor.
    pub const BYTES: usize = 28;
    const WRC: Field = Field::bits("WRC", 0, 4, 2);
    const RDD: Field = Field::bit("RDD", 0, 2);
    const EXACT: Field = Field::bit("EXACT", 0, 1);
    const RA: Field = Field::bit("RA", 0, 0);
    const START: Field = Field::bytes("START LBA", 4, 4);
    const END: Field = Field::bytes("END LBA", 8, 4);
    const READ_SIZE: Field = Field::bytes("READ SIZE", 12, 4);
    const READ_TIME: Field = Field::bytes("READ TIME", 16, 4);
    const WRITE_SIZE: Field = Field::bytes("WRITE SIZE", 20, 4);
    const WRITE_TIME: Field = Field::bytes("WRITE TIME", 24, 4);

    /// Takes the descriptor apart. Bytes behind it are ignored.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 28 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("streaming descriptor", bytes, Self::BYTES)?;
        Ok(Self {
            rotation: RotationControl::of(Self::WRC, bytes),
            restore_defaults: Self::RDD.is_set(bytes),
            exact: Self::EXACT.is_set(bytes),
            random_access: Self::RA.is_set(bytes),
            start: Self::START.i32(bytes),
            end: Self::END.i32(bytes),
            read_kilobytes: Self::READ_SIZE.get(bytes),
            read_milliseconds: Self::READ_TIME.get(bytes),
            write_kilobytes: Self::WRITE_SIZE.get(bytes),
            write_milliseconds: Self::WRITE_TIME.get(bytes),
        })
    }

    /// Writes the descriptor, 28 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        Self::WRC.put(&mut bytes, self.rotation);
        Self::RDD.put(&mut bytes, self.restore_defaults);
        Self::EXACT.put(&mut bytes, self.exact);
        Self::RA.put(&mut bytes, self.random_access);
        Self::START.put(&mut bytes, self.start.cast_unsigned());
        Self::END.put(&mut bytes, self.end.cast_unsigned());
        Self::READ_SIZE.put(&mut bytes, self.read_kilobytes);
        Self::READ_TIME.put(&mut bytes, self.read_milliseconds);
        Self::WRITE_SIZE.put(&mut bytes, self.write_kilobytes);
        Self::WRITE_TIME.put(&mut bytes, self.write_milliseconds);
        copy_truncated(&bytes, out)
    }
}
