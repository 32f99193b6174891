use core::fmt;

use cd_address::{AddressError, BcdMsf, Msf};
use thiserror::Error;

use super::{MainKind, MainSector, SYNC, detect};
use crate::{MAIN_BYTES, ecc};

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
    /// The error detection code does not fit the bytes before it.
    #[error("EDC is {got:08X}h, the sector's bytes ask for {expected:08X}h")]
    Edc {
        /// What bytes 0..2064 ask for.
        expected: u32,
        /// What stands there.
        got: u32,
    },
    /// A byte that has to be zero is not.
    #[error("byte {offset} is {got:02X}h, the standard wants zero from byte 2068 to 2075")]
    ZeroField {
        /// First such byte, counted from the start of the sector.
        offset: u16,
        /// What stands there.
        got: u8,
    },
    /// A P parity does not fit its column.
    #[error("P parity does not fit at column {}, byte {} of the word", .codeword / 2, .codeword % 2)]
    PParity {
        /// First such codeword, 0..=85: twice the column (0..=42) and which byte of the word.
        codeword: u8,
    },
    /// A Q parity does not fit its diagonal.
    #[error("Q parity does not fit at diagonal {}, byte {} of the word", .codeword / 2, .codeword % 2)]
    QParity {
        /// First such codeword, 0..=51: twice the diagonal (0..=25) and which byte of the word.
        codeword: u8,
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
            Self::Edc { .. } => MainLayer::Edc,
            Self::ZeroField { .. } => MainLayer::ZeroField,
            Self::PParity { .. } => MainLayer::PParity,
            Self::QParity { .. } => MainLayer::QParity,
        }
    }
}

/// A layer of a data sector that is checked by itself, in the order in which [`check_mode1`] looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MainLayer {
    /// Bytes 0..12.
    Sync,
    /// Bytes 12..15.
    Address,
    /// Byte 15.
    Mode,
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
    pub const ALL: [Self; 7] = [
        Self::Sync,
        Self::Address,
        Self::Mode,
        Self::Edc,
        Self::ZeroField,
        Self::PParity,
        Self::QParity,
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for MainLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sync => "sync",
            Self::Address => "header address",
            Self::Mode => "mode",
            Self::Edc => "EDC",
            Self::ZeroField => "zero field",
            Self::PParity => "P parity",
            Self::QParity => "Q parity",
        })
    }
}

/// The layers of one sector at fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MainFaults(u8);

impl MainFaults {
    /// Whether nothing is at fault.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `layer` is at fault.
    #[must_use]
    pub const fn contains(self, layer: MainLayer) -> bool {
        self.0 & layer.bit() != 0
    }

    /// The layers at fault, in order.
    pub fn iter(self) -> impl Iterator<Item = MainLayer> {
        MainLayer::ALL
            .into_iter()
            .filter(move |layer| self.contains(*layer))
    }

    fn note(&mut self, result: Result<(), MainFault>) {
        if let Err(fault) = result {
            self.0 |= fault.layer().bit();
        }
    }
}

impl fmt::Display for MainFaults {
    /// The layers' names with commas between, or "none".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (i, layer) in self.iter().enumerate() {
            write!(f, "{}{layer}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Checks every layer of a plain Mode 1 sector that is to stand at `address`.
///
/// # Errors
/// The first fault in the order of [`MainLayer`]. A wrong byte of user data breaks EDC and both parities: this names
/// the EDC, [`faults_mode1`] all three.
///
/// # Spec
/// ECMA-130 14.1 to 14.6, sector mode (01).
pub fn check_mode1(sector: &[u8; MAIN_BYTES], address: Msf) -> Result<(), MainFault> {
    let lens = MainSector(sector);
    sync(lens)?;
    header_address(lens, address)?;
    mode(lens, 1)?;
    edc(lens)?;
    zero_field(lens)?;
    p_parity(lens)?;
    q_parity(lens)
}

/// Which layers of a plain Mode 1 sector that is to stand at `address` are at fault: every layer is checked.
#[must_use]
pub fn faults_mode1(sector: &[u8; MAIN_BYTES], address: Msf) -> MainFaults {
    let lens = MainSector(sector);
    let mut faults = MainFaults::default();
    faults.note(sync(lens));
    faults.note(header_address(lens, address));
    faults.note(mode(lens, 1));
    faults.note(edc(lens));
    faults.note(zero_field(lens));
    faults.note(p_parity(lens));
    faults.note(q_parity(lens));
    faults
}

/// Checks the one thing that can be told of a sector of sound: that it is not data.
///
/// # Errors
/// [`MainFault::DataInAudio`] if it begins with the sync pattern.
pub fn check_audio(sector: &[u8; MAIN_BYTES]) -> Result<(), MainFault> {
    match detect(sector) {
        MainKind::Audio => Ok(()),
        data @ MainKind::Data { .. } => Err(MainFault::DataInAudio(data)),
    }
}

pub(super) fn sync(lens: MainSector<'_>) -> Result<(), MainFault> {
    match first_difference(lens.sync(), &SYNC) {
        None => Ok(()),
        Some(offset) => Err(MainFault::Sync {
            offset,
            got: lens.0[usize::from(offset)],
        }),
    }
}

fn header_address(lens: MainSector<'_>, expected: Msf) -> Result<(), MainFault> {
    let got = lens.header().address;
    if got == expected.to_bcd() {
        return Ok(());
    }
    Err(MainFault::Address { expected, got })
}

pub(super) fn mode(lens: MainSector<'_>, expected: u8) -> Result<(), MainFault> {
    let got = lens.mode();
    if got == expected {
        return Ok(());
    }
    Err(MainFault::Mode { expected, got })
}

fn edc(lens: MainSector<'_>) -> Result<(), MainFault> {
    let (expected, got) = (lens.expected_edc(), lens.edc());
    if got == expected {
        return Ok(());
    }
    Err(MainFault::Edc { expected, got })
}

fn zero_field(lens: MainSector<'_>) -> Result<(), MainFault> {
    match (2068..).zip(lens.zero()).find(|(_, byte)| **byte != 0) {
        None => Ok(()),
        Some((offset, &got)) => Err(MainFault::ZeroField { offset, got }),
    }
}

fn p_parity(lens: MainSector<'_>) -> Result<(), MainFault> {
    let expected = ecc::p_parity(lens.under_parity());
    match first_codeword(lens.p_parity(), &expected) {
        None => Ok(()),
        Some(codeword) => Err(MainFault::PParity { codeword }),
    }
}

fn q_parity(lens: MainSector<'_>) -> Result<(), MainFault> {
    let expected = ecc::q_parity(lens.under_parity());
    match first_codeword(lens.q_parity(), &expected) {
        None => Ok(()),
        Some(codeword) => Err(MainFault::QParity { codeword }),
    }
}

/// The lowest codeword of which either parity byte differs; all first parity bytes stand before all second ones.
fn first_codeword(got: &[u8], expected: &[u8]) -> Option<u8> {
    if got == expected {
        return None;
    }
    let n_codewords = got.len() / 2;
    let (got_first, got_second) = got.split_at(n_codewords);
    let (first, second) = expected.split_at(n_codewords);
    first_difference(got_first, first)
        .into_iter()
        .chain(first_difference(got_second, second))
        .min()
}

fn first_difference(got: &[u8], expected: &[u8]) -> Option<u8> {
    (0..)
        .zip(got.iter().zip(expected))
        .find(|(_, (got, expected))| got != expected)
        .map(|(offset, _)| offset)
}
