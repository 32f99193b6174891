//! The thread that reads: for whom next, and what.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use crossbeam_channel::{Receiver, Sender};

use super::slot::Slots;
use super::{Chunk, Feed, Pipe, ReadAhead};

/// One consumer as the reader sees it.
pub(super) struct Seat<'a> {
    /// The chunks it still gets, by number.
    due: Range<u32>,
    chunks: Sender<Result<Chunk<'a>, SourceError>>,
    full: Sender<()>,
    has_failed: Arc<AtomicBool>,
    is_gone: Arc<AtomicBool>,
}

impl<'a> Seat<'a> {
    pub(super) fn new(due: Range<u32>, pipe: Pipe<'a>) -> (Feed<'a>, Self) {
        let seat = Self {
            due,
            chunks: pipe.chunks,
            full: pipe.full,
            has_failed: pipe.has_failed,
            is_gone: pipe.is_gone,
        };
        (pipe.feed, seat)
    }

    fn wants_more(&self) -> bool {
        !self.due.is_empty() && !self.is_gone.load(Ordering::Acquire)
    }

    /// Hands over its next chunk, for which there is room, or what became of it.
    fn serve(&mut self, chunk: Result<Chunk<'a>, SourceError>) {
        let is_last = chunk.is_err();
        if is_last {
            self.has_failed.store(true, Ordering::Release);
        }
        let is_gone = self.chunks.try_send(chunk).is_err();
        self.due.start += 1;
        if is_last || is_gone {
            self.due = 0..0;
        } else if self.chunks.is_full() {
            // Said once; later the place for it is taken or nobody listens.
            let _ = self.full.try_send(());
        }
    }
}

pub(super) struct Reader<'a> {
    source: &'a dyn SectorSource,
    /// Everything that anybody wants.
    range: LbaRange,
    chunk: Sectors,
    slots: Slots<'a>,
    /// How many chunks files are asked for, counted from the one that is read now; `None` if for none.
    reach: Option<u32>,
    /// The first chunk that no file was asked for yet.
    unasked: u32,
    room: Receiver<()>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        source: &'a dyn SectorSource,
        ranges: &[LbaRange],
        settings: ReadAhead,
        room: Receiver<()>,
    ) -> Self {
        let start = ranges.iter().map(|range| range.start()).min();
        let last = ranges.iter().filter_map(|range| range.last()).max();
        let all = start.unwrap_or(source.range().start());
        let n_sectors = last
            .and_then(|last| last.since(all))
            .map_or(0, |n| n.count() + 1);
        let n_sectors = Sectors::new(n_sectors).unwrap_or(Sectors::ZERO);
        // Each consumer has one in hand while its others wait; one is being filled.
        let n_slots = ranges.len() * (settings.depth + 1) + 1;
        Self {
            source,
            range: LbaRange::new(all, n_sectors).unwrap_or(source.range()),
            chunk: settings.chunk,
            slots: Slots::new(n_slots),
            reach: (settings.cached > 0)
                .then(|| u32::try_from(settings.depth + settings.cached).unwrap_or(u32::MAX)),
            unasked: 0,
            room,
        }
    }

    /// The numbers of the chunks that hold `range`.
    pub(super) fn span(&self, range: LbaRange) -> Range<u32> {
        let chunk = self.chunk.count();
        let offset = |lba: Lba| self.range.offset_of(lba).map_or(0, Sectors::count);
        let start = offset(range.start()) / chunk;
        range
            .last()
            .map_or(start..start, |last| start..offset(last) / chunk + 1)
    }

    /// Reads until nobody wants more. Gives the slots back, some of which others may still hold.
    pub(super) fn run(mut self, mut seats: Vec<Seat<'a>>) -> Slots<'a> {
        loop {
            // A seat that is dropped ends its feed.
            seats.retain(Seat::wants_more);
            if seats.is_empty() {
                return self.slots;
            }
            let with_room = seats.iter_mut().filter(|seat| !seat.chunks.is_full());
            let emptiest = with_room.min_by_key(|seat| (seat.chunks.len(), seat.due.start));
            let Some(number) = emptiest.map(|seat| seat.due.start) else {
                // An error only says that all feeds are gone, as each seat does.
                let _ = self.room.recv();
                continue;
            };
            self.serve(&mut seats, number);
        }
    }

    /// Gives the chunk of this number to the emptiest seat that waits for it.
    fn serve(&mut self, seats: &mut [Seat<'a>], number: u32) {
        let needed = seats.iter().map(|seat| seat.due.start).min();
        let needed_from = self.piece(needed.unwrap_or(number)).start();
        self.ask_for_files(number);
        let piece = self.piece(number);
        let slot = self.slots.with(self.source, piece, needed_from);
        let chunk = slot.map(|slot| Chunk::new(piece, slot));
        let waiting = seats.iter_mut().filter(|seat| seat.due.start == number);
        if let Some(seat) = waiting.min_by_key(|seat| seat.chunks.len()) {
            seat.serve(chunk);
        }
    }

    /// Has files read for the chunks that follow this one, each once.
    fn ask_for_files(&mut self, number: u32) {
        let Some(reach) = self.reach else { return };
        let n_chunks = self.range.len().count().div_ceil(self.chunk.count());
        let end = number.saturating_add(reach).min(n_chunks);
        while self.unasked < end {
            self.source.will_need(self.piece(self.unasked));
            self.unasked += 1;
        }
    }

    fn piece(&self, number: u32) -> LbaRange {
        let before = Sectors::new(number.saturating_mul(self.chunk.count()));
        let rest = before.ok().and_then(|before| self.range.skip(before));
        rest.unwrap_or(self.range).take(self.chunk)
    }
}
