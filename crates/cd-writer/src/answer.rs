//! What the drive's answers mean for a burn.

use std::collections::BTreeMap;

use cd_address::{Lba, Msf, bcd_encode};
use cd_mmc::mode_page::{ModeParameters, WriteParameters};
use cd_mmc::response::{DiscInformation, DiscStatus, FullToc, FullTocEntry};
use cd_mmc::{BinMsf, Command};
use cd_sector::{Point, QFrame, Toc, TocCollector, TocError};

use crate::plan::Expected;
use crate::{DiscAfter, Doubt, Fault, SessionToc, StopCause};

#[cfg(test)]
mod tests;

/// What the drive says of the disc.
pub(crate) fn disc_status(command: &Command, data: &[u8]) -> Result<DiscStatus, Fault> {
    disc_information(command, data).map(|information| information.disc_status)
}

fn disc_information(command: &Command, data: &[u8]) -> Result<DiscInformation, Fault> {
    DiscInformation::decode(data).map_err(|error| Fault::nonsense(command, error.to_string()))
}

/// What a disc of this status is after a burn that stopped. A drive may call one complete whose lead-in
/// stands and whose program does not: it is only believed if every sector was sent.
pub(crate) fn disc_after(status: DiscStatus, has_sent_all: bool) -> DiscAfter {
    match status {
        DiscStatus::EMPTY => DiscAfter::Blank,
        DiscStatus::COMPLETE if has_sent_all => DiscAfter::Complete,
        _ => DiscAfter::Spoiled,
    }
}

/// The disc is blank and its lead-in begins where the plan says.
pub(crate) fn blank_disc(
    command: &Command,
    data: &[u8],
    expected: &Expected,
) -> Result<(), StopCause> {
    let information = disc_information(command, data).map_err(StopCause::Command)?;
    if information.disc_status != DiscStatus::EMPTY {
        return Err(StopCause::DiscChanged(format!(
            "it is {}",
            information.disc_status
        )));
    }
    match information.last_session_lead_in.and_then(lead_in_start) {
        Some(start) if start != expected.lead_in_start => Err(StopCause::DiscChanged(format!(
            "its lead-in begins at {}, not at {}",
            start.to_msf(),
            expected.lead_in_start.to_msf()
        ))),
        _ => Ok(()),
    }
}

/// A lead-in start that a drive names, if it is one: some answer zeros.
pub(crate) fn lead_in_start(time: BinMsf) -> Option<Lba> {
    time.to_msf()
        .ok()
        .map(Msf::to_lba)
        .filter(|lba| lba.is_lead_in())
}

/// The drive holds the write parameters it was sent. What raw recording does not use may differ; that
/// underrun protection is not as it was selected is worth knowing, and stops nothing.
pub(crate) fn write_parameters(
    command: &Command,
    data: &[u8],
    expected: &Expected,
) -> Result<Option<Fault>, StopCause> {
    let held =
        held_parameters(data).map_err(|what| StopCause::Command(Fault::nonsense(command, what)))?;
    let sent = &expected.write_parameters;
    if let Some(text) = difference(sent, &held) {
        return Err(StopCause::WriteParameters(text));
    }
    let on_off = |is_on| if is_on { "on" } else { "off" };
    let deviates = held.buffer_underrun_free != sent.buffer_underrun_free;
    Ok(deviates.then(|| {
        let what = format!(
            "buffer underrun protection sent as {}, held as {}",
            on_off(sent.buffer_underrun_free),
            on_off(held.buffer_underrun_free)
        );
        Fault::nonsense(command, what)
    }))
}

/// The write parameters page in an answer to MODE SENSE (10).
pub(crate) fn held_parameters(data: &[u8]) -> Result<WriteParameters, String> {
    ModeParameters::decode_sense(data)
        .and_then(|parameters| parameters.write_parameters())
        .map_err(|error| error.to_string())?
        .ok_or_else(|| "MODE SENSE answered without the write parameters page".to_owned())
}

/// The first field that decides what becomes of the disc and differs.
pub(crate) fn difference(sent: &WriteParameters, held: &WriteParameters) -> Option<String> {
    let differ = |what: &str, sent: &dyn std::fmt::Display, held: &dyn std::fmt::Display| {
        Some(format!("{what} sent as {sent}, held as {held}"))
    };
    if sent.write_type != held.write_type {
        return differ("write type", &sent.write_type, &held.write_type);
    }
    if sent.data_block_type != held.data_block_type {
        return differ(
            "data block type",
            &sent.data_block_type,
            &held.data_block_type,
        );
    }
    if sent.test_write != held.test_write {
        return differ("test write", &sent.test_write, &held.test_write);
    }
    None
}

