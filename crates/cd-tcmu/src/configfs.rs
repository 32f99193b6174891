//! The set-up of a drive in the kernel's target configuration, and its undoing.
//!
//! [`Setup`] writes down what it makes and takes exactly that away again, the last thing first, also when it is dropped.
//! What other handlers and fabrics have there is not touched.
//!
//! # Spec
//! Linux `Documentation/target/tcmu-design.rst`; configfs as `Documentation/filesystems/configfs.rst` has it: a folder
//! made is an object made.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::PlugError;

#[cfg(test)]
mod tests;

/// What is done to configfs; a test puts another in its place.
pub(crate) trait Tree: Send {
    fn make_folder(&mut self, path: &Path) -> io::Result<()>;
    fn remove_folder(&mut self, path: &Path) -> io::Result<()>;
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()>;
    fn read(&mut self, path: &Path) -> io::Result<String>;
    fn link(&mut self, to: &Path, path: &Path) -> io::Result<()>;
    fn unlink(&mut self, path: &Path) -> io::Result<()>;
}

/// The kernel's own.
#[derive(Debug)]
pub(crate) struct RealTree;

impl Tree for RealTree {
    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }
    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()> {
        std::fs::write(path, text)
    }
    fn read(&mut self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }
    fn link(&mut self, to: &Path, path: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(to, path)
    }
    fn unlink(&mut self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }
}

/// Something made, to be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Made {
    Folder(PathBuf),
    /// A folder that others may have put something into since.
    SharedFolder(PathBuf),
    Link(PathBuf),
}

/// What to do with an object of a drive's name that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It is another drive's.
    Refuse,
    /// It was left behind by a handler that died: it is taken over, and taken away in the end.
    Adopt,
}

/// What was made, in the order of making.
pub(crate) struct Setup {
    tree: Box<dyn Tree>,
    existing: Existing,
    made: Vec<Made>,
}

impl Setup {
    pub(crate) fn new(tree: impl Tree + 'static, existing: Existing) -> Self {
        Self {
            tree: Box::new(tree),
            existing,
            made: Vec::new(),
        }
    }

    /// Makes a folder that drives share; one that is there is used and left.
    pub(crate) fn shared_folder(&mut self, path: &Path) -> Result<(), PlugError> {
        match self.tree.make_folder(path) {
            Ok(()) => self.made.push(Made::SharedFolder(path.to_path_buf())),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(PlugError::at("make", path, &error)),
        }
        Ok(())
    }

    /// Makes a folder of this drive's own. Tells whether it was not there before.
    pub(crate) fn folder(&mut self, path: &Path) -> Result<bool, PlugError> {
        let made = self.tree.make_folder(path);
        self.note("make", path, Made::Folder(path.to_path_buf()), made)
    }

    /// Makes a link. Tells whether it was not there before.
    pub(crate) fn link(&mut self, to: &Path, path: &Path) -> Result<bool, PlugError> {
        let made = self.tree.link(to, path);
        self.note("link", path, Made::Link(path.to_path_buf()), made)
    }

    fn note(
        &mut self,
        action: &'static str,
        path: &Path,
        what: Made,
        made: io::Result<()>,
    ) -> Result<bool, PlugError> {
        let is_new = match made {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => match self.existing {
                Existing::Adopt => false,
                Existing::Refuse => {
                    return Err(PlugError::NameTaken {
                        path: path.to_path_buf(),
                    });
                }
            },
            Err(error) => return Err(PlugError::at(action, path, &error)),
        };
        self.made.push(what);
        Ok(is_new)
    }

    /// Writes an attribute.
    pub(crate) fn write(&mut self, path: &Path, text: &str) -> Result<(), PlugError> {
        self.tree
            .write(path, text)
            .map_err(|error| PlugError::at("write", path, &error))
    }

    /// Writes an attribute that is not in every kernel, or that an adopted object has already. Nothing comes of it if
    /// it cannot be written.
    pub(crate) fn try_write(&mut self, path: &Path, text: &str) {
        let _ = self.tree.write(path, text);
    }

    /// Reads an attribute, without the blanks round it.
    pub(crate) fn read(&mut self, path: &Path) -> Result<String, PlugError> {
        let text = self
            .tree
            .read(path)
            .map_err(|error| PlugError::at("read", path, &error))?;
        Ok(text.trim().to_owned())
    }

    /// Takes away what was made, the last first. Goes on after a failure, so that as little as can be is left.
    ///
    /// # Errors
    /// The first failure.
    pub(crate) fn undo(&mut self) -> Result<(), PlugError> {
        let mut outcome = Ok(());
        while let Some(made) = self.made.pop() {
            let (path, undone) = match &made {
                Made::Folder(path) | Made::SharedFolder(path) => {
                    (path, self.tree.remove_folder(path))
                }
                Made::Link(path) => (path, self.tree.unlink(path)),
            };
            match undone {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // Others use it now: it stays for them.
                Err(_) if matches!(made, Made::SharedFolder(_)) => {}
                Err(error) if outcome.is_ok() => {
                    outcome = Err(PlugError::at("remove", path, &error));
                }
                Err(_) => {}
            }
        }
        outcome
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        // Whoever wants to know of failures has called it before.
        let _ = self.undo();
    }
}
