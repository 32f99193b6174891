//! Erasing a CD-RW, and what is no CD-RW.

use crate::run::Dir;

/// A CD-RW with the ruler on it.
fn with_recorded_rw() -> Dir {
    let dir = Dir::new();
    let said = dir
        .run(["new-disc", "rw", "--rw", "--lead-in", "99:59:00"])
        .succeeds();
    assert!(said.starts_with("rw is a blank CD-RW, "), "{said}");
    dir.run(["burn", "ruler.iso", "--disc", "rw"]).succeeds();
    dir
}

#[test]
fn a_disc_is_erased_and_burned_again() {
    for options in [[].as_slice(), &["--fast"], &["--full"]] {
        let dir = with_recorded_rw();
        dir.run(["burn", "ruler.iso", "--disc", "rw"])
            .fails(23, &["the disc is not blank"]);
        let args = [&["blank", "--disc", "rw"], options].concat();
        let said = dir.run(args).succeeds();
        assert!(
            said.starts_with("the emulated disc rw is blank, after "),
            "{said}"
        );
        dir.run(["burn", "ruler.iso", "--disc", "rw", "--verify"])
            .succeeds();
    }
}

#[test]
fn progress_is_told_in_hundredths() {
    let dir = with_recorded_rw();
    let events = dir
        .run(["blank", "--disc", "rw", "--full", "--json"])
        .has_code(0)
        .events();
    let done: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "progress")
        .map(|event| {
            assert_eq!(event["phase"], "blanking");
            assert_eq!(event["total"], 100);
            event["done"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(done, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    let last = events.last().unwrap();
    assert_eq!(last["kind"], "full");
    assert!(last["drive_seconds"].as_f64().unwrap() > 1_000.0);
}

#[test]
fn what_cannot_be_erased_is_left_as_it_is() {
    let dir = Dir::with_small_disc();
    dir.run(["burn", "ruler.iso", "--disc", "small"]).succeeds();
    let before = dir.bytes("small");
    dir.run(["blank", "--disc", "small"]).fails(
        24,
        &[
            "the medium is CD-R; only a CD-RW can be erased",
            "The disc was not touched. Put a CD-RW in.",
        ],
    );
    assert!(before == dir.bytes("small"), "the disc was changed");
    dir.run(["blank", "--disc", "none"])
        .fails(26, &["there is no disc file none"]);
    dir.run(["blank"])
        .fails(2, &["which disc is to be erased?", "--disc FILE"]);
    assert_eq!(dir.names(), ["small"]);
}

#[test]
fn more_than_a_disc_is_said_to_hold_needs_overburn() {
    let dir = Dir::new();
    // Lead-out of the ruler at lba 330; a disc that says 00:05:00, lba 225.
    let args = ["new-disc", "d", "--lead-in", "99:59:00", "--last-lead-out"];
    dir.run(args.iter().chain(&["00:05:00"])).succeeds();
    let burn = ["plan", "ruler.iso", "--disc", "d"];
    dir.run(burn).fails(
        12,
        &[
            "the image's lead-out begins at 00:06:30, on this medium it may begin at 00:05:00 at the latest: 105 \
             sectors (1.4 s) too many",
            "--overburn tries all the same",
        ],
    );
    let said = dir.run(burn.iter().chain(&["--overburn"])).succeeds();
    let note = "note: overburning: the lead-out begins at 00:06:30, by what medium and drive say it may begin at \
                00:05:00 at the latest: 105 sectors (1.4 s) too many, 105 (1.4 s) of the stream past the medium's end";
    assert!(said.contains(note), "{said}");
    // The emulated disc holds what it says and no more.
    let args = ["burn", "ruler.iso", "--disc", "d", "--overburn"];
    dir.run(args).fails(41, &["The disc is spoiled"]);
}
