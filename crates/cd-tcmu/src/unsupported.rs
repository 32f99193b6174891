//! Systems without TCMU: the same items, and the one error.

use std::convert::Infallible;
use std::marker::PhantomData;

use cd_transport::Transport;

use crate::error::PlugError;
use crate::event::Event;
use crate::options::{Nodes, Options};

/// A drive that a Linux kernel would show. There is none on this system.
#[derive(Debug)]
pub struct Drive<T> {
    never: Infallible,
    transport: PhantomData<T>,
}

/// A drive that was unplugged.
#[derive(Debug)]
pub struct Unplugged<T> {
    /// The transport that stood behind it.
    pub transport: T,
    /// How many commands it was given.
    pub n_commands: u64,
}

impl<T: Transport + 'static> Drive<T> {
    /// Refuses: this system has no such thing.
    ///
    /// # Errors
    /// [`PlugError::Unsupported`], always.
    pub fn plug_in(
        _transport: T,
        _options: &Options,
        _observer: impl FnMut(&mut T, &Event) + Send + 'static,
    ) -> Result<Self, PlugError> {
        Err(PlugError::Unsupported {
            system: format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH),
        })
    }

    /// Where programs find the drive.
    #[must_use]
    pub const fn nodes(&self) -> &Nodes {
        match self.never {}
    }

    /// How many commands were answered so far.
    #[must_use]
    pub const fn n_commands(&self) -> u64 {
        match self.never {}
    }

    /// Whether commands are still answered.
    #[must_use]
    pub const fn is_serving(&self) -> bool {
        match self.never {}
    }

    /// Takes the drive away.
    ///
    /// # Errors
    /// None: there is no drive.
    pub fn unplug(self) -> Result<Unplugged<T>, PlugError> {
        match self.never {}
    }
}
