use serde_json::json;

use super::*;

#[test]
fn git_and_a_walk_see_the_same_sources() {
    let root = project::root();
    let mut walked = walk(&root.join("xtask")).unwrap();
    walked.retain(|path| path.ends_with(".rs"));
    walked.sort();
    assert!(walked.contains(&"src/tidy/tree/tests.rs".to_owned()));
    let Some(tracked) = tracked(&root.join("xtask")) else {
        return;
    };
    let mut tracked: Vec<_> = tracked
        .into_iter()
        .filter(|path| path.ends_with(".rs"))
        .collect();
    tracked.retain(|path| root.join("xtask").join(path).is_file());
    tracked.sort();
    assert_eq!(walked, tracked);
}

#[test]
fn folders_count_as_paths() {
    let tree = Tree::of(&[
        ("crates/a/src/lib.rs", ""),
        ("crates/a/Cargo.toml", ""),
        ("crates/b/x", ""),
    ]);
    for path in ["crates", "crates/", "crates/a", "crates/a/src/lib.rs", ""] {
        assert!(tree.has(path), "{path}");
    }
    for path in ["crate", "crates/a/src/li", "crates/c", "x"] {
        assert!(!tree.has(path), "{path}");
    }
    assert_eq!(tree.crate_folders(), ["a", "b"]);
}

#[test]
fn dependencies_are_read_with_their_kind() {
    let metadata = json!({"packages": [{"name": "a", "dependencies": [
        {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}, {"name": "d", "kind": "build"},
    ]}]});
    let dependency = |name: &str, is_dev| Dependency {
        name: name.to_owned(),
        is_dev,
    };
    let dependencies = vec![
        dependency("b", false),
        dependency("c", true),
        dependency("d", false),
    ];
    assert_eq!(
        parse_packages(&metadata),
        [Package {
            name: "a".to_owned(),
            dependencies
        }]
    );
}
