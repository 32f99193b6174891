use super::*;

fn check(rule: fn(&Tree) -> Vec<Finding>, text: &str, expect: &[&str]) {
    let tree = Tree::of(&[
        ("docs/a.md", text),
        ("docs/layout.md", ""),
        ("README.md", ""),
        ("crates/cd-mmc/src/lib.rs", ""),
    ]);
    let found: Vec<_> = rule(&tree).iter().map(ToString::to_string).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn a_path_that_is_not_there_is_found() {
    check(
        check_paths,
        "see `crates/cd-mmc/src/lib.rs` and `docs/`, `crates/cd-mmc`",
        &[],
    );
    check(check_paths, "see `crates/cd-mmc/src/lib.rs:12`", &[]);
    check(
        check_paths,
        "fine\nsee `docs/gone.md` and `crates/cd-nnc/src`",
        &[
            "docs/a.md:2: `docs/gone.md` does not exist",
            "docs/a.md:2: `crates/cd-nnc/src` does not exist",
        ],
    );
    check(
        check_paths,
        "`crates/<name>/src`, `docs/*.md`, `crates/{a,b}`, `docs/x y`, `src/x`",
        &[],
    );
    check(check_paths, "```\n`docs/gone.md`\n```\n", &[]);
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    check(
        check_links,
        "[a](layout.md) [b](../README.md#top) [c](#here) [d](https://e.f/g)",
        &[],
    );
    check(
        check_links,
        "[a](/README.md), [b](../crates/cd-mmc \"title\")",
        &[],
    );
    check(
        check_links,
        "[a](README.md)",
        &["docs/a.md:1: the link to README.md leads nowhere"],
    );
    check(
        check_links,
        "[a](../../x)",
        &["docs/a.md:1: the link to ../../x leads nowhere"],
    );
    check(
        check_links,
        "[a]: gone.md",
        &["docs/a.md:1: the link to gone.md leads nowhere"],
    );
    check(check_links, "in code: `x[0](gone.md)`", &[]);
}

#[test]
fn a_command_that_is_none_is_found() {
    check(
        check_commands,
        "`cargo xtask burn`, `cargo xtask --help`, `cargo xtask`",
        &[],
    );
    check(check_commands, "what cargo xtask does", &[]);
    check(
        check_commands,
        "`cargo xtask bum`",
        &["docs/a.md:1: `cargo xtask bum` is no subcommand"],
    );
    check(
        check_commands,
        "```\ncargo xtask fly --now\n```",
        &["docs/a.md:2: `cargo xtask fly` is no subcommand"],
    );
}
