//! What the encoders of answers share.

/// Copies as much of `message` as `out` has room for, and tells how much that is.
pub(crate) fn copy_truncated(message: &[u8], out: &mut [u8]) -> usize {
    let len = message.len().min(out.len());
    out[..len].copy_from_slice(&message[..len]);
    len
}
