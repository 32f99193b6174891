//! Finding out what a drive can do leaves it as it was, whatever happens on the way.

use cd_emulator::Profile;
use cd_mmc::mode_page::{DataBlockType, ModePage, ModeParameters, WriteParameters, WriteType};
use cd_mmc::{Command, ModeSelect10, ModeSense10, PageCode, Sense, TestUnitReady};
use cd_sector::SectorLayout;
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{Data, SenseBytes, Status, Transport, TransportErrorKind};
use cd_writer::{MediumKind, ProbeError};
use std::time::Duration;

use super::host::{Rig, lba, small_buffer, writer};

/// What the faithful drive takes, the best first.
const ALL_LAYOUTS: [SectorLayout; 3] = [
    SectorLayout::RawPw96,
    SectorLayout::Pq16,
    SectorLayout::PackedPw96,
];

const PATIENCE: Duration = Duration::from_secs(60);

fn send(rig: &mut Rig, command: impl Into<Command>, data: Data<'_>) -> Result<usize, Sense> {
    let cdb = command.into().encode();
    let completion = rig.drive.execute(cdb.as_bytes(), data, PATIENCE).unwrap();
    match completion.status {
        Status::GOOD => Ok(completion.transferred),
        _ => Err(Sense::decode(completion.sense.as_slice()).unwrap()),
    }
}

fn page(rig: &mut Rig) -> WriteParameters {
    let mut bytes = vec![0; 264];
    let sense = ModeSense10::current(PageCode::WRITE_PARAMETERS, 264);
    let len = send(rig, sense, Data::In(&mut bytes)).unwrap();
    let parameters = ModeParameters::decode_sense(&bytes[..len]).unwrap();
    parameters.write_parameters().unwrap().unwrap()
}

/// A drive that somebody left in raw P-Q mode, with a pause of 99 sectors to be recognised by.
fn used() -> (Rig, WriteParameters) {
    let mut rig = Rig::faithful();
    send(&mut rig, TestUnitReady, Data::None).unwrap_err();
    let left = WriteParameters {
        write_type: WriteType::RAW,
        data_block_type: DataBlockType::RAW_PQ,
        audio_pause_length: 99,
        ..page(&mut rig)
    };
    let pages = [ModePage::WriteParameters(left)];
    let mut list = vec![0; 60];
    let len = ModeParameters::of(&pages).encode_select_into(&mut list);
    let command = ModeSelect10::new(u16::try_from(len).unwrap());
    send(&mut rig, command, Data::Out(&list[..len])).unwrap();
    assert_eq!(page(&mut rig), left);
    (rig, left)
}

#[test]
fn a_probe_finds_the_modes_and_puts_the_page_back() {
    let (mut rig, left) = used();
    let drive = rig.writer().probe().unwrap();
    assert_eq!(drive.raw_layouts(), ALL_LAYOUTS);
    assert_eq!(drive.raw_refusal(), "");
    for layout in ALL_LAYOUTS {
        assert!(drive.keeps_test_write(layout));
    }
    assert!(drive.has_underrun_protection());
    assert_eq!(drive.fastest_write_speed(), Some(48 * 75));
    assert_eq!(drive.buffer_bytes(), 128 << 10);
    assert_eq!(drive.write_parameters, left);
    assert_eq!(page(&mut rig), left);
}

/// A probe with one rule for the `n`th MODE SELECT (55h) or MODE SENSE (5Ah), and the page afterwards.
fn probe_with(opcode: u8, n: u64, (moment, effect): (Moment, Effect)) -> Result<Rig, ProbeError> {
    let (mut rig, left) = used();
    let faults = FaultPlan {
        seed: 1,
        rules: vec![Rule {
            opcode: Some(opcode),
            occasion: Occasion::Nth(n),
            moment,
            effect,
        }],
    };
    let clock = rig.clock.clone();
    let result = {
        let faulty = Faulty::new(&mut rig.drive, &faults, clock);
        writer(faulty, &rig.clock).probe()
    };
    if effect != Effect::Error(TransportErrorKind::DeviceGone) {
        assert_eq!(page(&mut rig), left, "{opcode:02X}h {n}: {effect:?}");
    }
    result.map(|drive| {
        assert_eq!(
            drive.raw_layouts(),
            ALL_LAYOUTS,
            "{opcode:02X}h {n}: {effect:?}"
        );
        assert!(drive.keeps_test_write(SectorLayout::RawPw96));
        rig
    })
}

