use std::process::ExitCode;

/// How the program ends. The numbers are part of its interface: docs/cli.md lists them, and a test
/// holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything asked for was done, and proved where proof was asked for.
    Done = 0,
    /// `check` found something at or above `--fail-on`.
    Findings = 1,
    /// The command line is wrong, or the image cannot be read at all.
    Unreadable = 2,
    /// Something failed that has no code of its own.
    Failed = 3,
    /// The image is not a whole number of sectors, or is not what an image must be.
    ImageNotSupported = 10,
    /// The stream starts later than the medium's lead-in.
    LeadInTooShort = 11,
    /// The image needs more room than the medium has.
    NotEnoughSpace = 12,
    /// The image changed while it was in use.
    ImageChanged = 13,
    /// The output file exists, or cannot be written.
    OutputFailed = 14,
    /// What was to be written cannot hold all of the disc.
    WouldLose = 15,
    /// There is no such drive, or it may not be opened.
    NoDrive = 20,
    /// The drive or the disc file is in use by another program.
    InUse = 21,
    /// The drive is empty or not ready.
    NotReady = 22,
    /// The disc is not blank.
    NotBlank = 23,
    /// The disc is not a CD-R or CD-RW, or not one whose lead-in can be found.
    MediumNotSupported = 24,
    /// The drive cannot record as asked.
    DriveNotSupported = 25,
    /// The disc file cannot be used, whatever is the matter with it.
    DiscFile = 26,
    /// Nothing is recorded where something was to be read, or it cannot be read.
    DiscUnreadable = 27,
    /// The user's consent is missing.
    NoConsent = 30,
    /// Stopped by the user before anything was written.
    CancelledUntouched = 31,
    /// Stopped by the user in mid-burn or while erasing: the disc is spoiled.
    CancelledSpoiled = 40,
    /// Burning or erasing failed after it had begun: the disc is spoiled.
    BurnFailed = 41,
    /// All was written, but the disc does not prove it: blank, other TOC, impossible time.
    NotProved = 42,
    /// The disc reads back different from the image.
    VerifyDiffers = 43,
    /// Nothing differs, but not all of the image could be compared.
    NotAllCompared = 44,
}

impl Exit {
    /// All of them, with what they mean to a user, in the order of the numbers.
    pub(crate) const TABLE: &[(Self, &str)] = &[
        (Self::Done, "done, and proved where proof was asked for"),
        (
            Self::Findings,
            "`check` found something at or above `--fail-on`",
        ),
        (
            Self::Unreadable,
            "the command line is wrong, or the image cannot be read",
        ),
        (Self::Failed, "something failed that has no code of its own"),
        (
            Self::ImageNotSupported,
            "not a whole number of sectors, or not a CD image (of `check`: 2)",
        ),
        (
            Self::LeadInTooShort,
            "the stream starts later than the medium's lead-in",
        ),
        (
            Self::NotEnoughSpace,
            "the image is too large for the medium",
        ),
        (Self::ImageChanged, "the image changed while it was in use"),
        (
            Self::OutputFailed,
            "the output file exists already, or cannot be written",
        ),
        (
            Self::WouldLose,
            "something of the disc would be lost, and `--lossy` was not given or does not help",
        ),
        (
            Self::NoDrive,
            "no such drive, no right to open it, or a trace that cannot be replayed",
        ),
        (
            Self::InUse,
            "the drive or disc file is in use by another program",
        ),
        (
            Self::NotReady,
            "no medium in the drive, or the drive does not become ready",
        ),
        (Self::NotBlank, "the disc is not blank"),
        (
            Self::MediumNotSupported,
            "the medium is not a CD-R or CD-RW (to erase: not a CD-RW), or does not say where its lead-in begins",
        ),
        (
            Self::DriveNotSupported,
            "the drive cannot record this way, or does not erase this disc",
        ),
        (
            Self::DiscFile,
            "the disc file is missing, read-only, damaged, of another version, or none at all",
        ),
        (
            Self::DiscUnreadable,
            "what was to be read is not on the disc, or unreadable",
        ),
        (
            Self::NoConsent,
            "a real disc would be written or erased and nobody said yes",
        ),
        (
            Self::CancelledUntouched,
            "cancelled before anything was written",
        ),
        (
            Self::CancelledSpoiled,
            "cancelled in mid-burn or while erasing; the disc is spoiled",
        ),
        (
            Self::BurnFailed,
            "burning or erasing failed in the middle; the disc is spoiled",
        ),
        (
            Self::NotProved,
            "all was written or erased, but the disc does not prove it",
        ),
        (
            Self::VerifyDiffers,
            "the disc reads back different from the image",
        ),
        (
            Self::NotAllCompared,
            "nothing differs, but the drive does not give all that the image has",
        ),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ends without success: the code, what happened, and what the user can do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) what: String,
    pub(crate) advice: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            advice: None,
        }
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}
