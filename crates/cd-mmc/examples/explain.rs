//! Says in words what the bytes of a command and of sense data mean.
//!
//! `cargo run -p cd-mmc --example explain -- "2A 00 FF FF D4 BB 00 00 1A 00" "70 00 02 00 00 00 00 0A 00 00 00 00 04 08"`
//!
//! The first argument is a command, the second (which may be left out) sense data, both in hexadecimal.

use std::error::Error;
use std::process::ExitCode;

use cd_mmc::{Command, DataDirection, DataLength, Sense};

/// WRITE (10) of 26 blocks at the start of a common lead-in.
const COMMAND: &str = "2A 00 FF FF D4 BB 00 00 1A 00";
/// What a drive with a full buffer answers.
const SENSE: &str = "70 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00 00 00";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (command, sense) = match (arguments.next(), arguments.next()) {
        (None, _) => (COMMAND.to_owned(), Some(SENSE.to_owned())),
        (Some(command), sense) => (command, sense),
    };
    let explained = explain_command(&command).and_then(|()| match sense {
        Some(sense) => explain_sense(&sense),
        None => Ok(()),
    });
    match explained {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("explain: {error}");
            ExitCode::FAILURE
        }
    }
}

fn explain_command(hex: &str) -> Result<(), Box<dyn Error>> {
    let command = Command::decode(&bytes(hex)?)?;
    let cdb = command.encode();
    println!("{cdb}");
    println!("  {}", command.name());
    for field in command.fields() {
        let value = field.read(cdb.as_bytes()).unwrap_or_default();
        // Addresses before LBA 0 are negative numbers.
        if field.width() == 32 {
            println!("  {field}: {}", value.cast_signed());
        } else {
            println!("  {field}: {value}");
        }
    }
    match command.data_direction() {
        DataDirection::None => println!("  moves no data"),
        DataDirection::In(length) => println!("  reads up to {}", in_words(length)),
        DataDirection::Out(length) => println!("  sends {}", in_words(length)),
    }
    Ok(())
}

fn explain_sense(hex: &str) -> Result<(), Box<dyn Error>> {
    println!("{}", Sense::decode(&bytes(hex)?)?);
    Ok(())
}

fn in_words(length: DataLength) -> String {
    match length {
        DataLength::Bytes(n_bytes) => format!("{n_bytes} bytes"),
        DataLength::Blocks(n_blocks) => format!("{n_blocks} blocks"),
    }
}

/// Pairs of hexadecimal digits, spaces between them or not.
fn bytes(hex: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits: String = hex.split_whitespace().collect();
    let byte = |byte_idx| {
        let pair = digits.get(byte_idx..byte_idx + 2);
        let pair = pair.ok_or("an odd number of hexadecimal digits")?;
        u8::from_str_radix(pair, 16).map_err(|_| format!("{pair:?} is not a hexadecimal byte"))
    };
    let starts = (0..digits.len()).step_by(2);
    Ok(starts.map(byte).collect::<Result<_, _>>()?)
}
