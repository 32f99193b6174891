//! What can become of a burn: why it stopped, what is doubtful about it, what the disc is then.

use std::time::Duration;

use cd_address::Lba;

use crate::Fault;
use crate::plan::Purpose;

/// Why a burn stopped before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopCause {
    /// The user asked for it.
    #[doc(alias = "E_IMAPI_REQUEST_CANCELLED")]
    #[error("cancelled")]
    Cancelled,
    /// The source is not the one that was planned: other sectors, or sectors of another size. Nothing
    /// was sent to the drive.
    #[error("the image is not the one the plan was made for: {0}")]
    OtherSource(String),
    /// The image could not be read on, or changed meanwhile.
    #[error("the image could not be read on: {0}")]
    Source(#[source] cd_image::SourceError),
    /// The image's thread ended before the last sector.
    #[error("the image ended early, before lba {0}")]
    SourceEnded(Lba),
    /// A command failed.
    #[error("{0}")]
    Command(#[source] Fault),
    /// The drive did not take the write parameters as they were sent, though it said so.
    #[doc(alias = "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS")]
    #[error("the drive accepted the write parameters but holds others: {0}")]
    WriteParameters(String),
    /// The disc is not, or no longer, the blank one the plan was made for.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK")]
    #[error("the disc is not the blank one the plan was made for: {0}")]
    DiscChanged(String),
    /// The drive told of a new medium after the plan was made and before the first WRITE.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_PREPARED")]
    #[error("the disc may be another than the one the plan was made for: {0}")]
    MediumChanged(#[source] Fault),
    /// No thread could be started to read or convert the image, or for the drive.
    #[error("no thread could be started for the burn: {0}")]
    Thread(#[source] std::io::Error),
}

/// Why a finished burn cannot be called a success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    /// The drive says the disc is blank.
    #[error("the disc is still blank, though every WRITE succeeded")]
    StillBlank,
    /// The drive could not say what the disc is.
    #[error("the drive cannot tell what is on the disc: {0}")]
    NoDiscInformation(Fault),
    /// The disc has no readable table of contents.
    #[error("the table of contents cannot be read back: {0}")]
    NoToc(Fault),
    /// The table of contents is another.
    #[error("the table of contents reads back different: {0}")]
    OtherToc(String),
    /// Less time passed than the drive needs at its fastest.
    #[error("the sectors were taken in {took:.1?}, the drive's fastest speed needs {least:.1?}")]
    TooFast {
        /// Time from the first WRITE to the end of the flush.
        took: Duration,
        /// The least time the drive needs.
        least: Duration,
    },
    /// A simulation left the disc no longer blank.
    #[error("the drive ignored the test-write bit: the disc is no longer blank")]
    SimulationWrote,
    /// The flush failed, or the drive was still busy with it when it should long have ended.
    #[error("the drive did not say that it finished: {0}")]
    NotFlushed(Fault),
}

/// What the drive says of the disc after a burn that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscAfter {
    /// No sector was sent to it.
    Untouched,
    /// Sectors were sent, and the drive says it is still blank.
    Blank,
    /// It is spoiled: begun, and not whole.
    Spoiled,
    /// Every sector was sent, though not every one acknowledged (or the image changed meanwhile), and the
    /// drive calls the disc complete. Whether it holds the image only a comparison tells.
    Complete,
    /// The drive does not say. Take it for spoiled.
    Unknown,
}

/// Something worth knowing that stopped nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What the command was for.
    pub purpose: Purpose,
    /// The first sector of the WRITE, if it was one.
    pub lba: Option<Lba>,
    /// What the drive said.
    pub fault: Fault,
}

/// How many incidents a report keeps; a drive can report thousands of recovered errors.
const MAX_INCIDENTS: usize = 100;

/// How a session ended, and what happened on the way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stop: Option<StopCause>,
    pub(crate) doubts: Vec<Doubt>,
    pub(crate) disc: DiscAfter,
    pub(crate) last_written: Option<Lba>,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) n_incidents: usize,
    pub(crate) n_retries: u32,
    pub(crate) write_time: Duration,
}

impl Outcome {
    /// Of a session in which nothing happened yet.
    pub(crate) const NOTHING_YET: Self = Self {
        stop: None,
        doubts: Vec::new(),
        disc: DiscAfter::Untouched,
        last_written: None,
        incidents: Vec::new(),
        n_incidents: 0,
        n_retries: 0,
        write_time: Duration::ZERO,
    };

    /// Counts an incident, and keeps it if it is one of the first.
    pub(crate) fn note(&mut self, purpose: Purpose, lba: Option<Lba>, fault: Fault) {
        self.n_incidents += 1;
        if self.incidents.len() < MAX_INCIDENTS {
            self.incidents.push(Incident {
                purpose,
                lba,
                fault,
            });
        }
    }
}
