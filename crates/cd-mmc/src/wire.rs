//! What the codecs of answers and parameter lists share.

use crate::DecodeError;

/// Copies as much of `message` as `out` has room for, and tells how much that is.
pub(crate) fn copy_truncated(message: &[u8], out: &mut [u8]) -> usize {
    let mut sink = Sink::new(out);
    sink.put(message);
    sink.written()
}

/// Refuses a message of fewer than `needed` bytes.
pub(crate) fn need(what: &'static str, bytes: &[u8], needed: usize) -> Result<(), DecodeError> {
    if bytes.len() < needed {
        return Err(DecodeError::TooShort {
            what,
            needed,
            got: bytes.len(),
        });
    }
    Ok(())
}

/// The part of `bytes` that belongs to a message whose first two bytes count those that follow; at
/// least `least` bytes, and less than it declares if there are no more.
pub(crate) fn declared_u16<'a>(
    what: &'static str,
    bytes: &'a [u8],
    least: usize,
) -> Result<&'a [u8], DecodeError> {
    need(what, bytes, least.max(2))?;
    let declared = 2 + usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let message = &bytes[..declared.min(bytes.len())];
    need(what, message, least)?;
    Ok(message)
}

/// As [`declared_u16`], and all that is declared must be there.
pub(crate) fn whole_u16<'a>(
    what: &'static str,
    bytes: &'a [u8],
    least: usize,
) -> Result<&'a [u8], DecodeError> {
    let message = declared_u16(what, bytes, least)?;
    need(
        what,
        bytes,
        2 + usize::from(u16::from_be_bytes([bytes[0], bytes[1]])),
    )?;
    Ok(message)
}

/// A count for a 16-bit length field. No answer is as long as its limit; one that were would show it.
pub(crate) fn length_u16(bytes: usize) -> [u8; 2] {
    u16::try_from(bytes).unwrap_or(u16::MAX).to_be_bytes()
}

/// The caller's memory, filled as far as it goes.
pub struct Sink<'o> {
    out: &'o mut [u8],
    written: usize,
}

impl<'o> Sink<'o> {
    pub(crate) const fn new(out: &'o mut [u8]) -> Self {
        Self { out, written: 0 }
    }

    /// Appends `bytes`; what there is no room for is dropped.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let room = &mut self.out[self.written..];
        let len = bytes.len().min(room.len());
        room[..len].copy_from_slice(&bytes[..len]);
        self.written += len;
    }

    pub(crate) const fn written(&self) -> usize {
        self.written
    }
}

/// How one element of a [`crate::List`] goes to bytes and back.
pub trait Codec<'a>: Copy {
    /// The element at the front and what follows it; `None` if it is not there whole.
    fn take(bytes: &'a [u8]) -> Option<(Self, &'a [u8])>;
    /// Bytes the element takes.
    fn n_bytes(&self) -> usize;
    /// Appends the element.
    fn write(&self, sink: &mut Sink<'_>);
}
