use cd_image::StreamProblem;
use cd_mmc::BinMsf;
use cd_mmc::mode_page::{DataBlockType, SessionFormat, WriteType};
use cd_mmc::response::{DiscStatus, Profile};
use cd_sector::{DiscType, TocError};

use super::*;
use crate::testing::{
    LIMITS, OPTIONS, drive, information, lba, medium, msf, plan_of, range, sectors, survey,
    survey_of, toc,
};

/// The error's text is `expect`, and the error itself is `is`.
#[track_caller]
fn check_refused(plan: Result<Plan, PlanError>, is: fn(&PlanError) -> bool, expect: &str) {
    let error = plan.unwrap_err();
    assert!(is(&error), "{error:?}");
    assert_eq!(error.to_string(), expect);
}

#[track_caller]
fn check_noted(plan: &Plan, expect: &str) {
    let notes: Vec<_> = plan.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, [expect]);
}

fn sound() -> Plan {
    plan_of(&drive(), &medium(), &survey(), OPTIONS).unwrap()
}

#[test]
fn a_sound_plan_has_nothing_to_note() {
    let plan = sound();
    assert_eq!(plan.notes, []);
    assert_eq!(plan.skipped, Sectors::ZERO);
    assert_eq!(plan.toc(), &toc());
    assert!(!plan.is_simulation());
    let writes = plan.writes();
    assert_eq!(writes.range, range(-11_077, 18_127));
    // 26 sectors of 2448 bytes are the most that 64 KiB hold.
    assert_eq!(writes.per_command, sectors(26));
    let page = plan.expected.write_parameters;
    assert_eq!(page.write_type, WriteType::RAW);
    assert_eq!(page.data_block_type, DataBlockType::RAW_PW);
    assert!(page.buffer_underrun_free);
    assert!(!page.test_write);
}

#[test]
fn the_plan_is_printed_whole() {
    let expect = "\
on TEST CD-R DRIVE 1.00, CD-R (blank), lead-in from 97:34:23, lead-out at 79:59:74 at the latest
write lba -11077..7050 (18127 sectors), sectors of 2352+96 (raw P-W)
  lock the tray               1E 00 00 00 01 00
  set the speed               BB 00 FF FF FF FF 00 00 00 00 00 00
  select raw recording        55 10 00 00 00 00 00 00 3C 00
                            + 00 00 00 00 00 00 00 00 05 32 63 00 03 07 00 00
                            + 00 00 00 00 00 10 00 96 00 00 00 00 00 00 00 00
                            + 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                            + 00 00 00 00 00 00 00 00 00 00 00 00
  see that it was taken       5A 00 05 00 00 00 00 01 08 00
  calibrate the laser         54 01 00 00 00 00 00 00 00 00
  see that the disc is blank  51 00 00 00 00 00 00 00 22 00
  write                       2A 00 FF FF D4 BB 00 00 1A 00  (26 sectors at 97:34:23, lba -11077)
  ...                         698 WRITEs in all, without a gap
  write                       2A 00 00 00 1B 85 00 00 05 00  (5 sectors at 01:35:70, lba 7045)
  empty the drive's buffer    35 02 00 00 00 00 00 00 00 00
  ... or, if that is refused  35 00 00 00 00 00 00 00 00 00
  wait until it is empty      00 00 00 00 00 00
  see what the disc is now    51 00 00 00 00 00 00 00 22 00
  see that the TOC is right   43 02 02 00 00 00 01 04 BE 00
  unlock the tray             1E 00 00 00 00 00
";
    assert_eq!(sound().to_string(), expect);
}

#[test]
fn a_simulation_leaves_laser_and_toc_alone() {
    let options = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    let plan = plan_of(&drive(), &medium(), &survey(), options).unwrap();
    assert!(plan.is_simulation());
    assert!(plan.expected.write_parameters.test_write);
    let purposes: Vec<_> = plan.steps().map(|step| step.purpose).collect();
    assert!(!purposes.contains(&Purpose::Calibrate));
    assert!(!purposes.contains(&Purpose::ConfirmToc));
    assert!(purposes.contains(&Purpose::ConfirmWritten));
}

