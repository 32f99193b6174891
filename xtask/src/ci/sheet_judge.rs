//! The sheets case: programs of others read sheets as they are read here, given ones and those that are written here.
//!
//! `cdrdao` says where each track, pregap and index of a toc-file or CUE sheet lies, what it is, and its codes: all of it has to be
//! the same. `cd-info` says where tracks begin and what they are, `cueprint` their codes and titles.
//!
//! Faults of theirs, round which the sheets are written or the comparison goes:
//! - cdrdao 1.2.4 takes the one file of a CUE sheet, and that by the sheet's name; it takes `INDEX 02` of all tracks but the first for
//!   past the track's end, and leaves out `POSTGAP`.
//! - cd-info 2.1 leaves out pregaps that are made (`PREGAP`), so that all that follows lies before its place by their
//!   lengths; of toc-files it knows neither `SILENCE` and `ZERO` nor more than one file, and counts a first `START` into the lead-out
//!   twice. It does not read recording codes.
//! - cueprint 1.4 reads no `CD_TEXT` of toc-files.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use cd_address::Lba;
use cd_image::{
    AuthoredStream, ConvertTarget, DiscLayout, Image, OpenOptions, RunMain, Track, TrackKind,
    convert, recover,
};
use cd_sector::{CdText, CdTextKind, Control, MAIN_BYTES, SectorLayout, encode_mode1};
use xshell::Shell;

use super::judge::{ask_in, require};
use crate::{Result, project};

/// A sheet, and who is asked about it.
struct Case {
    name: &'static str,
    text: &'static str,
    judges: &'static [Judge],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Judge {
    Cdrdao,
    CdInfo,
    Cueprint,
}

const ALL: &[Judge] = &[Judge::Cdrdao, Judge::CdInfo, Judge::Cueprint];

const CASES: &[Case] = &[
    Case {
        name: "audio.cue",
        text: r#"CATALOG 4006381333931
TITLE "Disc"
FILE "audio.bin" BINARY
  TRACK 01 AUDIO
    TITLE "First"
    FLAGS DCP PRE
    ISRC DEABC2600001
    INDEX 01 00:00:00
    INDEX 02 00:02:00
  TRACK 02 AUDIO
    TITLE "Second"
    ISRC DEABC2600002
    INDEX 00 00:05:00
    INDEX 01 00:06:05
  TRACK 03 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:11:00
"#,
        judges: ALL,
    },
    Case {
        name: "hidden.cue",
        text: r#"FILE "hidden.bin" BINARY
  TRACK 01 AUDIO
    INDEX 00 00:00:00
    INDEX 01 00:04:25
  TRACK 02 AUDIO
    INDEX 01 00:10:00
"#,
        judges: ALL,
    },
    Case {
        name: "mixed.cue",
        text: r#"CATALOG 4006381333931
FILE "mixed.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:04:25
  TRACK 03 AUDIO
    FLAGS 4CH
    INDEX 00 00:10:00
    INDEX 01 00:10:20
"#,
        judges: ALL,
    },
    Case {
        name: "files.cue",
        text: r#"FILE "a.wav" WAVE
  TRACK 01 AUDIO
    ISRC DEABC2600001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "In two files"
    INDEX 00 00:04:25
FILE "b.wav" WAVE
    INDEX 01 00:00:00
"#,
        judges: &[Judge::Cueprint],
    },
    Case {
        name: "audio.toc",
        text: r#"CD_DA
CATALOG "4006381333931"
CD_TEXT { LANGUAGE_MAP { 0 : 9 } LANGUAGE 0 { TITLE "Disc" } }
TRACK AUDIO
COPY
PRE_EMPHASIS
ISRC "DEABC2600001"
CD_TEXT { LANGUAGE 0 { TITLE "First" } }
FILE "big.bin" 0 00:05:00
INDEX 00:02:00
TRACK AUDIO
ISRC "DEABC2600002"
CD_TEXT { LANGUAGE 0 { TITLE "Second" } }
FILE "big.bin" 00:05:00 00:06:00
START 00:01:05
TRACK AUDIO
PREGAP 00:02:00
FILE "big.bin" 00:11:00 00:05:00
INDEX 00:01:00
INDEX 00:02:00
"#,
        judges: &[Judge::Cdrdao, Judge::CdInfo],
    },
    Case {
        name: "hidden.toc",
        text: "CD_DA\nTRACK AUDIO\nFILE \"big.bin\" 0 00:16:00\nSTART 00:04:25\n",
        judges: ALL,
    },
    Case {
        name: "mixed.toc",
        text: r#"CD_ROM
TRACK MODE1
DATAFILE "data.iso"
ZERO 00:02:00
TRACK AUDIO
PREGAP 00:02:00
FILE "a.wav" 0
TRACK AUDIO
FOUR_CHANNEL_AUDIO
FILE "b.wav" 0 00:04:40
"#,
        judges: &[Judge::Cdrdao, Judge::Cueprint],
    },
    Case {
        name: "parts.toc",
        text: r#"CD_DA
TRACK AUDIO
FILE "a.wav" 0 1000
SILENCE 7
START
FILE "big.bin" 5
TRACK AUDIO
ISRC "DEABC2600001"
FILE "a.wav" 1
INDEX 00:00:10
TRACK AUDIO
SILENCE 00:00:30
START
FILE "b.wav" 00:00:01
END
SILENCE 00:00:10
"#,
        judges: &[Judge::Cdrdao, Judge::Cueprint],
    },
];

