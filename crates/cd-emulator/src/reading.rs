//! From recorded sectors to the blocks READ CD and READ(10) ask for.
//!
//! The drive descrambles what CONTROL says is data, checks it, and cuts out what was selected. It has only what is
//! on the disc: sectors of a data track that were recorded unscrambled, or whose EDC is wrong, are unreadable here
//! as they are in any drive.
//!
//! Read first: MMC-5 6.24 (READ CD, tables 350 to 354).

use std::ops::Range;

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::{
    C2Selection, FieldPointer, MainChannelSelection, SectorType, Sense, SubChannelSelection,
};
use cd_sector::{
    Control, MAIN_BYTES, MainLayer, PlainSector, PwPacked, PwSubcode, RAW_BYTES, RwDeinterleaver,
    RwSymbols, SUBCODE_BYTES, SectorKind, scramble,
};

use crate::contents::{q_of, subcode_of};
use crate::disc::Disc;
use crate::host_block::SectorForm;
use crate::linking::is_linking;
use crate::readable::Readable;
use crate::state::Mounted;

/// Sectors taken off the disc at a time.
const STEP_SECTORS: u32 = 32;
/// The mode in a header's last byte; the bits above tell blocks without user data.
const MODE: u8 = 0x1F;
/// How far back a drive knows CONTROL from when a sector's own Q does not carry it: MCN, ISRC and damaged frames
/// stand alone between frames that do.
const CONTROL_MEMORY: u32 = 10;

/// What is asked of each sector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selection {
    pub(crate) expected: Expected,
    pub(crate) main_channel: MainChannelSelection,
    pub(crate) c2: C2Selection,
    pub(crate) sub_channel: SubChannelSelection,
    /// Data whose EDC is wrong are not handed over.
    pub(crate) is_corrected: bool,
}

/// Which sectors are taken; any other ends the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    Only(SectorType),
    /// Those with 2048 bytes of user data: mode 1, and mode 2 form 1.
    Data2048,
}

impl Expected {
    fn takes(self, found: SectorType) -> bool {
        match self {
            Self::Any => true,
            Self::Only(expected) => expected == found,
            Self::Data2048 => {
                matches!(found, SectorType::MODE_1 | SectorType::MODE_2_FORM_1)
            }
        }
    }
}

/// A disc under the head.
pub(crate) struct Reader<'a> {
    disc: &'a Disc,
    readable: Readable,
}

impl<'a> Reader<'a> {
    /// Of this disc; `None` if there is nothing to read on it.
    pub(crate) fn of(mounted: &'a Mounted) -> Option<Self> {
        let readable = Readable::of(mounted);
        (!readable.is_empty()).then_some(Self {
            disc: &mounted.disc,
            readable,
        })
    }

    /// The `n_blocks` sectors from `lba` on, if a drive reads them: from a session's first pregap up to its lead-out, or up
    /// to the end of an open session's tracks.
    pub(crate) fn range(&self, lba: Lba, n_blocks: Sectors) -> Result<LbaRange, Sense> {
        let wanted = LbaRange::new(lba, n_blocks).ok();
        wanted
            .filter(|wanted| self.readable.area_of(*wanted).is_some())
            .ok_or(Sense::LBA_OUT_OF_RANGE.with_information(lba.value().cast_unsigned()))
    }

    /// Puts the selected parts of all sectors of `range` into `sink`, as far as it has room. Of a sector that cannot be read
    /// nothing goes there, and reading ends with it.
    pub(crate) fn read(
        &self,
        range: LbaRange,
        selection: Selection,
        sink: &mut Sink<'_>,
    ) -> Result<(), Sense> {
        let is_xa = self.is_xa_in(range);
        let mut control = self.control_before(range.start());
        let step = Sectors::new(STEP_SECTORS).unwrap_or(Sectors::MAX);
        let mut sectors = Vec::new();
        for piece in range.chunks(step) {
            let n_bytes = usize::try_from(piece.len().bytes(2448)).unwrap_or(0);
            sectors.resize(n_bytes, 0);
            let unreadable = at(Sense::UNRECOVERED_READ_ERROR, piece.start());
            match self.disc.read(piece.start(), &mut sectors) {
                Ok(true) => {}
                Ok(false) | Err(_) => return Err(unreadable),
            }
            for (lba, raw) in piece.iter().zip(sectors.as_chunks::<RAW_BYTES>().0) {
                control = control_in(raw).unwrap_or(control);
                put_block(lba, raw, (control, is_xa), selection, sink)?;
                if selection.sub_channel == SubChannelSelection::RW {
                    sink.put(&self.packs_at(lba));
                }
            }
        }
        Ok(())
    }

