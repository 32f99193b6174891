//! Runs the conformance test of this crate on a drive of this computer.
//!
//! `cargo run -p cd-transport --example conformance -- /dev/sg0` changes neither medium nor settings.
//! With a number of seconds behind the node it opens the drive, waits for a line on the standard input, sends one TEST UNIT
//! READY that may take so long, and tells how it ended.

use std::error::Error;
use std::io::stdin;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cd_transport::conformance::conformance;
use cd_transport::{Data, Transport, os};

const TEST_UNIT_READY: [u8; 6] = [0; 6];

fn main() -> ExitCode {
    match run() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let node = arguments
        .next()
        .ok_or("which drive? /dev/sr0, for instance")?;
    let mut drive = os::open_device(Path::new(&node))?;
    let Some(seconds) = arguments.next() else {
        return Ok(conformance(&mut drive)?.to_string());
    };
    let timeout = Duration::from_secs(seconds.parse()?);
    println!("{} is open", drive.description());
    stdin().read_line(&mut String::new())?;
    let completion = drive.execute(&TEST_UNIT_READY, Data::None, timeout)?;
    Ok(format!(
        "{}, sense {:02X?}",
        completion.status,
        completion.sense.as_slice()
    ))
}
