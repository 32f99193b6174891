use std::string::ToString;

use proptest::prelude::*;

use crate::*;

/// Channel bits one at a time, as the standard draws them.
fn slow_channel(subcode: &PwSubcode, bit: u8) -> [u8; 12] {
    let mut packed = [0; 12];
    for (k, symbol) in subcode.0.iter().enumerate() {
        packed[k / 8] |= (symbol >> bit & 1) << (7 - k % 8);
    }
    packed
}

#[test]
fn q_bit_k_is_bit_6_of_byte_k() {
    for k in 0..96 {
        let mut q = QFrame([0; 12]);
        q.0[k / 8] = 0x80 >> (k % 8);
        let mut expect = [0; 96];
        expect[k] = 0x40;
        assert_eq!(PwSubcode::from_pq(false, &q).0, expect);
        let with_p = PwSubcode::from_pq(true, &q);
        assert_eq!(with_p.0, expect.map(|symbol| symbol | 0x80));
        assert_eq!(with_p.q(), q);
    }
}

#[test]
fn p_is_level_or_not() {
    let mut subcode = PwSubcode([0x3F; 96]);
    assert_eq!(subcode.p_level(), Some(false));
    assert!(!subcode.rw_is_zero());
    subcode.0[95] |= 0x80;
    assert_eq!(subcode.p_level(), None);
    assert_eq!(subcode.to_pq16()[15], 0);
    subcode.0[..48].fill(0xC0);
    assert_eq!(subcode.to_pq16()[15], 0x80, "49 of 96");
    subcode.0.fill(0xC0);
    assert_eq!(subcode.p_level(), Some(true));
    assert!(subcode.rw_is_zero());
}

