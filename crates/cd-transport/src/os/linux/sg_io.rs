//! The calls into the kernel that have to do with a device.
//!
//! Everything here is a safe function over borrowed memory; what an answer means is decided
//! elsewhere.
//!
//! # Spec
//! Linux `include/scsi/sg.h` (interface version 3), `include/uapi/linux/fs.h`.

use std::ffi::{c_int, c_uint, c_ushort, c_void};
use std::mem::{offset_of, size_of};
use std::os::fd::BorrowedFd;
use std::ptr;
use std::time::Duration;

use rustix::io::Errno;
use rustix::ioctl::{self, Getter, Opcode, Setter, Updater};

use super::NodeKind;
use super::interpret::Outcome;
use super::thread::SignalsHeld;
use crate::{Data, SenseBytes};

#[cfg(test)]
mod tests;

const SG_IO: Opcode = 0x2285;
const SG_GET_VERSION_NUM: Opcode = 0x2282;
const SG_GET_RESERVED_SIZE: Opcode = 0x2272;
const SG_SET_RESERVED_SIZE: Opcode = 0x2275;
const BLKSECTGET: Opcode = ioctl::opcode::none(0x12, 103);

const SG_DXFER_NONE: c_int = -1;
const SG_DXFER_TO_DEV: c_int = -2;
const SG_DXFER_FROM_DEV: c_int = -3;

/// Room for sense data.
const SENSE_LEN: u8 = 96;
const _: () = assert!(SENSE_LEN as usize == SenseBytes::MAX);

/// `sg_io_hdr_t`.
#[repr(C)]
struct SgIoHdr {
    interface_id: c_int,
    dxfer_direction: c_int,
    cmd_len: u8,
    mx_sb_len: u8,
    iovec_count: c_ushort,
    dxfer_len: c_uint,
    dxferp: *mut c_void,
    cmdp: *mut u8,
    sbp: *mut u8,
    timeout: c_uint,
    flags: c_uint,
    pack_id: c_int,
    usr_ptr: *mut c_void,
    status: u8,
    masked_status: u8,
    msg_status: u8,
    sb_len_wr: u8,
    host_status: c_ushort,
    driver_status: c_ushort,
    resid: c_int,
    duration: c_uint,
    info: c_uint,
}

/// Where the kernel's fields lie, for both pointer widths.
const _: () = {
    let wide = size_of::<usize>() == 8;
    assert!(size_of::<SgIoHdr>() == if wide { 88 } else { 64 });
    assert!(offset_of!(SgIoHdr, cmd_len) == 8);
    assert!(offset_of!(SgIoHdr, mx_sb_len) == 9);
    assert!(offset_of!(SgIoHdr, dxfer_len) == 12);
    assert!(offset_of!(SgIoHdr, dxferp) == 16);
    assert!(offset_of!(SgIoHdr, cmdp) == if wide { 24 } else { 20 });
    assert!(offset_of!(SgIoHdr, sbp) == if wide { 32 } else { 24 });
    assert!(offset_of!(SgIoHdr, timeout) == if wide { 40 } else { 28 });
    assert!(offset_of!(SgIoHdr, status) == if wide { 64 } else { 44 });
    assert!(offset_of!(SgIoHdr, sb_len_wr) == if wide { 67 } else { 47 });
    assert!(offset_of!(SgIoHdr, host_status) == if wide { 68 } else { 48 });
    assert!(offset_of!(SgIoHdr, driver_status) == if wide { 70 } else { 50 });
    assert!(offset_of!(SgIoHdr, resid) == if wide { 72 } else { 52 });
    assert!(offset_of!(SgIoHdr, info) == if wide { 80 } else { 60 });
};

/// The kernel's milliseconds for `timeout`, rounded up.
///
/// At least 1, since 0 asks for the kernel's own default; at most 24.8 days, since the kernel takes
/// what is more for a negative number.
pub(super) fn timeout_ms(timeout: Duration) -> u32 {
    const MAX: u32 = i32::MAX.cast_unsigned();
    let rounded_up = timeout.as_nanos().div_ceil(1_000_000);
    u32::try_from(rounded_up).map_or(MAX, |ms| ms.clamp(1, MAX))
}

