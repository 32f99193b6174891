//! A second author, as plain as can be: it walks the disc from its first sector to its last with counters, keeps whole
//! files in memory, and sets bit by bit. Nothing of it is shared with what it judges but the description of the disc.

use std::collections::HashMap;
use std::sync::Arc;

use cd_sector::SectorLayout;

use crate::{
    DiscSpec, FilePayload, MappedFile, Run, RunMain, RunSubcode, RwForm, SubcodeForm, Track,
    TrackKind,
};

mod codes;

/// One sector of the walk; its bytes are made when they are asked for.
pub(super) struct NaiveSector {
    lba: i32,
    kind: TrackKind,
    main: Option<(FilePayload, Vec<u8>)>,
    pub(super) q: [u8; 12],
    pub(super) p: bool,
    stored: Option<(SubcodeForm, Vec<u8>)>,
    rw: [u8; 96],
    packs: Option<Vec<u8>>,
}

impl NaiveSector {
    pub(super) fn bytes(&self, layout: SectorLayout) -> Vec<u8> {
        let payload = self
            .main
            .as_ref()
            .map(|(payload, file)| (*payload, &file[..]));
        let mut bytes = codes::main_channel(self.kind, payload, self.lba).to_vec();
        bytes.extend(self.subcode(layout));
        bytes
    }

    pub(super) fn subcode(&self, layout: SectorLayout) -> Vec<u8> {
        let mut pq = self.q.to_vec();
        pq.extend([0, 0, 0, if self.p { 128 } else { 0 }]);
        match &self.stored {
            Some((SubcodeForm::RawPw, bytes)) => return bytes.clone(),
            Some((SubcodeForm::Rows, bytes)) => {
                return symbols(|channel, bit| {
                    bytes[12 * channel + bit / 8] >> (7 - bit % 8) & 1 == 1
                });
            }
            Some((SubcodeForm::Pq16, bytes)) => pq.clone_from(bytes),
            None => {}
        }
        if layout == SectorLayout::Pq16 {
            return pq;
        }
        symbols(|channel, bit| match channel {
            0 => pq[15] & 128 != 0,
            1 => pq[bit / 8] >> (7 - bit % 8) & 1 == 1,
            _ => self.rw[bit] >> (7 - channel) & 1 == 1,
        })
    }
}

/// 96 bytes of subcode from their single bits; channel 0 is P, 7 is W.
fn symbols(is_set: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let symbol = |bit| {
        (0..8)
            .map(|channel| u8::from(is_set(channel, bit)) << (7 - channel))
            .sum()
    };
    (0..96).map(symbol).collect()
}

fn bcd(n: u32) -> u8 {
    u8::from_str_radix(&n.to_string(), 16).unwrap()
}

fn msf(frames: u32) -> [u8; 3] {
    [bcd(frames / 4500), bcd(frames / 75 % 60), bcd(frames % 75)]
}

fn count(runs: &[Run]) -> u32 {
    runs.iter().map(|run| run.sectors.count()).sum()
}

/// CONTROL of the table of contents: under serial copy management copying is not permitted there.
fn toc_control(track: &Track) -> u8 {
    if track.scms {
        track.control.0 & !2
    } else {
        track.control.0
    }
}

pub(super) struct Naive<'a> {
    spec: &'a DiscSpec,
    files: HashMap<String, Vec<u8>>,
    all: Vec<NaiveSector>,
    /// Frames since 00:00:00.
    clock: u32,
    owes_mcn: bool,
    owes_isrc: bool,
}

/// What the walk is at.
struct Place<'a> {
    track: Option<&'a Track>,
    control: u8,
    tno: u8,
    index: u8,
    relative: u32,
    is_first: bool,
    p: bool,
}

impl<'a> Naive<'a> {
    /// The whole stream of `spec`, from `lead_in` frames before 00:00:00 to 6750 after the lead-out's start.
    pub(super) fn walk(spec: &'a DiscSpec, lead_in: u32) -> Vec<NaiveSector> {
        let mut naive = Self {
            spec,
            files: HashMap::new(),
            all: Vec::new(),
            clock: 0,
            owes_mcn: false,
            owes_isrc: false,
        };
        naive.lead_in(lead_in);
        naive.program();
        let last = spec.tracks.last().unwrap();
        for n in 0..6750 {
            // Two seconds of nothing, then 19 on and 19 off.
            let place = Place {
                track: None,
                control: toc_control(last),
                tno: 0xAA,
                index: 1,
                relative: n,
                is_first: n == 0,
                p: n >= 150 && (n - 150) % 38 < 19,
            };
            naive.frame(&place);
            naive.push(last.kind, None, 0);
        }
        naive.interleave();
        naive.overlay();
        naive.all
    }