/// Opens every sheet, and asks.
pub(super) fn check(_: &Shell) -> Result<()> {
    require("cdrdao", "cdrdao")?;
    require("cd-info", "libcdio-utils")?;
    require("cueprint", "cuetools")?;
    let mut scratch = project::Scratch::new("sheets")?;
    let dir = scratch.path().to_path_buf();
    write_files(&dir)?;
    let judged = CASES.iter().try_for_each(|case| {
        judge(case, &dir).map_err(|error| format!("{}: {error}", case.name).into())
    });
    if judged.is_err() {
        scratch.keep();
    }
    judged
}

/// Has the sheet judged, and then what is written of its disc as other sheets.
fn judge(case: &Case, dir: &Path) -> Result<()> {
    let path = dir.join(case.name);
    fs::write(&path, case.text)?;
    let disc = open(&path)?;
    compare(case.name, case.judges, &disc, dir)?;
    println!("{}: read the same by all that were asked", case.name);

    let keep_on = &mut |_, _| ControlFlow::Continue(());
    let start = Lba::IMAGE_START_95_00_00;
    let stream = AuthoredStream::new(Arc::new(disc), start, SectorLayout::RawPw96)?;
    let map = recover(&stream, keep_on)?;
    for (target, judges) in [
        (ConvertTarget::Cue { with_sub: false }, ALL),
        (ConvertTarget::Toc, &[Judge::Cdrdao]),
    ] {
        let word = target.word();
        let name = format!("{}-as-{word}.{word}", case.name.replace('.', "-"));
        let path = dir.join(&name);
        convert(&stream, &map, target, (&path, false), keep_on)?;
        let written = open(&path)?;
        let has_late_index = written
            .tracks()
            .iter()
            .skip(1)
            .any(|track| !track.indexes.is_empty());
        let judges: Vec<_> = judges
            .iter()
            .copied()
            .filter(|judge| is_toc(&name) || !has_late_index || *judge != Judge::Cdrdao)
            .collect();
        compare(&name, &judges, &written, dir)?;
        println!("{name}: written, and read the same by all that were asked");
    }
    Ok(())
}

fn open(path: &Path) -> Result<DiscLayout> {
    let image = Image::open(path, &OpenOptions::default())?;
    Ok(image.disc().ok_or("it is no disc to be authored")?.clone())
}

/// Asks each of `judges` what is on the sheet called `name`, of which `disc` was made here.
fn compare(name: &str, judges: &[Judge], disc: &DiscLayout, dir: &Path) -> Result<()> {
    for judge in judges {
        let (who, theirs, ours) = match judge {
            Judge::Cdrdao => ("cdrdao", cdrdao(name, dir)?, for_cdrdao(disc)?),
            Judge::CdInfo => ("cd-info", cd_info(name, dir)?, for_cd_info(name, disc)?),
            Judge::Cueprint => ("cueprint", cueprint(name, dir)?, for_cueprint(name, disc)?),
        };
        if theirs != ours {
            return Err(format!("{who} reads of {name}\n{theirs}\nand here it is\n{ours}").into());
        }
    }
    Ok(())
}

