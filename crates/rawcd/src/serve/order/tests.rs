use super::Order;

fn check(line: &str, expect: &Order) {
    assert_eq!(Order::parse(line), Some(Ok(expect.clone())), "{line}");
}

#[test]
fn orders_are_understood() {
    check("load a b.disc", &Order::Load("a b.disc".into()));
    check("  eject  ", &Order::Eject { is_forced: false });
    check("eject force", &Order::Eject { is_forced: true });
    check("status", &Order::Status);
    check("help", &Order::Help);
    check("quit", &Order::Quit);
}

#[test]
fn what_is_no_order_is_refused_in_words_and_an_empty_line_is_nothing() {
    for line in ["load", "eject now", "quit now", "insert x", "Load x"] {
        let refused = Order::parse(line).and_then(Result::err).unwrap();
        assert!(refused.contains('`'), "{refused}");
    }
    assert_eq!(Order::parse("  "), None);
}
