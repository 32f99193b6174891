use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a drive is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Its name in the kernel's configuration, 1 to 32 letters, digits, `-` and `_`. No two drives have the same.
    pub name: String,
    /// Bytes of a block as the kernel is told, 512 or a multiple of it; commands pass unchanged whatever theirs is.
    pub block_bytes: u32,
    /// After how long the kernel answers a command itself (02/08/00) because this process does not. Rounded up to
    /// seconds. Zero waits for ever, even for a process that is dead.
    pub kernel_timeout: Duration,
    /// How long the transport may take over one command.
    pub transport_timeout: Duration,
    /// Whether to go on with a drive of that name whose process was killed. What waits on its ring is answered; if
    /// there is none, that is an error.
    pub take_over: bool,
}

/// Where programs find a drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nodes {
    /// `/dev/sgN`, if the module sg is there.
    pub sg: Option<PathBuf>,
    /// `/dev/srN`, if the module sr_mod is there and takes it for a disc drive.
    pub block: Option<PathBuf>,
}

impl Nodes {
    /// Those that there are.
    pub fn iter(&self) -> impl Iterator<Item = &Path> {
        [&self.sg, &self.block]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }
}