#[test]
fn a_stream_from_95_00_00_is_entered_at_the_lead_in() {
    let stream = survey_of(range(-22_650, 22_650 + 7_050));
    let plan = plan_of(&drive(), &medium(), &stream, OPTIONS).unwrap();
    assert_eq!(plan.skipped, sectors(22_650 - 11_077));
    assert_eq!(plan.writes().range, range(-11_077, 18_127));
    let text = plan.to_string();
    let line =
        "leave out the stream's first 11573 sectors, which lie before the medium's lead-in\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn a_stream_that_begins_a_sector_late_is_refused() {
    let fits = survey_of(range(-11_077, 18_127));
    plan_of(&drive(), &medium(), &fits, OPTIONS).unwrap();
    let late = survey_of(range(-11_076, 18_126));
    check_refused(
        plan_of(&drive(), &medium(), &late, OPTIONS),
        |error| matches!(error, PlanError::LeadInTooShort { missing, .. } if missing.count() == 1),
        "the stream begins at 97:34:24, the medium's lead-in at 97:34:23: 1 sectors of lead-in are missing",
    );
}

#[test]
fn a_stream_that_ends_before_the_lead_in_is_refused() {
    let early = survey_of(range(-22_650, 11_573));
    check_refused(
        plan_of(&drive(), &medium(), &early, OPTIONS),
        |error| matches!(error, PlanError::StreamNotSupported { .. }),
        "the stream is not a disc: it ends before the medium's lead-in begins",
    );
}

/// A stream whose program ends at `lead_out` and whose lead-out has `n_sectors`.
fn ending(lead_out: &str, n_sectors: u32) -> StreamSurvey {
    let lead_out = msf(lead_out);
    let [track] = toc().tracks().collect::<Vec<_>>()[..] else {
        unreachable!("one track")
    };
    let n_before = lead_out.to_lba().position() - lba(-11_077).position();
    StreamSurvey {
        toc: Some(Toc::new(DiscType::CD_ROM_OR_DA, &[track], lead_out).unwrap()),
        ..survey_of(range(-11_077, n_before + n_sectors))
    }
}

#[test]
fn the_program_may_fill_the_medium_to_the_sector() {
    plan_of(&drive(), &medium(), &ending("79:59:74", 6_750), OPTIONS).unwrap();
    check_refused(
        plan_of(&drive(), &medium(), &ending("80:00:00", 6_749), OPTIONS),
        |error| matches!(error, PlanError::NotEnoughSpace { excess, .. } if excess.count() == 1),
        "the image's lead-out begins at 80:00:00, on this medium it may begin at 79:59:74 at the latest: 1 \
         sectors (0.0 s) too many",
    );
}

#[test]
fn more_than_the_medium_is_said_to_hold_is_burned_only_if_asked_and_noted() {
    let overburn = BurnOptions {
        overburn: true,
        ..OPTIONS
    };
    let plan = plan_of(&drive(), &medium(), &ending("80:02:00", 6_750), overburn).unwrap();
    check_noted(
        &plan,
        "overburning: the lead-out begins at 80:02:00, by what medium and drive say it may begin at 79:59:74 at the \
         latest: 151 sectors (2.0 s) too many, 151 (2.0 s) of the stream past the medium's end. If they do not fit, the \
         disc is spoiled at its end",
    );
    // What fits is no overburning.
    let plan = plan_of(&drive(), &medium(), &ending("79:59:74", 6_750), overburn).unwrap();
    assert_eq!(plan.notes, []);
}

