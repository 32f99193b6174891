//! Reading back: what differs is named by address and layer, what cannot be read is not passed over.

use cd_emulator::Profile;
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, SectorLayout};
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{SenseBytes, Status, TransportErrorKind};
use cd_writer::{Action, CancelToken, Difference, Layer, VerifyError, VerifyReport};

use super::host::{Image, N_DATA, OPTIONS, Rig, lba, small_buffer, writer};

fn burned(image: &Image) -> Rig {
    let mut rig = Rig::faithful();
    let report = rig.burn(image, OPTIONS);
    assert!(report.is_success(), "{report:?}");
    rig
}

fn verify(rig: &mut Rig, image: &Image) -> Result<VerifyReport, VerifyError> {
    let lead_out = lba(N_DATA.cast_signed());
    let mut writer = rig.writer();
    writer.verify(image, lead_out, &CancelToken::new(), &mut |_| {})
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
        assert_eq!(report.n_equal, 150 + N_DATA);
        assert_eq!(report.n_different, [0; 4]);
        assert_eq!(report.without_subcode, None);
        assert_eq!(report.without_pregap, None);
        assert!(!report.without_rw);
    }
}

#[test]
fn each_layer_that_differs_is_named_with_its_address() {
    let image = Image::raw();
    let mut rig = burned(&image);
    let mut other = image.clone();
    // Main channel, in the middle of the user data.
    other.sector_mut(lba(-150))[1000] ^= 0x01;
    other.sector_mut(lba(17))[2351] ^= 0x80;
    // P, Q and R-W: single bits of single symbols.
    other.sector_mut(lba(40))[MAIN_BYTES + 5] ^= 0x80;
    other.sector_mut(lba(41))[MAIN_BYTES + 50] ^= 0x40;
    other.sector_mut(lba(42))[MAIN_BYTES + 95] ^= 0x01;
    // Two layers of one sector.
    other.sector_mut(lba(299))[MAIN_BYTES] ^= 0x80;
    other.sector_mut(lba(299))[3] ^= 0xFF;
    // Not compared: lead-in and lead-out.
    other.sector_mut(lba(-151))[0] ^= 0xFF;
    other.sector_mut(lba(300))[0] ^= 0xFF;

    let report = verify(&mut rig, &other).unwrap();
    assert!(!report.is_equal());
    let at = |value, layer| Difference {
        lba: lba(value),
        layer,
    };
    assert_eq!(
        report.differences,
        [
            at(-150, Layer::Main),
            at(17, Layer::Main),
            at(40, Layer::P),
            at(41, Layer::Q),
            at(42, Layer::Rw),
            at(299, Layer::Main),
            at(299, Layer::P),
        ]
    );
    assert_eq!(report.n_different, [3, 2, 1, 1]);
    assert_eq!(report.n_equal, 450 - 6);
    assert_eq!(report.n_unreadable, 0);
}

#[test]
fn another_image_differs_everywhere_and_the_list_stays_short() {
    let mut rig = burned(&Image::raw());
    let report = verify(&mut rig, &Image::new(9, SectorLayout::RawPw96)).unwrap();
    // The pregap is the same in both.
    assert_eq!(report.n_different, [N_DATA, 0, 0, 0]);
    assert_eq!(report.n_equal, 150);
    assert_eq!(report.differences.len(), 100);
    assert_eq!(report.differences[0].lba, lba(0));
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
    assert_eq!(
        report.differences,
        [Difference {
            lba: lba(8),
            layer: Layer::Q
        }]
    );
}

#[test]
fn sectors_that_cannot_be_read_are_told_one_by_one() {
    let mut image = Image::raw();
    // A wrong EDC: the drive does not give such a sector out.
    for bad in [0, 26, 27, 150] {
        image.sector_mut(lba(bad))[2064] ^= 0xFF;
    }
    let mut rig = burned(&image);
    let report = verify(&mut rig, &image).unwrap();
    assert!(!report.is_equal());
    let unreadable: Vec<_> = report.unreadable.iter().map(|one| one.lba).collect();
    assert_eq!(unreadable, [0, 26, 27, 150].map(lba));
    assert_eq!(report.n_unreadable, 4);
    assert_eq!(report.n_equal, 450 - 4);
    assert_eq!(report.n_different, [0; 4]);
    let sense = report.unreadable[0].fault.sense().unwrap();
    assert_eq!(sense.key.code(), 3);
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
    writer.verify(&image, lba(300), &CancelToken::new(), &mut |_| {})
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
            assert_eq!(report.without_subcode, None);
            assert_eq!(report.without_pregap, None);
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
    assert!(report.is_equal());
    assert!(report.without_subcode.is_some());

    let report = verify_faulty(&reading(&[(
        Occasion::Nth(2),
        Moment::Before,
        sense(5, 0x21, 0),
    )]))
    .unwrap();
    assert!(report.is_equal());
    assert_eq!(report.range.start(), lba(0));
    assert_eq!(report.n_equal, N_DATA);
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
    let toc = rig.writer().read_toc().unwrap();
    assert_eq!(toc.lead_out().to_lba(), lba(300));
}

#[test]
fn a_comparison_can_be_cancelled_and_watched() {
    let image = Image::raw();
    let mut rig = burned(&image);
    let cancel = CancelToken::new();
    let mut last = None;
    let mut writer = rig.writer();
    let report = writer
        .verify(&image, lba(300), &cancel, &mut |progress| {
            assert_eq!(progress.action, Action::Verifying);
            last = progress.last_done;
        })
        .unwrap();
    assert!(report.is_equal());
    assert_eq!(last, Some(lba(299)));

    let error = writer
        .verify(&image, lba(300), &cancel, &mut |_| cancel.cancel())
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

    let error = rig
        .writer()
        .verify(&image, lba(-150), &CancelToken::new(), &mut |_| {})
        .unwrap_err();
    assert!(matches!(error, VerifyError::NothingToCompare));
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
