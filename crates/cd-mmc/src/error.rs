use crate::FieldPointer;

/// Why bytes are not the command, page, response or sense data they were taken for.
///
/// [`DecodeError::field_pointer`] tells a target which field to blame in its sense data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end before what must be there, or before the length they declare themselves.
    #[error("{what}: {got} bytes, at least {needed} are needed")]
    TooShort {
        /// What was to be decoded.
        what: &'static str,
        /// The least number of bytes.
        needed: usize,
        /// How many there were.
        got: usize,
    },
    /// A command whose length is not the one its operation code implies.
    #[error("{what}: {got} bytes, the command has exactly {needed}")]
    CommandLength {
        /// The command's name.
        what: &'static str,
        /// Its length.
        needed: usize,
        /// How many bytes there were.
        got: usize,
    },
    /// An operation code that is none of [`crate::Command`]'s.
    #[error("operation code {opcode:02X}h is not a command known here")]
    UnknownCommand {
        /// Byte 0.
        opcode: u8,
    },
    /// A bit that the standard reserves, or that belongs to no field known here, is set.
    #[error("{what}: reserved bit {bit} of byte {byte} is set, it must be zero")]
    ReservedBit {
        /// What was to be decoded.
        what: &'static str,
        /// Byte offset from the start of it.
        byte: usize,
        /// 7 (most significant) to 0.
        bit: u8,
    },
    /// A field holds a value it cannot have.
    #[error("{what}: {field} in byte {byte} is {value:X}h, it must be {must}")]
    FieldValue {
        /// What was to be decoded.
        what: &'static str,
        /// The field's name.
        field: &'static str,
        /// Byte offset of the field's most significant bit.
        byte: usize,
        /// That bit, 7 to 0.
        bit: u8,
        /// What the field holds.
        value: u32,
        /// What it may hold.
        must: &'static str,
    },
    /// A logical block address that no sector of a CD has.
    #[error("{what}: {field} is {lba}, outside -45150 (90:00:00) to 404849 (89:59:74)")]
    LbaOutOfRange {
        /// The command's name.
        what: &'static str,
        /// The field's name.
        field: &'static str,
        /// Byte offset of the field.
        byte: usize,
        /// The address, as two's complement.
        lba: i32,
    },
}

impl DecodeError {
    /// The byte and bit at fault, for sense data; `None` if no single field is.
    ///
    /// `in_command` says where the bytes came from: a command, or a parameter list. An offset that
    /// does not fit the pointer's 16 bits is `None` as well.
    #[must_use]
    pub fn field_pointer(&self, in_command: bool) -> Option<FieldPointer> {
        let (byte, bit) = match *self {
            Self::ReservedBit { byte, bit, .. } | Self::FieldValue { byte, bit, .. } => (byte, bit),
            Self::LbaOutOfRange { byte, .. } => (byte, 7),
            Self::UnknownCommand { .. } => (0, 7),
            Self::TooShort { .. } | Self::CommandLength { .. } => return None,
        };
        let byte = u16::try_from(byte).ok()?;
        Some(FieldPointer::new(in_command, byte, Some(bit)))
    }
}
