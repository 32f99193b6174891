//! The figures as a table for people and as JSON for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::machine::Machine;
use super::meter::{BASELINE, Figure};

/// Speed of plain memory reading in this run, in GB/s; `None` if it was not measured.
fn baseline(figures: &[Figure]) -> Option<f64> {
    figures
        .iter()
        .find(|figure| figure.name == BASELINE)
        .map(Figure::gb_per_s)
}

/// A table: one line a figure, the machine above, the meaning of the columns below.
pub(super) fn table(machine: &Machine, figures: &[Figure]) -> String {
    let Machine {
        os,
        arch,
        vector_level,
        n_cores,
    } = machine;
    let mut text = format!("{os} {arch}, {n_cores} cores, {vector_level}\n\n");
    let width = figures
        .iter()
        .map(|figure| figure.name.len())
        .max()
        .unwrap_or(0);
    let mut line = |cells: [&str; 6]| {
        let [group, name, speed, ratio, cores, peak] = cells;
        let _ = writeln!(
            text,
            "{group:8}  {name:width$}  {speed:>9}  {ratio:>8}  {cores:>6}  {peak:>9}"
        );
    };
    line(["group", "bench", "GB/s", "ratio", "cores", "peak MiB"]);
    for figure in figures {
        let speed = figure.gb_per_s();
        let ratio = baseline(figures).map_or("-".to_owned(), |read| format!("{:.3}", speed / read));
        let cores = figure
            .cores()
            .map_or("-".to_owned(), |cores| format!("{cores:.3}"));
        let peak = figure
            .peak_memory
            .map_or("-".to_owned(), |bytes| format!("{}", bytes >> 20));
        line([
            figure.group,
            figure.name,
            &format!("{speed:.3}"),
            &ratio,
            &cores,
            &peak,
        ]);
    }
    text + "\nGB/s: best round, 10^9 bytes. ratio: to `memory read`, one core, this run. cores: how many were \
         busy, least work in the best round's time. peak: memory held.\n"
}

/// The same as one JSON object; unknown values are null.
pub(super) fn json(machine: &Machine, figures: &[Figure]) -> Value {
    let Machine {
        os,
        arch,
        vector_level,
        n_cores,
    } = machine;
    let read = baseline(figures);
    let figures: Vec<Value> = figures
        .iter()
        .map(|figure| {
            json!({
                "group": figure.group,
                "name": figure.name,
                "bytes": figure.n_bytes,
                "best_seconds": figure.best.as_secs_f64(),
                "rounds": figure.n_rounds,
                "gb_per_s": figure.gb_per_s(),
                "cpu_seconds": figure.least_cpu.map(|cpu| cpu.as_secs_f64()),
                "ratio_to_memory_read": read.map(|read| figure.gb_per_s() / read),
                "peak_memory_bytes": figure.peak_memory,
            })
        })
        .collect();
    json!({
        "machine": {"os": os, "arch": arch, "vector_level": vector_level, "cores": n_cores},
        "memory_read_gb_per_s": read,
        "figures": figures,
    })
}

#[cfg(test)]
mod tests;
