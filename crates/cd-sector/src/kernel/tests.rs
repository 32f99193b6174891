use super::{Kernel, ParityForm};
use crate::{Control, MAIN_BYTES, PwSubcode, QFrame, SYNC, scramble};

const FORMS: [ParityForm; 2] = [ParityForm::Mode1, ParityForm::Mode2Form1];

/// A right sector whose user data looks like noise.
fn sector(form: ParityForm, seed: u64) -> [u8; MAIN_BYTES] {
    let mut state = seed | 1;
    let mut sector = [0; MAIN_BYTES];
    for byte in &mut sector {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        [*byte, ..] = state.to_be_bytes();
    }
    sector[..12].copy_from_slice(&SYNC);
    Kernel::best().write_codes(&mut sector, form);
    sector
}

#[test]
fn right_sectors_fit_plain_and_scrambled_and_only_as_what_they_are() {
    for (form, other) in [(FORMS[0], FORMS[1]), (FORMS[1], FORMS[0])] {
        let mut sector = sector(form, 1);
        let kernel = Kernel::best();
        assert!(kernel.codes_fit(&sector, form, false));
        assert!(!kernel.codes_fit(&sector, form, true));
        assert!(!kernel.codes_fit(&sector, other, false));
        scramble(&mut sector);
        assert!(kernel.codes_fit(&sector, form, true));
        assert!(!kernel.codes_fit(&sector, form, false));
    }
}

#[test]
fn a_look_at_subcode() {
    let mut payload = [0; 10];
    payload[0] = Control::DATA.with_adr(1);
    let q = QFrame::with_crc(payload);
    let look = Kernel::best().look(&PwSubcode::from_pq(true, &q).0);
    assert_eq!((look.p, look.q, look.crc_ok), (Some(true), q, true));
    assert!(look.rw_is_zero);
}
