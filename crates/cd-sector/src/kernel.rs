//! The fast path: whether all codes of a sector fit, what is in its P and Q channels, and making the codes.
//!
//! Checks of a whole disc ask a sector one question first: is anything wrong at all? Nearly always nothing is, and the
//! answer needs neither the fault's place nor a descrambled copy. [`Kernel`] gives it with the widest vectors that the
//! machine has; what is wrong, if something is, the portable code says.
//!
//! `portable` is the definition, and what runs on machines without a kernel of their own. The vector code (`vector`)
//! knows no machine: it asks one for its few operations by a trait, of which `avx2` and `avx512` are the two
//! implementations, each with its unsafe code in the one file.
//!
//! # What has been run
//! - Everything but `avx512` runs wherever the tests run on x86-64 with AVX2: each operation against a model of it in
//!   plain code, each kernel against the definition with every single bit of a sector turned, and with many at random.
//! - The vector code for 64 bytes runs in the same tests, on every machine, with the model's operations.
//! - The instructions in `avx512` have not been run on a processor that has them. They were run with the same
//!   comparisons on an emulator of one, and agreed but for the one that is `times_alpha` there: that emulator gives the
//!   complement of what the instruction is defined to give, and with the complement undone all agreed.
//!
//! So no kernel is trusted because its instructions are there: before the first use in a process each is compared with
//! the definition on a hundred sectors, and one that disagrees is not used (`choice`).

use crate::{MAIN_BYTES, QFrame, SUBCODE_BYTES};

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod choice;
mod portable;
#[cfg(test)]
mod tests;
#[cfg(any(target_arch = "x86_64", test))]
mod vector;

/// The two layouts of a sector that carry EDC, P parity and Q parity.
///
/// ```text
///      0    12       16         2064  2068   2076     2248     2352
///      | sync | header | user data | EDC | zero | P parity | Q parity |     Mode 1
///      | sync | header | subheader, user data   | EDC | P  | Q parity |     Mode 2 form 1
///                                             2072
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParityForm {
    /// EDC over bytes 0..2064 in 2064..2068, eight zeros, parity over the real header.
    Mode1,
    /// EDC over bytes 16..2072 in 2072..2076, parity with the header counted as zero.
    Mode2Form1,
}

/// The vectors that a kernel uses, the widest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VectorLevel {
    /// Those that the compiler takes for the target it was asked for.
    Portable,
    /// 32 bytes: x86-64 with AVX2 and PCLMULQDQ.
    Avx2,
    /// 64 bytes: x86-64 with AVX-512 F and BW, GFNI and VPCLMULQDQ.
    Avx512,
}

impl VectorLevel {
    /// All levels.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512 with GFNI",
        }
    }
}

impl core::fmt::Display for VectorLevel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// The vectors that this machine's checks run with.
#[must_use]
pub fn vector_level() -> VectorLevel {
    Kernel::best().level()
}

/// What one look at 96 bytes of raw P-W subcode tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubcodeLook {
    /// P's level if it is the same in all symbols, as it is in every sector of a sound disc.
    pub p: Option<bool>,
    /// Q as it stands.
    pub q: QFrame,
    /// Whether Q's CRC fits.
    pub crc_ok: bool,
    /// Whether R to W are zero in all symbols.
    pub rw_is_zero: bool,
}

/// The code for one vector level.
///
/// All kernels answer alike and differ in speed only.
///
/// ```
/// use cd_address::Lba;
/// use cd_sector::{Kernel, ParityForm, encode_mode1, scramble};
///
/// let kernel = Kernel::best();
/// let mut sector = [0; 2352];
/// encode_mode1(Lba::ZERO.to_msf(), &[0; 2048], &mut sector);
/// scramble(&mut sector);
/// assert!(kernel.codes_fit(&sector, ParityForm::Mode1, true));
///
/// sector[1000] ^= 1;
/// assert!(!kernel.codes_fit(&sector, ParityForm::Mode1, true));
/// ```
#[derive(Clone, Copy)]
pub struct Kernel(Code);

/// The proof that a level's instructions are there is in its variant.
#[derive(Clone, Copy)]
enum Code {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
}

impl Kernel {
    /// The widest that this machine has; found once, then remembered.
    #[must_use]
    pub fn best() -> Self {
        Self::at(choice::level()).unwrap_or(Self(Code::Portable))
    }

    /// The one for `level`, `None` if this machine has not got it: for tests and measurements.
    #[must_use]
    pub fn at(level: VectorLevel) -> Option<Self> {
        match level {
            VectorLevel::Portable => Some(Self(Code::Portable)),
            #[cfg(target_arch = "x86_64")]
            VectorLevel::Avx2 => Some(Self(Code::Avx2(avx2::Avx2::detect()?))),
            #[cfg(target_arch = "x86_64")]
            VectorLevel::Avx512 => Some(Self(Code::Avx512(avx512::Avx512::detect()?))),
            #[cfg(not(target_arch = "x86_64"))]
            VectorLevel::Avx2 | VectorLevel::Avx512 => None,
        }
    }

    /// Which it is.
    #[must_use]
    pub const fn level(self) -> VectorLevel {
        match self.0 {
            Code::Portable => VectorLevel::Portable,
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(_) => VectorLevel::Avx2,
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(_) => VectorLevel::Avx512,
        }
    }

    /// Whether sync, EDC, zero field, P and Q parity of `sector` are right for `form`.
    ///
    /// With `scrambled` the bytes are looked at as they lie, and have to be right once descrambled.
    ///
    /// Not looked at: the header's address and mode, whether the two copies of a subheader are equal.
    ///
    /// # Spec
    /// ECMA-130 14.1 and 14.3 to 14.6, annexes A and B.
    #[must_use]
    pub fn codes_fit(self, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
        match self.0 {
            Code::Portable => portable::codes_fit(sector, form, scrambled),
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(m) => m.codes_fit(sector, form, scrambled),
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(m) => m.codes_fit(sector, form, scrambled),
        }
    }

    /// Whether the P and Q parity alone are right; otherwise as [`Kernel::codes_fit`].
    #[must_use]
    pub fn parity_fits(self, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
        match self.0 {
            Code::Portable => portable::parity_fits(sector, form, scrambled),
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(m) => m.parity_fits(sector, form, scrambled),
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(m) => m.parity_fits(sector, form, scrambled),
        }
    }

    /// The error detection code of `bytes`, as [`edc`](crate::edc()) gives it.
    #[must_use]
    pub fn edc(self, bytes: &[u8]) -> u32 {
        match self.0 {
            Code::Portable => crate::edc(bytes),
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(m) => m.edc(bytes),
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(m) => m.edc(bytes),
        }
    }

    /// Writes EDC, zero field, P and Q parity of a plain sector whose bytes before them are there.
    pub fn write_codes(self, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
        match self.0 {
            Code::Portable => portable::write_codes(sector, form),
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(m) => m.write_codes(sector, form),
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(m) => m.write_codes(sector, form),
        }
    }

    /// What the P and Q channels of raw subcode say.
    #[must_use]
    pub fn look(self, subcode: &[u8; SUBCODE_BYTES]) -> SubcodeLook {
        match self.0 {
            Code::Portable => portable::look(subcode),
            #[cfg(target_arch = "x86_64")]
            Code::Avx2(m) => m.look(subcode),
            #[cfg(target_arch = "x86_64")]
            Code::Avx512(m) => m.look(subcode),
        }
    }
}
