//! Sense data: what a device says about a command that did not simply succeed.
//!
//! # Spec
//! SPC-4 clause 4.5 (both formats); T10's list of additional sense codes. Read those first.

mod bytes;
mod table;
#[cfg(test)]
mod tests;

use core::fmt;

use crate::code::wire_code;

wire_code! {
    /// The sense key: what kind of thing happened.
    SenseKey: u8, 4 bits {
        NO_SENSE = 0x0, "NO SENSE";
        RECOVERED_ERROR = 0x1, "RECOVERED ERROR";
        NOT_READY = 0x2, "NOT READY";
        MEDIUM_ERROR = 0x3, "MEDIUM ERROR";
        HARDWARE_ERROR = 0x4, "HARDWARE ERROR";
        ILLEGAL_REQUEST = 0x5, "ILLEGAL REQUEST";
        UNIT_ATTENTION = 0x6, "UNIT ATTENTION";
        DATA_PROTECT = 0x7, "DATA PROTECT";
        BLANK_CHECK = 0x8, "BLANK CHECK";
        VENDOR_SPECIFIC = 0x9, "VENDOR SPECIFIC";
        COPY_ABORTED = 0xA, "COPY ABORTED";
        ABORTED_COMMAND = 0xB, "ABORTED COMMAND";
        VOLUME_OVERFLOW = 0xD, "VOLUME OVERFLOW";
        MISCOMPARE = 0xE, "MISCOMPARE";
        COMPLETED = 0xF, "COMPLETED";
    }
}

/// What a device reports: sense key, additional sense code and qualifier, and what goes with them.
///
/// Printed as `2/04/08 NOT READY: long write in progress`. Two reports of the same condition may
/// differ in the other fields: compare with [`Sense::same_code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sense {
    /// The sense key.
    pub key: SenseKey,
    /// The additional sense code.
    pub asc: u8,
    /// The additional sense code qualifier.
    pub ascq: u8,
    /// Whether it is about an earlier command, and not the one it came with.
    pub deferred: bool,
    /// The INFORMATION field if it is valid; as a rule the address concerned, as two's complement.
    pub information: Option<u32>,
    /// The sense key specific field if it is valid.
    pub key_specific: Option<KeySpecific>,
}

/// The three bytes that mean different things with different sense keys, their valid bit left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeySpecific([u8; 3]);

impl KeySpecific {
    /// From the bytes as sense data holds them; the valid bit (bit 7 of the first) is dropped.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 3]) -> Self {
        Self([bytes[0] & 0x7F, bytes[1], bytes[2]])
    }

    /// The bytes, valid bit zero.
    #[must_use]
    pub const fn bytes(self) -> [u8; 3] {
        self.0
    }
}

/// Where in a command or a parameter list the mistake is; goes with ILLEGAL REQUEST.
///
/// # Spec
/// SPC-4 4.5.2, sense key specific descriptor, field pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldPointer {
    in_command: bool,
    byte: u16,
    bit: Option<u8>,
}

impl FieldPointer {
    /// Byte `byte` of the command, or else of the parameter list; its bit `bit` (only 7 to 0 count).
    #[must_use]
    pub const fn new(in_command: bool, byte: u16, bit: Option<u8>) -> Self {
        let bit = match bit {
            Some(bit) => Some(bit & 7),
            None => None,
        };
        Self {
            in_command,
            byte,
            bit,
        }
    }

    /// Whether it points into the command; otherwise into the parameter list.
    #[must_use]
    pub const fn in_command(self) -> bool {
        self.in_command
    }

    /// The byte's offset.
    #[must_use]
    pub const fn byte(self) -> u16 {
        self.byte
    }

    /// The most significant bit of the field, 7 to 0; `None` if only the byte is known.
    #[must_use]
    pub const fn bit(self) -> Option<u8> {
        self.bit
    }

    const fn to_key_specific(self) -> KeySpecific {
        let [high, low] = self.byte.to_be_bytes();
        let in_command = if self.in_command { 0x40 } else { 0 };
        let bit = match self.bit {
            Some(bit) => 0x08 | bit,
            None => 0,
        };
        KeySpecific([in_command | bit, high, low])
    }

