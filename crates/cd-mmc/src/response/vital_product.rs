use super::{AsciiField, DeviceType};
use crate::Field;
use crate::wire::{Sink, length_u16};

const DEVICE_TYPE: Field = Field::bits("PERIPHERAL DEVICE TYPE", 0, 4, 5);
const PAGE_CODE: Field = Field::bytes("PAGE CODE", 1, 1);
const HEADER_BYTES: usize = 4;

/// A page of vital product data: the answer to INQUIRY with EVPD.
///
/// # Spec
/// SPC-3 7.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VitalProductPage<'a> {
    /// 00h: the codes of all pages there are, in ascending order.
    Supported(&'a [u8]),
    /// 80h: the unit's serial number, printable ASCII.
    SerialNumber(&'a str),
    /// 83h: one name of the unit, made of vendor, product and serial number (T10 vendor ID).
    Identification {
        /// Who made it.
        vendor: AsciiField<8>,
        /// What they call it.
        product: AsciiField<16>,
        /// The unit's own number.
        serial_number: &'a str,
    },
}

impl VitalProductPage<'_> {
    /// Code of [`VitalProductPage::Supported`].
    pub const SUPPORTED: u8 = 0x00;
    /// Code of [`VitalProductPage::SerialNumber`].
    pub const SERIAL_NUMBER: u8 = 0x80;
    /// Code of [`VitalProductPage::Identification`].
    pub const IDENTIFICATION: u8 = 0x83;

    /// The page's code.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Supported(_) => Self::SUPPORTED,
            Self::SerialNumber(_) => Self::SERIAL_NUMBER,
            Self::Identification { .. } => Self::IDENTIFICATION,
        }
    }

    /// Writes the page as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        // Code set ASCII; associated with the unit, of type T10 vendor ID.
        const DESIGNATOR: [u8; 3] = [0x02, 0x01, 0x00];
        let mut header = [0; HEADER_BYTES];
        DEVICE_TYPE.put(&mut header, DeviceType::MMC);
        PAGE_CODE.put(&mut header, self.code());
        let n_bytes = match self {
            Self::Supported(codes) => codes.len(),
            Self::SerialNumber(number) => number.len(),
            Self::Identification { serial_number, .. } => 4 + 24 + serial_number.len().min(200),
        };
        header[2..].copy_from_slice(&length_u16(n_bytes));
        let mut sink = Sink::new(out);
        sink.put(&header);
        match self {
            Self::Supported(codes) => sink.put(codes),
            Self::SerialNumber(number) => sink.put(number.as_bytes()),
            Self::Identification {
                vendor,
                product,
                serial_number,
            } => {
                let number = &serial_number.as_bytes()[..serial_number.len().min(200)];
                sink.put(&DESIGNATOR);
                sink.put(&[u8::try_from(24 + number.len()).unwrap_or(u8::MAX)]);
                sink.put(vendor.as_bytes());
                sink.put(product.as_bytes());
                sink.put(number);
            }
        }
        sink.written()
    }
}
