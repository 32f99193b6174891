use cd_address::BcdMsf;
use cd_sector::{MainFault, MainFaults, MainLayer, SectorKind};

use super::{Placed, Rules, mode_of};
use crate::check::FindingKind;
use crate::check::fold::Words;
use crate::check::p::Spot;
use crate::check::sector::SectorFacts;

impl Rules {
    /// The main channel of the sector at `at`, and whether CONTROL calls it by its name.
    pub(super) fn main_channel(
        &mut self,
        at: u32,
        facts: &SectorFacts,
        faults: Option<&MainFaults>,
        placed: &Placed,
    ) {
        let main = facts.main;
        let says_data = self.says_data(placed, main.kind != SectorKind::Audio);
        if main.kind == SectorKind::Audio {
            if says_data == Some(true) {
                self.fold.add(FindingKind::MainSync, at, || {
                    Words::new("the sync pattern of a data sector", "another")
                });
            } else if let Some(roughness) = facts.roughness
                && let Some(current) = &mut self.current
            {
                current.roughness.add(roughness);
            }
            return;
        }
        self.n_data += 1;
        self.n_mode1 += u32::from(main.kind == SectorKind::Mode1);
        if says_data == Some(false) {
            self.fold.add(FindingKind::DataUnderAudio, at, || {
                let form = if main.scrambled { "scrambled" } else { "plain" };
                Words::new("sound, by CONTROL", format!("data: {}, {form}", main.kind))
            });
            return;
        }
        if !main.scrambled {
            self.fold.add(FindingKind::NotScrambled, at, || {
                Words::new("scrambled, as on a disc", "plain")
            });
        }
        if main.lacks_edc {
            self.fold
                .add(FindingKind::Form2NoEdc, at, || Words::new("an EDC", "zero"));
        }
        if let Some(faults) = faults {
            self.faults(at, faults);
        } else if let Spot::Read(mark) = placed.spot
            && mark.index > 0
            && let (Some(mode), Some(current)) = (mode_of(main.kind), &mut self.current)
            && let Some(expected) = current.mode.push(mode)
        {
            let words = || Words::new(format!("mode {expected}"), format!("mode {mode}"));
            self.fold.add(FindingKind::TrackMode, at, words);
        }
    }

    /// The first fault is told: those after it are mostly what follows from it.
    fn faults(&mut self, at: u32, faults: &MainFaults) {
        let Some(first) = faults.first() else {
            return;
        };
        let is_alone = faults.iter().count() == 1;
        let linking = match first {
            MainFault::Mode { expected, got } if is_alone => linking_block(expected, got),
            _ => None,
        };
        let kind = match linking {
            Some(_) => FindingKind::LinkingBlock,
            None => kind(&first, is_alone && self.is_lead_in(at)),
        };
        self.fold.add(kind, at, || {
            if let Some(block) = linking {
                return Words::new("a block of user data", block);
            }
            let mut words = words(&first);
            if !is_alone {
                words.got += &format!(" (at fault: {faults})");
            }
            words
        });
    }
}

/// `may_count`: whether the sector is of a lead-in and has no other fault, as one that was made with another address has not.
fn kind(fault: &MainFault, may_count: bool) -> FindingKind {
    match fault.layer() {
        MainLayer::Sync => FindingKind::MainSync,
        MainLayer::Address => match fault {
            MainFault::Address { got, .. } if may_count && counts_from_zero(*got) => {
                FindingKind::LeadInHeaderFromZero
            }
            _ => FindingKind::MainAddress,
        },
        MainLayer::Mode => FindingKind::MainMode,
        MainLayer::Subheader => FindingKind::MainSubheader,
        MainLayer::Edc => FindingKind::MainEdc,
        MainLayer::ZeroField => FindingKind::MainZero,
        MainLayer::PParity => FindingKind::MainPParity,
        MainLayer::QParity => FindingKind::MainQParity,
    }
}

/// What the upper three bits of the mode byte `got` say, in a sector that is of the `expected` mode otherwise.
///
/// # Spec
/// MMC-3 4.2.3.7 (block indicators).
fn linking_block(expected: u8, got: u8) -> Option<&'static str> {
    if got & 0x1F != expected {
        return None;
    }
    match got >> 5 {
        1 => Some("run-in block 4"),
        2 => Some("run-in block 3"),
        3 => Some("run-in block 2"),
        4 => Some("run-in block 1"),
        5 => Some("a link block"),
        6 => Some("run-out block 2"),
        7 => Some("run-out block 1"),
        _ => None,
    }
}

fn counts_from_zero(address: BcdMsf) -> bool {
    address
        .to_msf()
        .is_ok_and(|address| !address.to_lba().is_lead_in())
}

fn words(fault: &MainFault) -> Words {
    let pair = |[a, b]: [u8; 2]| format!("{a:02X} {b:02X}");
    match *fault {
        MainFault::Address { expected, got } => Words::new(expected, got),
        MainFault::Mode { expected, got } => {
            Words::new(format!("mode {expected}"), format!("mode byte {got:02X}h"))
        }
        MainFault::Subheader { first, second } => {
            Words::new("two equal subheaders", format!("{first} and {second}"))
        }
        MainFault::Form { expected, got } => {
            Words::new(format!("form {expected}"), format!("subheader {got}"))
        }
        MainFault::Edc { expected, got } => {
            Words::new(format!("{expected:08X}h"), format!("{got:08X}h"))
        }
        MainFault::ZeroField { offset, got } => {
            Words::new("00h", format!("{got:02X}h in byte {offset}"))
        }
        MainFault::PParity {
            codeword,
            expected,
            got,
        } => Words::new(
            pair(expected),
            format!("{} in column {}", pair(got), codeword / 2),
        ),
        MainFault::QParity {
            codeword,
            expected,
            got,
        } => Words::new(
            pair(expected),
            format!("{} in diagonal {}", pair(got), codeword / 2),
        ),
        _ => Words::new("a data sector that is right", fault),
    }
}
