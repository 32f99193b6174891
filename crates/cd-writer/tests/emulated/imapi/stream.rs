//! What a write takes its sectors from, and what can be wrong with it.

use std::io::{self, Cursor, Read};

use cd_address::{LbaRange, Msf};
use cd_emulator::{DiscState, Medium};
use cd_image::SectorSource;
use cd_sector::SectorLayout;
use cd_writer::imapi::{Cause, ForwardStream, StreamError};
use cd_writer::{DiscAfter, Verdict};

use super::bench::{Bench, LEAD_IN, lead_in, refused};
use crate::host::{Image, authored, check_holds, lba, sectors, short_medium, small_buffer};

const NOT_SUPPORTED: &str = "E_IMAPI_DF2RAW_STREAM_NOT_SUPPORTED";
const TOO_SHORT: &str = "E_IMAPI_DF2RAW_STREAM_LEADIN_TOO_SHORT";
const NOT_ENOUGH_SPACE: &str = "E_IMAPI_DF2RAW_NOT_ENOUGH_SPACE";

/// The image as a reader, with `n_before` sectors of anything before it.
fn forward(image: &Image, n_before: u32) -> ForwardStream<'_> {
    let sector_bytes = image.layout.sector_bytes() as u64;
    let before = io::repeat(0xEE).take(u64::from(n_before) * sector_bytes);
    let n_bytes = before.limit() + image.bytes.len() as u64;
    ForwardStream::new(before.chain(Cursor::new(&image.bytes)), n_bytes)
}

#[test]
fn a_reader_that_cannot_seek_is_written_as_it_comes() {
    for n_before in [0, 1, 200] {
        let bench = Bench::prepared();
        let image = Image::raw();
        let count = sectors(LEAD_IN + n_before);
        let stream = forward(&image, n_before);
        let report = bench.format.write_media2(stream, count).unwrap();
        assert!(matches!(report.verdict, Verdict::Proved));
        check_holds(bench.drive.lock().disc().unwrap(), &image, image.range);
    }
}

#[test]
fn what_lies_before_the_mediums_lead_in_is_left_out() {
    let bench = Bench::prepared();
    let start = lba(-300 - 75);
    let long = authored(0x5A, start, SectorLayout::RawPw96);
    let report = bench.format.write_media2(&long, sectors(375)).unwrap();
    assert_eq!(report.range.start(), lba(-300));
    let drive = bench.drive.lock();
    let mut on_disc = [0; 2448];
    let mut expect = vec![0; 2448];
    for lba in report.range.iter().step_by(50) {
        assert!(drive.disc().unwrap().sector(lba, &mut on_disc).unwrap());
        let one = LbaRange::new(lba, sectors(1)).unwrap();
        long.render(one, &mut expect).unwrap();
        assert!(on_disc[..] == expect[..], "lba {lba}");
    }
}

#[test]
fn a_stream_with_too_little_lead_in_is_refused() {
    let image = Image::raw();
    for count in [0, 1, 150, 151, 299] {
        let bench = Bench::prepared();
        refused(bench.format.write_media2(&image, sectors(count)), TOO_SHORT);
        let stream = forward(&image, 0);
        let error = refused(bench.format.write_media2(stream, sectors(count)), TOO_SHORT);
        assert_eq!(error.disc(), DiscAfter::Untouched);
        let missing = format!("{} sectors of lead-in are missing", LEAD_IN - count);
        assert!(error.to_string().ends_with(&missing), "{error}");
    }
    // Just enough for another medium.
    let medium = Medium {
        lead_in_start: Msf::new(99, 57, 74).unwrap(),
        ..short_medium()
    };
    let bench = Bench::new(small_buffer(), Some(medium));
    let _ = bench.format.prepare_media().unwrap();
    bench
        .format
        .set_requested_sector_type(SectorLayout::RawPw96)
        .unwrap();
    refused(bench.write(&image), TOO_SHORT);
}

#[test]
fn a_stream_of_other_sectors_than_requested_is_refused() {
    let bench = Bench::prepared();
    let error = refused(
        bench.write(&Image::new(1, SectorLayout::Pq16)),
        NOT_SUPPORTED,
    );
    assert_eq!(
        error.to_string(),
        "the stream cannot be written: it has sectors of 2352+16 (P-Q), sectors of 2352+96 (raw P-W) were requested"
    );
    // As nothing was requested, packed P-W was.
    let bench = Bench::prepared_as_is(small_buffer());
    refused(bench.write(&Image::raw()), NOT_SUPPORTED);
}

