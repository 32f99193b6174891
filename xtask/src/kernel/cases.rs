//! The cases. A new one is a file beside the others, and its line in [`CASES`].

mod burn_iso;
mod burn_mixed;
mod cdrdao_raw;
mod cdrdao_text;
mod cdrskin_sao;
mod conformance;
mod handler_dies;
mod handler_stops;
mod in_flight;
mod info;
mod readers;
mod rights;
mod timeout;
mod unplugged;
mod wodim_dao;
mod wodim_open;
mod wodim_raw;
mod wodim_tao;
mod xorriso_sessions;

/// One thing to be seen through the kernel.
pub(super) struct Case {
    /// Lower case, digits and hyphens.
    pub(super) name: &'static str,
    /// For people, on one line.
    pub(super) what: &'static str,
    /// Programs that it runs, each with the Debian package that brings it.
    pub(super) needs: &'static [(&'static str, &'static str)],
    /// How long it may take.
    pub(super) seconds: u32,
    /// A script for `sh -eu`, in an empty folder of its own, after the functions of `guest.sh`. It succeeds by coming to
    /// its end.
    pub(super) script: &'static str,
}

/// In the order of running.
pub(super) const CASES: &[&Case] = &[
    &info::CASE,
    &conformance::CASE,
    &rights::CASE,
    &in_flight::CASE,
    &timeout::CASE,
    &burn_iso::CASE,
    &burn_mixed::CASE,
    &wodim_dao::CASE,
    &wodim_tao::CASE,
    &wodim_open::CASE,
    &cdrdao_text::CASE,
    &cdrskin_sao::CASE,
    &xorriso_sessions::CASE,
    &handler_stops::CASE,
    &handler_dies::CASE,
    &unplugged::CASE,
    &wodim_raw::RAW96R,
    &wodim_raw::RAW16,
    &wodim_raw::RAW96P,
    &cdrdao_raw::CASE,
    &readers::CASE,
];
