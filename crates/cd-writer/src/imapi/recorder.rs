//! A recorder that several objects share, and which of them holds it for itself.

use std::fmt;
use std::sync::Arc;

use cd_mmc::{PreventAllowMediumRemoval, TestUnitReady};
use cd_transport::{Clock, Data};
use parking_lot::Mutex;

use super::error::{CallError, DiscFormatError, HostError};
use crate::Fault;
use crate::recorder::{ASK_TIMEOUT, Recorder};

/// A recorder that format objects can be given. Clones are the same recorder.
///
/// One object at a time holds it for itself, from prepare to release, under its client name; others are told who it
/// is ([`HostError::RecorderLocked`]). Against other programs a device node is held by the transport, as the operating
/// system has it.
#[doc(alias = "IDiscRecorder2")]
#[derive(Clone)]
pub struct DiscRecorder(Arc<Shared>);

struct Shared {
    description: String,
    clock: Arc<dyn Clock>,
    slot: Mutex<Slot>,
}

struct Slot {
    /// `None` while its owner writes: nobody waits for that behind a lock.
    recorder: Option<Recorder<'static>>,
    owner: Option<Owner>,
}

struct Owner {
    id: u64,
    name: String,
}

impl DiscRecorder {
    /// The recorder, to be shared.
    #[must_use]
    pub fn new(recorder: Recorder<'static>) -> Self {
        Self(Arc::new(Shared {
            description: recorder.description(),
            clock: Arc::clone(&recorder.clock),
            slot: Mutex::new(Slot {
                recorder: Some(recorder),
                owner: None,
            }),
        }))
    }

    /// Where the recorder is: a device node, or the name of an emulation.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.0.description
    }

    /// The client name it is held under; `None` if nobody in this program holds it.
    #[doc(alias = "ExclusiveAccessOwner")]
    #[must_use]
    pub fn exclusive_access_owner(&self) -> Option<String> {
        let slot = self.0.slot.lock();
        slot.owner.as_ref().map(|owner| owner.name.clone())
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    /// Holds the recorder for the object `id`.
    pub(super) fn acquire(&self, id: u64, name: &str) -> Result<(), HostError> {
        let mut slot = self.0.slot.lock();
        slot.check_owner(id)?;
        let name = name.to_owned();
        slot.owner = Some(Owner { id, name });
        Ok(())
    }

    /// Lets go of it, if the object `id` holds it.
    pub(super) fn release(&self, id: u64) {
        let mut slot = self.0.slot.lock();
        slot.owner.take_if(|owner| owner.id == id);
    }

    /// Has `act` send commands that end soon, for the object `id`.
    pub(super) fn with<T>(
        &self,
        id: u64,
        act: impl FnOnce(&mut Recorder<'static>) -> Result<T, DiscFormatError>,
    ) -> Result<T, DiscFormatError> {
        let mut slot = self.0.slot.lock();
        slot.check_owner(id)?;
        match &mut slot.recorder {
            Some(recorder) => act(recorder),
            None => Err(CallError::WriteInProgress.into()),
        }
    }

    /// Takes the recorder out for a write of the object `id`.
    pub(super) fn take(&self, id: u64) -> Result<Recorder<'static>, DiscFormatError> {
        let mut slot = self.0.slot.lock();
        slot.check_owner(id)?;
        let recorder = slot.recorder.take();
        recorder.ok_or_else(|| CallError::WriteInProgress.into())
    }

    /// Gives it back.
    pub(super) fn put_back(&self, recorder: Recorder<'static>) {
        self.0.slot.lock().recorder = Some(recorder);
    }

    /// Whether both are the same recorder.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Slot {
    fn check_owner(&self, id: u64) -> Result<(), HostError> {
        match &self.owner {
            Some(owner) if owner.id != id => Err(HostError::RecorderLocked {
                owner: Some(owner.name.clone()),
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for DiscRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscRecorder")
            .field("at", &self.0.description)
            .field("owner", &self.exclusive_access_owner())
            .finish_non_exhaustive()
    }
}

impl Recorder<'_> {
    /// Keeps the tray shut. A drive that has no lock needs none.
    pub(super) fn lock_tray(&mut self) -> Result<(), DiscFormatError> {
        match self.ask(PreventAllowMediumRemoval::PREVENT, 0) {
            Err(fault) if !fault.is_refusal() => Err(DiscFormatError::of_fault(fault)),
            _ => Ok(()),
        }
    }

    /// Lets the tray open again, if the drive still answers.
    pub(super) fn unlock_tray(&mut self) {
        // Whoever lets a drive go has no use for its refusal.
        let _ = self.ask(PreventAllowMediumRemoval::ALLOW, 0);
    }

    /// What tells that the medium may be another one since the drive was last asked.
    pub(super) fn medium_change(&mut self) -> Option<Fault> {
        let answer = self.send(&TestUnitReady.into(), Data::None, ASK_TIMEOUT);
        answer.fault.filter(Fault::is_medium_change)
    }
}
