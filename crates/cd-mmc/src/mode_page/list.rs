use super::{
    AudioControl, Caching, Capabilities, CdParameters, ErrorRecovery, PowerConditionPage,
    TimeoutAndProtect, WriteParameters,
};
use crate::wire::{Codec, Sink, length_u16, need};
use crate::{DecodeError, Field, List, PageCode};

const MODE_DATA_LENGTH: Field = Field::bytes("MODE DATA LENGTH", 0, 2);
const MEDIUM_TYPE: Field = Field::bytes("MEDIUM TYPE", 2, 1);
const DEVICE_SPECIFIC: Field = Field::bytes("DEVICE-SPECIFIC PARAMETER", 3, 1);
const BLOCK_DESCRIPTOR_LENGTH: Field = Field::bytes("BLOCK DESCRIPTOR LENGTH", 6, 2);

// The first byte of any page.
pub(super) const PS: Field = Field::bit("PS", 0, 7);
const SPF: Field = Field::bit("SPF", 0, 6);
const PAGE_CODE: Field = Field::bits("PAGE CODE", 0, 5, 6);

// The older header, of four bytes.
const MODE_DATA_LENGTH_6: Field = Field::bytes("MODE DATA LENGTH", 0, 1);
const MEDIUM_TYPE_6: Field = Field::bytes("MEDIUM TYPE", 1, 1);
const DEVICE_SPECIFIC_6: Field = Field::bytes("DEVICE-SPECIFIC PARAMETER", 2, 1);
const BLOCK_DESCRIPTOR_LENGTH_6: Field = Field::bytes("BLOCK DESCRIPTOR LENGTH", 3, 1);

/// The data of MODE SENSE and MODE SELECT: a header, block descriptors, pages.
///
/// The header has 8 bytes with the commands of 10 bytes, and 4 with those of 6.
///
/// # Spec
/// SPC-3 7.4.3, tables 239 and 240.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeParameters<'a> {
    /// MEDIUM TYPE; reserved in MMC, older drives tell the medium with it. 0 in MODE SELECT.
    pub medium_type: u8,
    /// DEVICE-SPECIFIC PARAMETER; 0 for CD recorders.
    pub device_specific: u8,
    /// The block descriptors as they are, 8 bytes each; none as a rule.
    pub block_descriptors: &'a [u8],
    /// The pages.
    pub pages: List<'a, ModePage<'a>>,
}

impl<'a> ModeParameters<'a> {
    /// Bytes of the header in MODE SENSE (10) and MODE SELECT (10).
    pub const HEADER_BYTES: usize = 8;
    /// Bytes of the header in MODE SENSE (6) and MODE SELECT (6).
    pub const HEADER_BYTES_6: usize = 4;

