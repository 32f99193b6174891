//! The mode pages: what MODE SENSE shows and which changes MODE SELECT may make.
//!
//! Read first: MMC-3 5.5.3.11 (write parameters); SPC-3 6.8 (how a parameter list is refused).

mod plain;

use cd_mmc::mode_page::{
    Capabilities, CapabilityFlags, DataBlockType, ModePage, ModeParameters, MultiSession,
    SessionFormat, WriteParameters, WriteSpeed, WriteSpeeds,
};
use cd_mmc::response::LoadingMechanism;
use cd_mmc::{FieldPointer, List, PageCode, RotationControl, Sense, Speed};
use cd_sector::SectorLayout;

use crate::profile::{Profile, kilobytes_at};
use crate::quirk::Quirk;
use crate::speeds::Offer;
use crate::write_modes::WriteModes;

pub(crate) use plain::PlainPages;

/// The longest list this drive takes or gives.
pub(crate) const LIST_BYTES: usize = 512;

/// The pages a host can change.
#[derive(Clone, Debug)]
pub(crate) struct ModePages {
    pub(crate) write: WriteParameters,
    pub(crate) plain: PlainPages,
    /// What of the drive's abilities decides which changes are taken.
    modes: WriteModes,
    has_underrun_protection: bool,
    quirks: Vec<Quirk>,
}

impl ModePages {
    /// The pages as they are at power on.
    pub(crate) fn new(profile: &Profile) -> Self {
        Self {
            write: WriteParameters::TRACK_AT_ONCE_MODE_1,
            plain: PlainPages::POWER_ON,
            modes: WriteModes::new(profile),
            has_underrun_protection: profile.has_underrun_protection,
            quirks: profile.quirks.clone(),
        }
    }

    /// The layout of the blocks WRITE brings, if the write type is raw.
    pub(crate) fn raw_layout(&self) -> Option<SectorLayout> {
        self.modes.layout_of(&self.write)
    }

    /// Whether the laser stays at reading power.
    pub(crate) fn is_simulated(&self) -> bool {
        let ignores = |quirk: &Quirk| matches!(quirk, Quirk::TestWriteIgnored { .. });
        self.write.test_write && !self.quirks.iter().any(ignores)
    }

    /// One bit for everything MODE SELECT can change in the write parameters.
    pub(crate) fn changeable_write() -> WriteParameters {
        let mut ones = [0xFF; WRITE_PARAMETERS_BYTES];
        ones[..2].copy_from_slice(&[PageCode::WRITE_PARAMETERS.code(), 0x32]);
        // A constant of the right form; its fallback cannot be reached.
        let all = WriteParameters::decode(&ones).unwrap_or(WriteParameters::TRACK_AT_ONCE_MODE_1);
        WriteParameters {
            savable: false,
            host_application_code: WriteParameters::TRACK_AT_ONCE_MODE_1.host_application_code,
            ..all
        }
    }

    /// Takes a parameter list over, all of it or nothing. `header` is 8, or 4 in the older form of the list.
    ///
    /// What raw recording makes no use of (track mode, packets, pauses, MCN, ISRC, subheader) is taken as it comes.
    ///
    /// # Errors
    /// 05/1A/00 if the list ends within a page or the page is not as long as the drive's; 05/26/00, with
    /// a pointer, for pages the drive has not, block descriptors, reserved bits, bits that cannot be changed, and values
    /// the drive does not support.
    pub(crate) fn select(&mut self, list: &[u8], header: usize) -> Result<(), Sense> {
        let parameters = if header == ModeParameters::HEADER_BYTES {
            ModeParameters::decode_select(list)
        } else {
            ModeParameters::decode_select6(list)
        };
        let parameters = parameters.map_err(|_| Sense::PARAMETER_LIST_LENGTH_ERROR)?;
        if !parameters.block_descriptors.is_empty() {
            // A drive of MMC has none; BLOCK DESCRIPTOR LENGTH ends the header.
            let field = if header == ModeParameters::HEADER_BYTES {
                6
            } else {
                3
            };
            return Err(bad_parameter(field, 7));
        }
        let (mut write, mut plain) = (self.write, self.plain);
        let mut at = header;
        for page in parameters.pages {
            let end = at + page_bytes(&list[at..]);
            let sent = &list[at..end];
            match page {
                _ if self.quirks.contains(&Quirk::ModePageMissing(page.code())) => {
                    return Err(bad_parameter(at, 5));
                }
                ModePage::WriteParameters(page) if page.tail.as_slice().is_empty() => {
                    check_reserved(&page, sent, at)?;
                    self.check_write(&page, at)?;
                    write = page;
                }
                _ if page.code() == PageCode::WRITE_PARAMETERS => {
                    return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
                }
                _ => plain.select(page, sent, at)?,
            }
            at = end;
        }
        self.write = self.kept(write);
        self.plain = plain;
        Ok(())
    }

    /// What the drive makes of a page that it has accepted.
    fn kept(&self, mut page: WriteParameters) -> WriteParameters {
        for quirk in &self.quirks {
            match quirk {
                Quirk::SelectIgnored => return self.write,
                Quirk::TestWriteIgnored { is_shown: false } => page.test_write = false,
                Quirk::OtherBlockType(layout) => {
                    let code = DataBlockType::new(layout.data_block_type());
                    page.data_block_type = code.unwrap_or(page.data_block_type);
                }
                _ => {}
            }
        }
        page
    }

