//! Every drive the emulator can play, by name: what the probe finds out, what the plan says, how burns and simulations end
//! and what is on the disc then. A new name has to be written down here.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{Disc, DiscState, Medium, Profile, Quirk};
use cd_image::{AuthoredStream, DiscLayout, DiscSpec, Run, SectorSource, Track, TrackKind};
use cd_mmc::Sense;
use cd_sector::SectorLayout;
use cd_transport::Transport;
use cd_writer::{
    BlankControl, BlankKind, BurnOptions, CancelToken, DiscAfter, Doubt, DriveInfo, ErasureConsent,
    Plan, PlanError, ProbeError, Purpose, Report, StepData, StopCause, Verdict,
};

use super::host::{
    Image, OPTIONS, Rig, check_holds, check_text, check_truth, lba, plan, sectors, short_medium,
    small_buffer,
};

const SIMULATE: BurnOptions = BurnOptions {
    simulate: true,
    ..OPTIONS
};

/// The drive of this name, with a buffer so small that the laser's time counts in a small image.
fn named(name: &str) -> Rig {
    Rig::new(Profile {
        buffer_bytes: small_buffer().buffer_bytes,
        ..Profile::named(name).unwrap()
    })
}

fn with_quirk(quirk: Quirk) -> Rig {
    Rig::new(Profile {
        quirks: vec![quirk],
        ..small_buffer()
    })
}

fn probed(drive: &DriveInfo) -> String {
    let mut parts = Vec::new();
    for mode in &drive.raw_modes {
        parts.push(match (&mode.refusal, mode.keeps_test_write) {
            (None, true) => format!("takes {}", mode.layout),
            (None, false) => format!("takes {} and no test write", mode.layout),
            (Some(why), _) => format!("not {}: {why}", mode.layout),
        });
    }
    let speeds: Vec<_> = drive
        .write_speeds()
        .filter_map(|speed| Some(format!("{}x", speed.sectors_per_second()? / 75)))
        .collect();
    parts.push(match speeds.as_slice() {
        [] => "names no speed".to_owned(),
        speeds => speeds.join(" "),
    });
    if !drive.has_underrun_protection() {
        parts.push("no underrun protection".to_owned());
    }
    parts.push(format!("{} KiB", drive.buffer_bytes() >> 10));
    parts.join("; ")
}

/// The notes of a plan but for the lead-out, which is short in every image of these tests.
fn noted(plan: &Plan) -> String {
    let notes = plan.notes.iter().map(ToString::to_string);
    let notes: Vec<_> = notes
        .filter(|note| !note.starts_with("the lead-out is"))
        .collect();
    match notes.as_slice() {
        [] => "nothing to say".to_owned(),
        notes => notes.join("; "),
    }
}

fn ended(report: &Report) -> String {
    let mut text = match &report.verdict {
        Verdict::Proved => "proved".to_owned(),
        Verdict::Simulated => "simulated".to_owned(),
        Verdict::Doubtful(doubts) => {
            let doubts: Vec<_> = doubts.iter().map(ToString::to_string).collect();
            format!("doubtful: {}", doubts.join("; "))
        }
        Verdict::Stopped { cause, disc } => format!("stopped, disc {disc:?}: {cause}"),
    };
    write!(text, "; {:.1} s", report.write_time.as_secs_f64()).unwrap();
    if report.n_retries > 0 {
        write!(text, "; {} retries", report.n_retries).unwrap();
    }
    for incident in &report.incidents {
        write!(text, "; {}: {}", incident.purpose, incident.fault).unwrap();
    }
    text
}

/// Burns the image in a drive of this name; what came of it, and of the disc.
fn burned(name: &str, image: &Image, options: BurnOptions) -> String {
    let mut rig = named(name);
    let planned = plan(&mut rig.writer(), image, options);
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => {
            assert_eq!(rig.disc().state(), DiscState::Blank, "{name}");
            return format!("no plan: {error}");
        }
    };
    let report = super::host::burn(&mut rig.writer(), &plan, image);
    check_truth(&report, rig.disc(), image, plan.writes().range);
    assert!(!rig.drive.is_locked(), "{name}");
    let disc = match rig.disc().state() {
        DiscState::Blank => "blank",
        DiscState::Interrupted { .. } => "broken off",
        DiscState::Appendable => "appendable",
        DiscState::Complete => {
            check_holds(rig.disc(), image, image.range);
            "the image"
        }
    };
    format!("{}; on the disc: {disc}", ended(&report))
}

