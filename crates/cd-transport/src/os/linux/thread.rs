//! What a thread asks of the kernel for itself.
//!
//! # Spec
//! POSIX `pthread_sigmask`.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

#[cfg(test)]
mod tests;

thread_local! {
    /// Whether this thread's signals are held back already.
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// Signals of this thread, held back until dropped; see [`os::SignalsHeld`](crate::os::SignalsHeld).
#[derive(Debug)]
pub(in crate::os) struct SignalsHeld {
    /// What to go back to; `None` if somebody else on this thread does it, or nothing was held.
    previous: Option<MaybeUninit<libc::sigset_t>>,
    /// A mask is a thread's own: this must not leave it.
    _not_send: PhantomData<*const ()>,
}

impl SignalsHeld {
    pub(in crate::os) fn new() -> Self {
        let previous = if HELD.get() { None } else { hold_all() };
        HELD.set(HELD.get() || previous.is_some());
        Self {
            previous,
            _not_send: PhantomData,
        }
    }
}

/// Holds all signals back from this thread; returns which were before. `None` if the system does not do it.
fn hold_all() -> Option<MaybeUninit<libc::sigset_t>> {
    let mut all = MaybeUninit::uninit();
    let mut previous = MaybeUninit::uninit();
    // SAFETY: sigfillset initialises the set it is given; pthread_sigmask reads that set and
    // initialises `previous`. Both live through the calls.
    let held = unsafe {
        libc::sigfillset(all.as_mut_ptr()) == 0
            && libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), previous.as_mut_ptr()) == 0
    };
    held.then_some(previous)
}

impl Drop for SignalsHeld {
    fn drop(&mut self) {
        if let Some(previous) = self.previous.take() {
            HELD.set(false);
            // SAFETY: `previous` was initialised by the call that held them, on this same thread,
            // which the type cannot leave.
            unsafe {
                libc::pthread_sigmask(libc::SIG_SETMASK, previous.as_ptr(), ptr::null_mut());
            }
        }
    }
}
