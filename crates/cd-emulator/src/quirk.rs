//! Ways in which drives differ from the standard, and the named drives that have them.

use std::time::Duration;

use cd_address::Lba;
use cd_mmc::{PageCode, Sense};
use cd_sector::SectorLayout;

use crate::profile::Profile;

/// One way in which a drive is not as the standard has it. A [`Profile`] can have several.
///
/// ```
/// use cd_emulator::{Profile, Quirk};
///
/// let drive = Profile {
///     quirks: vec![Quirk::AtipInBcd, Quirk::SessionFormatRefused],
///     ..Profile::faithful()
/// };
/// assert!(drive.quirks.contains(&Quirk::AtipInBcd));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quirk {
    /// READ TRACK INFORMATION gives -150 as the next writable address of a blank disc, also in raw mode.
    NextWritableMinus150,
    /// The laser burns in a test write too.
    TestWriteIgnored {
        /// Whether page 05h holds the test-write bit when it is read back.
        is_shown: bool,
    },
    /// MODE SELECT of page 05h is refused with 05/26/00 unless the session format is 00h.
    SessionFormatRefused,
    /// MODE SELECT of page 05h is answered with GOOD, and the page stays as it was.
    SelectIgnored,
    /// MODE SELECT of page 05h is answered with GOOD, and whatever data block type it asked for, this one is set.
    OtherBlockType(SectorLayout),
    /// A mode page that MODE SENSE refuses (05/24/00) and leaves out of all pages, and MODE SELECT refuses (05/26/00).
    ModePageMissing(PageCode),
    /// A command that the drive does not have (05/20/00), by its operation code.
    CommandMissing(u8),
    /// A WRITE of more bytes than this is refused (05/24/00), whatever [`Profile::max_transfer`] promises.
    WriteLimit(usize),
    /// Once the recording has taken so many blocks, every WRITE is refused with 02/04/08 for a time, once. The laser
    /// rests meanwhile, so that the buffer does not run empty.
    LongWrite {
        /// After how many blocks; 0 refuses the first WRITE.
        after_blocks: u32,
        /// For how long.
        lasts: Duration,
    },
    /// After a flush has emptied the buffer the drive stays busy (02/04/08) for so long.
    LongFlush(Duration),
    /// READ BUFFER CAPACITY gives these numbers of bytes, whatever is in the buffer.
    BufferCapacity {
        /// The length of the buffer.
        total: u32,
        /// What of it is said to be free.
        available: u32,
    },
    /// The times of the ATIP are BCD in the answer, not binary.
    AtipInBcd,
    /// A buffer that ran empty without underrun protection is told with this, not with 03/0C/09.
    UnderrunSense(Sense),
    /// The laser cannot record the sector at `at`: those before it are recorded, the WRITE that brings it is refused, and
    /// the recording is over. A test write does not meet it.
    WriteFails {
        /// The first address that cannot be recorded.
        at: Lba,
        /// What the WRITE is told; the address is in its INFORMATION field.
        sense: Sense,
    },
    /// SEND OPC INFORMATION ends with this after the time the calibration takes. With the key RECOVERED ERROR it has
    /// calibrated all the same.
    CalibrationSense(Sense),
    /// While BLANK is going on the drive says that a format is in progress (02/04/04), not an operation (02/04/07).
    BlankSaysFormat,
    /// What a command answers with GOOD is spoiled, by its operation code.
    Answer {
        /// The command.
        opcode: u8,
        /// What becomes of the answer.
        spoiling: Spoiling,
    },
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spoiling {
    /// It ends after so many bytes.
    Short(usize),
    /// Each byte is this one.
    Filled(u8),
    /// Each bit is the other one, lengths included.
    Inverted,
}

impl Spoiling {
    /// Spoils `answer` in place and tells how many bytes of it are left.
    pub(crate) fn apply(self, answer: &mut [u8]) -> usize {
        match self {
            Self::Short(n_bytes) => return answer.len().min(n_bytes),
            Self::Filled(byte) => answer.fill(byte),
            Self::Inverted => answer.iter_mut().for_each(|byte| *byte = !*byte),
        }
        answer.len()
    }
}

/// How long the drive of "long-write" and "long-flush" is busy: longer than a default time-out of any kernel.
const LONG: Duration = Duration::from_secs(90);
/// GET CONFIGURATION.
const GET_CONFIGURATION: u8 = 0x46;
/// GET PERFORMANCE.
const GET_PERFORMANCE: u8 = 0xAC;

