//! Where two sources say different things of one drive or one disc, both are told.

use std::collections::BTreeSet;

use cd_address::Lba;
use cd_mmc::Speed;
use cd_mmc::response::SessionInformation;

use super::{DriveInfo, MediumInfo, SessionToc};

#[cfg(test)]
mod tests;

pub(super) fn of_drive(drive: &DriveInfo) -> Vec<String> {
    let mut found = Vec::new();
    let by_page = drive.speeds_by_page();
    if let Some(by_performance) = &drive.performance {
        let page: BTreeSet<_> = by_page
            .iter()
            .map(|Speed(speed)| x(u32::from(*speed)))
            .collect();
        let performance: BTreeSet<_> = by_performance.iter().copied().map(x).collect();
        if page != performance {
            found.push(format!(
                "write speeds are {} by page 2Ah, {} by GET PERFORMANCE; {} counts",
                speeds(&page),
                speeds(&performance),
                if page.is_empty() {
                    "GET PERFORMANCE"
                } else {
                    "page 2Ah"
                }
            ));
        }
    }
    let buffer_by_page = drive.recording.as_ref().map(|page| page.buffer_bytes);
    if let (Some(page), Some(capacity)) = (buffer_by_page, drive.buffer_capacity)
        && page != capacity
    {
        found.push(format!(
            "the buffer is {} KiB by page 2Ah, {} KiB by READ BUFFER CAPACITY; the larger counts",
            page / 1024,
            capacity / 1024
        ));
    }
    if let (Some(page), Some(feature)) = (drive.underrun_by_page(), drive.underrun_by_feature())
        && page != feature
    {
        found.push(format!(
            "underrun protection: {} by page 2Ah, {} by feature 002Eh; it is tried",
            yes(page),
            yes(feature)
        ));
    }
    if let Some(mastering) = &drive.mastering {
        let takes_raw = !drive.raw_layouts().is_empty();
        if mastering.flags.raw != takes_raw {
            found.push(format!(
                "raw recording: {} by feature 002Eh, {} when it is tried; the trial counts",
                yes(mastering.flags.raw),
                yes(takes_raw)
            ));
        }
    }
    found
}

pub(super) fn of_medium(medium: &MediumInfo) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, atip: Option<Lba>, drive: Option<Lba>, result: &str| {
        if let (Some(atip), Some(drive)) = (atip, drive)
            && atip != drive
        {
            found.push(format!(
                "{what} {} by the ATIP, {} by READ DISC INFORMATION; {result}",
                atip.to_msf(),
                drive.to_msf()
            ));
        }
    };
    differ(
        "the lead-in begins at",
        medium.lead_in_by_atip(),
        medium.lead_in_by_drive(),
        "nothing can be recorded",
    );
    differ(
        "a lead-out may begin until",
        medium.last_lead_out_by_atip(),
        medium.last_lead_out_by_drive(),
        "the earlier counts",
    );
    found
}

pub(super) fn of_sessions(
    medium: &MediumInfo,
    sessions: &[SessionToc],
    information: Option<&SessionInformation>,
) -> Vec<String> {
    let mut found = Vec::new();
    let by_disc = usize::from(medium.n_closed_sessions());
    if by_disc != sessions.len() {
        found.push(format!(
            "{} closed by READ TOC/PMA/ATIP format 2, {by_disc} by READ DISC INFORMATION; the tables of contents count",
            counted(sessions.len())
        ));
    }
    if let (Some(information), Some(last)) = (information, sessions.last()) {
        let by_toc = (last.number, last.toc.first_track());
        let by_information = (information.last_session, information.first_track.track);
        if by_toc != by_information {
            let words = |(number, track)| format!("session {number} from track {track} on");
            found.push(format!(
                "the last closed session is {} by format 2 of READ TOC/PMA/ATIP, {} by format 1; format 2 counts",
                words(by_toc),
                words(by_information)
            ));
        }
    }
    found
}

fn counted(n_sessions: usize) -> String {
    match n_sessions {
        1 => "1 session is".to_owned(),
        n => format!("{n} sessions are"),
    }
}

/// Kilobytes a second as a multiple of 176.4, rounded to the nearest: sources round differently.
fn x(kilobytes: u32) -> u32 {
    u32::try_from((u64::from(kilobytes) * 10 + 882) / 1764).unwrap_or(u32::MAX)
}

fn speeds(speeds: &BTreeSet<u32>) -> String {
    if speeds.is_empty() {
        return "not named".to_owned();
    }
    let names: Vec<_> = speeds.iter().map(|speed| format!("{speed}x")).collect();
    names.join(" ")
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
