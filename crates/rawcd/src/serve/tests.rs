use cd_transport::TransportErrorKind;
use serde_json::Value;

use super::*;
use crate::output::tests::Printed;

/// A session with an empty drive, and what it prints.
fn with_session(json: bool, work: impl FnOnce(&mut Session<'_>)) -> Printed {
    let (output, printed) = Output::printed(json);
    let recorder = Recorder::new(Profile::faithful(), Arc::new(VirtualClock::default()));
    let mut session = Session {
        shared: Arc::new(Mutex::new(Shared::new(recorder, None))),
        disc: None,
        makes_cd_rw: false,
        was_made: false,
        output: &output,
    };
    work(&mut session);
    drop(session);
    printed
}

fn nodes() -> Nodes {
    Nodes {
        sg: Some("/dev/sg1".into()),
        block: None,
    }
}

/// Load, look, eject, look, and what cannot be done.
fn talk(session: &mut Session<'_>, disc: &Path) {
    session.show_plugged(&nodes());
    session.carry_out(Order::Eject { is_forced: false }, 0);
    session.carry_out(Order::Load(disc.to_path_buf()), 1);
    session.carry_out(Order::Load(disc.to_path_buf()), 2);
    session.carry_out(Order::Status, 3);
    session.carry_out(Order::Eject { is_forced: true }, 4);
    session.carry_out(Order::Status, 5);
}

#[test]
fn orders_are_carried_out_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let disc = dir.path().join("new.disc");
    let printed = with_session(false, |session| talk(session, &disc));
    let shown = disc.display().to_string();
    let lines: Vec<_> = printed
        .lines()
        .iter()
        .map(|line| line.replace(&shown, "DISC"))
        .collect();
    assert_eq!(
        lines,
        [
            "plugged in: /dev/sg1",
            "`help` lists what can be typed; Ctrl-C or `quit` unplugs",
            "not done: there is no disc in the drive",
            "loaded DISC",
            "not done: DISC is in the drive; eject it first",
            "DISC: blank, tray closed, 3 commands",
            "ejected DISC",
            "no disc, tray closed, 5 commands",
        ]
    );
}

#[test]
fn events_and_members_are_those_of_the_document() {
    let dir = tempfile::tempdir().unwrap();
    let disc = dir.path().join("new.disc");
    let printed = with_session(true, |session| talk(session, &disc));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/virtual-recorder.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, document) = document.split_once("| event | members | when |").unwrap();
    let mut names = Vec::new();
    for event in printed.events() {
        let Value::Object(event) = event else {
            panic!("{event}");
        };
        let name = event["event"].as_str().unwrap().to_owned();
        let row = document
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| `{name}` | ")));
        let members = row.unwrap().split(" |").next().unwrap();
        let mut documented: Vec<_> = members.split(", ").map(|m| m.trim_matches('`')).collect();
        documented.sort_unstable();
        let found = event.keys().map(String::as_str);
        let mut found: Vec<_> = found.filter(|member| *member != "event").collect();
        found.sort_unstable();
        assert_eq!(found, documented, "{name}");
        names.push(name);
    }
    assert_eq!(
        names,
        [
            "plugged", "refused", "loaded", "refused", "status", "ejected", "status"
        ]
    );
}

/// A disc that was made for a drive that never came is taken away; one that was there is not.
#[test]
fn a_disc_made_for_nothing_is_put_back() {
    let dir = tempfile::tempdir().unwrap();
    for was_made in [true, false] {
        let path = dir.path().join("one.disc");
        let disc = open_disc(&path, true).unwrap();
        with_session(false, |session| {
            lock(&session.shared).recorder.insert(disc);
            session.disc = Some(path.clone());
            session.was_made = was_made;
            session.put_back_unused();
        });
        assert_eq!(path.exists(), !was_made);
    }
}

#[test]
fn events_of_the_drive_are_told_in_words() {
    let gone = cd_transport::TransportError::new(TransportErrorKind::DeviceGone, "unplugged");
    for (event, expect) in [
        (Event::Reset(Reset::Device), "the host has reset the drive"),
        (
            Event::Reset(Reset::Commands),
            "the host has given up a command",
        ),
        (
            Event::NoStatus(gone),
            "the recorder gave no status: the device is gone: unplugged",
        ),
        (
            Event::Malformed { why: "because" },
            "a command was refused: because",
        ),
    ] {
        assert_eq!(told(&event), expect);
    }
}
