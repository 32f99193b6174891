//! What the drive remembers between commands, and what changes it from outside: discs, hands, time.

use std::sync::Arc;
use std::time::Duration;

use cd_address::Lba;
use cd_mmc::Sense;
use cd_transport::Clock;

use crate::condition::Condition;
use crate::contents::Contents;
use crate::disc::{Disc, DiscState};
use crate::mode_pages::ModePages;
use crate::pending::Pending;
use crate::player::Player;
use crate::profile::Profile;
#[cfg(doc)]
use crate::quirk::Quirk;
use crate::recording::{Recording, Way};
use crate::session::Session;
use crate::speeds::Asked;
use crate::timing::{BufferHistory, Streaming};

/// The drive behind a [`Recorder`](crate::Recorder).
pub(crate) struct Drive {
    pub(crate) profile: Profile,
    clock: Arc<dyn Clock>,
    /// What the present command has taken so far.
    pub(crate) spent: Duration,
    /// Bytes that the present command has handed over; they count if it fails.
    pub(crate) moved_before_failing: usize,
    pub(crate) is_tray_open: bool,
    pub(crate) mounted: Option<Mounted>,
    /// Told to the next commands that may be told.
    pub(crate) attention: Attention,
    /// What GET EVENT STATUS NOTIFICATION has not told yet.
    pub(crate) media_event: Option<MediaChange>,
    pub(crate) is_locked: bool,
    pub(crate) pages: ModePages,
    /// The speed the host wants.
    pub(crate) asked: Asked,
    pub(crate) recording: Option<Recording>,
    /// The session that was announced with SEND CUE SHEET and is not recorded yet.
    pub(crate) cue_sheet: Option<Box<Session>>,
    /// How the buffer fared in the present recording, or in the last one.
    pub(crate) buffer_history: Option<BufferHistory>,
    /// Until when every WRITE is refused, for [`Quirk::LongWrite`]; it happens once in a recording.
    pub(crate) stall: Option<Duration>,
    pub(crate) blanking: Option<Pending>,
    pub(crate) closing: Option<Pending>,
    /// What is wrong with the drive, and until when if that will pass by itself.
    pub(crate) affliction: Option<(Condition, Option<Duration>)>,
    /// Where the head was when it last read a sector.
    pub(crate) head: Option<Lba>,
    /// What the audio output plays.
    pub(crate) player: Option<Player>,
    /// What WRITE BUFFER put into the buffer.
    pub(crate) scratch: Vec<u8>,
    /// A recording was spoiled by an empty buffer, and the host has not been told.
    pub(crate) is_streaming_lost: bool,
}

/// A disc in the drive, and what the drive found out by reading it in.
pub(crate) struct Mounted {
    pub(crate) disc: Disc,
    /// `None` unless there is a closed session.
    pub(crate) contents: Option<Contents>,
}

/// What the host has not been told: one command is told of one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attention {
    is_reset: bool,
    is_new_medium: bool,
}

impl Attention {
    /// The next thing to tell, which is told with this; a reset before a disc.
    pub(crate) fn take(&mut self) -> Option<Sense> {
        if std::mem::take(&mut self.is_reset) {
            Some(Sense::POWER_ON_OR_RESET)
        } else {
            std::mem::take(&mut self.is_new_medium).then_some(Sense::MEDIUM_MAY_HAVE_CHANGED)
        }
    }
}

/// The last thing that happened to the disc as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaChange {
    Arrived,
    Removed,
}

impl Mounted {
    fn new(disc: Disc) -> Self {
        let is_blank = disc.state() == DiscState::Blank;
        let contents = Some(&disc)
            .filter(|_| !is_blank)
            .and_then(Contents::read)
            // What was broken off is none, but for the sessions before it, which said that one would follow.
            .filter(|contents| disc.is_readable() || contents.is_open());
        Self { disc, contents }
    }
}

impl Drive {
    pub(crate) fn new(profile: Profile, clock: Arc<dyn Clock>) -> Self {
        let pages = ModePages::new(&profile);
        Self {
            profile,
            clock,
            spent: Duration::ZERO,
            moved_before_failing: 0,
            is_tray_open: false,
            mounted: None,
            attention: Attention::default(),
            media_event: None,
            is_locked: false,
            pages,
            asked: Asked::FASTEST,
            recording: None,
            cue_sheet: None,
            buffer_history: None,
            stall: None,
            blanking: None,
            closing: None,
            affliction: None,
            head: None,
            player: None,
            scratch: Vec::new(),
            is_streaming_lost: false,
        }
    }

