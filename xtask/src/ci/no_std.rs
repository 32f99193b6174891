//! Proof that the lowest crates do without the standard library.
//!
//! `#![no_std]` in a crate says nothing of what it depends on. So a crate is made that defines a
//! panic handler of its own and links all of them: had any of them brought in `std`, there would be
//! two panic handlers, and the compiler refuses that. This holds on every host. Where a bare-metal
//! target is installed, the crate is checked for that as well.

use std::fmt::Write;

use xshell::{Shell, cmd};

use crate::{Result, project};

/// The crates that programs without an operating system can use.
pub(crate) const NO_STD_CRATES: [&str; 3] = ["cd-address", "cd-sector", "cd-mmc"];

const PROBE: &str = "#![no_std]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
";

pub(super) fn check(sh: &Shell) -> Result<()> {
    let scratch = project::Scratch::new("no-std")?;
    let dir = scratch.path();
    let root = project::root();
    let mut manifest = "[package]\nname = \"no-std-probe\"\nedition = \"2024\"\n\n[lib]\n\
        path = \"probe.rs\"\ntest = false\n\n[workspace]\n\n[dependencies]\n"
        .to_owned();
    let mut probe = PROBE.to_owned();
    for name in NO_STD_CRATES {
        let path = root.join("crates").join(name);
        writeln!(
            manifest,
            "{name} = {{ path = {:?} }}",
            path.display().to_string()
        )?;
        writeln!(probe, "use {} as _;", name.replace('-', "_"))?;
    }
    sh.write_file(dir.join("Cargo.toml"), manifest)?;
    sh.write_file(dir.join("probe.rs"), &probe)?;
    // With the workspace's lock file the same versions are checked, and no network is needed.
    sh.copy_file(root.join("Cargo.lock"), dir.join("Cargo.lock"))?;

    let names = NO_STD_CRATES.join(", ");
    let _dir = sh.push_dir(dir);
    let _target = sh.push_env("CARGO_TARGET_DIR", dir.join("target"));
    cmd!(sh, "cargo check --quiet").run()?;
    println!("{names}: link beside a foreign panic handler, so none of them brings in std");
    for target in bare_metal_targets(sh) {
        cmd!(sh, "cargo check --quiet --target {target}").run()?;
        println!("{names}: build for {target}");
    }

    // A proof that could not fail would prove nothing: with std the same probe has to be refused.
    sh.write_file(dir.join("probe.rs"), format!("{probe}extern crate std;\n"))?;
    let refused = cmd!(sh, "cargo check --quiet").ignore_status().output()?;
    if refused.status.success() || !String::from_utf8_lossy(&refused.stderr).contains("panic_impl")
    {
        return Err("the probe accepts a crate that uses std: it proves nothing".into());
    }
    Ok(())
}

/// Installed targets without an operating system; none where rustup is missing.
fn bare_metal_targets(sh: &Shell) -> Vec<String> {
    let installed = cmd!(sh, "rustup target list --installed")
        .quiet()
        .ignore_stderr()
        .read();
    let installed = installed.unwrap_or_default();
    installed
        .lines()
        .filter(|target| target.contains("-none"))
        .map(str::to_owned)
        .collect()
}