#[test]
fn the_lead_out_may_not_pass_the_end_of_the_medium() {
    check_refused(
        plan_of(&drive(), &medium(), &ending("79:59:74", 6_751), OPTIONS),
        |error| matches!(error, PlanError::LeadOutTooLong { excess, .. } if excess.count() == 1),
        "the stream ends with 81:29:74, the medium with 81:29:73: 1 sectors (0.0 s) too many",
    );
}

#[test]
fn the_lesser_of_two_capacities_counts() {
    let mut medium = medium();
    medium.information.last_possible_lead_out = Some(BinMsf::new(msf("74:00:00")));
    assert_eq!(medium.last_lead_out(), Some(msf("74:00:00").to_lba()));
    // FF:FF:FF and zeros say nothing.
    medium.information.last_possible_lead_out = None;
    assert_eq!(medium.last_lead_out(), Some(msf("79:59:74").to_lba()));
    medium.atip = None;
    assert_eq!(medium.last_lead_out(), None);
}

#[test]
fn a_medium_that_is_no_blank_cd_r_is_refused() {
    let mut dvd = medium();
    (dvd.profile, dvd.kind) = (Some(Profile::DVD_RW_SEQUENTIAL), None);
    check_refused(
        plan_of(&drive(), &dvd, &survey(), OPTIONS),
        |error| matches!(error, PlanError::MediumNotSupported { .. }),
        "the medium is DVD-RW, sequential recording, raw recording needs a CD-R or CD-RW",
    );
    let mut full = medium();
    full.information = information(DiscStatus::COMPLETE);
    check_refused(
        plan_of(&drive(), &full, &survey(), OPTIONS),
        |error| matches!(error, PlanError::NotBlank { .. }),
        "the disc is not blank: the disc is complete, its last session complete",
    );
}

#[test]
fn atip_and_disc_information_must_agree() {
    let mut unclear = medium();
    unclear.information.last_session_lead_in = Some(BinMsf::new(msf("97:26:66")));
    check_refused(
        plan_of(&drive(), &unclear, &survey(), OPTIONS),
        |error| matches!(error, PlanError::LeadInUnclear { .. }),
        "the ATIP says the lead-in begins at 97:34:23, READ DISC INFORMATION says 97:26:66",
    );
    let mut unknown = medium();
    unknown.information.last_session_lead_in = None;
    unknown.atip = None;
    check_refused(
        plan_of(&drive(), &unknown, &survey(), OPTIONS),
        |error| *error == PlanError::LeadInUnknown,
        "the medium does not say where its lead-in begins, neither in its ATIP nor to the drive",
    );
}

#[test]
fn one_source_for_the_lead_in_is_enough_and_noted() {
    let mut by_atip = medium();
    // Yamaha answers zeros: no lead-in begins at 00:00:00.
    by_atip.information.last_session_lead_in = Some(BinMsf([0; 3]));
    let plan = plan_of(&drive(), &by_atip, &survey(), OPTIONS).unwrap();
    check_noted(
        &plan,
        "only the ATIP says where the medium's lead-in begins",
    );
    let mut by_drive = medium();
    by_drive.atip = None;
    let plan = plan_of(&drive(), &by_drive, &survey(), OPTIONS).unwrap();
    check_noted(
        &plan,
        "only READ DISC INFORMATION says where the medium's lead-in begins",
    );
}

#[test]
fn the_next_writable_address_decides_nothing() {
    let mut medium = medium();
    medium.next_writable = Some(Lba::PREGAP_START);
    let plan = plan_of(&drive(), &medium, &survey(), OPTIONS).unwrap();
    assert_eq!(plan.writes().range.start(), lba(-11_077));
    check_noted(
        &plan,
        "the drive names lba -150 as next writable; as raw recording starts with the lead-in, that is not \
         followed",
    );
}