    /// The packs of R to W that begin in this sector, as far as their parity can mend them: 96 bytes, P and Q zero.
    ///
    /// A pack that is beyond mending stays as it was read. What lies behind the last sector counts as packs of zeros.
    fn packs_at(&self, lba: Lba) -> [u8; SUBCODE_BYTES] {
        let window = [0, 1, 2].map(|ahead| {
            let mut raw = [0; RAW_BYTES];
            let at = Sectors::new(ahead).and_then(|ahead| lba.add(ahead)).ok();
            let is_read = at.is_some_and(|at| self.disc.read(at, &mut raw).unwrap_or(false));
            if !is_read {
                raw.fill(0);
            }
            subcode_of(&raw)
        });
        let packs = RwDeinterleaver::one_sector(&window).packs();
        let mended = packs.map(|pack| pack.repair(RwSymbols::NONE).pack(&pack).unwrap_or(pack));
        PwPacked::new(&PwSubcode([0; SUBCODE_BYTES]), &mended).0
    }

    /// The type of the sector at `lba`; `None` if it cannot be read.
    pub(crate) fn sector_type_at(&self, lba: Lba) -> Option<SectorType> {
        let mut raw = [0; RAW_BYTES];
        self.disc
            .read(lba, &mut raw)
            .ok()
            .filter(|is_read| *is_read)?;
        let one = Sectors::new(1).ok()?;
        let is_xa = self.is_xa_in(LbaRange::new(lba, one).ok()?);
        let control = self.control_before(lba);
        decode(lba, &mut main_of(&raw), (control, is_xa), true)
    }

    /// Whether Mode 2 has forms in these sectors, if that is known beforehand.
    fn is_xa_in(&self, range: LbaRange) -> Option<bool> {
        self.readable.area_of(range)?.is_xa
    }

    /// CONTROL as the drive knows it when it comes to `lba`.
    fn control_before(&self, lba: Lba) -> Control {
        let mut raw = [0; RAW_BYTES];
        let mut known = |back| {
            let lba = Sectors::new(back).and_then(|back| lba.sub(back)).ok()?;
            let is_read = lba >= Lba::PREGAP_START && self.disc.read(lba, &mut raw).ok()?;
            if is_read { control_in(&raw) } else { None }
        };
        (0..=CONTROL_MEMORY)
            .find_map(&mut known)
            .unwrap_or_else(|| self.readable.control_at(lba))
    }
}

/// What kind of data sector lies at `lba`; Mode 1 if that cannot be told.
pub(crate) fn form_at(disc: &Disc, lba: Lba) -> SectorForm {
    let mut raw = [0; RAW_BYTES];
    let is_read = disc.read(lba, &mut raw).is_ok_and(|is_read| is_read);
    match decode(lba, &mut main_of(&raw), (Control::DATA, Some(true)), true) {
        Some(SectorType::MODE_2_FORM_1 | SectorType::MODE_2_FORM_2) if is_read => SectorForm::Xa,
        None if is_read && mode_of(&raw) == 2 => SectorForm::Mode2,
        _ => SectorForm::Mode1,
    }
}

/// The mode of a scrambled data sector.
fn mode_of(raw: &[u8; RAW_BYTES]) -> u8 {
    let mut main = main_of(raw);
    scramble(&mut main);
    PlainSector(&main).mode() & MODE
}

/// CONTROL where a sector's Q gives the position in a track, with a right CRC. Frames with MCN or ISRC are left
/// out: discs exist whose CONTROL is zero in them.
fn control_in(raw: &[u8; RAW_BYTES]) -> Option<Control> {
    let frame = q_of(raw);
    (frame.adr() == 1 && frame.crc_ok()).then(|| frame.control())
}

fn put_block(
    lba: Lba,
    raw: &[u8; RAW_BYTES],
    (control, is_xa): (Control, Option<bool>),
    selection: Selection,
    sink: &mut Sink<'_>,
) -> Result<(), Sense> {
    let wants_main = selection.main_channel != MainChannelSelection::NONE;
    if wants_main || selection.expected != Expected::Any {
        let mut main = main_of(raw);
        let found = decode(lba, &mut main, (control, is_xa), selection.is_corrected)
            .ok_or(at(Sense::LEC_UNCORRECTABLE_ERROR, lba))?;
        let lacks_user_data = control.is_data() && is_linking(&main);
        let is_asked_for = selection.expected == Expected::Any || !lacks_user_data;
        if !is_asked_for || !selection.expected.takes(found) {
            return Err(at(Sense::ILLEGAL_MODE_FOR_THIS_TRACK, lba));
        }
        let parts = parts(found, selection.main_channel);
        if !is_contiguous(&parts) {
            return Err(NOT_CONTIGUOUS);
        }
        for part in parts.into_iter().flatten() {
            sink.put(&main[part]);
        }
    }
    // An emulated disc has no scratches: no byte of it is ever in doubt.
    match selection.c2 {
        C2Selection::C2 => sink.put(&[0; 294]),
        C2Selection::C2_AND_BLOCK => sink.put(&[0; 296]),
        _ => {}
    }
    match selection.sub_channel {
        SubChannelSelection::RAW_PW => sink.put(&raw[MAIN_BYTES..]),
        SubChannelSelection::Q => sink.put(&subcode_of(raw).to_pq16()),
        // R to W of a sector lie in those behind it too: the caller has them.
        _ => {}
    }
    Ok(())
}

