use std::boxed::Box;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use cd_address::Lba;
use proptest::prelude::*;

use super::choice::{Codes, agrees};
use super::vector::{self, Machine};
use super::{Kernel, ParityForm, VectorLevel, portable};
use crate::{Control, MAIN_BYTES, PwSubcode, QFrame, SUBCODE_BYTES, SYNC, encode_mode1, scramble};

mod model;

use model::Model;

const FORMS: [ParityForm; 2] = [ParityForm::Mode1, ParityForm::Mode2Form1];

/// Anything that is held against the definition.
struct Candidate {
    name: String,
    codes_fit: Box<Judge>,
    parity_fits: Box<Judge>,
    write_codes: Box<Writer>,
    edc: Box<Sum>,
}

type Judge = dyn Fn(&[u8; MAIN_BYTES], ParityForm, bool) -> bool;
type Sum = dyn Fn(&[u8]) -> u32;
type Writer = dyn Fn(&mut [u8; MAIN_BYTES], ParityForm);

impl Codes for Candidate {
    fn codes_fit(&self, sector: &[u8; MAIN_BYTES], form: ParityForm, scrambled: bool) -> bool {
        (self.codes_fit)(sector, form, scrambled)
    }

    fn write_codes(&self, sector: &mut [u8; MAIN_BYTES], form: ParityForm) {
        (self.write_codes)(sector, form);
    }
}

/// The kernels of this machine.
fn kernels() -> Vec<Kernel> {
    VectorLevel::ALL
        .into_iter()
        .filter_map(Kernel::at)
        .collect()
}

fn of_kernel(kernel: Kernel) -> Candidate {
    Candidate {
        name: format!("{}", kernel.level()),
        codes_fit: Box::new(move |s, form, scrambled| kernel.codes_fit(s, form, scrambled)),
        parity_fits: Box::new(move |s, form, scrambled| kernel.parity_fits(s, form, scrambled)),
        write_codes: Box::new(move |s, form| kernel.write_codes(s, form)),
        edc: Box::new(move |bytes| kernel.edc(bytes)),
    }
}

/// The vector code on a model of a machine: run on every machine, whatever vectors it has.
fn candidates() -> Vec<Candidate> {
    let model_32 = Candidate {
        name: "model of 32 bytes".into(),
        codes_fit: Box::new(|s, form, scrambled| {
            vector::codes_fit(Model::<32>, s, form, scrambled)
        }),
        parity_fits: Box::new(|s, form, scrambled| {
            vector::parity_fits(Model::<32>, s, form, scrambled)
        }),
        write_codes: Box::new(|s, form| vector::write_codes(Model::<32>, s, form)),
        edc: Box::new(|bytes| vector::edc(Model::<32>, bytes)),
    };
    let model_64 = Candidate {
        name: "model of 64 bytes".into(),
        codes_fit: Box::new(|s, form, scrambled| {
            vector::codes_fit(Model::<64>, s, form, scrambled)
        }),
        parity_fits: Box::new(|s, form, scrambled| {
            vector::parity_fits(Model::<64>, s, form, scrambled)
        }),
        write_codes: Box::new(|s, form| vector::write_codes(Model::<64>, s, form)),
        edc: Box::new(|bytes| vector::edc(Model::<64>, bytes)),
    };
    let mut all = vec![model_32, model_64];
    all.extend(kernels().into_iter().map(of_kernel));
    all
}

/// Bytes that look like noise.
fn noise(seed: u64) -> [u8; MAIN_BYTES] {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = [0; MAIN_BYTES];
    for byte in &mut bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        [*byte, ..] = state.to_be_bytes();
    }
    bytes
}

/// A right sector, made by the definition, whose other bytes look like noise.
fn sector(form: ParityForm, scrambled: bool, seed: u64) -> [u8; MAIN_BYTES] {
    let mut sector = noise(seed);
    sector[..12].copy_from_slice(&SYNC);
    portable::write_codes(&mut sector, form);
    if scrambled {
        scramble(&mut sector);
    }
    sector
}

#[test]
fn the_definition_makes_known_sectors() {
    let address = Lba::new(1234).unwrap().to_msf();
    let mut mode1 = [0; MAIN_BYTES];
    encode_mode1(address, &[0x5A; 2048], &mut mode1);
    let mut made = mode1;
    made[2064..].fill(0xEE);
    portable::write_codes(&mut made, ParityForm::Mode1);
    assert_eq!(made, mode1);

    // The EDC of zeros behind this subheader is known from other programs.
    let mut form1 = [0; MAIN_BYTES];
    form1[..12].copy_from_slice(&SYNC);
    form1[18] = 0x08;
    form1[22] = 0x08;
    portable::write_codes(&mut form1, ParityForm::Mode2Form1);
    assert_eq!(form1[2072..2076], [0x0B, 0x88, 0x81, 0x94]);
    let mut elsewhere = form1;
    elsewhere[12..16].copy_from_slice(&[0x12, 0x34, 0x56, 0x02]);
    portable::write_codes(&mut elsewhere, ParityForm::Mode2Form1);
    assert_eq!(elsewhere[2072..], form1[2072..]);
}