#[test]
fn a_layout_the_drive_does_not_take_is_refused() {
    let packed = StreamSurvey {
        layout: SectorLayout::PackedPw96,
        ..survey()
    };
    check_refused(
        plan_of(&drive(), &medium(), &packed, OPTIONS),
        |error| matches!(error, PlanError::LayoutNotSupported { .. }),
        "the drive does not record raw sectors of 2352+96 (packed P-W): it takes 2352+96 (raw P-W) and \
         2352+16 (P-Q)",
    );
}

#[test]
fn a_drive_without_raw_modes_is_refused_in_its_own_words() {
    let mut cooked = drive();
    for (mode, refusal) in cooked
        .raw_modes
        .iter_mut()
        .zip(["first", "second", "third"])
    {
        mode.refusal = Some(refusal.to_owned());
    }
    check_refused(
        plan_of(&cooked, &medium(), &survey(), OPTIONS),
        |error| matches!(error, PlanError::RecorderNotSupported { .. }),
        "the drive cannot record raw: first",
    );
}

#[test]
fn a_simulation_that_would_burn_is_refused() {
    let mut drive = drive();
    drive.raw_modes[0].keeps_test_write = false;
    let options = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    check_refused(
        plan_of(&drive, &medium(), &survey(), options),
        |error| *error == PlanError::NoSimulation,
        "the drive does not keep the test-write bit in raw recording, so it would burn for real",
    );
    // Only the layout of the stream counts.
    let pq = StreamSurvey {
        layout: SectorLayout::Pq16,
        ..survey()
    };
    plan_of(&drive, &medium(), &pq, options).unwrap();
}

#[test]
fn a_transport_too_narrow_for_a_sector_is_refused() {
    let limits = |max_transfer| Limits {
        max_transfer,
        ..LIMITS
    };
    let plan = |max_transfer| {
        let limits = limits(max_transfer);
        Plan::new(&drive(), &medium(), &survey(), limits, OPTIONS)
    };
    assert_eq!(plan(2448).unwrap().writes().per_command, sectors(1));
    assert_eq!(plan(32 * 1024).unwrap().writes().per_command, sectors(13));
    check_refused(
        plan(2447),
        |error| matches!(error, PlanError::TransferTooSmall { .. }),
        "one command carries at most 2447 bytes on the way to this drive, a sector is 2448",
    );
}

fn with_problem(problem: StreamProblem) -> StreamSurvey {
    StreamSurvey {
        problems: vec![problem],
        ..survey()
    }
}

#[test]
fn streams_that_make_no_disc_are_refused() {
    for (problem, expect) in [
        (
            StreamProblem::NoToc(TocError::Empty),
            "the stream is not a disc: the lead-in holds no usable table of contents: table of contents has no \
             track",
        ),
        (
            StreamProblem::EndsBeforeLeadOut {
                last: lba(299),
                lead_out_start: lba(300),
            },
            "the stream is not a disc: the stream ends with lba 299, before the lead-out at lba 300 that its \
             table of contents announces",
        ),
        (
            StreamProblem::AddressContradicted {
                lba: lba(0),
                by_q: lba(150),
                found: 51,
                sampled: 100,
            },
            "the stream is not a disc: 51 of 100 Q frames looked at name another address than they will have: \
             the one at lba 0 says lba 150 (00:04:00)",
        ),
    ] {
        check_refused(
            plan_of(&drive(), &medium(), &with_problem(problem), OPTIONS),
            |error| matches!(error, PlanError::StreamNotSupported { .. }),
            expect,
        );
    }
    let without_toc = StreamSurvey {
        toc: None,
        ..survey()
    };
    check_refused(
        plan_of(&drive(), &medium(), &without_toc, OPTIONS),
        |error| matches!(error, PlanError::StreamNotSupported { .. }),
        "the stream is not a disc: its lead-in holds no table of contents",
    );
}