    pub(crate) fn disc(&self) -> Option<&Disc> {
        self.mounted.as_ref().map(|mounted| &mounted.disc)
    }

    pub(crate) fn insert(&mut self, disc: Disc) {
        self.remove();
        self.mounted = Some(Mounted::new(disc));
        self.is_tray_open = false;
        self.announce_disc();
    }

    pub(crate) fn remove(&mut self) -> Option<Disc> {
        self.settle();
        let mounted = self.mounted.take()?;
        if !self.is_tray_open {
            self.media_event = Some(MediaChange::Removed);
        }
        self.abandon_recording();
        self.attention.is_new_medium = false;
        self.forget_settings();
        Some(mounted.disc)
    }

    pub(crate) fn reset(&mut self) {
        self.settle();
        self.abandon_recording();
        self.is_locked = false;
        self.forget_settings();
        self.asked = Asked::FASTEST;
        self.scratch.clear();
        self.attention.is_reset = true;
    }

    /// What the host has set for one disc does not apply to the next.
    pub(crate) fn forget_settings(&mut self) {
        self.pages = ModePages::new(&self.profile);
        self.cue_sheet = None;
        self.head = None;
        self.player = None;
    }

    /// The drive has a disc that the host does not know of.
    pub(crate) fn announce_disc(&mut self) {
        self.attention.is_new_medium = true;
        self.media_event = Some(MediaChange::Arrived);
    }

    /// Lets `duration` go by within the present command.
    pub(crate) fn pass(&mut self, duration: Duration) {
        self.spent = self.spent.saturating_add(duration);
        self.clock.sleep(duration);
        self.settle();
    }

    /// Brings the recording up to the present: the laser has worked meanwhile, and perhaps come to the end.
    pub(crate) fn settle(&mut self) {
        let now = self.clock.now();
        let advanced = self
            .recording
            .as_mut()
            .map(|recording| (recording.advance(now), recording.buffer.history()));
        if let Some((streaming, history)) = advanced {
            self.buffer_history = Some(history);
            if streaming == Streaming::Lost {
                self.recording = None;
                self.stall = None;
                self.is_streaming_lost = true;
            }
        }
        if let Some(ended) = self.recording.take_if(|recording| recording.is_over(now)) {
            self.stall = None;
            self.end_recording(&ended);
        }
        if self
            .blanking
            .take_if(|blanking| blanking.is_over(now))
            .is_some()
        {
            self.end_blanking();
        }
        if self
            .closing
            .take_if(|closing| closing.is_over(now))
            .is_some()
        {
            self.read_in();
        }
    }

    /// What is wrong with the drive now.
    pub(crate) fn condition(&self) -> Option<Condition> {
        let (condition, until) = self.affliction?;
        until
            .is_none_or(|until| self.now() < until)
            .then_some(condition)
    }

    /// Breaks off what is going on; the disc stays as far as it came.
    pub(crate) fn abandon_recording(&mut self) {
        self.recording = None;
        self.stall = None;
        self.blanking = None;
        self.closing = None;
        self.is_streaming_lost = false;
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }

    /// Enters a recorded track in the PMA; of a session decides what it has made of the disc.
    fn end_recording(&mut self, recording: &Recording) {
        if recording.is_simulated() {
            return;
        }
        self.cue_sheet = None;
        let Way::Track(track) = &recording.way else {
            return self.read_in();
        };
        if let (Some(mounted), Some(track)) = (&mut self.mounted, track.pma_track()) {
            mounted.disc.enter_track(track);
            // A disc file that cannot be marked keeps the truth it has: a recording that did not end.
            let _ = mounted.disc.end_recording(true);
        }
    }

    /// Decides what the recorded disc is: complete, or appendable, if its own lead-in makes a table of contents and it
    /// reaches into the lead-out named there. Otherwise it stays what a broken-off recording leaves.
    fn read_in(&mut self) {
        let Some(mounted) = &mut self.mounted else {
            return;
        };
        let Some(contents) = Contents::read(&mounted.disc) else {
            return;
        };
        // A session that was added and cannot be read leaves the disc as it was broken off.
        let n_before = mounted.contents.as_ref().map_or(0, Contents::n_sessions);
        let is_added = contents.n_sessions() > n_before;
        // A disc file that cannot be marked keeps the truth it has: not complete.
        if is_added && mounted.disc.end_recording(contents.is_open()).is_ok() {
            mounted.contents = Some(contents);
        }
    }
}
