use crate::code::wire_code;
use crate::wire::{Codec, Sink, copy_truncated, declared_u16};
use crate::{BinMsf, DecodeError, Field, List};

wire_code! {
    /// How much of the disc is written.
    DiscStatus: u8, 2 bits {
        EMPTY = 0, "blank";
        INCOMPLETE = 1, "appendable";
        COMPLETE = 2, "complete";
        OTHER = 3, "neither blank nor recordable";
    }
}

wire_code! {
    /// How much of the last session is written.
    SessionState: u8, 2 bits {
        EMPTY = 0, "empty";
        INCOMPLETE = 1, "incomplete";
        DAMAGED = 2, "damaged";
        COMPLETE = 3, "complete";
    }
}

wire_code! {
    /// The disc type of READ DISC INFORMATION, as PSEC of point A0 has it.
    DiscType: u8, 8 bits {
        CD_DA_OR_CD_ROM = 0x00, "CD-DA or CD-ROM";
        CD_I = 0x10, "CD-I";
        CD_ROM_XA = 0x20, "CD-ROM XA";
        UNDEFINED = 0xFF, "undefined";
    }
}

const DATA_TYPE: Field = Field::bits("DISC INFORMATION DATA TYPE", 2, 7, 3);
const ERASABLE: Field = Field::bit("ERASABLE", 2, 4);
const STATE_OF_LAST_SESSION: Field = Field::bits("STATE OF LAST SESSION", 2, 3, 2);
const DISC_STATUS: Field = Field::bits("DISC STATUS", 2, 1, 2);
const FIRST_TRACK: Field = Field::bytes("NUMBER OF FIRST TRACK ON DISC", 3, 1);
// The counts below are 16 bits, their halves apart: least significant first, most significant later.
const N_SESSIONS: [Field; 2] = split("NUMBER OF SESSIONS", 4, 9);
const FIRST_TRACK_IN_LAST: [Field; 2] = split("FIRST TRACK NUMBER IN LAST SESSION", 5, 10);
const LAST_TRACK_IN_LAST: [Field; 2] = split("LAST TRACK NUMBER IN LAST SESSION", 6, 11);
const DID_V: Field = Field::bit("DID_V", 7, 7);
const DBC_V: Field = Field::bit("DBC_V", 7, 6);
const URU: Field = Field::bit("URU", 7, 5);
const DAC_V: Field = Field::bit("DAC_V", 7, 4);
const DISC_TYPE: Field = Field::bytes("DISC TYPE", 8, 1);
const DISC_IDENTIFICATION: Field = Field::bytes("DISC IDENTIFICATION", 12, 4);
const LEAD_IN: Field = Field::bytes("LAST SESSION LEAD-IN START ADDRESS", 17, 3);
const LEAD_OUT: Field = Field::bytes("LAST POSSIBLE LEAD-OUT START ADDRESS", 21, 3);
const BAR_CODE: [Field; 2] = [
    Field::bytes("DISC BAR CODE", 24, 4),
    Field::bytes("DISC BAR CODE", 28, 4),
];
const APPLICATION_CODE: Field = Field::bytes("DISC APPLICATION CODE", 32, 1);
const N_OPC_TABLES: Field = Field::bytes("NUMBER OF OPC TABLES", 33, 1);

const WHAT: &str = "disc information";

const fn split(name: &'static str, low: usize, high: usize) -> [Field; 2] {
    [Field::bytes(name, high, 1), Field::bytes(name, low, 1)]
}

/// The answer to READ DISC INFORMATION (standard disc information).
///
/// # Spec
/// MMC-5 6.22.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DiscInformation {
    /// How much of the disc is written.
    pub disc_status: DiscStatus,
    /// How much of the last session is written.
    pub last_session: SessionState,
    /// Whether the disc is rewritable.
    pub erasable: bool,
    /// The first track of the disc, 1 as a rule.
    pub first_track: u8,
    /// Sessions, an empty or incomplete one included.
    pub n_sessions: u16,
    /// The first track of the last session, incomplete ones included.
    pub first_track_in_last_session: u16,
    /// The last track of the last session, the invisible one included.
    pub last_track_in_last_session: u16,
    /// URU: whether the disc is for unrestricted use.
    pub unrestricted_use: bool,
    /// What kind of disc the session makes it.
    pub disc_type: DiscType,
    /// The number recorded in the PMA, if there is one.
    pub disc_identification: Option<u32>,
    /// Where the lead-in of the last session starts or, on a blank disc, must start; `None` (FF FF FF)
    /// when nothing can be written any more.
    pub last_session_lead_in: Option<BinMsf>,
    /// Where the lead-out may start at the latest; `None` (FF FF FF) when nothing can be written any more.
    pub last_possible_lead_out: Option<BinMsf>,
    /// The bar code, if one was read: 8 bytes as numbers.
    pub bar_code: Option<[u8; 8]>,
    /// The application code, if there is one.
    pub application_code: Option<u8>,
}

impl DiscInformation {
    /// Bytes of the answer without OPC tables, which is what [`DiscInformation::encode_into`] gives.
    pub const BYTES: usize = 34;

