use super::*;

#[test]
fn finds_the_program_in_cargos_messages() {
    let line = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"rawcd"},"executable":"/t/release/rawcd"}"#;
    let check = |line: &str, expect: Option<&str>| {
        assert_eq!(
            executable(line, "rawcd"),
            expect.map(PathBuf::from),
            "{line}"
        );
    };
    check(line, Some("/t/release/rawcd"));
    check(
        &line.replace("\"name\":\"rawcd\"", "\"name\":\"other\""),
        None,
    );
    check(&line.replace("[\"bin\"]", "[\"lib\"]"), None);
    check(&line.replace("\"/t/release/rawcd\"", "null"), None);
    check("warning: not JSON", None);
}

#[test]
fn the_repository_is_found() {
    assert!(root().join("xtask/Cargo.toml").is_file());
    assert!(root().join(FIXTURE).is_file());
}

#[test]
fn a_scratch_folder_goes_unless_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let new = || Scratch::inside(&folder.path().join("xtask"), "burn").unwrap();
    let scratch = new();
    let path = scratch.path().to_path_buf();
    std::fs::write(path.join("file"), "").unwrap();
    drop(scratch);
    assert!(!path.exists());

    let mut scratch = new();
    std::fs::write(path.join("file"), "").unwrap();
    scratch.keep();
    drop(scratch);
    assert!(path.join("file").exists());

    let scratch = new();
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}