/// Sends one command and waits for its end.
///
/// No signal reaches this thread meanwhile. On an sg node the kernel waits interruptibly, and a
/// handler that restarts calls (or Ctrl-Z and `fg`) would have it send the command a second time: a
/// WRITE that follows itself ruins the disc. Signals that came are delivered afterwards.
///
/// # Errors
/// What the kernel answered instead of an outcome. `INTR` (nothing but SIGKILL and SIGSTOP can
/// cause it) does not tell whether the command was sent.
pub(super) fn sg_io(
    fd: BorrowedFd<'_>,
    command: &[u8],
    data: Data<'_>,
    timeout: Duration,
) -> Result<Outcome, Errno> {
    let length = data.len();
    let (direction, pointer) = match data {
        _ if length == 0 => (SG_DXFER_NONE, ptr::null_mut()),
        Data::None => (SG_DXFER_NONE, ptr::null_mut()),
        Data::In(bytes) => (SG_DXFER_FROM_DEV, bytes.as_mut_ptr()),
        Data::Out(bytes) => (SG_DXFER_TO_DEV, bytes.as_ptr().cast_mut()),
    };
    let mut sense = [0_u8; SenseBytes::MAX];
    let mut header = SgIoHdr {
        interface_id: c_int::from(b'S'),
        dxfer_direction: direction,
        cmd_len: u8::try_from(command.len()).map_err(|_| Errno::INVAL)?,
        mx_sb_len: SENSE_LEN,
        iovec_count: 0,
        dxfer_len: c_uint::try_from(length).map_err(|_| Errno::INVAL)?,
        dxferp: pointer.cast(),
        cmdp: command.as_ptr().cast_mut(),
        sbp: sense.as_mut_ptr(),
        timeout: timeout_ms(timeout),
        flags: 0,
        pack_id: 0,
        usr_ptr: ptr::null_mut(),
        status: 0,
        masked_status: 0,
        msg_status: 0,
        sb_len_wr: 0,
        host_status: 0,
        driver_status: 0,
        resid: 0,
        duration: 0,
        info: 0,
    };
    let held = SignalsHeld::new();
    // SAFETY: SG_IO takes a pointer to this header, whose layout is asserted above, and reads and
    // writes it. It reads `cmd_len` bytes at `cmdp`, writes at most `mx_sb_len` at `sbp`, and reads
    // or writes `dxfer_len` at `dxferp` as the direction says: each is memory of that length,
    // borrowed for this call and writable where it is written. The kernel maps that memory only
    // until the call returns.
    let result = unsafe { ioctl::ioctl(fd, Updater::<SG_IO, SgIoHdr>::new(&mut header)) };
    drop(held);
    result?;
    let n_sense = usize::from(header.sb_len_wr).min(sense.len());
    Ok(Outcome {
        status: header.status,
        host_status: header.host_status,
        driver_status: header.driver_status,
        resid: header.resid,
        length,
        sense: SenseBytes::new(&sense[..n_sense]),
    })
}

/// Version of the sg interface behind the node, 30000 for 3.0.0.
pub(super) fn version(fd: BorrowedFd<'_>) -> Result<c_int, Errno> {
    // SAFETY: SG_GET_VERSION_NUM writes one int, the type given.
    unsafe { ioctl::ioctl(fd, Getter::<SG_GET_VERSION_NUM, c_int>::new()) }
}

/// Bytes the sg node keeps ready for transfers.
pub(super) fn reserved_size(fd: BorrowedFd<'_>) -> Result<c_int, Errno> {
    // SAFETY: SG_GET_RESERVED_SIZE writes one int, the type given.
    unsafe { ioctl::ioctl(fd, Getter::<SG_GET_RESERVED_SIZE, c_int>::new()) }
}

/// Asks the sg node to keep that many bytes ready; it may keep fewer.
pub(super) fn set_reserved_size(fd: BorrowedFd<'_>, size: c_int) -> Result<(), Errno> {
    // SAFETY: SG_SET_RESERVED_SIZE reads one int, the type given.
    unsafe { ioctl::ioctl(fd, Setter::<SG_SET_RESERVED_SIZE, c_int>::new(size)) }
}

/// Most bytes in one request, as the queue of this node says.
///
/// The kernel answers the same question in two ways: a block node with a short count of 512-byte
/// units, an sg node with an int of bytes.
pub(super) fn max_request(fd: BorrowedFd<'_>, node: NodeKind) -> Result<usize, Errno> {
    let mut answer: c_int = 0;
    // SAFETY: BLKSECTGET writes an unsigned short or an int: either fits the int given.
    unsafe { ioctl::ioctl(fd, Updater::<BLKSECTGET, c_int>::new(&mut answer)) }?;
    Ok(match node {
        NodeKind::Block => {
            let [first, second, ..] = answer.to_ne_bytes();
            usize::from(c_ushort::from_ne_bytes([first, second])) * 512
        }
        NodeKind::Sg => usize::try_from(answer).unwrap_or(0),
    })
}
