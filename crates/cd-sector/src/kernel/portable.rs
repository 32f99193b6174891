//! The definition: the crate's plain code, for every target.

use core::ops::Range;

use super::{ParityForm, SubcodeLook};
use crate::{MAIN_BYTES, PwSubcode, SUBCODE_BYTES, SYNC, ecc, edc, scramble};

pub(super) const HEADER: Range<usize> = 12..16;
pub(super) const P: Range<usize> = 2076..2248;
pub(super) const Q: Range<usize> = 2248..MAIN_BYTES;

impl ParityForm {
    /// What the EDC is made of; it stands right behind.
    pub(super) const fn under_edc(self) -> Range<usize> {
        match self {
            Self::Mode1 => 0..2064,
            Self::Mode2Form1 => 16..2072,
        }
    }

    /// What stands between the EDC and the P parity.
    pub(super) const fn zero(self) -> Range<usize> {
        self.under_edc().end + 4..P.start
    }
}

pub(super) fn codes_fit(sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
    let plain = to_plain(sector, scrambled);
    let Range { start, end } = form.under_edc();
    plain.starts_with(&SYNC)
        // An EDC over bytes that end in their own EDC is zero.
        && edc(&plain[start..end + 4]) == 0
        && plain[form.zero()].iter().all(|byte| *byte == 0)
        && plain_parity_fits(&plain, form)
}

pub(super) fn parity_fits(sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
    plain_parity_fits(&to_plain(sector, scrambled), form)
}

fn plain_parity_fits(plain: &[u8; MAIN_BYTES], form: ParityForm) -> bool {
    let covered = under_parity(plain, form);
    plain[P] == ecc::p_parity(&covered) && plain[Q] == ecc::q_parity(&covered)
}

pub(super) fn write_codes(sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
    let Range { start, end } = form.under_edc();
    let edc = edc(&sector[start..end]);
    sector[end..end + 4].copy_from_slice(&edc.to_le_bytes());
    sector[form.zero()].fill(0);
    let p = ecc::p_parity(&under_parity(sector, form));
    sector[P].copy_from_slice(&p);
    let q = ecc::q_parity(&under_parity(sector, form));
    sector[Q].copy_from_slice(&q);
}

pub(super) fn look(subcode: &[u8; SUBCODE_BYTES]) -> SubcodeLook {
    let subcode = PwSubcode(*subcode);
    let q = subcode.q();
    SubcodeLook {
        p: subcode.p_level(),
        q,
        crc_ok: q.crc_ok(),
        rw_is_zero: subcode.rw_is_zero(),
    }
}

fn to_plain(sector: &[u8; MAIN_BYTES], scrambled: bool) -> [u8; MAIN_BYTES] {
    let mut plain = *sector;
    if scrambled {
        scramble(&mut plain);
    }
    plain
}

/// The bytes that parity is made of, with the header as `form` counts it.
fn under_parity(plain: &[u8; MAIN_BYTES], form: ParityForm) -> [u8; ecc::COVERED] {
    let mut covered = [0; ecc::COVERED];
    covered.copy_from_slice(&plain[HEADER.start..Q.start]);
    if form == ParityForm::Mode2Form1 {
        covered[..HEADER.len()].fill(0);
    }
    covered
}
