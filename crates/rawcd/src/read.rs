//! `read`: a disc, or one track of it, into a file.

use std::io::Write;
use std::path::Path;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::Toc;
use cd_writer::{CancelToken, Recorder, SectorForm};
use serde_json::json;

use crate::cli::ReadArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;
use crate::target::{NoDisc, Target};

pub(crate) fn run(
    args: &ReadArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if args.target.disc.is_none() && args.target.device.is_none() {
        return Err(Failure::new(
            Exit::Unreadable,
            "which disc? --disc FILE or --device NODE",
        ));
    }
    if !args.force && args.output.exists() {
        let what = format!("{} exists already", args.output.display());
        return Err(
            Failure::new(Exit::OutputFailed, what).advise("Name another file, or add --force.")
        );
    }
    let form = if args.user_data {
        SectorForm::UserData
    } else if args.main {
        SectorForm::Main
    } else {
        SectorForm::MainAndPw
    };
    let mut target = Target::open(&args.target, NoDisc::Fail)?;
    let range = target.with_recorder(None, |recorder| {
        let medium = recorder.medium().map_err(|error| explain::probe(&error))?;
        if medium.is_blank() {
            return Err(Failure::new(
                Exit::DiscUnreadable,
                "the disc is blank: there is nothing to read",
            ));
        }
        let toc = recorder.read_toc().map_err(|error| {
            Failure::new(
                Exit::DiscUnreadable,
                format!("the table of contents cannot be read: {error}"),
            )
            .advise("A disc whose recording was broken off has none that can be used.")
        })?;
        let range = range_of(&toc, args)?;
        copy(
            recorder,
            Wanted {
                range,
                form,
                output: &args.output,
                force: args.force,
            },
            cancel,
            output,
        )?;
        Ok(range)
    })?;
    output.line(format!(
        "{}: {} sectors of {} bytes, from lba {}",
        args.output.display(),
        range.len(),
        form.bytes(),
        range.start()
    ));
    output.event(
        "result",
        json!({
            "exit": 0,
            "file": args.output,
            "start": range.start().value(),
            "sectors": range.len().count(),
            "sector_bytes": form.bytes(),
        }),
    );
    Ok(Exit::Done)
}

/// From LBA 0 to the lead-out, or from the start of one track to that of the next.
fn range_of(toc: &Toc, args: &ReadArgs) -> Result<LbaRange, Failure> {
    let unreadable = |what: String| Failure::new(Exit::DiscUnreadable, what);
    let lead_out = toc.lead_out().to_lba();
    let (start, end) = match args.track {
        None => (Lba::ZERO, lead_out),
        Some(number) => {
            let track = toc.track(number).ok_or_else(|| {
                unreadable(format!(
                    "there is no track {number}: the disc has tracks {} to {}",
                    toc.first_track(),
                    toc.last_track()
                ))
            })?;
            if args.user_data && !track.control.is_data() {
                return Err(
                    unreadable(format!("track {number} is audio: it has no user data"))
                        .advise("Leave out --user-data, or take --main for the samples alone."),
                );
            }
            let next = number.checked_add(1).and_then(|next| toc.track(next));
            (
                track.start.to_lba(),
                next.map_or(lead_out, |next| next.start.to_lba()),
            )
        }
    };
    LbaRange::from_bounds(start, end).map_err(|error| unreadable(error.to_string()))
}

/// What goes where.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    range: LbaRange,
    form: SectorForm,
    output: &'a Path,
    force: bool,
}

fn copy(
    recorder: &mut Recorder<'_>,
    wanted: Wanted<'_>,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<(), Failure> {
    let Wanted {
        range,
        form,
        output: path,
        force,
    } = wanted;
    let failed = |error: std::io::Error| {
        Failure::new(
            Exit::OutputFailed,
            format!("cannot write {}: {error}", path.display()),
        )
    };
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    // Named only when it is whole: a read that fails leaves nothing behind.
    let mut file =
        tempfile::NamedTempFile::new_in(parent.unwrap_or(Path::new("."))).map_err(failed)?;
    let per_read = recorder.sectors_per_read(form);
    let mut buffer = vec![0; per_read.count() as usize * form.bytes()];
    output.begin("reading", range.len().count().into());
    let mut done = Sectors::ZERO;
    for piece in range.chunks(per_read) {
        if cancel.is_cancelled() {
            let what = format!("cancelled; {} was not written", path.display());
            return Err(Failure::new(Exit::CancelledUntouched, what));
        }
        let bytes = &mut buffer[..piece.len().count() as usize * form.bytes()];
        recorder.read_sectors(piece, form, bytes).map_err(|fault| {
            let what = format!("cannot read lba {piece}: {fault}");
            Failure::new(Exit::DiscUnreadable, what)
        })?;
        file.write_all(bytes).map_err(failed)?;
        done = done.add(piece.len()).unwrap_or(range.len());
        output.progress(done.count().into(), json!({}));
    }
    output.finish();
    let kept = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    kept.map(drop).map_err(|error| failed(error.error))
}
