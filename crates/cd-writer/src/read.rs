//! Reading sectors back, with the patience a scratched or fresh disc needs.
//!
//! # Spec
//! MMC-5 6.20 (READ CD). Read that first.

use std::time::Duration;

use cd_address::{LbaRange, Sectors};
use cd_mmc::{C2Selection, MainChannelSelection, ReadCd, SectorType, SubChannelSelection};
use cd_transport::{Data, TransportErrorKind};

use crate::Fault;
use crate::plan::Purpose;
use crate::policy::{Reaction, react};
use crate::recorder::{ASK_TIMEOUT, Recorder};

/// Which bytes of each sector are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorForm {
    /// 2352 bytes of main channel (data descrambled by the drive) and 96 of raw P-W.
    MainAndPw,
    /// 2352 bytes of main channel (data descrambled by the drive) and 16 of P and Q.
    MainAndPq,
    /// 2352 bytes of main channel (data descrambled by the drive).
    Main,
    /// 96 bytes of raw P-W alone.
    Pw,
    /// 2048 bytes of user data; Mode 1 and Mode 2 form 1 sectors only.
    UserData,
}

impl SectorForm {
    /// Bytes of one sector.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::MainAndPw => 2448,
            Self::MainAndPq => 2368,
            Self::Main => 2352,
            Self::Pw => 96,
            Self::UserData => 2048,
        }
    }

    fn command(self, range: LbaRange) -> ReadCd {
        let (main_channel, sub_channel) = match self {
            Self::MainAndPw => (MainChannelSelection::ALL, SubChannelSelection::RAW_PW),
            Self::MainAndPq => (MainChannelSelection::ALL, SubChannelSelection::Q),
            Self::Main => (MainChannelSelection::ALL, SubChannelSelection::NONE),
            Self::Pw => (MainChannelSelection::NONE, SubChannelSelection::RAW_PW),
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

    /// Reads `range` with one command; `out` is exactly its sectors, at most
    /// [`Recorder::sectors_per_read`].
    ///
    /// # Errors
    /// The fault, after the command was tried three times (a refusal or a lost device: once; a drive that is
    /// only busy or becoming ready is waited for up to two minutes). `out` then holds nothing of use.
    pub fn read_sectors(
        &mut self,
        range: LbaRange,
        form: SectorForm,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        let command = form.command(range).into();
        let since = self.clock.now();
        let mut tries = 0;
        loop {
            let answer = self.send(&command, Data::In(out), ASK_TIMEOUT);
            let is_whole = answer.transferred == out.len();
            let fault = match answer.fault {
                // Recovered: the data is good.
                Some(fault) if !fault.is_recovered() => fault,
                _ if is_whole => return Ok(()),
                _ => {
                    let what = format!("{} of {} bytes came", answer.transferred, out.len());
                    Fault::nonsense(&command, what)
                }
            };
            let waited = self.clock.now().saturating_sub(since);
            if let Reaction::Retry(pause) = react(Purpose::Ask, &fault, waited, Duration::ZERO) {
                self.clock.sleep(pause);
                continue;
            }
            tries += 1;
            // What was lost on the way may come through the next time; a device that is gone, or hung for
            // a whole timeout, does not come back for being asked again.
            let is_final = fault.is_refusal()
                || fault
                    .transport_error()
                    .is_some_and(|kind| kind != TransportErrorKind::Host);
            if is_final || tries == TRIES {
                return Err(fault);
            }
        }
    }

    /// Reads `range` once, for what that does to the drive and not for what comes; `out` is exactly its sectors.
    ///
    /// # Errors
    /// What kept the command from being answered; that it was refused or failed is none.
    pub(crate) fn visit(
        &mut self,
        range: LbaRange,
        form: SectorForm,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        let command = form.command(range).into();
        match self.send(&command, Data::In(out), ASK_TIMEOUT).fault {
            Some(fault) if fault.transport_error().is_some() => Err(fault),
            _ => Ok(()),
        }
    }
}
