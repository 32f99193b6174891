use core::fmt;

use cd_address::{AddressError, BcdMsf, Msf};
use thiserror::Error;

use super::{MainKind, SYNC, Subheader};

/// What is wrong with a sector's main channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MainFault {
    /// The sync pattern is broken.
    #[error("sync byte {offset} is {got:02X}h, not {:02X}h", SYNC[usize::from(*.offset)])]
    Sync {
        /// First byte that is wrong, 0..=11.
        offset: u8,
        /// What stands there.
        got: u8,
    },
    /// The header's address is no address.
    #[error("header says {got}: {error}")]
    Header {
        /// The bytes.
        got: BcdMsf,
        /// What is wrong with them.
        error: AddressError,
    },
    /// The header's address is not the sector's.
    #[error("header says {got}, the sector is {expected}")]
    Address {
        /// The sector's address.
        expected: Msf,
        /// The bytes in the header.
        got: BcdMsf,
    },
    /// The mode byte is another.
    #[error("header says mode {got:02X}h, not {expected:02X}h")]
    Mode {
        /// The mode asked for.
        expected: u8,
        /// The mode byte.
        got: u8,
    },
    /// The two copies of the subheader differ; neither is known to be the right one.
    #[error("subheader is {first} and its copy {second}")]
    Subheader {
        /// Bytes 16..20.
        first: Subheader,
        /// Bytes 20..24.
        second: Subheader,
    },
    /// Both copies of the subheader say the other form.
    #[error("subheader {got} says form {}, not form {expected}", .got.form())]
    Form {
        /// The form asked for, 1 or 2.
        expected: u8,
        /// The subheader.
        got: Subheader,
    },
    /// The error detection code does not fit the bytes it is made of.
    #[error("EDC is {got:08X}h, the sector's bytes ask for {expected:08X}h")]
    Edc {
        /// What the bytes ask for.
        expected: u32,
        /// What stands there.
        got: u32,
    },
    /// A byte that has to be zero is not.
    #[error("byte {offset} is {got:02X}h, not 00h as the mode has it")]
    ZeroField {
        /// First such byte, counted from the start of the sector.
        offset: u16,
        /// What stands there.
        got: u8,
    },
    /// A P parity does not fit its column.
    #[error("P parity of column {}, byte {} of the word, is {}, not {}", .codeword / 2, .codeword % 2, Pair(*.got), Pair(*.expected))]
    PParity {
        /// First such codeword, 0..=85: twice the column (0..=42) and which byte of the word.
        codeword: u8,
        /// The codeword's two parity bytes as the bytes they are made of ask for them.
        expected: [u8; 2],
        /// Its two parity bytes as they stand.
        got: [u8; 2],
    },
    /// A Q parity does not fit its diagonal.
    #[error("Q parity of diagonal {}, byte {} of the word, is {}, not {}", .codeword / 2, .codeword % 2, Pair(*.got), Pair(*.expected))]
    QParity {
        /// First such codeword, 0..=51: twice the diagonal (0..=25) and which byte of the word.
        codeword: u8,
        /// The codeword's two parity bytes as the bytes they are made of ask for them.
        expected: [u8; 2],
        /// Its two parity bytes as they stand.
        got: [u8; 2],
    },
    /// A sector of sound begins with the sync of data.
    #[error("sector of an audio track begins with the sync pattern of data ({0})")]
    DataInAudio(MainKind),
}

impl MainFault {
    /// The layer the fault is in.
    #[must_use]
    pub const fn layer(self) -> MainLayer {
        match self {
            Self::Sync { .. } | Self::DataInAudio(_) => MainLayer::Sync,
            Self::Header { .. } | Self::Address { .. } => MainLayer::Address,
            Self::Mode { .. } => MainLayer::Mode,
            Self::Subheader { .. } | Self::Form { .. } => MainLayer::Subheader,
            Self::Edc { .. } => MainLayer::Edc,
            Self::ZeroField { .. } => MainLayer::ZeroField,
            Self::PParity { .. } => MainLayer::PParity,
            Self::QParity { .. } => MainLayer::QParity,
        }
    }
}

/// A layer of a data sector that is checked by itself, in the order in which faults are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MainLayer {
    /// Bytes 0..12.
    Sync,
    /// Bytes 12..15.
    Address,
    /// Byte 15.
    Mode,
    /// Bytes 16..24 in Mode 2 form 1 and 2.
    Subheader,
    /// The error detection code.
    Edc,
    /// The bytes that have to be zero.
    ZeroField,
    /// The P parity.
    PParity,
    /// The Q parity.
    QParity,
}

impl MainLayer {
    /// All layers in order.
    pub const ALL: [Self; 8] = [
        Self::Sync,
        Self::Address,
        Self::Mode,
        Self::Subheader,
        Self::Edc,
        Self::ZeroField,
        Self::PParity,
        Self::QParity,
    ];
}

impl fmt::Display for MainLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sync => "sync",
            Self::Address => "header address",
            Self::Mode => "mode",
            Self::Subheader => "subheader",
            Self::Edc => "EDC",
            Self::ZeroField => "zero field",
            Self::PParity => "P parity",
            Self::QParity => "Q parity",
        })
    }
}

/// The faults of one sector, the first of each layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MainFaults([Option<MainFault>; MainLayer::ALL.len()]);

impl MainFaults {
    /// Whether nothing is at fault.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let mut n = 0;
        while n < self.0.len() {
            if self.0[n].is_some() {
                return false;
            }
            n += 1;
        }
        true
    }

    /// Whether `layer` is at fault.
    #[must_use]
    pub const fn contains(&self, layer: MainLayer) -> bool {
        self.0[layer as usize].is_some()
    }

    /// The faults in the order of [`MainLayer`].
    pub fn iter(&self) -> impl Iterator<Item = MainFault> {
        self.0.iter().flatten().copied()
    }

    /// The first fault.
    #[must_use]
    pub fn first(&self) -> Option<MainFault> {
        self.iter().next()
    }

    pub(super) fn note(&mut self, result: Result<(), MainFault>) {
        if let Err(fault) = result {
            self.0[fault.layer() as usize].get_or_insert(fault);
        }
    }
}

impl fmt::Display for MainFaults {
    /// The names of the layers at fault with commas between, or "none".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (i, fault) in self.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { ", " }, fault.layer())?;
        }
        Ok(())
    }
}

/// Two bytes as hexadecimal digits.
struct Pair([u8; 2]);

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        write!(f, "{first:02X} {second:02X}")
    }
}
