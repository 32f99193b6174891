use cd_sector::SectorLayout;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// Sectors whose first four bytes are their address; mapped or rendered as told.
struct Numbered {
    range: LbaRange,
    bytes: Option<Vec<u8>>,
    fails_at: Option<Lba>,
    n_read: AtomicU32,
    n_asked: AtomicU32,
    n_released: AtomicU32,
}

fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

impl Numbered {
    const LAYOUT: SectorLayout = SectorLayout::Pq16;

    fn new(count: u32, mapped: bool) -> Self {
        let range = LbaRange::new(Lba::new(-200).unwrap(), sectors(count)).unwrap();
        let bytes = mapped.then(|| {
            let mut bytes = vec![0; count as usize * Self::LAYOUT.sector_bytes()];
            number(range, &mut bytes);
            bytes
        });
        Self {
            range,
            bytes,
            fails_at: None,
            n_read: AtomicU32::new(0),
            n_asked: AtomicU32::new(0),
            n_released: AtomicU32::new(0),
        }
    }

    fn check(&self, range: LbaRange) -> Result<(), SourceError> {
        self.n_read
            .fetch_add(range.len().count(), Ordering::Relaxed);
        match self.fails_at {
            Some(lba) if range.contains(lba) => Err(SourceError::OutOfRange {
                asked: range,
                held: self.range,
            }),
            _ => Ok(()),
        }
    }
}

fn number(range: LbaRange, out: &mut [u8]) {
    for (lba, sector) in range
        .iter()
        .zip(out.chunks_mut(Numbered::LAYOUT.sector_bytes()))
    {
        sector[..4].copy_from_slice(&lba.value().to_be_bytes());
    }
}