#[test]
fn single_frames_that_deviate_are_noted_only() {
    let deviating = with_problem(StreamProblem::AddressContradicted {
        lba: lba(0),
        by_q: lba(150),
        found: 50,
        sampled: 100,
    });
    let plan = plan_of(&drive(), &medium(), &deviating, OPTIONS).unwrap();
    check_noted(
        &plan,
        "50 of 100 Q frames looked at name another address than they will have: the one at lba 0 says lba 150 \
         (00:04:00)",
    );
}

#[test]
fn a_short_lead_out_is_noted_once() {
    let short = StreamSurvey {
        problems: vec![StreamProblem::ShortLeadOut {
            sectors: sectors(6_749),
        }],
        ..survey_of(range(-11_077, 18_126))
    };
    let plan = plan_of(&drive(), &medium(), &short, OPTIONS).unwrap();
    check_noted(
        &plan,
        "the lead-out is 6749 sectors; the standard asks for 6750, and some players need most of them",
    );
}

#[test]
fn a_medium_of_unknown_size_is_noted() {
    let mut medium = medium();
    medium.information.last_possible_lead_out = None;
    if let Some(atip) = &mut medium.atip {
        atip.last_possible_lead_out = BinMsf([0; 3]);
    }
    let plan = plan_of(&drive(), &medium, &survey(), OPTIONS).unwrap();
    check_noted(
        &plan,
        "nothing says how much the medium holds: an image that is too long will fail at its end",
    );
}

#[test]
fn a_drive_without_underrun_protection_is_noted() {
    let mut drive = drive();
    drive.recording.as_mut().unwrap().buffer_underrun_free = false;
    let plan = plan_of(&drive, &medium(), &survey(), OPTIONS).unwrap();
    assert!(!plan.expected.write_parameters.buffer_underrun_free);
    check_noted(
        &plan,
        "the drive has no buffer underrun protection: keep the computer quiet while it burns",
    );
    let unasked = BurnOptions {
        underrun_protection: false,
        ..OPTIONS
    };
    let plan = plan_of(&drive, &medium(), &survey(), unasked).unwrap();
    assert_eq!(plan.notes, []);
}

fn at_speed(asked: u32) -> Plan {
    let options = BurnOptions {
        speed: Some(asked),
        ..OPTIONS
    };
    plan_of(&drive(), &medium(), &survey(), options).unwrap()
}

fn speed_sent(plan: &Plan) -> Speed {
    let speed = plan.steps().find_map(|step| match step.command {
        Command::SetCdSpeed(command) => Some(command.write),
        _ => None,
    });
    speed.unwrap()
}

#[test]
fn a_speed_the_drive_has_is_taken_as_it_names_it() {
    let plan = at_speed(16 * 75);
    assert_eq!(speed_sent(&plan), Speed(2822));
    assert_eq!(plan.notes, []);
    assert_eq!(speed_sent(&sound()), Speed::MAX);
}

#[test]
fn another_speed_is_adjusted_and_noted() {
    let plan = at_speed(10 * 75);
    assert_eq!(speed_sent(&plan), Speed(1411));
    check_noted(
        &plan,
        "the drive does not write at 10x; the nearest it has is 8x",
    );
    // 12x lies between 8x and 16x: the slower.
    assert_eq!(speed_sent(&at_speed(12 * 75)), Speed(1411));
    assert_eq!(speed_sent(&at_speed(0)), Speed(705));
    assert_eq!(speed_sent(&at_speed(u32::MAX)), Speed(2822));
}

#[test]
fn a_drive_that_names_no_speed_gets_the_nearest_multiple() {
    let mut drive = drive();
    drive.recording = None;
    for (asked, expect) in [
        (0, 1),
        (75, 1),
        (112, 1),
        (113, 2),
        (1200, 16),
        (u32::MAX, 255),
    ] {
        assert_eq!(drive.nearest_speed(asked), Speed::from_x(expect), "{asked}");
    }
}

