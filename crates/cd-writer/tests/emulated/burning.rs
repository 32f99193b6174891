//! Whole burns: of every kind of image, real and simulated, on drives of every temper.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{Disc, DiscState, Medium, Profile};
use cd_image::{MappedFile, RawStream, SectorSource};
use cd_sector::SectorLayout;
use cd_writer::{
    Action, CancelToken, Consent, DiscAfter, Doubt, FaultCause, PlanError, Progress, Purpose,
    ReadAhead, StopCause, Verdict,
};

use super::host::{
    Image, OPTIONS, Rig, authored, burn, burn_watched, check_holds, check_truth, lba, plan,
    sectors, small_buffer,
};
use cd_writer::{BurnControl, BurnOptions};

#[test]
fn a_burn_is_on_the_disc_bit_for_bit() {
    for layout in [SectorLayout::RawPw96, SectorLayout::Pq16] {
        let image = Image::new(1, layout);
        let mut rig = Rig::faithful();
        let report = rig.burn(&image, OPTIONS);
        assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
        assert!(report.is_success());
        assert_eq!(report.range, image.range);
        assert_eq!(report.last_written, image.range.last());
        assert_eq!(report.n_incidents, 0);
        check_holds(rig.disc(), &image, image.range);
        assert!(!rig.drive.is_locked());
        // 760 sectors at 48x, with what the emulated drive takes for commands.
        assert!(report.write_time > Duration::from_millis(200));
        assert!(report.write_time < Duration::from_secs(2));
    }
}

#[test]
fn an_authored_stream_is_burned_as_it_is_made() {
    let medium = Medium::cd_r_80();
    let start = medium.lead_in_start.to_lba();
    let stream = authored(7, start, SectorLayout::RawPw96);
    let mut rig = Rig::faithful();
    rig.drive.insert(Disc::blank(medium));
    let report = rig.burn(&stream, OPTIONS);
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    let range = stream.range();
    assert_eq!(rig.disc().recorded(), Some(range));
    let mut expect = vec![0; 2448];
    let mut sector = [0; 2448];
    // Somewhere in lead-in, pregap, program and lead-out.
    for lba in [start, lba(-151), lba(-150), lba(0), lba(299), lba(300)]
        .into_iter()
        .chain(range.last())
    {
        let one = cd_address::LbaRange::new(lba, sectors(1)).unwrap();
        stream.render(one, &mut expect).unwrap();
        assert!(rig.disc().sector(lba, &mut sector).unwrap());
        assert!(sector[..] == expect[..], "lba {lba}");
    }
}

#[test]
fn a_raw_file_is_entered_at_the_mediums_lead_in() {
    let image = Image::raw();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    // A longer lead-in than the medium's.
    let start = lba(image.range.start().value() - 75);
    let long = authored(0x5A, start, SectorLayout::RawPw96);
    let range = long.range().take(sectors(image.range.len().count() + 75));
    let mut bytes = vec![0; range.len().count() as usize * 2448];
    long.render(range, &mut bytes).unwrap();
    file.write_all(&bytes).unwrap();
    let mapped = Arc::new(MappedFile::open(file.path()).unwrap());
    let stream = RawStream::open(mapped, None, None).unwrap();
    assert_eq!(stream.range(), range);

    let mut rig = Rig::faithful();
    let plan = rig.plan(&stream, OPTIONS);
    assert_eq!(plan.skipped, sectors(75));
    let report = burn(&mut rig.writer(), &plan, &stream);
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    assert_eq!(rig.disc().recorded(), Some(image.range));
    let mut sector = [0; 2448];
    for (lba, expect) in image.range.iter().zip(bytes[75 * 2448..].chunks(2448)) {
        assert!(rig.disc().sector(lba, &mut sector).unwrap());
        assert!(sector[..] == *expect, "lba {lba}");
    }
}

