use cd_transport::TransportError;

/// What happens to a drive beside commands that are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The host gave up commands or reset the device. Commands that the ring still held were answered before.
    Reset(Reset),
    /// The transport gave no status; the host was told what comes closest.
    NoStatus(TransportError),
    /// A command that this crate cannot hand to any transport; the host was told that it is not known.
    Malformed {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The kernel sent a kind of message that this crate does not know, and was told so.
    UnknownEntry {
        /// The kernel's number of it, 3..=7.
        op: u8,
    },
}

/// What the host gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reset {
    /// Some commands; the device stays as it is.
    Commands,
    /// The device: as after LOGICAL UNIT RESET or a reset of the target.
    Device,
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
impl Reset {
    /// What the kernel's `TCMU_TMR_...` of this number stands for.
    pub(crate) const fn of_kernel(kind: u8) -> Self {
        match kind {
            // LUN_RESET, TARGET_WARM_RESET, TARGET_COLD_RESET
            5..=7 => Self::Device,
            _ => Self::Commands,
        }
    }
}
