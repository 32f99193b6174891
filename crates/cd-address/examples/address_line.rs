//! Prints where the parts of a disc lie, from the lead-in start its ATIP gives.
//!
//! `cargo run -p cd-address --example address_line -- 97:34:23 24:00:00`

use cd_address::{AddressError, Lba, LbaRange, Msf, Sectors};

fn main() -> Result<(), AddressError> {
    let mut arguments = std::env::args().skip(1);
    let lead_in: Msf = arguments.next().as_deref().unwrap_or("97:34:23").parse()?;
    let lead_out: Msf = arguments.next().as_deref().unwrap_or("24:00:00").parse()?;

    let areas = [
        (
            "lead-in",
            LbaRange::from_bounds(lead_in.to_lba(), Lba::PREGAP_START)?,
        ),
        (
            "pregap",
            LbaRange::from_bounds(Lba::PREGAP_START, Lba::ZERO)?,
        ),
        (
            "program",
            LbaRange::from_bounds(Lba::ZERO, lead_out.to_lba())?,
        ),
        (
            "lead-out",
            LbaRange::new(lead_out.to_lba(), Sectors::new(6_750)?)?,
        ),
    ];
    for (name, range) in areas {
        println!("{name:<9} {} = lba {range}", range.start().to_msf());
    }
    Ok(())
}