#[test]
fn a_simulation_leaves_the_disc_blank() {
    let image = Image::raw();
    let simulate = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    let mut rig = Rig::faithful();
    let report = rig.burn(&image, simulate);
    assert!(matches!(report.verdict, Verdict::Simulated), "{report:?}");
    assert!(report.is_success());
    assert_eq!(report.last_written, image.range.last());
    assert_eq!(rig.disc().state(), DiscState::Blank);
    assert!(!rig.drive.is_locked());
    // And it can be burned afterwards, for real.
    let report = rig.burn(&image, OPTIONS);
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    check_holds(rig.disc(), &image, image.range);
}

#[test]
fn a_drive_of_every_temper_gets_its_sectors() {
    let image = Image::raw();
    let profiles = [
        Profile {
            reports_long_write: true,
            ..small_buffer()
        },
        Profile {
            write_speeds: vec![1],
            reports_long_write: true,
            ..small_buffer()
        },
        Profile {
            has_underrun_protection: false,
            ..small_buffer()
        },
        Profile {
            write_speeds: vec![],
            ..small_buffer()
        },
        // Thirteen sectors, and one, in a command.
        Profile {
            max_transfer: 32 << 10,
            ..small_buffer()
        },
        Profile {
            max_transfer: 2448,
            ..small_buffer()
        },
        Profile {
            alignment: 4096,
            ..small_buffer()
        },
        // Everything fits the buffer.
        Profile::faithful(),
    ];
    for profile in profiles {
        let mut rig = Rig::new(profile.clone());
        let report = rig.burn(&image, OPTIONS);
        assert!(
            matches!(report.verdict, Verdict::Proved),
            "{profile:?}: {report:?}"
        );
        if profile.reports_long_write {
            // WRITEs were refused until there was room.
            assert!(report.n_retries > 10, "{}", report.n_retries);
        }
        check_holds(rig.disc(), &image, image.range);
    }
}

#[test]
fn what_the_drive_cannot_do_is_refused_before_the_disc_is_touched() {
    let image = Image::raw();
    let mut rig = Rig::new(Profile {
        block_types: vec![SectorLayout::Pq16],
        ..small_buffer()
    });
    let refused = plan(&mut rig.writer(), &image, OPTIONS).unwrap_err();
    assert!(matches!(refused, PlanError::LayoutNotSupported { .. }));
    let drive = rig.writer().probe().unwrap();
    assert_eq!(drive.raw_layouts(), [SectorLayout::Pq16]);
    assert!(
        drive.raw_refusal().contains("5/26/00"),
        "{}",
        drive.raw_refusal()
    );

    let mut rig = Rig::new(Profile {
        block_types: vec![],
        ..small_buffer()
    });
    let refused = plan(&mut rig.writer(), &image, OPTIONS).unwrap_err();
    assert!(matches!(refused, PlanError::RecorderNotSupported { .. }));
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn a_disc_is_burned_once() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan_of_the_blank = rig.plan(&image, OPTIONS);
    let report = rig.burn(&image, OPTIONS);
    assert!(report.is_success());
    let refused = plan(&mut rig.writer(), &image, OPTIONS).unwrap_err();
    assert!(matches!(refused, PlanError::NotBlank { .. }), "{refused}");

    // A plan made while it was blank does not overwrite it either: the drive refuses to calibrate, which
    // is accepted, and then says what it is.
    let other = Image::new(2, SectorLayout::RawPw96);
    let report = burn(&mut rig.writer(), &plan_of_the_blank, &other);
    assert!(matches!(
        report.verdict,
        Verdict::Stopped {
            cause: StopCause::DiscChanged(_),
            disc: DiscAfter::Untouched
        }
    ));
    check_holds(rig.disc(), &image, image.range);
    assert!(!rig.drive.is_locked());
}

