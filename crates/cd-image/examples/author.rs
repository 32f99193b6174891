//! Says what an image is, authors its stream, and checks that or writes it to a file.
//!
//! `cargo run --release -p cd-image --example author -- IMAGE [LEAD-IN START] [OUT]`

use std::error::Error;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use cd_address::{Msf, Sectors};
use cd_image::{Image, OpenOptions, SectorSource, survey, write_stream};
use cd_sector::{MAIN_BYTES, PwSubcode, SectorLayout};

fn main() -> ExitCode {
    let Err(error) = run() else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name an image")?;
    let start: Msf = arguments.next().as_deref().unwrap_or("97:34:23").parse()?;

    let image = Image::open(&path, &OpenOptions::default())?;
    println!("{path}: {}", image.describe());
    for note in image.notes() {
        println!("note: {note}");
    }
    let stream = image.stream(start.to_lba(), SectorLayout::RawPw96)?;
    println!("stream: sectors {}, {}", stream.range(), stream.layout());
    let found = survey(&*stream)?;
    if let Some(toc) = &found.toc {
        println!("{toc}");
    }
    for problem in &found.problems {
        println!("problem: {problem}");
    }

    match arguments.next() {
        None => check(&*stream)?,
        Some(out) => {
            write_stream(&*stream, &out, false, &mut |_, _| ControlFlow::Continue(()))?;
            println!("written to {out}");
        }
    }
    Ok(())
}

/// Makes every sector once and looks at the CRC of its Q frame.
fn check(stream: &dyn SectorSource) -> Result<(), Box<dyn Error>> {
    let sector_bytes = stream.layout().sector_bytes();
    let chunk = Sectors::new(256)?;
    let mut buffer = vec![0; usize::try_from(chunk.count())? * sector_bytes];
    let (mut n_good, mut n_bytes) = (0, 0);
    let since = Instant::now();
    for range in stream.range().chunks(chunk) {
        let sectors = &mut buffer[..usize::try_from(range.len().count())? * sector_bytes];
        stream.render(range, sectors)?;
        for sector in sectors.chunks_exact(sector_bytes) {
            let subcode = &sector[MAIN_BYTES..];
            let q = match subcode.try_into() {
                Ok(symbols) => PwSubcode(symbols),
                Err(_) => PwSubcode::from_pq16(subcode.try_into()?),
            };
            n_good += u32::from(q.q().crc_ok());
        }
        n_bytes += sectors.len();
    }
    let taken = since.elapsed();
    println!(
        "{n_good} of {} Q frames are right; {n_bytes} bytes made and checked in {taken:.1?}",
        stream.range().len()
    );
    Ok(())
}
