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

proptest! {
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
