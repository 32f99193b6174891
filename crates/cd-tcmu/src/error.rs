use std::io;
use std::path::PathBuf;

/// Why a drive could not be plugged in, served or unplugged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlugError {
    /// Only Linux on 64-bit processors has TCMU.
    #[error("a drive can be shown to Linux on a 64-bit processor only, this is {system}")]
    Unsupported {
        /// The operating system and processor.
        system: String,
    },
    /// The kernel's configuration file system is not there.
    #[error("{} is not there; run `modprobe configfs` and `mount -t configfs none {}`", .path.display(), .path.display())]
    NoConfigfs {
        /// Where it is looked for.
        path: PathBuf,
    },
    /// A kernel module is not loaded.
    #[error(
        "the kernel module {module} is not loaded; run `modprobe {module}` (it is in the kernel's own packages)"
    )]
    NoModule {
        /// Its name.
        module: &'static str,
    },
    /// Only root may do it.
    #[error("cannot {action} {}: this user may not; run as root", .path.display())]
    NotAllowed {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// The name has characters that names of drives cannot have.
    #[error("`{name}` cannot be the name of a drive: 1 to 32 letters, digits, `-` and `_`")]
    BadName {
        /// The name.
        name: String,
    },
    /// There is a drive of that name.
    #[error(
        "{} is there already: another drive has that name (choose another), or one was killed (take it over)",
        .path.display()
    )]
    NameTaken {
        /// What is there.
        path: PathBuf,
    },
    /// No drive of that name was left behind.
    #[error("there is no {} to take over", .path.display())]
    NothingLeft {
        /// What was looked for.
        path: PathBuf,
    },
    /// Another handler answers the ring.
    #[error("{} is in use: the handler of this drive is alive", .path.display())]
    InUse {
        /// The ring's device.
        path: PathBuf,
    },
    /// The kernel did not show what it should show.
    #[error("no {what} appeared after {seconds} s; {advice}")]
    NotShown {
        /// What is missing.
        what: &'static str,
        /// How long it was waited for.
        seconds: u64,
        /// What to do.
        advice: &'static str,
    },
    /// The ring is none that this crate can serve, or ceased to be one.
    #[error("the ring shared with the kernel is of no use: {what}")]
    Ring {
        /// What is wrong with it.
        what: String,
    },
    /// The thread that answers came to an end by itself.
    #[error("the thread that answers the drive's commands panicked")]
    Panicked,
    /// The operating system could not do it.
    #[error("cannot {action} {}: {error}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
impl PlugError {
    /// What the operating system's `error` at doing `action` on `path` means.
    pub(crate) fn at(action: &'static str, path: &std::path::Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::NotAllowed { action, path },
            _ => Self::Io {
                action,
                path,
                error: error.raw_os_error().map_or_else(
                    || io::Error::from(error.kind()),
                    io::Error::from_raw_os_error,
                ),
            },
        }
    }
}
