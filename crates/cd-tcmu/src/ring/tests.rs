//! The ring against a kernel's side made of code, which lays entries out byte by byte by the numbers of the header file, not by
//! this crate's structures.

use proptest::prelude::*;

use cd_transport::{Completion, Status};

use super::{Ring, RingError, Waiting};
use crate::direction::Direction;
use crate::memory::SharedMemory;

/// Where the ring of the kernel's side begins; the real one is a page or more in.
pub(crate) const START: u32 = 128;
/// A small ring, so that it wraps round soon.
pub(crate) const SIZE: u32 = 1024;
/// Where the data area begins.
pub(crate) const DATA: u64 = (START + SIZE) as u64;
const WORDS: usize = 2048;

/// What the kernel writes and reads.
pub(crate) struct Kernel {
    head: u32,
    next_id: u16,
}

/// An answer as the kernel sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) uflags: u8,
    pub(crate) status: u8,
    pub(crate) read_len: u32,
    pub(crate) sense: Vec<u8>,
}

pub(crate) fn memory(version: u16, start: u32, size: u32, tail: u32) -> SharedMemory {
    let mut memory = SharedMemory::plain(WORDS);
    memory.copy_in(0, &version.to_ne_bytes()).unwrap();
    memory.store(4, start).unwrap();
    memory.store(8, size).unwrap();
    memory.store(64, tail).unwrap();
    memory
}

/// An empty ring whose next entry is at `at`, and its kernel.
pub(crate) fn ring_at(at: u32) -> (Ring, Kernel) {
    let mut memory = memory(2, START, SIZE, at);
    memory.store(12, at).unwrap();
    let kernel = Kernel {
        head: at,
        next_id: 7,
    };
    (Ring::new(memory).unwrap(), kernel)
}

impl Kernel {
    fn put_u32(ring: &mut Ring, at: u32, value: u32) {
        let at = u64::from(START + at);
        ring.memory.copy_in(at, &value.to_ne_bytes()).unwrap();
    }

    /// Puts an entry of this kind and length with `body` behind its header; returns where it is.
    pub(crate) fn put(&mut self, ring: &mut Ring, op: u32, len: u32, body: &[u8]) -> u32 {
        if self.head + len > SIZE {
            let rest = SIZE - self.head;
            Self::put_u32(ring, self.head, rest);
            Self::put_u32(ring, self.head + 4, 0);
            self.head = 0;
        }
        let at = self.head;
        Self::put_u32(ring, at, len | op);
        Self::put_u32(ring, at + 4, u32::from(self.next_id));
        self.next_id += 1;
        let body_at = u64::from(START + at) + 8;
        ring.memory.copy_in(body_at, body).unwrap();
        self.head = (at + len) % SIZE;
        ring.memory.store(12, self.head).unwrap();
        at
    }

    /// Puts a command with data in `pieces`; its CDB lies behind the pieces.
    pub(crate) fn command(&mut self, ring: &mut Ring, cdb: &[u8], pieces: &[(u64, u64)]) -> u32 {
        let n_pieces = u32::try_from(pieces.len()).unwrap();
        let cdb_at_in_entry = 48 + 16 * n_pieces;
        let len = (cdb_at_in_entry + 16).max(112);
        let at = if self.head + len > SIZE { 0 } else { self.head };
        let mut body = vec![0; usize::try_from(len).unwrap() - 8];
        body[0..4].copy_from_slice(&n_pieces.to_ne_bytes());
        let cdb_at = u64::from(START + at + cdb_at_in_entry);
        body[16..24].copy_from_slice(&cdb_at.to_ne_bytes());
        for (idx, (base, len)) in pieces.iter().enumerate() {
            let piece = 40 + 16 * idx;
            body[piece..piece + 8].copy_from_slice(&base.to_ne_bytes());
            body[piece + 8..piece + 16].copy_from_slice(&len.to_ne_bytes());
        }
        let cdb_from = usize::try_from(cdb_at_in_entry).unwrap() - 8;
        body[cdb_from..cdb_from + cdb.len()].copy_from_slice(cdb);
        self.put(ring, 1, len, &body)
    }

    /// What was answered in the entry at `at`.
    pub(crate) fn answer(ring: &Ring, at: u32) -> Answered {
        let mut entry = [0; 112];
        ring.memory
            .copy_out(u64::from(START + at), &mut entry)
            .unwrap();
        Answered {
            uflags: entry[7],
            status: entry[8],
            read_len: u32::from_ne_bytes(entry[12..16].try_into().unwrap()),
            sense: entry[16..112].to_vec(),
        }
    }

    /// Whether all that was put is answered.
    pub(crate) fn is_idle(&self, ring: &Ring) -> bool {
        ring.memory.load(64).unwrap() == self.head
    }
}

const INQUIRY: [u8; 6] = [0x12, 0, 0, 0, 36, 0];
const WRITE: [u8; 10] = [0x2A, 0, 0xFF, 0xFF, 0xD4, 0xBB, 0, 0, 1, 0];