fn sense(key: u8, asc: u8, ascq: u8) -> Effect {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (0x70, key, 10, asc, ascq);
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes),
    }
}

#[test]
fn a_trial_that_loses_its_answer_leaves_the_page_as_it_was() {
    // Seven MODE SELECTs, the last puts back; seven MODE SENSEs, the first before any trial.
    for (opcode, n_trials) in [(0x55, 1..=6), (0x5A, 2..=7)] {
        for n in n_trials {
            for kind in [TransportErrorKind::Timeout, TransportErrorKind::Host] {
                for moment in [Moment::Before, Moment::After] {
                    let outcome = probe_with(opcode, n, (moment, Effect::Error(kind)));
                    assert!(
                        matches!(outcome, Err(ProbeError::Fault(_))),
                        "{opcode:02X}h {n}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_passes_is_no_refusal_of_a_mode() {
    for effect in [
        sense(6, 0x28, 0),
        sense(6, 0x2A, 1),
        sense(2, 4, 1),
        Effect::Busy { n_times: 3 },
    ] {
        for (opcode, n_all) in [(0x55, 7), (0x5A, 7)] {
            for n in 1..=n_all {
                assert!(probe_with(opcode, n, (Moment::Before, effect)).is_ok());
            }
        }
    }
}

#[test]
fn a_device_that_goes_is_not_described() {
    let gone = (
        Moment::Before,
        Effect::Error(TransportErrorKind::DeviceGone),
    );
    // INQUIRY, MODE SELECT, MODE SENSE (the eighth is for page 2Ah), GET CONFIGURATION.
    for (opcode, n) in [(0x12, 1), (0x55, 3), (0x5A, 1), (0x5A, 8), (0x46, 1)] {
        let outcome = probe_with(opcode, n, gone);
        assert!(
            matches!(outcome, Err(ProbeError::Fault(_))),
            "{opcode:02X}h {n}"
        );
    }
}

#[test]
fn a_device_without_write_parameters_is_no_recorder() {
    let outcome = probe_with(0x5A, 1, (Moment::Before, sense(5, 0x24, 0)));
    let Err(error) = outcome else {
        panic!("a recorder")
    };
    assert_eq!(
        error.to_string(),
        "RAWCD VIRTUAL RECORDER is not a CD recorder: MODE SENSE (10): 5/24/00 ILLEGAL REQUEST: invalid field \
         in the command"
    );
    // An empty drive may be one.
    let outcome = probe_with(0x5A, 1, (Moment::Before, sense(2, 0x3A, 0)));
    assert!(matches!(outcome, Err(ProbeError::NoMedium)));
}

#[test]
fn a_blank_medium_is_described() {
    let mut rig = Rig::faithful();
    let medium = rig.writer().medium().unwrap();
    assert_eq!(medium.kind, Some(MediumKind::CdR));
    assert!(medium.is_blank());
    assert_eq!(medium.check_writable(), Ok(lba(-300)));
    assert_eq!(medium.lead_in_by_atip(), Some(lba(-300)));
    assert_eq!(medium.lead_in_by_drive(), Some(lba(-300)));
    assert_eq!(
        medium.to_string(),
        "CD-R (blank), lead-in from 99:58:00, lead-out at 79:59:74 at the latest"
    );
}

#[test]
fn an_empty_drive_has_no_medium() {
    let mut rig = Rig::new(Profile {
        product: "EMPTY".to_owned(),
        ..small_buffer()
    });
    rig.drive.eject();
    let error = rig.writer().medium().unwrap_err();
    assert_eq!(error, ProbeError::NoMedium);
    assert_eq!(error.to_string(), "there is no medium in the drive");
    // What it can do, it tells nevertheless.
    assert_eq!(
        rig.writer().probe().unwrap().to_string(),
        "RAWCD EMPTY 1.00"
    );
}
