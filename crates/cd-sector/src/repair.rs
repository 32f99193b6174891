//! Repair of a sector by its parity, for whoever asks for it.
//!
//! Each codeword of P or Q can mend one wrong byte wherever it is, or two that are known to be suspect; each byte of the
//! sector proper is in one codeword of either. So P and Q are gone over in turns, and what one mends makes the other's
//! task smaller. A codeword with more wrong bytes than it can mend may be "mended" into something else; therefore each
//! attempt starts from the bytes as given, and the EDC decides what of it is kept.
//!
//! # Spec
//! ECMA-130 14.3 to 14.6 and annex A. Read the annex first.

use thiserror::Error;

use crate::ecc::{self, Code, Syndromes};
use crate::main_channel::codec::put_parity;
use crate::{MAIN_BYTES, PlainSector, SYNC, SectorKind};

mod flags;
#[cfg(test)]
mod tests;

pub use flags::ByteFlags;

/// Why a sector was not repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RepairError {
    /// There is nothing to repair it with.
    #[error("a sector of kind {kind} has no parity to be repaired by")]
    NoParity {
        /// The kind.
        kind: SectorKind,
    },
    /// More is broken than the parity can mend.
    #[error(
        "beyond repair: {n_p} of 86 P and {n_q} of 52 Q codewords do not fit, and nothing they ask for makes the EDC right"
    )]
    Beyond {
        /// P codewords that do not fit, as the sector was given.
        n_p: u8,
        /// Q codewords that do not fit, as the sector was given.
        n_q: u8,
    },
}

/// Repairs a plain sector of `kind` by its parity and gives back which bytes it changed, none if nothing was wrong.
///
/// `suspect` says which bytes may be wrong, as a drive's C2 error bits do; [`ByteFlags::NONE`] if nobody knows. What it
/// flags need not be wrong, and what it does not flag need not be right.
///
/// Always repaired is a sector of which every P codeword, or every Q codeword, has at most one wrong byte and none
/// suspect, or at most two suspect bytes and no other wrong. Of what is broken worse, much is.
///
/// After success sync, EDC, P and Q parity are right, all of them. The rest is still for
/// [`check`](PlainSector::check): the address, and in form 1 the whole header, which no code covers. A sector whose
/// user data has its right EDC, but whose parity does not fit it, gets new parity.
///
/// # Errors
/// [`RepairError`]; the sector is then unchanged.
///
/// # Spec
/// ECMA-130 annex A.
pub fn repair(
    kind: SectorKind,
    sector: &mut [u8; MAIN_BYTES],
    suspect: &ByteFlags,
) -> Result<ByteFlags, RepairError> {
    if !kind.has_parity() {
        return Err(RepairError::NoParity { kind });
    }
    let given = Damaged::new(kind, sector);
    let Some(mut repaired) = given.repaired(suspect) else {
        return Err(RepairError::Beyond {
            n_p: Code::P.n_unfit(&given.bytes),
            n_q: Code::Q.n_unfit(&given.bytes),
        });
    };
    if given.n_known > HEADER_START {
        repaired[HEADER_START..given.n_known].copy_from_slice(&sector[HEADER_START..given.n_known]);
    }
    let changed = (0..MAIN_BYTES)
        .filter(|place| repaired[*place] != sector[*place])
        .collect();
    *sector = repaired;
    Ok(changed)
}

const HEADER_START: usize = SYNC.len();

/// Rounds of both codes after which an attempt that still changes something goes round in circles.
const MAX_ROUNDS: usize = 32;

/// Which bytes an attempt takes as suspect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suspects {
    /// Those flagged at the start, until a codeword with them fits. A codeword without any is taken to have one wrong
    /// byte anywhere.
    Flagged,
    /// Those where a P and a Q codeword cross that both do not fit; no other is changed.
    Crossings,
}

/// A sector to be repaired, with what is known of it put in its place.
struct Damaged {
    kind: SectorKind,
    bytes: [u8; MAIN_BYTES],
    /// How many of its first bytes are known: the sync, and in form 1 the header, which counts as zero.
    n_known: usize,
}

impl Damaged {
    fn new(kind: SectorKind, sector: &[u8; MAIN_BYTES]) -> Self {
        let mut bytes = *sector;
        bytes[..HEADER_START].copy_from_slice(&SYNC);
        let n_known = match kind {
            SectorKind::Mode1 => HEADER_START,
            _ => 16,
        };
        bytes[HEADER_START..n_known].fill(0);
        Self {
            kind,
            bytes,
            n_known,
        }
    }

    fn repaired(&self, suspect: &ByteFlags) -> Option<[u8; MAIN_BYTES]> {
        let orders = [[Code::P, Code::Q], [Code::Q, Code::P]];
        let attempt = |suspects, flags| {
            orders
                .into_iter()
                .find_map(|order| Attempt::new(self, suspects, flags).run(order))
        };
        self.accept(&self.bytes)
            .or_else(|| {
                let is_any = !suspect.is_empty();
                is_any.then(|| attempt(Suspects::Flagged, *suspect))?
            })
            .or_else(|| attempt(Suspects::Flagged, ByteFlags::NONE))
            .or_else(|| attempt(Suspects::Crossings, ByteFlags::NONE))
            .or_else(|| self.with_new_parity())
    }

