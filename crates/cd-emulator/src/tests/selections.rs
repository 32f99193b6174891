//! READ CD of every type of sector with every choice of type, parts, error flags and subcode.

use cd_mmc::mode_page::{DataBlockType, MultiSession, TrackMode};
use cd_mmc::{C2Selection, MainChannelSelection, SectorType, Sense, SubChannelSelection};

use super::host::{Host, check_refused};
use super::image::{audio, user};
use super::track_at_once::{next_writable, select, write};

/// Bytes of sync, header, subheader, user data, and EDC with parity.
///
/// # Spec
/// MMC-5 tables 353 and 354.
const PARTS: [(SectorType, [usize; 5]); 5] = [
    (SectorType::CD_DA, [0, 0, 0, 2352, 0]),
    (SectorType::MODE_1, [12, 4, 0, 2048, 288]),
    (SectorType::MODE_2_FORMLESS, [12, 4, 0, 2336, 0]),
    (SectorType::MODE_2_FORM_1, [12, 4, 8, 2048, 280]),
    (SectorType::MODE_2_FORM_2, [12, 4, 8, 2328, 0]),
];

/// An open session with a track of each type, in the order of [`PARTS`], and where each begins.
fn one_of_each() -> (Host, [i32; 5]) {
    let mut host = Host::blank();
    let starts = PARTS.map(|(sector_type, _)| {
        let is_sound = sector_type == SectorType::CD_DA;
        let track_mode = if is_sound {
            TrackMode::AUDIO
        } else {
            TrackMode::DATA
        };
        select(&mut host, track_mode, MultiSession::CLOSED);
        let (data_block_type, n_bytes) = match sector_type {
            SectorType::CD_DA => (DataBlockType::RAW, 2352),
            SectorType::MODE_1 => (DataBlockType::MODE_1, 2048),
            SectorType::MODE_2_FORMLESS => (DataBlockType::MODE_2, 2336),
            SectorType::MODE_2_FORM_1 => (DataBlockType::XA_FORM_1, 2048),
            _ => (DataBlockType::XA_FORM_2, 2324),
        };
        host.select(|page| {
            page.data_block_type = data_block_type;
            let form_bit = if n_bytes == 2324 { 0x20 } else { 0x08 };
            page.subheader = [0, 0, form_bit, 0];
        })
        .unwrap();
        let start = next_writable(&mut host);
        let block = |lba| {
            let mut bytes = if is_sound {
                audio(lba).to_vec()
            } else {
                [user(lba), user(!lba)].concat()
            };
            bytes.truncate(n_bytes);
            bytes
        };
        write(&mut host, start, (start..start + 300).map(block));
        host.flush().unwrap();
        start
    });
    (host, starts)
}

/// What a drive returns of the main channel: bytes, or `None` for parts with a hole between them.
fn n_main_bytes(found: SectorType, parts: [usize; 5], wanted: [bool; 5]) -> Option<usize> {
    if found == SectorType::CD_DA {
        return Some(if wanted.contains(&true) { 2352 } else { 0 });
    }
    let present: Vec<_> = parts
        .into_iter()
        .zip(wanted)
        .filter(|(len, _)| *len > 0)
        .collect();
    let first = present.iter().position(|(_, wanted)| *wanted);
    let Some((first, last)) = first.zip(present.iter().rposition(|(_, wanted)| *wanted)) else {
        return Some(0);
    };
    let run = &present[first..=last];
    run.iter()
        .all(|(_, wanted)| *wanted)
        .then(|| run.iter().map(|(len, _)| len).sum())
}

#[test]
fn every_choice_on_every_type_of_sector() {
    let (mut host, starts) = one_of_each();
    let types = (0..6).map(|code| SectorType::new(code).unwrap());
    let flags = [
        (C2Selection::NONE, 0),
        (C2Selection::C2, 294),
        (C2Selection::C2_AND_BLOCK, 296),
    ];
    let subcodes = [
        (SubChannelSelection::NONE, 0),
        (SubChannelSelection::RAW_PW, 96),
        (SubChannelSelection::Q, 16),
        (SubChannelSelection::RW, 96),
    ];
    for ((found, parts), start) in PARTS.into_iter().zip(starts) {
        for (expected, mask) in types
            .clone()
            .flat_map(|one| (0..32_u8).map(move |mask| (one, mask)))
        {
            let wanted = [0, 1, 2, 3, 4].map(|bit| mask & 1 << bit != 0);
            let [sync, header, subheader, user_data, edc_ecc] = wanted;
            let is_taken = [SectorType::ANY, found].contains(&expected);
            let n_main = n_main_bytes(found, parts, wanted);
            for ((c2, n_flags), (sub_channel, n_subcode)) in flags
                .into_iter()
                .flat_map(|one| subcodes.map(|other| (one, other)))
            {
                let read = host.read_cd(start + 10, 2, |command| {
                    command.sector_type = expected;
                    command.main_channel = MainChannelSelection {
                        sync,
                        header,
                        subheader,
                        user_data,
                        edc_ecc,
                    };
                    command.c2 = c2;
                    command.sub_channel = sub_channel;
                });
                match n_main {
                    _ if !is_taken => check_refused(read, Sense::ILLEGAL_MODE_FOR_THIS_TRACK),
                    None => check_refused(read, Sense::INVALID_FIELD_IN_CDB),
                    Some(n_main) => {
                        let n_bytes = 2 * (n_main + n_flags + n_subcode);
                        let found = (found, expected, wanted, c2, sub_channel);
                        assert_eq!(read.unwrap().len(), n_bytes, "{found:?}");
                    }
                }
            }
        }
    }
}