impl SectorSource for Numbered {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        Self::LAYOUT
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        let Some(bytes) = &self.bytes else {
            return Ok(None);
        };
        self.check(range)?;
        let sector = Self::LAYOUT.sector_bytes();
        let start = self.range.offset_of(range.start()).unwrap().count() as usize * sector;
        Ok(Some(
            &bytes[start..start + range.len().count() as usize * sector],
        ))
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.check(range)?;
        number(range, out);
        Ok(())
    }

    /// Each sector once, in order, and before it is read.
    fn will_need(&self, range: LbaRange) {
        let n_before = self.range.offset_of(range.start()).unwrap().count();
        let n_asked = self
            .n_asked
            .fetch_add(range.len().count(), Ordering::Relaxed);
        assert_eq!(n_asked, n_before);
        assert!(self.n_read.load(Ordering::Relaxed) <= n_before);
    }

    fn release(&self, range: LbaRange) {
        self.n_released
            .fetch_add(range.len().count(), Ordering::Relaxed);
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

const SETTINGS: fn(u32, usize) -> ReadAhead = |chunk, depth| ReadAhead {
    chunk: Sectors::new(chunk).unwrap(),
    depth,
    cached: 0,
};

#[test]
fn every_sector_arrives_once_and_in_order() {
    for mapped in [true, false] {
        for (count, chunk, depth) in [(1, 1, 1), (10, 3, 1), (100, 7, 4), (64, 64, 2), (5, 9, 3)] {
            let source = Numbered::new(count, mapped);
            let cancel = CancelToken::new();
            let seen = read_ahead(&source, source.range(), SETTINGS(chunk, depth), |feed| {
                let mut seen = Vec::new();
                loop {
                    match feed.next(&cancel) {
                        Next::Chunk(chunk) => {
                            assert_eq!(feed.last_read(), chunk.range().last());
                            let bytes = chunk.chunks(Numbered::LAYOUT.sector_bytes());
                            seen.extend(
                                bytes.map(|b| i32::from_be_bytes([b[0], b[1], b[2], b[3]])),
                            );
                        }
                        Next::End => return seen,
                        other => panic!("{other:?}"),
                    }
                }
            })
            .unwrap();
            assert!(seen.into_iter().eq(source.range().iter().map(Lba::value)));
            // A map is let go of behind the drive; buffers come back instead.
            let n_released = source.n_released.load(Ordering::Relaxed);
            assert_eq!(n_released, if mapped { count } else { 0 });
        }
    }
}

#[test]
fn the_reader_stays_within_its_room() {
    let source = Numbered::new(1_000, false);
    let cancel = CancelToken::new();
    read_ahead(&source, source.range(), SETTINGS(10, 4), |feed| {
        while !feed.poll_full() {}
        assert_eq!(feed.buffer_used(), feed.buffer_total());
        let Next::Chunk(held) = feed.next(&cancel) else {
            panic!("no chunk")
        };
        // Four wait, one is held here, one more may be in the making.
        thread::sleep(Duration::from_millis(50));
        assert!(source.n_read.load(Ordering::Relaxed) <= 60);
        drop(held);
    })
    .unwrap();
}

#[test]
fn a_source_that_fails_ends_the_feed_there() {
    for mapped in [true, false] {
        let mut source = Numbered::new(100, mapped);
        source.fails_at = Some(Lba::new(-150).unwrap());
        let cancel = CancelToken::new();
        let n_good = read_ahead(&source, source.range(), SETTINGS(10, 3), |feed| {
            while !feed.poll_full() {}
            let mut n_good = 0;
            loop {
                match feed.next(&cancel) {
                    Next::Chunk(chunk) => n_good += chunk.range().len().count(),
                    Next::Failed(_) => break,
                    other => panic!("{other:?}"),
                }
            }
            assert!(matches!(feed.next(&cancel), Next::End));
            n_good
        })
        .unwrap();
        assert_eq!(n_good, 50);
    }
}

#[test]
fn a_consumer_may_leave_at_any_time() {
    for n_taken in 0..5 {
        let source = Numbered::new(1_000, false);
        let cancel = CancelToken::new();
        read_ahead(&source, source.range(), SETTINGS(3, 2), |feed| {
            for _ in 0..n_taken {
                assert!(matches!(feed.next(&cancel), Next::Chunk(_)));
            }
        })
        .unwrap();
    }
}

#[test]
fn files_are_asked_for_ahead_of_the_chunks_and_each_once() {
    for mapped in [true, false] {
        for (count, chunk, depth, cached) in [(100, 7, 2, 3), (10, 3, 1, 50), (64, 64, 1, 1)] {
            let source = Numbered::new(count, mapped);
            let settings = ReadAhead {
                cached,
                ..SETTINGS(chunk, depth)
            };
            let cancel = CancelToken::new();
            let n_asked = || source.n_asked.load(Ordering::Relaxed);
            read_ahead(&source, source.range(), settings, |feed| {
                let mut n_chunks = 0;
                while let Next::Chunk(_) = feed.next(&cancel) {
                    n_chunks += 1;
                    let reach = (n_chunks - 1 + depth + cached) * chunk as usize;
                    assert!(n_asked() as usize >= reach.min(count as usize));
                }
            })
            .unwrap();
            assert_eq!(n_asked(), count);
            let source = Numbered::new(count, mapped);
            read_ahead(&source, source.range(), SETTINGS(chunk, depth), |feed| {
                while let Next::Chunk(_) = feed.next(&cancel) {}
            })
            .unwrap();
            assert_eq!(source.n_asked.load(Ordering::Relaxed), 0);
        }
    }
}

/// A source that never answers until it is let go.
struct Stuck(Receiver<()>, Numbered);

impl SectorSource for Stuck {
    fn range(&self) -> LbaRange {
        self.1.range
    }

    fn layout(&self) -> SectorLayout {
        Numbered::LAYOUT
    }

    fn mapped(&self, _: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        let _ = self.0.recv();
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.1.render(range, out)
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

#[test]
fn a_hanging_source_does_not_hold_up_a_cancel() {
    let (let_go, gate) = bounded(1);
    let source = Stuck(gate, Numbered::new(10, false));
    let cancel = CancelToken::new();
    let from_elsewhere = cancel.clone();
    let canceller = thread::spawn(move || from_elsewhere.cancel());
    read_ahead(&source, source.range(), SETTINGS(5, 2), |feed| {
        assert!(feed.poll().is_none());
        assert!(!feed.poll_full());
        canceller.join().unwrap();
        assert!(matches!(feed.next(&cancel), Next::Cancelled));
        drop(let_go);
    })
    .unwrap();
}

#[test]
fn no_chunk_and_no_depth_count_as_one() {
    let source = Numbered::new(5, false);
    let cancel = CancelToken::new();
    let n_chunks = read_ahead(&source, source.range(), SETTINGS(0, 0), |feed| {
        let mut n_chunks = 0;
        while let Next::Chunk(chunk) = feed.next(&cancel) {
            assert_eq!(chunk.range().len(), sectors(1));
            n_chunks += 1;
        }
        n_chunks
    })
    .unwrap();
    assert_eq!(n_chunks, 5);
}

#[test]
fn a_failure_is_known_before_its_sector_is_due() {
    let mut source = Numbered::new(100, false);
    // In the read-ahead, and after it.
    for (lba, expect) in [(-200, true), (-171, true), (-161, false), (-101, false)] {
        source.fails_at = Some(Lba::new(lba).unwrap());
        read_ahead(&source, source.range(), SETTINGS(10, 3), |feed| {
            while !feed.poll_full() {}
            assert_eq!(feed.has_failed(), expect, "{lba}");
        })
        .unwrap();
    }
}

/// The addresses a feed gives, to its end.
fn drain(feed: &mut Feed<'_>) -> Vec<i32> {
    let cancel = CancelToken::new();
    let mut seen = Vec::new();
    while let Next::Chunk(chunk) = feed.next(&cancel) {
        let bytes = chunk.chunks(Numbered::LAYOUT.sector_bytes());
        seen.extend(bytes.map(|b| i32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    }
    seen
}

#[test]
fn consumers_of_one_pace_have_each_chunk_read_once() {
    for mapped in [true, false] {
        let source = Numbered::new(1_000, mapped);
        let ranges = [source.range; 8];
        // Room for all of it: whatever the threads' paces are.
        let seen = read_ahead_for(&source, &ranges, SETTINGS(10, 12), |feeds| {
            thread::scope(|scope| {
                let drained = feeds
                    .into_iter()
                    .map(|mut feed| scope.spawn(move || drain(&mut feed)));
                let drained: Vec<_> = drained.collect();
                drained
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect::<Vec<_>>()
            })
        })
        .unwrap();
        for seen in seen {
            assert!(seen.into_iter().eq(source.range.iter().map(Lba::value)));
        }
        assert_eq!(source.n_read.load(Ordering::Relaxed), 1_000);
        let n_released = source.n_released.load(Ordering::Relaxed);
        assert_eq!(n_released, if mapped { 1_000 } else { 0 });
    }
}

#[test]
fn one_that_stands_still_holds_up_no_other_and_reads_again() {
    let source = Numbered::new(1_000, false);
    let ranges = [source.range; 2];
    read_ahead_for(&source, &ranges, SETTINGS(10, 3), |mut feeds| {
        let mut slow = feeds.pop().unwrap();
        let mut fast = feeds.pop().unwrap();
        assert_eq!(drain(&mut fast).len(), 1_000);
        let n_read = source.n_read.load(Ordering::Relaxed);
        assert_eq!(
            n_read, 1_000,
            "the slow one had its first three chunks from the fast one's"
        );
        assert!(
            drain(&mut slow)
                .into_iter()
                .eq(source.range.iter().map(Lba::value))
        );
    })
    .unwrap();
    // Some of the 97 chunks it lagged behind were still there.
    let n_read = source.n_read.load(Ordering::Relaxed);
    assert!((1_900..=1_970).contains(&n_read), "{n_read}");
}

#[test]
fn ranges_may_differ_and_share_one_grid() {
    let source = Numbered::new(100, false);
    let whole = source.range;
    let later = whole.skip(sectors(25)).unwrap().take(sectors(30));
    read_ahead_for(&source, &[whole, later], SETTINGS(10, 20), |mut feeds| {
        let of_later = drain(&mut feeds[1]);
        // From the chunk that holds its first sector to the one that holds its last.
        assert_eq!(of_later.first(), Some(&(-200 + 20)));
        assert_eq!(of_later.last(), Some(&(-200 + 59)));
        assert_eq!(drain(&mut feeds[0]).len(), 100);
    })
    .unwrap();
    assert_eq!(source.n_read.load(Ordering::Relaxed), 100);
}

#[test]
fn one_that_leaves_ends_its_feed_alone() {
    let source = Numbered::new(1_000, true);
    let ranges = [source.range; 3];
    read_ahead_for(&source, &ranges, SETTINGS(10, 3), |mut feeds| {
        drop(feeds.remove(1));
        assert_eq!(drain(&mut feeds[0]).len(), 1_000);
        assert_eq!(drain(&mut feeds[1]).len(), 1_000);
    })
    .unwrap();
}

#[test]
fn a_source_that_fails_fails_each_where_it_comes_to_it() {
    let mut source = Numbered::new(100, false);
    source.fails_at = Some(Lba::new(-150).unwrap());
    let ranges = [source.range; 2];
    read_ahead_for(&source, &ranges, SETTINGS(10, 3), |feeds| {
        for mut feed in feeds {
            assert_eq!(drain(&mut feed).len(), 50);
            assert!(feed.has_failed());
        }
    })
    .unwrap();
}
