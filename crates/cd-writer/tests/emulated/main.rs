//! The writer on an emulated drive: what a report says is held against what the disc holds.

mod blanking;
mod burning;
mod cancelling;
mod faults;
mod fleet;
mod host;
mod imapi;
mod overburning;
mod probing;
mod quirks;
mod simulation;
mod stalling;
mod tracing;
mod verifying;
