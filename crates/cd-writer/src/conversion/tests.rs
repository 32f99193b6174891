use cd_sector::{QFrame, RwInterleaver, RwMode, RwPack};

use super::*;
use crate::testing::{lba, range, sectors};

/// A raw P-W stream in memory.
struct Stream {
    range: LbaRange,
    bytes: Vec<u8>,
}

impl SectorSource for Stream {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        SectorLayout::RawPw96
    }

    fn mapped(&self, _: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        let start = self.range.offset_of(range.start()).unwrap().count() as usize;
        out.copy_from_slice(&self.bytes[start * RAW_BYTES..][..out.len()]);
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

const START: i32 = -155;
const N_SECTORS: u32 = 60;
/// The sectors that hold packs. Packs of the last reach two sectors further.
const PACKED: std::ops::Range<usize> = 10..57;

fn pq(idx: usize) -> PwSubcode {
    let number = u8::try_from(idx).unwrap();
    let q = QFrame::with_crc([1, 1, 1, number, 0, 0, 0, 0, 2, number]);
    PwSubcode::from_pq(idx.is_multiple_of(3), &q)
}

/// What a drive has to be given to make the stream's subcode by itself.
fn packed(idx: usize) -> PwPacked {
    let number = u8::try_from(idx).unwrap() % 64;
    let pack = |n: u8| RwPack::with_parity(RwMode::TV_GRAPHICS, n, &[number; 16]);
    let packs = if PACKED.contains(&idx) {
        [1, 2, 3, 4].map(pack)
    } else {
        [RwPack::new([0; 24]); 4]
    };
    PwPacked::new(&pq(idx), &packs)
}

/// Sectors with graphics as they lie on a disc.
fn with_graphics() -> Stream {
    let mut interleaver = RwInterleaver::new();
    let mut bytes = Vec::new();
    for idx in 0..N_SECTORS as usize {
        let main = u8::try_from(idx).unwrap();
        bytes.extend([main; MAIN_BYTES]);
        bytes.extend(interleaver.push(&packed(idx)).0);
    }
    Stream {
        range: range(START, N_SECTORS),
        bytes,
    }
}

fn with_p_and_q_alone() -> Stream {
    let mut stream = with_graphics();
    for (idx, sector) in stream.bytes.chunks_exact_mut(RAW_BYTES).enumerate() {
        sector[MAIN_BYTES..].copy_from_slice(&pq(idx).0);
    }
    stream
}

fn survey(stream: &Stream, to: SectorLayout) -> Conversion {
    Conversion::survey(stream, to, &CancelToken::new()).unwrap()
}

/// Everything that comes out, through reader and converter.
fn convert(stream: &Stream, to: SectorLayout, chunk: u32) -> Vec<u8> {
    let conversion = survey(stream, to);
    let settings = ReadAhead {
        chunk: sectors(chunk),
        depth: 2,
        cached: 0,
    };
    let cancel = CancelToken::new();
    read_ahead(stream, stream.range, settings, |feed| {
        converted(feed, &conversion, settings, |feed| {
            let mut out = Vec::new();
            loop {
                match feed.next(&cancel) {
                    Next::Chunk(chunk) => out.extend_from_slice(&chunk),
                    Next::End => return out,
                    other => panic!("{other:?}"),
                }
            }
        })
    })
    .unwrap()
    .unwrap()
}

#[test]
fn p_and_q_alone_lose_nothing_in_either_form() {
    let stream = with_p_and_q_alone();
    for to in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        let found = survey(&stream, to);
        assert_eq!((found.n_lost(), found.n_corrected()), (0, 0), "{to}");
    }
    for (idx, sector) in convert(&stream, SectorLayout::Pq16, 7)
        .chunks(2368)
        .enumerate()
    {
        assert_eq!(sector[0], u8::try_from(idx).unwrap());
        let expect = pq(idx).to_pq16();
        assert_eq!(sector[MAIN_BYTES..], expect);
    }
}

