use core::fmt;

use super::list::{PS, Purpose, page_start};
use crate::code::wire_code;
use crate::wire::{Sink, need};
use crate::{DecodeError, Field, PageCode};

wire_code! {
    /// How a track or session is recorded.
    WriteType: u8, 4 bits {
        PACKET = 0, "packet/incremental";
        TRACK_AT_ONCE = 1, "track at once";
        SESSION_AT_ONCE = 2, "session at once";
        RAW = 3, "raw";
        LAYER_JUMP = 4, "layer jump";
    }
}

wire_code! {
    /// Whether another session may follow this one.
    MultiSession: u8, 2 bits {
        CLOSED = 0, "no B0 pointer, no further session";
        LAST = 1, "B0 pointer FF:FF:FF, no further session";
        OPEN = 3, "B0 pointer, a further session may follow";
    }
}

wire_code! {
    /// The CONTROL nibble of the tracks in modes that make their own subcode.
    TrackMode: u8, 4 bits {
        AUDIO = 0, "audio";
        AUDIO_PRE_EMPHASIS = 1, "audio with pre-emphasis";
        DATA = 4, "data";
        DATA_INCREMENTAL = 5, "data, recorded incrementally";
    }
}

wire_code! {
    /// What a block to be written consists of.
    DataBlockType: u8, 4 bits {
        RAW = 0, "2352 bytes, raw";
        RAW_PQ = 1, "2352+16 bytes, raw with P and Q";
        RAW_PACKED_PW = 2, "2352+96 bytes, raw with P-W packed";
        RAW_PW = 3, "2352+96 bytes, raw with raw P-W";
        VENDOR_7 = 7, "vendor specific";
        MODE_1 = 8, "2048 bytes, mode 1";
        MODE_2 = 9, "2336 bytes, mode 2";
        XA_FORM_1 = 10, "2048 bytes, mode 2 form 1, subheader from the page";
        XA_FORM_1_SUBHEADER = 11, "2056 bytes, mode 2 form 1 with subheader";
        XA_FORM_2 = 12, "2324 bytes, mode 2 form 2, subheader from the page";
        XA_MIXED = 13, "2332 bytes, mode 2 form 1 or 2 with subheader";
        VENDOR_15 = 15, "vendor specific";
    }
}

impl DataBlockType {
    /// Bytes of a block; `None` for the vendors' types and reserved ones.
    #[must_use]
    pub const fn block_bytes(self) -> Option<usize> {
        match self {
            Self::RAW => Some(2352),
            Self::RAW_PQ => Some(2368),
            Self::RAW_PACKED_PW | Self::RAW_PW => Some(2448),
            Self::MODE_1 | Self::XA_FORM_1 => Some(2048),
            Self::MODE_2 => Some(2336),
            Self::XA_FORM_1_SUBHEADER => Some(2056),
            Self::XA_FORM_2 => Some(2324),
            Self::XA_MIXED => Some(2332),
            _ => None,
        }
    }
}

wire_code! {
    /// Who may write on a medium of restricted use.
    HostApplicationCode: u8, 6 bits {
        UNRESTRICTED = 0, "unrestricted use";
    }
}

wire_code! {
    /// The disc type that point A0 of the lead-in gets in modes where the drive makes it.
    SessionFormat: u8, 8 bits {
        CD_DA_OR_CD_ROM = 0x00, "CD-DA or CD-ROM";
        CD_I = 0x10, "CD-I";
        CD_ROM_XA = 0x20, "CD-ROM XA";
    }
}

const BUFE: Field = Field::bit("BUFE", 2, 6);
const LS_V: Field = Field::bit("LS_V", 2, 5);
const TEST_WRITE: Field = Field::bit("TEST WRITE", 2, 4);
const WRITE_TYPE: Field = Field::bits("WRITE TYPE", 2, 3, 4);
const MULTI_SESSION: Field = Field::bits("MULTI-SESSION", 3, 7, 2);
const FP: Field = Field::bit("FP", 3, 5);
const COPY: Field = Field::bit("COPY", 3, 4);
const TRACK_MODE: Field = Field::bits("TRACK MODE", 3, 3, 4);
const DATA_BLOCK_TYPE: Field = Field::bits("DATA BLOCK TYPE", 4, 3, 4);
const LINK_SIZE: Field = Field::bytes("LINK SIZE", 5, 1);
const HOST_APPLICATION_CODE: Field = Field::bits("HOST APPLICATION CODE", 7, 5, 6);
const SESSION_FORMAT: Field = Field::bytes("SESSION FORMAT", 8, 1);
const PACKET_SIZE: Field = Field::bytes("PACKET SIZE", 10, 4);
const AUDIO_PAUSE_LENGTH: Field = Field::bytes("AUDIO PAUSE LENGTH", 14, 2);
const MCN: core::ops::Range<usize> = 16..32;
const ISRC: core::ops::Range<usize> = 32..48;
const SUBHEADER: core::ops::Range<usize> = 48..52;
const END: usize = SUBHEADER.end;

