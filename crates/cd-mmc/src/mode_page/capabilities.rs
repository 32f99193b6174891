use super::list::{PS, Purpose, page_start};
use crate::flags::flags;
use crate::response::LoadingMechanism;
use crate::wire::{Codec, Sink, need};
use crate::{DecodeError, Field, List, PageCode, RotationControl, Speed};

flags! {
    /// The single bits of [`Capabilities`].
    CapabilityFlags {
        /// Reads CD-R.
        read_cd_r = 2/0, "CD-R READ";
        /// Reads CD-RW.
        read_cd_rw = 2/1, "CD-RW READ";
        /// Reads fixed packet tracks addressed by method 2.
        read_method_2 = 2/2, "METHOD 2";
        /// Reads DVD-ROM.
        read_dvd_rom = 2/3, "DVD-ROM READ";
        /// Reads DVD-R.
        read_dvd_r = 2/4, "DVD-R READ";
        /// Reads DVD-RAM.
        read_dvd_ram = 2/5, "DVD-RAM READ";
        /// Writes CD-R.
        write_cd_r = 3/0, "CD-R WRITE";
        /// Writes CD-RW.
        write_cd_rw = 3/1, "CD-RW WRITE";
        /// Test write.
        test_write = 3/2, "TEST WRITE";
        /// Writes DVD-R.
        write_dvd_r = 3/4, "DVD-R WRITE";
        /// Writes DVD-RAM.
        write_dvd_ram = 3/5, "DVD-RAM WRITE";
        /// Plays audio.
        audio_play = 4/0, "AUDIO PLAY";
        /// Has a composite audio and video output.
        composite = 4/1, "COMPOSITE";
        /// Has a digital output on port 1.
        digital_port_1 = 4/2, "DIGITAL PORT 1";
        /// Has a digital output on port 2.
        digital_port_2 = 4/3, "DIGITAL PORT 2";
        /// Reads mode 2 form 1.
        mode_2_form_1 = 4/4, "MODE 2 FORM 1";
        /// Reads mode 2 form 2.
        mode_2_form_2 = 4/5, "MODE 2 FORM 2";
        /// Reads discs of several sessions.
        multi_session = 4/6, "MULTI SESSION";
        /// Buffer underrun free recording.
        buffer_underrun_free = 4/7, "BUF";
        /// Reads audio sectors as data.
        cd_da_commands = 5/0, "CD-DA COMMANDS SUPPORTED";
        /// Goes on reading audio without a gap or repetition.
        cd_da_stream_accurate = 5/1, "CD-DA STREAM IS ACCURATE";
        /// Reads R-W subcode.
        rw_supported = 5/2, "R-W SUPPORTED";
        /// Reads R-W subcode de-interleaved and corrected.
        rw_corrected = 5/3, "R-W DE-INTERLEAVED AND CORRECTED";
        /// Returns C2 error flags.
        c2_pointers = 5/4, "C2 POINTERS SUPPORTED";
        /// Reads ISRC.
        isrc = 5/5, "ISRC";
        /// Reads the media catalogue number.
        upc = 5/6, "UPC";
        /// Reads the disc's bar code.
        read_bar_code = 5/7, "READ BAR CODE";
        /// Can lock the disc in.
        lock = 6/0, "LOCK";
        /// Has it locked in now.
        locked = 6/1, "LOCK STATE";
        /// A jumper has it locked after power on.
        prevent_jumper = 6/2, "PREVENT JUMPER";
        /// Can eject.
        eject = 6/3, "EJECT";
        /// Has a volume for each channel.
        separate_volume = 7/0, "SEPARATE VOLUME LEVELS";
        /// Can mute each channel.
        separate_mute = 7/1, "SEPARATE CHANNEL MUTE";
        /// A changer that knows which slots have discs.
        disc_present = 7/2, "SUPPORTS DISC PRESENT";
        /// A changer that selects slots by software.
        software_slot_selection = 7/3, "SW SLOT SELECTION";
        /// Turns discs over.
        side_change = 7/4, "SIDE CHANGE CAPABLE";
        /// Reads R-W subcode in the lead-in.
        rw_in_lead_in = 7/5, "R-W IN LEAD-IN";
    }
}