/// The disc is no longer blank; after a simulation, it still is.
pub(crate) fn written(status: DiscStatus, expected: &Expected) -> Result<(), Doubt> {
    match (status == DiscStatus::EMPTY, expected.simulate) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(Doubt::StillBlank),
        (false, true) => Err(Doubt::SimulationWrote),
    }
}

/// The disc's table of contents is the stream's, and there is no other.
pub(crate) fn toc(command: &Command, data: &[u8], expected: &Expected) -> Result<(), Doubt> {
    let sessions =
        decode_sessions(data).map_err(|what| Doubt::NoToc(Fault::nonsense(command, what)))?;
    match sessions.as_slice() {
        [session] if session.toc == expected.toc => Ok(()),
        [session] => Err(Doubt::OtherToc(toc_difference(&expected.toc, &session.toc))),
        several => {
            let what = format!("{} sessions, expected one", several.len());
            Err(Doubt::OtherToc(what))
        }
    }
}

/// The tables of contents in an answer to READ TOC/PMA/ATIP, format 2, by session: one at least; otherwise what is wrong
/// with them.
pub(crate) fn decode_sessions(data: &[u8]) -> Result<Vec<SessionToc>, String> {
    let full = FullToc::decode(data).map_err(|error| error.to_string())?;
    let mut found: BTreeMap<u8, (TocCollector, Option<Msf>)> = BTreeMap::new();
    for entry in &full.entries {
        let (collector, next_program) = found.entry(entry.session).or_default();
        if let Some(frame) = lead_in_frame(&entry) {
            collector.push(&frame);
        }
        if (entry.adr_control.adr(), entry.point) == (5, Point::NEXT_PROGRAM.0) {
            // FF:FF:FF says that nothing follows.
            *next_program = entry.time.to_msf().ok();
        }
    }
    if found.is_empty() {
        return Err(TocError::Empty.to_string());
    }
    let has_several = found.len() > 1;
    let sessions = found
        .into_iter()
        .map(|(number, (collector, next_program))| {
            let toc = collector.finish().map_err(|error| match has_several {
                true => format!("session {number}: {error}"),
                false => error.to_string(),
            })?;
            Ok(SessionToc {
                number,
                toc,
                next_program,
            })
        });
    sessions.collect()
}

/// The lead-in's Q frame behind an entry, which has binary numbers where the disc has BCD; `None` if a number cannot be that.
fn lead_in_frame(entry: &FullTocEntry) -> Option<QFrame> {
    let bcd = |BinMsf(numbers)| {
        let mut bytes = [0; 3];
        for (byte, number) in bytes.iter_mut().zip(numbers) {
            *byte = bcd_encode(number)?;
        }
        Some(bytes)
    };
    // The running time says nothing of the disc; some drives leave anything there.
    let [minute, second, frame] = bcd(entry.time).unwrap_or_default();
    let [mut p_minute, mut p_second, p_frame] = bcd(entry.point_time)?;
    // Points from A0h up are the same in both; the disc type in A0's second is a code, not a number.
    let point = if entry.point < 0xA0 {
        bcd_encode(entry.point)?
    } else {
        entry.point
    };
    if entry.point == 0xA0 {
        let [_, disc_type, _] = entry.point_time.0;
        p_second = disc_type;
    }
    if entry.point >= 0xB0 {
        [p_minute, p_second, _] = entry.point_time.0;
    }
    let adr_control = entry.adr_control;
    Some(QFrame::with_crc([
        adr_control.control() << 4 | adr_control.adr(),
        entry.tno,
        point,
        minute,
        second,
        frame,
        entry.zero,
        p_minute,
        p_second,
        p_frame,
    ]))
}

fn toc_difference(expected: &Toc, found: &Toc) -> String {
    let tracks = |toc: &Toc| toc.tracks().collect::<Vec<_>>();
    if expected.lead_out() != found.lead_out() {
        return format!(
            "lead-out at {}, expected {}",
            found.lead_out(),
            expected.lead_out()
        );
    }
    let (want, got) = (tracks(expected), tracks(found));
    if want.len() != got.len() {
        return format!("{} tracks, expected {}", got.len(), want.len());
    }
    for (want, got) in want.iter().zip(&got) {
        if want != got {
            return format!(
                "track {} is {} from {}, expected {} from {}",
                got.track, got.control, got.start, want.control, want.start
            );
        }
    }
    format!(
        "disc type {:02X}h, expected {:02X}h",
        found.disc_type().0,
        expected.disc_type().0
    )
}
