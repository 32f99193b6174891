use std::string::ToString;

use crate::*;

#[test]
fn layouts_are_as_the_table_has_them() {
    let check = |layout: SectorLayout, data_block_type: u8, sector_bytes: usize, text: &str| {
        assert_eq!(layout.data_block_type(), data_block_type);
        assert_eq!(layout.sector_bytes(), sector_bytes);
        assert_eq!(layout.subcode_bytes(), sector_bytes - 2352);
        assert_eq!(layout.to_string(), text);
    };
    check(SectorLayout::Pq16, 1, 2368, "2352+16 (P-Q)");
    check(SectorLayout::PackedPw96, 2, 2448, "2352+96 (packed P-W)");
    check(SectorLayout::RawPw96, 3, RAW_BYTES, "2352+96 (raw P-W)");
}