/// Erases a CD-RW that was recorded by a sound drive.
fn erased(name: &str) -> String {
    let medium = Medium {
        lead_in_start: short_medium().lead_in_start,
        ..Medium::cd_rw_74()
    };
    let mut sound = Rig::faithful();
    sound.drive.insert(Disc::blank(medium));
    assert!(sound.burn(&Image::raw(), OPTIONS).is_success());
    let mut rig = named(name);
    rig.drive.insert(sound.drive.eject().unwrap());
    let control = BlankControl {
        cancel: &CancelToken::new(),
        progress: &mut |_| {},
    };
    let result = rig.writer().blank(
        BlankKind::Fast,
        ErasureConsent::to_erase_the_disc(),
        control,
    );
    assert!(!rig.drive.is_locked(), "{name}");
    match result {
        Ok(report) => {
            assert_eq!(rig.disc().state(), DiscState::Blank, "{name}");
            format!("done in {:.1} s", report.elapsed.as_secs_f64())
        }
        Err(error) => {
            assert_eq!(rig.disc().state(), DiscState::Complete, "{name}");
            error.to_string()
        }
    }
}

/// All there is to say of a drive: what was looked at, and what came of it.
fn described(name: &str) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    match named(name).writer().probe() {
        Ok(drive) => said.push(("probe", probed(&drive))),
        Err(error) => {
            said.push(("probe", error.to_string()));
            return said;
        }
    }
    let raw = Image::raw();
    if let Ok(plan) = plan(&mut named(name).writer(), &raw, OPTIONS) {
        said.push(("plan", noted(&plan)));
    }
    let pq = Image::new(0x5A, SectorLayout::Pq16);
    said.push(("P-W", burned(name, &raw, OPTIONS)));
    said.push(("P-Q", burned(name, &pq, OPTIONS)));
    said.push(("XA", burned(name, &xa_image(), OPTIONS)));
    said.push(("simulate", burned(name, &raw, SIMULATE)));
    said.push(("erase", erased(name)));
    said
}

#[test]
fn every_named_drive_is_burned_on_and_described() {
    let mut text = String::new();
    let faithful = described("faithful");
    for &name in Profile::NAMES {
        writeln!(text, "{name}").unwrap();
        for (what, came_of_it) in described(name) {
            let is_usual = faithful.contains(&(what, came_of_it.clone()));
            if !is_usual || name == "faithful" {
                writeln!(text, "  {what:<9}{came_of_it}").unwrap();
            }
        }
    }
    check_text(&text, include_str!("quirks.txt"));
}

/// One data track of Mode 2 with forms, whose lead-in says CD-ROM XA.
fn xa_image() -> Image {
    let track = Track::new(TrackKind::Mode2Xa, vec![Run::made(sectors(300))]);
    let disc = Arc::new(DiscLayout::new(DiscSpec::new(vec![track])).unwrap());
    let start = short_medium().lead_in_start.to_lba();
    let stream = AuthoredStream::new(disc, start, SectorLayout::RawPw96).unwrap();
    let range = stream.range().take(sectors(760));
    let mut image = Image::raw();
    image.range = range;
    image.bytes = vec![0; range.len().count() as usize * 2448];
    stream.render(range, &mut image.bytes).unwrap();
    image
}

#[test]
fn an_xa_disc_is_burned_also_where_its_session_format_is_refused() {
    let image = xa_image();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    // Header of 8 bytes, then the page.
    assert_eq!(selected(&plan)[8 + 8], 0x20);
    let report = super::host::burn(&mut rig.writer(), &plan, &image);
    assert!(report.is_success(), "{report:?}");
    check_holds(rig.disc(), &image, image.range);

    let mut rig = named("session-format-refused");
    let report = rig.burn(&image, OPTIONS);
    assert!(report.is_success(), "{report:?}");
    let [incident] = &report.incidents[..] else {
        panic!("{:?}", report.incidents)
    };
    assert_eq!(incident.purpose, Purpose::SetSessionFormat);
    assert!(incident.fault.refuses_parameters());
    // The disc says CD-ROM XA all the same: its lead-in is the image's.
    check_holds(rig.disc(), &image, image.range);
}