/// What `show-toc` and `toc-size` say, without blanks that mean nothing.
fn cdrdao(name: &str, dir: &Path) -> Result<String> {
    let said = String::from_utf8(ask_in(dir, "cdrdao", &["show-toc", name])?)?;
    let mut all = String::new();
    for line in said.lines().filter(|line| !line.starts_with("TOC TYPE")) {
        // A star says that the last sector is filled up; the mode of whole sectors is that of their contents.
        let line = line.replace("END*", "END ").replace("_RAW:", ":");
        let words: Vec<_> = line.split_whitespace().collect();
        if !words.is_empty() {
            writeln!(all, "{}", words.join(" "))?;
        }
    }
    let size = ask_in(dir, "cdrdao", &["toc-size", name])?;
    writeln!(all, "{}", String::from_utf8(size)?.trim())?;
    Ok(all)
}

fn for_cdrdao(disc: &DiscLayout) -> Result<String> {
    let mut all = String::new();
    if let Some(mcn) = disc.mcn() {
        writeln!(all, "CATALOG NUMBER: {mcn}")?;
    }
    for (number, track) in numbered(disc) {
        let is_audio = track.kind == TrackKind::Audio;
        let mode = if is_audio { "AUDIO" } else { "MODE1" };
        writeln!(all, "TRACK {number} Mode {mode}:")?;
        if let Some(isrc) = track.isrc {
            writeln!(all, "ISRC {}", isrc.to_string().replace('-', " "))?;
        }
        let control = track.toc_control();
        let has = |flag: Control| control.0 & flag.0 != 0;
        let not = |has: bool| if has { "" } else { "NOT " };
        writeln!(all, "COPY {}PERMITTED", not(has(Control::COPY_PERMITTED)))?;
        if is_audio {
            let no = if has(Control::PRE_EMPHASIS) {
                ""
            } else {
                "NO "
            };
            writeln!(all, "{no}PRE-EMPHASIS")?;
            let channels = if has(Control::FOUR_CHANNEL) {
                "FOUR"
            } else {
                "TWO"
            };
            writeln!(all, "{channels} CHANNEL AUDIO")?;
        }
        let start = start(disc, number)?;
        // What lies before LBA 0 is not in it.
        let pregap = start - disc.pregap_start(number).map_or(0, Lba::value).max(0);
        if pregap > 0 {
            writeln!(all, "PREGAP {}", at(pregap))?;
        }
        writeln!(all, "START {}", at(start))?;
        for (index, after) in (2..).zip(&track.indexes) {
            let place = start + after.count().cast_signed();
            writeln!(all, "INDEX {index} {}", at(place))?;
        }
        let end = disc.pregap_start(number + 1);
        writeln!(
            all,
            "END {}",
            at(end.unwrap_or(disc.lead_out_start()).value())
        )?;
    }
    writeln!(all, "{}", disc.lead_out_start())?;
    Ok(all)
}

/// A place as cdrdao shows it: time and number.
fn at(place: i32) -> String {
    let (minute, second, frame) = (place / 75 / 60, place / 75 % 60, place % 75);
    let number = format!("({place:6})");
    let words = number.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{minute:02}:{second:02}:{frame:02}{words}")
}

/// The rows of the track list: number, address, sound or data, copying, pre-emphasis; and the catalogue number.
fn cd_info(name: &str, dir: &Path) -> Result<String> {
    let option = match is_toc(name) {
        true => format!("--toc-file={name}"),
        false => format!("--cue-file={name}"),
    };
    let args = ["--no-device-info", "--no-cddb", "--no-analyze", &option];
    let said = String::from_utf8(ask_in(dir, "cd-info", &args)?)?;
    let mut all = String::new();
    for line in said.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            [number, _, lsn, kind, _, copy, more @ ..]
                if number.ends_with(':') && ["audio", "data"].contains(kind) =>
            {
                let emphasis = more.get(1).copied().unwrap_or("no");
                writeln!(all, "{number} {lsn} {kind} {copy} {emphasis}")?;
            }
            ["170:", _, lsn, "leadout", ..] if !is_toc(name) => writeln!(all, "end {lsn}")?,
            ["Media", "Catalog", "Number", "(MCN):", mcn] => writeln!(all, "MCN {mcn}")?,
            _ => {}
        }
    }
    Ok(all)
}

