//! [`rawcd_fuzz::cd_text`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rawcd_fuzz::cd_text(bytes));