#[test]
fn a_stream_that_is_no_disc_is_refused() {
    let check = |image: &Image, count: u32, why: &str| {
        let bench = Bench::prepared();
        let streams = [
            bench.format.write_media2(image, sectors(count)),
            bench.format.write_media2(forward(image, 0), sectors(count)),
        ];
        for result in streams {
            let error = refused(result, NOT_SUPPORTED);
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(error.disc(), DiscAfter::Untouched);
        }
        let drive = bench.drive.lock();
        assert_eq!(drive.disc().unwrap().state(), DiscState::Blank);
    };
    let cut_to = |n_sectors: u32| {
        let mut image = Image::raw();
        image.range = image.range.take(sectors(n_sectors));
        image.bytes.truncate(n_sectors as usize * 2448);
        image
    };
    // Neither the last sector before the lead-out nor anything before it is enough.
    check(&cut_to(600), LEAD_IN, "before the lead-out");
    check(&cut_to(400), LEAD_IN, "before the lead-out");
    check(&cut_to(0), LEAD_IN, "it is empty");
    check(&cut_to(100), 400, "before the medium's lead-in begins");
    // It does not lie where it is said to.
    check(&Image::raw(), LEAD_IN + 1, "another address");
    let mut without_toc = Image::raw();
    for lba in without_toc.range.iter().filter(|lba| lba.is_lead_in()) {
        without_toc.sector_mut(lba)[2352 + 95] ^= 0x40;
    }
    check(&without_toc, LEAD_IN, "no usable table of contents");

    // Frames of a lead-in behind the lead-out's first are another session's; a reader that cannot seek is not asked for them.
    let mut with_another = Image::raw();
    let lead_in = with_another.range.start();
    let frames = with_another.sector_mut(lead_in)[2352..].to_vec();
    for lba in with_another.range.skip(sectors(601)).unwrap() {
        with_another.sector_mut(lba)[2352..].copy_from_slice(&frames);
    }
    let bench = Bench::prepared();
    let result = bench.format.write_media2(&with_another, sectors(LEAD_IN));
    let error = refused(result, NOT_SUPPORTED);
    assert!(
        error.to_string().contains("more than one session"),
        "{error}"
    );
    assert_eq!(error.disc(), DiscAfter::Untouched);

    // One sector of lead-out is enough for the writer, and a drive doubts it.
    let bench = Bench::prepared();
    let error = bench.write(&cut_to(601)).unwrap_err();
    assert!(error.report().is_some(), "{error}");
}

#[test]
fn bytes_that_are_no_whole_sectors_are_refused() {
    let image = Image::raw();
    for n_bytes in [1, 2447, 2449, image.bytes.len() as u64 - 1] {
        let bench = Bench::prepared();
        let stream = ForwardStream::new(Cursor::new(&image.bytes), n_bytes);
        let result = bench.format.write_media2(stream, lead_in());
        let error = refused(result, NOT_SUPPORTED);
        assert!(error.to_string().contains("no whole sectors"), "{error}");
    }
}

#[test]
fn a_stream_that_does_not_fit_is_refused() {
    // The lead-out begins at lba 300: 00:06:00.
    let check = |latest: Msf, fits: bool| {
        let medium = Medium {
            last_lead_out: latest,
            ..short_medium()
        };
        let image = Image::raw();
        for is_forward in [false, true] {
            let bench = Bench::new(small_buffer(), Some(medium.clone()));
            let _ = bench.format.prepare_media().unwrap();
            let format = &bench.format;
            format
                .set_requested_sector_type(SectorLayout::RawPw96)
                .unwrap();
            let result = if is_forward {
                format.write_media2(forward(&image, 0), lead_in())
            } else {
                bench.write(&image)
            };
            if fits {
                assert!(result.unwrap().is_success());
            } else {
                let error = refused(result, NOT_ENOUGH_SPACE);
                assert_eq!(error.disc(), DiscAfter::Untouched);
            }
        }
    };
    check(Msf::new(0, 6, 0).unwrap(), true);
    check(Msf::new(0, 5, 74).unwrap(), false);
    // A stream with no place on any disc.
    let bench = Bench::prepared();
    let endless = ForwardStream::new(io::repeat(0), 2448 * 500_000);
    refused(
        bench.format.write_media2(endless, lead_in()),
        NOT_ENOUGH_SPACE,
    );
}

/// Fails with this error after so many bytes.
struct Failing<R> {
    inner: R,
    left: u64,
    kind: io::ErrorKind,
}

impl<R: Read> Read for Failing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(self.kind.into());
        }
        let n_bytes = self.inner.by_ref().take(self.left).read(out)?;
        self.left -= n_bytes as u64;
        Ok(n_bytes)
    }
}

fn failing(image: &Image, n_sectors: u64, kind: io::ErrorKind) -> ForwardStream<'_> {
    let reader = Failing {
        inner: Cursor::new(&image.bytes),
        left: n_sectors * 2448,
        kind,
    };
    ForwardStream::new(reader, image.bytes.len() as u64)
}

#[test]
fn a_stream_that_cannot_be_read_is_unspecified() {
    let image = Image::raw();
    // In the lead-in, behind it, and in the last sector: all of it is read ahead of the first WRITE.
    for n_sectors in [0, 299, 300, 500, 759] {
        let bench = Bench::prepared();
        let stream = failing(&image, n_sectors, io::ErrorKind::TimedOut);
        let error = refused(bench.format.write_media2(stream, lead_in()), "E_FAIL");
        let cause = error.cause();
        assert!(matches!(cause, Cause::Stream(StreamError::Unreadable(_))));
        assert_eq!(error.disc(), DiscAfter::Untouched);
    }
    let mut unreadable = Image::raw();
    unreadable.fails_at = Some(lba(-200));
    refused(Bench::prepared().write(&unreadable), "E_FAIL");
    let mut changed = Image::raw();
    changed.has_changed = true;
    let error = refused(Bench::prepared().write(&changed), "E_FAIL");
    assert_eq!(error.disc(), DiscAfter::Complete);
}

#[test]
fn a_reader_that_ends_early_is_unspecified() {
    let image = Image::raw();
    let bench = Bench::prepared();
    let short = Cursor::new(&image.bytes[..image.bytes.len() - 1]);
    let stream = ForwardStream::new(short, image.bytes.len() as u64);
    let error = refused(bench.format.write_media2(stream, lead_in()), "E_FAIL");
    assert_eq!(error.disc(), DiscAfter::Untouched);
}

#[test]
fn a_stream_for_which_there_is_no_memory_is_out_of_memory() {
    let image = Image::raw();
    for n_sectors in [10, 500] {
        let bench = Bench::prepared();
        let stream = failing(&image, n_sectors, io::ErrorKind::OutOfMemory);
        let result = bench.format.write_media2(stream, lead_in());
        let error = refused(result, "E_OUTOFMEMORY");
        assert_eq!(error.disc(), DiscAfter::Untouched);
    }
}
