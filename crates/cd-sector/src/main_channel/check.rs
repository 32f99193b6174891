use cd_address::Msf;

use super::lens::Head;
use super::{
    Header, MainFault, MainFaults, MainKind, PlainSector, SYNC, ScrambledSector, SectorKind,
    Subheader, detect,
};
use crate::{Kernel, MAIN_BYTES, ecc};

#[cfg(test)]
mod tests;

/// What a sector's EDC says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EdcVerdict {
    /// The kind has no EDC: what the user data is, only its user knows.
    NotInKind,
    /// It fits.
    Right,
    /// A form 2 sector has zero where the EDC may stand: legal, and nothing protects the user data.
    Absent,
    /// It does not fit.
    Wrong,
}

/// What a check of one sector's main channel found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// The kind it was checked as.
    pub kind: SectorKind,
    /// Whether it was taken as scrambled.
    pub scrambled: bool,
    /// What the EDC says; if it is wrong, it is among the faults too.
    pub edc: EdcVerdict,
    /// What is wrong, one fault a layer.
    pub faults: MainFaults,
}

impl Verdict {
    /// Whether no layer is at fault. A form 2 sector without EDC is right too: that is in [`Verdict::edc`].
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.faults.is_empty()
    }
}

impl PlainSector<'_> {
    /// Checks every layer of this plain sector of `kind`, which is to stand at `address`.
    ///
    /// Sound has one thing to check: that it is not data. Nothing in a formless sector, and in form 2 without EDC,
    /// says whether its user data is right.
    ///
    /// # Spec
    /// As [`SectorKind`].
    pub fn check(self, kind: SectorKind, address: Msf) -> Verdict {
        if kind == SectorKind::Audio {
            return sound(self);
        }
        if codes_fit(self.0, kind, false) {
            return codes_right(kind, false, head_faults(self.head(), kind, address));
        }
        let mut faults = head_faults(self.head(), kind, address);
        faults.note(sync(self));
        let edc = edc_verdict(self, kind, &mut faults);
        faults.note(zero_field(self, kind));
        parities(self, kind, &mut faults);
        Verdict {
            kind,
            scrambled: false,
            edc,
            faults,
        }
    }
}

impl ScrambledSector<'_> {
    /// Checks every layer of this scrambled sector of `kind`, which is to stand at `address`. Faults are told as of
    /// the plain sector.
    ///
    /// Sound is never scrambled: it is checked as it stands.
    ///
    /// # Spec
    /// As [`SectorKind`]; ECMA-130 annex B.
    pub fn check(self, kind: SectorKind, address: Msf) -> Verdict {
        if kind == SectorKind::Audio {
            return sound(PlainSector(self.0));
        }
        if codes_fit(self.0, kind, true) {
            return codes_right(kind, true, head_faults(self.head(), kind, address));
        }
        Verdict {
            scrambled: true,
            ..PlainSector(&self.to_plain()).check(kind, address)
        }
    }
}

/// Checks every layer of a sector of unknown kind, plain or scrambled, which is to stand at `address`.
///
/// What it is, is decided by [`detect`] and [`PlainSector::kind`]. So a data sector whose sync is broken is found to be
/// sound, and right: whoever knows the kind asks for it by [`PlainSector::check`] or [`ScrambledSector::check`].
pub fn check(sector: &[u8; MAIN_BYTES], address: Msf) -> Verdict {
    let lens = PlainSector(sector);
    match detect(sector) {
        MainKind::Audio => lens.check(SectorKind::Audio, address),
        MainKind::Data {
            scrambled: false, ..
        } => lens.check(lens.kind(), address),
        MainKind::Data {
            scrambled: true, ..
        } => {
            let lens = ScrambledSector(sector);
            lens.check(lens.kind(), address)
        }
    }
}

/// Whether EDC, parity, zeros and sync are right in a kind that has them all: nearly always, and then known fast.
fn codes_fit(sector: &[u8; MAIN_BYTES], kind: SectorKind, scrambled: bool) -> bool {
    kind.parity_form()
        .is_some_and(|form| Kernel::best().codes_fit(sector, form, scrambled))
}

const fn codes_right(kind: SectorKind, scrambled: bool, faults: MainFaults) -> Verdict {
    Verdict {
        kind,
        scrambled,
        edc: EdcVerdict::Right,
        faults,
    }
}

fn sound(lens: PlainSector<'_>) -> Verdict {
    let mut faults = MainFaults::default();
    faults.note(audio(lens));
    Verdict {
        kind: SectorKind::Audio,
        scrambled: false,
        edc: EdcVerdict::NotInKind,
        faults,
    }
}

/// What is wrong with address, mode and subheader.
fn head_faults(head: Head, kind: SectorKind, address: Msf) -> MainFaults {
    let mut faults = MainFaults::default();
    faults.note(header_address(head.header, address));
    if let Some(expected) = kind.mode() {
        faults.note(mode(head.header, expected));
    }
    faults.note(subheader(head.subheaders, kind));
    faults
}

