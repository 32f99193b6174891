//! Reading back: what differs is named by address and layer, what cannot be read is not passed over.

use cd_emulator::Profile;
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, SectorLayout};
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{SenseBytes, Status, TransportErrorKind};
use cd_writer::{
    Action, CancelToken, FindingKind, Layer, VerifyError, VerifyOptions, VerifyOutcome,
    VerifyReport,
};

use self::disc::{burned, check_only, place};
use super::host::{Image, N_DATA, OPTIONS, Rig, lba, small_buffer, writer};

mod disc;
mod drives;
mod layers;

const STRICT: VerifyOptions = VerifyOptions::STRICT;

fn verify(rig: &mut Rig, image: &Image) -> Result<VerifyReport, VerifyError> {
    let mut writer = rig.writer();
    writer.verify(image, STRICT, &CancelToken::new(), &mut |_| {})
}

#[test]
fn what_was_burned_reads_back_equal() {
    for layout in [SectorLayout::RawPw96, SectorLayout::Pq16] {
        let image = Image::new(3, layout);
        let mut rig = burned(&image);
        let report = verify(&mut rig, &image).unwrap();
        assert!(report.is_equal(), "{report:?}");
        // The first pregap is read too.
        assert_eq!(report.range.start(), lba(-150));
        assert_eq!(report.layer(Layer::Main).n_equal, 150 + N_DATA);
        assert_eq!(report.without_pregap, None);
    }
}

#[test]
fn another_image_differs_everywhere_and_is_one_finding() {
    let mut rig = burned(&Image::raw());
    let report = verify(&mut rig, &Image::new(9, SectorLayout::RawPw96)).unwrap();
    // The pregap is the same in both.
    let main = report.layer(Layer::Main);
    assert_eq!((main.n_equal, main.n_different), (150, N_DATA));
    assert_eq!(report.findings.len(), 1);
    assert_eq!(place(&report.findings[0]), (0, N_DATA));
}

#[test]
fn reading_again_ends_when_it_does_not_help() {
    let image = Image::raw();
    let mut rig = burned(&image);
    let mut other = image.clone();
    for at in 0..N_DATA.cast_signed() {
        // Two layers of each sector, on a disc that has 300.
        other.sector_mut(lba(at))[MAIN_BYTES] ^= 0x81;
    }
    let report = verify(&mut rig, &other).unwrap();
    assert_eq!(report.layer(Layer::P).n_different, N_DATA);
    assert_eq!(report.layer(Layer::P).read_once_from, None);
    assert_eq!(report.findings[0].n_readings, 9);
    let options = VerifyOptions {
        rereads: 0,
        ..VerifyOptions::STRICT
    };
    let mut writer = rig.writer();
    let report = writer
        .verify(&other, options, &CancelToken::new(), &mut |_| {})
        .unwrap();
    assert_eq!(report.findings[0].n_readings, 1);
}

#[test]
fn a_changed_q_payload_is_found_in_pq_too() {
    let image = Image::new(4, SectorLayout::Pq16);
    let mut rig = burned(&image);
    let mut other = image.clone();
    let sector = other.sector_mut(lba(8));
    sector[MAIN_BYTES + 3] ^= 0x01;
    let mut payload = [0; 10];
    payload.copy_from_slice(&sector[MAIN_BYTES..MAIN_BYTES + 10]);
    sector[MAIN_BYTES..MAIN_BYTES + 12].copy_from_slice(&QFrame::with_crc(payload).0);
    // A CRC is the recorder's, whatever the image says.
    other.sector_mut(lba(9))[MAIN_BYTES + 11] ^= 0xFF;
    let report = verify(&mut rig, &other).unwrap();
    let finding = check_only(&report, Layer::Q, FindingKind::Different);
    assert_eq!(place(&finding), (8, 1));
}

#[test]
fn sectors_that_cannot_be_read_are_told_by_their_runs() {
    let image = Image::raw();
    let mut disc = image.clone();
    // A wrong EDC: the drive does not give such a sector out, but for its subcode.
    for bad in [0, 26, 27, 150] {
        disc.sector_mut(lba(bad))[2064] ^= 0xFF;
    }
    let mut rig = burned(&disc);
    let report = verify(&mut rig, &image).unwrap();
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    let places: Vec<_> = report.findings.iter().map(place).collect();
    assert_eq!(places, [(0, 1), (26, 2), (150, 1)]);
    assert!(report.findings[0].got.starts_with("READ CD: "));
    let main = report.layer(Layer::Main);
    assert_eq!((main.n_equal, main.n_unreadable), (450 - 4, 4));
    assert_eq!(report.layer(Layer::P).n_equal, 450);
    // The image itself is so: no drive can tell whether the disc is.
    let report = verify(&mut rig, &disc).unwrap();
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete);
    let main = report.layer(Layer::Main);
    assert_eq!((main.n_unreadable, main.n_withheld), (0, 4));
    assert_eq!(report.findings[0].kind, FindingKind::Withheld);
    assert_eq!(
        report.findings[0].expected,
        "the image's own sector is at fault: EDC, P parity, Q parity"
    );
}

