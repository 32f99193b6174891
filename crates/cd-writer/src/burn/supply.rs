//! The sectors of each WRITE out of chunks, which as a rule are whole WRITEs.

use cd_address::LbaRange;
use cd_transport::os::SignalsHeld;

use crate::StopCause;
use crate::pipeline::{Chunk, Feed, Next};

/// What was taken out of a feed and not yet used up.
#[derive(Default)]
pub(super) struct Supply<'a> {
    chunk: Option<Chunk<'a>>,
    /// Sectors of one WRITE that lie in several chunks, as far as they came: drives with other lead-ins share the chunks of
    /// one reader.
    joined: Vec<u8>,
    joined_range: Option<LbaRange>,
    /// Signals come through between chunks, not at each WRITE.
    signals: Option<SignalsHeld>,
}

impl<'a> Supply<'a> {
    /// The bytes of `piece`, which is the last one or follows it. `None` if the source has not got so far yet: there
    /// is time to look at other things before it is asked again.
    pub(super) fn sectors(
        &mut self,
        piece: LbaRange,
        feed: &mut Feed<'a>,
    ) -> Result<Option<&[u8]>, StopCause> {
        while !self.holds(piece) {
            self.keep_head(piece);
            // Dropped first, so that its buffer is back before the next is waited for.
            self.chunk = None;
            self.signals = None;
            match feed.poll() {
                None => return Ok(None),
                Some(Next::Chunk(chunk)) => self.join(piece, chunk),
                Some(Next::Failed(error)) => return Err(StopCause::Source(error)),
                Some(Next::End | Next::Cancelled) => {
                    return Err(StopCause::SourceEnded(piece.start()));
                }
            }
        }
        self.signals.get_or_insert_with(SignalsHeld::new);
        if self.joined_range == Some(piece) {
            return Ok(Some(&self.joined));
        }
        let chunk = self.chunk.as_ref();
        Ok(chunk.and_then(|chunk| chunk.sectors(piece)))
    }

    /// No WRITE comes next: signals come through.
    pub(super) fn rest(&mut self) {
        self.signals = None;
    }

    fn holds(&self, piece: LbaRange) -> bool {
        let chunk = self.chunk.as_ref();
        self.joined_range == Some(piece)
            || chunk.is_some_and(|chunk| chunk.range().contains_range(piece))
    }

    /// Copies what the chunk in hand has of the beginning of `piece`.
    fn keep_head(&mut self, piece: LbaRange) {
        let Some(chunk) = &self.chunk else { return };
        let begins = self.joined_range.map(LbaRange::start) == Some(piece.start());
        if begins {
            return;
        }
        self.joined_range = None;
        let head = chunk.range().intersection(piece);
        if let Some(head) = head.filter(|head| head.start() == piece.start())
            && let Some(bytes) = chunk.sectors(head)
        {
            self.joined.clear();
            self.joined.extend_from_slice(bytes);
            self.joined_range = Some(head);
        }
    }

    /// Takes the chunk in hand, and of it what `piece` still lacks if its beginning was kept.
    fn join(&mut self, piece: LbaRange, chunk: Chunk<'a>) {
        if let Some(head) = self.joined_range
            && head.start() == piece.start()
            && let Some(rest) = piece.skip(head.len())
            && let Some(more) = chunk.range().intersection(rest)
            && more.start() == rest.start()
            && let Some(bytes) = chunk.sectors(more)
            && let Ok(len) = head.len().add(more.len())
        {
            self.joined.extend_from_slice(bytes);
            self.joined_range = LbaRange::new(piece.start(), len).ok();
        }
        self.chunk = Some(chunk);
    }
}
