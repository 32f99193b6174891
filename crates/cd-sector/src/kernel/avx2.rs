//! The kernel for x86-64 with AVX2 and PCLMULQDQ. All unsafe code for 32-byte vectors is in this file.

#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m128i, __m256i, _MM_HINT_T0, _mm_clmulepi64_si128, _mm_loadu_si128, _mm_prefetch,
    _mm_set_epi64x, _mm_storeu_si128, _mm_xor_si128, _mm256_add_epi8, _mm256_and_si256,
    _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_permute4x64_epi64, _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_storeu_si256, _mm256_testz_si256, _mm256_xor_si256,
};

use super::vector::{self, Machine};
use super::{ParityForm, SubcodeLook};
use crate::{MAIN_BYTES, QFrame, SUBCODE_BYTES};

cpufeatures::new!(features, "avx2", "pclmulqdq");

/// The proof that the machine has AVX2 and PCLMULQDQ.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        features::get().then_some(Self(()))
    }

    pub(super) fn codes_fit(
        self,
        sector: &[u8; MAIN_BYTES],
        form: ParityForm,
        scrambled: bool,
    ) -> bool {
        #[target_feature(enable = "avx2,pclmulqdq")]
        fn run(m: Avx2, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
            vector::codes_fit(m, sector, form, scrambled)
        }
        // SAFETY: `self` exists only where both features were found.
        unsafe { run(self, sector, form, scrambled) }
    }

    pub(super) fn parity_fits(
        self,
        sector: &[u8; MAIN_BYTES],
        form: ParityForm,
        scrambled: bool,
    ) -> bool {
        #[target_feature(enable = "avx2,pclmulqdq")]
        fn run(m: Avx2, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
            vector::parity_fits(m, sector, form, scrambled)
        }
        // SAFETY: `self` exists only where both features were found.
        unsafe { run(self, sector, form, scrambled) }
    }

    pub(super) fn edc(self, bytes: &[u8]) -> u32 {
        #[target_feature(enable = "avx2,pclmulqdq")]
        fn run(m: Avx2, bytes: &[u8]) -> u32 {
            vector::edc(m, bytes)
        }
        // SAFETY: `self` exists only where both features were found.
        unsafe { run(self, bytes) }
    }

    pub(super) fn write_codes(self, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
        #[target_feature(enable = "avx2,pclmulqdq")]
        fn run(m: Avx2, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
            vector::write_codes(m, sector, form);
        }
        // SAFETY: `self` exists only where both features were found.
        unsafe { run(self, sector, form) }
    }

    pub(super) fn look(self, subcode: &[u8; SUBCODE_BYTES]) -> SubcodeLook {
        // SAFETY: `self` exists only where both features were found.
        unsafe { look(self, subcode) }
    }
}

/// Calls intrinsics with the proof in hand.
macro_rules! with {
    ($machine:ident, $call:expr) => {{
        let Avx2(()) = $machine;
        // SAFETY: a value of `Avx2` exists only where the features were found; what else a call asks for, its
        // caller below sees to.
        unsafe { $call }
    }};
}

impl Machine for Avx2 {
    type Vector = __m256i;
    const BYTES: usize = 32;

    /// 1Dh over alpha + 1, see [`Machine::times_alpha`] below.
    const REST: u8 = 0x0B;

    #[inline(always)]
    fn load(self, from: &[u8], at: usize) -> __m256i {
        let bytes = &from[at..at + 32];
        with!(self, _mm256_loadu_si256(bytes.as_ptr().cast()))
    }

    #[inline(always)]
    fn store(self, vector: __m256i, to: &mut [u8], at: usize) {
        let bytes = &mut to[at..at + 32];
        with!(self, _mm256_storeu_si256(bytes.as_mut_ptr().cast(), vector));
    }