const LOADING_MECHANISM: Field = Field::bits("LOADING MECHANISM TYPE", 6, 7, 3);
const MAX_READ_SPEED: Field = Field::bytes("MAXIMUM READ SPEED SUPPORTED", 8, 2);
const N_VOLUME_LEVELS: Field = Field::bytes("NUMBER OF VOLUME LEVELS SUPPORTED", 10, 2);
const BUFFER_SIZE: Field = Field::bytes("BUFFER SIZE SUPPORTED", 12, 2);
const CURRENT_READ_SPEED: Field = Field::bytes("CURRENT READ SPEED SELECTED", 14, 2);
const DIGITAL_FORMAT: Field = Field::bytes("DIGITAL OUTPUT FORMAT", 17, 1);
const MAX_WRITE_SPEED: Field = Field::bytes("MAXIMUM WRITE SPEED SUPPORTED", 18, 2);
const OLD_WRITE_SPEED: Field = Field::bytes("CURRENT WRITE SPEED SELECTED (older)", 20, 2);
const COPY_MANAGEMENT: Field = Field::bytes("COPY MANAGEMENT REVISION", 22, 2);
const ROTATION_CONTROL: Field = Field::bits("ROTATION CONTROL SELECTED", 27, 1, 2);
const WRITE_SPEED: Field = Field::bytes("CURRENT WRITE SPEED SELECTED", 28, 2);
const N_WRITE_SPEEDS: Field = Field::bytes("NUMBER OF WRITE SPEED DESCRIPTORS", 30, 2);

/// The page as it was before MMC-3, up to the copy management revision.
const OLD_LEN: usize = COPY_MANAGEMENT.end();
/// Up to where the write speed descriptors start.
const FIXED_LEN: usize = N_WRITE_SPEEDS.end();

/// Mode page 2Ah: what the drive can do, and how it stands.
///
/// # Spec
/// MMC-3 6.3.11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities<'a> {
    /// PS: whether the drive can save the page.
    pub savable: bool,
    /// The single bits.
    pub flags: CapabilityFlags,
    /// How discs get in.
    pub loading_mechanism: LoadingMechanism,
    /// The fastest reading; obsolete since MMC-3.
    pub max_read_speed: Speed,
    /// Steps of the volume control.
    pub n_volume_levels: u16,
    /// The buffer in KiB.
    pub buffer_kib: u16,
    /// The reading speed now set; obsolete since MMC-3.
    pub current_read_speed: Speed,
    /// The digital output's format, bits 5-1 as the standard has them.
    pub digital_format: u8,
    /// The fastest writing; obsolete since MMC-3.
    pub max_write_speed: Speed,
    /// The writing speed now set, where drives older than MMC-3 tell it; 0 if the page is too short.
    pub old_write_speed: Speed,
    /// The revision of the copy management; 1 for DVD drives with CSS.
    pub copy_management: u16,
    /// What MMC-3 added; `None` if the page is shorter.
    pub write_speeds: Option<WriteSpeeds<'a>>,
}

/// The writing speeds in page 2Ah.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteSpeeds<'a> {
    /// How the disc turns at the current speed.
    pub rotation: RotationControl,
    /// The speed now set.
    pub current: Speed,
    /// The speeds possible with this medium, fastest first; at most 55 fit in the page.
    pub possible: List<'a, WriteSpeed>,
}

/// A speed at which the drive can write the medium that is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteSpeed {
    /// How the disc turns then.
    pub rotation: RotationControl,
    /// How fast.
    pub speed: Speed,
}

impl WriteSpeed {
    const BYTES: usize = 4;
    const ROTATION_CONTROL: Field = Field::bits("ROTATION CONTROL", 1, 1, 2);
    const SPEED: Field = Field::bytes("WRITE SPEED SUPPORTED", 2, 2);
}

impl Codec<'_> for WriteSpeed {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (descriptor, rest) = bytes.split_at_checked(Self::BYTES)?;
        let value = Self {
            rotation: RotationControl::of(Self::ROTATION_CONTROL, descriptor),
            speed: Speed(Self::SPEED.u16(descriptor)),
        };
        Some((value, rest))
    }

    fn n_bytes(&self) -> usize {
        Self::BYTES
    }

    fn write(&self, sink: &mut Sink<'_>) {
        let mut descriptor = [0; Self::BYTES];
        Self::ROTATION_CONTROL.put(&mut descriptor, self.rotation);
        Self::SPEED.put(&mut descriptor, self.speed.0);
        sink.put(&descriptor);
    }
}

