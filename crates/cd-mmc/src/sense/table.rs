//! The conditions a CD recorder's life is made of: constants, and the texts to print.

use super::{Sense, SenseKey};

macro_rules! senses {
    ($($konst:ident = $key:ident, $asc:literal, $ascq:literal;)*) => {
        /// The conditions that this field meets by name, each without further detail.
        impl Sense {
            $(
                #[doc = concat!(
                    stringify!($key), ", ASC ", stringify!($asc), ", ASCQ ", stringify!($ascq), "."
                )]
                pub const $konst: Self = Self::new(SenseKey::$key, $asc, $ascq);
            )*
        }

        #[cfg(test)]
        pub(super) const NAMED: &[Sense] = &[$(Sense::$konst,)*];
    };
}

senses! {
    NONE = NO_SENSE, 0x00, 0x00;

    // Recovered: the command did its work.
    RECOVERED_PADDING_ADDED = RECOVERED_ERROR, 0x0C, 0x0A;
    RECOVERED_POWER_CALIBRATION_AREA_ALMOST_FULL = RECOVERED_ERROR, 0x73, 0x01;

    // Not ready.
    NOT_READY_NO_CAUSE = NOT_READY, 0x04, 0x00;
    BECOMING_READY = NOT_READY, 0x04, 0x01;
    START_NEEDED = NOT_READY, 0x04, 0x02;
    MANUAL_INTERVENTION_NEEDED = NOT_READY, 0x04, 0x03;
    FORMAT_IN_PROGRESS = NOT_READY, 0x04, 0x04;
    OPERATION_IN_PROGRESS = NOT_READY, 0x04, 0x07;
    LONG_WRITE_IN_PROGRESS = NOT_READY, 0x04, 0x08;
    NO_REFERENCE_POSITION = NOT_READY, 0x06, 0x00;
    INCOMPATIBLE_MEDIUM = NOT_READY, 0x30, 0x00;
    MEDIUM_NOT_PRESENT = NOT_READY, 0x3A, 0x00;
    MEDIUM_NOT_PRESENT_TRAY_CLOSED = NOT_READY, 0x3A, 0x01;
    MEDIUM_NOT_PRESENT_TRAY_OPEN = NOT_READY, 0x3A, 0x02;
    MEDIUM_NOT_PRESENT_LOADABLE = NOT_READY, 0x3A, 0x03;
    TOC_UNREADABLE = NOT_READY, 0x57, 0x00;

    // The medium.
    NO_SEEK_COMPLETE = MEDIUM_ERROR, 0x02, 0x00;
    PERIPHERAL_WRITE_FAULT = MEDIUM_ERROR, 0x03, 0x00;
    WRITE_ERROR = MEDIUM_ERROR, 0x0C, 0x00;
    WRITE_ERROR_REALLOCATION_FAILED = MEDIUM_ERROR, 0x0C, 0x02;
    WRITE_ERROR_RECOVERY_NEEDED = MEDIUM_ERROR, 0x0C, 0x07;
    WRITE_ERROR_RECOVERY_FAILED = MEDIUM_ERROR, 0x0C, 0x08;
    WRITE_ERROR_LOSS_OF_STREAMING = MEDIUM_ERROR, 0x0C, 0x09;
    UNRECOVERED_READ_ERROR = MEDIUM_ERROR, 0x11, 0x00;
    LEC_UNCORRECTABLE_ERROR = MEDIUM_ERROR, 0x11, 0x05;
    CIRC_UNRECOVERED_ERROR = MEDIUM_ERROR, 0x11, 0x06;
    READ_ERROR_LOSS_OF_STREAMING = MEDIUM_ERROR, 0x11, 0x11;
    MEDIUM_FORMAT_CORRUPTED = MEDIUM_ERROR, 0x31, 0x00;
    SESSION_FIXATION_ERROR = MEDIUM_ERROR, 0x72, 0x00;
    LEAD_IN_WRITE_ERROR = MEDIUM_ERROR, 0x72, 0x01;
    LEAD_OUT_WRITE_ERROR = MEDIUM_ERROR, 0x72, 0x02;
    INCOMPLETE_TRACK_IN_SESSION = MEDIUM_ERROR, 0x72, 0x03;
    CD_CONTROL_ERROR = MEDIUM_ERROR, 0x73, 0x00;
    POWER_CALIBRATION_AREA_ALMOST_FULL = MEDIUM_ERROR, 0x73, 0x01;
    POWER_CALIBRATION_AREA_FULL = MEDIUM_ERROR, 0x73, 0x02;
    POWER_CALIBRATION_AREA_ERROR = MEDIUM_ERROR, 0x73, 0x03;
    PMA_UPDATE_FAILED = MEDIUM_ERROR, 0x73, 0x04;
    PMA_FULL = MEDIUM_ERROR, 0x73, 0x05;

    // The hardware.
    COMMUNICATION_FAILURE = HARDWARE_ERROR, 0x08, 0x00;
    COMMUNICATION_TIMEOUT = HARDWARE_ERROR, 0x08, 0x01;
    COMMUNICATION_PARITY_ERROR = HARDWARE_ERROR, 0x08, 0x02;
    COMMUNICATION_CRC_ERROR = HARDWARE_ERROR, 0x08, 0x03;
    RANDOM_POSITIONING_ERROR = HARDWARE_ERROR, 0x15, 0x00;
    LOGICAL_UNIT_TIMEOUT = HARDWARE_ERROR, 0x3E, 0x02;
    TRACKING_SERVO_FAILURE = HARDWARE_ERROR, 0x09, 0x01;
    INTERNAL_TARGET_FAILURE = HARDWARE_ERROR, 0x44, 0x00;

    // The request.
    PARAMETER_LIST_LENGTH_ERROR = ILLEGAL_REQUEST, 0x1A, 0x00;
    INVALID_OPERATION_CODE = ILLEGAL_REQUEST, 0x20, 0x00;
    LBA_OUT_OF_RANGE = ILLEGAL_REQUEST, 0x21, 0x00;
    INVALID_ADDRESS_FOR_WRITE = ILLEGAL_REQUEST, 0x21, 0x02;
    INVALID_FIELD_IN_CDB = ILLEGAL_REQUEST, 0x24, 0x00;
    INVALID_FIELD_IN_PARAMETER_LIST = ILLEGAL_REQUEST, 0x26, 0x00;
    PARAMETER_NOT_SUPPORTED = ILLEGAL_REQUEST, 0x26, 0x01;
    PARAMETER_VALUE_INVALID = ILLEGAL_REQUEST, 0x26, 0x02;
    WRITE_PROTECTED_REQUEST = ILLEGAL_REQUEST, 0x27, 0x00;
    COMMAND_SEQUENCE_ERROR = ILLEGAL_REQUEST, 0x2C, 0x00;
    PROGRAM_AREA_NOT_EMPTY = ILLEGAL_REQUEST, 0x2C, 0x03;
    PROGRAM_AREA_EMPTY = ILLEGAL_REQUEST, 0x2C, 0x04;
    CANNOT_READ_UNKNOWN_FORMAT = ILLEGAL_REQUEST, 0x30, 0x01;
    CANNOT_READ_INCOMPATIBLE_FORMAT = ILLEGAL_REQUEST, 0x30, 0x02;
    CANNOT_WRITE_UNKNOWN_FORMAT = ILLEGAL_REQUEST, 0x30, 0x04;
    CANNOT_WRITE_INCOMPATIBLE_FORMAT = ILLEGAL_REQUEST, 0x30, 0x05;
    CANNOT_FORMAT_INCOMPATIBLE_MEDIUM = ILLEGAL_REQUEST, 0x30, 0x06;
    MEDIUM_NOT_FORMATTED = ILLEGAL_REQUEST, 0x30, 0x10;
    SAVING_PARAMETERS_NOT_SUPPORTED = ILLEGAL_REQUEST, 0x39, 0x00;
    MEDIUM_REMOVAL_PREVENTED = ILLEGAL_REQUEST, 0x53, 0x02;
    END_OF_USER_AREA = ILLEGAL_REQUEST, 0x63, 0x00;
    ILLEGAL_MODE_FOR_THIS_TRACK = ILLEGAL_REQUEST, 0x64, 0x00;
    LOSS_OF_STREAMING_OLD = ILLEGAL_REQUEST, 0xBF, 0x00;

    // Unit attention: told once, to the next command whatever it is.
    MEDIUM_MAY_HAVE_CHANGED = UNIT_ATTENTION, 0x28, 0x00;
    FORMAT_LAYER_MAY_HAVE_CHANGED = UNIT_ATTENTION, 0x28, 0x02;
    POWER_ON_OR_RESET = UNIT_ATTENTION, 0x29, 0x00;
    POWER_ON = UNIT_ATTENTION, 0x29, 0x01;
    BUS_RESET = UNIT_ATTENTION, 0x29, 0x02;
    DEVICE_RESET = UNIT_ATTENTION, 0x29, 0x03;
    INTERNAL_RESET = UNIT_ATTENTION, 0x29, 0x04;
    MODE_PARAMETERS_CHANGED = UNIT_ATTENTION, 0x2A, 0x01;
    INSUFFICIENT_TIME = UNIT_ATTENTION, 0x2E, 0x00;
    OPERATOR_MEDIUM_REMOVAL_REQUEST = UNIT_ATTENTION, 0x5A, 0x01;
    OPERATOR_WRITE_PERMIT = UNIT_ATTENTION, 0x5A, 0x03;

    WRITE_PROTECTED = DATA_PROTECT, 0x27, 0x00;
    ABORTED = ABORTED_COMMAND, 0x00, 0x00;
}

