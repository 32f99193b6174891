//! Puts a blank disc into an emulated recorder and asks the drive what it sees.
//!
//! `cargo run -p cd-emulator --example blank_disc` makes a disc in memory;
//! `… -- my.disc` makes one in the file `my.disc`, or looks at the one that is there.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{Disc, Medium, Profile, Recorder};
use cd_mmc::response::{Atip, DiscInformation, InquiryData};
use cd_mmc::{
    Command, Inquiry, ReadDiscInformation, ReadTocPmaAtip, Sense, TestUnitReady, TocFormat,
};
use cd_transport::{Data, Status, Transport, VirtualClock};

fn main() -> Result<(), Box<dyn Error>> {
    let disc = match std::env::args().nth(1) {
        None => Disc::blank(Medium::cd_r_80()),
        Some(path) if Path::new(&path).exists() => Disc::open_file(path)?,
        Some(path) => Disc::create_file(path, Medium::cd_r_80())?,
    };
    let mut recorder = Recorder::new(Profile::faithful(), Arc::new(VirtualClock::default()));
    recorder.insert(disc);

    let inquiry = Inquiry {
        vital_product_page: None,
        allocation_length: 36,
    };
    let drive = InquiryData::decode(&ask(&mut recorder, inquiry, 36)?)?;
    println!(
        "drive        {} {} {}",
        drive.vendor, drive.product, drive.revision
    );

    // A drive tells once that it has another disc; then it is ready.
    let news = ask(&mut recorder, TestUnitReady, 0).unwrap_err();
    println!("news         {news}");

    let answer = ask(&mut recorder, ReadDiscInformation::standard(34), 34)?;
    let information = DiscInformation::decode(&answer)?;
    println!("disc         {}", information.disc_status);
    println!("last session {}", information.last_session);

    let read_atip = ReadTocPmaAtip {
        msf: true,
        format: TocFormat::ATIP,
        track_session: 0,
        allocation_length: 28,
    };
    let atip = Atip::decode(&ask(&mut recorder, read_atip, 28)?)?;
    println!("lead-in      from {}", atip.lead_in_start);
    println!(
        "lead-out     from {} at the latest",
        atip.last_possible_lead_out
    );
    Ok(())
}

/// The answer to `command`, at most `n_bytes` of it; a refusal is an error in the drive's own words.
fn ask(
    drive: &mut dyn Transport,
    command: impl Into<Command>,
    n_bytes: usize,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let cdb = command.into().encode();
    let mut answer = vec![0; n_bytes];
    let patience = Duration::from_secs(10);
    let completion = drive.execute(cdb.as_bytes(), Data::In(&mut answer), patience)?;
    if completion.status != Status::GOOD {
        return Err(Sense::decode(completion.sense.as_slice())?
            .to_string()
            .into());
    }
    answer.truncate(completion.transferred);
    Ok(answer)
}
