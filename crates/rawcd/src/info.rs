use cd_emulator::{Disc, DiscState};
use cd_mmc::Speed;
use cd_mmc::response::SessionState;
use cd_transport::os::{DeviceListing, list_devices};
use cd_writer::{DriveInfo, MediumInfo, Recorder, SessionToc};
use serde_json::json;

use crate::cli::InfoArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;
use crate::target::{NoDisc, Target};

#[cfg(test)]
mod tests;

pub(crate) fn run(args: &InfoArgs, output: &Output) -> Result<Exit, Failure> {
    if args.target.is_none() {
        return list(output);
    }
    let mut target = Target::open(&args.target, NoDisc::Fail)?;
    let name = target.name();
    let (is_blank, sessions) = target.with_recorder(args.trace.path(), |recorder| {
        let drive = recorder.probe().map_err(|error| explain::probe(&error))?;
        show_drive(&drive, output);
        let medium = recorder.medium().map_err(|error| explain::probe(&error))?;
        show_medium(&medium, output);
        if medium.is_blank() {
            return Ok((true, None));
        }
        match recorder.read_sessions() {
            Ok(sessions) => {
                show_sessions(recorder, (&medium, &sessions), output);
                Ok((false, Some(sessions)))
            }
            Err(error) => {
                output.line(format!("table of contents: none can be read ({error})"));
                Ok((false, None))
            }
        }
    })?;
    match target.disc().map(Disc::state) {
        Some(DiscState::Interrupted { recorded }) => output.note(&format!(
            "the recording was broken off: lba {recorded} hold something, the end is missing; like a real disc \
             after that, this one is unusable"
        )),
        _ if !is_blank && sessions.is_none() => output.note(
            "a disc that is not blank and has no table of contents: a session that is still open leaves one, whose \
             tracks a recorder reads and whose program can close it; or a recording that was broken off, and then \
             it cannot be played, read or burned again",
        ),
        _ => {}
    }
    let (toc, sessions) = sessions.as_deref().map(toc_json).unzip();
    output.event(
        "result",
        json!({ "exit": 0, "target": name, "toc": toc, "sessions": sessions }),
    );
    Ok(Exit::Done)
}

/// The closed sessions, what may follow them, and where the drive contradicts itself about them.
fn show_sessions(
    recorder: &mut Recorder<'_>,
    (medium, sessions): (&MediumInfo, &[SessionToc]),
    output: &Output,
) {
    for SessionToc {
        number,
        toc,
        next_program,
    } in sessions
    {
        let of_session = match sessions.len() {
            1 => String::new(),
            _ => format!(" of session {number}"),
        };
        let toc = toc.to_string();
        output.line(format!(
            "table of contents{of_session}:\n{}",
            toc.trim_end()
        ));
        if let Some(next) = next_program {
            output.line(format!(
                "  session {} may have its program from {next} (lba {}) on",
                number.saturating_add(1),
                next.to_lba()
            ));
        }
    }
    // A drive may not know the command; that it contradicts is all there is to learn from it.
    let information = recorder.session_information().ok();
    for text in medium.session_disagreements(sessions, information.as_ref()) {
        output.line(format!("two answers: {text}"));
    }
}

/// All tracks with the last lead-out, and the sessions they are in.
fn toc_json(sessions: &[SessionToc]) -> (serde_json::Value, serde_json::Value) {
    let lba = |msf: cd_address::Msf| msf.to_lba().value();
    let of_session = |session: &SessionToc| {
        let number = session.number;
        let tracks = session.toc.tracks().map(move |track| {
            json!({
                "track": track.track,
                "start": lba(track.start),
                "data": track.control.is_data(),
                "session": number,
            })
        });
        tracks.collect::<Vec<_>>()
    };
    let tracks: Vec<_> = sessions.iter().flat_map(of_session).collect();
    let lead_out = sessions.last().map(|last| lba(last.toc.lead_out()));
    let sessions: Vec<_> = sessions
        .iter()
        .map(|session| {
            json!({
                "session": session.number,
                "first_track": session.toc.first_track(),
                "last_track": session.toc.last_track(),
                "lead_out": lba(session.toc.lead_out()),
                "next_program": session.next_program.map(lba),
            })
        })
        .collect();
    (
        json!({ "tracks": tracks, "lead_out": lead_out }),
        json!(sessions),
    )
}

fn list(output: &Output) -> Result<Exit, Failure> {
    let devices = list_devices().map_err(|error| explain::transport(&error))?;
    for device in &devices {
        show_device(device, output);
    }
    if devices.is_empty() {
        output.line("No CD drive here. --disc FILE looks at a disc of the emulated recorder.");
    }
    output.event("result", json!({ "exit": 0, "devices": devices.len() }));
    Ok(Exit::Done)
}

fn show_device(device: &DeviceListing, output: &Output) {
    let node = device.node().map(|node| node.display().to_string());
    output.line(format!(
        "{}: {} {} {}",
        node.as_deref().unwrap_or("(no node)"),
        device.vendor,
        device.model,
        device.revision
    ));
    output.event(
        "device",
        json!({
            "node": node,
            "vendor": device.vendor,
            "model": device.model,
            "revision": device.revision,
        }),
    );
}

