use core::fmt;

use crate::code::wire_code;
use crate::wire::{copy_truncated, need};
use crate::{DecodeError, Field};

wire_code! {
    /// Whether a device of this type is there.
    PeripheralQualifier: u8, 3 bits {
        CONNECTED = 0, "connected";
        NOT_CONNECTED = 1, "not connected";
        NOT_SUPPORTED = 3, "not supported";
    }
}

wire_code! {
    /// What kind of device it is.
    DeviceType: u8, 5 bits {
        DISK = 0x00, "disk";
        TAPE = 0x01, "tape";
        WRITE_ONCE = 0x04, "write-once device";
        MMC = 0x05, "CD, DVD or BD drive";
        OPTICAL_MEMORY = 0x07, "optical memory";
        CHANGER = 0x08, "changer";
        UNKNOWN = 0x1F, "unknown";
    }
}

const QUALIFIER: Field = Field::bits("PERIPHERAL QUALIFIER", 0, 7, 3);
const DEVICE_TYPE: Field = Field::bits("PERIPHERAL DEVICE TYPE", 0, 4, 5);
const RMB: Field = Field::bit("RMB", 1, 7);
const VERSION: Field = Field::bytes("VERSION", 2, 1);
const RESPONSE_DATA_FORMAT: Field = Field::bits("RESPONSE DATA FORMAT", 3, 3, 4);
const ADDITIONAL_LENGTH: Field = Field::bytes("ADDITIONAL LENGTH", 4, 1);
const VENDOR: usize = 8;
const PRODUCT: usize = 16;
const REVISION: usize = 32;

/// Who the drive is: the answer to INQUIRY without a vital product data page.
///
/// # Spec
/// SPC-3 6.4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InquiryData {
    /// Whether the device is there.
    pub qualifier: PeripheralQualifier,
    /// What kind of device it is.
    pub device_type: DeviceType,
    /// RMB: whether the medium can be removed.
    pub removable: bool,
    /// The version of SPC it keeps to; 0 for ATAPI drives.
    pub version: u8,
    /// Who made it.
    pub vendor: AsciiField<8>,
    /// What they call it.
    pub product: AsciiField<16>,
    /// The firmware's revision.
    pub revision: AsciiField<4>,
}

impl InquiryData {
    /// Bytes of the answer as far as the standard defines them for all devices.
    pub const BYTES: usize = 36;

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 36 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("inquiry data", bytes, Self::BYTES)?;
        Ok(Self {
            qualifier: PeripheralQualifier::of(QUALIFIER, bytes),
            device_type: DeviceType::of(DEVICE_TYPE, bytes),
            removable: RMB.is_set(bytes),
            version: VERSION.u8(bytes),
            vendor: AsciiField::from_bytes(&bytes[VENDOR..PRODUCT]),
            product: AsciiField::from_bytes(&bytes[PRODUCT..REVISION]),
            revision: AsciiField::from_bytes(&bytes[REVISION..Self::BYTES]),
        })
    }

    /// Writes the answer, 36 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        QUALIFIER.put(&mut bytes, self.qualifier);
        DEVICE_TYPE.put(&mut bytes, self.device_type);
        RMB.put(&mut bytes, self.removable);
        VERSION.put(&mut bytes, self.version);
        RESPONSE_DATA_FORMAT.put(&mut bytes, 2_u8);
        ADDITIONAL_LENGTH.put(&mut bytes, 31_u8);
        bytes[VENDOR..PRODUCT].copy_from_slice(&self.vendor.0);
        bytes[PRODUCT..REVISION].copy_from_slice(&self.product.0);
        bytes[REVISION..].copy_from_slice(&self.revision.0);
        copy_truncated(&bytes, out)
    }
}

/// `N` characters of printable ASCII, filled up with spaces.
///
/// Whatever else a drive puts there (zeros, control characters, other alphabets) becomes `?`; zeros at the
/// end become spaces.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AsciiField<const N: usize>([u8; N]);

impl<const N: usize> AsciiField<N> {
    /// The first `N` bytes of `text`, what is not printable ASCII replaced.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::from_bytes(text.as_bytes())
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let end = bytes.iter().rposition(|byte| *byte != 0);
        let text = &bytes[..end.map_or(0, |last| last + 1)];
        let mut field = [b' '; N];
        for (to, from) in field.iter_mut().zip(text) {
            *to = match *from {
                byte @ b' '..=b'~' => byte,
                _ => b'?',
            };
        }
        Self(field)
    }

    /// All `N` characters.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }

    /// The text without the spaces at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = core::str::from_utf8(&self.0).unwrap_or_default();
        text.trim_end_matches(' ')
    }
}

impl<const N: usize> fmt::Display for AsciiField<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for AsciiField<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