/// Mode page 05h: how the drive records what WRITE brings.
///
/// The values of a page of changeable values (see [`crate::PageControl::Changeable`]) are masks.
///
/// # Spec
/// MMC-5 7.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteParameters {
    /// PS: whether the drive can save the page. Not sent in MODE SELECT.
    pub savable: bool,
    /// BUFE: the drive bridges a buffer underrun instead of failing.
    pub buffer_underrun_free: bool,
    /// LS_V: whether `link_size` means anything.
    pub link_size_valid: bool,
    /// TEST WRITE: go through the motions with the laser at reading power.
    pub test_write: bool,
    /// How to record.
    pub write_type: WriteType,
    /// Whether another session may follow.
    pub multi_session: MultiSession,
    /// FP: packets have a fixed size.
    pub fixed_packet: bool,
    /// COPY: the material is a copy of higher generation (the copy bit alternates, SCMS).
    pub copy: bool,
    /// CONTROL of the tracks; not used in raw recording.
    pub track_mode: TrackMode,
    /// What a block consists of.
    pub data_block_type: DataBlockType,
    /// Blocks lost at each link; 7 on CD.
    pub link_size: u8,
    /// For media of restricted use.
    pub host_application_code: HostApplicationCode,
    /// The disc type; not used in raw recording.
    pub session_format: SessionFormat,
    /// Blocks in a fixed packet.
    pub packet_size: u32,
    /// Sectors of pause before an audio track, 150 by default.
    pub audio_pause_length: u16,
    /// The media catalogue number to record; not used in raw recording.
    pub mcn: McnField,
    /// The ISRC to record; not used in raw recording.
    pub isrc: IsrcField,
    /// The subheader for mode 2 blocks that come without.
    pub subheader: [u8; 4],
    /// What the drive has behind the standard's fields; its length goes back with it.
    pub tail: PageTail,
}

impl WriteParameters {
    /// Where each field stands in the page, but for MCN, ISRC, subheader and tail, which are bytes.
    pub const FIELDS: &'static [Field] = &[
        PS,
        BUFE,
        LS_V,
        TEST_WRITE,
        WRITE_TYPE,
        MULTI_SESSION,
        FP,
        COPY,
        TRACK_MODE,
        DATA_BLOCK_TYPE,
        LINK_SIZE,
        HOST_APPLICATION_CODE,
        SESSION_FORMAT,
        PACKET_SIZE,
        AUDIO_PAUSE_LENGTH,
    ];

    /// A page to start from where no drive gave one: track at once, mode 1, 150 sectors of pause.
    pub const TRACK_AT_ONCE_MODE_1: Self = Self {
        savable: false,
        buffer_underrun_free: false,
        link_size_valid: true,
        test_write: false,
        write_type: WriteType::TRACK_AT_ONCE,
        multi_session: MultiSession::CLOSED,
        fixed_packet: false,
        copy: false,
        track_mode: TrackMode::DATA,
        data_block_type: DataBlockType::MODE_1,
        link_size: 7,
        host_application_code: HostApplicationCode::UNRESTRICTED,
        session_format: SessionFormat::CD_DA_OR_CD_ROM,
        packet_size: 16,
        audio_pause_length: 150,
        mcn: McnField::NONE,
        isrc: IsrcField::NONE,
        subheader: [0; 4],
        tail: PageTail::EMPTY,
    };

    /// Takes a page apart, header included. Bytes behind its length are ignored.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] if there are fewer bytes than the page's length says, or that is less
    /// than 32h; [`DecodeError::FieldValue`] if it is another page.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "write parameters page";
        let page = page_start(what, PageCode::WRITE_PARAMETERS, bytes)?;
        need(what, page, END)?;
        let mut mcn = McnField::NONE;
        mcn.0.copy_from_slice(&page[MCN]);
        let mut isrc = IsrcField::NONE;
        isrc.0.copy_from_slice(&page[ISRC]);
        let mut subheader = [0; 4];
        subheader.copy_from_slice(&page[SUBHEADER]);
        Ok(Self {
            savable: PS.is_set(page),
            buffer_underrun_free: BUFE.is_set(page),
            link_size_valid: LS_V.is_set(page),
            test_write: TEST_WRITE.is_set(page),
            write_type: WriteType::of(WRITE_TYPE, page),
            multi_session: MultiSession::of(MULTI_SESSION, page),
            fixed_packet: FP.is_set(page),
            copy: COPY.is_set(page),
            track_mode: TrackMode::of(TRACK_MODE, page),
            data_block_type: DataBlockType::of(DATA_BLOCK_TYPE, page),
            link_size: LINK_SIZE.u8(page),
            host_application_code: HostApplicationCode::of(HOST_APPLICATION_CODE, page),
            session_format: SessionFormat::of(SESSION_FORMAT, page),
            packet_size: PACKET_SIZE.get(page),
            audio_pause_length: AUDIO_PAUSE_LENGTH.u16(page),
            mcn,
            isrc,
            subheader,
            tail: PageTail::new(&page[END..]),
        })
    }

    /// Writes the page, 52 bytes and the tail, as far as `out` has room, and tells how many bytes were
    /// written. The PS bit is in it, as MODE SENSE has it; [`super::ModeParameters`] makes either list.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut sink = Sink::new(out);
        self.write_for(Purpose::Sense, &mut sink);
        sink.written()
    }

    /// Bytes of the page, header and tail included: 52 at least.
    #[must_use]
    pub const fn n_bytes(&self) -> usize {
        END + self.tail.len as usize
    }

    pub(super) fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
        let mut page = [0; END];
        page[0] = PageCode::WRITE_PARAMETERS.code();
        page[1] = 0x32 + self.tail.len;
        PS.put(&mut page, self.savable && purpose == Purpose::Sense);
        BUFE.put(&mut page, self.buffer_underrun_free);
        LS_V.put(&mut page, self.link_size_valid);
        TEST_WRITE.put(&mut page, self.test_write);
        WRITE_TYPE.put(&mut page, self.write_type);
        MULTI_SESSION.put(&mut page, self.multi_session);
        FP.put(&mut page, self.fixed_packet);
        COPY.put(&mut page, self.copy);
        TRACK_MODE.put(&mut page, self.track_mode);
        DATA_BLOCK_TYPE.put(&mut page, self.data_block_type);
        LINK_SIZE.put(&mut page, self.link_size);
        HOST_APPLICATION_CODE.put(&mut page, self.host_application_code);
        SESSION_FORMAT.put(&mut page, self.session_format);
        PACKET_SIZE.put(&mut page, self.packet_size);
        AUDIO_PAUSE_LENGTH.put(&mut page, self.audio_pause_length);
        page[MCN].copy_from_slice(&self.mcn.0);
        page[ISRC].copy_from_slice(&self.isrc.0);
        page[SUBHEADER].copy_from_slice(&self.subheader);
        sink.put(&page);
        sink.put(self.tail.as_slice());
    }
}

