//! Prints what a CUE sheet says, or what is wrong with it.
//!
//! `cargo run -p cd-sheet --example read_sheet -- disc.cue [ENCODING]`

use std::error::Error;
use std::process::ExitCode;

use cd_sheet::{cue, decode_text};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        return Err("expected the name of a sheet".into());
    };
    let stated = arguments.next().map(|word| word.parse()).transpose()?;
    let bytes = std::fs::read(&path)?;
    let sheet = decode_text(&bytes, stated).and_then(|text| cue::parse(&text.text));
    let sheet = match sheet {
        Ok(sheet) => sheet,
        Err(error) => {
            eprintln!("{path}:{error}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for (track, index, point) in sheet.points() {
        let file = &sheet.files[point.value.file_idx].name.value;
        println!(
            "track {track:02} index {index:02} at {} of {file}",
            point.value.time
        );
    }
    Ok(ExitCode::SUCCESS)
}
