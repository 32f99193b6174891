use super::*;

#[test]
fn steps_are_chosen_by_name() {
    let names = |args: &[&str]| {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        choose(&args).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
    };
    assert_eq!(names(&[]).unwrap().len(), STEPS.len());
    assert_eq!(names(&["doc", "fmt"]).unwrap(), ["doc", "fmt"]);
    let error = names(&["dco"]).unwrap_err().to_string();
    assert!(
        error.contains("`dco`") && error.contains("fmt, tidy, clippy, doc"),
        "{error}"
    );
}

#[test]
fn help_lists_the_steps_in_order() {
    let help = crate::flags::parse(vec!["--help".into()])
        .unwrap_err()
        .to_string();
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    assert!(
        help.contains(&format!("Steps: {}.", names.join(", "))),
        "{help}"
    );
}
