//! What must hold for any bytes, one function a parser of bytes that nobody vouches for.
//!
//! A function takes whatever it is given, asserts what its parser promises, and panics where a promise is broken: not
//! only "no panic", but that what was read is what gets written, that a repair is right or refused, that two ways to
//! the same answer agree. libFuzzer looks for bytes that break one (`cargo xtask fuzz`); `cargo xtask test` runs each
//! over `corpus`, in which every input that ever broke one has its place.
//!
//! Codes with a CRC or parity would keep random bytes out of what lies behind them. Therefore most targets look at the
//! bytes as they are, and at the same with the code made right.
#![forbid(unsafe_code)]

mod address;
mod cd_text;
mod image;
mod mmc;
mod q;
mod rw;
mod sector;
mod sheet;

pub use address::address;
pub use cd_text::cd_text;
pub use image::image;
pub use mmc::mmc;
pub use q::q;
pub use rw::rw;
pub use sector::sector;
pub use sheet::{ccd, cue, toc};

/// What a target promises of any bytes.
pub type Body = fn(&[u8]);

/// Every target: its name, which is that of its file in `fuzz_targets` and of its folder in `corpus`, and its body.
pub const TARGETS: [(&str, Body); 10] = [
    ("address", address),
    ("ccd", ccd),
    ("cd_text", cd_text),
    ("cue", cue),
    ("image", image),
    ("mmc", mmc),
    ("q", q),
    ("rw", rw),
    ("sector", sector),
    ("toc", toc),
];

/// The first `N` bytes, zeros where there are no more.
fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut padded = [0; N];
    let n_given = bytes.len().min(N);
    padded[..n_given].copy_from_slice(&bytes[..n_given]);
    padded
}

/// Takes the first `N` bytes away, zeros where there are no more.
fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let head = padded(bytes);
    *bytes = bytes.get(N..).unwrap_or_default();
    head
}
