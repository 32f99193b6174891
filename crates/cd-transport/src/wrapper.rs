//! Transports round a transport: to watch, to keep, to play back, to break.
//!
//! | wrapper | what it adds |
//! | --- | --- |
//! | [`Trace`] | shows every exchange to a sink, with times |
//!
//! Each keeps the whole [`Transport`](crate::Transport) contract, so that they go round each other in
//! any order.

mod trace;

pub use trace::{Direction, TextSink, Trace, TraceEvent, TraceSink};