fn next_command(ring: &mut Ring) -> super::Request {
    match ring.next() {
        Ok(Some(Waiting::Command(request))) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_is_taken_with_its_data_and_answered_with_sense() {
    let (mut ring, mut kernel) = ring_at(0);
    assert!(ring.next().unwrap().is_none());
    ring.memory.copy_in(DATA + 100, &[1; 30]).unwrap();
    ring.memory.copy_in(DATA + 4096, &[2; 12]).unwrap();
    let at = kernel.command(&mut ring, &WRITE, &[(DATA + 100, 30), (DATA + 4096, 12)]);
    let request = next_command(&mut ring);
    assert_eq!(request.command(), WRITE);
    assert_eq!(request.direction(), Some(Direction::Out));
    let mut data = [0; 42];
    ring.gather(&request, &mut data).unwrap();
    assert_eq!(data[..30], [1; 30]);
    assert_eq!(data[30..], [2; 12]);
    assert!(ring.lend(&request, 1).is_none());
    // Looking at it again changes nothing.
    assert_eq!(next_command(&mut ring).command(), WRITE);
    assert!(!kernel.is_idle(&ring));
    let sense: Vec<u8> = (1..=96).collect();
    ring.answer(&Completion::check_condition(&sense), false)
        .unwrap();
    let answer = Kernel::answer(&ring, at);
    assert_eq!((answer.uflags, answer.status), (0, 2));
    assert_eq!(answer.sense, sense);
    assert!(kernel.is_idle(&ring));
    assert!(ring.next().unwrap().is_none());
}

#[test]
fn what_was_read_is_counted_and_lies_where_the_kernel_looks() {
    let (mut ring, mut kernel) = ring_at(0);
    let at = kernel.command(&mut ring, &INQUIRY, &[(DATA + 8, 36)]);
    let request = next_command(&mut ring);
    assert_eq!(request.direction(), Some(Direction::In));
    assert!(
        ring.lend(&request, 16)
            .is_none_or(|data| { data.as_ptr().addr().is_multiple_of(16) })
    );
    ring.lend(&request, 1).unwrap()[..5].copy_from_slice(b"12345");
    ring.answer(&Completion::good(5), true).unwrap();
    let answer = Kernel::answer(&ring, at);
    assert_eq!((answer.uflags, answer.status, answer.read_len), (2, 0, 5));
    let mut data = [0; 6];
    ring.memory.copy_out(DATA + 8, &mut data).unwrap();
    assert_eq!(&data, b"12345\0");
}

#[test]
fn a_command_without_data_moves_none() {
    let (mut ring, mut kernel) = ring_at(0);
    kernel.command(&mut ring, &[0; 6], &[]);
    let request = next_command(&mut ring);
    assert_eq!((request.direction(), request.data_len), (None, 0));
}

/// Every place the ring can stand at, with entries that fill it up and wrap round, several at once.
#[test]
fn the_ring_goes_round_from_every_place() {
    for start in (0..SIZE).step_by(8) {
        let (mut ring, mut kernel) = ring_at(start);
        for round in 0_u8..20 {
            let cdbs = [[0x12, 0, 0, 0, round, 0], [0x03, 0, 0, 0, round, 0]];
            let at = cdbs.map(|cdb| kernel.command(&mut ring, &cdb, &[(DATA, 64)]));
            for (cdb, at) in cdbs.iter().zip(at) {
                assert_eq!(next_command(&mut ring).command(), cdb);
                ring.answer(&Completion::good(usize::from(round)), true)
                    .unwrap();
                assert_eq!(Kernel::answer(&ring, at).read_len, round.into());
            }
            assert!(kernel.is_idle(&ring));
        }
    }
}

#[test]
fn a_reset_is_told_and_passed() {
    let (mut ring, mut kernel) = ring_at(SIZE - 40);
    kernel.put(&mut ring, 2, 40, &[5; 32]);
    assert!(matches!(ring.next(), Ok(Some(Waiting::Reset(5)))));
    ring.pass().unwrap();
    assert!(kernel.is_idle(&ring));
}

#[test]
fn what_is_not_known_is_marked_as_such() {
    for op in 3..8 {
        let (mut ring, mut kernel) = ring_at(0);
        let at = kernel.put(&mut ring, op, 64, &[0; 56]);
        let Ok(Some(Waiting::Unknown(found))) = ring.next() else {
            panic!("op {op}");
        };
        assert_eq!(u32::from(found), op);
        ring.refuse_unknown().unwrap();
        assert_eq!(Kernel::answer(&ring, at).uflags, 1);
        assert!(kernel.is_idle(&ring));
    }
}

/// A command that cannot be carried out is refused, and the ring goes on.
#[test]
fn commands_with_nonsense_in_them_are_refused_one_by_one() {
    type Case<'a> = (&'a str, &'a [u8], &'a [(u64, u64)]);
    let end = (WORDS * 8) as u64;
    let cases: [Case<'_>; 7] = [
        ("data in the mailbox", &INQUIRY, &[(0, 36)]),
        ("data in the ring", &INQUIRY, &[(u64::from(START), 8)]),
        ("data past the end", &INQUIRY, &[(end - 8, 9)]),
        ("data of endless length", &INQUIRY, &[(DATA, u64::MAX)]),
        ("data at the end of all", &INQUIRY, &[(u64::MAX, 2)]),
        ("more than there is", &INQUIRY, &[(DATA, end - DATA); 3]),
        ("no fixed length", &[0x7F, 0, 0, 0, 0, 0], &[]),
    ];
    for (name, cdb, pieces) in cases {
        let (mut ring, mut kernel) = ring_at(0);
        kernel.command(&mut ring, cdb, pieces);
        assert!(
            matches!(ring.next(), Ok(Some(Waiting::Malformed(_)))),
            "{name}"
        );
        ring.answer(&Completion::good(0), false).unwrap();
        assert!(kernel.is_idle(&ring), "{name}");
    }
    // Counts and places in the entry itself: pieces, pieces of a second area, CDB.
    for (at, bytes) in [
        (0, &10_u32.to_ne_bytes()[..]),
        (0, &u32::MAX.to_ne_bytes()[..]),
        (4, &1_u32.to_ne_bytes()[..]),
        (16, &end.to_ne_bytes()[..]),
        (16, &(end - 5).to_ne_bytes()[..]),
        (16, &u64::MAX.to_ne_bytes()[..]),
    ] {
        let (mut ring, mut kernel) = ring_at(0);
        kernel.command(&mut ring, &INQUIRY, &[(DATA, 36)]);
        // The last bytes of the memory are a command of six, if one looks for it there.
        let body_at = u64::from(START) + 8 + at;
        ring.memory.copy_in(body_at, bytes).unwrap();
        assert!(
            matches!(ring.next(), Ok(Some(Waiting::Malformed(_)))),
            "{bytes:?} at {at}"
        );
    }
}

#[test]
fn a_ring_that_does_not_hold_together_is_given_up() {
    for (op, len) in [
        (1, 0),
        (1, 104),
        (0, 0),
        (2, 0),
        (3, 0),
        (1, SIZE + 8),
        (0, SIZE - 8),
    ] {
        let (mut ring, _) = ring_at(16);
        Kernel::put_u32(&mut ring, 16, len | op);
        ring.memory.store(12, 0).unwrap();
        assert!(
            matches!(ring.next(), Err(RingError::Entry { .. })),
            "{op} {len}"
        );
    }
    let (mut ring, _) = ring_at(0);
    ring.memory.store(12, SIZE).unwrap();
    let head = SIZE;
    assert_eq!(
        ring.next().err(),
        Some(RingError::Head { head, size: SIZE })
    );
}

#[test]
fn a_mailbox_of_another_kind_is_refused() {
    let end = u32::try_from(WORDS * 8).unwrap();
    let found = 1;
    let error = Ring::new(memory(1, START, SIZE, 0)).err();
    assert_eq!(error, Some(RingError::Version { found }));
    for (start, size, tail) in [
        (START, end, 0),
        (end, 8, 0),
        (u32::MAX, u32::MAX, 0),
        (64, SIZE, 0),
        (START, SIZE, SIZE),
        (START, SIZE, 4),
        (START + 4, SIZE, 0),
        (START, 0, 0),
    ] {
        let refused = Ring::new(memory(2, start, size, tail));
        assert!(
            matches!(refused, Err(RingError::Layout { .. })),
            "{start} {size} {tail}"
        );
    }
    assert!(Ring::new(SharedMemory::plain(1)).is_err());
}

proptest! {
    /// Whatever lies in the memory, nothing panics, nothing outside is touched, and there is an end.
    #[test]
    fn any_bytes_are_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..2048),
        at in 128_u64..2048,
        head in 0_u32..130,
        small in prop::collection::vec(0_u32..130, 0..24),
    ) {
        let mut memory = memory(2, START, SIZE, 0);
        memory.copy_in(at, &bytes).unwrap();
        // Numbers that could be lengths and counts, so that more than the first check is met.
        for (idx, word) in small.iter().enumerate() {
            memory.store(128 + 4 * idx as u64, word * 8 + 1).unwrap();
        }
        memory.store(12, head * 8).unwrap();
        let mut ring = Ring::new(memory).unwrap();
        let mut buffer = vec![0; WORDS * 8];
        for _ in 0..SIZE / 8 + 1 {
            match ring.next() {
                Ok(Some(Waiting::Command(request))) => {
                    let data = &mut buffer[..request.data_len];
                    ring.gather(&request, data).unwrap();
                    let _ = ring.lend(&request, 1);
                    ring.scatter(&request, data).unwrap();
                    ring.answer(&Completion::good(request.data_len), true).unwrap();
                }
                Ok(Some(Waiting::Malformed(_))) => {
                    let refused = Completion { status: Status::BUSY, ..Completion::good(0) };
                    ring.answer(&refused, false).unwrap();
                }
                Ok(Some(Waiting::Reset(_))) => ring.pass().unwrap(),
                Ok(Some(Waiting::Unknown(_))) => ring.refuse_unknown().unwrap(),
                Ok(None) | Err(_) => return Ok(()),
            }
        }
    }
}