    /// These pages and nothing else.
    #[must_use]
    pub const fn of(pages: &'a [ModePage<'a>]) -> Self {
        Self {
            medium_type: 0,
            device_specific: 0,
            block_descriptors: &[],
            pages: List::of(pages),
        }
    }

    /// Takes the answer to MODE SENSE (10) apart, as far as its mode data length goes. A page that this
    /// cuts off counts as absent.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes, if there are fewer than it declares, or fewer than its
    /// block descriptors need.
    pub fn decode_sense(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = crate::wire::whole_u16("mode parameters", bytes, Self::HEADER_BYTES)?;
        Self::decode(bytes)
    }

    /// Takes the data of a MODE SELECT (10) apart: all of `bytes`, whose first two are reserved.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes, or fewer than the block descriptors need, or if the bytes
    /// end within a page.
    pub fn decode_select(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::decode(bytes)?.all_of(bytes, Self::HEADER_BYTES)
    }

    /// As [`ModeParameters::decode_sense`], for MODE SENSE (6).
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, if there are fewer than it declares, or fewer than its
    /// block descriptors need.
    pub fn decode_sense6(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "mode parameters";
        need(what, bytes, Self::HEADER_BYTES_6)?;
        let whole = 1 + usize::from(MODE_DATA_LENGTH_6.u8(bytes));
        need(what, bytes, whole)?;
        Self::decode6(&bytes[..whole])
    }

    /// As [`ModeParameters::decode_select`], for MODE SELECT (6).
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, or fewer than the block descriptors need, or if the bytes
    /// end within a page.
    pub fn decode_select6(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::decode6(bytes)?.all_of(bytes, Self::HEADER_BYTES_6)
    }

    /// Itself, if it is all that `bytes` hold.
    fn all_of(self, bytes: &[u8], header_bytes: usize) -> Result<Self, DecodeError> {
        let understood = header_bytes + self.block_descriptors.len() + self.pages.n_bytes();
        if understood < bytes.len() {
            let rest = &bytes[understood..];
            return Err(DecodeError::TooShort {
                what: "last mode page of the parameter list",
                needed: RawPage::whole_bytes(rest),
                got: rest.len(),
            });
        }
        Ok(self)
    }

    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "mode parameters";
        need(what, bytes, Self::HEADER_BYTES)?;
        let pages_at = Self::HEADER_BYTES + usize::from(BLOCK_DESCRIPTOR_LENGTH.u16(bytes));
        need(what, bytes, pages_at)?;
        Ok(Self {
            medium_type: MEDIUM_TYPE.u8(bytes),
            device_specific: DEVICE_SPECIFIC.u8(bytes),
            block_descriptors: &bytes[Self::HEADER_BYTES..pages_at],
            pages: List::in_bytes(&bytes[pages_at..]),
        })
    }

    fn decode6(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "mode parameters";
        need(what, bytes, Self::HEADER_BYTES_6)?;
        let pages_at = Self::HEADER_BYTES_6 + usize::from(BLOCK_DESCRIPTOR_LENGTH_6.u8(bytes));
        need(what, bytes, pages_at)?;
        Ok(Self {
            medium_type: MEDIUM_TYPE_6.u8(bytes),
            device_specific: DEVICE_SPECIFIC_6.u8(bytes),
            block_descriptors: &bytes[Self::HEADER_BYTES_6..pages_at],
            pages: List::in_bytes(&bytes[pages_at..]),
        })
    }

    /// Writes the answer to MODE SENSE (10), as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_sense_into(&self, out: &mut [u8]) -> usize {
        let data_length = self.n_bytes() - MODE_DATA_LENGTH.end();
        self.encode_into(length_u16(data_length), Purpose::Sense, out)
    }

    /// Writes the data for MODE SELECT (10), as far as `out` has room, and tells how many bytes were
    /// written: see [`ModeParameters::n_bytes`]. The mode data length and the pages' PS bits are zero
    /// there.
    pub fn encode_select_into(&self, out: &mut [u8]) -> usize {
        self.encode_into([0, 0], Purpose::Select, out)
    }

    /// Writes the answer to MODE SENSE (6), as far as `out` has room, and tells how many bytes were written. The mode
    /// data length of a list of more than 256 bytes is 255, as this command can tell no more.
    pub fn encode_sense6_into(&self, out: &mut [u8]) -> usize {
        let n_bytes = self.n_bytes() - Self::HEADER_BYTES + Self::HEADER_BYTES_6;
        let data_length = u8::try_from(n_bytes - MODE_DATA_LENGTH_6.end()).unwrap_or(u8::MAX);
        self.encode6_into(data_length, Purpose::Sense, out)
    }

    /// Writes the data for MODE SELECT (6), as far as `out` has room, and tells how many bytes were written. The mode
    /// data length and the pages' PS bits are zero there.
    pub fn encode_select6_into(&self, out: &mut [u8]) -> usize {
        self.encode6_into(0, Purpose::Select, out)
    }

    fn encode6_into(&self, data_length: u8, purpose: Purpose, out: &mut [u8]) -> usize {
        let mut header = [0; Self::HEADER_BYTES_6];
        MODE_DATA_LENGTH_6.put(&mut header, data_length);
        MEDIUM_TYPE_6.put(&mut header, self.medium_type);
        DEVICE_SPECIFIC_6.put(&mut header, self.device_specific);
        let descriptors = &self.block_descriptors[..self.block_descriptors.len().min(0xFF)];
        let length = u8::try_from(descriptors.len()).unwrap_or(u8::MAX);
        BLOCK_DESCRIPTOR_LENGTH_6.put(&mut header, length);
        let mut sink = Sink::new(out);
        sink.put(&header);
        sink.put(descriptors);
        for page in self.pages {
            page.write_for(purpose, &mut sink);
        }
        sink.written()
    }

    fn encode_into(&self, data_length: [u8; 2], purpose: Purpose, out: &mut [u8]) -> usize {
        let mut header = [0; Self::HEADER_BYTES];
        header[..2].copy_from_slice(&data_length);
        MEDIUM_TYPE.put(&mut header, self.medium_type);
        DEVICE_SPECIFIC.put(&mut header, self.device_specific);
        header[6..].copy_from_slice(&length_u16(self.block_descriptors.len()));
        let mut sink = Sink::new(out);
        sink.put(&header);
        sink.put(self.block_descriptors);
        for page in self.pages {
            page.write_for(purpose, &mut sink);
        }
        sink.written()
    }

    /// Bytes of the whole list, the header of 8 bytes included.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        Self::HEADER_BYTES + self.block_descriptors.len() + self.pages.n_bytes()
    }

    /// Bytes of the page that `pages` begins with, by its own header, whether they are there or not; `None` if not even
    /// the header is.
    #[must_use]
    pub fn page_bytes(pages: &[u8]) -> Option<usize> {
        RawPage::lengths(pages).map(|(_, whole)| whole)
    }

    /// The page with this code, or `None` if it is not in the list.
    #[must_use]
    pub fn page(&self, code: PageCode) -> Option<ModePage<'a>> {
        self.pages.iter().find(|page| page.code() == code)
    }

    /// The write parameters page, or `None` if it is not in the list.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] if it is shorter than the standard's.
    pub fn write_parameters(&self) -> Result<Option<WriteParameters>, DecodeError> {
        match self.page(PageCode::WRITE_PARAMETERS) {
            Some(ModePage::WriteParameters(page)) => Ok(Some(page)),
            Some(other) => Err(other.too_short("write parameters page", 52)),
            None => Ok(None),
        }
    }

    /// The capabilities page, or `None` if it is not in the list.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] if it is shorter than any drive's.
    pub fn capabilities(&self) -> Result<Option<Capabilities<'a>>, DecodeError> {
        match self.page(PageCode::CAPABILITIES) {
            Some(ModePage::Capabilities(page)) => Ok(Some(page)),
            Some(other) => Err(other.too_short("capabilities page", 20)),
            None => Ok(None),
        }
    }
}

