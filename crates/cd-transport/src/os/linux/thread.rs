//! What a thread asks of the kernel for itself: no signals, and its turn before others.
//!
//! # Spec
//! POSIX `pthread_sigmask`, `pthread_setschedparam`; Linux `sched(7)`.

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

/// A thread's turn before all that have no claim of that sort, until dropped; see
/// [`os::RealTime`](crate::os::RealTime).
#[derive(Debug)]
pub(in crate::os) struct RealTime {
    /// What to go back to; `None` if nothing was changed.
    previous: Option<Scheduling>,
    /// A claim is a thread's own: this must not leave it.
    _not_send: PhantomData<*const ()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scheduling {
    policy: libc::c_int,
    priority: libc::c_int,
}

impl RealTime {
    pub(in crate::os) fn new() -> Self {
        // The least of its kind: it is before everything ordinary, and behind what was given a claim on purpose.
        let wish = Scheduling {
            policy: libc::SCHED_RR,
            priority: 1,
        };
        let ordinary = Scheduling::of_this_thread().filter(|now| now.policy == libc::SCHED_OTHER);
        Self {
            previous: ordinary.filter(|_| wish.set()),
            _not_send: PhantomData,
        }
    }
}

impl Drop for RealTime {
    fn drop(&mut self) {
        if let Some(previous) = self.previous {
            // To give up a claim is everybody's right.
            previous.set();
        }
    }
}

impl Scheduling {
    fn of_this_thread() -> Option<Self> {
        let mut policy = 0;
        let mut param = MaybeUninit::<libc::sched_param>::uninit();
        // SAFETY: both pointers are to memory of the types that the call writes, which live through it; `param` is read
        // only if it succeeded, which initialises it.
        unsafe {
            let done = libc::pthread_getschedparam(
                libc::pthread_self(),
                &raw mut policy,
                param.as_mut_ptr(),
            );
            (done == 0).then(|| Self {
                policy,
                priority: param.assume_init().sched_priority,
            })
        }
    }

    /// Whether the kernel takes it for this thread: of an ordinary user it takes no claim.
    fn set(self) -> bool {
        // SAFETY: a struct of numbers, for which zeros are a value (on some systems it has fields beside the priority).
        let mut param: libc::sched_param = unsafe { MaybeUninit::zeroed().assume_init() };
        param.sched_priority = self.priority;
        // SAFETY: the call reads `param`, which lives through it, and changes this thread's scheduling alone.
        unsafe {
            libc::pthread_setschedparam(libc::pthread_self(), self.policy, &raw const param) == 0
        }
    }
}