    /// The sector that `bytes` make with their Q parity new, if EDC and P parity fit already.
    ///
    /// When all else is right, Q parity alone can be wrong beyond its own power.
    fn accept(&self, bytes: &[u8; MAIN_BYTES]) -> Option<[u8; MAIN_BYTES]> {
        let lens = PlainSector(bytes);
        let has_parity = *lens.p_parity() == ecc::p_parity(&lens.under_parity(self.kind));
        // In Mode 1 no EDC covers the zeros. Whatever stood there, what is put there is zero.
        let has_zeros = self
            .kind
            .zero()
            .all(|place| bytes[place] == 0 || bytes[place] == self.bytes[place]);
        (has_parity && has_zeros && self.has_edc(bytes)).then(|| {
            let mut accepted = *bytes;
            put_parity(self.kind, &mut accepted);
            accepted
        })
    }

    /// The sector with new zeros and parity, if the EDC of the bytes as they were given is right.
    fn with_new_parity(&self) -> Option<[u8; MAIN_BYTES]> {
        self.has_edc(&self.bytes).then(|| {
            let mut bytes = self.bytes;
            bytes[self.kind.zero()].fill(0);
            put_parity(self.kind, &mut bytes);
            bytes
        })
    }

    fn has_edc(&self, bytes: &[u8; MAIN_BYTES]) -> bool {
        let lens = PlainSector(bytes);
        lens.edc(self.kind) == lens.expected_edc(self.kind)
    }
}

/// One way of going over the codes, on a copy of the sector.
struct Attempt<'a> {
    damaged: &'a Damaged,
    suspects: Suspects,
    flags: ByteFlags,
    bytes: [u8; MAIN_BYTES],
}

impl<'a> Attempt<'a> {
    const fn new(damaged: &'a Damaged, suspects: Suspects, flags: ByteFlags) -> Self {
        Self {
            damaged,
            suspects,
            flags,
            bytes: damaged.bytes,
        }
    }

    /// Goes over the codes in turns until the sector is acceptable, or nothing changes.
    fn run(mut self, order: [Code; 2]) -> Option<[u8; MAIN_BYTES]> {
        for _ in 0..MAX_ROUNDS {
            let before = (self.bytes, self.flags);
            for code in order {
                if self.suspects == Suspects::Crossings {
                    self.flags = crossings(&self.bytes);
                }
                for n in 0..code.n_codewords() {
                    self.correct(code, n);
                }
                if let Some(accepted) = self.damaged.accept(&self.bytes) {
                    return Some(accepted);
                }
            }
            if before == (self.bytes, self.flags) {
                break;
            }
        }
        None
    }

    /// Makes one codeword fit if it can be done by its one or two suspect bytes, or by one byte.
    fn correct(&mut self, code: Code, n: usize) {
        let syndromes = code.syndromes(n, &self.bytes);
        if !syndromes.are_zero() {
            let Some(changes) = self.changes(code, n, syndromes) else {
                return;
            };
            for (m, by) in changes {
                self.bytes[code.place(n, m)] ^= by;
            }
        }
        for m in 0..code.n_elements() {
            self.flags.remove(code.place(n, m));
        }
    }

    /// The elements of a codeword to change, and by what, so that it fits.
    fn changes(&self, code: Code, n: usize, syndromes: Syndromes) -> Option<[(usize, u8); 2]> {
        const NOTHING: (usize, u8) = (0, 0);
        let is_known = |m: usize| code.place(n, m) < self.damaged.n_known;
        let is_suspect = |m: &usize| self.flags.contains(code.place(n, *m)) && !is_known(*m);
        let mut suspect = (0..code.n_elements()).filter(is_suspect);
        match (suspect.next(), suspect.next(), suspect.next()) {
            (Some(a), None, _) => syndromes.one_erasure(a).map(|by| [(a, by), NOTHING]),
            (Some(a), Some(b), None) => {
                let [by_a, by_b] = syndromes.two_erasures([a, b]);
                Some([(a, by_a), (b, by_b)])
            }
            (None, ..) => syndromes
                .one_error()
                .filter(|(m, _)| self.suspects == Suspects::Flagged && !is_known(*m))
                .map(|change| [change, NOTHING]),
            // Too many to solve for, and one error found among so many would be a guess.
            (Some(_), Some(_), Some(_)) => None,
        }
    }
}

/// The bytes of which neither codeword fits.
fn crossings(bytes: &[u8; MAIN_BYTES]) -> ByteFlags {
    let mut q_fits = [true; 52];
    for (n, fits) in q_fits.iter_mut().enumerate() {
        *fits = Code::Q.syndromes(n, bytes).are_zero();
    }
    let mut flags = ByteFlags::NONE;
    for n in (0..Code::P.n_codewords()).filter(|n| !Code::P.syndromes(*n, bytes).are_zero()) {
        (0..Code::P.n_elements())
            .map(|m| Code::P.place(n, m))
            .filter(|place| !q_fits[Code::Q.codeword_at(*place)])
            .for_each(|place| flags.insert(place));
    }
    flags
}
