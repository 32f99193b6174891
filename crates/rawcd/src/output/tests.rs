use std::rc::Rc;

use super::*;

/// What was printed, while the output goes on printing.
#[derive(Clone, Default)]
pub(crate) struct Printed(Rc<RefCell<Vec<u8>>>);

impl Printed {
    pub(crate) fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.borrow().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Every line as JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        let lines = self.lines();
        lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// An output whose results can be looked at.
    pub(crate) fn printed(json: bool) -> (Self, Printed) {
        let printed = Printed::default();
        let form = if json { Form::Json } else { Form::Plain };
        (Self::with_results(form, Box::new(printed.clone())), printed)
    }
}

/// A standard output that fails after `left` lines.
struct Failing {
    left: usize,
    error: ErrorKind,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.left = self.left.checked_sub(1).ok_or(self.error)?;
        Ok(())
    }
}

#[test]
fn the_bar_templates_are_valid() {
    for template in ["{msg} [{bar:20}] {human_pos} {eta}", "{spinner} {elapsed}"] {
        assert!(ProgressStyle::with_template(template).is_ok());
    }
    let _ = [Counts::Sectors, Counts::Share, Counts::Nothing].map(style);
}

#[test]
fn a_piped_line_says_percent_and_time() {
    let line = plain_progress("writing", 500, 2_000, Duration::from_secs(2));
    assert_eq!(line, "writing: 25% (500 of 2000 sectors, 6 s left)");
    assert_eq!(
        plain_progress("writing", 0, 0, Duration::ZERO),
        "writing: 100% (0 of 0 sectors)"
    );
    assert_eq!(
        plain_wait("finishing", Duration::from_millis(999)),
        "finishing"
    );
    assert_eq!(
        plain_wait("finishing", Duration::from_secs(20)),
        "finishing: 20 s"
    );
}

#[test]
fn progress_is_told_at_the_start_and_at_each_tenth() {
    let (mut output, printed) = Output::printed(true);
    output.begin("writing", 1_000);
    for done in 0..=1_000 {
        output.progress(done, json!({ "last_lba": done }));
    }
    output.begin_wait("finishing", 1_000);
    output.progress(1_000, json!({}));
    output.progress(1_000, json!({}));
    let told: Vec<_> = printed
        .events()
        .iter()
        .map(|event| (event["phase"].clone(), event["done"].as_u64().unwrap()))
        .collect();
    let mut expected: Vec<_> = (0..=10)
        .map(|tenth| ("writing".into(), tenth * 100))
        .collect();
    expected.push(("finishing".into(), 1_000));
    assert_eq!(told, expected);
}

#[test]
fn text_and_json_do_not_mix() {
    let (output, printed) = Output::printed(true);
    output.line("for people");
    output.event("note", json!({ "text": "for programs" }));
    assert_eq!(
        printed.lines(),
        [r#"{"event":"note","text":"for programs"}"#]
    );
    let (output, printed) = Output::printed(false);
    output.line("for people");
    output.event("note", json!({ "text": "for programs" }));
    assert_eq!(printed.lines(), ["for people"]);
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let error = ErrorKind::BrokenPipe;
    let output = Output::with_results(Form::Plain, Box::new(Failing { left: 1, error }));
    output.line("read");
    output.line("not read");
    output.line("nor this");
    assert_eq!(output.end(Exit::Done), Exit::Done);
}

#[test]
fn words_that_are_lost_make_a_success_a_failure() {
    for (exit, expected) in [
        (Exit::Done, Exit::Failed),
        (Exit::Findings, Exit::Failed),
        (Exit::CancelledSpoiled, Exit::CancelledSpoiled),
    ] {
        let error = ErrorKind::StorageFull;
        let output = Output::with_results(Form::Plain, Box::new(Failing { left: 1, error }));
        output.line("kept");
        assert_eq!(output.end(exit), exit);
        output.line("lost");
        assert_eq!(output.end(exit), expected);
    }
}
