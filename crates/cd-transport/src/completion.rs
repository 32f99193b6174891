use std::fmt;

/// The status byte a device ends a command with.
///
/// # Spec
/// SAM-5 table 43.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

impl Status {
    /// The command did what it says.
    pub const GOOD: Self = Self(0x00);
    /// It did not, or there is something to report: see the sense data.
    pub const CHECK_CONDITION: Self = Self(0x02);
    /// The device can take no command now.
    pub const BUSY: Self = Self(0x08);
    /// Another initiator holds the device.
    pub const RESERVATION_CONFLICT: Self = Self(0x18);
    /// The device's queue is full.
    pub const TASK_SET_FULL: Self = Self(0x28);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::GOOD => f.write_str("GOOD"),
            Self::CHECK_CONDITION => f.write_str("CHECK CONDITION"),
            Self::BUSY => f.write_str("BUSY"),
            Self::RESERVATION_CONFLICT => f.write_str("RESERVATION CONFLICT"),
            Self::TASK_SET_FULL => f.write_str("TASK SET FULL"),
            Self(other) => write!(f, "status {other:02X}h"),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Status({self})")
    }
}

/// Sense data as the device gave it, 0 to 96 bytes, not interpreted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SenseBytes {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl SenseBytes {
    /// The most that is kept; no device that writes CDs sends more.
    pub const MAX: usize = 96;
    /// No sense data.
    pub const EMPTY: Self = Self {
        bytes: [0; Self::MAX],
        len: 0,
    };

    /// Keeps the first [`SenseBytes::MAX`] bytes of `sense`.
    #[must_use]
    pub fn new(sense: &[u8]) -> Self {
        let mut kept = Self::EMPTY;
        kept.len = sense.len().min(Self::MAX);
        kept.bytes[..kept.len].copy_from_slice(&sense[..kept.len]);
        kept
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl fmt::Debug for SenseBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SenseBytes({:02X?})", self.as_slice())
    }
}

/// How a command ended. A value of this type is not yet a success: look at [`Completion::status`].
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The status byte.
    pub status: Status,
    /// Bytes that really moved, at most the length of the data lent.
    pub transferred: usize,
    /// Sense data of this command, empty if there was none.
    pub sense: SenseBytes,
}

impl Completion {
    /// GOOD, with `transferred` bytes moved.
    pub const fn good(transferred: usize) -> Self {
        Self {
            status: Status::GOOD,
            transferred,
            sense: SenseBytes::EMPTY,
        }
    }

    /// CHECK CONDITION with this sense data and no byte moved.
    pub fn check_condition(sense: &[u8]) -> Self {
        Self {
            status: Status::CHECK_CONDITION,
            transferred: 0,
            sense: SenseBytes::new(sense),
        }
    }
}
