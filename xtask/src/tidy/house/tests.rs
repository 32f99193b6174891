use super::*;

/// Runs one rule over one file and compares the findings' lines; 0 is the whole file.
fn check(rule: fn(&Tree) -> Vec<Finding>, path: &str, text: &str, expect: &[usize]) {
    let lines: Vec<_> = rule(&Tree::of(&[(path, text)]))
        .iter()
        .map(|finding| finding.line)
        .collect();
    assert_eq!(lines, expect, "{path}:\n{text}");
}

#[test]
fn unfinished_code_is_found() {
    let check = |text, expect| check(check_unfinished, "src/a.rs", text, expect);
    check("fn f() { todo!() }", &[1]);
    check("\n    unimplemented!(\"x\")", &[2]);
    check("dbg!(x);", &[1]);
    check("// todo!()\nlet s = \"todo!()\";\nmy_todo!()", &[]);
}

#[test]
fn a_skipped_test_is_found() {
    let check = |text, expect| check(check_skipped_tests, "src/tests.rs", text, expect);
    check("#[test]\n#[ignore]\nfn f() {}", &[2]);
    check("#[ignore = \"slow\"]", &[1]);
    check("# [ should_panic(expected = \"x\") ]", &[1]);
    check("// #[ignore]\nfn ignore() {}", &[]);
}

#[test]
fn unsafe_code_without_a_reason_is_found() {
    let check = |text: &str, expect| check(check_unsafe, "src/a.rs", text, expect);
    check("let x = unsafe { f() };", &[1]);
    check(
        "// SAFETY: f has no conditions.\nlet x = unsafe { f() };",
        &[],
    );
    check("/// # Safety\n/// Never.\nunsafe fn f() {}", &[]);
    check("unsafe fn f() {}\nunsafe impl Send for X {}", &[1, 2]);
    check(
        "type F = unsafe fn(u8);\n// unsafe {\n#![forbid(unsafe_code)]",
        &[],
    );
    check(
        &format!(
            "// SAFETY: too far away.\n{}unsafe {{ f() }}",
            "\n".repeat(9)
        ),
        &[11],
    );
}

#[test]
fn a_library_without_a_fence_is_found() {
    let check = |path, text, expect| check(check_crate_attributes, path, text, expect);
    check("crates/cd-image/src/lib.rs", "mod a;", &[0]);
    check(
        "crates/cd-image/src/lib.rs",
        "#![deny(unsafe_code)]\nmod a;",
        &[],
    );
    check(
        "crates/cd-image/src/lib.rs",
        "// #![forbid(unsafe_code)]\nmod a;",
        &[0],
    );
    check("crates/cd-image/src/lib.rs", "//! Only a page so far.", &[]);
    check(
        "crates/cd-mmc/src/lib.rs",
        "#![forbid(unsafe_code)]\nmod a;",
        &[0],
    );
    check(
        "crates/cd-mmc/src/lib.rs",
        "#![no_std]\n#![forbid(unsafe_code)]\nmod a;",
        &[],
    );
    check("crates/rawcd/src/main.rs", "fn main() {}", &[]);
}

#[test]
fn a_large_file_without_a_reason_is_found() {
    let lines = "x\n".repeat(501);
    check(check_sizes, "src/a.rs", &lines, &[0]);
    check(check_sizes, "src/a.rs", &lines[..1000], &[]);
    check(
        check_sizes,
        "src/a.rs",
        &format!("//! Long, but one thing.\n{lines}"),
        &[],
    );
    check(
        check_sizes,
        "src/a.rs",
        &format!("{lines}//! one thing"),
        &[0],
    );
    check(check_sizes, "src/a/tests.rs", &lines, &[]);
    check(check_sizes, "tests/burn.rs", &lines, &[0]);
    check(check_sizes, "crates/a/tests/burn.rs", &lines, &[]);
}

#[test]
fn a_path_of_one_machine_is_found() {
    let check = |text: &str, expect| check(check_host_paths, "docs/a.md", text, expect);
    for name in ["work", "root", "home", "Users", "tmp"] {
        check(&format!("see\n/{name}/x"), &[2]);
        check(&format!("(\"/{name}/x\")"), &[1]);
        check(&format!("crates/{name}/x and {{dir}}/{name}/x"), &[]);
        check(&format!("/{name}"), &[]);
    }
}

#[test]
fn a_foreign_registry_is_found() {
    let lock = |source: &str| format!("[[package]]\nname = \"a\"\nsource = \"{source}\"\n");
    let standard = lock("registry+https://standard.example/index");
    check(check_registries, "Cargo.lock", &standard.repeat(2), &[]);
    check(
        check_registries,
        "Cargo.lock",
        &(standard.clone() + &lock("registry+https://mirror.example/index")),
        &[6],
    );
    check(
        check_registries,
        "Cargo.lock",
        &lock("git+https://example.org/a"),
        &[3],
    );
    check(
        check_registries,
        ".cargo/config.toml",
        "[source.standard]\nreplace-with = \"m\"",
        &[1, 2],
    );
    check(
        check_registries,
        "Cargo.toml",
        "a = { version = \"1\", registry = \"m\" }",
        &[1],
    );
    check(
        check_registries,
        "Cargo.toml",
        "a = \"1\"\n[dependencies]\nregistry-x = \"1\"",
        &[],
    );
}
