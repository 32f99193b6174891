use super::*;

/// `~` in `expect` stands for one blanked character.
fn check(text: &str, expect: &str) {
    assert_eq!(mask(text), expect.replace('~', " "), "{text}");
}

#[test]
fn code_stays_and_all_else_goes() {
    check("a // b\nc", "a ~~~~\nc");
    check("a /* b /* c */ d */ e", "a ~~~~~~~~~~~~~~~~~ e");
    check("f(\"a\\\"b\", c)", "f(~~~~~~, c)");
    check("f(b\"a\", c\"a\")", "f(~~~~, ~~~~)");
    check("r\"a\\\" b", "~~~~~ b");
    check("br#\"a\"b\"# c", "~~~~~~~~~ c");
    check("var\"x\" r#type", "var~~~ r#type");
    check("'a' '\\'' '\\u{41}' &'a str", "~~~ ~~~~ ~~~~~~~~ &'a str");
    check("'label: loop {}", "'label: loop {}");
    check("\"a\nb\" c", "~~\n~~ c");
}

#[test]
fn what_does_not_end_is_blank() {
    for text in ["\"a", "/* a", "r##\"a\"#", "b\"\\", "'\\"] {
        assert_eq!(mask(text).trim(), "", "{text}");
    }
    for text in ["r", "r#", "br##", "/", "'"] {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn every_line_stays_in_its_place() {
    let text = include_str!("../mask.rs");
    let masked = mask(text);
    assert_eq!(masked.lines().count(), text.lines().count());
    assert_eq!(masked.chars().count(), text.chars().count());
}
