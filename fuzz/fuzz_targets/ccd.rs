//! [`rawcd_fuzz::ccd`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rawcd_fuzz::ccd(bytes));
