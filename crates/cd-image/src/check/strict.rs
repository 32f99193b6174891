//! What a Q frame says that no frame may say, wherever it stands.

use cd_sector::QFinding;

use super::FindingKind;
use super::fold::{Fold, Words};
use super::sector::QFacts;
use crate::subcode::QCrc;

/// Notes what is wrong with the frame at `at` by itself.
pub(super) fn frame(fold: &mut Fold, at: u32, q: &QFacts) {
    match q.crc {
        QCrc::Right => {}
        QCrc::Uninverted => fold.add(FindingKind::QCrcNotInverted, at, || {
            let crc = q.frame.crc();
            Words::new(format!("CRC {crc:04X}h"), format!("CRC {:04X}h", !crc))
        }),
        QCrc::Wrong => {
            // Nothing else in a frame with a wrong CRC can be held against it.
            if let Some(finding) = q.frame.findings().iter().next() {
                note(fold, at, &finding);
            }
            return;
        }
    }
    for finding in q.frame.findings() {
        note(fold, at, &finding);
    }
}

fn note(fold: &mut Fold, at: u32, finding: &QFinding) {
    let (kind, expected) = match *finding {
        QFinding::Empty => (FindingKind::QEmpty, "a frame".to_owned()),
        QFinding::Crc { expected, got } => {
            fold.add(FindingKind::QCrc, at, || {
                Words::new(format!("CRC {expected:04X}h"), format!("CRC {got:04X}h"))
            });
            return;
        }
        QFinding::CrcNotInverted { got } => (FindingKind::QCrc, format!("CRC {:04X}h", !got)),
        QFinding::Control { .. } => (FindingKind::QControlReserved, "data or sound".to_owned()),
        QFinding::Adr { .. } => (FindingKind::QAdr, "ADR 1, 2, 3 or 5".to_owned()),
        QFinding::Zero { .. } => (FindingKind::QZero, "ZERO 00h".to_owned()),
        QFinding::Reserved { .. } => (FindingKind::QReserved, "reserved bits zero".to_owned()),
        QFinding::Point { .. } => (FindingKind::QPoint, "a point of the ADR".to_owned()),
        QFinding::DiscType { .. } => (FindingKind::QDiscType, "00h, 10h or 20h".to_owned()),
        QFinding::LeadOutIndex { .. } => (FindingKind::QLeadOutIndex, "INDEX 01h".to_owned()),
        // More are to come in cd-sector only with fields that have no value.
        _ => (FindingKind::QValue, "a legal value".to_owned()),
    };
    fold.add(kind, at, || Words::new(expected, finding));
}
