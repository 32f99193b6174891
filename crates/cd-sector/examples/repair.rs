//! Damages a sector as a scratch would, says what is wrong with it, and repairs it: without and with the flags of a
//! drive that tells which bytes it could not read.
//!
//! `cargo run -p cd-sector --example repair -- 500 160` (first byte of the main channel to damage, and how many)

use std::error::Error;

use cd_address::Lba;
use cd_sector::{
    ByteFlags, MAIN_BYTES, Payload, PlainSector, SectorKind, Subheader, encode, repair,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let start: usize = arguments.next().as_deref().unwrap_or("500").parse()?;
    let length: usize = arguments.next().as_deref().unwrap_or("160").parse()?;
    let scratch = start..start.saturating_add(length).min(MAIN_BYTES);

    let (kind, address) = (SectorKind::Mode2Form1, Lba::ZERO.to_msf());
    let mut good = [0; MAIN_BYTES];
    let payload = Payload::Mode2Form1 {
        subheader: Subheader::DATA,
        user: &[0x5A; 2048],
    };
    encode(address, payload, &mut good);

    let mut damaged = good;
    let flags: ByteFlags = scratch.clone().collect();
    for place in flags.iter() {
        // Not the same everywhere, as no scratch is.
        damaged[place] ^= place.to_le_bytes()[0] | 1;
    }
    println!("bytes {scratch:?} of a sector of {kind} damaged");
    for fault in PlainSector(&damaged).check(kind, address).faults.iter() {
        println!("  {fault}");
    }

    for (suspect, how) in [
        (ByteFlags::NONE, "without flags"),
        (flags, "with the drive's flags"),
    ] {
        let mut sector = damaged;
        match repair(kind, &mut sector, &suspect) {
            Ok(changed) => {
                println!("{how}: {} bytes made right", changed.len());
                let faults = PlainSector(&sector).check(kind, address).faults;
                println!("  faults now: {faults}; as it was: {}", sector == good);
            }
            Err(error) => println!("{how}: {error}"),
        }
    }
    Ok(())
}
