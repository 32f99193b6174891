//! Small whole sessions, made by hand from cd-sector's parts.

use cd_address::{Lba, Msf, RelMsf, Sectors};
use cd_sector::{
    Control, DiscType, MAIN_BYTES, PwSubcode, Q, RAW_BYTES, TocPoint, encode_mode1, scramble,
};

use crate::Medium;

/// What a session holds: one data track, then perhaps one audio track, all lengths in sectors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) n_data: u32,
    pub(super) n_audio: u32,
    pub(super) n_lead_out: u32,
}

impl Session {
    pub(super) const DATA: Self = Self {
        n_data: 300,
        n_audio: 0,
        n_lead_out: 160,
    };
    pub(super) const MIXED: Self = Self {
        n_data: 300,
        n_audio: 100,
        n_lead_out: 160,
    };

    pub(super) fn lead_out(self) -> i32 {
        (self.n_data + self.n_audio).cast_signed()
    }

    fn points(self) -> Vec<(Control, TocPoint)> {
        let last = if self.n_audio > 0 { 2 } else { 1 };
        let last_control = if self.n_audio > 0 {
            Control::AUDIO
        } else {
            Control::DATA
        };
        let disc_type = DiscType::CD_ROM_OR_DA;
        let mut points = vec![
            (
                Control::DATA,
                TocPoint::FirstTrack {
                    track: 1,
                    disc_type,
                },
            ),
            (last_control, TocPoint::LastTrack { track: last }),
            (
                last_control,
                TocPoint::LeadOut {
                    start: msf(self.lead_out()),
                },
            ),
            (
                Control::DATA,
                TocPoint::Track {
                    track: 1,
                    start: msf(0),
                },
            ),
        ];
        if self.n_audio > 0 {
            let start = msf(self.n_data.cast_signed());
            points.push((Control::AUDIO, TocPoint::Track { track: 2, start }));
        }
        points
    }

    /// All its sectors from the medium's lead-in on, 2448 bytes each.
    pub(super) fn stream(self, medium: &Medium) -> Vec<u8> {
        let first = medium.lead_in_start.to_lba().value();
        let end = self.lead_out() + self.n_lead_out.cast_signed();
        let points = self.points();
        (first..end)
            .flat_map(|lba| self.sector(lba, first, &points))
            .collect()
    }

    fn sector(self, lba: i32, first: i32, points: &[(Control, TocPoint)]) -> [u8; RAW_BYTES] {
        let is_audio = self.n_audio > 0 && lba >= self.n_data.cast_signed();
        let mut sector = [0; RAW_BYTES];
        let main = if is_audio {
            audio(lba)
        } else {
            data(lba, true)
        };
        sector[..MAIN_BYTES].copy_from_slice(&main);
        let q = if lba <= -151 {
            let idx = usize::try_from((lba - first) / 3).unwrap() % points.len();
            let (control, point) = points[idx];
            Q::Toc {
                control,
                point,
                running: msf(lba),
            }
        } else {
            self.position(lba)
        };
        let subcode = PwSubcode::from_pq(lba < 0, &q.encode());
        sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
        sector
    }

    fn position(self, lba: i32) -> Q {
        let absolute = msf(lba);
        let (track_start, audio_start) = (0, self.n_data.cast_signed());
        if lba >= self.lead_out() {
            let control = if self.n_audio > 0 {
                Control::AUDIO
            } else {
                Control::DATA
            };
            let relative = rel(lba - self.lead_out());
            return Q::LeadOut {
                control,
                index: 1,
                relative,
                absolute,
            };
        }
        let (control, track, index, relative) = if lba < track_start {
            (Control::DATA, 1, 0, rel(-1 - lba))
        } else if lba < audio_start || self.n_audio == 0 {
            (Control::DATA, 1, 1, rel(lba))
        } else {
            (Control::AUDIO, 2, 1, rel(lba - audio_start))
        };
        Q::Position {
            control,
            track,
            index,
            relative,
            absolute,
        }
    }
}

/// 2048 bytes that say where they are.
pub(super) fn user(lba: i32) -> [u8; 2048] {
    let mut user = [0; 2048];
    for (idx, four) in user.chunks_exact_mut(4).enumerate() {
        four.copy_from_slice(&(lba * 512 + i32::try_from(idx).unwrap()).to_be_bytes());
    }
    user
}

/// A mode 1 sector, as a host sees it or as it lies on the disc.
pub(super) fn data(lba: i32, is_scrambled: bool) -> [u8; MAIN_BYTES] {
    let mut main = [0; MAIN_BYTES];
    encode_mode1(msf(lba), &user(lba), &mut main);
    if is_scrambled {
        scramble(&mut main);
    }
    main
}

pub(super) fn audio(lba: i32) -> [u8; MAIN_BYTES] {
    let mut main = [0; MAIN_BYTES];
    for (idx, sample) in (0_i32..).zip(main.chunks_exact_mut(4)) {
        sample.copy_from_slice(&(lba * 588 + idx).to_le_bytes());
    }
    main
}

pub(super) fn msf(lba: i32) -> Msf {
    Lba::new(lba).unwrap().to_msf()
}

fn rel(count: i32) -> RelMsf {
    Sectors::new(count.cast_unsigned())
        .unwrap()
        .to_rel_msf()
        .unwrap()
}

/// The stream with 16 bytes of P and Q in place of each sector's 96, as data block type 1 has it.
pub(super) fn to_pq16(stream: &[u8]) -> Vec<u8> {
    let sectors = stream.as_chunks::<RAW_BYTES>().0.iter();
    sectors
        .flat_map(|sector| {
            let mut symbols = [0; 96];
            symbols.copy_from_slice(&sector[MAIN_BYTES..]);
            let mut short = sector[..MAIN_BYTES].to_vec();
            short.extend_from_slice(&PwSubcode(symbols).to_pq16());
            short
        })
        .collect()
}