/// What a code and its qualifier mean, whatever the key.
pub(super) fn text(asc: u8, ascq: u8) -> Option<&'static str> {
    let found = TEXTS.binary_search_by_key(&(asc, ascq), |&(asc, ascq, _)| (asc, ascq));
    found.ok().map(|text_idx| TEXTS[text_idx].2)
}

/// In ascending order of code and qualifier.
pub(super) const TEXTS: &[(u8, u8, &str)] = &[
    (0x00, 0x00, "nothing to add"),
    (0x02, 0x00, "the seek did not end"),
    (0x03, 0x00, "write fault in the drive"),
    (0x03, 0x01, "no write current"),
    (0x03, 0x02, "too many write errors"),
    (0x04, 0x00, "not ready, no cause given"),
    (0x04, 0x01, "becoming ready"),
    (0x04, 0x02, "a start command is needed"),
    (0x04, 0x03, "somebody must attend to the drive"),
    (0x04, 0x04, "format in progress"),
    (0x04, 0x07, "operation in progress"),
    (0x04, 0x08, "long write in progress"),
    (0x04, 0x09, "self-test in progress"),
    (
        0x06,
        0x00,
        "no reference position found (is the disc upside down?)",
    ),
    (0x08, 0x00, "communication with the drive failed"),
    (0x08, 0x01, "communication with the drive timed out"),
    (0x08, 0x02, "parity error in communication with the drive"),
    (0x08, 0x03, "CRC error in communication with the drive"),
    (0x09, 0x00, "track following error"),
    (0x09, 0x01, "tracking servo failed"),
    (0x09, 0x02, "focus servo failed"),
    (0x09, 0x03, "spindle servo failed"),
    (0x0C, 0x00, "write error"),
    (0x0C, 0x02, "write error, reallocation failed"),
    (0x0C, 0x07, "write error, recovery needed"),
    (0x0C, 0x08, "write error, recovery failed"),
    (
        0x0C,
        0x09,
        "write error, loss of streaming (the data came too late)",
    ),
    (0x0C, 0x0A, "write error, padding blocks added"),
    (0x11, 0x00, "unrecovered read error"),
    (
        0x11,
        0x05,
        "sector's error correction (L-EC) failed on reading",
    ),
    (0x11, 0x06, "CIRC error correction failed on reading"),
    (0x11, 0x11, "read error, loss of streaming"),
    (0x15, 0x00, "positioning error"),
    (0x15, 0x02, "positioning error found by reading the medium"),
    (0x1A, 0x00, "parameter list length error"),
    (0x20, 0x00, "operation code not supported"),
    (0x21, 0x00, "logical block address out of range"),
    (0x21, 0x02, "invalid address for write"),
    (0x24, 0x00, "invalid field in the command"),
    (0x25, 0x00, "logical unit not supported"),
    (0x26, 0x00, "invalid field in the parameter list"),
    (0x26, 0x01, "parameter not supported"),
    (0x26, 0x02, "parameter value invalid"),
    (0x27, 0x00, "write protected"),
    (0x28, 0x00, "became ready, the medium may have changed"),
    (0x28, 0x02, "the format layer may have changed"),
    (0x29, 0x00, "power on or reset"),
    (0x29, 0x01, "power on"),
    (0x29, 0x02, "bus reset"),
    (0x29, 0x03, "device reset by message"),
    (0x29, 0x04, "device reset itself"),
    (0x2A, 0x00, "parameters changed"),
    (0x2A, 0x01, "mode parameters changed"),
    (0x2C, 0x00, "command sequence error"),
    (0x2C, 0x03, "the program area is not empty"),
    (0x2C, 0x04, "the program area is empty"),
    (0x2E, 0x00, "not enough time for the operation"),
    (0x30, 0x00, "incompatible medium"),
    (0x30, 0x01, "cannot read the medium, unknown format"),
    (0x30, 0x02, "cannot read the medium, incompatible format"),
    (0x30, 0x04, "cannot write the medium, unknown format"),
    (0x30, 0x05, "cannot write the medium, incompatible format"),
    (0x30, 0x06, "cannot format the medium, incompatible medium"),
    (0x30, 0x10, "the medium is not formatted"),
    (0x31, 0x00, "the medium's format is corrupted"),
    (0x39, 0x00, "saving parameters not supported"),
    (0x3A, 0x00, "no medium"),
    (0x3A, 0x01, "no medium, tray closed"),
    (0x3A, 0x02, "no medium, tray open"),
    (0x3A, 0x03, "no medium, one can be loaded"),
    (0x3E, 0x02, "the logical unit timed out"),
    (0x3F, 0x00, "the drive's operating conditions changed"),
    (0x44, 0x00, "internal failure of the drive"),
    (0x53, 0x00, "loading or ejecting failed"),
    (0x53, 0x02, "removal of the medium is prevented"),
    (0x57, 0x00, "the table of contents cannot be read"),
    (0x5A, 0x00, "operator request"),
    (0x5A, 0x01, "operator asks for the medium's removal"),
    (0x5A, 0x03, "operator permits writing"),
    (0x63, 0x00, "end of user area on this track"),
    (0x63, 0x01, "the packet does not fit in the space left"),
    (0x64, 0x00, "illegal mode for this track"),
    (0x64, 0x01, "invalid packet size"),
    (0x72, 0x00, "session fixation error"),
    (
        0x72,
        0x01,
        "session fixation error while writing the lead-in",
    ),
    (
        0x72,
        0x02,
        "session fixation error while writing the lead-out",
    ),
    (
        0x72,
        0x03,
        "session fixation error, incomplete track in the session",
    ),
    (
        0x72,
        0x04,
        "session fixation error, reserved track empty or partly written",
    ),
    (0x72, 0x05, "no more track reservations"),
    (0x73, 0x00, "CD control error"),
    (0x73, 0x01, "power calibration area almost full"),
    (0x73, 0x02, "power calibration area full"),
    (0x73, 0x03, "power calibration area error"),
    (0x73, 0x04, "program memory area could not be updated"),
    (0x73, 0x05, "program memory area full"),
    (0xBF, 0x00, "loss of streaming (older standard)"),
];
