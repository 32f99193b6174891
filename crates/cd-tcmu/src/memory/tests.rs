use super::SharedMemory;

#[test]
fn what_is_copied_in_comes_out() {
    let mut memory = SharedMemory::plain(4);
    memory.copy_in(5, &[1, 2, 3]).unwrap();
    let mut out = [0xFF; 5];
    memory.copy_out(4, &mut out).unwrap();
    assert_eq!(out, [0, 1, 2, 3, 0]);
    memory.lend(6, 1).unwrap()[0] = 9;
    memory.copy_out(4, &mut out).unwrap();
    assert_eq!(out, [0, 1, 9, 3, 0]);
}

#[test]
fn nothing_outside_is_reached() {
    let mut memory = SharedMemory::plain(2);
    assert_eq!(memory.len(), 16);
    for (at, len) in [
        (16, 1),
        (15, 2),
        (17, 0),
        (u64::MAX, 1),
        (u64::MAX, 16),
        (0, 17),
    ] {
        let mut bytes = vec![0; len];
        assert!(memory.copy_out(at, &mut bytes).is_err(), "{len} at {at}");
        assert!(memory.copy_in(at, &bytes).is_err(), "{len} at {at}");
        assert!(memory.lend(at, len).is_err(), "{len} at {at}");
    }
    assert!(memory.copy_out(16, &mut []).is_ok());
    for at in [1, 2, 3, 13, 14, 16, u64::MAX - 3] {
        assert!(memory.load(at).is_err(), "{at}");
        assert!(memory.store(at, 1).is_err(), "{at}");
    }
    memory.store(12, 0x0102_0304).unwrap();
    assert_eq!(memory.load(12), Ok(0x0102_0304));
}
