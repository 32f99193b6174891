//! The command ring in the memory shared with the kernel: what waits in it, and how it is answered.
//!
//! The memory has three parts: the mailbox, the ring of entries, and the data area. The kernel moves the ring's
//! head, the handler its tail; between the two is what waits. Entries are taken and answered in their order.
//!
//! Whatever stands in the memory, nothing here panics: an entry that cannot be is refused, and where it cannot even be
//! skipped the ring is given up.
//!
//! # Spec
//! Linux `Documentation/target/tcmu-design.rst`, `include/uapi/linux/target_core_user.h`.

use std::mem::offset_of;
use std::ops::Range;

use cd_transport::Completion;

use crate::direction::{Direction, command_len, direction};
use crate::entry::{
    HEADER_BYTES, Op, PIECE_BYTES, Piece, REQUEST_BYTES, RESPONSE_BYTES, RequestFields, op_and_len,
    put_response, put_unknown, reset_type,
};
use crate::memory::{OutOfMemory, SharedMemory};

#[cfg(test)]
pub(crate) mod tests;

/// The one version of the mailbox there is in kernels since 2015.
const MAILBOX_VERSION: u16 = 2;
/// More pieces than the largest request of any kernel has; each is a page or more.
const MAX_PIECES: u32 = 1024;
/// The longest command that is carried.
const MAX_COMMAND: usize = 16;

/// `tcmu_mailbox`.
#[repr(C)]
struct Mailbox {
    version: u16,
    flags: u16,
    cmdr_off: u32,
    cmdr_size: u32,
    cmd_head: u32,
    /// The tail is on a cache line of its own.
    _padding: [u32; 12],
    cmd_tail: u32,
}

const _: () = {
    assert!(offset_of!(Mailbox, flags) == 2);
    assert!(offset_of!(Mailbox, cmdr_off) == 4);
    assert!(offset_of!(Mailbox, cmdr_size) == 8);
    assert!(offset_of!(Mailbox, cmd_head) == 12);
    assert!(offset_of!(Mailbox, cmd_tail) == 64);
};

const HEAD_AT: u64 = offset_of!(Mailbox, cmd_head) as u64;
const TAIL_AT: u64 = offset_of!(Mailbox, cmd_tail) as u64;

/// Why a ring cannot be served, or not any longer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RingError {
    #[error(
        "the kernel's mailbox is of version {found}, this program speaks version {MAILBOX_VERSION}"
    )]
    Version { found: u16 },
    #[error(
        "a ring of {size} bytes at {at} does not fit in the {memory} bytes shared with the kernel"
    )]
    Layout { at: u32, size: u32, memory: usize },
    #[error("the kernel put the ring's head at {head}, the ring has {size} bytes")]
    Head { head: u32, size: u32 },
    #[error("the entry at {at} of the ring says it has {len} bytes, {room} are there")]
    Entry { at: u32, len: u32, room: u32 },
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
}

/// What waits in the ring.
#[derive(Debug)]
pub(crate) enum Waiting {
    Command(Request),
    /// Commands were aborted or the device reset; the kernel's number for which.
    Reset(u8),
    /// A command that cannot be carried out, and why. It is answered like one.
    Malformed(&'static str),
    /// An entry of a kind that this program does not know.
    Unknown(u8),
}

/// A command that waits for its answer.
#[derive(Debug)]
pub(crate) struct Request {
    command: [u8; MAX_COMMAND],
    command_len: usize,
    /// Where its data are, in their order.
    pieces: Vec<Piece>,
    /// Bytes of all pieces together.
    pub(crate) data_len: usize,
}

impl Request {
    /// The CDB.
    pub(crate) fn command(&self) -> &[u8] {
        &self.command[..self.command_len]
    }