/// The quirks of a named drive.
fn quirks_of(name: &str) -> Option<Vec<Quirk>> {
    let one = |quirk| Some(vec![quirk]);
    match name {
        "nwa-minus-150" => one(Quirk::NextWritableMinus150),
        "test-write-ignored" => one(Quirk::TestWriteIgnored { is_shown: true }),
        "test-write-dropped" => one(Quirk::TestWriteIgnored { is_shown: false }),
        "session-format-refused" => one(Quirk::SessionFormatRefused),
        "select-ignored" => one(Quirk::SelectIgnored),
        "select-other-block-type" => one(Quirk::OtherBlockType(SectorLayout::Pq16)),
        "long-write" => one(Quirk::LongWrite {
            after_blocks: 26,
            lasts: LONG,
        }),
        "long-flush" => one(Quirk::LongFlush(LONG)),
        "buffer-says-empty" => one(Quirk::BufferCapacity {
            total: 2 << 20,
            available: 2 << 20,
        }),
        "buffer-says-full" => one(Quirk::BufferCapacity {
            total: 2 << 20,
            available: 0,
        }),
        "no-configuration" => one(Quirk::CommandMissing(GET_CONFIGURATION)),
        "no-performance" => one(Quirk::CommandMissing(GET_PERFORMANCE)),
        "writes-64k" => one(Quirk::WriteLimit(65_536)),
        "atip-bcd" => one(Quirk::AtipInBcd),
        "no-page-05" => one(Quirk::ModePageMissing(PageCode::WRITE_PARAMETERS)),
        "no-page-2a" => one(Quirk::ModePageMissing(PageCode::CAPABILITIES)),
        "blank-says-format" => one(Quirk::BlankSaysFormat),
        "faithful"
        | "no-raw-pw"
        | "no-packed"
        | "no-pq"
        | "pq-only"
        | "transfers-64k"
        | "no-underrun-protection"
        | "reports-long-write"
        | "turns-evenly" => Some(Vec::new()),
        _ => None,
    }
}

impl Profile {
    /// The names that [`Profile::named`] knows, each a drive with one temper.
    pub const NAMES: &[&str] = &[
        "faithful",
        "nwa-minus-150",
        "test-write-ignored",
        "test-write-dropped",
        "session-format-refused",
        "select-ignored",
        "select-other-block-type",
        "long-write",
        "long-flush",
        "buffer-says-empty",
        "buffer-says-full",
        "no-configuration",
        "no-performance",
        "writes-64k",
        "transfers-64k",
        "atip-bcd",
        "no-page-05",
        "no-page-2a",
        "blank-says-format",
        "no-raw-pw",
        "no-packed",
        "no-pq",
        "pq-only",
        "no-underrun-protection",
        "reports-long-write",
        "turns-evenly",
    ];

    /// The drive of this name: [`Profile::faithful`] but for what the name says. `None` for a name not in
    /// [`Profile::NAMES`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut profile = Self {
            quirks: quirks_of(name)?,
            ..Self::faithful()
        };
        match name {
            "no-raw-pw" => profile.refuse(SectorLayout::RawPw96),
            "no-packed" => profile.refuse(SectorLayout::PackedPw96),
            "no-pq" => profile.refuse(SectorLayout::Pq16),
            "pq-only" => profile.block_types = vec![SectorLayout::Pq16],
            "transfers-64k" => profile.max_transfer = 65_536,
            "no-underrun-protection" => profile.has_underrun_protection = false,
            "reports-long-write" => profile.reports_long_write = true,
            "turns-evenly" => profile.cav_speeds = vec![24, 48],
            _ => {}
        }
        Some(profile)
    }

    /// Whether the drive has this quirk.
    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// Spoils the answer of `command` if the drive does so, and tells how many bytes of it are left.
    pub(crate) fn spoil(&self, command: &[u8], answer: &mut [u8]) -> usize {
        let spoiling = self.quirk(|quirk| match quirk {
            Quirk::Answer { opcode, spoiling } if command.first() == Some(opcode) => {
                Some(*spoiling)
            }
            _ => None,
        });
        spoiling.map_or(answer.len(), |spoiling| spoiling.apply(answer))
    }

    /// Whether a WRITE of `n_bytes` is longer than the drive takes.
    pub(crate) fn has_write_limit_below(&self, n_bytes: usize) -> bool {
        let exceeded =
            |quirk: &Quirk| matches!(quirk, Quirk::WriteLimit(limit) if *limit < n_bytes);
        self.quirks.iter().any(exceeded)
    }

    /// What the first quirk that `choose` takes makes of it.
    pub(crate) fn quirk<T>(&self, choose: impl FnMut(&Quirk) -> Option<T>) -> Option<T> {
        self.quirks.iter().find_map(choose)
    }
}