fn show_drive(drive: &DriveInfo, output: &Output) {
    output.line(format!("drive: {drive}"));
    for mode in &drive.raw_modes {
        let (layout, block_type) = (mode.layout, mode.layout.data_block_type());
        match &mode.refusal {
            None => output.line(format!(
                "  raw {layout}, data block type {block_type}: taken, simulation {}",
                if mode.keeps_test_write { "too" } else { "not" }
            )),
            Some(why) => output.line(format!(
                "  raw {layout}, data block type {block_type}: no ({why})"
            )),
        }
        output.event(
            "raw_mode",
            json!({
                "data_block_type": block_type,
                "sector_bytes": layout.sector_bytes(),
                "taken": mode.refusal.is_none(),
                "refusal": mode.refusal,
                "simulation": mode.keeps_test_write,
            }),
        );
    }
    if let Some(mastering) = &drive.mastering {
        output.line(format!(
            "  by feature 002Eh: raw {}, session at once {}, test write {}, R-W {}",
            yes(mastering.flags.raw),
            yes(mastering.flags.session_at_once),
            yes(mastering.flags.test_write),
            yes(mastering.flags.rw_subcode)
        ));
    }
    let rates = |speeds: &mut dyn Iterator<Item = Speed>| -> Vec<u32> {
        speeds.filter_map(Speed::sectors_per_second).collect()
    };
    let used = rates(&mut drive.write_speeds());
    output.line(format!(
        "  write speeds {}, buffer {} KiB, underrun protection {}",
        multiples(&used),
        drive.buffer_bytes() / 1024,
        yes(drive.has_underrun_protection())
    ));
    let disagreements = drive.disagreements();
    for text in &disagreements {
        output.line(format!("  two answers: {text}"));
    }
    let performance = drive.performance.as_ref().map(|speeds| {
        let speeds = speeds.iter().filter_map(|speed| u16::try_from(*speed).ok());
        rates(&mut speeds.map(Speed))
    });
    output.event(
        "drive",
        json!({
            "name": drive.to_string(),
            "write_sectors_per_second": used,
            "write_by_page": rates(&mut drive.speeds_by_page().iter().copied()),
            "write_by_performance": performance,
            "buffer_bytes": drive.buffer_bytes(),
            "buffer_by_page": drive.recording.as_ref().map(|page| page.buffer_bytes),
            "buffer_by_capacity": drive.buffer_capacity,
            "underrun_protection": drive.has_underrun_protection(),
            "underrun_by_page": drive.underrun_by_page(),
            "underrun_by_feature": drive.underrun_by_feature(),
            "raw_by_feature": drive.mastering.map(|feature| feature.flags.raw),
            "disagreements": disagreements,
        }),
    );
}

/// Speeds in sectors a second as multiples of 1x.
fn multiples(speeds: &[u32]) -> String {
    if speeds.is_empty() {
        return "not named".to_owned();
    }
    let names = speeds.iter().map(|speed| format!("{}x", (speed + 37) / 75));
    names.collect::<Vec<_>>().join(" ")
}

fn show_medium(medium: &MediumInfo, output: &Output) {
    output.line(format!("medium: {medium}"));
    let time = |lba: Option<cd_address::Lba>| {
        lba.map_or("not said".to_owned(), |lba| {
            format!("{} (lba {lba})", lba.to_msf())
        })
    };
    output.line(format!("  {}", medium.state_text()));
    if let Some(text) = sessions_text(medium) {
        output.line(format!("  {text}"));
    }
    output.line(format!(
        "  lead-in by ATIP        {}",
        time(medium.lead_in_by_atip())
    ));
    output.line(format!(
        "  lead-in by drive       {}",
        time(medium.lead_in_by_drive())
    ));
    output.line(format!(
        "  last lead-out by ATIP  {}",
        time(medium.last_lead_out_by_atip())
    ));
    output.line(format!(
        "  last lead-out by drive {}",
        time(medium.last_lead_out_by_drive())
    ));
    output.line(format!(
        "  next writable by drive {}",
        time(medium.next_writable)
    ));
    let disagreements = medium.disagreements();
    for text in &disagreements {
        output.line(format!("  two answers: {text}"));
    }
    let value = |lba: Option<cd_address::Lba>| lba.map(cd_address::Lba::value);
    output.event(
        "medium",
        json!({
            "kind": medium.kind.map(|kind| kind.to_string()),
            "blank": medium.is_blank(),
            "state": medium.state_text(),
            "closed_sessions": medium.n_closed_sessions(),
            "first_track_in_last_session": medium.information.first_track_in_last_session,
            "last_track_in_last_session": medium.information.last_track_in_last_session,
            "lead_in_by_atip": value(medium.lead_in_by_atip()),
            "lead_in_by_drive": value(medium.lead_in_by_drive()),
            "last_lead_out": value(medium.last_lead_out()),
            "last_lead_out_by_atip": value(medium.last_lead_out_by_atip()),
            "last_lead_out_by_drive": value(medium.last_lead_out_by_drive()),
            "next_writable": value(medium.next_writable),
            "disagreements": disagreements,
        }),
    );
}

/// What READ DISC INFORMATION counts, of a disc that has, or can have, more than one session.
fn sessions_text(medium: &MediumInfo) -> Option<String> {
    let information = &medium.information;
    let number = information.n_sessions;
    let closed = match medium.n_closed_sessions() {
        0 => "no session is closed".to_owned(),
        1 => "1 session is closed".to_owned(),
        n => format!("{n} sessions are closed"),
    };
    match information.last_session {
        _ if medium.is_blank() => None,
        SessionState::COMPLETE => (number > 1).then_some(closed),
        SessionState::EMPTY => Some(format!(
            "{closed}; session {number} can follow, from track {} on",
            information.first_track_in_last_session
        )),
        _ => Some(format!(
            "{closed}; session {number} is not closed, and counts tracks {} to {}",
            information.first_track_in_last_session, information.last_track_in_last_session
        )),
    }
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
