use super::feature::{
    CdMastering, CdRead, CdRwMediaWriteSupport, CdTrackAtOnce, Core, RemovableMedium,
};
use crate::code::wire_code;
use crate::wire::{Codec, Sink, need};
use crate::{DecodeError, Field, List};

wire_code! {
    /// What a drive with this medium behaves like.
    Profile: u16, 16 bits {
        NONE = 0x0000, "no current profile";
        NON_REMOVABLE = 0x0001, "non-removable disk";
        REMOVABLE = 0x0002, "removable disk";
        CD_ROM = 0x0008, "CD-ROM";
        CD_R = 0x0009, "CD-R";
        CD_RW = 0x000A, "CD-RW";
        DVD_ROM = 0x0010, "DVD-ROM";
        DVD_R = 0x0011, "DVD-R";
        DVD_RAM = 0x0012, "DVD-RAM";
        DVD_RW_RESTRICTED = 0x0013, "DVD-RW, restricted overwrite";
        DVD_RW_SEQUENTIAL = 0x0014, "DVD-RW, sequential recording";
        DVD_R_DL = 0x0015, "DVD-R dual layer";
        DVD_PLUS_RW = 0x001A, "DVD+RW";
        DVD_PLUS_R = 0x001B, "DVD+R";
        DVD_PLUS_R_DL = 0x002B, "DVD+R dual layer";
        BD_ROM = 0x0040, "BD-ROM";
        BD_R_SEQUENTIAL = 0x0041, "BD-R, sequential recording";
        BD_R_RANDOM = 0x0042, "BD-R, random recording";
        BD_RE = 0x0043, "BD-RE";
    }
}

wire_code! {
    /// The number of a feature.
    FeatureCode: u16, 16 bits {
        PROFILE_LIST = 0x0000, "profile list";
        CORE = 0x0001, "core";
        MORPHING = 0x0002, "morphing";
        REMOVABLE_MEDIUM = 0x0003, "removable medium";
        WRITE_PROTECT = 0x0004, "write protect";
        RANDOM_READABLE = 0x0010, "random readable";
        MULTI_READ = 0x001D, "multi-read";
        CD_READ = 0x001E, "CD read";
        DVD_READ = 0x001F, "DVD read";
        RANDOM_WRITABLE = 0x0020, "random writable";
        INCREMENTAL_STREAMING_WRITABLE = 0x0021, "incremental streaming writable";
        FORMATTABLE = 0x0023, "formattable";
        RESTRICTED_OVERWRITE = 0x0026, "restricted overwrite";
        CD_RW_CAV_WRITE = 0x0027, "CD-RW CAV write";
        CD_TRACK_AT_ONCE = 0x002D, "CD track at once";
        CD_MASTERING = 0x002E, "CD mastering";
        CD_RW_MEDIA_WRITE_SUPPORT = 0x0037, "CD-RW media write support";
        POWER_MANAGEMENT = 0x0100, "power management";
        CD_AUDIO_EXTERNAL_PLAY = 0x0103, "CD audio external play";
        MICROCODE_UPGRADE = 0x0104, "microcode upgrade";
        TIMEOUT = 0x0105, "timeout";
        REAL_TIME_STREAMING = 0x0107, "real-time streaming";
        SERIAL_NUMBER = 0x0108, "logical unit serial number";
    }
}

wire_code! {
    /// The version of a feature's descriptor.
    FeatureVersion: u8, 4 bits {
        ZERO = 0, "0";
        ONE = 1, "1";
        TWO = 2, "2";
        THREE = 3, "3";
    }
}

const DATA_LENGTH: Field = Field::bytes("DATA LENGTH", 0, 4);
const CURRENT_PROFILE: Field = Field::bytes("CURRENT PROFILE", 6, 2);
const HEADER_LEN: usize = 8;

// The first four bytes of each feature descriptor.
const FEATURE_CODE: Field = Field::bytes("FEATURE CODE", 0, 2);
const VERSION: Field = Field::bits("VERSION", 2, 5, 4);
const PERSISTENT: Field = Field::bit("PERSISTENT", 2, 1);
const CURRENT: Field = Field::bit("CURRENT", 2, 0);
const ADDITIONAL_LENGTH: Field = Field::bytes("ADDITIONAL LENGTH", 3, 1);
const DESCRIPTOR_HEADER_LEN: usize = 4;

/// What the drive can do: the answer to GET CONFIGURATION.
///
/// # Spec
/// MMC-5 6.6 (the answer), 5.2 (descriptors), 5.3 (features), 5.4 (profiles).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration<'a> {
    /// The profile of the medium that is in; [`Profile::NONE`] if there is none.
    pub current_profile: Profile,
    /// The features in ascending order, as many as were asked for.
    pub features: List<'a, FeatureDescriptor<'a>>,
}