    /// Clock of the first frame of each track's index 1, then of the lead-out.
    fn starts(&self) -> Vec<u32> {
        let mut clock = 0;
        let mut starts = Vec::new();
        for track in &self.spec.tracks {
            clock += count(&track.pregap);
            starts.push(clock);
            clock += count(&track.body);
        }
        starts.push(clock);
        starts
    }

    fn program(&mut self) {
        let starts = self.starts();
        let n_tracks = self.spec.tracks.len();
        for (track_idx, track) in self.spec.tracks.iter().enumerate() {
            let tno = bcd(u32::from(self.spec.first_track) + u32::try_from(track_idx).unwrap());
            let (pregap, body) = (count(&track.pregap), count(&track.body));
            let mut frames = Vec::new();
            for n in 0..pregap {
                frames.push((0, pregap - 1 - n, n == 0, true));
            }
            let mut index = 1;
            for n in 0..body {
                let is_first = n == 0 || track.indexes.iter().any(|at| at.count() == n);
                index += u32::from(n > 0 && is_first);
                let left = starts[track_idx + 1] - starts[track_idx] - n;
                let is_announced = track_idx + 1 < n_tracks && left <= 150;
                frames.push((index, n, is_first, n == 0 || is_announced));
            }
            let runs = track.pregap.iter().chain(&track.body);
            let made = runs.flat_map(|run| (0..run.sectors.count()).map(move |n| (run, n)));
            for ((index, relative, is_first, p), (run, n)) in frames.into_iter().zip(made) {
                let lba = self.clock.cast_signed() - 150;
                let mut control = track.control.0;
                if track.scms {
                    control = control & !2 | if lba.rem_euclid(8) < 4 { 2 } else { 0 };
                }
                let place = Place {
                    track: Some(track),
                    control,
                    tno,
                    index: bcd(index),
                    relative,
                    is_first,
                    p,
                };
                self.frame(&place);
                self.push(track.kind, Some(run), n);
            }
        }
    }

    /// P and Q of the next sector.
    fn frame(&mut self, place: &Place<'_>) {
        let (clock, control) = (self.clock, place.control);
        let mut payload = vec![control << 4 | 1, place.tno, place.index];
        payload.extend(msf(place.relative));
        payload.push(0);
        payload.extend(msf(clock));
        self.owes_mcn |= clock % 98 == 49;
        self.owes_isrc |= clock % 98 == 0;
        if !place.is_first {
            let isrc = place
                .track
                .filter(|_| place.index > 0)
                .and_then(|track| track.isrc);
            if self.owes_isrc
                && let Some(isrc) = isrc
            {
                payload = codes::isrc(&isrc.to_string());
                payload[0] = control << 4 | 3;
                payload[9] = bcd(clock % 75);
            }
            if self.owes_mcn
                && let Some(mcn) = self.spec.mcn
            {
                payload = codes::mcn(&mcn.to_string());
                payload[0] = control << 4 | 2;
                payload[9] = bcd(clock % 75);
            }
            (self.owes_mcn, self.owes_isrc) = (false, false);
        }
        self.all.push(NaiveSector {
            lba: clock.cast_signed() - 150,
            kind: TrackKind::Audio,
            main: None,
            q: codes::with_crc(&payload),
            p: place.p,
            stored: None,
            rw: [0; 96],
            packs: None,
        });
        self.clock += 1;
    }

    /// Gives the sector whose frame was made last the rest: it is number `n` of `run`.
    fn push(&mut self, kind: TrackKind, run: Option<&Run>, n: u32) {
        let main = match run.map(|run| &run.main) {
            Some(RunMain::File { file, offset, form }) => {
                let bytes = self.read(file, *offset, (form.stride, n), form.payload.bytes());
                Some((form.payload, bytes))
            }
            _ => None,
        };
        let subcode = match run.map(|run| &run.subcode) {
            Some(
                RunSubcode::File {
                    file,
                    offset,
                    stride,
                    ..
                }
                | RunSubcode::RwFile {
                    file,
                    offset,
                    stride,
                    ..
                },
            ) => self.read(file, *offset, (*stride, n), 96),
            _ => Vec::new(),
        };
        let sector = self.all.last_mut().unwrap();
        (sector.kind, sector.main) = (kind, main);
        match run.map(|run| &run.subcode) {
            Some(RunSubcode::File { form, .. }) => {
                let n_bytes = if *form == SubcodeForm::Pq16 { 16 } else { 96 };
                sector.stored = Some((*form, subcode[..n_bytes].to_vec()));
            }
            Some(RunSubcode::RwFile {
                form: RwForm::Raw, ..
            }) => {
                sector.rw.copy_from_slice(&subcode);
            }
            Some(RunSubcode::RwFile {
                form: RwForm::Packs,
                ..
            }) => sector.packs = Some(subcode),
            Some(RunSubcode::RwFile {
                form: RwForm::CdgPacks,
                ..
            }) => {
                let packs = subcode.chunks_exact(24).flat_map(codes::rw_parity);
                sector.packs = Some(packs.collect());
            }
            _ => {}
        }
    }

