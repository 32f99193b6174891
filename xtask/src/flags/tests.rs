use super::*;

fn handed_on(args: &[&str]) -> Vec<OsString> {
    let flags = parse(args.iter().map(OsString::from).collect()).unwrap();
    match flags.subcommand {
        XtaskCmd::Burn(burn) => burn.args,
        XtaskCmd::Test(test) => test.args,
        other => panic!("{other:?} hands nothing on"),
    }
}

#[test]
fn burn_and_test_hand_everything_on() {
    for args in [
        &[][..],
        &["a.iso", "--disc", "D", "--json"],
        &["--speed", "4", "a.iso"],
        &["-p", "cd-sector", "--", "--nocapture"],
        &["a.iso", "--help"],
    ] {
        for subcommand in ["burn", "test"] {
            assert_eq!(handed_on(&[&[subcommand], args].concat()), args);
        }
    }
}

#[test]
fn help_names_every_subcommand() {
    for args in [
        &[][..],
        &["--help"],
        &["burn", "--help"],
        &["test", "-h"],
        &["bench", "--help"],
    ] {
        let error = parse(args.iter().map(OsString::from).collect()).unwrap_err();
        assert!(error.is_help(), "{args:?}: {error}");
        for subcommand in SUBCOMMANDS {
            assert!(
                error.to_string().contains(&format!("xtask {subcommand}")),
                "{subcommand}"
            );
        }
    }
}

#[test]
fn unknown_words_are_refused() {
    for args in [&["brun"][..], &["tidy", "now"], &["bench", "--jsn"]] {
        let error = parse(args.iter().map(OsString::from).collect()).unwrap_err();
        assert!(!error.is_help(), "{args:?}: {error}");
    }
}
