//! What goes out is what was planned, byte for byte and in order.

use std::sync::{Arc, mpsc};

use cd_emulator::Profile;
use cd_transport::wrapper::{Record, Replay, Trace, TraceEvent};
use cd_writer::{BurnOptions, Doubt, Plan, Verdict};

use super::host::{Image, OPTIONS, Rig, burn, small_buffer, writer};

fn hex(command: &[u8]) -> String {
    let bytes: Vec<_> = command.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

/// The commands of a burn as the transport saw them; those that wait for the flush count once.
fn traced(rig: &mut Rig, plan: &Plan, image: &Image) -> Vec<String> {
    let (sink, seen) = mpsc::channel();
    let sink = move |event: &TraceEvent<'_>| sink.send(hex(event.command)).unwrap();
    let clock = Arc::clone(&rig.clock);
    let trace = Trace::new(&mut rig.drive, sink, clock);
    let report = burn(&mut writer(trace, &rig.clock), plan, image);
    assert!(report.is_success(), "{report:?}");
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.dedup_by(|next, last| next == last && *last == hex(&[0; 6]));
    seen
}

/// Every command of the plan, the WRITEs between the calibration (or what comes after it) and the flush.
fn planned(plan: &Plan) -> Vec<String> {
    let writes = plan.writes();
    let steps: Vec<_> = plan
        .steps()
        .map(|step| step.command.encode().to_string())
        .collect();
    let flush = steps.iter().position(|cdb| cdb.starts_with("35")).unwrap();
    let (before, after) = steps.split_at(flush);
    let middle = writes
        .range
        .chunks(writes.per_command)
        .map(|piece| writes.command(piece).encode().to_string());
    before
        .iter()
        .cloned()
        .chain(middle)
        .chain(after.iter().cloned())
        .collect()
}

/// The commands in the printed plan: what stands in the second column, but for lines that only tell more.
fn printed(plan: &Plan) -> Vec<String> {
    let text = plan.to_string();
    let commands = text.lines().filter_map(|line| {
        let is_command = line.starts_with("  ") && !line.starts_with("  ...");
        let cdb = line.get(30..).filter(|_| is_command)?;
        let cdb = cdb.split("  (").next()?;
        (!line.trim_start().starts_with('+')).then(|| cdb.to_owned())
    });
    commands.collect()
}

#[test]
fn a_good_burn_sends_the_plan_and_nothing_else() {
    let simulate = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    for options in [OPTIONS, simulate] {
        let image = Image::raw();
        let mut rig = Rig::faithful();
        let plan = rig.plan(&image, options);
        let seen = traced(&mut rig, &plan, &image);
        assert_eq!(seen, planned(&plan));

        // The printed plan leaves out all WRITEs but the first and the last.
        let is_write = |cdb: &&String| cdb.starts_with("2A");
        let writes: Vec<_> = seen.iter().filter(is_write).cloned().collect();
        let [first, .., last] = &writes[..] else {
            panic!("{writes:?}")
        };
        let mut shortened = seen.clone();
        shortened.retain(|cdb| !cdb.starts_with("2A") || cdb == first || cdb == last);
        assert_eq!(printed(&plan), shortened);
        let count = format!("{} WRITEs in all", writes.len());
        assert!(plan.to_string().contains(&count));
    }
}

#[test]
fn a_plan_sends_nothing_to_the_disc() {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let (sink, opcodes) = mpsc::channel();
    let sink = move |event: &TraceEvent<'_>| sink.send(event.command[0]).unwrap();
    let clock = Arc::clone(&rig.clock);
    let trace = Trace::new(&mut rig.drive, sink, clock);
    super::host::plan(&mut writer(trace, &rig.clock), &image, OPTIONS).unwrap();
    let mut opcodes: Vec<_> = opcodes.into_iter().collect();
    opcodes.sort_unstable();
    opcodes.dedup();
    // TEST UNIT READY, INQUIRY, READ TOC, GET CONFIGURATION, READ DISC and TRACK INFORMATION, MODE SELECT and SENSE,
    // READ BUFFER CAPACITY, GET PERFORMANCE.
    let expect = [0x00, 0x12, 0x43, 0x46, 0x51, 0x52, 0x55, 0x5A, 0x5C, 0xAC];
    assert_eq!(opcodes, expect);
    assert!(!rig.drive.is_locked());
}

#[test]
fn a_burn_can_be_replayed_and_a_drive_without_a_laser_is_doubted() {
    let image = Image::raw();
    let mut rig = Rig::new(Profile {
        write_speeds: vec![1],
        ..small_buffer()
    });
    let plan = rig.plan(&image, OPTIONS);
    let mut recording = Vec::new();
    let record = Record::new(&mut rig.drive, &mut recording);
    let report = burn(&mut writer(record, &rig.clock), &plan, &image);
    assert!(report.is_success(), "{report:?}");

    // The same commands get the same answers, but only the waiting takes time: ten seconds of a laser at 1x are
    // missing.
    let mut replay = Replay::parse(std::str::from_utf8(&recording).unwrap()).unwrap();
    let report = burn(&mut writer(&mut replay, &rig.clock), &plan, &image);
    assert_eq!(replay.n_unread(), 0);
    let Verdict::Doubtful(doubts) = &report.verdict else {
        panic!("{report:?}")
    };
    assert!(matches!(doubts[..], [Doubt::TooFast { .. }]), "{doubts:?}");
}
