//! The kernels' code, whatever machine it runs on: see [`Machine`].
//!
//! Everything here is inlined into functions of `avx2` and `avx512` that are compiled for those machines.

use super::ParityForm;
use crate::{MAIN_BYTES, RAW_BYTES, SYNC};

mod fold;
mod machine;
mod parity;
mod tables;

pub(super) use fold::edc;
pub(super) use machine::Machine;
use tables::Expected;
#[cfg(target_arch = "x86_64")]
pub(super) use tables::TIMES_ALPHA;

/// Bytes that a machine fetches from memory at a time.
const LINE: usize = 64;

/// [`Kernel::codes_fit`](super::Kernel::codes_fit) on `m`.
#[inline(always)]
pub(super) fn codes_fit<M: Machine>(
    m: M,
    sector: &[u8; MAIN_BYTES],
    form: ParityForm,
    scrambled: bool,
) -> bool {
    // Whoever goes through a stream asks for the sector behind next. It comes while this one is worked on.
    for line in (RAW_BYTES..2 * RAW_BYTES).step_by(LINE) {
        m.fetch(sector, line);
    }
    let expected = Expected::of(form, scrambled);
    let (under_edc, zero) = (form.under_edc(), form.zero());
    let edc = edc(m, &sector[under_edc.start..under_edc.end + 4]);
    let parity_fits = parity::fits(m, sector, expected);
    parity_fits
        && edc == expected.edc
        && sector.starts_with(&SYNC)
        && sector[zero.clone()] == expected.zero[..zero.len()]
}

/// [`Kernel::parity_fits`](super::Kernel::parity_fits) on `m`.
#[inline(always)]
pub(super) fn parity_fits<M: Machine>(
    m: M,
    sector: &[u8; MAIN_BYTES],
    form: ParityForm,
    scrambled: bool,
) -> bool {
    parity::fits(m, sector, Expected::of(form, scrambled))
}

/// [`Kernel::write_codes`](super::Kernel::write_codes) on `m`.
#[inline(always)]
pub(super) fn write_codes<M: Machine>(m: M, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
    let under_edc = form.under_edc();
    let edc = edc(m, &sector[under_edc.clone()]);
    sector[under_edc.end..under_edc.end + 4].copy_from_slice(&edc.to_le_bytes());
    sector[form.zero()].fill(0);
    parity::write(m, sector, &Expected::of(form, false).counted);
}