#[test]
fn graphics_become_the_packs_they_were_made_of() {
    let stream = with_graphics();
    let found = survey(&stream, SectorLayout::PackedPw96);
    assert_eq!((found.n_lost(), found.n_corrected()), (0, 0));
    for chunk in [2, 7, 60, 100] {
        let converted = convert(&stream, SectorLayout::PackedPw96, chunk);
        let (sectors, rest) = converted.as_chunks::<RAW_BYTES>();
        assert_eq!((sectors.len(), rest), (60, [].as_slice()));
        for (idx, sector) in sectors.iter().enumerate() {
            assert_eq!(
                sector[..MAIN_BYTES],
                [u8::try_from(idx).unwrap(); MAIN_BYTES]
            );
            assert_eq!(sector[MAIN_BYTES..], packed(idx).0, "sector {idx}");
        }
    }
}

#[test]
fn graphics_are_lost_with_p_and_q_alone() {
    let found = survey(&with_graphics(), SectorLayout::Pq16);
    assert_eq!(found.first_lost(), Some(lba(START + 10)));
    assert!(found.n_lost() >= 47, "{found:?}");
    assert!(!found.may_lose());
    assert!(found.losing().may_lose());
}

#[test]
fn wrong_symbols_are_corrected_or_told_by_position() {
    let mut stream = with_graphics();
    let symbol = |sector: usize, symbol: usize| sector * RAW_BYTES + MAIN_BYTES + symbol;
    stream.bytes[symbol(20, 5)] ^= 0x15;
    let found = survey(&stream, SectorLayout::PackedPw96);
    assert_eq!((found.n_lost(), found.n_corrected()), (0, 1));
    let converted = convert(&stream, SectorLayout::PackedPw96, 16);
    for (idx, sector) in converted.chunks_exact(RAW_BYTES).enumerate() {
        assert_eq!(sector[MAIN_BYTES..], packed(idx).0, "sector {idx}");
    }
    // A sector that is wrong throughout takes the packs of three with it.
    for n in 0..96 {
        stream.bytes[symbol(30, n)] ^= 0x2A;
    }
    let found = survey(&stream, SectorLayout::PackedPw96);
    assert!((28..=30).contains(&(found.first_lost().unwrap().value() - START)));
    assert!((1..=3).contains(&found.n_lost()), "{found:?}");
}

#[test]
fn cd_text_of_a_lead_in_is_no_packs() {
    let mut stream = with_p_and_q_alone();
    for idx in 0..5 {
        stream.bytes[idx * RAW_BYTES + MAIN_BYTES + 3] |= 1;
    }
    for to in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        let found = survey(&stream, to);
        assert_eq!(
            (found.n_lost(), found.first_lost()),
            (5, Some(lba(START))),
            "{to}"
        );
    }
    // Where the lead-in reaches into a window it is left out.
    let converted = convert(&stream, SectorLayout::PackedPw96, 2);
    for (idx, sector) in converted.chunks_exact(RAW_BYTES).enumerate() {
        assert_eq!(sector[MAIN_BYTES..], pq(idx).0, "sector {idx}");
    }
}

#[test]
fn only_raw_p_w_is_converted() {
    let stream = with_graphics();
    let error = Conversion::survey(&stream, SectorLayout::RawPw96, &CancelToken::new());
    assert!(matches!(error, Err(ConversionError::NotConvertible { .. })));
    let cancelled = CancelToken::new();
    cancelled.cancel();
    let error = Conversion::survey(&stream, SectorLayout::Pq16, &cancelled);
    assert!(matches!(error, Err(ConversionError::Cancelled)));
}

#[test]
fn a_consumer_that_leaves_ends_the_converter() {
    let stream = with_graphics();
    let conversion = survey(&stream, SectorLayout::PackedPw96);
    let settings = ReadAhead {
        chunk: sectors(2),
        depth: 1,
        cached: 0,
    };
    for n_taken in 0..3 {
        read_ahead(&stream, stream.range, settings, |feed| {
            converted(feed, &conversion, settings, |feed| {
                for _ in 0..n_taken {
                    let next = feed.next(&CancelToken::new());
                    assert!(matches!(next, Next::Chunk(_)));
                }
            })
        })
        .unwrap()
        .unwrap();
    }
}
