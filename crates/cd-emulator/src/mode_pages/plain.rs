//! The pages beside the write parameters and the capabilities: what they hold, and what a host can change of it.
//!
//! Read first: MMC-3 6.3 (mode parameters of CD drives).

use cd_mmc::mode_page::{
    AudioControl, Caching, CdParameters, ErrorRecovery, ModePage, ModeParameters,
    PowerConditionPage, RecoveryFlags, TimeoutAndProtect,
};
use cd_mmc::{PageControl, Sense};

use super::bad_parameter;

/// How often the drive reads a bad sector again before it gives up.
const READ_RETRIES: u8 = 5;
/// What the drive allows for reading and writing, and for all else, in seconds.
const TIMEOUT_SECONDS: u16 = 7;

/// The pages of which a host can change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlainPages {
    pub(crate) error_recovery: ErrorRecovery,
    pub(crate) audio_control: AudioControl,
}

impl PlainPages {
    /// As they are at power on.
    pub(crate) const POWER_ON: Self = Self {
        error_recovery: ErrorRecovery {
            savable: false,
            flags: RecoveryFlags::NONE,
            read_retries: READ_RETRIES,
            write_retries: 0,
        },
        audio_control: AudioControl {
            immediate: true,
            port_0_channels: 1,
            port_0_volume: 0xFF,
            port_1_channels: 2,
            port_1_volume: 0xFF,
            ..AudioControl::ZERO
        },
    };

    /// One bit for everything MODE SELECT can change.
    const CHANGEABLE: Self = Self {
        error_recovery: ErrorRecovery {
            savable: false,
            flags: RecoveryFlags {
                write_reallocation: false,
                read_reallocation: false,
                transfer_block: true,
                read_continuous: true,
                post_error: true,
                disable_transfer_on_error: true,
                disable_correction: true,
            },
            read_retries: 0xFF,
            write_retries: 0,
        },
        audio_control: AudioControl {
            port_0_channels: 0x0F,
            port_0_volume: 0xFF,
            port_1_channels: 0x0F,
            port_1_volume: 0xFF,
            ..AudioControl::ZERO
        },
    };

    /// All pages but 05h and 2Ah, by code.
    pub(crate) fn list(&self, control: PageControl) -> [ModePage<'static>; 6] {
        let of = match control {
            PageControl::Changeable => Self::CHANGEABLE,
            PageControl::Default => Self::POWER_ON,
            PageControl::Current | PageControl::Saved => *self,
        };
        let (caching, cd, power, timeouts) = match control {
            PageControl::Changeable => (
                Caching::ZERO,
                CdParameters::ZERO,
                PowerConditionPage::ZERO,
                TimeoutAndProtect::ZERO,
            ),
            _ => CONSTANT,
        };
        [
            ModePage::ErrorRecovery(of.error_recovery),
            ModePage::Caching(caching),
            ModePage::CdParameters(cd),
            ModePage::AudioControl(of.audio_control),
            ModePage::PowerCondition(power),
            ModePage::TimeoutAndProtect(timeouts),
        ]
    }

    /// Takes one page of a parameter list over, which lies `at` in it.
    ///
    /// # Errors
    /// 05/26/00 with a pointer for a page the drive has not, or a bit that cannot be changed; 05/1A/00 for a page of
    /// another length than the drive's.
    pub(super) fn select(
        &mut self,
        page: ModePage<'_>,
        sent: &[u8],
        at: usize,
    ) -> Result<(), Sense> {
        let of_code = |page_of_list: &ModePage<'_>| page_of_list.code() == page.code();
        let found = |control| self.list(control).into_iter().find(of_code);
        let (Some(current), Some(changeable)) =
            (found(PageControl::Current), found(PageControl::Changeable))
        else {
            return Err(bad_parameter(at, 5));
        };
        let (current, mask) = (bytes_of(current), bytes_of(changeable));
        if matches!(page, ModePage::Raw(_)) || sent.len() != current.len() {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        for (idx, sent) in sent.iter().enumerate() {
            // The header must be the page's own in any case.
            let fixed = if idx < 2 { 0xFF } else { !mask[idx] };
            let wrong = (sent ^ current[idx]) & fixed;
            if wrong != 0 {
                return Err(bad_parameter(
                    at + idx,
                    u8::try_from(wrong.ilog2()).unwrap_or(7),
                ));
            }
        }
        match page {
            ModePage::ErrorRecovery(page) => self.error_recovery = page,
            ModePage::AudioControl(page) => self.audio_control = page,
            // Sent as it stands.
            _ => {}
        }
        Ok(())
    }
}

/// What a host cannot change: WRITE ends in the buffer, a minute has 60 seconds, no timer runs.
const CONSTANT: (Caching, CdParameters, PowerConditionPage, TimeoutAndProtect) = (
    Caching {
        write_cache: true,
        ..Caching::ZERO
    },
    CdParameters {
        seconds_per_minute: 60,
        frames_per_second: 75,
        ..CdParameters::ZERO
    },
    PowerConditionPage::ZERO,
    TimeoutAndProtect {
        group_1_seconds: TIMEOUT_SECONDS,
        group_2_seconds: TIMEOUT_SECONDS,
        ..TimeoutAndProtect::ZERO
    },
);

/// The page alone, as a parameter list has it.
fn bytes_of(page: ModePage<'_>) -> Vec<u8> {
    let pages = [page];
    let list = ModeParameters::of(&pages);
    let mut bytes = vec![0; list.n_bytes()];
    list.encode_select_into(&mut bytes);
    bytes.split_off(ModeParameters::HEADER_BYTES)
}
