use std::collections::BTreeSet;

use super::*;

fn folder() -> PathBuf {
    project::root().join("fuzz")
}

fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = folder().join("corpus").join(target);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

#[test]
fn every_target_stands_its_corpus() {
    for (name, body) in rawcd_fuzz::TARGETS {
        let inputs = inputs(name);
        assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
        for (path, bytes) in inputs {
            let outcome = std::panic::catch_unwind(|| body(&bytes));
            assert!(outcome.is_ok(), "{}: see the panic above", path.display());
        }
    }
}

#[test]
fn every_target_stands_inputs_cut_short() {
    for (name, body) in rawcd_fuzz::TARGETS {
        for (_, bytes) in inputs(name) {
            let step = bytes.len() / 24 + 1;
            (0..bytes.len())
                .step_by(step)
                .for_each(|len| body(&bytes[..len]));
        }
    }
}

#[test]
fn targets_files_and_corpora_go_together() {
    let names: BTreeSet<_> = rawcd_fuzz::TARGETS.map(|(name, _)| name.to_owned()).into();
    assert_eq!(names, targets(&folder()).unwrap().into_iter().collect());
    let corpora = fs::read_dir(folder().join("corpus")).unwrap();
    let corpora = corpora.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names, corpora.collect());
}

#[test]
fn unknown_targets_are_refused() {
    let options = flags::Fuzz {
        targets: vec!["q".to_owned(), "qq".to_owned()],
        seconds: None,
    };
    let error = run(&options).unwrap_err().to_string();
    assert_eq!(
        error,
        "no target is called `qq`; there are address, ccd, cd_text, cue, image, mmc, q, rw, sector, toc"
    );
}

#[test]
fn logs_are_read() {
    let log = "#2048 pulse\nDone 9 runs\nstat::number_of_executed_units: 1250000\n\
               stat::average_exec_per_sec:     20491\nstat::new_units_added: 7\n";
    let summary = Summary {
        n_inputs: 1_250_000,
        per_second: 20491,
    };
    assert_eq!(Summary::of(log), summary);
    assert_eq!(artifact(log), None);
    let log = "panicked\nartifact_prefix='a/'; Test unit written to a/crash-0f\nBase64: AA==\n";
    assert_eq!(artifact(log), Some("a/crash-0f"));
}
