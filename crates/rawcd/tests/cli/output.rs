//! Where words go: results, progress and failures each to their place.

#[cfg(unix)]
use std::process::Stdio;

use crate::run::Dir;
#[cfg(unix)]
use crate::run::Running;

#[test]
fn results_and_failures_do_not_mix() {
    let dir = Dir::with_small_disc();
    let ended = dir
        .run(["burn", "ruler.iso", "--disc", "small"])
        .has_code(0);
    assert!(
        !ended.stdout.contains('%') && !ended.stdout.contains('\r'),
        "{ended:#?}"
    );
    let ended = dir
        .run(["burn", "ruler.iso", "--disc", "small"])
        .has_code(23);
    assert!(!ended.stdout.contains("not blank"), "{ended:#?}");
    // What happened, and under it what to do.
    assert_eq!(ended.failure().lines().count(), 2, "{ended:#?}");
    assert!(ended.failure().ends_with(".\n"), "{ended:#?}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let dir = Dir::with_small_disc();
    for args in [
        ["info", "--disc", "small"].as_slice(),
        &["--help"],
        &["check", "ruler.iso", "--json"],
        &["burn", "ruler.iso", "--disc", "small", "--verify"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = dir.command(args);
        command.stdout(writer).stderr(Stdio::piped());
        let ended = Running::spawn(command).end().has_code(0);
        assert!(!ended.stderr.contains("panic"), "{ended:#?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn words_that_are_lost_are_a_failure() {
    let dir = Dir::with_small_disc();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = dir.command(["info", "--disc", "small"]);
    command.stdout(full).stderr(Stdio::piped());
    Running::spawn(command).end().fails(
        3,
        &[
            "cannot write to the standard output: ",
            "Only the words are lost: without that the exit code would be 0.",
        ],
    );
}

#[cfg(target_os = "linux")]
mod terminal {
    use std::fs::OpenOptions;
    use std::io::Read;
    use std::process::Stdio;
    use std::thread;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use crate::run::{Dir, Running};

    /// What the program writes to a terminal on its standard error, and its results.
    fn on_terminal(dir: &Dir, args: &[&str]) -> (String, String) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap());
        let mut command = dir.command(args);
        command.stdout(Stdio::piped()).stderr(theirs.unwrap());
        let child = Running::spawn(command);
        let reader = thread::spawn(move || {
            let (mut ours, mut text) = (std::fs::File::from(ours), Vec::new());
            // Ends with an error once nobody has the other side any more.
            let _ = ours.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let ended = child.end().has_code(0);
        (reader.join().unwrap(), ended.stdout)
    }

    #[test]
    fn progress_is_a_bar() {
        let dir = Dir::with_small_disc();
        dir.sparse("audio", 2352 * 20_000);
        let (bar, results) =
            on_terminal(&dir, &["burn", "audio", "--as", "audio", "--disc", "small"]);
        assert!(
            bar.contains("writing") && bar.contains('[') && bar.contains("sectors"),
            "{bar:?}"
        );
        assert!(bar.contains("finishing"), "{bar:?}");
        // It keeps to one line: the cursor never has to go up.
        assert!(!bar.contains("\u{1B}[1A"), "{bar:?}");
        assert!(!results.contains('\u{1B}'), "{results:?}");
        assert!(results.contains("wrote 26975 sectors"), "{results:?}");
        let (bar, results) = on_terminal(&dir, &["check", "ruler.iso", "--json"]);
        assert_eq!(bar, "");
        assert!(results.contains("\"progress\""), "{results:?}");
    }
}