impl<'a> Configuration<'a> {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes, and if there are fewer than it declares.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let what = "configuration";
        need(what, bytes, HEADER_LEN)?;
        let follow = usize::try_from(DATA_LENGTH.get(bytes)).unwrap_or(usize::MAX);
        let declared = DATA_LENGTH.end().saturating_add(follow);
        need(what, bytes, declared)?;
        let bytes = &bytes[..declared];
        need(what, bytes, HEADER_LEN)?;
        Ok(Self {
            current_profile: Profile::of(CURRENT_PROFILE, bytes),
            features: List::in_bytes(&bytes[HEADER_LEN..]),
        })
    }

    /// Writes the answer, 8 bytes and the features, as far as `out` has room, and tells how many bytes
    /// were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let follow = HEADER_LEN - DATA_LENGTH.end() + self.features.n_bytes();
        let mut header = [0; HEADER_LEN];
        DATA_LENGTH.put(&mut header, u32::try_from(follow).unwrap_or(u32::MAX));
        CURRENT_PROFILE.put(&mut header, self.current_profile);
        let mut sink = Sink::new(out);
        sink.put(&header);
        self.features.write(&mut sink);
        sink.written()
    }

    /// The descriptor of this feature, or `None` if the drive did not list it.
    #[must_use]
    pub fn feature(&self, code: FeatureCode) -> Option<FeatureDescriptor<'a>> {
        self.features
            .iter()
            .find(|descriptor| descriptor.feature.code() == code)
    }

    /// The CD mastering feature, current or not; `None` if the drive did not list it.
    #[must_use]
    pub fn cd_mastering(&self) -> Option<CdMastering> {
        match self.feature(FeatureCode::CD_MASTERING)?.feature {
            Feature::CdMastering(mastering) => Some(mastering),
            _ => None,
        }
    }
}

/// One feature of the drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureDescriptor<'a> {
    /// The version of its descriptor.
    pub version: FeatureVersion,
    /// PERSISTENT: always current.
    pub persistent: bool,
    /// CURRENT: it can be used with the medium as it is now.
    pub current: bool,
    /// Which feature, and what it says.
    pub feature: Feature<'a>,
}

/// What a feature descriptor says, by feature; one that is shorter than the standard's is `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature<'a> {
    /// 0000h
    ProfileList(List<'a, ProfileDescriptor>),
    /// 0001h
    Core(Core),
    /// 0003h
    RemovableMedium(RemovableMedium),
    /// 001Eh
    CdRead(CdRead),
    /// 002Dh
    CdTrackAtOnce(CdTrackAtOnce),
    /// 002Eh
    CdMastering(CdMastering),
    /// 0037h
    CdRwMediaWriteSupport(CdRwMediaWriteSupport),
    /// Any other.
    Other {
        /// Its number.
        code: FeatureCode,
        /// What follows the four bytes of its header: at most 255 bytes, more is cut off in encoding.
        data: &'a [u8],
    },
}

impl<'a> Feature<'a> {
    /// The feature's number.
    #[must_use]
    pub const fn code(&self) -> FeatureCode {
        match self {
            Self::ProfileList(_) => FeatureCode::PROFILE_LIST,
            Self::Core(_) => FeatureCode::CORE,
            Self::RemovableMedium(_) => FeatureCode::REMOVABLE_MEDIUM,
            Self::CdRead(_) => FeatureCode::CD_READ,
            Self::CdTrackAtOnce(_) => FeatureCode::CD_TRACK_AT_ONCE,
            Self::CdMastering(_) => FeatureCode::CD_MASTERING,
            Self::CdRwMediaWriteSupport(_) => FeatureCode::CD_RW_MEDIA_WRITE_SUPPORT,
            Self::Other { code, .. } => *code,
        }
    }

