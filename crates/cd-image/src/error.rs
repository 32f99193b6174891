use std::io;

/// Why a file cannot be opened as an image.
///
/// The first group is about the file itself, the second about what is in it; nothing of the file has
/// been used when one of these is returned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("{path} does not exist")]
    NotFound {
        /// The file asked for.
        path: String,
    },
    /// A directory was named.
    #[error("{path} is a directory; name the image file in it")]
    Directory {
        /// What was asked for.
        path: String,
    },
    /// A device, a pipe or a socket was named.
    #[error("{path} is a device, pipe or socket, not a file; copy its bytes to a file first")]
    NotAFile {
        /// What was asked for.
        path: String,
    },
    /// The operating system does not let this user read it.
    #[error("no permission to read {path}; ask its owner, or change its mode")]
    Permission {
        /// The file asked for.
        path: String,
    },
    /// The file holds no bytes.
    #[error("{path} is empty (0 bytes)")]
    Empty {
        /// The file asked for.
        path: String,
    },
    /// Anything else the operating system answered.
    #[error("cannot open {path}")]
    Io {
        /// The file asked for.
        path: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl OpenError {
    /// Sorts what the operating system answered to an attempt to open `path`.
    pub(crate) fn from_io(path: String, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::PermissionDenied => Self::Permission { path },
            io::ErrorKind::IsADirectory => Self::Directory { path },
            _ => Self::Io { path, source },
        }
    }
}
