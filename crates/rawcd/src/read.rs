//! `read`: a disc, or one session or track of it, into a file.

use std::fs;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Toc, TocTrack};
use cd_writer::{CancelToken, MediumInfo, Recorder, SectorForm, SessionToc};
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
        let sessions = read_sessions(recorder)?;
        let range = range_of(session_of(&sessions, args)?, args)?;
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

fn read_sessions(recorder: &mut Recorder<'_>) -> Result<Vec<SessionToc>, Failure> {
    medium_to_read(recorder)?;
    recorder.read_sessions().map_err(|error| {
        let what = format!("the table of contents cannot be read: {error}");
        Failure::new(Exit::DiscUnreadable, what).advise(
            "A disc whose recording was broken off has none that can be used, and cannot be read.",
        )
    })
}

/// The session that is to be read, or that has the track.
fn session_of<'a>(sessions: &'a [SessionToc], args: &ReadArgs) -> Result<&'a SessionToc, Failure> {
    let unreadable = |what: String, advice: &str| {
        Failure::new(Exit::DiscUnreadable, what).advise(advice.to_owned())
    };
    let see_info = "`rawcd info` shows what is on the disc.";
    let first = sessions.first().map_or(1, |first| first.number);
    let last = sessions.last().map_or(first, |last| last.number);
    match (args.session, args.track, sessions) {
        (Some(number), _, _) => sessions
            .iter()
            .find(|session| session.number == number)
            .ok_or_else(|| {
                let what = format!(
                    "there is no session {number} that is closed: the disc has sessions {first} to {last}"
                );
                unreadable(what, see_info)
            }),
        (None, Some(number), _) => sessions
            .iter()
            .find(|session| session.toc.track(number).is_some())
            .ok_or_else(|| {
                let tocs = || sessions.iter().map(|session| &session.toc);
                let first = tocs().map(Toc::first_track).min().unwrap_or(1);
                let last = tocs().map(Toc::last_track).max().unwrap_or(first);
                let what =
                    format!("there is no track {number}: the disc has tracks {first} to {last}");
                unreadable(what, see_info)
            }),
        (None, None, [session]) => Ok(session),
        (None, None, several) => {
            let what = format!(
                "the disc has {} sessions, and no drive reads what lies between them",
                several.len()
            );
            let advice = format!(
                "Read them one by one: --session {first} to {last}, or --track for a single track."
            );
            Err(unreadable(what, &advice))
        }
    }
}

/// From LBA 0, or from a later session's first track, to the lead-out; or from the start of one track to that of the next.
fn range_of(session: &SessionToc, args: &ReadArgs) -> Result<LbaRange, Failure> {
    let unreadable = |what: String| Failure::new(Exit::DiscUnreadable, what);
    let toc = &session.toc;
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
        None if session.number == 1 => (Lba::ZERO, lead_out),
        None => (
            start_of(toc, toc.first_track()).unwrap_or(lead_out),
            lead_out,
        ),
        Some(number) => (
            start_of(toc, number).unwrap_or(lead_out),
            start_of(toc, number.saturating_add(1)).unwrap_or(lead_out),
        ),
    };
    LbaRange::from_bounds(start, end).map_err(|error| {
        unreadable(format!("the table of contents makes no sense: {error}"))
            .advise("`rawcd info` shows what is on the disc.")
    })
}

fn start_of(toc: &Toc, track: u8) -> Option<Lba> {
    toc.track(track).map(|track| track.start.to_lba())
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
