//! From image file to drive: what the burner's pipeline carries, and what feeds it.

use std::fs::File;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_emulator::Medium;
use cd_image::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, Image, MappedFile, OpenOptions,
    Run, RunSubcode, RwForm, SectorSource, Track, TrackKind, check_stream, check_stream_on, survey,
    write_stream,
};
use cd_sector::SectorLayout;
use cd_transport::{Clock, VirtualClock};

use super::Meter;
use super::nowhere::{AcceptsEverything, burn, drive};
use crate::{Result, project};

/// User data of the image: 100 MiB, of which a stream of 170 MB is made.
const N_USER_SECTORS: u32 = 51_200;

/// Rendering an authored stream; burning it, and the same stream from a file; checking that.
pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let scratch = project::Scratch::new("bench-pipeline")?;
    let iso = iso(scratch.path())?;
    let image = Image::open(&iso, &OpenOptions::default())?;
    let medium = Medium::cd_r_80();
    let start = medium.lead_in_start.to_lba();
    let authored = image.stream(start, SectorLayout::RawPw96)?;
    let n_bytes = u64::from(authored.range().len().count()) * 2448;

    let chunk = Sectors::new(256)?;
    let mut out = vec![0; 256 * 2448];
    let program = LbaRange::new(Lba::ZERO, Sectors::new(N_USER_SECTORS)?)?;
    meter.measure(
        "render authored Mode 1",
        u64::from(N_USER_SECTORS) * 2448,
        || {
            for piece in program.chunks(chunk) {
                let bytes = &mut out[..piece.len().count() as usize * 2448];
                authored.render(piece, bytes).expect("the image lies still");
            }
        },
    );

    render_runs(meter, &iso)?;

    let raw = scratch.path().join("raw.bin");
    let keep_on = &mut |_, _| std::ops::ControlFlow::Continue(());
    write_stream(authored.as_ref(), &raw, false, keep_on)?;
    let options = OpenOptions {
        start: Some(start),
        ..OpenOptions::default()
    };
    let mapped = Image::open(&raw, &options)?.stream(start, SectorLayout::RawPw96)?;
    let (survey_of_mapped, survey_of_authored) = (survey(&*mapped)?, survey(&*authored)?);
    meter.measure("pipeline from a mapped raw stream", n_bytes, || {
        AcceptsEverything::new(&medium).burn(&*mapped, &survey_of_mapped);
    });
    meter.measure("pipeline from an authored stream", n_bytes, || {
        AcceptsEverything::new(&medium).burn(&*authored, &survey_of_authored);
    });
    meter.measure("burn onto an emulated disc", n_bytes, || {
        let mut drive = drive(&medium);
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::default());
        burn(&mut [&mut drive], &clock, &*mapped, &survey_of_mapped);
    });
    check(meter, &*mapped)
}

/// Rendering what a disc can be made of besides: each from the bytes of `file`, which are as good as any.
fn render_runs(meter: &mut Meter, file: &Path) -> Result<()> {
    let file = Arc::new(MappedFile::open(file)?);
    let packs = RunSubcode::RwFile {
        file: Arc::clone(&file),
        offset: 0,
        stride: RwForm::BYTES,
        form: RwForm::CdgPacks,
    };
    for (name, kind, payload, subcode) in [
        (
            "render authored samples",
            TrackKind::Audio,
            FilePayload::Samples,
            None,
        ),
        (
            "render authored samples with CD+G",
            TrackKind::Audio,
            FilePayload::Samples,
            Some(packs),
        ),
        (
            "render authored form 1",
            TrackKind::Mode2Xa,
            FilePayload::Mode2Form1User,
            None,
        ),
        (
            "render authored form 2",
            TrackKind::Mode2Xa,
            FilePayload::Mode2Form2User,
            None,
        ),
        (
            "render authored plain data",
            TrackKind::Mode1,
            FilePayload::PlainSector,
            None,
        ),
    ] {
        let length = Sectors::new(N_USER_SECTORS / 2)?;
        let mut run = Run::file(Arc::clone(&file), 0, FileForm::packed(payload), length);
        run.subcode = subcode.unwrap_or(RunSubcode::Authored);
        let spec = DiscSpec::new(vec![Track::new(kind, vec![run])]);
        let disc = Arc::new(DiscLayout::new(spec)?);
        let stream = AuthoredStream::new(disc, Lba::MIN, SectorLayout::RawPw96)?;
        let mut out = vec![0; 256 * 2448];
        let n_bytes = u64::from(length.count()) * 2448;
        meter.measure(name, n_bytes, || {
            let program = LbaRange::new(Lba::ZERO, length).expect("it lies within the disc");
            for piece in program.chunks(Sectors::new(256).expect("it is small")) {
                let bytes = &mut out[..piece.len().count() as usize * 2448];
                stream.render(piece, bytes).expect("the file lies still");
            }
        });
    }
    Ok(())
}

/// The stream checker over the whole file, which is clean.
fn check(meter: &mut Meter, mapped: &dyn SectorSource) -> Result<()> {
    let n_bytes = u64::from(mapped.range().len().count()) * 2448;
    let keep_on = &mut |_, _| std::ops::ControlFlow::Continue(());
    for (name, n_threads) in [
        ("whole-file check, one core", Some(NonZeroUsize::MIN)),
        ("whole-file check, all cores", None),
    ] {
        meter.measure(name, n_bytes, || {
            let report = match n_threads {
                Some(n_threads) => check_stream_on(mapped, n_threads, keep_on),
                None => check_stream(mapped, keep_on),
            };
            let report = report.expect("the file lies still");
            assert_eq!(report.findings, [], "an authored stream is clean");
        });
    }
    Ok(())
}

/// A file that is an ISO as far as anybody looks, and otherwise numbers.
fn iso(dir: &Path) -> Result<PathBuf> {
    let path = dir.join("image.iso");
    let mut file = std::io::BufWriter::new(File::create_new(&path)?);
    for sector_idx in 0..N_USER_SECTORS {
        let mut sector = [0; 2048];
        for (word_idx, word) in (0_u32..).zip(sector.chunks_exact_mut(4)) {
            word.copy_from_slice(&(sector_idx ^ word_idx.wrapping_mul(0x9E37_79B9)).to_le_bytes());
        }
        if sector_idx == 16 {
            sector[..7].copy_from_slice(b"\x01CD001\x01");
        }
        file.write_all(&sector)?;
    }
    file.flush()?;
    Ok(path)
}
