//! Reading sectors back, with the patience a scratched or fresh disc needs.

use cd_address::{LbaRange, Sectors};
use cd_mmc::response::FullToc;
use cd_mmc::{C2Selection, MainChannelSelection, ReadCd, SectorType, SubChannelSelection};
use cd_sector::Toc;
use cd_transport::Data;

use crate::answer::collect_toc;
use crate::plan::full_toc_command;
use crate::recorder::{ASK_TIMEOUT, Recorder};
use crate::{Fault, FaultCause};

/// Which bytes of each sector are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorForm {
    /// 2352 bytes of main channel (data descrambled by the drive) and 96 of raw P-W.
    MainAndPw,
    /// 2352 bytes of main channel (data descrambled by the drive).
    Main,
    /// 2048 bytes of user data; Mode 1 and Mode 2 form 1 sectors only.
    UserData,
}

impl SectorForm {
    /// Bytes of one sector.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::MainAndPw => 2448,
            Self::Main => 2352,
            Self::UserData => 2048,
        }
    }

    fn command(self, range: LbaRange) -> ReadCd {
        let (main_channel, sub_channel) = match self {
            Self::MainAndPw => (MainChannelSelection::ALL, SubChannelSelection::RAW_PW),
            Self::Main => (MainChannelSelection::ALL, SubChannelSelection::NONE),
            Self::UserData => (MainChannelSelection::USER_DATA, SubChannelSelection::NONE),
        };
        ReadCd {
            sector_type: SectorType::ANY,
            digital_audio_play: false,
            lba: range.start(),
            length: range.len(),
            main_channel,
            c2: C2Selection::NONE,
            sub_channel,
        }
    }
}

/// How often a sector that cannot be read is tried.
const TRIES: u32 = 3;

impl Recorder<'_> {
    /// How many sectors of this form one command reads at most.
    #[must_use]
    pub fn sectors_per_read(&self, form: SectorForm) -> Sectors {
        let n = self.limits().max_transfer.min(64 * 1024) / form.bytes();
        u32::try_from(n.max(1))
            .ok()
            .and_then(|n| Sectors::new(n).ok())
            .unwrap_or(Sectors::ZERO)
    }

    /// The disc's table of contents, as its lead-in has it (READ TOC/PMA/ATIP, format 2).
    ///
    /// # Errors
    /// The fault; a table of contents that contradicts itself is one too.
    pub fn read_toc(&mut self) -> Result<Toc, Fault> {
        let command = full_toc_command();
        let answer = self.ask(command, command.allocation_length)?;
        let nonsense = |what: String| Fault::nonsense(&command.into(), what);
        let full = FullToc::decode(&answer).map_err(|error| nonsense(error.to_string()))?;
        collect_toc(&full).map_err(|error| nonsense(error.to_string()))
    }

    /// Reads `range` with one command; `out` is exactly its sectors, at most
    /// [`Recorder::sectors_per_read`].
    ///
    /// # Errors
    /// The fault, after the command was tried three times; `out` then holds nothing of use.
    pub fn read_sectors(
        &mut self,
        range: LbaRange,
        form: SectorForm,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        let command = form.command(range).into();
        let mut tries = 0;
        loop {
            let answer = self.send(&command, Data::In(out), ASK_TIMEOUT);
            let fault = match answer.fault {
                // Recovered: the data is good.
                Some(fault) if fault.is_recovered() => None,
                other => other,
            };
            tries += 1;
            match fault {
                None if answer.transferred == out.len() => return Ok(()),
                None => {
                    let what = format!("{} of {} bytes came", answer.transferred, out.len());
                    return Err(Fault::nonsense(&command, what));
                }
                // What the drive refuses it will refuse again.
                Some(fault) if tries == TRIES || fault.is_refusal() => return Err(fault),
                Some(_) => {}
            }
        }
    }
}

impl Fault {
    /// Whether the drive refuses the request as such (ILLEGAL REQUEST), or can no longer be asked.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match &self.cause {
            FaultCause::Sense(sense) => sense.key.code() == 5,
            FaultCause::Transport(_) => true,
            FaultCause::Status(_) | FaultCause::Answer(_) => false,
        }
    }
}