#[test]
fn the_least_time_is_what_the_fastest_speed_needs_for_what_is_not_buffered() {
    // 2 MiB hold 856 sectors; the rest at 16x, less a tenth.
    let n_sectors = 18_127 - 856;
    let expect = Duration::from_secs(1) * n_sectors / 1200 * 9 / 10;
    assert_eq!(sound().expected.least_time, expect);

    let least = |change: fn(&mut DriveInfo)| {
        let mut drive = drive();
        change(&mut drive);
        let plan = plan_of(&drive, &medium(), &survey(), OPTIONS).unwrap();
        plan.expected.least_time
    };
    // A buffer that holds everything can take everything at once.
    let all_buffered = least(|drive| drive.recording.as_mut().unwrap().buffer_bytes = 64 << 20);
    assert_eq!(all_buffered, Duration::ZERO);
    // A drive that says nothing is taken for the fastest there is.
    let unnamed = least(|drive| drive.recording = None);
    assert_eq!(unnamed, Duration::from_secs(1) * 18_127 / 4500 * 9 / 10);
    // So is one that boasts.
    let boasting =
        least(|drive| drive.recording.as_mut().unwrap().write_speeds = vec![Speed(60_000)]);
    assert_eq!(boasting, Duration::from_secs(1) * n_sectors / 4500 * 9 / 10);
}

#[test]
fn a_slow_flush_is_given_its_time() {
    // As long as a lead-out and a buffer take at 1x when nothing is known, never less than two minutes.
    assert_eq!(sound().flush_limit, Duration::from_secs(420));
    assert_eq!(at_speed(75 * 4).flush_limit, Duration::from_secs(120));
    let mut slow = drive();
    slow.recording.as_mut().unwrap().write_speeds = vec![Speed(176)];
    let options = BurnOptions {
        speed: Some(75),
        ..OPTIONS
    };
    let plan = plan_of(&slow, &medium(), &survey(), options).unwrap();
    assert_eq!(plan.flush_limit, Duration::from_secs(420));
}

#[test]
fn the_page_goes_back_as_the_drive_had_it_but_for_raw_recording() {
    let mut drive = drive();
    drive.write_parameters.savable = true;
    drive.write_parameters.packet_size = 32;
    drive.write_parameters.copy = true;
    let plan = plan_of(&drive, &medium(), &survey(), OPTIONS).unwrap();
    let page = plan.expected.write_parameters;
    assert!(!page.savable);
    assert!(!page.copy);
    assert_eq!(page.packet_size, 32);
    let [track] = toc().tracks().collect::<Vec<_>>()[..] else {
        unreachable!("one track")
    };
    let xa = StreamSurvey {
        toc: Some(Toc::new(DiscType::CD_ROM_XA, &[track], msf("00:06:00")).unwrap()),
        ..survey()
    };
    let plan = plan_of(&drive, &medium(), &xa, OPTIONS).unwrap();
    let page = plan.expected.write_parameters;
    assert_eq!(page.session_format, SessionFormat::CD_ROM_XA);
    let text = plan.to_string();
    let or_else = "... or, if that is refused  the same with session format 00h\n";
    assert!(text.contains(or_else), "{text}");
    // Header of 8 bytes, then the page; nothing but its byte 8 differs.
    let bytes = |step: &Step| match &step.data {
        StepData::Out(bytes) => bytes.clone(),
        other => panic!("{other:?}"),
    };
    let own = plan
        .prepare
        .iter()
        .find(|step| step.purpose == Purpose::SetWriteParameters);
    let (mut own, plain) = (
        bytes(own.unwrap()),
        bytes(plan.select_plain.as_ref().unwrap()),
    );
    assert_eq!(std::mem::replace(&mut own[8 + 8], 0), 0x20);
    assert_eq!(own, plain);
}

#[test]
fn a_plain_disc_has_no_other_session_format_to_fall_back_to() {
    let plan = plan_of(&drive(), &medium(), &survey(), OPTIONS).unwrap();
    assert_eq!(plan.select_plain, None);
    assert!(!plan.to_string().contains("session format"));
}