    /// Takes the answer apart. The OPC tables are left out: see [`DiscInformation::opc_tables`].
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 24 bytes, which is where the last possible lead-out ends (a
    /// drive may end there, what follows is then absent); [`DecodeError::FieldValue`] when it is
    /// another type of disc information.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = declared_u16(WHAT, bytes, LEAD_OUT.end())?;
        if DATA_TYPE.is_set(bytes) {
            return Err(DecodeError::FieldValue {
                what: WHAT,
                field: DATA_TYPE.name(),
                byte: DATA_TYPE.byte(),
                bit: DATA_TYPE.msb(),
                value: DATA_TYPE.get(bytes),
                must: "0 (standard disc information)",
            });
        }
        let number = |halves: [Field; 2]| u16::from_be_bytes(halves.map(|half| half.u8(bytes)));
        let bar_code = BAR_CODE[0].read(bytes).zip(BAR_CODE[1].read(bytes));
        let bar_code = bar_code
            .map(|(first, second)| (u64::from(first) << 32 | u64::from(second)).to_be_bytes());
        Ok(Self {
            disc_status: DiscStatus::of(DISC_STATUS, bytes),
            last_session: SessionState::of(STATE_OF_LAST_SESSION, bytes),
            erasable: ERASABLE.is_set(bytes),
            first_track: FIRST_TRACK.u8(bytes),
            n_sessions: number(N_SESSIONS),
            first_track_in_last_session: number(FIRST_TRACK_IN_LAST),
            last_track_in_last_session: number(LAST_TRACK_IN_LAST),
            unrestricted_use: URU.is_set(bytes),
            disc_type: DiscType::of(DISC_TYPE, bytes),
            disc_identification: DISC_IDENTIFICATION
                .read(bytes)
                .filter(|_| DID_V.is_set(bytes)),
            last_session_lead_in: msf_or_none(LEAD_IN, bytes),
            last_possible_lead_out: msf_or_none(LEAD_OUT, bytes),
            bar_code: bar_code.filter(|_| DBC_V.is_set(bytes)),
            application_code: APPLICATION_CODE
                .read(bytes)
                .filter(|_| DAC_V.is_set(bytes))
                .and_then(|code| u8::try_from(code).ok()),
        })
    }

    /// Writes the answer without OPC tables, 34 bytes, as far as `out` has room, and tells how many bytes
    /// were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        bytes[..2].copy_from_slice(&[0, 0x20]);
        ERASABLE.put(&mut bytes, self.erasable);
        STATE_OF_LAST_SESSION.put(&mut bytes, self.last_session);
        DISC_STATUS.put(&mut bytes, self.disc_status);
        FIRST_TRACK.put(&mut bytes, self.first_track);
        for (halves, number) in [
            (N_SESSIONS, self.n_sessions),
            (FIRST_TRACK_IN_LAST, self.first_track_in_last_session),
            (LAST_TRACK_IN_LAST, self.last_track_in_last_session),
        ] {
            for (half, byte) in halves.iter().zip(number.to_be_bytes()) {
                half.put(&mut bytes, byte);
            }
        }
        DID_V.put(&mut bytes, self.disc_identification.is_some());
        DBC_V.put(&mut bytes, self.bar_code.is_some());
        URU.put(&mut bytes, self.unrestricted_use);
        DAC_V.put(&mut bytes, self.application_code.is_some());
        DISC_TYPE.put(&mut bytes, self.disc_type);
        DISC_IDENTIFICATION.put(&mut bytes, self.disc_identification.unwrap_or(0));
        put_msf(LEAD_IN, &mut bytes, self.last_session_lead_in);
        put_msf(LEAD_OUT, &mut bytes, self.last_possible_lead_out);
        bytes[24..32].copy_from_slice(&self.bar_code.unwrap_or_default());
        APPLICATION_CODE.put(&mut bytes, self.application_code.unwrap_or(0));
        copy_truncated(&bytes, out)
    }

    /// The OPC tables of an answer, as many as are in `bytes` whole; none if it ends before.
    #[must_use]
    pub fn opc_tables(bytes: &[u8]) -> List<'_, OpcEntry> {
        let bytes = declared_u16(WHAT, bytes, Self::BYTES).unwrap_or_default();
        let declared = usize::from(N_OPC_TABLES.u8(bytes)) * OpcEntry::BYTES;
        let tables = bytes.get(Self::BYTES..).unwrap_or_default();
        List::in_bytes(&tables[..declared.min(tables.len())])
    }
}

/// FF FF FF says that there is no such address (any more).
fn msf_or_none(field: Field, bytes: &[u8]) -> Option<BinMsf> {
    let [_, msf @ ..] = field.get(bytes).to_be_bytes();
    (msf != [0xFF; 3]).then_some(BinMsf(msf))
}

fn put_msf(field: Field, bytes: &mut [u8], msf: Option<BinMsf>) {
    let BinMsf([minute, second, frame]) = msf.unwrap_or(BinMsf([0xFF; 3]));
    field.put(bytes, u32::from_be_bytes([0, minute, second, frame]));
    if msf.is_none() {
        // The byte before belongs to the address too; drives fill it when there is none.
        bytes[field.byte() - 1] = 0xFF;
    }
}

/// The laser power found for one speed, as READ DISC INFORMATION gives and SEND OPC INFORMATION takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpcEntry {
    /// kB/s.
    pub speed: u16,
    /// In the drive's own units.
    pub values: [u8; 6],
}

impl OpcEntry {
    /// Bytes of an entry.
    pub const BYTES: usize = 8;
}

impl Codec<'_> for OpcEntry {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([high, low, values @ ..], rest) = bytes.split_first_chunk::<8>()?;
        let speed = u16::from_be_bytes([*high, *low]);
        let values = *values;
        Some((Self { speed, values }, rest))
    }

    fn n_bytes(&self) -> usize {
        Self::BYTES
    }

    fn write(&self, sink: &mut Sink<'_>) {
        sink.put(&self.speed.to_be_bytes());
        sink.put(&self.values);
    }
}
