//! The features that a CD recorder is judged by. Bytes count from the start of the feature descriptor.

use crate::Field;
use crate::code::wire_code;
use crate::flags::flags;

/// What every drive has (feature 0001h).
///
/// # Spec
/// MMC-5 5.3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Core {
    /// How the drive is attached: 1 SCSI, 2 ATAPI, 7 serial ATAPI, 8 USB.
    pub physical_interface: u32,
    /// DBE: it reports device busy events.
    pub device_busy_events: bool,
}

impl Core {
    const PHYSICAL_INTERFACE: Field = Field::bytes("PHYSICAL INTERFACE STANDARD", 4, 4);
    const DBE: Field = Field::bit("DBE", 8, 0);

    pub(super) fn read(descriptor: &[u8]) -> Self {
        Self {
            physical_interface: Self::PHYSICAL_INTERFACE.get(descriptor),
            device_busy_events: Self::DBE.is_set(descriptor),
        }
    }

    pub(super) fn put(self, descriptor: &mut [u8]) {
        Self::PHYSICAL_INTERFACE.put(descriptor, self.physical_interface);
        Self::DBE.put(descriptor, self.device_busy_events);
    }
}

wire_code! {
    /// How discs get into the drive.
    LoadingMechanism: u8, 3 bits {
        CADDY = 0, "caddy or slot";
        TRAY = 1, "tray";
        POP_UP = 2, "pop-up";
        CHANGER = 4, "changer with individually changeable discs";
        MAGAZINE = 5, "changer with a magazine";
    }
}

/// How the medium can be removed (feature 0003h).
///
/// # Spec
/// MMC-5 5.3.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RemovableMedium {
    /// How discs get in.
    pub loading_mechanism: LoadingMechanism,
    /// EJECT: START STOP UNIT can eject.
    pub eject: bool,
    /// PVNT JMPR: a jumper has the drive locked after power on.
    pub prevent_jumper: bool,
    /// LOCK: PREVENT ALLOW MEDIUM REMOVAL works.
    pub lock: bool,
}

impl RemovableMedium {
    const LOADING_MECHANISM: Field = Field::bits("LOADING MECHANISM TYPE", 4, 7, 3);
    const EJECT: Field = Field::bit("EJECT", 4, 3);
    const PVNT_JMPR: Field = Field::bit("PVNT JMPR", 4, 2);
    const LOCK: Field = Field::bit("LOCK", 4, 0);

    pub(super) fn read(descriptor: &[u8]) -> Self {
        Self {
            loading_mechanism: LoadingMechanism::of(Self::LOADING_MECHANISM, descriptor),
            eject: Self::EJECT.is_set(descriptor),
            prevent_jumper: Self::PVNT_JMPR.is_set(descriptor),
            lock: Self::LOCK.is_set(descriptor),
        }
    }

    pub(super) fn put(self, descriptor: &mut [u8]) {
        Self::LOADING_MECHANISM.put(descriptor, self.loading_mechanism);
        Self::EJECT.put(descriptor, self.eject);
        Self::PVNT_JMPR.put(descriptor, self.prevent_jumper);
        Self::LOCK.put(descriptor, self.lock);
    }
}

flags! {
    /// Reading CDs (feature 001Eh).
    ///
    /// # Spec
    /// MMC-5 5.3.8.
    CdRead {
        /// The drive can conceal audio errors on request.
        digital_audio_play = 4/7, "DAP";
        /// READ CD returns C2 error flags.
        c2_flags = 4/1, "C2 FLAGS";
        /// READ TOC/PMA/ATIP returns CD-Text.
        cd_text = 4/0, "CD-TEXT";
    }
}

/// Recording track at once (feature 002Dh).
///
/// # Spec
/// MMC-5 5.3.23.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdTrackAtOnce {
    /// What is possible.
    pub flags: TrackAtOnceFlags,
    /// Which data block types are possible, bit 0 for type 0 and so on.
    pub data_types: u16,
}

flags! {
    /// What a drive can do track at once.
    TrackAtOnceFlags {
        /// Buffer underrun free recording.
        buffer_underrun_free = 4/6, "BUF";
        /// R-W subcode raw.
        rw_raw = 4/4, "R-W RAW";
        /// R-W subcode in packs.
        rw_pack = 4/3, "R-W PACK";
        /// Test write.
        test_write = 4/2, "TEST WRITE";
        /// Overwriting a track on CD-RW.
        cd_rw = 4/1, "CD-RW";
        /// R-W subcode in the user's hand.
        rw_subcode = 4/0, "R-W SUB-CODE";
    }
}

impl CdTrackAtOnce {
    const DATA_TYPES: Field = Field::bytes("DATA TYPE SUPPORTED", 6, 2);

    pub(super) fn read(descriptor: &[u8]) -> Self {
        Self {
            flags: TrackAtOnceFlags::read(descriptor),
            data_types: Self::DATA_TYPES.u16(descriptor),
        }
    }

    pub(super) fn put(self, descriptor: &mut [u8]) {
        self.flags.put(descriptor);
        Self::DATA_TYPES.put(descriptor, self.data_types);
    }
}

/// Recording session at once and raw (feature 002Eh).
///
/// # Spec
/// MMC-5 5.3.24.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdMastering {
    /// What is possible.
    pub flags: MasteringFlags,
    /// The longest cue sheet in bytes, up to FFFFFFh; more is sent as that.
    pub max_cue_sheet_bytes: u32,
}

flags! {
    /// What a drive can do session at once and raw.
    MasteringFlags {
        /// Buffer underrun free recording.
        buffer_underrun_free = 4/6, "BUF";
        /// Session at once.
        session_at_once = 4/5, "SAO";
        /// Raw recording of several sessions.
        raw_multi_session = 4/4, "RAW MS";
        /// Raw recording.
        raw = 4/3, "RAW";
        /// Test write.
        test_write = 4/2, "TEST WRITE";
        /// Recording on CD-RW that is not blank.
        cd_rw = 4/1, "CD-RW";
        /// R-W subcode in the user's hand.
        rw_subcode = 4/0, "R-W";
    }
}

impl CdMastering {
    const MAX_CUE_SHEET_LENGTH: Field = Field::bytes("MAXIMUM CUE SHEET LENGTH", 5, 3);

    pub(super) fn read(descriptor: &[u8]) -> Self {
        Self {
            flags: MasteringFlags::read(descriptor),
            max_cue_sheet_bytes: Self::MAX_CUE_SHEET_LENGTH.get(descriptor),
        }
    }

    pub(super) fn put(self, descriptor: &mut [u8]) {
        self.flags.put(descriptor);
        let bytes = self.max_cue_sheet_bytes.min(0x00FF_FFFF);
        Self::MAX_CUE_SHEET_LENGTH.put(descriptor, bytes);
    }
}

/// Which sorts of CD-RW the drive writes (feature 0037h).
///
/// # Spec
/// MMC-5 clause 5.3, feature 0037h.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdRwMediaWriteSupport {
    /// A bit for each disc sub-type of the ATIP, bit 0 for sub-type 0 and so on.
    pub sub_types: u8,
}

impl CdRwMediaWriteSupport {
    const SUB_TYPES: Field = Field::bytes("CD-RW MEDIA SUB-TYPE SUPPORT", 5, 1);

    pub(super) fn read(descriptor: &[u8]) -> Self {
        Self {
            sub_types: Self::SUB_TYPES.u8(descriptor),
        }
    }

    pub(super) fn put(self, descriptor: &mut [u8]) {
        Self::SUB_TYPES.put(descriptor, self.sub_types);
    }
}
