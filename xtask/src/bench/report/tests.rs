use std::time::Duration;

use super::*;

fn figure(name: &'static str, n_bytes: u64, peak_memory: Option<u64>) -> Figure {
    let best = Duration::from_secs(1);
    Figure {
        group: "memory",
        name,
        n_bytes,
        best,
        least_cpu: peak_memory.map(|_| Duration::from_millis(250)),
        n_rounds: 5,
        peak_memory,
    }
}

const MACHINE: Machine = Machine {
    os: "linux",
    arch: "x86_64",
    vector_level: "AVX2",
    n_cores: 2,
};

#[test]
fn ratios_are_to_memory_read() {
    let figures = [
        figure(BASELINE, 20_000_000_000, Some(3 << 20)),
        figure("memcpy", 5_000_000_000, None),
    ];
    let text = table(&MACHINE, &figures);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .collect();
    assert_eq!(
        lines[3],
        ["memory", "memory", "read", "20.000", "1.000", "0.250", "3"]
    );
    assert_eq!(lines[4], ["memory", "memcpy", "5.000", "0.250", "-", "-"]);

    let object = json(&MACHINE, &figures);
    assert_eq!(object["memory_read_gb_per_s"], 20.0);
    assert_eq!(object["figures"][1]["ratio_to_memory_read"], 0.25);
    assert_eq!(object["figures"][1]["peak_memory_bytes"], Value::Null);
    assert_eq!(object["machine"]["vector_level"], "AVX2");
}

#[test]
fn without_memory_read_there_is_no_ratio() {
    let figures = [figure("memcpy", 5_000_000_000, None)];
    assert!(table(&MACHINE, &figures).contains("5.000         -"));
    assert_eq!(
        json(&MACHINE, &figures)["figures"][0]["ratio_to_memory_read"],
        Value::Null
    );
}