/// What a list is encoded for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    Sense,
    Select,
}

/// One page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModePage<'a> {
    /// 01h
    ErrorRecovery(ErrorRecovery),
    /// 05h
    WriteParameters(WriteParameters),
    /// 08h
    Caching(Caching),
    /// 0Dh
    CdParameters(CdParameters),
    /// 0Eh
    AudioControl(AudioControl),
    /// 1Ah
    PowerCondition(PowerConditionPage),
    /// 1Dh
    TimeoutAndProtect(TimeoutAndProtect),
    /// 2Ah
    Capabilities(Capabilities<'a>),
    /// Any other page, or one of the above that is too short to be taken apart.
    Raw(RawPage<'a>),
}

impl<'a> ModePage<'a> {
    /// The page's code.
    #[must_use]
    pub const fn code(&self) -> PageCode {
        match self {
            Self::ErrorRecovery(_) => PageCode::ERROR_RECOVERY,
            Self::WriteParameters(_) => PageCode::WRITE_PARAMETERS,
            Self::Caching(_) => PageCode::CACHING,
            Self::CdParameters(_) => PageCode::CD_PARAMETERS,
            Self::AudioControl(_) => PageCode::AUDIO_CONTROL,
            Self::PowerCondition(_) => PageCode::POWER_CONDITION,
            Self::TimeoutAndProtect(_) => PageCode::TIMEOUT_AND_PROTECT,
            Self::Capabilities(_) => PageCode::CAPABILITIES,
            Self::Raw(raw) => raw.code,
        }
    }

    fn too_short(&self, what: &'static str, needed: usize) -> DecodeError {
        let got = self.n_bytes();
        DecodeError::TooShort { what, needed, got }
    }

    fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
        match self {
            Self::ErrorRecovery(page) => page.write_for(purpose, sink),
            Self::WriteParameters(page) => page.write_for(purpose, sink),
            Self::Caching(page) => page.write_for(purpose, sink),
            Self::CdParameters(page) => page.write_for(purpose, sink),
            Self::AudioControl(page) => page.write_for(purpose, sink),
            Self::PowerCondition(page) => page.write_for(purpose, sink),
            Self::TimeoutAndProtect(page) => page.write_for(purpose, sink),
            Self::Capabilities(page) => page.write_for(purpose, sink),
            Self::Raw(raw) => raw.write_for(purpose, sink),
        }
    }
}