    /// From a whole descriptor, header included.
    fn of(descriptor: &'a [u8]) -> Self {
        let code = FeatureCode::of(FEATURE_CODE, descriptor);
        let data = &descriptor[DESCRIPTOR_HEADER_LEN..];
        match (code, data.len()) {
            (FeatureCode::PROFILE_LIST, _) => Self::ProfileList(List::in_bytes(data)),
            (FeatureCode::CORE, 4..) => Self::Core(Core::read(descriptor)),
            (FeatureCode::REMOVABLE_MEDIUM, 4..) => {
                Self::RemovableMedium(RemovableMedium::read(descriptor))
            }
            (FeatureCode::CD_READ, 4..) => Self::CdRead(CdRead::read(descriptor)),
            (FeatureCode::CD_TRACK_AT_ONCE, 4..) => {
                Self::CdTrackAtOnce(CdTrackAtOnce::read(descriptor))
            }
            (FeatureCode::CD_MASTERING, 4..) => Self::CdMastering(CdMastering::read(descriptor)),
            (FeatureCode::CD_RW_MEDIA_WRITE_SUPPORT, 4..) => {
                Self::CdRwMediaWriteSupport(CdRwMediaWriteSupport::read(descriptor))
            }
            _ => Self::Other { code, data },
        }
    }

    /// Bytes behind the descriptor's header.
    fn data_len(&self) -> usize {
        match self {
            Self::ProfileList(profiles) => profiles.n_bytes().min(252),
            Self::Core(_) => 8,
            Self::Other { data, .. } => data.len().min(255),
            _ => 4,
        }
    }

    /// Puts a feature of fixed length into a descriptor of zeros; the others have their own bytes.
    fn put(&self, descriptor: &mut [u8]) {
        match self {
            Self::ProfileList(_) | Self::Other { .. } => {}
            Self::Core(core) => core.put(descriptor),
            Self::RemovableMedium(medium) => medium.put(descriptor),
            Self::CdRead(read) => read.put(descriptor),
            Self::CdTrackAtOnce(tao) => tao.put(descriptor),
            Self::CdMastering(mastering) => mastering.put(descriptor),
            Self::CdRwMediaWriteSupport(support) => support.put(descriptor),
        }
    }
}

impl<'a> Codec<'a> for FeatureDescriptor<'a> {
    fn take(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let additional = ADDITIONAL_LENGTH.read(bytes)?;
        let additional = usize::try_from(additional).ok()?;
        let (descriptor, rest) = bytes.split_at_checked(DESCRIPTOR_HEADER_LEN + additional)?;
        let value = Self {
            version: FeatureVersion::of(VERSION, descriptor),
            persistent: PERSISTENT.is_set(descriptor),
            current: CURRENT.is_set(descriptor),
            feature: Feature::of(descriptor),
        };
        Some((value, rest))
    }

    fn n_bytes(&self) -> usize {
        DESCRIPTOR_HEADER_LEN + self.feature.data_len()
    }

    fn write(&self, sink: &mut Sink<'_>) {
        let data_len = self.feature.data_len();
        let mut descriptor = [0; DESCRIPTOR_HEADER_LEN + 8];
        FEATURE_CODE.put(&mut descriptor, self.feature.code());
        VERSION.put(&mut descriptor, self.version);
        PERSISTENT.put(&mut descriptor, self.persistent);
        CURRENT.put(&mut descriptor, self.current);
        ADDITIONAL_LENGTH.put(&mut descriptor, u8::try_from(data_len).unwrap_or(u8::MAX));
        self.feature.put(&mut descriptor);
        match self.feature {
            Feature::ProfileList(profiles) => {
                sink.put(&descriptor[..DESCRIPTOR_HEADER_LEN]);
                for profile in profiles.iter().take(data_len / 4) {
                    profile.write(sink);
                }
            }
            Feature::Other { data, .. } => {
                sink.put(&descriptor[..DESCRIPTOR_HEADER_LEN]);
                sink.put(&data[..data_len]);
            }
            _ => sink.put(&descriptor[..DESCRIPTOR_HEADER_LEN + data_len]),
        }
    }
}

/// A profile the drive can take on. At most 63 fit in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProfileDescriptor {
    /// Which one.
    pub profile: Profile,
    /// CURRENTP: whether it is current; several can be.
    pub current: bool,
}

impl ProfileDescriptor {
    const PROFILE: Field = Field::bytes("PROFILE NUMBER", 0, 2);
    const CURRENTP: Field = Field::bit("CURRENTP", 2, 0);
}

impl Codec<'_> for ProfileDescriptor {
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (descriptor, rest) = bytes.split_at_checked(4)?;
        let value = Self {
            profile: Profile::of(Self::PROFILE, descriptor),
            current: Self::CURRENTP.is_set(descriptor),
        };
        Some((value, rest))
    }

    fn n_bytes(&self) -> usize {
        4
    }

    fn write(&self, sink: &mut Sink<'_>) {
        let mut descriptor = [0; 4];
        Self::PROFILE.put(&mut descriptor, self.profile);
        Self::CURRENTP.put(&mut descriptor, self.current);
        sink.put(&descriptor);
    }
}
