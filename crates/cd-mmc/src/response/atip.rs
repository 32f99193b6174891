use crate::code::wire_code;
use crate::wire::{copy_truncated, declared_u16};
use crate::{BinMsf, DecodeError, Field};

wire_code! {
    /// The indicative target writing power, a code of the medium's maker.
    WritePower: u8, 3 bits {}
}

wire_code! {
    /// The speed the medium's values are given for.
    ReferenceSpeed: u8, 3 bits {
        X2 = 1, "2x";
    }
}

wire_code! {
    /// The kind of CD-R or CD-RW within its class.
    DiscSubType: u8, 3 bits {
        STANDARD = 0, "standard";
        HIGH_SPEED = 1, "high speed";
        ULTRA_SPEED = 2, "ultra speed";
    }
}

const WRITE_POWER: Field = Field::bits("INDICATIVE TARGET WRITING POWER", 4, 6, 3);
const REFERENCE_SPEED: Field = Field::bits("REFERENCE SPEED", 4, 2, 3);
const URU: Field = Field::bit("URU", 5, 6);
const DISC_TYPE: Field = Field::bit("DISC TYPE", 6, 6);
const DISC_SUB_TYPE: Field = Field::bits("DISC SUB-TYPE", 6, 5, 3);
const A1_VALID: Field = Field::bit("A1 VALID", 6, 2);
const A2_VALID: Field = Field::bit("A2 VALID", 6, 1);
const A3_VALID: Field = Field::bit("A3 VALID", 6, 0);
const LEAD_IN: Field = Field::bytes("ATIP START TIME OF LEAD-IN", 8, 3);
const LEAD_OUT: Field = Field::bytes("ATIP LAST POSSIBLE START TIME OF LEAD-OUT", 12, 3);
const A1: Field = Field::bytes("A1 VALUES", 16, 3);
const A2: Field = Field::bytes("A2 VALUES", 20, 3);
const A3: Field = Field::bytes("A3 VALUES", 24, 3);
const S4: Field = Field::bytes("S4 VALUES", 28, 3);

/// Bits that are one whatever the medium.
const ALWAYS_ONE: [Field; 2] = [Field::bit("1", 4, 7), Field::bit("1", 6, 7)];

/// What the medium's groove says about itself: the answer to READ TOC/PMA/ATIP, format 4.
///
/// Some firmware answers the times in BCD against the standard (known of Ricoh), some with zeros: they are
/// kept as answered, see [`BinMsf`]. Compare with READ DISC INFORMATION before a burn.
///
/// # Spec
/// MMC-5 6.26.3.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Atip {
    /// Indicative target writing power.
    pub write_power: WritePower,
    /// The speed it is given for.
    pub reference_speed: ReferenceSpeed,
    /// URU: whether the disc is for unrestricted use.
    pub unrestricted_use: bool,
    /// Whether it is CD-RW; otherwise CD-R.
    pub rewritable: bool,
    /// Which sort of it.
    pub sub_type: DiscSubType,
    /// Where the first lead-in starts; 97:34:23 on many discs. Its last digit tells the dye's family.
    pub lead_in_start: BinMsf,
    /// Where the lead-out may start at the latest.
    pub last_possible_lead_out: BinMsf,
    /// Additional information 1, if the medium has it.
    pub a1: Option<[u8; 3]>,
    /// Additional information 2, if the medium has it.
    pub a2: Option<[u8; 3]>,
    /// Additional information 3, if the medium has it.
    pub a3: Option<[u8; 3]>,
    /// Supplementary information 4 of faster rewritable media; `None` if the drive's answer ends before.
    pub s4: Option<[u8; 3]>,
}

impl Atip {
    /// Bytes of the longest answer; the older one without the S4 values has 28.
    pub const MAX_BYTES: usize = 32;

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 15 bytes, where the last possible lead-out ends. Additional
    /// information that is announced and not there counts as absent: drives shorten this answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = declared_u16("ATIP", bytes, LEAD_OUT.end())?;
        let three = |field: Field| -> Option<[u8; 3]> {
            let [_, value @ ..] = field.read(bytes)?.to_be_bytes();
            Some(value)
        };
        let valid = |flag: Field, field| three(field).filter(|_| flag.is_set(bytes));
        Ok(Self {
            write_power: WritePower::of(WRITE_POWER, bytes),
            reference_speed: ReferenceSpeed::of(REFERENCE_SPEED, bytes),
            unrestricted_use: URU.is_set(bytes),
            rewritable: DISC_TYPE.is_set(bytes),
            sub_type: DiscSubType::of(DISC_SUB_TYPE, bytes),
            lead_in_start: BinMsf(three(LEAD_IN).unwrap_or_default()),
            last_possible_lead_out: BinMsf(three(LEAD_OUT).unwrap_or_default()),
            a1: valid(A1_VALID, A1),
            a2: valid(A2_VALID, A2),
            a3: valid(A3_VALID, A3),
            s4: three(S4),
        })
    }

    /// Writes the answer, 32 bytes with S4 values and 28 without, as far as `out` has room, and tells how
    /// many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::MAX_BYTES];
        let len = if self.s4.is_some() { 32 } else { 28 };
        bytes[..2].copy_from_slice(&crate::wire::length_u16(len - 2));
        for one in ALWAYS_ONE {
            one.put(&mut bytes, true);
        }
        WRITE_POWER.put(&mut bytes, self.write_power);
        REFERENCE_SPEED.put(&mut bytes, self.reference_speed);
        URU.put(&mut bytes, self.unrestricted_use);
        DISC_TYPE.put(&mut bytes, self.rewritable);
        DISC_SUB_TYPE.put(&mut bytes, self.sub_type);
        A1_VALID.put(&mut bytes, self.a1.is_some());
        A2_VALID.put(&mut bytes, self.a2.is_some());
        A3_VALID.put(&mut bytes, self.a3.is_some());
        let times = [self.lead_in_start.0, self.last_possible_lead_out.0];
        let more = [self.a1, self.a2, self.a3, self.s4].map(Option::unwrap_or_default);
        let values = times.iter().chain(&more);
        for (field, value) in [LEAD_IN, LEAD_OUT, A1, A2, A3, S4].iter().zip(values) {
            bytes[field.byte()..field.end()].copy_from_slice(value);
        }
        copy_truncated(&bytes[..len], out)
    }

    /// The lowest and highest recording speed, in multiples of 1x, that a rewritable medium's additional
    /// information 1 gives; `None` if it has none or uses a code that is not known.
    #[must_use]
    pub fn recording_speeds(&self) -> Option<(u8, u8)> {
        let codes = self.a1.filter(|_| self.rewritable)?[0];
        let table: &[u8] = match self.sub_type {
            DiscSubType::STANDARD => &[0, 2, 4, 6, 8],
            DiscSubType::HIGH_SPEED => &[0, 2, 4, 6, 10],
            DiscSubType::ULTRA_SPEED => &[0, 2, 4, 8, 0, 0, 16, 0, 24, 32, 40, 48],
            _ => return None,
        };
        let speed = |code: u8| {
            let speed = table.get(usize::from(code)).copied();
            speed.filter(|speed| *speed > 0)
        };
        Some((speed(codes >> 4 & 7)?, speed(codes & 0x0F)?))
    }
}
