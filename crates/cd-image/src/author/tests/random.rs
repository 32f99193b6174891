//! Discs at random, of everything a description can hold, against the second author.

use std::sync::Arc;

use cd_address::Lba;
use cd_sector::{CdTextPack, Control, DiscType, MAIN_BYTES, SectorLayout};
use proptest::prelude::*;

use super::super::naive::Naive;
use crate::fixtures::{Files, MCN, lba, noise, range, render, render_all, sectors};
use crate::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, LayoutError, MappedFile, Run,
    RunSubcode, RwForm, RwOverlay, SectorSource, SubcodeForm, Track, TrackKind,
};

const POOL_BYTES: u32 = 1_400_003;

/// Numbers that follow from a seed.
struct Dice {
    rolls: std::vec::IntoIter<u8>,
    pool: Arc<MappedFile>,
    /// Whether runs may have subcode of their own.
    has_files: bool,
    has_rw_files: bool,
}

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        let bytes = [0; 4].map(|_: u8| self.rolls.next().unwrap());
        u32::from_le_bytes(bytes) % sides
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(u32::try_from(all.len()).unwrap()) as usize]
    }

    /// Where `n_sectors` of `n_bytes`, one every `stride`, can begin in the pool.
    fn offset(&mut self, n_sectors: u32, stride: u32, n_bytes: u32) -> u64 {
        let span = (n_sectors - 1) * stride + n_bytes;
        u64::from(self.roll(POOL_BYTES - span + 1))
    }

    fn run(&mut self, kind: TrackKind, n_sectors: u32) -> Run {
        let suited: Vec<_> = FilePayload::ALL
            .into_iter()
            .filter(|p| p.suits(kind))
            .collect();
        let subcode = self.subcode(n_sectors);
        if self.roll(4) == 0 || n_sectors == 0 {
            return Run::made(sectors(n_sectors)).with_subcode(subcode);
        }
        let payload = self.one_of(&suited);
        let stride = payload.bytes() + self.one_of(&[0, 0, 16, 96, 96, 400]);
        let mut offset = self.offset(n_sectors, stride, payload.bytes());
        if kind == TrackKind::Audio && self.roll(3) == 0 {
            // The pool ends within the last sector.
            let there = 1 + self.roll(2352);
            offset = u64::from(POOL_BYTES - (n_sectors - 1) * stride - there);
        }
        let form = FileForm { payload, stride };
        let pool = Arc::clone(&self.pool);
        Run::file(pool, offset, form, sectors(n_sectors)).with_subcode(subcode)
    }

    fn subcode(&mut self, n_sectors: u32) -> RunSubcode {
        let file = Arc::clone(&self.pool);
        let stride = 96 + self.one_of(&[0, 0, 1, 2352]);
        match self.roll(8) {
            _ if n_sectors == 0 => RunSubcode::Authored,
            0 if self.has_files => {
                let forms = if self.has_rw_files {
                    &[SubcodeForm::Rows, SubcodeForm::RawPw, SubcodeForm::Pq16][..]
                } else {
                    &[SubcodeForm::Pq16]
                };
                let form = self.one_of(forms);
                let stride = if form == SubcodeForm::Pq16 {
                    stride - 80
                } else {
                    stride
                };
                let offset = self.offset(n_sectors, stride, form.bytes());
                RunSubcode::File {
                    file,
                    offset,
                    stride,
                    form,
                }
            }
            1..=3 if self.has_rw_files => {
                let form = self.one_of(&[RwForm::Raw, RwForm::Packs, RwForm::CdgPacks]);
                let mut offset = self.offset(n_sectors, stride, 96);
                if form == RwForm::CdgPacks && self.roll(2) == 0 {
                    offset = u64::from(POOL_BYTES - self.roll(1_000));
                }
                RunSubcode::RwFile {
                    file,
                    offset,
                    stride,
                    form,
                }
            }
            _ => RunSubcode::Authored,
        }
    }

    fn runs(&mut self, kind: TrackKind, n_sectors: u32) -> Vec<Run> {
        let mut left = n_sectors;
        let mut runs = Vec::new();
        while left > 0 {
            let share = self.one_of(&[0, 1, 2, 3, left / 2, left]).min(left);
            runs.push(self.run(kind, share));
            left -= share;
        }
        runs
    }

    fn track(&mut self, is_first: bool) -> Track {
        let kinds = [
            TrackKind::Audio,
            TrackKind::Audio,
            TrackKind::Mode0,
            TrackKind::Mode1,
            TrackKind::Mode2Formless,
            TrackKind::Mode2Xa,
        ];
        let kind = self.one_of(&kinds);
        let n_body = 300 + self.roll(40);
        let mut track = Track::new(kind, self.runs(kind, n_body));
        let n_pregap = self.one_of(&[0, 0, 1, 2, 97, 98, 99, 150, 190]);
        track.pregap = match (is_first, self.roll(3)) {
            (true, 0) => Vec::new(),
            (true, _) => self.runs(kind, 150 + n_pregap),
            (false, _) => self.runs(kind, n_pregap),
        };
        if kind == TrackKind::Audio {
            track.scms = self.roll(3) == 0;
            let controls = [0, 1, 2, 3, 8, 11].map(Control);
            track.control = self.one_of(&controls);
            track.isrc = (self.roll(2) == 0).then(|| "USABC0212345".parse().unwrap());
        }
        if self.roll(2) == 0 {
            // Many close together fall on the beat of the catalogue number and the recording code.
            let steps = self.one_of(&[[1, 1, 2], [1, 2, 3], [96, 97, 98]]);
            let mut at = 0;
            for _ in 0..self.one_of(&[1, 2, 98]) {
                at += self.one_of(&steps);
                if at < n_body {
                    track.indexes.push(sectors(at));
                }
            }
        }
        track
    }

    fn spec(&mut self) -> DiscSpec {
        self.has_files = self.roll(2) == 0;
        self.has_rw_files = self.has_files && self.roll(3) > 0;
        let n_tracks = 1 + self.roll(3);
        let tracks = (0..n_tracks).map(|n| self.track(n == 0)).collect();
        let mut spec = DiscSpec::new(tracks);
        spec.first_track = self.one_of(&[1, 1, 9, 97]);
        spec.mcn = (self.roll(2) == 0).then(|| MCN.parse().unwrap());
        spec.disc_type = self.one_of(&[None, None, Some(DiscType(0x10))]);
        if self.roll(3) == 0 {
            let n_packs = 1 + self.roll(9) as usize;
            let bytes = noise(18 * n_packs, 5);
            let packs = bytes.as_chunks().0;
            spec.cd_text = packs.iter().map(|pack| CdTextPack(*pack)).collect();
        }
        if !self.has_rw_files && self.roll(3) == 0 {
            let n_bytes = 96 * (1 + self.roll(2_000));
            let first = if spec.cd_text.is_empty() { -400 } else { -150 };
            spec.rw = Some(RwOverlay {
                file: Arc::clone(&self.pool),
                offset: u64::from(POOL_BYTES - n_bytes),
                start: lba(first + self.roll(8_000).cast_signed()),
            });
        }
        spec
    }
}