#[test]
fn a_disc_swapped_after_the_plan_is_another_disc() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    rig.drive.insert(Disc::blank(super::host::short_medium()));
    let report = burn(&mut rig.writer(), &plan, &image);
    let Verdict::Stopped { cause, disc } = &report.verdict else {
        panic!("{report:?}")
    };
    assert!(matches!(cause, StopCause::MediumChanged(_)), "{cause}");
    assert_eq!(*disc, DiscAfter::Untouched);
    assert_eq!(rig.disc().state(), DiscState::Blank);

    // Even if somebody else has taken notice of the change: the lead-in is elsewhere.
    rig.drive.insert(Disc::blank(Medium::cd_r_80()));
    rig.writer().medium().unwrap();
    let report = burn(&mut rig.writer(), &plan, &image);
    let Verdict::Stopped { cause, .. } = &report.verdict else {
        panic!("{report:?}")
    };
    assert_eq!(
        cause.to_string(),
        "the disc is not the blank one the plan was made for: its lead-in begins at 97:34:23, not at 99:58:00"
    );
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn an_empty_drive_ends_the_burn() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    rig.drive.eject();
    let report = burn(&mut rig.writer(), &plan, &image);
    let Verdict::Stopped { cause, disc } = &report.verdict else {
        panic!("{report:?}")
    };
    assert!(matches!(cause, StopCause::Command(_)), "{cause}");
    assert_eq!(*disc, DiscAfter::Untouched);
    assert!(!rig.drive.is_locked());
}

#[test]
fn another_source_than_planned_sends_nothing() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    let before = rig.drive.is_locked();
    let other_layout = Image::new(1, SectorLayout::Pq16);
    let mut shorter = image.clone();
    shorter.range = image.range.take(sectors(500));
    for source in [&other_layout, &shorter] {
        let report = burn(&mut rig.writer(), &plan, source);
        let Verdict::Stopped { cause, disc } = &report.verdict else {
            panic!("{report:?}")
        };
        assert!(matches!(cause, StopCause::OtherSource(_)), "{cause}");
        assert_eq!(*disc, DiscAfter::Untouched);
    }
    assert_eq!(rig.drive.is_locked(), before);
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn an_image_that_cannot_be_read_costs_no_disc_while_it_is_read_ahead() {
    for fails_at in [-300, -1, 0, 459] {
        let mut image = Image::raw();
        let mut rig = Rig::faithful();
        let plan = rig.plan(&image, OPTIONS);
        image.fails_at = Some(lba(fails_at));
        let report = burn(&mut rig.writer(), &plan, &image);
        assert!(
            matches!(
                report.verdict,
                Verdict::Stopped {
                    cause: StopCause::Source(_),
                    disc: DiscAfter::Untouched
                }
            ),
            "{report:?}"
        );
        assert_eq!(rig.disc().state(), DiscState::Blank);
        assert!(!rig.drive.is_locked());
    }
}

#[test]
fn an_image_that_cannot_be_read_on_spoils_the_disc_and_says_so() {
    let mut image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    image.fails_at = Some(lba(200));
    let mut writer = rig.writer();
    let cancel = CancelToken::new();
    // Two WRITEs are read ahead: the failure comes in mid-burn.
    let control = BurnControl {
        cancel: &cancel,
        progress: &mut |_| {},
        read_ahead: ReadAhead {
            chunk: sectors(26),
            depth: 2,
            cached: 0,
        },
    };
    let report = writer.burn(&plan, Consent::to_write_the_disc(), &image, control);
    drop(writer);
    assert!(
        matches!(
            report.verdict,
            Verdict::Stopped {
                cause: StopCause::Source(_),
                disc: DiscAfter::Spoiled
            }
        ),
        "{report:?}"
    );
    // The last whole WRITE before the sector that failed.
    assert_eq!(report.last_written, Some(lba(-300 + 19 * 26 - 1)));
    check_truth(&report, rig.disc(), &image, image.range);
    assert!(!rig.drive.is_locked());
}

#[test]
fn an_image_that_changed_meanwhile_is_no_success() {
    let mut image = Image::raw();
    image.has_changed = true;
    let mut rig = Rig::faithful();
    let report = rig.burn(&image, OPTIONS);
    assert!(matches!(
        report.verdict,
        Verdict::Stopped {
            cause: StopCause::Source(_),
            disc: DiscAfter::Complete
        }
    ));
    // A simulation leaves no disc to regret.
    let simulate = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    let mut rig = Rig::faithful();
    let report = rig.burn(&image, simulate);
    assert!(matches!(
        report.verdict,
        Verdict::Stopped {
            cause: StopCause::Source(_),
            disc: DiscAfter::Blank
        }
    ));
}

