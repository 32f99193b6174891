//! The help says what there is, to whoever asks for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::run::Dir;

const IMAGE: &[&str] = &[
    "--as",
    "--start",
    "--encoding",
    "--byte-order",
    "--data",
    "--with-sub",
];
const TARGET: &[&str] = &["--disc", "--device", "--replay", "--trace"];
const BURN: &[&str] = &[
    "--speed",
    "--simulate",
    "--subcode",
    "--no-underrun-protection",
    "--overburn",
];

const VERIFY: &[&str] = &["--rereads", "--q-tolerance", "--accept"];

/// Every command with its own options.
fn commands() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        (
            "burn",
            [IMAGE, TARGET, BURN, VERIFY, &["--verify", "--yes"]].concat(),
        ),
        ("verify", [IMAGE, TARGET, VERIFY, &["--subcode"]].concat()),
        ("plan", [IMAGE, TARGET, BURN].concat()),
        ("info", TARGET.to_vec()),
        ("check", [IMAGE, &["--fail-on"]].concat()),
        (
            "read",
            [
                TARGET,
                &["--track", "--session", "--user-data", "--main", "--force"],
            ]
            .concat(),
        ),
        (
            "convert",
            [
                IMAGE,
                &[
                    "--to",
                    "--lossy",
                    "--sub",
                    "--lead-in",
                    "--subcode",
                    "--force",
                ],
            ]
            .concat(),
        ),
        ("blank", [TARGET, &["--fast", "--full", "--yes"]].concat()),
        ("new-disc", vec!["--rw", "--lead-in", "--last-lead-out"]),
        (
            "serve",
            vec![
                "--rw",
                "--speed",
                "--unlimited",
                "--profile",
                "--name",
                "--take-over",
                "--kernel-timeout",
                "--trace",
            ],
        ),
    ]
}

/// The options a help text lists: what stands first on a line, behind a short form or not.
fn listed(help: &str) -> BTreeSet<&str> {
    help.lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
        .flat_map(|line| {
            line.split([' ', ','])
                .filter(|word| word.starts_with("--"))
                .take(1)
        })
        .collect()
}

#[test]
fn every_command_explains_its_options() {
    let dir = Dir::new();
    for (command, options) in commands() {
        let mut expected: BTreeSet<_> = options.into_iter().collect();
        expected.extend(["--json", "--help", "--version"]);
        for args in [[command, "--help"], [command, "-h"], ["help", command]] {
            let said = dir.run(args).succeeds();
            assert_eq!(listed(&said), expected, "{args:?}");
        }
    }
}

#[test]
fn the_help_as_a_whole_names_commands_codes_and_a_way_in() {
    let dir = Dir::new();
    let said = dir.run(["--help"]).succeeds();
    for (command, _) in commands() {
        assert!(
            said.contains(&format!("\n  {command} ")),
            "nothing of {command} in {said}"
        );
    }
    for saying in [
        "Try it without a drive:",
        "Exit codes:",
        "\n  43  the disc reads back different",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    let said = dir.run(["--version"]).succeeds();
    assert_eq!(said, format!("rawcd {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_examples_of_the_help_work() {
    let dir = Dir::new();
    let help = dir.run(["--help"]).succeeds();
    let examples: Vec<_> = help
        .lines()
        .skip_while(|line| !line.starts_with("Try it"))
        .filter_map(|line| line.strip_prefix("  rawcd "))
        .collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let command = example.split("    ").next().unwrap();
        let words = command.split_whitespace();
        dir.run(words.map(|word| {
            if word == "some.iso" {
                "ruler.iso"
            } else {
                word
            }
        }))
        .succeeds();
    }
}

#[test]
fn without_a_command_the_help_is_an_error() {
    let ended = Dir::new().run::<&str>([]).has_code(2);
    assert!(ended.stderr.contains("Usage: rawcd"), "{ended:#?}");
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_wrong_command_line_is_code_2() {
    let dir = Dir::new();
    for args in [
        ["burn"].as_slice(),
        &["toast", "some.iso"],
        &["burn", "ruler.iso", "--disk", "d"],
        &["burn", "ruler.iso", "--speed", "0"],
        &["burn", "ruler.iso", "--start", "1:2"],
        &["convert", "ruler.iso"],
    ] {
        let ended = dir.run(args).has_code(2);
        assert!(ended.stderr.starts_with("error: "), "{ended:#?}");
        assert_eq!(ended.stdout, "");
    }
    assert!(dir.names().is_empty());
}

#[test]
fn the_document_names_options_and_commands_that_exist() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let document = fs::read_to_string(path).unwrap();
    let known: BTreeSet<_> = commands()
        .into_iter()
        .flat_map(|(_, options)| options)
        .collect();
    let words = document.split([' ', '`', '\n', ')', ',', ':', ';']);
    for option in words.filter(|word| word.starts_with("--") && *word != "---") {
        let is_known =
            known.contains(option) || ["--json", "--help", "--version"].contains(&option);
        assert!(is_known, "docs/cli.md names {option}");
    }
    for (command, _) in commands() {
        assert!(
            document.contains(&format!("`rawcd {command}")),
            "docs/cli.md says nothing of {command}"
        );
    }
}
