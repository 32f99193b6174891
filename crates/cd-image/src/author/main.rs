//! The main channel: sectors made of what a file has of them.

use cd_address::{Lba, LbaRange};
use cd_sector::{MAIN_BYTES, SectorKind, Subheader, encode_in_place, scramble};

use super::{read_to_end, split, to_usize};
use crate::track::Segment;
use crate::{FileForm, FilePayload, MappedFile, RunMain, SourceError, gap};

/// Where a subheader's first copy stands in a sector; its second follows.
const SUBHEADER: usize = 16;

/// Fills the main channels of `out`, the sectors `range` of `segment`, `sector_bytes` each. Of the subcode's places
/// nothing can be said then.
pub(super) fn render(
    segment: &Segment,
    range: LbaRange,
    sector_bytes: usize,
    out: &mut [u8],
) -> Result<(), SourceError> {
    match &segment.main {
        RunMain::Made => {
            for (lba, sector) in range.iter().zip(out.chunks_exact_mut(sector_bytes)) {
                gap::put(segment.kind, lba, split(sector).0);
            }
            Ok(())
        }
        RunMain::File { file, offset, form } => {
            let offset = offset + segment.bytes_before(range, form.stride);
            if to_usize(form.stride) <= sector_bytes {
                put_batch(file, offset, *form, range, (sector_bytes, out))
            } else {
                put_each(file, offset, *form, range, (sector_bytes, out))
            }
        }
    }
}

/// Has the bytes of the sectors `range` of `segment` read into the system's cache. Subcode is small, and has to wait for no
/// disk once these have come.
pub(super) fn will_need(segment: &Segment, range: LbaRange) {
    if let RunMain::File { file, offset, form } = &segment.main {
        let start = offset + segment.bytes_before(range, form.stride);
        let n_bytes = u64::from(range.len().count()) * u64::from(form.stride);
        file.will_need(start..start + n_bytes);
    }
}

/// One read for all: the file's bytes are read into the end of the buffer, and sectors grow towards them from its front.
/// A sector is no shorter than its bytes in the file with what lies between them, so none reaches into those of one still
/// to come.
fn put_batch(
    file: &MappedFile,
    offset: u64,
    FileForm { payload, stride }: FileForm,
    range: LbaRange,
    (sector_bytes, out): (usize, &mut [u8]),
) -> Result<(), SourceError> {
    let (n_bytes, stride) = (to_usize(payload.bytes()), to_usize(stride));
    let span = (to_usize(range.len().count()) - 1) * stride + n_bytes;
    let mut from = out.len() - span;
    read_to_end(file, offset, &mut out[from..])?;
    let place = place(payload);
    for (lba, at) in range.iter().zip((0..).step_by(sector_bytes)) {
        out.copy_within(from..from + n_bytes, at + place);
        finish(payload, lba, split(&mut out[at..]).0);
        from += stride;
    }
    Ok(())
}

/// A read for each sector, where they lie so far apart that their bytes would not fit into the buffer.
fn put_each(
    file: &MappedFile,
    mut offset: u64,
    FileForm { payload, stride }: FileForm,
    range: LbaRange,
    (sector_bytes, out): (usize, &mut [u8]),
) -> Result<(), SourceError> {
    let place = place(payload);
    for (lba, sector) in range.iter().zip(out.chunks_exact_mut(sector_bytes)) {
        let (main, _) = split(sector);
        read_to_end(
            file,
            offset,
            &mut main[place..][..to_usize(payload.bytes())],
        )?;
        finish(payload, lba, main);
        offset += u64::from(stride);
    }
    Ok(())
}

/// Where in a sector the bytes of a file stand.
const fn place(payload: FilePayload) -> usize {
    match payload {
        FilePayload::Samples
        | FilePayload::SamplesSwapped
        | FilePayload::PlainSector
        | FilePayload::ScrambledSector => 0,
        FilePayload::Mode1User
        | FilePayload::Mode2User
        | FilePayload::Mode2FormMix
        | FilePayload::Mode2FormMixMade => SectorKind::Mode2Formless.user().start,
        FilePayload::Mode2Form1User | FilePayload::Mode2Form2User => {
            SectorKind::Mode2Form1.user().start
        }
    }
}

/// Makes the sector at `lba` of the file's bytes, which are in their place.
fn finish(payload: FilePayload, lba: Lba, main: &mut [u8; MAIN_BYTES]) {
    let kind = match payload {
        FilePayload::Samples | FilePayload::ScrambledSector => return,
        FilePayload::SamplesSwapped => {
            let (samples, _) = main.as_chunks_mut::<2>();
            samples.iter_mut().for_each(|sample| sample.reverse());
            return;
        }
        FilePayload::PlainSector => {
            scramble(main);
            return;
        }
        FilePayload::Mode1User => SectorKind::Mode1,
        // With or without forms: what the file has is all that follows the header.
        FilePayload::Mode2User | FilePayload::Mode2FormMix => SectorKind::Mode2Formless,
        FilePayload::Mode2Form1User => with_subheader(Subheader::DATA, main),
        FilePayload::Mode2Form2User => with_subheader(Subheader::EMPTY_FORM_2, main),
        FilePayload::Mode2FormMixMade => {
            let mut subheader = [0; 4];
            subheader.copy_from_slice(&main[SUBHEADER..][..4]);
            with_subheader(Subheader::from_bytes(subheader), main)
        }
    };
    encode_in_place(kind, lba.to_msf(), main);
    scramble(main);
}

/// Puts `subheader` into its place, once; the second copy is the encoder's. The kind that its form makes comes back.
fn with_subheader(subheader: Subheader, main: &mut [u8; MAIN_BYTES]) -> SectorKind {
    main[SUBHEADER..][..4].copy_from_slice(&subheader.to_bytes());
    if subheader.form() == 2 {
        SectorKind::Mode2Form2
    } else {
        SectorKind::Mode2Form1
    }
}
