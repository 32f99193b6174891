//! Which kernel is used: the widest that the machine has and that answers as the definition does.

use core::sync::atomic::{AtomicUsize, Ordering};

use super::{Kernel, ParityForm, VectorLevel, portable};
use crate::{MAIN_BYTES, SYNC, scramble};

/// The widest first; the last is always there and is the definition.
const LEVELS: [VectorLevel; 3] = [
    VectorLevel::Avx512,
    VectorLevel::Avx2,
    VectorLevel::Portable,
];

/// Place in [`LEVELS`], once it is known. Two threads that both find it out find the same.
static CHOSEN: AtomicUsize = AtomicUsize::new(usize::MAX);

pub(super) fn level() -> VectorLevel {
    if let Some(level) = LEVELS.get(CHOSEN.load(Ordering::Relaxed)) {
        return *level;
    }
    let is_fit = |level: &VectorLevel| Kernel::at(*level).is_some_and(|kernel| agrees(&kernel));
    let chosen = LEVELS.iter().position(is_fit).unwrap_or(LEVELS.len() - 1);
    CHOSEN.store(chosen, Ordering::Relaxed);
    LEVELS[chosen]
}

/// What a kernel answers and does, as far as it can be got wrong.
pub(super) trait Codes {
    fn codes_fit(&self, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool;
    fn write_codes(&self, sector: &mut [u8; MAIN_BYTES], form: ParityForm);
}

impl Codes for Kernel {
    fn codes_fit(&self, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
        (*self).codes_fit(sector, form, scrambled)
    }

    fn write_codes(&self, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
        (*self).write_codes(sector, form);
    }
}

/// Whether `codes` agrees with the definition on a few right sectors and a hundred broken ones.
///
/// A kernel is tested where it was made; this is for machines that it was not tested on.
pub(super) fn agrees(codes: &impl Codes) -> bool {
    [ParityForm::Mode1, ParityForm::Mode2Form1]
        .into_iter()
        .all(|form| {
            let mut right = some_bytes();
            right[..12].copy_from_slice(&SYNC);
            let mut made = right;
            portable::write_codes(&mut right, form);
            codes.write_codes(&mut made, form);
            made == right && judges(codes, right, form, false) && {
                scramble(&mut right);
                judges(codes, right, form, true)
            }
        })
}

/// Whether `codes` takes a right sector for right, and for wrong with any byte changed.
fn judges(
    codes: &impl Codes,
    mut sector: [u8; MAIN_BYTES],
    form: ParityForm,
    scrambled: bool,
) -> bool {
    // Form 1 does not protect its header. The step shares no factor with the lengths of codewords and vectors.
    codes.codes_fit(&sector, form, scrambled)
        && (16..MAIN_BYTES).step_by(97).all(|place| {
            let error = some_bytes()[place] | 1;
            sector[place] ^= error;
            let fits = codes.codes_fit(&sector, form, scrambled);
            sector[place] ^= error;
            !fits
        })
}

/// Bytes of which neighbours and rows are unlike.
fn some_bytes() -> [u8; MAIN_BYTES] {
    let mut state = 1_u32;
    [(); MAIN_BYTES].map(|()| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [.., top] = state.to_le_bytes();
        top
    })
}