    fn check_write(&self, page: &WriteParameters, at: usize) -> Result<(), Sense> {
        let refuse = |name: &str| {
            let field = WriteParameters::FIELDS
                .iter()
                .find(|field| field.name() == name);
            let (byte, bit) = field.map_or((0, 7), |field| (field.byte(), field.msb()));
            Err(bad_parameter(at + byte, bit))
        };
        if page.buffer_underrun_free && !self.has_underrun_protection {
            return refuse("BUFE");
        }
        if let Err(field) = self.modes.check(page) {
            return refuse(field);
        }
        let is_multi_session_known = matches!(
            page.multi_session,
            MultiSession::CLOSED | MultiSession::LAST | MultiSession::OPEN
        );
        if !is_multi_session_known {
            return refuse("MULTI-SESSION");
        }
        if page.host_application_code != WriteParameters::TRACK_AT_ONCE_MODE_1.host_application_code
        {
            return refuse("HOST APPLICATION CODE");
        }
        let is_format_refused = page.session_format != SessionFormat::CD_DA_OR_CD_ROM
            && self.quirks.contains(&Quirk::SessionFormatRefused);
        if page.session_format.name().is_none() || is_format_refused {
            return refuse("SESSION FORMAT");
        }
        Ok(())
    }
}

/// A write speed descriptor of zeros.
pub(crate) const NO_SPEED: WriteSpeed = WriteSpeed {
    rotation: RotationControl::DEFAULT,
    speed: Speed(0),
};

/// The speeds of page 2Ah, the fastest first.
pub(crate) fn write_speeds(offers: &[Offer]) -> Vec<WriteSpeed> {
    let descriptor = |offer: &Offer| WriteSpeed {
        rotation: offer.rotation(),
        speed: Speed(kilobytes_at(offer.speed)),
    };
    offers.iter().map(descriptor).collect()
}

/// Page 2Ah. Nothing in it can be changed by MODE SELECT.
pub(crate) fn capabilities<'a>(
    profile: &Profile,
    is_locked: bool,
    chosen: Offer,
    possible: &'a [WriteSpeed],
) -> Capabilities<'a> {
    let current = Speed(kilobytes_at(chosen.speed));
    let read = Speed(kilobytes_at(profile.read_speed));
    Capabilities {
        savable: false,
        flags: CapabilityFlags {
            read_cd_r: true,
            read_cd_rw: true,
            write_cd_r: true,
            write_cd_rw: true,
            test_write: true,
            mode_2_form_1: true,
            mode_2_form_2: true,
            buffer_underrun_free: profile.has_underrun_protection,
            cd_da_commands: true,
            cd_da_stream_accurate: true,
            rw_supported: true,
            c2_pointers: true,
            audio_play: true,
            multi_session: true,
            rw_corrected: true,
            isrc: true,
            upc: true,
            separate_volume: true,
            separate_mute: true,
            rw_in_lead_in: true,
            lock: true,
            locked: is_locked,
            eject: true,
            ..CapabilityFlags::NONE
        },
        loading_mechanism: LoadingMechanism::TRAY,
        max_read_speed: read,
        n_volume_levels: N_VOLUME_LEVELS,
        buffer_kib: u16::try_from(profile.buffer_bytes / 1024).unwrap_or(u16::MAX),
        current_read_speed: read,
        digital_format: 0,
        max_write_speed: Speed(kilobytes_at(profile.max_write_speed())),
        old_write_speed: current,
        copy_management: 0,
        write_speeds: Some(WriteSpeeds {
            rotation: chosen.rotation(),
            current,
            possible: List::of(possible),
        }),
    }
}

/// Steps of the volume control, off included.
const N_VOLUME_LEVELS: u16 = 256;

/// Page 2Ah as a mask of what can be changed: all zero, as long as the page itself.
pub(crate) fn changeable_capabilities(zeros: &[WriteSpeed]) -> Capabilities<'_> {
    let none = NO_SPEED.speed;
    Capabilities {
        flags: CapabilityFlags::NONE,
        loading_mechanism: LoadingMechanism::CADDY,
        max_read_speed: none,
        buffer_kib: 0,
        current_read_speed: none,
        max_write_speed: none,
        old_write_speed: none,
        write_speeds: Some(WriteSpeeds {
            rotation: NO_SPEED.rotation,
            current: none,
            possible: List::of(zeros),
        }),
        savable: false,
        n_volume_levels: 0,
        digital_format: 0,
        copy_management: 0,
    }
}

/// Bytes of the page that `list` begins with, as far as they are there.
fn page_bytes(list: &[u8]) -> usize {
    ModeParameters::page_bytes(list).map_or(list.len(), |n_bytes| n_bytes.min(list.len()))
}

/// Bytes of the write parameters page, header included.
const WRITE_PARAMETERS_BYTES: usize = 52;

/// A bit that belongs to no field of the page is lost in decoding: what comes back must be what was sent.
fn check_reserved(page: &WriteParameters, sent: &[u8], at: usize) -> Result<(), Sense> {
    let mut known = [0; WRITE_PARAMETERS_BYTES];
    page.encode_into(&mut known);
    let differing = sent
        .iter()
        .zip(known)
        .enumerate()
        .find_map(|(idx, (sent, known))| {
            let bits = sent ^ known;
            (bits != 0).then(|| (idx, bits.ilog2()))
        });
    match differing {
        Some((idx, bit)) => Err(bad_parameter(at + idx, u8::try_from(bit).unwrap_or(7))),
        // PS is the drive's to set.
        None if page.savable => Err(bad_parameter(at, 7)),
        None => Ok(()),
    }
}

fn bad_parameter(byte: usize, bit: u8) -> Sense {
    let byte = u16::try_from(byte).unwrap_or(u16::MAX);
    Sense::INVALID_FIELD_IN_PARAMETER_LIST.with_field_pointer(FieldPointer::new(
        false,
        byte,
        Some(bit),
    ))
}
