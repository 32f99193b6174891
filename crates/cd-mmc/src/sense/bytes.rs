use super::{KeySpecific, Sense, SenseKey};
use crate::{DecodeError, Field};

const RESPONSE_CODE: Field = Field::bits("RESPONSE CODE", 0, 6, 7);

/// Fixed format, SPC-4 4.5.3.
mod fixed {
    use crate::Field;

    pub(super) const LEN: usize = 18;
    pub(super) const VALID: Field = Field::bit("VALID", 0, 7);
    pub(super) const SENSE_KEY: Field = Field::bits("SENSE KEY", 2, 3, 4);
    pub(super) const INFORMATION: Field = Field::bytes("INFORMATION", 3, 4);
    pub(super) const ADDITIONAL_LENGTH: Field = Field::bytes("ADDITIONAL SENSE LENGTH", 7, 1);
    pub(super) const ASC: Field = Field::bytes("ADDITIONAL SENSE CODE", 12, 1);
    pub(super) const ASCQ: Field = Field::bytes("ADDITIONAL SENSE CODE QUALIFIER", 13, 1);
    pub(super) const SKSV: Field = Field::bit("SKSV", 15, 7);
    pub(super) const SPECIFIC: Field = Field::bits("SENSE KEY SPECIFIC", 15, 6, 23);
}

/// Descriptor format, SPC-4 4.5.2. Descriptors follow the 8 bytes of the header.
mod descriptor {
    use crate::Field;

    pub(super) const HEADER_LEN: usize = 8;
    pub(super) const SENSE_KEY: Field = Field::bits("SENSE KEY", 1, 3, 4);
    pub(super) const ASC: Field = Field::bytes("ADDITIONAL SENSE CODE", 2, 1);
    pub(super) const ASCQ: Field = Field::bytes("ADDITIONAL SENSE CODE QUALIFIER", 3, 1);
    pub(super) const ADDITIONAL_LENGTH: Field = Field::bytes("ADDITIONAL SENSE LENGTH", 7, 1);

    pub(super) const INFORMATION: u8 = 0x00;
    pub(super) const VALID: Field = Field::bit("VALID", 2, 7);
    pub(super) const INFORMATION_HIGH: Field = Field::bytes("INFORMATION", 4, 4);
    pub(super) const INFORMATION_LOW: Field = Field::bytes("INFORMATION", 8, 4);

    pub(super) const SPECIFIC: u8 = 0x02;
    pub(super) const SKSV: Field = Field::bit("SKSV", 4, 7);
    pub(super) const SPECIFIC_BITS: Field = Field::bits("SENSE KEY SPECIFIC", 4, 6, 23);
}

impl Sense {
    /// The most bytes that the encoders give: 18 in fixed format, 28 in descriptor format.
    pub const MAX_BYTES: usize = 28;

