//! What an operation code says about its command: how long it is, and which way its data move.
//!
//! The ring carries neither, so both come from here. Read first: SAM-5 clause 5.2 (the groups of operation codes),
//! SPC-4 annex E.3 (all operation codes), MMC-6 clause 6 (those of CD and DVD drives).

#[cfg(test)]
mod tests;

/// Which way the data of a command move, if it has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the device to the host.
    In,
    /// From the host to the device.
    Out,
}

/// Bytes of the command with this operation code; `None` if it has no fixed length.
///
/// The target core keeps 10 bytes of vendors' commands (C0h..=FFh), however many were sent.
pub(crate) const fn command_len(opcode: u8) -> Option<usize> {
    match opcode {
        0x00..=0x1F => Some(6),
        0x20..=0x5F => Some(10),
        0x60..=0x7F => None,
        0x80..=0x9F => Some(16),
        0xA0..=0xBF => Some(12),
        0xC0..=0xFF => Some(10),
    }
}

/// Which way the data of `command` move.
///
/// An operation code that is not known counts as one that answers: that a device does not get what it does not know is
/// no loss.
pub(crate) fn direction(command: &[u8]) -> Direction {
    let [opcode, second, ..] = *command else {
        return Direction::In;
    };
    match opcode {
        // SEND KEY of disc drives is MAINTENANCE IN elsewhere, which has a service action there.
        0xA3 if second & 0x1F != 0 => Direction::In,
        // FORMAT UNIT, REASSIGN BLOCKS, WRITE (6), WRITE FILEMARKS (6), MODE SELECT (6), COPY, SEND DIAGNOSTIC
        0x04 | 0x07 | 0x0A | 0x10 | 0x15 | 0x18 | 0x1D
        // WRITE (10), WRITE AND VERIFY (10), VERIFY (10), WRITE BUFFER, UPDATE BLOCK, WRITE LONG (10)
        | 0x2A | 0x2E | 0x2F | 0x3B | 0x3D | 0x3F
        // CHANGE DEFINITION, WRITE SAME (10), UNMAP, LOG SELECT
        | 0x40 | 0x41 | 0x4C
        // SEND OPC INFORMATION, MODE SELECT (10), SEND CUE SHEET, PERSISTENT RESERVE OUT
        | 0x54 | 0x55 | 0x5D | 0x5F
        // EXTENDED COPY, WRITE (16), WRITE AND VERIFY (16), VERIFY (16), WRITE SAME (16)
        | 0x83 | 0x8A | 0x8E | 0x8F | 0x93
        // SEND KEY, WRITE (12), WRITE AND VERIFY (12), VERIFY (12)
        | 0xA3 | 0xAA | 0xAE | 0xAF
        // SECURITY PROTOCOL OUT, SET STREAMING, SEND DISC STRUCTURE
        | 0xB5 | 0xB6 | 0xBF => Direction::Out,
        _ => Direction::In,
    }
}
