//! Memory that the kernel and this process share: the one file of this crate with unsafe code.
//!
//! Everything here is a safe function that checks its range first; what the bytes mean is decided in the
//! modules above.
//!
//! What cannot be promised: that nobody else writes to this memory. The kernel's side of the ring keeps to
//! the protocol (an entry and its data are the handler's until it answers), and lets one process at a time open the
//! device; a program that digs in this process's memory breaks any promise of Rust's anyway.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(test)]
mod tests;

/// A stretch of memory that begins on a page, or on eight bytes in tests, shared with another party.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    base: NonNull<u8>,
    len: usize,
    owner: Owner,
}

/// Who frees the memory.
#[derive(Debug)]
enum Owner {
    /// `munmap`.
    Map,
    /// The vector, which nobody touches but through `base`.
    #[cfg(test)]
    Vector { _words: Vec<u64> },
}

/// A range that is not within the memory, or not aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{len} bytes at {at} are not within the {memory} bytes shared with the kernel")]
pub(crate) struct OutOfMemory {
    pub(crate) at: u64,
    pub(crate) len: u64,
    pub(crate) memory: u64,
}

// SAFETY: the memory belongs to no thread, and the methods that write take `&mut self`.
unsafe impl Send for SharedMemory {}

impl SharedMemory {
    /// Maps the first `len` bytes of `device`.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn map(device: &std::fs::File, len: usize) -> rustix::io::Result<Self> {
        use rustix::mm::{MapFlags, ProtFlags, mmap};
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel chooses a place where nothing is mapped, so no memory of this process changes. What
        // becomes of the device does not take pages away from under the map.
        let base = unsafe { mmap(ptr::null_mut(), len, access, MapFlags::SHARED, device, 0) }?;
        let base = NonNull::new(base.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        Ok(Self {
            base,
            len,
            owner: Owner::Map,
        })
    }

    /// Plain memory of `n_words` times eight zero bytes, which stands for the kernel's.
    #[cfg(test)]
    pub(crate) fn plain(n_words: usize) -> Self {
        let mut words = vec![0_u64; n_words];
        Self {
            base: NonNull::from(words.as_mut_slice()).cast(),
            len: n_words * 8,
            owner: Owner::Vector { _words: words },
        }
    }

    /// Bytes in all.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The byte at `at`, with `len` more behind it all within.
    fn place(&self, at: u64, len: u64) -> Result<NonNull<u8>, OutOfMemory> {
        let memory = self.len as u64;
        let is_within = at.checked_add(len).is_some_and(|end| end <= memory);
        let offset = usize::try_from(at).ok().filter(|_| is_within);
        let offset = offset.ok_or(OutOfMemory { at, len, memory })?;
        // SAFETY: `offset` is at most `self.len`, so this stays within the memory or one past its end.
        Ok(unsafe { self.base.add(offset) })
    }

    /// Copies the bytes from `at` on into `out`.
    ///
    /// # Errors
    /// When they are not all within the memory.
    pub(crate) fn copy_out(&self, at: u64, out: &mut [u8]) -> Result<(), OutOfMemory> {
        let from = self.place(at, out.len() as u64)?;
        // SAFETY: both sides are `out.len()` bytes; `out` is this process's own and cannot overlap the shared memory,
        // of which no reference is alive (`lend` borrows `self` mutably).
        unsafe { ptr::copy_nonoverlapping(from.as_ptr(), out.as_mut_ptr(), out.len()) };
        Ok(())
    }

    /// Copies `bytes` to `at`.
    ///
    /// # Errors
    /// When they do not fit within the memory.
    pub(crate) fn copy_in(&mut self, at: u64, bytes: &[u8]) -> Result<(), OutOfMemory> {
        let to = self.place(at, bytes.len() as u64)?;
        // SAFETY: as in `copy_out`, the other way; `&mut self` makes this the only access of this process.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// The 32-bit word at `at`, as of a moment after which everything is seen that its writer wrote before it.
    ///
    /// # Errors
    /// When it is not within the memory or `at` is not a multiple of 4.
    pub(crate) fn load(&self, at: u64) -> Result<u32, OutOfMemory> {
        Ok(self.word(at)?.load(Ordering::Acquire))
    }

    /// Writes the 32-bit word at `at`; who reads it sees everything written before.
    ///
    /// # Errors
    /// When it is not within the memory or `at` is not a multiple of 4.
    pub(crate) fn store(&mut self, at: u64, value: u32) -> Result<(), OutOfMemory> {
        self.word(at)?.store(value, Ordering::Release);
        Ok(())
    }

    fn word(&self, at: u64) -> Result<&AtomicU32, OutOfMemory> {
        let place = self.place(at, 4)?.cast::<u32>();
        if !place.is_aligned() {
            let memory = self.len as u64;
            return Err(OutOfMemory { at, len: 4, memory });
        }
        // SAFETY: four bytes within the memory, aligned, which lives as long as `self`; the other party, too, reads
        // and writes them whole.
        Ok(unsafe { AtomicU32::from_ptr(place.as_ptr()) })
    }

    /// Lends `len` bytes at `at` as they lie. They must be the handler's: data of a command not yet answered.
    ///
    /// # Errors
    /// When they are not within the memory.
    pub(crate) fn lend(&mut self, at: u64, len: usize) -> Result<&mut [u8], OutOfMemory> {
        let place = self.place(at, len as u64)?;
        // SAFETY: `len` bytes within the memory, initialised by whoever made it, borrowed from `self` so that nothing
        // else of this process reaches them meanwhile. The kernel leaves them alone until the command is answered.
        Ok(unsafe { std::slice::from_raw_parts_mut(place.as_ptr(), len) })
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        match self.owner {
            // SAFETY: mapped by `map` with this length, and nothing borrowed from it is left. A failure would leave
            // the map in place, which harms nobody.
            Owner::Map => unsafe {
                let _ = rustix::mm::munmap(self.base.as_ptr().cast(), self.len);
            },
            #[cfg(test)]
            Owner::Vector { .. } => {}
        }
    }
}