fn main_of(raw: &[u8; RAW_BYTES]) -> [u8; MAIN_BYTES] {
    let mut main = [0; MAIN_BYTES];
    main.copy_from_slice(&raw[..MAIN_BYTES]);
    main
}

/// Tells a sector's type, and descrambles it in place if it is data; `None` if it cannot be read: no sync, the
/// wrong address in the header, a mode that does not exist, or a wrong EDC if that is looked at. Where it is not known
/// whether Mode 2 has forms, the sector decides.
fn decode(
    lba: Lba,
    main: &mut [u8; MAIN_BYTES],
    (control, is_xa): (Control, Option<bool>),
    is_corrected: bool,
) -> Option<SectorType> {
    if !control.is_data() {
        return Some(SectorType::CD_DA);
    }
    scramble(main);
    let plain = PlainSector(main);
    let kind = match plain.mode() & MODE {
        1 => SectorKind::Mode1,
        2 if is_xa == Some(false) => SectorKind::Mode2Formless,
        2 if is_xa.is_none() && plain.kind() == SectorKind::Mode2Formless => {
            SectorKind::Mode2Formless
        }
        2 if plain.subheaders()[0].form() == 2 => SectorKind::Mode2Form2,
        2 => SectorKind::Mode2Form1,
        _ => return None,
    };
    let verdict = plain.check(kind, lba.to_msf());
    // The parity is not looked at while the EDC fits, nor are the two subheaders held against each other.
    let is_unreadable = [MainLayer::Sync, MainLayer::Address, MainLayer::Edc]
        .into_iter()
        .filter(|layer| is_corrected || *layer != MainLayer::Edc)
        .any(|layer| verdict.faults.contains(layer));
    (!is_unreadable).then_some(match kind {
        SectorKind::Mode2Formless => SectorType::MODE_2_FORMLESS,
        SectorKind::Mode2Form1 => SectorType::MODE_2_FORM_1,
        SectorKind::Mode2Form2 => SectorType::MODE_2_FORM_2,
        _ => SectorType::MODE_1,
    })
}

/// Where the selected parts of a sector lie, in the order they are returned.
///
/// # Spec
/// MMC-5 tables 353 and 354.
fn parts(found: SectorType, wanted: MainChannelSelection) -> [Option<Range<usize>>; 5] {
    let (subheader, user_data, edc_ecc) = match found {
        SectorType::MODE_1 => (None, 16..2064, Some(2064..2352)),
        SectorType::MODE_2_FORMLESS => (None, 16..2352, None),
        SectorType::MODE_2_FORM_1 => (Some(16..24), 24..2072, Some(2072..2352)),
        SectorType::MODE_2_FORM_2 => (Some(16..24), 24..2352, None),
        // Audio has no parts: any selection is all of it.
        _ => {
            let all = (wanted != MainChannelSelection::NONE).then_some(0..MAIN_BYTES);
            return [all, None, None, None, None];
        }
    };
    [
        wanted.sync.then_some(0..12),
        wanted.header.then_some(12..16),
        subheader.filter(|_| wanted.subheader),
        wanted.user_data.then_some(user_data),
        edc_ecc.filter(|_| wanted.edc_ecc),
    ]
}

/// Whether nothing is left out between the parts: no drive returns a sector with a hole.
fn is_contiguous(parts: &[Option<Range<usize>>; 5]) -> bool {
    let mut end = None;
    parts.iter().flatten().all(|part| {
        let follows = end.is_none_or(|end| end == part.start);
        end = Some(part.end);
        follows
    })
}

/// The main channel selection of READ CD asks for parts with a hole between them.
const NOT_CONTIGUOUS: Sense =
    Sense::INVALID_FIELD_IN_CDB.with_field_pointer(FieldPointer::new(true, 9, Some(7)));

fn at(sense: Sense, lba: Lba) -> Sense {
    sense.with_information(lba.value().cast_unsigned())
}

/// The host's memory, filled from the front.
pub(crate) struct Sink<'a> {
    out: &'a mut [u8],
    len: usize,
}

impl<'a> Sink<'a> {
    pub(crate) const fn new(out: &'a mut [u8]) -> Self {
        Self { out, len: 0 }
    }

    /// Bytes in it.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Adds `bytes`, as many as there is room for.
    fn put(&mut self, bytes: &[u8]) {
        let free = &mut self.out[self.len..];
        let n_bytes = bytes.len().min(free.len());
        free[..n_bytes].copy_from_slice(&bytes[..n_bytes]);
        self.len += n_bytes;
    }
}
