use core::fmt;

/// The bytes of one command (command descriptor block), 6 to 16 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cdb {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Cdb {
    /// The longest command.
    pub const MAX: usize = 16;

    /// How long a command with this operation code is: 6, 10, 12 or 16 bytes; `None` for the groups
    /// with no fixed length (60h..=7Fh) and the vendors' (C0h..=FFh).
    ///
    /// # Spec
    /// SPC-4 clause 4.2, operation code (group code and command code).
    #[must_use]
    pub const fn length_of(opcode: u8) -> Option<usize> {
        match opcode >> 5 {
            0 => Some(6),
            1 | 2 => Some(10),
            4 => Some(16),
            5 => Some(12),
            _ => None,
        }
    }

    /// A command of zeros but for its operation code.
    pub(crate) fn blank(opcode: u8) -> Self {
        let mut bytes = [0; Self::MAX];
        bytes[0] = opcode;
        Self {
            bytes,
            len: Self::length_of(opcode).unwrap_or(Self::MAX),
        }
    }

    /// The bytes, as they go to the device.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn as_bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }
}

impl AsRef<[u8]> for Cdb {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Cdb {
    /// `2A 00 FF FF D4 BB 00 00 1A 00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (byte_idx, byte) in self.as_bytes().iter().enumerate() {
            let space = if byte_idx == 0 { "" } else { " " };
            write!(f, "{space}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Cdb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cdb({self})")
    }
}
