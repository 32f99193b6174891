//! One entry of the command ring, as bytes.
//!
//! The layouts are the kernel's own for processors of 64 bits, padding included. All numbers are the processor's.
//!
//! # Spec
//! Linux `include/uapi/linux/target_core_user.h`: `tcmu_cmd_entry`, `tcmu_tmr_entry`.

use std::mem::{offset_of, size_of};

use cd_transport::{Completion, SenseBytes};

/// What every entry begins with.
#[repr(C)]
struct Header {
    /// Bytes of the entry, a multiple of 8, and in its low three bits what it is.
    len_op: u32,
    cmd_id: u16,
    /// The kernel's flags; none exist.
    kflags: u8,
    /// The handler's flags, of [`Flag`].
    uflags: u8,
}

/// A command, as the kernel hands it over.
#[repr(C)]
struct Request {
    header: Header,
    iov_cnt: u32,
    iov_bidi_cnt: u32,
    iov_dif_cnt: u32,
    _padding: u32,
    cdb_off: u64,
    _reserved: [u64; 2],
    // As many `Piece`s as the counts say.
}

/// The same entry, as the handler hands it back.
#[repr(C)]
struct Response {
    header: Header,
    scsi_status: u8,
    _padding: [u8; 3],
    read_len: u32,
    sense_buffer: [u8; SenseBytes::MAX],
}

/// Bytes of the data area: offset in the shared memory, and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Piece {
    pub(crate) at: u64,
    pub(crate) len: u64,
}

const _: () = {
    assert!(size_of::<Header>() == 8);
    assert!(offset_of!(Header, cmd_id) == 4);
    assert!(offset_of!(Header, kflags) == 6);
    assert!(offset_of!(Header, uflags) == 7);
    assert!(offset_of!(Request, iov_cnt) == 8);
    assert!(offset_of!(Request, iov_bidi_cnt) == 12);
    assert!(offset_of!(Request, iov_dif_cnt) == 16);
    assert!(offset_of!(Request, cdb_off) == 24);
    assert!(size_of::<Request>() == 48);
    assert!(offset_of!(Response, scsi_status) == 8);
    assert!(offset_of!(Response, read_len) == 12);
    assert!(offset_of!(Response, sense_buffer) == 16);
    assert!(size_of::<Response>() == 112);
    assert!(size_of::<Piece>() == 16);
};

/// Bytes that every entry has at least: its header.
pub(crate) const HEADER_BYTES: usize = size_of::<Header>();
/// Bytes before the pieces of a command.
pub(crate) const REQUEST_BYTES: usize = size_of::<Request>();
/// Bytes of an answer. The kernel makes no entry of a command shorter.
pub(crate) const RESPONSE_BYTES: usize = size_of::<Response>();
/// Bytes of a [`Piece`].
pub(crate) const PIECE_BYTES: usize = size_of::<Piece>();
/// Bytes of a notice of a reset before its list of commands.
const RESET_BYTES: usize = 32;
/// Where a notice of a reset says what is reset.
const RESET_TYPE_AT: usize = 8;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Nothing: it fills the ring up to its end.
    Pad,
    /// A command.
    Command,
    /// Notice of commands aborted, or of a reset (`TMR`).
    Reset,
    /// Something this program is too old for.
    Unknown(u8),
}

/// The flags a handler can set.
pub(crate) struct Flag;

impl Flag {
    /// The handler does not know this kind of entry.
    pub(crate) const UNKNOWN_OP: u8 = 0x01;
    /// `read_len` says how much was read.
    pub(crate) const READ_LEN: u8 = 0x02;
}

/// What an entry is, and its length in bytes, by its first eight bytes.
pub(crate) fn op_and_len(header: &[u8; HEADER_BYTES]) -> (Op, u32) {
    let len_op = u32_at(header, offset_of!(Header, len_op));
    let op = match len_op & 7 {
        0 => Op::Pad,
        1 => Op::Command,
        2 => Op::Reset,
        other => Op::Unknown(other.to_le_bytes()[0]),
    };
    (op, len_op & !7)
}

/// A command, as far as its entry says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestFields {
    /// Pieces of the one data area.
    pub(crate) n_pieces: u32,
    /// Pieces of a second data area, for commands that move data both ways.
    pub(crate) n_second_pieces: u32,
    /// Where the CDB is in the shared memory.
    pub(crate) command_at: u64,
}

impl RequestFields {
    pub(crate) fn decode(bytes: &[u8; REQUEST_BYTES]) -> Self {
        Self {
            n_pieces: u32_at(bytes, offset_of!(Request, iov_cnt)),
            n_second_pieces: u32_at(bytes, offset_of!(Request, iov_bidi_cnt)),
            command_at: u64_at(bytes, offset_of!(Request, cdb_off)),
        }
    }
}

impl Piece {
    pub(crate) fn decode(bytes: &[u8; PIECE_BYTES]) -> Self {
        Self {
            at: u64_at(bytes, offset_of!(Self, at)),
            len: u64_at(bytes, offset_of!(Self, len)),
        }
    }
}

/// What is reset, by the bytes of the entry: the kernel's `TCMU_TMR_...`.
pub(crate) fn reset_type(entry: &[u8]) -> Option<u8> {
    (entry.len() >= RESET_BYTES).then(|| entry[RESET_TYPE_AT])
}

/// Writes `completion` over the request in the bytes of its entry. `read` says that data were to come from the device:
/// then, and only then, the kernel is told how many came.
pub(crate) fn put_response(
    entry: &mut [u8; RESPONSE_BYTES],
    completion: &Completion,
    is_read: bool,
) {
    let flags_at = offset_of!(Response, header) + offset_of!(Header, uflags);
    let sense_at = offset_of!(Response, sense_buffer);
    entry[HEADER_BYTES..].fill(0);
    entry[offset_of!(Response, scsi_status)] = completion.status.0;
    if is_read {
        entry[flags_at] |= Flag::READ_LEN;
        let read_len = u32::try_from(completion.transferred).unwrap_or(u32::MAX);
        let at = offset_of!(Response, read_len);
        entry[at..at + 4].copy_from_slice(&read_len.to_ne_bytes());
    }
    let sense = completion.sense.as_slice();
    entry[sense_at..sense_at + sense.len()].copy_from_slice(sense);
}

/// Marks the entry as one that this program does not know.
pub(crate) fn put_unknown(header: &mut [u8; HEADER_BYTES]) {
    header[offset_of!(Header, uflags)] |= Flag::UNKNOWN_OP;
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(word)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_ne_bytes(word)
}