#[test]
fn right_sectors_fit_plain_and_scrambled_and_only_as_what_they_are() {
    for candidate in candidates() {
        for (form, other) in [(FORMS[0], FORMS[1]), (FORMS[1], FORMS[0])] {
            for scrambled in [false, true] {
                for seed in 0..20 {
                    let sector = sector(form, scrambled, seed);
                    let fits = |form, scrambled| {
                        let parity = (candidate.parity_fits)(&sector, form, scrambled);
                        (candidate.codes_fit(&sector, form, scrambled), parity)
                    };
                    let what = (&candidate.name, form, scrambled, seed);
                    assert_eq!(fits(form, scrambled), (true, true), "{what:?}");
                    assert_eq!(fits(form, !scrambled), (false, false), "{what:?}");
                    assert_eq!(fits(other, scrambled), (false, false), "{what:?}");
                }
            }
        }
    }
}

/// Every bit of a sector, one after the other, turned; what sees which byte is the layout's.
#[test]
fn every_single_bit_is_seen() {
    for candidate in candidates() {
        // A model is slow, most of all in the EDC, which has a test of its own; and its vectors know nothing of bits.
        let is_model = candidate.name.starts_with("model");
        let step = if is_model { 7 } else { 1 };
        for form in FORMS {
            for scrambled in [false, true] {
                let mut sector = sector(form, scrambled, 7);
                for bit in (0..8 * MAIN_BYTES).step_by(step) {
                    let (place, mask) = (bit / 8, 1 << (bit % 8));
                    sector[place] ^= mask;
                    let what = (&candidate.name, form, scrambled, bit);
                    // Form 1 does not protect its header.
                    let is_protected = form == ParityForm::Mode1 || !(12..16).contains(&place);
                    let fits = (candidate.parity_fits)(&sector, form, scrambled);
                    assert_eq!(fits, !is_protected || place < 12, "{what:?}");
                    if !is_model || place < 16 || place % 16 == 0 {
                        let fits = candidate.codes_fit(&sector, form, scrambled);
                        assert_eq!(fits, !is_protected, "{what:?}");
                    }
                    sector[place] ^= mask;
                }
            }
        }
    }
}

#[test]
fn codes_are_written_as_by_the_definition() {
    for candidate in candidates() {
        for form in FORMS {
            for seed in 0..50 {
                let mut made = noise(seed);
                let mut expected = made;
                candidate.write_codes(&mut made, form);
                portable::write_codes(&mut expected, form);
                assert_eq!(made, expected, "{} {form:?} {seed}", candidate.name);
            }
        }
    }
}

#[test]
fn the_edc_of_any_number_of_bytes() {
    let bytes = noise(3);
    for candidate in candidates() {
        for length in (0..600).chain([2060, 2064, 2068, 2336, MAIN_BYTES]) {
            let some = &bytes[bytes.len() - length..];
            let edc = (candidate.edc)(some);
            assert_eq!(edc, crate::edc(some), "{} {length} bytes", candidate.name);
        }
    }
}

#[test]
fn a_look_at_subcode_sees_what_its_type_sees() {
    let q = QFrame::with_crc([Control::DATA.with_adr(1), 1, 1, 0, 0, 0, 0, 0, 2, 0]);
    let mut broken = q;
    broken.0[4] ^= 0x10;
    for kernel in kernels() {
        for (p, q) in [(false, q), (true, q), (true, broken)] {
            let mut subcode = PwSubcode::from_pq(p, &q).0;
            for place in 0..SUBCODE_BYTES {
                for bit in 0..8 {
                    let look = kernel.look(&subcode);
                    assert_eq!(look, portable::look(&subcode), "{}", kernel.level());
                    // Each is one or two symbols away from a regular one.
                    subcode[place] ^= 1 << bit;
                    assert_eq!(kernel.look(&subcode), portable::look(&subcode));
                    subcode[place] ^= 1 << bit;
                }
            }
            let look = kernel.look(&subcode);
            assert_eq!((look.p, look.q, look.rw_is_zero), (Some(p), q, true));
            assert_eq!(look.crc_ok, q.0 != broken.0);
        }
    }
}

#[test]
fn what_disagrees_with_the_definition_is_not_chosen() {
    let honest = || of_kernel(Kernel::at(VectorLevel::Portable).unwrap());
    let yes = |_: &[u8; MAIN_BYTES], _, _| true;
    let no = |_: &[u8; MAIN_BYTES], _, _| false;
    assert!(agrees(&honest()));
    for codes_fit in [yes, no] {
        let codes_fit = Box::new(codes_fit);
        let liar = Candidate {
            codes_fit,
            ..honest()
        };
        assert!(!agrees(&liar));
    }
    let write_codes = Box::new(|s: &mut [u8; MAIN_BYTES], form| {
        portable::write_codes(s, form);
        s[MAIN_BYTES - 1] ^= 1;
    });
    assert!(!agrees(&Candidate {
        write_codes,
        ..honest()
    }));
}

