//! In which form subcode goes to a drive: as the image has it where that can be, converted where it must.

use cd_image::{Image, SectorSource};
use cd_sector::SectorLayout;
use cd_writer::{CancelToken, Conversion, ConversionError, DriveInfo};

use crate::cli::SentArg;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

/// The layout in which an image is made into a stream, for all of these drives.
pub(crate) fn stream_layout(
    image: &Image,
    drives: &[&DriveInfo],
    asked: Option<SentArg>,
    output: &Output,
) -> Result<SectorLayout, Failure> {
    if let Some(raw) = image.raw() {
        let layout = raw.layout();
        return match asked {
            Some(form) if layout != SectorLayout::RawPw96 && layout != layout_of(form) => {
                let what = format!(
                    "{} is a stream of sectors {layout}, which cannot be turned into {}",
                    raw.file().path(),
                    layout_of(form)
                );
                Err(Failure::new(Exit::Unreadable, what).advise("Leave --subcode out."))
            }
            _ => Ok(layout),
        };
    }
    match asked {
        // Packs are made of what is authored as it lies on a disc.
        Some(SentArg::Packed | SentArg::Raw) => return Ok(SectorLayout::RawPw96),
        Some(SentArg::Pq) => return Ok(SectorLayout::Pq16),
        None => {}
    }
    let takes = |layout| {
        drives
            .iter()
            .all(|drive| drive.raw_layouts().contains(&layout))
    };
    if takes(SectorLayout::RawPw96) || !takes(SectorLayout::Pq16) {
        // What no drive takes the plan refuses in the drive's own words.
        return Ok(SectorLayout::RawPw96);
    }
    let mut refusals = drives.iter().map(|drive| drive.raw_refusal());
    let refusal = refusals.find(|text| !text.is_empty()).unwrap_or_default();
    output.note(&format!(
        "an authored image is sent as {}: the drive does not take raw P-W ({refusal})",
        SectorLayout::Pq16
    ));
    Ok(SectorLayout::Pq16)
}

/// What a stream is turned into for this drive; `None` if it goes as it is.
pub(crate) fn conversion(
    stream: &dyn SectorSource,
    drive: &DriveInfo,
    asked: Option<SentArg>,
    cancel: &CancelToken,
) -> Result<Option<Conversion>, Failure> {
    let (layout, taken) = (stream.layout(), drive.raw_layouts());
    let survey = |to| {
        let found = Conversion::survey(stream, to, cancel);
        found.map_err(|error| failure(&error))
    };
    if let Some(form) = asked {
        let to = layout_of(form);
        if to == layout {
            return Ok(None);
        }
        return Ok(Some(survey(to)?.losing()));
    }
    if layout != SectorLayout::RawPw96 || taken.contains(&layout) {
        return Ok(None);
    }
    let mut first = None;
    for to in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        if !taken.contains(&to) {
            continue;
        }
        let found = survey(to)?;
        if found.n_lost() == 0 {
            return Ok(Some(found));
        }
        first = first.or(Some(found));
    }
    // The plan refuses what loses something, and says how much.
    Ok(first)
}

const fn layout_of(form: SentArg) -> SectorLayout {
    match form {
        SentArg::Raw => SectorLayout::RawPw96,
        SentArg::Packed => SectorLayout::PackedPw96,
        SentArg::Pq => SectorLayout::Pq16,
    }
}

fn failure(error: &ConversionError) -> Failure {
    match error {
        ConversionError::Source(error) => explain::source(error),
        ConversionError::Cancelled => {
            Failure::new(Exit::CancelledUntouched, "cancelled").advise("The disc was not touched.")
        }
        other => Failure::new(Exit::Failed, other.to_string()),
    }
}