    /// Bytes of sector `n`; zeros after the file's end.
    fn read(
        &mut self,
        file: &Arc<MappedFile>,
        offset: u64,
        (stride, n): (u32, u32),
        n_bytes: u32,
    ) -> Vec<u8> {
        let path = file.path().to_owned();
        let bytes = self
            .files
            .entry(path)
            .or_insert_with_key(|path| std::fs::read(path).unwrap());
        let at = usize::try_from(offset + u64::from(stride) * u64::from(n)).unwrap();
        let there = bytes.iter().skip(at).copied().chain(std::iter::repeat(0));
        there.take(n_bytes as usize).collect()
    }

    /// Packs of the program, one after the other, symbols swapped, then each delayed by its place modulo 8.
    fn interleave(&mut self) {
        let program: Vec<_> = self
            .all
            .iter_mut()
            .filter(|sector| sector.lba >= -150)
            .collect();
        let mut packs = Vec::new();
        for sector in &program {
            let four = sector.packs.clone().unwrap_or_else(|| vec![0; 96]);
            for pack in four.chunks_exact(24) {
                let mut pack = pack.to_vec();
                for (a, b) in [(1, 18), (2, 5), (3, 23)] {
                    pack.swap(a, b);
                }
                packs.push(pack);
            }
        }
        for (sector_idx, sector) in program.into_iter().enumerate() {
            for (symbol_idx, symbol) in sector.rw.iter_mut().enumerate() {
                let (pack_idx, place) = (4 * sector_idx + symbol_idx / 24, symbol_idx % 24);
                if pack_idx >= place % 8 {
                    *symbol |= packs[pack_idx - place % 8][place];
                }
            }
        }
    }

    fn overlay(&mut self) {
        let Some(overlay) = &self.spec.rw else { return };
        let bytes = std::fs::read(overlay.file.path()).unwrap();
        let bytes = &bytes[usize::try_from(overlay.offset).unwrap()..];
        let symbols = bytes.chunks_exact(96);
        for (lba, symbols) in (overlay.start.value()..).zip(symbols) {
            if let Some(sector) = self.all.iter_mut().find(|sector| sector.lba == lba) {
                sector.rw.copy_from_slice(symbols);
            }
        }
    }

    fn lead_in(&mut self, length: u32) {
        let starts = self.starts();
        let tracks = &self.spec.tracks;
        let (first, last) = (&tracks[0], tracks.last().unwrap());
        let first_tno = u32::from(self.spec.first_track);
        let last_tno = first_tno + u32::try_from(tracks.len()).unwrap() - 1;
        let is_xa = tracks.iter().any(|track| track.kind == TrackKind::Mode2Xa);
        let disc_type = self
            .spec
            .disc_type
            .map_or(if is_xa { 0x20 } else { 0 }, |given| given.0);
        let mut rows = vec![
            (toc_control(first), 0xA0, [bcd(first_tno), disc_type, 0]),
            (toc_control(last), 0xA1, [bcd(last_tno), 0, 0]),
            (toc_control(last), 0xA2, msf(starts[tracks.len()])),
        ];
        for (number, (track, start)) in (first_tno..).zip(tracks.iter().zip(&starts)) {
            rows.push((toc_control(track), bcd(number), msf(*start)));
        }
        let mut bits = self.spec.cd_text.iter().cycle().flat_map(|pack| pack.0);
        let mut thrice = rows.iter().flat_map(|row| [row; 3]).cycle();
        // The cycles are tied to the clock, not to where this lead-in begins.
        for clock in 405_000..450_000 {
            let (control, point, [pm, ps, pf]) = *thrice.next().unwrap();
            let packs: Vec<u8> = bits.by_ref().take(72).collect();
            if clock < 450_000 - length {
                continue;
            }
            let [m, s, f] = msf(clock);
            let payload = [control << 4 | 1, 0, point, m, s, f, 0, pm, ps, pf];
            let mut rw = [0; 96];
            for bit in 0..packs.len() * 8 {
                rw[bit / 6] |= (packs[bit / 8] >> (7 - bit % 8) & 1) << (5 - bit % 6);
            }
            self.all.push(NaiveSector {
                lba: clock.cast_signed() - 450_150,
                kind: first.kind,
                main: None,
                q: codes::with_crc(&payload),
                p: false,
                stored: None,
                rw,
                packs: None,
            });
        }
    }
}
