//! BLANK.

use cd_address::Lba;
use cd_mmc::{Blank, BlankType, Sense};

use super::{Outcome, bad_field};
use crate::medium::MediumKind;
use crate::pending::Pending;
use crate::state::Drive;
use crate::timing::time_at;

impl Drive {
    /// Erases a CD-RW, whatever is on it. The whole disc takes as long as recording it; the quick way as long as its
    /// lead-in and first pregap. What the quick way leaves in the program area no drive can read: here it is gone too.
    ///
    /// The refusals: any type but these two, 05/24/00; a CD-R, 05/30/05; a disc that cannot be written at any of the
    /// drive's speeds, 05/30/05; write protection, 07/27/00.
    pub(super) fn blank(&mut self, command: &Blank) -> Outcome {
        let medium = self.mounted()?.disc.medium();
        let n_sectors = match command.blank_type {
            BlankType::DISC => medium.recordable().len().count(),
            BlankType::MINIMAL => {
                let start = medium.lead_in_start.to_lba();
                Lba::ZERO.since(start).map_or(0, cd_address::Sectors::count)
            }
            _ => return Err(bad_field(1, 2)),
        };
        if medium.kind != MediumKind::CdRw {
            return Err(Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT);
        }
        self.check_protection()?;
        self.check_speeds()?;
        let lasts = time_at(self.turning().offer.speed, n_sectors)
            .saturating_add(self.profile.calibration_time);
        if let Some(mounted) = &mut self.mounted {
            mounted.contents = None;
            // The host sees a failing disc file as a failing medium.
            let marked = mounted.disc.begin_erasing();
            marked.map_err(|_| Sense::WRITE_ERROR)?;
        }
        self.head = None;
        self.blanking = Some(Pending::new(self.now(), lasts));
        if !command.immediate {
            self.pass(lasts);
        }
        Ok(0)
    }
}