    #[inline(always)]
    fn splat(self, byte: u8) -> __m256i {
        with!(self, _mm256_set1_epi8(byte.cast_signed()))
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        with!(self, _mm256_xor_si256(a, b))
    }

    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        with!(self, _mm256_and_si256(a, b))
    }

    #[inline(always)]
    fn or(self, a: __m256i, b: __m256i) -> __m256i {
        with!(self, _mm256_or_si256(a, b))
    }

    #[inline(always)]
    fn shift(self, a: __m256i) -> __m256i {
        with!(self, _mm256_add_epi8(a, a))
    }

    #[inline(always)]
    fn where_top(self, sign: __m256i, a: __m256i) -> __m256i {
        with!(
            self,
            _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_setzero_si256(), sign), a)
        )
    }

    /// The shuffle looks up 1Dh where the top bit is clear and gives zero where it is set: the wrong way round, in one
    /// instruction. That adds 1Dh to every product, which REST takes in: alpha * REST + 1Dh is REST.
    #[inline(always)]
    fn times_alpha(self, a: __m256i) -> __m256i {
        let polynomial = self.splat(0x1D);
        let unreduced = self.shift(a);
        with!(
            self,
            _mm256_xor_si256(unreduced, _mm256_shuffle_epi8(polynomial, a))
        )
    }

    #[inline(always)]
    fn reverse_words(self, a: __m256i) -> __m256i {
        with!(
            self,
            _mm256_permute4x64_epi64::<0b01_00_11_10>(_mm256_shuffle_epi8(
                a,
                _mm256_setr_epi8(
                    14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, //
                    14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1,
                )
            ))
        )
    }

    #[inline(always)]
    fn is_zero(self, a: __m256i) -> bool {
        with!(self, _mm256_testz_si256(a, a)) == 1
    }

    #[inline(always)]
    fn fetch(self, from: &[u8], ahead: usize) {
        let place = from.as_ptr().wrapping_add(ahead);
        with!(self, _mm_prefetch::<_MM_HINT_T0>(place.cast()));
    }

    type Lanes = __m128i;
    const LANES: usize = 1;

    #[inline(always)]
    fn load_lanes(self, from: &[u8], at: usize) -> __m128i {
        let bytes = &from[at..at + 16];
        with!(self, _mm_loadu_si128(bytes.as_ptr().cast()))
    }

    #[inline(always)]
    fn store_lanes(self, lanes: __m128i, to: &mut [u8], at: usize) {
        let bytes = &mut to[at..at + 16];
        with!(self, _mm_storeu_si128(bytes.as_mut_ptr().cast(), lanes));
    }

    #[inline(always)]
    fn splat_lanes(self, [first, second]: [u64; 2]) -> __m128i {
        with!(
            self,
            _mm_set_epi64x(second.cast_signed(), first.cast_signed())
        )
    }

    #[inline(always)]
    fn xor_lanes(self, a: __m128i, b: __m128i) -> __m128i {
        with!(self, _mm_xor_si128(a, b))
    }

    #[inline(always)]
    fn products(self, a: __m128i, b: __m128i) -> __m128i {
        with!(
            self,
            _mm_xor_si128(
                _mm_clmulepi64_si128::<0x00>(a, b),
                _mm_clmulepi64_si128::<0x11>(a, b)
            )
        )
    }
}

#[target_feature(enable = "avx2,pclmulqdq")]
fn look(m: Avx2, subcode: &[u8; SUBCODE_BYTES]) -> SubcodeLook {
    // Eight symbols in reverse, for a mask has its first byte's bit lowest, and a frame its first highest.
    let eight_reversed = _mm256_setr_epi8(
        7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, //
        7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8,
    );
    let mut q = [0; 12];
    let mut p = [0; 3];
    let mut seen = m.splat(0);
    for (i, place) in q.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let symbols = m.load(subcode, 32 * i);
        seen = m.or(seen, symbols);
        let symbols = _mm256_shuffle_epi8(symbols, eight_reversed);
        p[i] = _mm256_movemask_epi8(symbols);
        *place = _mm256_movemask_epi8(m.shift(symbols)).to_le_bytes();
    }
    let q = QFrame(q);
    SubcodeLook {
        p: match p {
            [0, 0, 0] => Some(false),
            [-1, -1, -1] => Some(true),
            _ => None,
        },
        q,
        crc_ok: q.crc_ok(),
        rw_is_zero: m.is_zero(m.and(seen, m.splat(0x3F))),
    }
}
