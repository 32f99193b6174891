//! Transports round a transport: to watch, to keep, to play back, to break.
//!
//! | wrapper | what it adds |
//! | --- | --- |
//! | [`Trace`] | shows every exchange to a sink, with times |
//! | [`Record`] | writes every exchange to a file |
//! | [`Replay`] | plays such a file instead of a device |
//! | [`Faulty`] | fails as planned, the same way every time |
//!
//! Each keeps the whole [`Transport`](crate::Transport) contract, so that they go round each other in
//! any order: a trace outside a [`Faulty`] shows what the program saw, inside it what the device saw.
//!
//! # The form of a recording
//! UTF-8, every line ended by a line feed, fields in fixed order with one space between. Bytes are
//! pairs of upper-case hexadecimal digits, counts are decimal.
//!
//! ```text
//! cd-transport recording 1
//! device /dev/sr0
//! limits max_transfer=65536 alignment=1
//! command cdb=120000002400 timeout_ms=30000 in=36
//! answer status=00 transferred=36 sense= data=0580052A1F...
//! command cdb=2A00FFFFD4BB00000100 timeout_ms=40000 out=2448 fnv1a=5F1C09D5A3B2E801
//! answer status=02 transferred=0 sense=7000020000000A000000000408000000000000
//! command cdb=000000000000 timeout_ms=30000 none
//! error kind=timeout detail=host status 03h (DID_TIME_OUT), scsi status 00h
//! ```
//!
//! - `device` is the description, `detail` the error's text: up to the end of the line, with `\\` for a
//!   backslash and `\u{A}` for a control character.
//! - In front of `cdb`, `status` and `kind` may stand `at_us=` with the microseconds since the recording began. A replay
//!   on a clock lets them pass.
//! - `timeout_ms` is rounded up; it is for the reader, a replay does not compare it.
//! - The data of a command is `none`, `in=LENGTH`, or `out=LENGTH` with `data=BYTES` or `fnv1a=` and the
//!   64-bit FNV-1a of the bytes.
//! - The answer to an `in` command ends with `data=` or `fnv1a=` for the `transferred` bytes.
//! - Each `command` is followed by its `answer` or `error`. Only the last may lack it: that is what is left
//!   when the program dies in mid-command.
//! - Any change of this form changes the number in the first line.

mod faulty;
mod record;
mod recording;
mod replay;
mod trace;

pub use faulty::{Effect, FaultPlan, Faulty, Fired, Moment, Occasion, Rule};
pub use record::{Record, RecordOptions};
pub use recording::RecordingError;
pub use replay::Replay;
pub use trace::{Direction, TextSink, Trace, TraceEvent, TraceSink};