    /// The report in `bytes`, in either format, about this command or deferred.
    ///
    /// What the bytes are too short for counts as zero or absent, and so does what lies beyond the
    /// length they declare: devices cut their sense data off as they please.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 3 bytes in fixed and 4 in descriptor format;
    /// [`DecodeError::FieldValue`] for a response code other than 70h to 73h.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "sense data";
        let too_short = |needed| DecodeError::TooShort {
            what,
            needed,
            got: bytes.len(),
        };
        if bytes.is_empty() {
            return Err(too_short(1));
        }
        let response_code = RESPONSE_CODE.u8(bytes);
        let sense = match response_code {
            0x70 | 0x71 if bytes.len() < 3 => return Err(too_short(3)),
            0x72 | 0x73 if bytes.len() < 4 => return Err(too_short(4)),
            0x70 | 0x71 => decode_fixed(bytes),
            0x72 | 0x73 => decode_descriptors(bytes),
            _ => {
                return Err(DecodeError::FieldValue {
                    what,
                    field: RESPONSE_CODE.name(),
                    byte: RESPONSE_CODE.byte(),
                    bit: RESPONSE_CODE.msb(),
                    value: response_code.into(),
                    must: "70h to 73h",
                });
            }
        };
        Ok(Self {
            deferred: response_code & 1 != 0,
            ..sense
        })
    }

    /// Writes the report in fixed format, 18 bytes, as far as `out` has room, and tells how many
    /// bytes were written.
    pub fn encode_fixed_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; fixed::LEN];
        RESPONSE_CODE.put(&mut bytes, 0x70 | u8::from(self.deferred));
        fixed::SENSE_KEY.put(&mut bytes, self.key);
        fixed::ADDITIONAL_LENGTH.put(&mut bytes, 10_u8);
        fixed::ASC.put(&mut bytes, self.asc);
        fixed::ASCQ.put(&mut bytes, self.ascq);
        if let Some(information) = self.information {
            fixed::VALID.put(&mut bytes, true);
            fixed::INFORMATION.put(&mut bytes, information);
        }
        if let Some(specific) = self.key_specific {
            fixed::SKSV.put(&mut bytes, true);
            fixed::SPECIFIC.put(&mut bytes, specific_to_u32(specific));
        }
        crate::wire::copy_truncated(&bytes, out)
    }

    /// Writes the report in descriptor format, 8 to 28 bytes, as far as `out` has room, and tells how
    /// many bytes were written.
    pub fn encode_descriptor_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::MAX_BYTES];
        RESPONSE_CODE.put(&mut bytes, 0x72 | u8::from(self.deferred));
        descriptor::SENSE_KEY.put(&mut bytes, self.key);
        descriptor::ASC.put(&mut bytes, self.asc);
        descriptor::ASCQ.put(&mut bytes, self.ascq);
        let mut len = descriptor::HEADER_LEN;
        let mut additional = 0_u8;
        if let Some(information) = self.information {
            let bytes = &mut bytes[len..];
            bytes[..2].copy_from_slice(&[descriptor::INFORMATION, 0x0A]);
            descriptor::VALID.put(bytes, true);
            descriptor::INFORMATION_LOW.put(bytes, information);
            len += 12;
            additional += 12;
        }
        if let Some(specific) = self.key_specific {
            let bytes = &mut bytes[len..];
            bytes[..2].copy_from_slice(&[descriptor::SPECIFIC, 0x06]);
            descriptor::SKSV.put(bytes, true);
            descriptor::SPECIFIC_BITS.put(bytes, specific_to_u32(specific));
            len += 8;
            additional += 8;
        }
        descriptor::ADDITIONAL_LENGTH.put(&mut bytes, additional);
        crate::wire::copy_truncated(&bytes[..len], out)
    }
}

fn decode_fixed(bytes: &[u8]) -> Sense {
    let declared = 8 + usize::from(fixed::ADDITIONAL_LENGTH.u8(bytes));
    let bytes = &bytes[..bytes.len().min(declared)];
    let specific = fixed::SPECIFIC.read(bytes);
    Sense {
        key: SenseKey::of(fixed::SENSE_KEY, bytes),
        asc: fixed::ASC.u8(bytes),
        ascq: fixed::ASCQ.u8(bytes),
        deferred: false,
        information: fixed::INFORMATION
            .read(bytes)
            .filter(|_| fixed::VALID.is_set(bytes)),
        key_specific: specific
            .filter(|_| fixed::SKSV.is_set(bytes))
            .map(specific_from_u32),
    }
}

fn decode_descriptors(bytes: &[u8]) -> Sense {
    let mut sense = Sense::new(
        SenseKey::of(descriptor::SENSE_KEY, bytes),
        descriptor::ASC.u8(bytes),
        descriptor::ASCQ.u8(bytes),
    );
    let declared = descriptor::HEADER_LEN + usize::from(descriptor::ADDITIONAL_LENGTH.u8(bytes));
    let bytes = &bytes[..bytes.len().min(declared)];
    let mut rest = bytes.get(descriptor::HEADER_LEN..).unwrap_or_default();
    while let [kind, additional, ..] = *rest {
        let Some((this, after)) = rest.split_at_checked(2 + usize::from(additional)) else {
            break;
        };
        match kind {
            descriptor::INFORMATION if descriptor::VALID.is_set(this) => {
                sense.information = information(this);
            }
            descriptor::SPECIFIC if descriptor::SKSV.is_set(this) => {
                let specific = descriptor::SPECIFIC_BITS.read(this);
                sense.key_specific = specific.map(specific_from_u32);
            }
            _ => {}
        }
        rest = after;
    }
    sense
}

/// The low half of a 64-bit field whose high half only extends it, by zeros or by a sign.
fn information(this: &[u8]) -> Option<u32> {
    let low = descriptor::INFORMATION_LOW.read(this)?;
    let negative = low.cast_signed() < 0;
    match descriptor::INFORMATION_HIGH.get(this) {
        0 => Some(low),
        u32::MAX if negative => Some(low),
        _ => None,
    }
}

fn specific_to_u32(specific: KeySpecific) -> u32 {
    let [flags, high, low] = specific.bytes();
    u32::from_be_bytes([0, flags, high, low])
}

fn specific_from_u32(bits: u32) -> KeySpecific {
    let [_, flags, high, low] = bits.to_be_bytes();
    KeySpecific::from_bytes([flags, high, low])
}
