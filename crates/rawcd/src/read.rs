//! `read`: a disc, or one track of it, into a file.

use std::fs;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Toc, TocTrack};
use cd_writer::{CancelToken, MediumInfo, Recorder, SectorForm};
use serde_json::json;

use crate::cli::ReadArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::new_file::NewFile;
use crate::output::Output;
use crate::target::{NoDisc, Target};

pub(crate) fn run(
    args: &ReadArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    args.target.require()?;
    let file = NewFile::create(&args.output, args.force)?;
    refuse_the_disc_itself(args)?;
    let form = if args.user_data {
        SectorForm::UserData
    } else if args.main {
        SectorForm::Main
    } else {
        SectorForm::MainAndPw
    };
    let mut target = Target::open(&args.target, NoDisc::Fail)?;
    let range = target.with_recorder(args.trace.path(), |recorder| {
        let toc = read_toc(recorder)?;
        let range = range_of(&toc, args)?;
        copy(recorder, Copied { range, form, file }, cancel, output)?;
        Ok(range)
    })?;
    let shown = args.output.display().to_string();
    output.line(format!(
        "{shown}: {} sectors of {} bytes, from lba {}",
        range.len(),
        form.bytes(),
        range.start()
    ));
    output.event(
        "result",
        json!({
            "exit": 0,
            "file": shown,
            "start": range.start().value(),
            "sectors": range.len().count(),
            "sector_bytes": form.bytes(),
        }),
    );
    Ok(Exit::Done)
}

fn refuse_the_disc_itself(args: &ReadArgs) -> Result<(), Failure> {
    let same = |disc| Some(fs::canonicalize(disc).ok()? == fs::canonicalize(&args.output).ok()?);
    if args.target.disc.as_ref().and_then(same) == Some(true) {
        let what = format!("{} is the disc itself", args.output.display());
        return Err(Failure::new(Exit::OutputFailed, what).advise("Name another file."));
    }
    Ok(())
}

/// The medium, which has to have something on it.
pub(crate) fn medium_to_read(recorder: &mut Recorder<'_>) -> Result<MediumInfo, Failure> {
    let medium = recorder.medium().map_err(|error| explain::probe(&error))?;
    if medium.is_blank() {
        let what = "the disc is blank: there is nothing to read";
        return Err(Failure::new(Exit::DiscUnreadable, what).advise("`rawcd burn` writes one."));
    }
    Ok(medium)
}

fn read_toc(recorder: &mut Recorder<'_>) -> Result<Toc, Failure> {
    medium_to_read(recorder)?;
    recorder.read_toc().map_err(|error| {
        let what = format!("the table of contents cannot be read: {error}");
        Failure::new(Exit::DiscUnreadable, what).advise(
            "A disc whose recording was broken off has none that can be used, and cannot be read.",
        )
    })
}

/// From LBA 0 to the lead-out, or from the start of one track to that of the next.
fn range_of(toc: &Toc, args: &ReadArgs) -> Result<LbaRange, Failure> {
    let unreadable = |what: String| Failure::new(Exit::DiscUnreadable, what);
    let lead_out = toc.lead_out().to_lba();
    let wanted = |track: &TocTrack| args.track.is_none_or(|number| number == track.track);
    if args.user_data
        && let Some(audio) = toc
            .tracks()
            .find(|track| wanted(track) && !track.control.is_data())
    {
        let what = format!("track {} is audio: it has no user data", audio.track);
        return Err(unreadable(what).advise(
            "Name a data track with --track, leave out --user-data, or take --main for the samples alone.",
        ));
    }
    let (start, end) = match args.track {
        None => (Lba::ZERO, lead_out),
        Some(number) => {
            let track = toc.track(number).ok_or_else(|| {
                unreadable(format!(
                    "there is no track {number}: the disc has tracks {} to {}",
                    toc.first_track(),
                    toc.last_track()
                ))
                .advise("`rawcd info` shows what is on the disc.")
            })?;
            let next = number.checked_add(1).and_then(|next| toc.track(next));
            (
                track.start.to_lba(),
                next.map_or(lead_out, |next| next.start.to_lba()),
            )
        }
    };
    LbaRange::from_bounds(start, end).map_err(|error| {
        unreadable(format!("the table of contents makes no sense: {error}"))
            .advise("`rawcd info` shows what is on the disc.")
    })
}

/// What goes where.
struct Copied {
    range: LbaRange,
    form: SectorForm,
    file: NewFile,
}

fn copy(
    recorder: &mut Recorder<'_>,
    copied: Copied,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<(), Failure> {
    let Copied {
        range,
        form,
        mut file,
    } = copied;
    let per_read = recorder.sectors_per_read(form);
    let mut buffer = vec![0; per_read.count() as usize * form.bytes()];
    output.begin("reading", range.len().count().into());
    output.progress(0, json!({}));
    let mut done = Sectors::ZERO;
    for piece in range.chunks(per_read) {
        if cancel.is_cancelled() {
            let what = format!("cancelled after {done} of {} sectors", range.len());
            return Err(Failure::new(Exit::CancelledUntouched, what)
                .advise("No file was made; the disc is as it was."));
        }
        let bytes = &mut buffer[..piece.len().count() as usize * form.bytes()];
        recorder.read_sectors(piece, form, bytes).map_err(|fault| {
            let what = format!("cannot read lba {piece}: {fault}");
            Failure::new(Exit::DiscUnreadable, what)
                .advise("No file was made. Clean the disc, or try another drive.")
        })?;
        file.write(bytes)?;
        done = done.add(piece.len()).unwrap_or(range.len());
        output.progress(done.count().into(), json!({}));
    }
    output.finish();
    file.keep()
}
