//! The developers' door: `cargo xtask burn`, `test`, `ci`, `bench`.
fn main() {}