#[test]
fn the_widest_that_is_there_is_chosen() {
    let widest = kernels().into_iter().map(Kernel::level).max();
    assert_eq!(Some(super::vector_level()), widest);
    assert_eq!(Some(Kernel::best().level()), widest);
}

/// Every method of `m` against the model's, on bytes of all kinds.
fn is_as_modelled<M: Machine, const N: usize>(m: M) {
    let model = Model::<N>;
    assert_eq!(M::BYTES, N);
    let bytes = |vector: M::Vector| -> [u8; N] {
        let mut bytes = [0; N];
        m.store(vector, &mut bytes, 0);
        bytes
    };
    let lane_bytes = |lanes: M::Lanes| -> Vec<u8> {
        let mut bytes = vec![0; 16 * M::LANES];
        m.store_lanes(lanes, &mut bytes, 0);
        bytes
    };
    let modelled_lanes = |lanes: [[u8; 16]; 4]| lanes.as_flattened()[..16 * M::LANES].to_vec();
    assert_eq!(bytes(m.splat(M::REST)), [M::REST; N]);
    for at in 0..2000 {
        let from = noise(at as u64 / 100);
        let (a, b) = (m.load(&from, at), m.load(&from, at + 100));
        let (c, d) = (model.load(&from, at), model.load(&from, at + 100));
        assert_eq!(bytes(a), c);
        assert_eq!(bytes(m.splat(from[at])), model.splat(from[at]));
        assert_eq!(bytes(m.xor(a, b)), model.xor(c, d));
        assert_eq!(bytes(m.and(a, b)), model.and(c, d));
        assert_eq!(bytes(m.or(a, b)), model.or(c, d));
        assert_eq!(bytes(m.shift(a)), model.shift(c));
        assert_eq!(bytes(m.where_top(a, b)), model.where_top(c, d));
        assert_eq!(bytes(m.reverse_words(a)), model.reverse_words(c));
        let product = model.times_alpha(model.xor(c, model.splat(M::REST ^ Model::<N>::REST)));
        let product = model.xor(product, model.splat(M::REST ^ Model::<N>::REST));
        assert_eq!(bytes(m.times_alpha(a)), product);
        assert!(m.is_zero(m.xor(a, a)));
        let mut one = [0; N];
        one[at % N] = 1 << (at % 8);
        assert!(!m.is_zero(m.load(&one, 0)));
        let (a, b) = (m.load_lanes(&from, at), m.load_lanes(&from, at + 100));
        let (c, d) = (
            model.load_lanes(&from, at),
            model.load_lanes(&from, at + 100),
        );
        assert_eq!(lane_bytes(a), modelled_lanes(c));
        assert_eq!(
            lane_bytes(m.xor_lanes(a, b)),
            modelled_lanes(model.xor_lanes(c, d))
        );
        assert_eq!(
            lane_bytes(m.products(a, b)),
            modelled_lanes(model.products(c, d))
        );
        let halves = [0x0123_4567_89AB_CDEF ^ at as u64, !(at as u64)];
        assert_eq!(
            lane_bytes(m.splat_lanes(halves)),
            modelled_lanes(model.splat_lanes(halves))
        );
    }
}

#[test]
fn instructions_do_what_their_model_does() {
    is_as_modelled::<_, 32>(Model::<32>);
    is_as_modelled::<_, 64>(Model::<64>);
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(m) = super::avx2::Avx2::detect() {
            is_as_modelled::<_, 32>(m);
        }
        if let Some(m) = super::avx512::Avx512::detect() {
            is_as_modelled::<_, 64>(m);
        }
    }
}

proptest! {
    #[test]
    fn errors_are_judged_as_by_the_definition(
        seed: u64,
        is_form1: bool,
        scrambled: bool,
        errors in proptest::collection::vec((0..MAIN_BYTES, any::<u8>()), 0..40),
    ) {
        let form = FORMS[usize::from(is_form1)];
        let mut sector = sector(form, scrambled, seed);
        for (place, error) in errors {
            sector[place] ^= error;
        }
        for candidate in candidates() {
            prop_assert_eq!(
                candidate.codes_fit(&sector, form, scrambled),
                portable::codes_fit(&sector, form, scrambled)
            );
            prop_assert_eq!(
                (candidate.parity_fits)(&sector, form, scrambled),
                portable::parity_fits(&sector, form, scrambled)
            );
        }
    }

    #[test]
    fn any_subcode_is_looked_at_as_by_the_definition(
        bytes in proptest::collection::vec(any::<u8>(), SUBCODE_BYTES),
    ) {
        let subcode = bytes.first_chunk().unwrap();
        for kernel in kernels() {
            prop_assert_eq!(kernel.look(subcode), portable::look(subcode));
        }
    }
}
