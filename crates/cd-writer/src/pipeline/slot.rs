//! Where the sectors of a chunk are while somebody needs them.

use std::sync::Arc;

use cd_address::{Lba, LbaRange};
use cd_image::{SectorSource, SourceError};

/// The sectors of one chunk: a slice of the map, or a buffer that is used again and again.
#[derive(Clone, Default)]
pub(crate) struct Slot<'a> {
    /// What is in it; `None` if nothing is.
    range: Option<LbaRange>,
    mapped: Option<&'a [u8]>,
    buffer: Vec<u8>,
    used: usize,
}

impl<'a> Slot<'a> {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self.mapped {
            Some(bytes) => bytes,
            None => &self.buffer[..self.used],
        }
    }

    /// Makes it a buffer of `n_bytes` with anything in it, for `range`.
    pub(crate) fn room(&mut self, range: LbaRange, n_bytes: usize) -> &mut [u8] {
        self.mapped = None;
        self.range = Some(range);
        self.used = n_bytes;
        if self.buffer.len() < n_bytes {
            self.buffer.resize(n_bytes, 0);
        }
        &mut self.buffer[..n_bytes]
    }

    fn fill(&mut self, source: &'a dyn SectorSource, range: LbaRange) -> Result<(), SourceError> {
        self.let_go(source);
        if let Some(bytes) = source.mapped(range)? {
            self.mapped = Some(bytes);
            self.range = Some(range);
            return Ok(());
        }
        let n_bytes = range.len().count() as usize * source.layout().sector_bytes();
        let rendered = source.render(range, self.room(range, n_bytes));
        if rendered.is_err() {
            self.range = None;
        }
        rendered
    }

    /// What was in it is needed no more: a map need not keep its pages in memory.
    fn let_go(&mut self, source: &dyn SectorSource) {
        if let (Some(range), Some(_)) = (self.range.take(), self.mapped.take()) {
            source.release(range);
        }
    }
}

/// All slots of a reader. What others hold of them they hold by clones: a slot nobody else has can be used again.
pub(crate) struct Slots<'a> {
    slots: Vec<Arc<Slot<'a>>>,
    /// So many are enough for all who may hold one.
    most: usize,
}

impl<'a> Slots<'a> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            slots: Vec::with_capacity(most),
            most,
        }
    }

    /// The slot with `range`, filled from `source` unless one still has it. What lies before `needed_from` no consumer
    /// comes to any more.
    pub(crate) fn with(
        &mut self,
        source: &'a dyn SectorSource,
        range: LbaRange,
        needed_from: Lba,
    ) -> Result<Arc<Slot<'a>>, SourceError> {
        let held = self.slots.iter().find(|slot| slot.range == Some(range));
        if let Some(slot) = held {
            return Ok(Arc::clone(slot));
        }
        let slot = self.vacant(needed_from);
        // Nobody else has it, so nothing is copied.
        Arc::make_mut(slot).fill(source, range)?;
        Ok(Arc::clone(slot))
    }

    /// A slot that nobody else has: one that is needed no more, else a new one if there may be more, else the one that is
    /// needed last.
    pub(crate) fn vacant(&mut self, needed_from: Lba) -> &mut Arc<Slot<'a>> {
        let is_free = |slot: &&Arc<Slot<'a>>| Arc::strong_count(slot) == 1;
        let starts_at = |slot: &Arc<Slot<'a>>| slot.range.map(LbaRange::start);
        let is_done = |slot: &Arc<Slot<'a>>| starts_at(slot).is_none_or(|at| at < needed_from);
        let free = self.slots.iter().enumerate();
        let free = free.filter(|(_, slot)| is_free(slot));
        // Those that are done come last in this order.
        let best = free.max_by_key(|(_, slot)| (is_done(slot), starts_at(slot)));
        let idx = match best {
            Some((idx, slot)) if is_done(slot) || self.slots.len() >= self.most => idx,
            _ => {
                self.slots.push(Arc::default());
                self.slots.len() - 1
            }
        };
        &mut self.slots[idx]
    }

    /// Lets go of all pages that are still held of a map.
    pub(crate) fn release(self, source: &dyn SectorSource) {
        for slot in &self.slots {
            if let (Some(range), Some(_)) = (slot.range, slot.mapped) {
                source.release(range);
            }
        }
    }
}
