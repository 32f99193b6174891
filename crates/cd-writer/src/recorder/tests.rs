use super::*;

#[test]
fn data_is_copied_only_to_reach_its_alignment() {
    let mut buffer = AlignedBuffer::default();
    let bytes: Vec<u8> = (0..=255).collect();
    for alignment in [1, 2, 4, 512, 4096] {
        for start in 0..16 {
            let held = buffer.hold(&bytes[start..], alignment);
            assert_eq!(held, &bytes[start..]);
            assert!(held.as_ptr().addr().is_multiple_of(alignment));
            if alignment == 1 {
                assert_eq!(held.as_ptr(), bytes[start..].as_ptr());
            }
        }
    }
}
