//! `cargo xtask bench --kernel`: our program beside others, burning the same disc to the same recorder through a kernel.
//!
//! One kernel, one after the other, a new disc each, nothing to wait for: the recorder takes what it gets. The sources lie
//! in memory. What a program costs is what the kernel counts for it; when its WRITEs came is what the recorder's trace says.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;

use super::cases::Case;
use super::{Plan, run_cases};
use crate::Result;
use figures::{Figures, table};

mod figures;
#[cfg(test)]
mod tests;

/// Takes about a minute on two cores; the bound is for slower computers.
const PLAN: Plan = Plan {
    n_kernels: 1,
    // The sources, a raw stream made of them, and a disc.
    memory_mib: 3584,
    bound: Duration::from_secs(420),
    keeps_logs: false,
    // What is asked for are the figures, and they may go to a program.
    tell: |line| eprintln!("{line}"),
};

/// A program that burns, by the name of its case.
struct Burner {
    /// What the table calls it.
    title: &'static str,
    case: Case,
}

macro_rules! burner {
    ($title:literal, $name:literal, $needs:expr, $command:literal) => {
        Burner {
            title: $title,
            case: Case {
                name: $name,
                what: concat!($title, " burns a disc of 79 minutes"),
                needs: $needs,
                seconds: 120,
                script: concat!(
                    r#"
expect 0 rawcd new-disc new.disc
plug new.disc --unlimited --trace "/run/out/"#,
                    $name,
                    r#".trace"
expect 0 time -f '%e %U %S %M' -o "/run/out/"#,
                    $name,
                    r#".time" "#,
                    $command,
                    r#"
unplug
"#
                ),
            },
        }
    };
}

/// A disc of data and sound, 40 minutes each, as a sheet of each program describes it; none of it can be guessed.
const SOURCES: Case = Case {
    name: "bench-sources",
    what: "data and sound for a disc of 79 minutes",
    needs: &[("time", "time")],
    seconds: 120,
    script: r#"
mkdir /run/sources
cd /run/sources
n_data=180000
n_sound=179500
head -c $((n_data * 2048)) /dev/urandom >data.iso
# le NUMBER: four bytes, the lowest first.
le() {
    printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}
n_bytes=$((n_sound * 2352))
{
    printf RIFF; le $((n_bytes + 36)); printf 'WAVEfmt '
    le 16; printf '\001\000\002\000'; le 44100; le 176400; printf '\004\000\020\000'
    printf data; le $n_bytes
    head -c $n_bytes /dev/urandom
} >sound.wav
cat >disc.cue <<'SHEET'
FILE "data.iso" BINARY
  TRACK 01 MODE1/2048
    INDEX 01 00:00:00
FILE "sound.wav" WAVE
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:00:00
SHEET
cat >disc.toc <<'SHEET'
CD_ROM
TRACK MODE1
DATAFILE "/run/sources/data.iso"
TRACK AUDIO
PREGAP 0:2:0
FILE "/run/sources/sound.wav" 0
SHEET
"#,
};

/// The disc of the others as a raw stream, which takes their sources' place: for what no other program burns.
const RAW_STREAM: Case = Case {
    name: "bench-raw-stream",
    what: "the same disc as a raw stream of 2448 bytes a sector",
    needs: &[],
    seconds: 120,
    script: r#"
expect 0 rawcd convert /run/sources/disc.cue /run/raw.bin
rm -r /run/sources
"#,
};

const BURNERS: [Burner; 4] = [
    burner!(
        "rawcd, from the sheet",
        "bench-rawcd",
        &[],
        "rawcd burn /run/sources/disc.cue --device $SG --yes"
    ),
    // At 4x: wodim refuses a speed at which it thinks this computer too slow to scramble. The recorder does not mind.
    burner!(
        "wodim -raw96r",
        "bench-wodim",
        &[("wodim", "wodim")],
        "wodim dev=$SG -raw96r speed=4 gracetime=2 -data /run/sources/data.iso -audio /run/sources/sound.wav"
    ),
    burner!(
        "cdrdao generic-mmc-raw",
        "bench-cdrdao",
        &[("cdrdao", "cdrdao")],
        "cdrdao write --device $SG --driver generic-mmc-raw --speed 48 -n /run/sources/disc.toc"
    ),
    burner!(
        "rawcd, from the raw stream",
        "bench-rawcd-raw",
        &[],
        "rawcd burn /run/raw.bin --device $SG --yes"
    ),
];

/// In the order of running. The raw stream comes last: it would not fit beside its sources and a disc of theirs.
const CASES: [&Case; 6] = [
    &SOURCES,
    &BURNERS[0].case,
    &BURNERS[1].case,
    &BURNERS[2].case,
    &RAW_STREAM,
    &BURNERS[3].case,
];

/// Lets each program burn the disc and prints what it took, as a table or as one JSON object.
///
/// # Errors
/// When a program or a package is missing, a burn fails, or a program did not write the whole disc.
pub(crate) fn bench(as_json: bool) -> Result<ExitCode> {
    let mut rows = Vec::new();
    let n_failed = run_cases(&CASES, &PLAN, |left| {
        for burner in &BURNERS {
            let trace = std::fs::read_to_string(left.join(format!("{}.trace", burner.case.name)))?;
            let time = std::fs::read_to_string(left.join(format!("{}.time", burner.case.name)))?;
            let figures = Figures::read(&trace, &time)
                .map_err(|error| format!("{}: {error}", burner.title))?;
            rows.push((burner.title, figures));
        }
        Ok(())
    })?;
    if n_failed > 0 {
        return Err("there are figures only if all programs burn the disc".into());
    }
    if as_json {
        let rows: Vec<_> = rows.iter().map(|(title, row)| row.json(title)).collect();
        println!("{}", json!({ "kernel": rows }));
    } else {
        print!("\n{}", table(&rows));
    }
    Ok(ExitCode::SUCCESS)
}
