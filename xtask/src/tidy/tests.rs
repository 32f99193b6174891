use super::*;

#[test]
fn the_repository_is_tidy() {
    let tree = Tree::load(&project::root()).unwrap();
    let findings: Vec<_> = RULES
        .iter()
        .flat_map(|(name, rule)| {
            rule(&tree)
                .into_iter()
                .map(move |f| format!("{f} [{name}]"))
        })
        .collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn a_finding_can_be_clicked() {
    assert_eq!(Finding::new("a.rs", 3, "text").to_string(), "a.rs:3: text");
    assert_eq!(Finding::new("a.rs", 0, "text").to_string(), "a.rs: text");
}
