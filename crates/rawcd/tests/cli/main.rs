//! The program as its users run it: every command, every exit code that can be had without a drive, and
//! what is said then. Each child has a time limit, so that nothing can hang.

mod blank;
mod burn;
mod check;
mod convert;
mod discs;
mod document;
mod fleet;
mod graphics;
mod help;
mod input;
mod json;
mod output;
mod read;
mod readme;
mod run;
mod sessions;
mod sheets;
#[cfg(unix)]
mod stop;
mod verifying;
