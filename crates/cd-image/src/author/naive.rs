//! A second author of subcode, as plain as can be: it walks the disc from its first sector to its last with counters,
//! and sets bit by bit. Nothing of it is shared with what it judges.

/// What the walk is told of a track.
pub(super) struct NaiveTrack {
    pub(super) control: u8,
    pub(super) pregap: u32,
    /// Sectors of index 1, padding included.
    pub(super) length: u32,
}

pub(super) struct NaiveDisc {
    pub(super) tracks: Vec<NaiveTrack>,
    pub(super) disc_type: u8,
    pub(super) mcn: Option<&'static str>,
}

/// Q and P of one sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NaiveSubcode {
    pub(super) q: [u8; 12],
    pub(super) p: bool,
}

impl NaiveSubcode {
    pub(super) fn raw96(&self) -> [u8; 96] {
        let mut symbols = [0; 96];
        for (k, symbol) in symbols.iter_mut().enumerate() {
            let q = self.q[k / 8] & (1 << (7 - k % 8)) != 0;
            *symbol = if self.p { 128 } else { 0 } + if q { 64 } else { 0 };
        }
        symbols
    }

    pub(super) fn pq16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..12].copy_from_slice(&self.q);
        bytes[15] = if self.p { 128 } else { 0 };
        bytes
    }
}

fn bcd(n: u32) -> u8 {
    u8::from_str_radix(&n.to_string(), 16).unwrap()
}

fn msf(frames: u32) -> [u8; 3] {
    [bcd(frames / 4500), bcd(frames / 75 % 60), bcd(frames % 75)]
}

fn with_crc(payload: &[u8]) -> [u8; 12] {
    let mut register = 0_u16;
    for bit in payload
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1))
    {
        let top = register >> 15 == 1;
        register <<= 1;
        if top != (bit == 1) {
            register ^= 0x1021;
        }
    }
    let mut frame = [0; 12];
    frame[..10].copy_from_slice(payload);
    frame[10..].copy_from_slice(&(register ^ 0xFFFF).to_be_bytes());
    frame
}

impl NaiveDisc {
    /// Clock of the first frame of each track's index 1, then of the lead-out.
    fn starts(&self) -> Vec<u32> {
        let mut clock = 0;
        let mut starts = Vec::new();
        for track in &self.tracks {
            clock += track.pregap;
            starts.push(clock);
            clock += track.length;
        }
        starts.push(clock);
        starts
    }

    /// The whole disc's subcode, from `lead_in` frames before 00:00:00 to 6750 after the lead-out's start.
    pub(super) fn walk(&self, lead_in: u32) -> Vec<NaiveSubcode> {
        let mut all = self.lead_in(lead_in);
        let mut clock = 0;
        let mut since_mcn = 98 - 49 - 1;
        let starts = self.starts();
        let mut emit = |all: &mut Vec<_>, is_first: bool, row: [u8; 3], relative: u32, p: bool| {
            since_mcn += 1;
            let mut payload = vec![row[0] << 4 | 1, row[1], row[2]];
            payload.extend(msf(relative));
            payload.push(0);
            payload.extend(msf(clock));
            if let Some(mcn) = self.mcn
                && since_mcn >= 98
                && !is_first
            {
                // The beat goes on as if the frame had not been put off.
                since_mcn -= 98;
                payload = vec![0; 10];
                payload[0] = row[0] << 4 | 2;
                for (i, digit) in mcn.bytes().enumerate() {
                    payload[1 + i / 2] |= (digit - b'0') << if i % 2 == 0 { 4 } else { 0 };
                }
                payload[9] = bcd(clock % 75);
            }
            all.push(NaiveSubcode {
                q: with_crc(&payload),
                p,
            });
            clock += 1;
        };
        for (number, track) in (1..).zip(&self.tracks) {
            let last = number as usize == self.tracks.len();
            let tno = bcd(number);
            for left in (0..track.pregap).rev() {
                let is_first = left + 1 == track.pregap;
                emit(&mut all, is_first, [track.control, tno, 0], left, true);
            }
            for n in 0..track.length {
                let here = starts[number as usize - 1] + n;
                let soon = !last && starts[number as usize] - here <= 150;
                emit(&mut all, n == 0, [track.control, tno, 1], n, n == 0 || soon);
            }
        }
        let control = self.tracks.last().unwrap().control;
        for n in 0..6750 {
            // Two seconds of nothing, then 19 on and 19 off.
            let p = n >= 150 && (n - 150) % 38 < 19;
            emit(&mut all, n == 0, [control, 0xAA, 1], n, p);
        }
        all
    }

    fn lead_in(&self, length: u32) -> Vec<NaiveSubcode> {
        let starts = self.starts();
        let (first, last) = (&self.tracks[0], self.tracks.last().unwrap());
        let n_tracks = u32::try_from(self.tracks.len()).unwrap();
        let lead_out = msf(starts[self.tracks.len()]);
        let mut rows = vec![
            (first.control, 0xA0, [1, self.disc_type, 0]),
            (last.control, 0xA1, [bcd(n_tracks), 0, 0]),
            (last.control, 0xA2, lead_out),
        ];
        for (number, (track, start)) in (1..).zip(self.tracks.iter().zip(&starts)) {
            rows.push((track.control, bcd(number), msf(*start)));
        }
        let thrice = rows.iter().flat_map(|row| [row; 3]);
        // The cycle is tied to the clock, not to where this lead-in begins.
        (405_000..450_000)
            .zip(thrice.cycle())
            .filter(|(clock, _)| *clock >= 450_000 - length)
            .map(|(clock, (control, point, pmsf))| {
                let [m, s, f] = msf(clock);
                let [pm, ps, pf] = *pmsf;
                let payload = [control << 4 | 1, 0, *point, m, s, f, 0, pm, ps, pf];
                NaiveSubcode {
                    q: with_crc(&payload),
                    p: false,
                }
            })
            .collect()
    }
}
