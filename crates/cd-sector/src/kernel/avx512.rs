//! The kernel for x86-64 with AVX-512 F and BW, GFNI and VPCLMULQDQ. All unsafe code for 64-byte vectors is in this file.

#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm_set_epi64x, _mm512_add_epi8, _mm512_and_si512,
    _mm512_broadcast_i32x4, _mm512_clmulepi64_epi128, _mm512_gf2p8affine_epi64_epi8,
    _mm512_loadu_si512, _mm512_maskz_mov_epi8, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutexvar_epi16, _mm512_set1_epi8, _mm512_set1_epi64, _mm512_storeu_si512,
    _mm512_test_epi8_mask, _mm512_xor_si512,
};

use super::avx2::Avx2;

use super::vector::{self, Machine, TIMES_ALPHA};
use super::{ParityForm, SubcodeLook};
use crate::{MAIN_BYTES, SUBCODE_BYTES};

cpufeatures::new!(features, "avx512f", "avx512bw", "gfni", "vpclmulqdq");

/// The proof that the machine has AVX-512 F and BW, GFNI and VPCLMULQDQ, and what AVX2 needs.
#[derive(Clone, Copy)]
pub(super) struct Avx512(Avx2);

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let narrow = Avx2::detect()?;
        features::get().then_some(Self(narrow))
    }

    pub(super) fn codes_fit(
        self,
        sector: &[u8; MAIN_BYTES],
        form: ParityForm,
        scrambled: bool,
    ) -> bool {
        #[target_feature(enable = "avx512f,avx512bw,gfni,vpclmulqdq")]
        fn run(m: Avx512, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
            vector::codes_fit(m, sector, form, scrambled)
        }
        // SAFETY: `self` exists only where all features were found.
        unsafe { run(self, sector, form, scrambled) }
    }

    pub(super) fn parity_fits(
        self,
        sector: &[u8; MAIN_BYTES],
        form: ParityForm,
        scrambled: bool,
    ) -> bool {
        #[target_feature(enable = "avx512f,avx512bw,gfni,vpclmulqdq")]
        fn run(m: Avx512, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
            vector::parity_fits(m, sector, form, scrambled)
        }
        // SAFETY: `self` exists only where all features were found.
        unsafe { run(self, sector, form, scrambled) }
    }

    pub(super) fn edc(self, bytes: &[u8]) -> u32 {
        #[target_feature(enable = "avx512f,avx512bw,gfni,vpclmulqdq")]
        fn run(m: Avx512, bytes: &[u8]) -> u32 {
            vector::edc(m, bytes)
        }
        // SAFETY: `self` exists only where all features were found.
        unsafe { run(self, bytes) }
    }

    pub(super) fn write_codes(self, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
        #[target_feature(enable = "avx512f,avx512bw,gfni,vpclmulqdq")]
        fn run(m: Avx512, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
            vector::write_codes(m, sector, form);
        }
        // SAFETY: `self` exists only where all features were found.
        unsafe { run(self, sector, form) }
    }

    /// 96 bytes are three vectors of 32 and no whole number of 64.
    pub(super) fn look(self, subcode: &[u8; SUBCODE_BYTES]) -> SubcodeLook {
        self.0.look(subcode)
    }
}

/// Calls intrinsics with the proof in hand.
macro_rules! with {
    ($machine:ident, $call:expr) => {{
        let Avx512(_) = $machine;
        // SAFETY: a value of `Avx512` exists only where the features were found; what else a call asks for, its
        // caller below sees to.
        unsafe { $call }
    }};
}

impl Machine for Avx512 {
    type Vector = __m512i;
    const BYTES: usize = 64;
    const REST: u8 = 0;

    #[inline(always)]
    fn load(self, from: &[u8], at: usize) -> __m512i {
        let bytes = &from[at..at + 64];
        with!(self, _mm512_loadu_si512(bytes.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, vector: __m512i, to: &mut [u8], at: usize) {
        let bytes = &mut to[at..at + 64];
        with!(self, _mm512_storeu_si512(bytes.as_mut_ptr().cast(), vector));
    }

    #[inline(always)]
    fn splat(self, byte: u8) -> __m512i {
        with!(self, _mm512_set1_epi8(byte.cast_signed()))
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        with!(self, _mm512_xor_si512(a, b))
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        with!(self, _mm512_and_si512(a, b))
    }

    #[inline(always)]
    fn or(self, a: __m512i, b: __m512i) -> __m512i {
        with!(self, _mm512_or_si512(a, b))
    }

    #[inline(always)]
    fn shift(self, a: __m512i) -> __m512i {
        with!(self, _mm512_add_epi8(a, a))
    }

    #[inline(always)]
    fn where_top(self, sign: __m512i, a: __m512i) -> __m512i {
        with!(self, _mm512_maskz_mov_epi8(_mm512_movepi8_mask(sign), a))
    }

    #[inline(always)]
    fn times_alpha(self, a: __m512i) -> __m512i {
        with!(
            self,
            _mm512_gf2p8affine_epi64_epi8::<0>(a, _mm512_set1_epi64(TIMES_ALPHA.cast_signed()))
        )
    }

    #[inline(always)]
    fn reverse_words(self, a: __m512i) -> __m512i {
        // The numbers 31 to 0, one a word.
        let mut places = [0; 64];
        for (n, place) in (0..32).rev().zip(places.as_chunks_mut::<2>().0) {
            place[0] = n;
        }
        let places = self.load(&places, 0);
        with!(self, _mm512_permutexvar_epi16(places, a))
    }

    #[inline(always)]
    fn is_zero(self, a: __m512i) -> bool {
        with!(self, _mm512_test_epi8_mask(a, a)) == 0
    }

    #[inline(always)]
    fn fetch(self, from: &[u8], ahead: usize) {
        let place = from.as_ptr().wrapping_add(ahead);
        with!(self, _mm_prefetch::<_MM_HINT_T0>(place.cast()));
    }

    type Lanes = __m512i;
    const LANES: usize = 4;

    #[inline(always)]
    fn load_lanes(self, from: &[u8], at: usize) -> __m512i {
        self.load(from, at)
    }

    #[inline(always)]
    fn store_lanes(self, lanes: __m512i, to: &mut [u8], at: usize) {
        self.store(lanes, to, at);
    }

    #[inline(always)]
    fn splat_lanes(self, [first, second]: [u64; 2]) -> __m512i {
        with!(
            self,
            _mm512_broadcast_i32x4(_mm_set_epi64x(second.cast_signed(), first.cast_signed()))
        )
    }

    #[inline(always)]
    fn xor_lanes(self, a: __m512i, b: __m512i) -> __m512i {
        self.xor(a, b)
    }

    #[inline(always)]
    fn products(self, a: __m512i, b: __m512i) -> __m512i {
        with!(
            self,
            _mm512_xor_si512(
                _mm512_clmulepi64_epi128::<0x00>(a, b),
                _mm512_clmulepi64_epi128::<0x11>(a, b)
            )
        )
    }
}