    const fn from_key_specific(KeySpecific([flags, high, low]): KeySpecific) -> Self {
        let bit = if flags & 0x08 == 0 {
            None
        } else {
            Some(flags & 7)
        };
        Self::new(flags & 0x40 != 0, u16::from_be_bytes([high, low]), bit)
    }
}

impl fmt::Display for FieldPointer {
    /// `byte 2 bit 3 of the command`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}", self.byte)?;
        if let Some(bit) = self.bit {
            write!(f, " bit {bit}")?;
        }
        f.write_str(if self.in_command {
            " of the command"
        } else {
            " of the parameter list"
        })
    }
}

impl Sense {
    /// This key, code and qualifier, about the present command, with nothing else.
    #[must_use]
    pub const fn new(key: SenseKey, asc: u8, ascq: u8) -> Self {
        Self {
            key,
            asc,
            ascq,
            deferred: false,
            information: None,
            key_specific: None,
        }
    }

    /// Key, additional sense code and qualifier, to match on.
    #[must_use]
    pub const fn code(&self) -> (SenseKey, u8, u8) {
        (self.key, self.asc, self.ascq)
    }

    /// Whether key, additional sense code and qualifier are those of `other`.
    #[must_use]
    pub fn same_code(&self, other: &Self) -> bool {
        self.code() == other.code()
    }

    /// What the additional sense code and qualifier stand for; `None` if it is not known here.
    #[must_use]
    pub fn text(&self) -> Option<&'static str> {
        table::text(self.asc, self.ascq)
    }

    /// The same with an INFORMATION field.
    #[must_use]
    pub const fn with_information(self, information: u32) -> Self {
        Self {
            information: Some(information),
            ..self
        }
    }

    /// The same with a field pointer. It is read back with the key ILLEGAL REQUEST alone.
    #[must_use]
    pub const fn with_field_pointer(self, pointer: FieldPointer) -> Self {
        Self {
            key_specific: Some(pointer.to_key_specific()),
            ..self
        }
    }

    /// The same with a progress indication in 1/65536. It is read back with the keys NOT READY
    /// and NO SENSE alone.
    #[must_use]
    pub const fn with_progress(self, progress: u16) -> Self {
        let [high, low] = progress.to_be_bytes();
        Self {
            key_specific: Some(KeySpecific([0, high, low])),
            ..self
        }
    }

    /// Which field of an illegal request is at fault, if the device says.
    #[must_use]
    pub fn field_pointer(&self) -> Option<FieldPointer> {
        let illegal = self.key == SenseKey::ILLEGAL_REQUEST;
        let specific = self.key_specific.filter(|_| illegal)?;
        Some(FieldPointer::from_key_specific(specific))
    }

    /// How much of a long operation is done, in 1/65536, if the device says.
    #[must_use]
    pub fn progress(&self) -> Option<u16> {
        let pending = matches!(self.key, SenseKey::NO_SENSE | SenseKey::NOT_READY);
        let KeySpecific([_, high, low]) = self.key_specific.filter(|_| pending)?;
        Some(u16::from_be_bytes([high, low]))
    }
}

impl fmt::Display for Sense {
    /// `2/04/08 NOT READY: long write in progress`, then in brackets what else there is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, asc, ascq, .. } = *self;
        write!(f, "{:X}/{asc:02X}/{ascq:02X} {key}: ", key.code())?;
        f.write_str(self.text().unwrap_or("unknown"))?;
        if self.deferred {
            f.write_str(" (about an earlier command)")?;
        }
        if let Some(information) = self.information {
            write!(f, " (information {information:08X}h)")?;
        }
        if let Some(pointer) = self.field_pointer() {
            write!(f, " ({pointer})")?;
        }
        if let Some(progress) = self.progress() {
            write!(f, " ({} % done)", u32::from(progress) * 100 / 65536)?;
        }
        Ok(())
    }
}
