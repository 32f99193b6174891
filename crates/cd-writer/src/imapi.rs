//! The recorder as Windows' `IDiscFormat2RawCD` has it: one object with properties, safe to share between threads, over
//! the same plan, burn and proof as the rest of this crate.
//!
//! Every member of the interface exists under its name in Rust, with the interface's own name as an alias for
//! searching. What can go wrong is [`DiscFormatError`], which knows the interface's return value;
//! `docs/imapi.md` has all of them, each with what raises it. Where the interface's documentation contradicts
//! itself, the member's own page here says what is done.
//!
//! | state | what is possible |
//! | --- | --- |
//! | not prepared | choose recorder and client name, [`prepare_media`](DiscFormat2RawCd::prepare_media) |
//! | prepared | requested sector type, underrun protection, start of the session, capacity, [`write_media2`](DiscFormat2RawCd::write_media2), [`release_media`](DiscFormat2RawCd::release_media) |
//! | writing | [`cancel_write`](DiscFormat2RawCd::cancel_write), and everything that only asks |
//!
//! ```
//! # use std::sync::Arc;
//! # use cd_address::Sectors;
//! # use cd_emulator::{Disc, Medium, Profile};
//! # use cd_image::{DiscLayout, DiscSpec, Run, Track, TrackKind, AuthoredStream};
//! # use cd_transport::VirtualClock;
//! use cd_sector::SectorLayout;
//! use cd_writer::Recorder;
//! use cd_writer::imapi::{DiscFormat2RawCd, DiscRecorder};
//!
//! # let clock = Arc::new(VirtualClock::default());
//! # let mut transport = cd_emulator::Recorder::new(Profile::faithful(), Arc::clone(&clock));
//! # transport.insert(Disc::blank(Medium::cd_r_80()));
//! let format = DiscFormat2RawCd::new();
//! format.set_recorder(DiscRecorder::new(Recorder::new(transport, clock)))?;
//! format.set_client_name("example")?;
//! format.prepare_media()?;
//! format.set_requested_sector_type(SectorLayout::RawPw96)?;
//! format.on_update(|format, event| {
//!     println!("{:?} {:.0} %", event.current_action, event.fraction_done() * 100.0);
//!     # let _ = format;
//! });
//! # let start = format.start_of_next_session()?;
//! # let silence = Run::made(Sectors::new(300)?);
//! # let spec = DiscSpec::new(vec![Track::new(TrackKind::Audio, vec![silence])]);
//! # let image = AuthoredStream::new(Arc::new(DiscLayout::new(spec)?), start, SectorLayout::RawPw96)?;
//! // As many sectors of the stream lie before LBA 0; 22,650 in one that begins at 95:00:00.
//! let lead_in = Sectors::new(11_077)?;
//! let report = format.write_media2(&image, lead_in)?;
//! assert!(report.is_success());
//! format.release_media()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Spec
//! The interface's pages in Microsoft's documentation, `IDiscFormat2RawCD` and `IDiscFormat2RawCD::WriteMedia2`. Read
//! those first.

mod classify;
mod code;
mod error;
mod event;
mod format;
mod recorder;
mod speed;
mod stream;
mod telling;
mod types;
mod write;

pub use code::HRESULTS;
pub use error::{
    CallError, Cause, ClientNameError, DiscFormatError, DriveError, HostError, MediumError,
    StreamError,
};
pub use event::WriteEvent;
pub use format::DiscFormat2RawCd;
pub use recorder::DiscRecorder;
pub use stream::{ForwardStream, Stream};
pub use types::{Adjustment, PhysicalMediaType, WriteSpeedDescriptor};
