use super::super::tree::Dependency;
use super::*;

/// A tree in which every crate of the table exists and is in order.
fn whole() -> Tree {
    let manifests: Vec<_> = LAYERS
        .iter()
        .map(|layer| format!("crates/{}/Cargo.toml", layer.name))
        .collect();
    let files: Vec<_> = manifests
        .iter()
        .map(|path| (path.as_str(), "[lints]\nworkspace = true\n"))
        .collect();
    Tree::of(&files)
}

fn with_dependency(user: &str, used: &str, is_dev: bool) -> Tree {
    let dependencies = vec![Dependency {
        name: used.to_owned(),
        is_dev,
    }];
    let mut tree = whole();
    tree.packages.push(Package {
        name: user.to_owned(),
        dependencies,
    });
    tree
}

fn texts(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect()
}

#[test]
fn dependencies_go_down_only() {
    let check = |user: &str, used: &str, is_dev, expect: &str| {
        let found = texts(&check(&with_dependency(user, used, is_dev)));
        assert_eq!(
            found.is_empty(),
            expect.is_empty(),
            "{user} -> {used}: {found}"
        );
        assert!(found.contains(expect), "{found}");
    };
    check("cd-sector", "cd-address", false, "");
    check("rawcd", "cd-address", false, "");
    check(
        "cd-address",
        "cd-sector",
        false,
        "cd-address (row 1) may not use cd-sector (row 2)",
    );
    check("cd-sector", "cd-mmc", false, "only lower rows");
    check(
        "cd-writer",
        "cd-emulator",
        false,
        "cd-writer (row 5) may not use cd-emulator (row 5)",
    );
    check("cd-writer", "cd-emulator", true, "");
    check("cd-image", "memmap2", false, "");
    check(
        "cd-sector",
        "memmap2",
        false,
        "cd-sector may not use memmap2",
    );
    check("cd-sector", "proptest", true, "");
    check("xtask", "anything", false, "");
}

#[test]
fn table_and_folders_are_the_same_list() {
    assert_eq!(check(&whole()), []);
    let found = texts(&check(&Tree::of(&[(
        "crates/cd-new/Cargo.toml",
        "[lints]\nworkspace = true",
    )])));
    assert!(found.contains("crate cd-new has no row"), "{found}");
    assert!(found.contains("the layer table names cd-mmc"), "{found}");
}

#[test]
fn lints_are_inherited() {
    let found = texts(&check(&Tree::of(&[(
        "crates/cd-mmc/Cargo.toml",
        "[package]\n",
    )])));
    assert!(
        found.contains("crates/cd-mmc/Cargo.toml: does not inherit"),
        "{found}"
    );
}

#[test]
fn documents_show_the_same_rows() {
    let rows: String = LAYERS
        .iter()
        .map(|layer| format!("| {} | `{}` | a crate |\n", layer.row, layer.name))
        .collect();
    let check = |text: &str, expect: &str| {
        let found = texts(&check_documents(&Tree::of(&[("ARCHITECTURE.md", text)])));
        assert_eq!(found.is_empty(), expect.is_empty(), "{found}");
        assert!(found.contains(expect), "{found}");
    };
    check(&rows, "");
    check(
        &rows.replace("| 2 | `cd-mmc`", "| 3 | `cd-mmc`"),
        "`cd-mmc` is in row 2 of the layer table, not 3",
    );
    check(
        &rows.replace("`cd-mmc`", "`cd-mmb`"),
        "crate `cd-mmc` is not named",
    );
    check(
        &format!("{rows}| 5 | `cd-writer`, `cd-gone` | |\n"),
        &format!("ARCHITECTURE.md:{}: `cd-gone`", LAYERS.len() + 1),
    );
    check(&format!("{rows}| 2 | `cd-mmc`, `cd-sector` | |\n"), "");
    check(&format!("{rows}| 12 | sectors |\n"), "");
}
