use cd_address::{LbaRange, Sectors};

use super::*;

fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

#[test]
fn each_phase_is_begun_once() {
    let (mut output, printed) = Output::printed(true);
    let told = |action, done| Progress {
        action,
        range: LbaRange::new(Lba::ZERO, Sectors::new(100).unwrap()).unwrap(),
        last_read: None,
        last_done: Some(lba(done)),
        buffer_total: 0,
        buffer_used: 0,
        elapsed: std::time::Duration::ZERO,
        remaining: None,
    };
    for (action, done) in [
        (Action::Preparing, 0),
        (Action::Writing, 0),
        (Action::Writing, 1),
        (Action::Writing, 99),
        (Action::Finishing, 99),
        (Action::Finishing, 99),
        (Action::Verifying, 9),
    ] {
        progress(&told(action, done), &mut output);
    }
    let phases: Vec<_> = printed
        .events()
        .iter()
        .map(|event| {
            (
                event["phase"].as_str().unwrap().to_owned(),
                event["done"].clone(),
            )
        })
        .collect();
    let expected = [
        (PREPARING, 1),
        (WRITING, 1),
        (WRITING, 100),
        (FINISHING, 100),
        (VERIFYING, 10),
    ];
    assert_eq!(
        phases,
        expected.map(|(phase, done)| (phase.to_owned(), done.into()))
    );
}