impl<'a> Capabilities<'a> {
    /// Takes a page apart, header included. Bytes behind its length are ignored.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] if there are fewer bytes than the page's length says, or fewer than the
    /// 20 that every drive has; [`DecodeError::FieldValue`] if it is another page.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "capabilities page";
        let page = page_start(what, PageCode::CAPABILITIES, bytes)?;
        need(what, page, MAX_WRITE_SPEED.end())?;
        let write_speeds = (page.len() >= FIXED_LEN).then(|| {
            let declared = usize::from(N_WRITE_SPEEDS.u16(page)) * WriteSpeed::BYTES;
            let descriptors = &page[FIXED_LEN..];
            WriteSpeeds {
                rotation: RotationControl::of(ROTATION_CONTROL, page),
                current: Speed(WRITE_SPEED.u16(page)),
                possible: List::in_bytes(&descriptors[..declared.min(descriptors.len())]),
            }
        });
        Ok(Self {
            savable: PS.is_set(page),
            flags: CapabilityFlags::read(page),
            loading_mechanism: LoadingMechanism::of(LOADING_MECHANISM, page),
            max_read_speed: Speed(MAX_READ_SPEED.u16(page)),
            n_volume_levels: N_VOLUME_LEVELS.u16(page),
            buffer_kib: BUFFER_SIZE.u16(page),
            current_read_speed: Speed(CURRENT_READ_SPEED.u16(page)),
            digital_format: DIGITAL_FORMAT.u8(page),
            max_write_speed: Speed(MAX_WRITE_SPEED.u16(page)),
            old_write_speed: Speed(OLD_WRITE_SPEED.u16(page)),
            copy_management: COPY_MANAGEMENT.u16(page),
            write_speeds,
        })
    }

    /// Writes the page, 24 bytes or 32 with the writing speeds and 4 for each, as far as `out` has room,
    /// and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut sink = Sink::new(out);
        self.write_for(Purpose::Sense, &mut sink);
        sink.written()
    }

    /// The speed at which the drive would write now, wherever it tells it.
    #[must_use]
    pub const fn current_write_speed(&self) -> Speed {
        match self.write_speeds {
            Some(speeds) => speeds.current,
            None => self.old_write_speed,
        }
    }

    fn possible(&self) -> impl Iterator<Item = WriteSpeed> + use<'a> {
        const MOST: usize = (257 - FIXED_LEN) / WriteSpeed::BYTES;
        let speeds = self
            .write_speeds
            .map_or(List::EMPTY, |speeds| speeds.possible);
        speeds.iter().take(MOST)
    }

    pub(super) fn n_bytes(&self) -> usize {
        match self.write_speeds {
            Some(_) => FIXED_LEN + self.possible().count() * WriteSpeed::BYTES,
            None => OLD_LEN,
        }
    }

    pub(super) fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
        let mut page = [0; FIXED_LEN];
        page[0] = PageCode::CAPABILITIES.code();
        page[1] = u8::try_from(self.n_bytes() - 2).unwrap_or(u8::MAX);
        PS.put(&mut page, self.savable && purpose == Purpose::Sense);
        self.flags.put(&mut page);
        LOADING_MECHANISM.put(&mut page, self.loading_mechanism);
        MAX_READ_SPEED.put(&mut page, self.max_read_speed.0);
        N_VOLUME_LEVELS.put(&mut page, self.n_volume_levels);
        BUFFER_SIZE.put(&mut page, self.buffer_kib);
        CURRENT_READ_SPEED.put(&mut page, self.current_read_speed.0);
        DIGITAL_FORMAT.put(&mut page, self.digital_format);
        MAX_WRITE_SPEED.put(&mut page, self.max_write_speed.0);
        OLD_WRITE_SPEED.put(&mut page, self.old_write_speed.0);
        COPY_MANAGEMENT.put(&mut page, self.copy_management);
        let Some(speeds) = self.write_speeds else {
            return sink.put(&page[..OLD_LEN]);
        };
        ROTATION_CONTROL.put(&mut page, speeds.rotation);
        WRITE_SPEED.put(&mut page, speeds.current.0);
        let n_speeds = u16::try_from(self.possible().count()).unwrap_or(u16::MAX);
        N_WRITE_SPEEDS.put(&mut page, n_speeds);
        sink.put(&page);
        for speed in self.possible() {
            speed.write(sink);
        }
    }
}