/// Rules for READ CD, which begins with BEh. The first two only find out what the drive reads at all.
fn reading(rules: &[(Occasion, Moment, Effect)]) -> FaultPlan {
    FaultPlan {
        seed: 1,
        rules: rules
            .iter()
            .map(|&(occasion, moment, effect)| Rule {
                opcode: Some(0xBE),
                occasion,
                moment,
                effect,
            })
            .collect(),
    }
}

fn sense(key: u8, asc: u8, ascq: u8) -> Effect {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (0x70, key, 10, asc, ascq);
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes),
    }
}

fn verify_faulty(faults: &FaultPlan) -> Result<VerifyReport, VerifyError> {
    let image = Image::raw();
    let mut rig = burned(&image);
    let faulty = Faulty::new(&mut rig.drive, faults, rig.clock.clone());
    let mut writer = writer(faulty, &rig.clock);
    writer.verify(&image, STRICT, &CancelToken::new(), &mut |_| {})
}

#[test]
fn what_passes_does_not_spoil_a_comparison() {
    for effect in [
        sense(3, 0x11, 0),
        sense(6, 0x29, 0),
        sense(2, 4, 1),
        sense(1, 0x18, 0),
        sense(0xB, 0, 0),
        Effect::Busy { n_times: 20 },
        Effect::Error(TransportErrorKind::Host),
        Effect::Short { transferred: 1000 },
    ] {
        for n in [1, 2, 5] {
            let rule = (Occasion::Nth(n), Moment::After, effect);
            let report = verify_faulty(&reading(&[rule])).unwrap();
            assert!(report.is_equal(), "{effect:?}: {report:?}");
            assert_eq!(report.range.start(), lba(-150));
        }
    }
}

#[test]
fn a_drive_that_stops_answering_ends_the_comparison() {
    for kind in [TransportErrorKind::Timeout, TransportErrorKind::DeviceGone] {
        // While it is found out what can be read, too: less is not compared for that.
        for n in [1, 2, 3, 10] {
            let rule = (Occasion::Nth(n), Moment::Before, Effect::Error(kind));
            let error = verify_faulty(&reading(&[rule])).unwrap_err();
            assert!(matches!(error, VerifyError::Drive(_)), "{error}");
        }
    }
}

#[test]
fn without_subcode_or_pregap_the_rest_is_compared() {
    let no_such_field = sense(5, 0x24, 0);
    let report = verify_faulty(&reading(&[(
        Occasion::Nth(1),
        Moment::Before,
        no_such_field,
    )]))
    .unwrap();
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete);
    assert!(report.layer(Layer::Rw).not_compared.is_some());

    let report = verify_faulty(&reading(&[(
        Occasion::Nth(2),
        Moment::Before,
        sense(5, 0x21, 0),
    )]))
    .unwrap();
    assert!(report.is_equal());
    assert_eq!(report.range.start(), lba(0));
    assert_eq!(report.layer(Layer::Main).n_equal, N_DATA);
    assert!(report.without_pregap.is_some());
}

#[test]
fn a_drive_that_wants_aligned_memory_is_read_from() {
    let image = Image::raw();
    let mut rig = Rig::new(Profile {
        alignment: 4096,
        ..small_buffer()
    });
    assert!(rig.burn(&image, OPTIONS).is_success());
    assert!(verify(&mut rig, &image).unwrap().is_equal());
    let sessions = rig.writer().read_sessions().unwrap();
    assert_eq!(sessions[0].toc.lead_out().to_lba(), lba(300));
}

#[test]
fn a_comparison_can_be_cancelled_and_watched() {
    let image = Image::raw();
    let mut rig = burned(&image);
    let cancel = CancelToken::new();
    let mut last = None;
    let mut writer = rig.writer();
    let report = writer
        .verify(&image, STRICT, &cancel, &mut |progress| {
            assert_eq!(progress.action, Action::Verifying);
            last = progress.last_done;
        })
        .unwrap();
    assert!(report.is_equal());
    assert_eq!(last, Some(lba(299)));

    let error = writer
        .verify(&image, STRICT, &cancel, &mut |_| cancel.cancel())
        .unwrap_err();
    assert!(matches!(error, VerifyError::Cancelled));
}

#[test]
fn an_image_that_fails_has_no_comparison() {
    let mut image = Image::raw();
    let mut rig = burned(&image);
    image.fails_at = Some(lba(100));
    let error = verify(&mut rig, &image).unwrap_err();
    assert!(matches!(error, VerifyError::Source(_)));

    // Nor has one whose lead-in says nothing.
    image.fails_at = None;
    for at in -300..-150 {
        image.sector_mut(lba(at))[MAIN_BYTES..].fill(0);
    }
    let error = verify(&mut rig, &image).unwrap_err();
    assert!(matches!(error, VerifyError::NoToc(_)), "{error}");
}

#[test]
fn p_alone_is_where_it_should_be() {
    // What the comparison rests on: the pregap has P, the program has none.
    let image = Image::raw();
    let subcode = |at| {
        let sector = image.recorded(lba(at));
        let mut symbols = [0; 96];
        symbols.copy_from_slice(&sector[MAIN_BYTES..]);
        PwSubcode(symbols)
    };
    assert_eq!(subcode(-10).p_level(), Some(true));
    assert_eq!(subcode(10).p_level(), Some(false));
}
