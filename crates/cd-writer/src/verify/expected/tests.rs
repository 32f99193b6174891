use cd_sector::{PwPacked, RwInterleaver, RwMode, RwPack};

use super::*;
use crate::testing::{lba, range};

/// Sectors whose sound is its own place: sample after sample a number from 0 at LBA 0 on. Those of `data` are data.
struct Numbered {
    range: LbaRange,
    layout: SectorLayout,
    data: LbaRange,
}

fn numbered() -> Numbered {
    Numbered {
        range: range(-160, 200),
        layout: SectorLayout::RawPw96,
        data: range(-160, 162),
    }
}

/// Four bytes that are in no sync pattern.
fn sample(number: i32) -> [u8; 4] {
    number.to_le_bytes()
}

impl SectorSource for Numbered {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, _: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        for (lba, sector) in range
            .iter()
            .zip(out.chunks_exact_mut(self.layout.sector_bytes()))
        {
            let (main, subcode) = sector.split_first_chunk_mut::<MAIN_BYTES>().unwrap();
            if self.data.contains(lba) {
                cd_sector::encode_mode1(lba.to_msf(), &[3; 2048], main);
                scramble(main);
            } else {
                for (idx, bytes) in (0..).zip(main.chunks_exact_mut(4)) {
                    bytes.copy_from_slice(&sample(lba.value() * SAMPLES + idx));
                }
            }
            subcode.fill(u8::try_from(lba.value() & 0x3F).unwrap());
        }
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

/// What is expected at an address, seen through a chunk of 20 sectors from LBA 0 on that are all that is compared.
fn expected(view: View, at: i32) -> Expected {
    let (source, chunk) = (numbered(), range(0, 20));
    let mut bytes = vec![0; 20 * 2448];
    source.render(chunk, &mut bytes).unwrap();
    let window = Window::new(&source, chunk, (chunk, &bytes), view).unwrap();
    window.expected(lba(at)).unwrap()
}

#[test]
fn sound_is_taken_from_where_the_offset_says() {
    for audio_offset in [1, -1, 30, -588, 588, 1_000, -1_777] {
        let view = View {
            audio_offset,
            ..View::default()
        };
        for at in 2..20 {
            let first = at * SAMPLES + audio_offset;
            let last = first + SAMPLES - 1;
            let main = expected(view, at).main;
            // Two sectors are data, and twenty are compared.
            let is_within = first >= 2 * SAMPLES && last < 20 * SAMPLES;
            assert_eq!(main.is_some(), is_within, "{audio_offset} at {at}");
            if let Some(main) = main {
                assert_eq!(main[..4], sample(first));
                assert_eq!(main[2348..], sample(last));
            }
        }
        // Data is found by its header, wherever sound is.
        assert_eq!(expected(view, 1).form, MainForm::Scrambled);
        assert!(expected(view, 1).main.is_some());
    }
}

#[test]
fn subcode_is_that_of_the_sector_the_shift_says() {
    for subcode_shift in [-2, 0, 1] {
        let view = View {
            subcode_shift,
            ..View::default()
        };
        for at in 0..20 {
            let subcode = expected(view, at).subcode;
            let of = at + subcode_shift;
            match subcode {
                Some((lba, subcode)) => {
                    assert_eq!(lba.value(), of);
                    assert_eq!(i32::from(subcode.0[0]), of & 0x3F);
                }
                None => assert!(!(0..20).contains(&of)),
            }
        }
    }
}

#[test]
fn packs_are_what_the_recorder_makes_of_them_wherever_a_chunk_begins() {
    let mut source = numbered();
    source.layout = SectorLayout::PackedPw96;
    let mut interleaver = RwInterleaver::new();
    let program = range(-150, 180);
    let recorded: Vec<_> = program
        .iter()
        .map(|lba| {
            let symbol = u8::try_from(lba.value() & 0x3F).unwrap();
            let pack = RwPack::with_parity(RwMode(symbol), symbol, &[symbol; 16]);
            interleaver.push(&PwPacked::new(&PwSubcode([0; 96]), &[pack; 4]))
        })
        .collect();
    for (start, count) in [(-150, 26), (-124, 5), (0, 30)] {
        let chunk = range(start, count);
        let mut bytes = vec![0; count as usize * 2448];
        source.render(chunk, &mut bytes).unwrap();
        let window = Window::new(&source, program, (chunk, &bytes), View::default()).unwrap();
        for lba in chunk {
            let (_, subcode) = window.expected(lba).unwrap().subcode.unwrap();
            let idx = program.offset_of(lba).unwrap().count() as usize;
            assert_eq!(subcode, recorded[idx], "{lba}");
        }
    }
}

#[test]
fn what_lies_round_a_range_ends_with_the_program_and_the_stream() {
    let held = range(-11_077, 20_000);
    assert_eq!(around(range(100, 10), 3, held), range(97, 16));
    assert_eq!(around(range(-149, 2), 5, held), range(-150, 8));
    assert_eq!(around(range(8_900, 20), 30, held), range(8_870, 53));
}
