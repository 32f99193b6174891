//! What a drive at its real speed costs the computer, what several at once get, and what a long burn holds in memory.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use cd_address::{Msf, Sectors};
use cd_emulator::Medium;
use cd_image::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, Image, MappedFile, OpenOptions,
    Run, SectorSource, Track, TrackKind, survey, write_stream,
};
use cd_sector::SectorLayout;

use super::Meter;
use super::nowhere::AcceptsEverything;
use crate::{Result, project};

/// The fastest CD recorder there was: 9.5 MB/s.
const SPEED: u64 = 52;
/// Sectors of user data of the paced burns: with lead-in, pregap and lead-out more than two seconds at 52x.
const N_PACED: u32 = 1_600;
const N_DRIVES: usize = 8;
/// Eight minutes, and nearly eighty: memory has to be the same.
const LENGTHS: [(u32, &str); 2] = [
    (36_000, "burn of 8 min, mapped"),
    (350_000, "burn of 80 min, mapped"),
];

pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let scratch = project::Scratch::new("bench-drives")?;
    // A lead-in of ten seconds, so that the paced burns are short.
    let medium = Medium {
        lead_in_start: Msf::new(99, 50, 0)?,
        ..Medium::cd_r_80()
    };
    let authored = authored(scratch.path(), &medium, N_PACED)?;
    let mapped = mapped(scratch.path(), &medium, &authored)?;
    let n_bytes = u64::from(authored.range().len().count()) * 2448;
    let paced: [(&'static str, &dyn SectorSource); 2] = [
        ("one drive at 52x, mapped", &*mapped),
        ("one drive at 52x, authored", &authored),
    ];
    for (name, source) in paced {
        let survey = survey(source)?;
        meter.measure(name, n_bytes, || {
            AcceptsEverything::at_speed(&medium, SPEED).burn(source, &survey);
        });
    }

    for (n_sectors, name) in LENGTHS {
        let authored = self::authored(scratch.path(), &medium, n_sectors)?;
        let n_bytes = u64::from(authored.range().len().count()) * 2448;
        let mapped = self::mapped(scratch.path(), &medium, &authored)?;
        let survey = survey(&*mapped)?;
        meter.measure(name, n_bytes, || {
            AcceptsEverything::new(&medium).burn(&*mapped, &survey);
        });
        if n_sectors == LENGTHS[0].0 {
            let n_bytes = N_DRIVES as u64 * n_bytes;
            meter.measure("eight drives at once, mapped", n_bytes, || {
                AcceptsEverything::burn_in_many(N_DRIVES, &medium, &*mapped, &survey);
            });
        }
    }
    Ok(())
}

/// One track of Mode 1 with `n_sectors` sectors of zeros from a file, on `medium`.
fn authored(dir: &Path, medium: &Medium, n_sectors: u32) -> Result<AuthoredStream> {
    let length = Sectors::new(n_sectors)?;
    let path = dir.join(format!("user-{n_sectors}"));
    File::create(&path)?.set_len(u64::from(n_sectors) * 2048)?;
    let file = Arc::new(MappedFile::open(path)?);
    let run = Run::file(file, 0, FileForm::packed(FilePayload::Mode1User), length);
    let track = Track::new(TrackKind::Mode1, vec![run]);
    let disc = Arc::new(DiscLayout::new(DiscSpec::new(vec![track]))?);
    let start = medium.lead_in_start.to_lba();
    Ok(AuthoredStream::new(disc, start, SectorLayout::RawPw96)?)
}

/// The same as a raw stream in a file, mapped.
fn mapped(dir: &Path, medium: &Medium, authored: &AuthoredStream) -> Result<Box<dyn SectorSource>> {
    let path = dir.join(format!("raw-{}", authored.range().len()));
    let keep_on = &mut |_, _| std::ops::ControlFlow::Continue(());
    write_stream(authored, &path, true, keep_on)?;
    let start = medium.lead_in_start.to_lba();
    let options = OpenOptions {
        start: Some(start),
        ..OpenOptions::default()
    };
    Ok(Image::open(&path, &options)?.stream(start, SectorLayout::RawPw96)?)
}