impl<'a> Codec<'a> for ModePage<'a> {
    fn take(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (raw, rest) = RawPage::take(bytes)?;
        let typed = match (raw.code, raw.subpage) {
            (PageCode::ERROR_RECOVERY, None) => {
                ErrorRecovery::decode(bytes).map(Self::ErrorRecovery)
            }
            (PageCode::WRITE_PARAMETERS, None) => {
                WriteParameters::decode(bytes).map(Self::WriteParameters)
            }
            (PageCode::CACHING, None) => Caching::decode(bytes).map(Self::Caching),
            (PageCode::CD_PARAMETERS, None) => CdParameters::decode(bytes).map(Self::CdParameters),
            (PageCode::AUDIO_CONTROL, None) => AudioControl::decode(bytes).map(Self::AudioControl),
            (PageCode::POWER_CONDITION, None) => {
                PowerConditionPage::decode(bytes).map(Self::PowerCondition)
            }
            (PageCode::TIMEOUT_AND_PROTECT, None) => {
                TimeoutAndProtect::decode(bytes).map(Self::TimeoutAndProtect)
            }
            (PageCode::CAPABILITIES, None) => Capabilities::decode(bytes).map(Self::Capabilities),
            _ => Ok(Self::Raw(raw)),
        };
        Some((typed.unwrap_or(Self::Raw(raw)), rest))
    }

    fn n_bytes(&self) -> usize {
        match self {
            Self::ErrorRecovery(_) => ErrorRecovery::BYTES,
            Self::WriteParameters(page) => page.n_bytes(),
            Self::Caching(_) => Caching::BYTES,
            Self::CdParameters(_) => CdParameters::BYTES,
            Self::AudioControl(_) => AudioControl::BYTES,
            Self::PowerCondition(_) => PowerConditionPage::BYTES,
            Self::TimeoutAndProtect(_) => TimeoutAndProtect::BYTES,
            Self::Capabilities(page) => page.n_bytes(),
            Self::Raw(raw) => raw.n_bytes(),
        }
    }

    fn write(&self, sink: &mut Sink<'_>) {
        self.write_for(Purpose::Sense, sink);
    }
}

/// The bytes of the page that starts `bytes`, which must have this code and be there whole.
pub(super) fn page_start<'b>(
    what: &'static str,
    code: PageCode,
    bytes: &'b [u8],
) -> Result<&'b [u8], DecodeError> {
    need(what, bytes, 2)?;
    if SPF.is_set(bytes) || PageCode::of(PAGE_CODE, bytes) != code {
        return Err(DecodeError::FieldValue {
            what,
            field: PAGE_CODE.name(),
            byte: PAGE_CODE.byte(),
            bit: PAGE_CODE.msb(),
            value: PAGE_CODE.get(bytes),
            must: code.name().unwrap_or("another page's"),
        });
    }
    let whole = 2 + usize::from(bytes[1]);
    need(what, bytes, whole)?;
    Ok(&bytes[..whole])
}

/// Any page as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawPage<'a> {
    /// PS: whether the device can save the page; zero in MODE SELECT.
    pub savable: bool,
    /// The page's code.
    pub code: PageCode,
    /// The subpage's code if the page has the longer header for one (SPF).
    pub subpage: Option<u8>,
    /// What follows the length: at most 255 bytes, 65535 with a subpage; more is cut off in encoding.
    pub data: &'a [u8],
}

impl<'a> RawPage<'a> {
    /// Bytes of the header, and of the whole page, that starts `bytes`.
    fn lengths(bytes: &[u8]) -> Option<(usize, usize)> {
        match *bytes {
            [first, _, high, low, ..] if SPF.is_set(&[first]) => {
                Some((4, 4 + usize::from(u16::from_be_bytes([high, low]))))
            }
            [first, length, ..] if !SPF.is_set(&[first]) => Some((2, 2 + usize::from(length))),
            _ => None,
        }
    }

    /// Bytes of the page that starts `bytes`, as far as they tell.
    fn whole_bytes(bytes: &[u8]) -> usize {
        let header = if SPF.is_set(bytes) { 4 } else { 2 };
        Self::lengths(bytes).map_or(header, |(_, whole)| whole)
    }

    fn encoded_data(&self) -> &'a [u8] {
        let most = if self.subpage.is_some() { 0xFFFF } else { 0xFF };
        &self.data[..self.data.len().min(most)]
    }

    fn take(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (header, whole) = Self::lengths(bytes)?;
        let (page, rest) = bytes.split_at_checked(whole)?;
        let raw = Self {
            savable: PS.is_set(page),
            code: PageCode::of(PAGE_CODE, page),
            subpage: SPF.is_set(page).then(|| page[1]),
            data: &page[header..],
        };
        Some((raw, rest))
    }

    fn n_bytes(&self) -> usize {
        let header = if self.subpage.is_some() { 4 } else { 2 };
        header + self.encoded_data().len()
    }

    fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
        let data = self.encoded_data();
        let [high, low] = length_u16(data.len());
        let mut header = match self.subpage {
            Some(subpage) => [0, subpage, high, low],
            None => [0, low, 0, 0],
        };
        PS.put(&mut header, self.savable && purpose == Purpose::Sense);
        SPF.put(&mut header, self.subpage.is_some());
        PAGE_CODE.put(&mut header, self.code);
        let header_len = if self.subpage.is_some() { 4 } else { 2 };
        sink.put(&header[..header_len]);
        sink.put(data);
    }
}