#[test]
fn any_read_ahead_will_do() {
    let image = Image::raw();
    for (chunk, depth) in [(0, 0), (1, 1), (10, 3), (26, 1), (27, 2), (450_000, 1)] {
        let mut rig = Rig::faithful();
        let plan = rig.plan(&image, OPTIONS);
        let mut writer = rig.writer();
        let cancel = CancelToken::new();
        let control = BurnControl {
            cancel: &cancel,
            progress: &mut |_| {},
            read_ahead: ReadAhead {
                chunk: sectors(chunk),
                depth,
                cached: 0,
            },
        };
        let report = writer.burn(&plan, Consent::to_write_the_disc(), &image, control);
        assert!(report.is_success(), "{chunk} x {depth}: {report:?}");
    }
}

#[test]
fn a_starving_drive_without_protection_is_doubted() {
    // A host so slow that the laser runs dry: a WRITE of 26 sectors takes longer to arrive than to burn.
    let mut rig = Rig::new(Profile {
        has_underrun_protection: false,
        interface_rate: 2_000_000,
        ..small_buffer()
    });
    let image = Image::raw();
    let report = rig.burn(&image, OPTIONS);
    let Verdict::Stopped { cause, disc } = &report.verdict else {
        panic!("{report:?}")
    };
    let StopCause::Command(fault) = cause else {
        panic!("{cause}")
    };
    assert!(
        matches!(&fault.cause, FaultCause::Sense(sense) if (sense.asc, sense.ascq) == (0x0C, 9))
    );
    assert_eq!(*disc, DiscAfter::Spoiled);
    check_truth(&report, rig.disc(), &image, image.range);
}

#[test]
fn a_toc_that_does_not_come_out_is_doubted() {
    // The stream announces another lead-out than the plan was made for.
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    let mut other = image.clone();
    for lba in image.range.iter().filter(|lba| lba.is_lead_in()) {
        // Not one frame with a right CRC.
        other.sector_mut(lba)[2352 + 95] ^= 0x40;
    }
    let report = burn(&mut rig.writer(), &plan, &other);
    let Verdict::Doubtful(doubts) = &report.verdict else {
        panic!("{report:?}")
    };
    assert!(matches!(doubts[..], [Doubt::NoToc(_)]), "{doubts:?}");
    assert!(matches!(rig.disc().state(), DiscState::Interrupted { .. }));
}

#[test]
fn progress_goes_forward_through_its_phases() {
    let image = Image::raw();
    // 760 sectors take ten seconds at 1x: there is something to watch.
    let mut rig = Rig::new(Profile {
        write_speeds: vec![1],
        ..small_buffer()
    });
    let plan = rig.plan(&image, OPTIONS);
    let mut events = Vec::new();
    let mut writer = rig.writer();
    let report = burn_watched(
        &mut writer,
        &plan,
        &image,
        &CancelToken::new(),
        &mut |event| events.push(*event),
    );
    assert!(report.is_success());
    let mut phases: Vec<_> = events.iter().map(|event| event.action).collect();
    phases.dedup();
    assert_eq!(
        phases,
        [Action::Preparing, Action::Writing, Action::Finishing]
    );
    assert!(events.len() > 15, "{}", events.len());
    assert!(events.is_sorted_by_key(Progress::n_done));
    for event in &events {
        assert_eq!(event.range, image.range);
        assert!(event.buffer_used <= event.buffer_total);
        assert!(event.last_read >= event.last_done);
        let has_rate = event.action == Action::Writing && event.last_done.is_some();
        assert_eq!(event.remaining.is_some(), has_rate, "{event:?}");
    }
    assert_eq!(events.last().unwrap().last_done, image.range.last());
}

#[test]
fn a_short_lead_out_is_noted_in_the_plan() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, OPTIONS);
    let notes: Vec<_> = plan.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].starts_with("the lead-out is 160 sectors"));
    assert_eq!(plan.steps().next().unwrap().purpose, Purpose::Lock);
}
