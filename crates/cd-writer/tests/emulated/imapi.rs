//! The interface of Windows on an emulated recorder: every return value by its real cause.

mod bench;
mod document;
mod drive;
mod medium;
mod model;
mod order;
mod speed;
mod stream;
mod writing;