#[test]
fn pq16_is_q_three_zeros_and_p() {
    let q = QFrame([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let check = |p: bool, last: u8| {
        let expect = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, last];
        assert_eq!(PwSubcode::from_pq(p, &q).to_pq16(), expect);
        assert_eq!(PwSubcode::from_pq16(&expect), PwSubcode::from_pq(p, &q));
    };
    check(false, 0);
    check(true, 0x80);
}

/// `.sub` files, one bit at a time.
fn slow_rows(subcode: &PwSubcode) -> PwRows {
    let mut rows = [0; 96];
    for (row, bit) in rows.chunks_mut(12).zip((0..8).rev()) {
        row.copy_from_slice(&slow_channel(subcode, bit));
    }
    PwRows(rows)
}

#[test]
fn sixteen_bytes_refuse_what_they_cannot_hold() {
    let q = QFrame([0x41; 12]);
    let check = |subcode: &PwSubcode, expect: SubcodeLoss, text: &str| {
        let loss = Pq16::try_from(subcode).unwrap_err();
        assert_eq!(loss, expect);
        assert_eq!(loss.to_string(), text);
    };
    let mut subcode = PwSubcode::from_pq(true, &q);
    subcode.0[7] |= 1;
    subcode.0[95] |= 0x20;
    check(
        &subcode,
        SubcodeLoss::Pw {
            p: None,
            n_rw_symbols: 2,
        },
        "16 bytes of P and Q cannot hold the R to W of 2 symbols: take 96 bytes a sector, or give it up with to_pq16",
    );
    let mut subcode = PwSubcode::from_pq(false, &q);
    subcode.0[0] |= 0x80;
    let mut p = [0; 12];
    p[0] = 0x80;
    check(
        &subcode,
        SubcodeLoss::Pw {
            p: Some(p),
            n_rw_symbols: 0,
        },
        "16 bytes of P and Q cannot hold a P that is not level: take 96 bytes a sector, or give it up with to_pq16",
    );
    subcode.0[1] |= 1;
    check(
        &subcode,
        SubcodeLoss::Pw {
            p: Some(p),
            n_rw_symbols: 1,
        },
        "16 bytes of P and Q cannot hold a P that is not level and the R to W of 1 symbols: take 96 bytes a sector, \
         or give it up with to_pq16",
    );
    let mut pq = Pq16::new(true, &q);
    assert_eq!((pq.p(), pq.q()), (true, q));
    pq.0[13] = 5;
    pq.0[15] |= 1;
    let loss = PwSubcode::try_from(&pq).unwrap_err();
    assert_eq!(
        loss,
        SubcodeLoss::Reserved {
            bytes: [0, 5, 0, 1]
        }
    );
    assert_eq!(
        loss.to_string(),
        "96 bytes of P to W cannot hold the reserved bits [00, 05, 00, 01] of bytes 12 to 15"
    );
}

#[test]
fn one_channel_is_replaced_and_the_others_stay() {
    let before = PwSubcode(core::array::from_fn(|k| {
        k.to_le_bytes()[0].wrapping_mul(37)
    }));
    let mut after = before;
    after.set_p(true);
    assert_eq!(after.p_level(), Some(true));
    assert_eq!((after.q(), after.rw()), (before.q(), before.rw()));
    after.set_rw(&[0xFF; 96]);
    assert_eq!(after.rw(), [0x3F; 96]);
    assert_eq!((after.p_level(), after.q()), (Some(true), before.q()));
    after.set_p(false);
    assert_eq!(after.p_level(), Some(false));

    let mut rows = PwRows::from(&before);
    rows.set_q(&QFrame([0xA5; 12]));
    assert_eq!((rows.q(), rows.p()), (QFrame([0xA5; 12]), before.p()));
    assert_eq!(rows.0[24..], PwRows::from(&before).0[24..]);
}

proptest! {
    #[test]
    fn rows_lose_nothing(bytes in any::<[u8; 96]>()) {
        let subcode = PwSubcode(bytes);
        let rows = PwRows::from(&subcode);
        prop_assert_eq!(rows, slow_rows(&subcode));
        prop_assert_eq!(PwSubcode::from(&rows), subcode);
        prop_assert_eq!((rows.p(), rows.q()), (subcode.p(), subcode.q()));
        prop_assert_eq!(PwRows::from(&PwSubcode::from(&PwRows(bytes))), PwRows(bytes));
    }

    #[test]
    fn sixteen_bytes_lose_nothing_or_refuse(bytes in any::<[u8; 16]>(), p in any::<bool>()) {
        let q = QFrame(bytes[..12].try_into().unwrap());
        let subcode = PwSubcode::from_pq(p, &q);
        let short = Pq16::try_from(&subcode).unwrap();
        prop_assert_eq!(short.0, subcode.to_pq16());
        prop_assert_eq!(PwSubcode::try_from(&short), Ok(subcode));
        if let Ok(subcode) = PwSubcode::try_from(&Pq16(bytes)) {
            prop_assert_eq!(Pq16::try_from(&subcode), Ok(Pq16(bytes)));
        }
    }

    #[test]
    fn channels_are_as_drawn(bytes in any::<[u8; 96]>(), q in any::<[u8; 12]>()) {
        let mut subcode = PwSubcode(bytes);
        prop_assert_eq!(subcode.p(), slow_channel(&subcode, 7));
        prop_assert_eq!(subcode.q().0, slow_channel(&subcode, 6));
        subcode.set_q(&QFrame(q));
        prop_assert_eq!(subcode.q(), QFrame(q));
        prop_assert!(subcode.0.iter().zip(bytes).all(|(new, old)| (new ^ old) & 0xBF == 0));
    }

    #[test]
    fn p_and_q_survive_pq16(p in any::<bool>(), q in any::<[u8; 12]>()) {
        let subcode = PwSubcode::from_pq(p, &QFrame(q));
        prop_assert_eq!(subcode.p_level(), Some(p));
        prop_assert_eq!(subcode.q(), QFrame(q));
        prop_assert_eq!(PwSubcode::from_pq16(&subcode.to_pq16()), subcode);
    }
}
