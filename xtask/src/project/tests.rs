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