/// Checks a plain Mode 1 sector that is to stand at `address`.
///
/// # Errors
/// The first fault of [`PlainSector::check`], in the order of [`MainLayer`](crate::MainLayer).
pub fn check_mode1(sector: &[u8; MAIN_BYTES], address: Msf) -> Result<(), MainFault> {
    match PlainSector(sector)
        .check(SectorKind::Mode1, address)
        .faults
        .first()
    {
        None => Ok(()),
        Some(fault) => Err(fault),
    }
}

/// Checks the one thing that can be told of a sector of sound: that it is not data.
///
/// # Errors
/// [`MainFault::DataInAudio`] if it begins with the sync pattern.
pub fn check_audio(sector: &[u8; MAIN_BYTES]) -> Result<(), MainFault> {
    audio(PlainSector(sector))
}

pub(super) fn audio(lens: PlainSector<'_>) -> Result<(), MainFault> {
    match detect(lens.0) {
        MainKind::Audio => Ok(()),
        data @ MainKind::Data { .. } => Err(MainFault::DataInAudio(data)),
    }
}

pub(super) fn sync(lens: PlainSector<'_>) -> Result<(), MainFault> {
    match first_difference(lens.sync(), &SYNC) {
        None => Ok(()),
        Some(offset) => Err(MainFault::Sync {
            offset,
            got: lens.0[usize::from(offset)],
        }),
    }
}

fn header_address(header: Header, expected: Msf) -> Result<(), MainFault> {
    let got = header.address;
    if got == expected.to_bcd() {
        return Ok(());
    }
    Err(MainFault::Address { expected, got })
}

pub(super) const fn mode(header: Header, expected: u8) -> Result<(), MainFault> {
    let got = header.mode;
    if got == expected {
        return Ok(());
    }
    Err(MainFault::Mode { expected, got })
}

pub(super) fn subheader(
    [first, second]: [Subheader; 2],
    kind: SectorKind,
) -> Result<(), MainFault> {
    let Some(expected) = kind.form() else {
        return Ok(());
    };
    if first != second {
        return Err(MainFault::Subheader { first, second });
    }
    if first.form() != expected {
        return Err(MainFault::Form {
            expected,
            got: first,
        });
    }
    Ok(())
}

fn edc_verdict(lens: PlainSector<'_>, kind: SectorKind, faults: &mut MainFaults) -> EdcVerdict {
    match (lens.expected_edc(kind), lens.edc(kind)) {
        (Some(expected), Some(got)) if expected == got => EdcVerdict::Right,
        (Some(_), Some(0)) if kind == SectorKind::Mode2Form2 => EdcVerdict::Absent,
        (Some(expected), Some(got)) => {
            faults.note(Err(MainFault::Edc { expected, got }));
            EdcVerdict::Wrong
        }
        _ => EdcVerdict::NotInKind,
    }
}

fn zero_field(lens: PlainSector<'_>, kind: SectorKind) -> Result<(), MainFault> {
    let field = kind.zero();
    let first = (0..).zip(&lens.0[field.clone()]).find(|(_, b)| **b != 0);
    match (first, u16::try_from(field.start)) {
        (Some((n, &got)), Ok(start)) => Err(MainFault::ZeroField {
            offset: start + n,
            got,
        }),
        _ => Ok(()),
    }
}

fn parities(lens: PlainSector<'_>, kind: SectorKind, faults: &mut MainFaults) {
    if !kind.has_parity() {
        return;
    }
    let covered = lens.under_parity(kind);
    if let Some((codeword, expected, got)) =
        first_codeword(lens.p_parity(), &ecc::p_parity(&covered))
    {
        faults.note(Err(MainFault::PParity {
            codeword,
            expected,
            got,
        }));
    }
    if let Some((codeword, expected, got)) =
        first_codeword(lens.q_parity(), &ecc::q_parity(&covered))
    {
        faults.note(Err(MainFault::QParity {
            codeword,
            expected,
            got,
        }));
    }
}

/// The lowest codeword of which either parity byte differs, with its two bytes expected and got; all first parity bytes
/// stand before all second ones.
fn first_codeword(got: &[u8], expected: &[u8]) -> Option<(u8, [u8; 2], [u8; 2])> {
    if got == expected {
        return None;
    }
    let n_codewords = got.len() / 2;
    let words = |bytes: &[u8], n: usize| [bytes[n], bytes[n + n_codewords]];
    (0_u8..)
        .zip(0..n_codewords)
        .map(|(codeword, n)| (codeword, words(expected, n), words(got, n)))
        .find(|(_, expected, got)| expected != got)
}

fn first_difference(got: &[u8], expected: &[u8]) -> Option<u8> {
    (0..)
        .zip(got.iter().zip(expected))
        .find(|(_, (got, expected))| got != expected)
        .map(|(offset, _)| offset)
}
