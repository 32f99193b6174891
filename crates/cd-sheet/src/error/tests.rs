use super::*;

#[test]
fn messages_repeat_little_of_a_sheet() {
    let check = |text: &str, expect: &str| assert_eq!(SheetFault::show(text), expect);
    check("", "the end of the line");
    check("FOO", "\"FOO\"");
    check(&"é".repeat(40), &format!("\"{}\"", "é".repeat(40)));
    check(&"é".repeat(41), &format!("\"{}...\"", "é".repeat(40)));
}

#[test]
fn values_are_equal_wherever_they_stand() {
    let later = Place { line: 3, column: 5 };
    assert_eq!(Spanned::new(later, 7), Spanned::from(7));
    assert_ne!(Spanned::new(later, 7), Spanned::new(later, 8));
    let error = Spanned::new(later, 7).error(SheetFault::Unterminated);
    assert_eq!(error.place(), later);
    assert_eq!(
        error.to_string(),
        "3:5: the quote that opens here is not closed on this line"
    );
}
