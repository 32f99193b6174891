//! Write, check and read raw CD images.
fn main() {}
