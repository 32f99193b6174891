//! Where a fault can strike: every command of a plan that is not a WRITE, and the WRITEs at which something begins or
//! ends.

use std::collections::BTreeMap;

use cd_address::{Lba, LbaRange};
use cd_sector::RAW_BYTES;
use cd_writer::{Plan, Purpose};

const WRITE: u8 = 0x2A;

/// A command of the burn by its first byte, counted from 1 among its like.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) opcode: u8,
    pub(crate) n: u64,
    /// Bytes of a WRITE, else 0.
    pub(crate) n_bytes: usize,
}

impl Place {
    pub(crate) fn is_write(&self) -> bool {
        self.opcode == WRITE
    }
}

/// The places of a plan, in the order of the burn.
pub(crate) fn places(plan: &Plan) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for step in plan.steps() {
        if step.purpose == Purpose::Flush {
            places.extend(writes(plan));
        }
        let opcode = step.command.encode().as_bytes()[0];
        let earlier = places.iter().filter(|place| place.opcode == opcode);
        places.push(Place {
            name: step.purpose.to_string(),
            opcode,
            n: earlier.count() as u64 + 1,
            n_bytes: 0,
        });
    }
    places
}

/// How many WRITEs a plan has.
pub(crate) fn n_writes(plan: &Plan) -> u64 {
    let writes = plan.writes();
    let n = writes
        .range
        .len()
        .count()
        .div_ceil(writes.per_command.count());
    n.into()
}

/// The first, the second and a middle WRITE, the last of each area, and those that cross into the next.
fn writes(plan: &Plan) -> impl Iterator<Item = Place> + use<> {
    let range = plan.writes().range;
    let per_write = plan.writes().per_command.count();
    let mut names: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut name = |n: u64, text: String| names.entry(n).or_default().push(text);
    name(1, "first".to_owned());
    name(2, "second".to_owned());
    name(n_writes(plan) / 2, "in the middle".to_owned());
    for (area, end) in areas(plan, range) {
        let n_before = end.since(range.start()).unwrap().count();
        let n_whole = n_before / per_write;
        let is_cut = n_before % per_write != 0;
        if end.position() == range.start().position() + range.len().count() {
            name(n_writes(plan), format!("last of {area}"));
        } else {
            name(n_whole.into(), format!("last of {area}"));
            if is_cut {
                name(u64::from(n_whole) + 1, "across its end".to_owned());
            }
        }
    }
    let writes: Vec<_> = range.chunks(plan.writes().per_command).collect();
    names.into_iter().map(move |(n, names)| {
        let write_idx = usize::try_from(n - 1).unwrap();
        Place {
            name: format!("write {n}: {}", names.join(", ")),
            opcode: WRITE,
            n,
            n_bytes: writes[write_idx].len().count() as usize * RAW_BYTES,
        }
    })
}

/// Each area by name, and the address behind it.
fn areas(plan: &Plan, range: LbaRange) -> Vec<(String, Lba)> {
    let toc = plan.toc();
    let tracks: Vec<_> = toc.tracks().collect();
    let lead_out = toc.lead_out().to_lba();
    let mut areas = vec![
        ("the lead-in".to_owned(), Lba::PREGAP_START),
        ("the pregap".to_owned(), tracks[0].start.to_lba()),
    ];
    let ends = tracks[1..].iter().map(|track| track.start.to_lba());
    for (track, end) in tracks.iter().zip(ends.chain([lead_out])) {
        areas.push((format!("track {}", track.track), end));
    }
    areas.push(("the lead-out".to_owned(), range.end().unwrap()));
    areas
}