/// The write parameters page that a plan sends.
fn selected(plan: &Plan) -> Vec<u8> {
    let step = plan
        .steps()
        .find(|step| step.purpose == Purpose::SetWriteParameters);
    match step.map(|step| &step.data) {
        Some(StepData::Out(bytes)) => bytes.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_next_writable_address_of_minus_150_is_named_and_not_believed() {
    let mut rig = named("nwa-minus-150");
    let medium = rig.writer().medium().unwrap();
    assert_eq!(medium.next_writable, Some(lba(-150)));
    let image = Image::raw();
    let plan = rig.plan(&image, OPTIONS);
    assert_eq!(plan.writes().range.start(), lba(-300));
}

#[test]
fn a_drive_that_burns_in_a_test_write_is_found_out() {
    // It shows the bit, so that only the disc tells; and that only afterwards.
    let image = Image::raw();
    let mut rig = named("test-write-ignored");
    let report = rig.burn(&image, SIMULATE);
    let Verdict::Doubtful(doubts) = &report.verdict else {
        panic!("{report:?}")
    };
    assert_eq!(*doubts, [Doubt::SimulationWrote]);
    assert_ne!(rig.disc().state(), DiscState::Blank);
    // One that drops it is found out before.
    let mut rig = named("test-write-dropped");
    let refused = plan(&mut rig.writer(), &image, SIMULATE);
    assert_eq!(refused.unwrap_err(), PlanError::NoSimulation);
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn a_drive_that_holds_another_page_than_it_was_sent_records_nothing() {
    let image = Image::raw();
    // Known when it is probed, so that nothing is planned.
    let mut rig = named("select-ignored");
    let refused = plan(&mut rig.writer(), &image, OPTIONS);
    assert!(matches!(
        refused,
        Err(PlanError::RecorderNotSupported { .. })
    ));
    // A plan made for another drive is stopped by the read-back.
    let plan = Rig::faithful().plan(&image, OPTIONS);
    for name in ["select-ignored", "select-other-block-type"] {
        let mut rig = named(name);
        let mut writer = rig.writer();
        writer.medium().unwrap();
        let report = super::host::burn(&mut writer, &plan, &image);
        drop(writer);
        assert!(
            matches!(
                report.verdict,
                Verdict::Stopped {
                    cause: StopCause::WriteParameters(_),
                    disc: DiscAfter::Untouched,
                }
            ),
            "{name}: {report:?}"
        );
        assert_eq!(rig.disc().state(), DiscState::Blank);
    }
}

#[test]
fn a_drive_without_write_parameters_is_no_recorder() {
    let error = named("no-page-05").writer().probe().unwrap_err();
    assert!(matches!(error, ProbeError::NotARecorder { .. }), "{error}");
}

#[test]
fn waiting_for_a_busy_drive_ends() {
    // Two minutes for a WRITE, seven for a flush.
    let minutes = |n: u64| Duration::from_secs(n * 60);
    let long_write = |lasts| Quirk::LongWrite {
        after_blocks: 26,
        lasts,
    };
    let image = Image::raw();
    let mut rig = with_quirk(long_write(minutes(3)));
    let report = rig.burn(&image, OPTIONS);
    let Verdict::Stopped { cause, .. } = &report.verdict else {
        panic!("{report:?}")
    };
    let StopCause::Command(fault) = cause else {
        panic!("{cause}")
    };
    assert_eq!(fault.sense(), Some(&Sense::LONG_WRITE_IN_PROGRESS));
    assert_eq!(report.last_written, Some(lba(-275)));
    check_truth(&report, rig.disc(), &image, image.range);
    assert!(!rig.drive.is_locked());

    let mut rig = with_quirk(Quirk::LongFlush(minutes(10)));
    let report = rig.burn(&image, OPTIONS);
    let Verdict::Doubtful(doubts) = &report.verdict else {
        panic!("{report:?}")
    };
    assert!(matches!(doubts[0], Doubt::NotFlushed(_)), "{doubts:?}");
    assert!(report.write_time < minutes(8));
    check_truth(&report, rig.disc(), &image, image.range);
}

#[test]
fn no_command_is_longer_than_the_drive_takes() {
    let image = Image::raw();
    for name in ["writes-64k", "transfers-64k"] {
        let mut rig = named(name);
        let plan = rig.plan(&image, OPTIONS);
        assert!(plan.writes().per_command.bytes(2448) <= 65_536, "{name}");
    }
    let mut rig = named("transfers-64k");
    assert_eq!(rig.drive.limits().max_transfer, 65_536);
    assert!(rig.burn(&image, OPTIONS).is_success());
}

#[test]
fn an_atip_in_bcd_is_not_taken_for_binary() {
    let mut rig = named("atip-bcd");
    let medium = rig.writer().medium().unwrap();
    assert_eq!(medium.lead_in_by_atip(), None);
    assert_eq!(medium.lead_in_by_drive(), Some(lba(-300)));
    assert_eq!(medium.check_writable(), Ok(lba(-300)));
    // Of the media there are, none has a lead-in that reads as binary by accident: 95h and up are no minutes.
    for minute in 95..=99_u8 {
        let bcd = 0x90 + (minute - 90);
        assert!(bcd > 99);
    }
}
