//! Finding the disc in a stream, and writing it as files that other programs read.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_image::{
    AuthoredStream, ConvertTarget, DiscLayout, DiscSpec, FileForm, FilePayload, MappedFile, Run,
    SectorSource, Track, TrackKind, convert, recover, write_stream,
};
use cd_sector::SectorLayout;

use super::Meter;
use crate::{Result, project};

/// Eight minutes, and nearly eighty: speed and memory have to be the same.
const LENGTHS: [(u32, &str); 2] = [(36_000, "8 min"), (359_000, "80 min")];

/// Streams of two lengths, half Mode 1 and half sound, to each kind of file.
pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let scratch = project::Scratch::new("bench-convert")?;
    for (n_sectors, length) in LENGTHS {
        let stream = stream(scratch.path(), n_sectors)?;
        let n_bytes = u64::from(stream.range().len().count()) * 2448;
        let mut keep_on = |_: Sectors, _: Sectors| ControlFlow::Continue(());
        meter.measure(name("find the disc", length), n_bytes, || {
            recover(&stream, &mut keep_on).expect("an authored stream has a disc");
        });
        let map = recover(&stream, &mut keep_on)?;
        for (target, what) in [
            (ConvertTarget::Ccd, "to CCD/IMG/SUB"),
            (ConvertTarget::Cue { with_sub: false }, "to CUE/BIN"),
        ] {
            let path = scratch.path().join("out.sheet");
            meter.measure(name(what, length), n_bytes, || {
                convert(&stream, &map, target, (&path, true), &mut keep_on)
                    .expect("there is room for it");
            });
        }
        let path = scratch.path().join("out.raw");
        meter.measure(name("to a raw stream", length), n_bytes, || {
            write_stream(&stream, &path, true, &mut keep_on).expect("there is room for it");
        });
    }
    Ok(())
}

/// A figure's name, which lives as long as the program: there are eight.
fn name(what: &str, length: &str) -> &'static str {
    format!("{what}, {length}").leak()
}

fn stream(dir: &Path, n_sectors: u32) -> Result<AuthoredStream> {
    let half = Sectors::new(n_sectors / 2)?;
    let mut tracks = Vec::new();
    for (kind, payload) in [
        (TrackKind::Mode1, FilePayload::Mode1User),
        (TrackKind::Audio, FilePayload::Samples),
    ] {
        let path = dir.join(format!("{kind}-{n_sectors}"));
        let n_bytes = u64::from(half.count()) * u64::from(payload.bytes());
        File::create(&path)?.set_len(n_bytes)?;
        let file = Arc::new(MappedFile::open(path)?);
        let run = Run::file(file, 0, FileForm::packed(payload), half);
        tracks.push(Track::new(kind, vec![run]).with_pregap(Sectors::new(150)?));
    }
    let disc = Arc::new(DiscLayout::new(DiscSpec::new(tracks))?);
    let start = Lba::IMAGE_START_95_00_00;
    Ok(AuthoredStream::new(disc, start, SectorLayout::RawPw96)?)
}
