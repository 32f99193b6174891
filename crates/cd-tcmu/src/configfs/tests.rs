use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Existing, Setup, Tree};
use crate::error::PlugError;

/// A tree in memory: what is there, in order of coming, and which operation fails.
#[derive(Clone, Default)]
struct FakeTree(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    there: Vec<PathBuf>,
    written: Vec<(PathBuf, String)>,
    n_operations: usize,
    fails_at: Option<usize>,
}

impl FakeTree {
    fn with(paths: &[&str]) -> Self {
        let tree = Self::default();
        tree.0.lock().unwrap().there = paths.iter().map(PathBuf::from).collect();
        tree
    }

    fn there(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        let paths = state.there.iter();
        paths.map(|path| path.display().to_string()).collect()
    }

    fn operation(&self) -> io::Result<std::sync::MutexGuard<'_, State>> {
        let mut state = self.0.lock().unwrap();
        state.n_operations += 1;
        if state.fails_at == Some(state.n_operations) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(state)
    }

    fn add(&self, path: &Path) -> io::Result<()> {
        let mut state = self.operation()?;
        if state.there.iter().any(|there| there == path) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        state.there.push(path.to_path_buf());
        Ok(())
    }

    fn take(&self, path: &Path) -> io::Result<()> {
        let mut state = self.operation()?;
        let below = |there: &&PathBuf| there.starts_with(path) && there.as_path() != path;
        if state.there.iter().any(|there| below(&there)) {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        let found = state.there.iter().position(|there| there == path);
        let found = found.ok_or(ErrorKind::NotFound)?;
        state.there.remove(found);
        Ok(())
    }
}

impl Tree for FakeTree {
    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        self.add(path)
    }
    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        self.take(path)
    }
    fn write(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let mut state = self.operation()?;
        state.written.push((path.to_path_buf(), text.to_owned()));
        Ok(())
    }
    fn read(&mut self, path: &Path) -> io::Result<String> {
        let state = self.operation()?;
        let found = state.written.iter().rev().find(|(there, _)| there == path);
        found
            .map(|(_, text)| format!("{text}\n"))
            .ok_or_else(|| ErrorKind::NotFound.into())
    }
    fn link(&mut self, _to: &Path, path: &Path) -> io::Result<()> {
        self.add(path)
    }
    fn unlink(&mut self, path: &Path) -> io::Result<()> {
        self.take(path)
    }
}

fn path(text: &str) -> &Path {
    Path::new(text)
}

/// Everything that a drive sets up, in small.
fn set_up(setup: &mut Setup) -> Result<(), PlugError> {
    setup.shared_folder(path("hba"))?;
    setup.folder(path("hba/drive"))?;
    setup.write(path("hba/drive/enable"), "1")?;
    assert_eq!(setup.read(path("hba/drive/enable"))?, "1");
    setup.shared_folder(path("loopback"))?;
    setup.folder(path("loopback/naa"))?;
    setup.link(path("hba/drive"), path("loopback/naa/port"))?;
    Ok(())
}

#[test]
fn what_was_made_is_taken_away_in_reverse() {
    let tree = FakeTree::with(&["other"]);
    let mut setup = Setup::new(tree.clone(), Existing::Refuse);
    set_up(&mut setup).unwrap();
    assert_eq!(tree.there().len(), 6);
    setup.undo().unwrap();
    assert_eq!(tree.there(), ["other"]);
    // Nothing is left to do.
    let n_operations = tree.0.lock().unwrap().n_operations;
    drop(setup);
    assert_eq!(tree.0.lock().unwrap().n_operations, n_operations);
}

#[test]
fn dropping_it_takes_away_what_was_made() {
    let tree = FakeTree::default();
    set_up(&mut Setup::new(tree.clone(), Existing::Refuse)).unwrap();
    assert_eq!(tree.there(), [""; 0]);
}

/// Whichever operation fails, nothing of ours is left, and all of others'.
#[test]
fn a_failure_at_any_step_leaves_what_was_there_before() {
    for fails_at in 1..=7 {
        let before = ["hba", "hba/other", "loopback"];
        let tree = FakeTree::with(&before);
        tree.0.lock().unwrap().fails_at = Some(fails_at);
        let mut setup = Setup::new(tree.clone(), Existing::Refuse);
        let failed = set_up(&mut setup).unwrap_err();
        assert!(matches!(failed, PlugError::NotAllowed { .. }), "{failed}");
        drop(setup);
        assert_eq!(tree.there(), before, "operation {fails_at}");
    }
}

/// A failure to take one thing away does not keep the rest from being taken away.
#[test]
fn undoing_goes_on_after_a_failure_and_tells_of_it() {
    let tree = FakeTree::default();
    let mut setup = Setup::new(tree.clone(), Existing::Refuse);
    set_up(&mut setup).unwrap();
    let n_operations = tree.0.lock().unwrap().n_operations;
    tree.0.lock().unwrap().fails_at = Some(n_operations + 1);
    let failed = setup.undo().unwrap_err();
    assert!(failed.to_string().contains("loopback/naa/port"), "{failed}");
    assert_eq!(
        tree.there(),
        ["loopback", "loopback/naa", "loopback/naa/port"]
    );
}

#[test]
fn a_folder_that_others_use_by_now_stays() {
    let tree = FakeTree::default();
    let mut setup = Setup::new(tree.clone(), Existing::Refuse);
    set_up(&mut setup).unwrap();
    tree.add(path("hba/other")).unwrap();
    setup.undo().unwrap();
    assert_eq!(tree.there(), ["hba", "hba/other"]);
}

#[test]
fn a_name_that_is_taken_is_refused_and_left() {
    for taken in ["hba/drive", "loopback/naa", "loopback/naa/port"] {
        let tree = FakeTree::with(&[taken]);
        let mut setup = Setup::new(tree.clone(), Existing::Refuse);
        let failed = set_up(&mut setup).unwrap_err();
        let PlugError::NameTaken { path } = failed else {
            panic!("{failed}");
        };
        assert_eq!(path, Path::new(taken));
        drop(setup);
        assert!(tree.there().contains(&taken.to_owned()), "{taken}");
    }
}

#[test]
fn what_was_left_behind_is_adopted_and_taken_away_in_the_end() {
    let tree = FakeTree::with(&["hba", "hba/drive", "loopback", "loopback/naa"]);
    let mut setup = Setup::new(tree.clone(), Existing::Adopt);
    set_up(&mut setup).unwrap();
    setup.undo().unwrap();
    // Folders that are shared were not this drive's to make, so far as one can know.
    assert_eq!(tree.there(), ["hba", "loopback"]);
}
