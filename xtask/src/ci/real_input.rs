//! The real-input case: a bootable ISO that others made goes onto a disc and comes back whole.

use std::path::Path;
use std::process::Command;

use xshell::Shell;

use crate::{Result, digest, project};

/// The ISO that the Debian package `ipxe` installs.
const IMAGE: &str = "/usr/lib/ipxe/ipxe.iso";

/// Burns the ISO with one process, reads its user data with another, and compares the SHA-256.
pub(super) fn check(_: &Shell) -> Result<()> {
    if !Path::new(IMAGE).is_file() {
        return Err(format!(
            "{IMAGE} is missing; install the Debian package `ipxe` (apt-get install ipxe)"
        )
        .into());
    }
    let mut scratch = project::Scratch::new("real-input")?;
    let dir = scratch.path().to_path_buf();
    super::xtask(&["burn", IMAGE, "--disc", "ipxe.disc"], &dir)?;
    let args = [
        "read",
        "--disc",
        "ipxe.disc",
        "--track",
        "1",
        "--user-data",
        "out.iso",
    ];
    println!("$ rawcd {}", args.join(" "));
    super::run_command(
        Command::new(project::build_rawcd()?)
            .args(args)
            .current_dir(&dir),
    )?;

    let (expect, found) = (
        digest::sha256_of_file(Path::new(IMAGE))?,
        digest::sha256_of_file(&dir.join("out.iso"))?,
    );
    println!("$ sha256sum {IMAGE} out.iso\n{expect}  {IMAGE}\n{found}  out.iso");
    if expect != found {
        scratch.keep();
        return Err(format!("out.iso is not {IMAGE}").into());
    }
    Ok(())
}