    /// Which way the data move; `None` if there are none.
    pub(crate) fn direction(&self) -> Option<Direction> {
        (self.data_len > 0).then(|| direction(self.command()))
    }
}

/// The ring, with the entry that is next.
#[derive(Debug)]
pub(crate) struct Ring {
    memory: SharedMemory,
    /// Where the ring begins in the memory.
    start: u32,
    /// Bytes of the ring.
    size: u32,
    /// The next entry, from the ring's start: what the mailbox's tail says, of which this program is the writer.
    tail: u32,
}

impl Ring {
    /// The ring that the mailbox in `memory` describes; goes on where the last handler ended.
    ///
    /// # Errors
    /// When the mailbox is of another version, or does not fit its memory.
    pub(crate) fn new(memory: SharedMemory) -> Result<Self, RingError> {
        let mut version = [0; 2];
        memory.copy_out(0, &mut version)?;
        let found = u16::from_ne_bytes(version);
        if found != MAILBOX_VERSION {
            return Err(RingError::Version { found });
        }
        let start = memory.load(offset_of!(Mailbox, cmdr_off) as u64)?;
        let size = memory.load(offset_of!(Mailbox, cmdr_size) as u64)?;
        let tail = memory.load(TAIL_AT)?;
        let fits = u64::from(start) + u64::from(size) <= memory.len() as u64;
        let is_whole = start.is_multiple_of(8) && size.is_multiple_of(8) && tail.is_multiple_of(8);
        if !fits || !is_whole || u64::from(start) < TAIL_AT + 4 || tail >= size {
            let memory = memory.len();
            return Err(RingError::Layout {
                at: start,
                size,
                memory,
            });
        }
        Ok(Self {
            memory,
            start,
            size,
            tail,
        })
    }

    /// The next entry, or `None` if all are answered. It stays the next one until it is answered or passed.
    ///
    /// # Errors
    /// When the ring does not hold together.
    pub(crate) fn next(&mut self) -> Result<Option<Waiting>, RingError> {
        loop {
            let head = self.memory.load(HEAD_AT)?;
            if head >= self.size {
                return Err(RingError::Head {
                    head,
                    size: self.size,
                });
            }
            if head == self.tail {
                return Ok(None);
            }
            let (op, len) = self.entry()?;
            let waiting = match op {
                Op::Pad => {
                    self.pass()?;
                    continue;
                }
                Op::Command => self.command(len)?,
                Op::Reset => {
                    let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
                    self.memory.copy_out(self.entry_at(), &mut bytes)?;
                    match reset_type(&bytes) {
                        Some(kind) => Waiting::Reset(kind),
                        None => Waiting::Unknown(2),
                    }
                }
                Op::Unknown(op) => Waiting::Unknown(op),
            };
            return Ok(Some(waiting));
        }
    }

    /// Answers the command that is next. `is_read` as in [`put_response`].
    ///
    /// # Errors
    /// When the ring does not hold together.
    pub(crate) fn answer(
        &mut self,
        completion: &Completion,
        is_read: bool,
    ) -> Result<(), RingError> {
        let mut entry = [0; RESPONSE_BYTES];
        self.memory.copy_out(self.entry_at(), &mut entry)?;
        put_response(&mut entry, completion, is_read);
        self.memory.copy_in(self.entry_at(), &entry)?;
        self.pass()
    }

    /// Marks the next entry as unknown, and goes on to the one after it.
    ///
    /// # Errors
    /// When the ring does not hold together.
    pub(crate) fn refuse_unknown(&mut self) -> Result<(), RingError> {
        let mut header = [0; HEADER_BYTES];
        self.memory.copy_out(self.entry_at(), &mut header)?;
        put_unknown(&mut header);
        self.memory.copy_in(self.entry_at(), &header)?;
        self.pass()
    }

    /// Goes on to the entry after the next one: the kernel takes it for done.
    ///
    /// # Errors
    /// When the ring does not hold together.
    pub(crate) fn pass(&mut self) -> Result<(), RingError> {
        let (_, len) = self.entry()?;
        let next = self.tail + len;
        self.tail = if next == self.size { 0 } else { next };
        Ok(self.memory.store(TAIL_AT, self.tail)?)
    }

    /// The data of `request` as they lie, if they are of one piece that starts at a multiple of `alignment`.
    pub(crate) fn lend(&mut self, request: &Request, alignment: usize) -> Option<&mut [u8]> {
        let [piece] = request.pieces[..] else {
            return None;
        };
        let data = self.memory.lend(piece.at, request.data_len).ok()?;
        data.as_ptr()
            .addr()
            .is_multiple_of(alignment)
            .then_some(data)
    }

    /// Copies the data of `request` into `out`, which has the length of all of them.
    ///
    /// # Errors
    /// When the memory does not hold them: never, for a request of [`Ring::next`].
    pub(crate) fn gather(&self, request: &Request, out: &mut [u8]) -> Result<(), RingError> {
        each_piece(request, |piece, range| {
            self.memory.copy_out(piece, &mut out[range])
        })
    }