fn for_cd_info(name: &str, disc: &DiscLayout) -> Result<String> {
    let mut all = String::new();
    let mut left_out = 0;
    let yes = |is_set: bool| if is_set { "yes" } else { "no" };
    for (number, track) in numbered(disc) {
        let first = number == disc.first_track();
        left_out += made_pregap(track) - if first { 150 } else { 0 };
        let control = track.toc_control();
        let has = |flag: Control| yes(control.0 & flag.0 != 0);
        let kind = if control.is_data() { "data" } else { "audio" };
        let lsn = start(disc, number)? - left_out;
        let (copy, emphasis) = (has(Control::COPY_PERMITTED), has(Control::PRE_EMPHASIS));
        writeln!(all, "{number}: {lsn:06} {kind} {copy} {emphasis}")?;
    }
    if !is_toc(name) {
        let end = disc.lead_out_start().value() - left_out;
        writeln!(all, "end {end:06}")?;
    }
    if let Some(mcn) = disc.mcn() {
        writeln!(all, "MCN {mcn}")?;
    }
    Ok(all)
}

/// Sectors before index 1 that come from no file, the 150 before LBA 0 among them.
fn made_pregap(track: &Track) -> i32 {
    let made = track
        .pregap
        .iter()
        .filter(|run| matches!(run.main, RunMain::Made));
    made.map(|run| run.sectors.count().cast_signed()).sum()
}

/// The number of tracks, and each one's title and recording code.
fn cueprint(name: &str, dir: &Path) -> Result<String> {
    let args = ["-d", "%N|%T\n", "-t", "%n|%t|%i\n", name];
    Ok(String::from_utf8(ask_in(dir, "cueprint", &args)?)?)
}

fn for_cueprint(name: &str, disc: &DiscLayout) -> Result<String> {
    let (text, _) = CdText::decode(disc.cd_text());
    let block = text.blocks.first().filter(|_| !is_toc(name));
    let title = |track| {
        let title = block.and_then(|block| block.text(CdTextKind::TITLE, track));
        title.unwrap_or_default().to_owned()
    };
    let mut all = format!("{}|{}\n", disc.tracks().len(), title(0));
    for (number, track) in numbered(disc) {
        let isrc = track.isrc.map(|isrc| isrc.to_string().replace('-', ""));
        writeln!(
            all,
            "{number}|{}|{}",
            title(number),
            isrc.unwrap_or_default()
        )?;
    }
    Ok(all)
}

fn is_toc(name: &str) -> bool {
    name.ends_with("toc")
}

fn numbered(disc: &DiscLayout) -> impl Iterator<Item = (u8, &Track)> {
    (disc.first_track()..=99).zip(disc.tracks())
}

fn start(disc: &DiscLayout, track: u8) -> Result<i32> {
    let start = disc.track_start(track).ok_or("a track has no place")?;
    Ok(start.value())
}

/// The files that the sheets name.
fn write_files(dir: &Path) -> Result<()> {
    let wave = |n: u32| {
        let [low, high, ..] = (n.wrapping_mul(37) & 0x1FFF).to_le_bytes();
        [low, high]
    };
    let samples = (0..1200 * 588).flat_map(|n| [wave(n), wave(n / 2)].concat());
    let little: Vec<u8> = samples.collect();
    let big: Vec<u8> = little.chunks(2).flat_map(|two| [two[1], two[0]]).collect();
    for name in ["audio.bin", "hidden.bin"] {
        fs::write(dir.join(name), &little)?;
    }
    fs::write(dir.join("big.bin"), big)?;
    let mut mixed = little.clone();
    for (n, sector) in (0..325).zip(mixed.as_chunks_mut::<MAIN_BYTES>().0) {
        encode_mode1(Lba::new(n)?.to_msf(), &[7; 2048], sector);
    }
    fs::write(dir.join("mixed.bin"), mixed)?;
    fs::write(dir.join("data.iso"), vec![7; 2048 * 400])?;
    for name in ["a.wav", "b.wav"] {
        fs::write(dir.join(name), wav(&little[..400 * MAIN_BYTES])?)?;
    }
    Ok(())
}

fn wav(samples: &[u8]) -> Result<Vec<u8>> {
    let len = u32::try_from(samples.len())?;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((len + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend(176_400_u32.to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(len.to_le_bytes());
    bytes.extend(samples);
    Ok(bytes)
}
