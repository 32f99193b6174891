//! `cargo xtask kernel-test` on systems where no Linux kernel runs as a program.

use std::process::ExitCode;

use crate::Result;
use crate::flags::KernelTest;

/// Refuses.
///
/// # Errors
/// Always.
pub(crate) fn run(_flags: &KernelTest) -> Result<ExitCode> {
    check().map(|()| ExitCode::SUCCESS)
}

/// Refuses.
///
/// # Errors
/// Always.
pub(crate) fn bench(_as_json: bool) -> Result<ExitCode> {
    check().map(|()| ExitCode::SUCCESS)
}

/// Refuses.
///
/// # Errors
/// Always.
pub(crate) fn check() -> Result<()> {
    Err("User Mode Linux runs on Linux only".into())
}