/// The 16 bytes of the media catalogue number: a valid bit, 13 digits, zero, AFRAME.
///
/// # Spec
/// MMC-5 7.5 (Media Catalog Number).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct McnField(pub [u8; 16]);

impl McnField {
    /// No number.
    pub const NONE: Self = Self([0; 16]);

    /// The number with these 13 ASCII digits, taken as they are.
    #[must_use]
    pub fn new(digits: &[u8; 13]) -> Self {
        let mut bytes = [0; 16];
        bytes[0] = 0x80;
        bytes[1..14].copy_from_slice(digits);
        Self(bytes)
    }

    /// The 13 bytes of the number, not checked; `None` if the valid bit is zero.
    #[must_use]
    pub fn digits(&self) -> Option<&[u8]> {
        (self.0[0] & 0x80 != 0).then(|| &self.0[1..14])
    }
}

/// The 16 bytes of the ISRC: a valid bit, 12 characters, zero, AFRAME, reserved.
///
/// # Spec
/// MMC-5 7.5 (International Standard Recording Code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IsrcField(pub [u8; 16]);

impl IsrcField {
    /// No code.
    pub const NONE: Self = Self([0; 16]);

    /// The code with these 12 ASCII characters, taken as they are.
    #[must_use]
    pub fn new(characters: &[u8; 12]) -> Self {
        let mut bytes = [0; 16];
        bytes[0] = 0x80;
        bytes[1..13].copy_from_slice(characters);
        Self(bytes)
    }

    /// The 12 bytes of the code, not checked; `None` if the valid bit is zero.
    #[must_use]
    pub fn characters(&self) -> Option<&[u8]> {
        (self.0[0] & 0x80 != 0).then(|| &self.0[1..13])
    }
}

/// Bytes of a page behind the fields of the standard, 0 to 205 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageTail {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl PageTail {
    /// The most there can be in a page whose length is one byte.
    pub const MAX: usize = 257 - END;
    /// Nothing behind the standard's fields.
    pub const EMPTY: Self = Self {
        bytes: [0; Self::MAX],
        len: 0,
    };

    /// Keeps the first [`PageTail::MAX`] of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut tail = Self::EMPTY;
        let len = bytes.len().min(Self::MAX);
        tail.bytes[..len].copy_from_slice(&bytes[..len]);
        tail.len = u8::try_from(len).unwrap_or(u8::MAX);
        tail
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Debug for PageTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageTail({:02X?})", self.as_slice())
    }
}