    /// Copies `data`, which has the length of all of them, to where the data of `request` lie.
    ///
    /// # Errors
    /// As [`Ring::gather`].
    pub(crate) fn scatter(&mut self, request: &Request, data: &[u8]) -> Result<(), RingError> {
        each_piece(request, |piece, range| {
            self.memory.copy_in(piece, &data[range])
        })
    }

    /// Where the next entry is in the memory.
    fn entry_at(&self) -> u64 {
        u64::from(self.start) + u64::from(self.tail)
    }

    /// What the next entry is, and its length, which lies within the ring.
    fn entry(&self) -> Result<(Op, u32), RingError> {
        let mut header = [0; HEADER_BYTES];
        self.memory.copy_out(self.entry_at(), &mut header)?;
        let (op, len) = op_and_len(&header);
        let least = match op {
            Op::Command => RESPONSE_BYTES,
            _ => HEADER_BYTES,
        };
        let room = self.size - self.tail;
        if len > room || usize::try_from(len).is_ok_and(|len| len < least) {
            return Err(RingError::Entry {
                at: self.tail,
                len,
                room,
            });
        }
        Ok((op, len))
    }

    /// The command in the next entry, of `len` bytes.
    fn command(&self, len: u32) -> Result<Waiting, RingError> {
        let mut bytes = [0; REQUEST_BYTES];
        self.memory.copy_out(self.entry_at(), &mut bytes)?;
        let fields = RequestFields::decode(&bytes);
        let pieces_end = REQUEST_BYTES as u64 + u64::from(fields.n_pieces) * PIECE_BYTES as u64;
        if fields.n_pieces > MAX_PIECES || pieces_end > u64::from(len) {
            return Ok(Waiting::Malformed(
                "its list of data is longer than its entry",
            ));
        }
        if fields.n_second_pieces > 0 {
            return Ok(Waiting::Malformed("it moves data both ways"));
        }
        let mut command = [0; MAX_COMMAND];
        let mut opcode = [0];
        if self
            .memory
            .copy_out(fields.command_at, &mut opcode)
            .is_err()
        {
            return Ok(Waiting::Malformed("its CDB is outside the shared memory"));
        }
        let Some(command_len) = command_len(opcode[0]) else {
            return Ok(Waiting::Malformed("its operation code has no fixed length"));
        };
        let cdb = &mut command[..command_len];
        if self.memory.copy_out(fields.command_at, cdb).is_err() {
            return Ok(Waiting::Malformed("its CDB is outside the shared memory"));
        }
        let Some((pieces, data_len)) = self.pieces(fields.n_pieces)? else {
            return Ok(Waiting::Malformed("its data are outside the data area"));
        };
        Ok(Waiting::Command(Request {
            command,
            command_len,
            pieces,
            data_len,
        }))
    }

    /// The pieces of the next entry and their length together; `None` if one is not in the data area.
    fn pieces(&self, n_pieces: u32) -> Result<Option<(Vec<Piece>, usize)>, RingError> {
        let data_area = u64::from(self.start) + u64::from(self.size)..self.memory.len() as u64;
        let mut pieces = Vec::with_capacity(usize::try_from(n_pieces).unwrap_or(0));
        let mut data_len = 0_u64;
        for piece_idx in 0..u64::from(n_pieces) {
            let at = self.entry_at() + REQUEST_BYTES as u64 + piece_idx * PIECE_BYTES as u64;
            let mut bytes = [0; PIECE_BYTES];
            self.memory.copy_out(at, &mut bytes)?;
            let piece = Piece::decode(&bytes);
            let end = piece.at.checked_add(piece.len);
            if piece.at < data_area.start || end.is_none_or(|end| end > data_area.end) {
                return Ok(None);
            }
            // Pieces may lie over each other: what they say they are together may be more than there is.
            data_len = data_len.saturating_add(piece.len);
            if data_len > data_area.end {
                return Ok(None);
            }
            pieces.push(piece);
        }
        Ok(usize::try_from(data_len).ok().map(|len| (pieces, len)))
    }
}

/// Calls `copy` with where each piece is in the memory, and which of the request's bytes are in it.
fn each_piece(
    request: &Request,
    mut copy: impl FnMut(u64, Range<usize>) -> Result<(), OutOfMemory>,
) -> Result<(), RingError> {
    let mut start = 0;
    for piece in &request.pieces {
        let end = start + usize::try_from(piece.len).unwrap_or(0);
        copy(piece.at, start..end)?;
        start = end;
    }
    Ok(())
}