/// The disc of `spec`; where packs would reach into other R to W, all subcode is authored instead.
fn lay_out(mut spec: DiscSpec) -> Arc<DiscLayout> {
    match DiscLayout::new(spec.clone()) {
        Ok(disc) => Arc::new(disc),
        Err(LayoutError::RwOverlap { .. }) => {
            for track in &mut spec.tracks {
                let runs = track.pregap.iter_mut().chain(&mut track.body);
                runs.for_each(|run| run.subcode = RunSubcode::Authored);
            }
            Arc::new(DiscLayout::new(spec).unwrap())
        }
        Err(error) => unreachable!("{error}: {spec:?}"),
    }
}

/// The whole neighbourhood of each place where something begins, and some sectors anywhere.
fn places(disc: &DiscLayout, dice: &mut Dice) -> Vec<(i32, u32)> {
    let mut places = vec![(-300, 40), (-153, 8)];
    for n in (0..disc.tracks().len()).map(|n| u8::try_from(n).unwrap()) {
        let number = disc.first_track() + n;
        let starts = [disc.pregap_start(number), disc.track_start(number)];
        places.extend(starts.map(|start| (start.unwrap().value() - 3, 8)));
    }
    let end = disc.lead_out_start().value();
    places.push((end - 5, 9));
    for _ in 0..3 {
        let start = dice.roll((end + 300).cast_unsigned()).cast_signed();
        places.push((start - 300, 1 + dice.roll(90)));
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_disc_is_what_a_second_author_writes(seed in any::<u64>()) {
        let files = Files::new();
        let pool = files.open("pool", &noise(POOL_BYTES as usize, seed));
        let rolls = noise(80_000, !seed).into_iter();
        let mut dice = Dice { rolls, pool, has_files: false, has_rw_files: false };
        let disc = lay_out(dice.spec());
        let expect = Naive::walk(disc.spec(), 150);
        let mut n_layouts = 0;
        for layout in [SectorLayout::RawPw96, SectorLayout::PackedPw96, SectorLayout::Pq16] {
            let stream = match AuthoredStream::new(Arc::clone(&disc), lba(-300), layout) {
                Err(LayoutError::RwLost { .. }) => continue,
                stream => stream.unwrap(),
            };
            n_layouts += 1;
            prop_assert_eq!(stream.range().len().count() as usize, expect.len());
            let whole = render_all(&stream);
            for (sector, expect) in whole.chunks_exact(layout.sector_bytes()).zip(&expect) {
                prop_assert!(sector[MAIN_BYTES..] == expect.subcode(layout), "{:x?} of {:?}", expect.q, disc.spec());
            }
            for (start, count) in places(&disc, &mut dice) {
                let asked = range(start, count);
                let bytes = render(&stream, asked);
                for (lba, sector) in asked.iter().zip(bytes.chunks_exact(layout.sector_bytes())) {
                    let expect = &expect[(lba.value() + 300).cast_unsigned() as usize].bytes(layout);
                    prop_assert!(sector == expect, "{} of {:?}", Lba::to_msf(lba), disc.spec());
                }
            }
        }
        prop_assert!(n_layouts == 3 || n_layouts == 1);
    }
}
