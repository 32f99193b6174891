//! What has to be on this computer, and what is built.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cases::Case;
use crate::{Result, project};

/// What the kernel itself needs: a file that shows it is there, and the Debian package that brings it.
const ALWAYS: &[(&str, &str)] = &[("linux.uml", "user-mode-linux"), ("modprobe", "kmod")];
/// Where programs are that may not be on an ordinary user's path.
const FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
/// Where the package keeps the modules of its kernel.
const MODULES: &str = "/usr/lib/uml/modules";

/// The kernel that is there.
pub(super) struct Kernel {
    pub(super) version: String,
    /// Its modules' folder.
    pub(super) modules: PathBuf,
}

/// What was built for the cases.
pub(super) struct Programs {
    /// Each goes by its file's name.
    pub(super) files: Vec<PathBuf>,
}

/// Examples that cases run, each with its crate: the test of the contract that a way to a drive keeps, and what makes a file of
/// graphics and takes it out of sectors.
const EXAMPLES: [(&str, &str); 2] = [("conformance", "cd-transport"), ("cdg_file", "cd-sector")];

/// Looks for the kernel and for what `cases` need.
///
/// # Errors
/// What is missing, with the Debian packages that bring it.
pub(super) fn check(cases: &[&Case]) -> Result<Kernel> {
    let needed = cases.iter().flat_map(|case| case.needs).chain(ALWAYS);
    let missing: BTreeSet<_> = needed
        .filter(|(program, _)| !is_there(program))
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        let missing: Vec<_> = missing.into_iter().collect();
        return Err(format!(
            "missing here: the Debian packages {0} (apt-get install {0})",
            missing.join(" ")
        )
        .into());
    }
    let version = Command::new("linux.uml").arg("--version").output()?.stdout;
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let modules = Path::new(MODULES).join(&version);
    if !modules.is_dir() {
        return Err(format!(
            "linux.uml is version {version}, and {} is not there: the Debian package user-mode-linux brings both",
            modules.display()
        )
        .into());
    }
    Ok(Kernel { version, modules })
}

fn is_there(program: &str) -> bool {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&on_path)
        .chain(FOLDERS.map(PathBuf::from))
        .any(|folder| folder.join(program).is_file())
}

/// Builds what the cases run.
///
/// # Errors
/// When it does not build.
pub(super) fn build() -> Result<Programs> {
    let rawcd = project::build_rawcd()?;
    let folder = rawcd.with_file_name("examples");
    let mut files = vec![rawcd];
    for (example, package) in EXAMPLES {
        let status = Command::new(project::cargo())
            .current_dir(project::root())
            .args(["build", "--quiet", "--release", "--package", package])
            .args(["--example", example])
            .status()?;
        let file = folder.join(example);
        if !status.success() || !file.is_file() {
            return Err(format!("the example `{example}` of {package} does not build").into());
        }
        files.push(file);
    }
    Ok(Programs { files })
}
