//! Makes one sector as a raw recorder wants it, shows it, and finds the byte that is then broken.
//!
//! `cargo run -p cd-sector --example one_sector -- 16 100` (address, and which byte of the main channel to break)

use std::error::Error;

use cd_address::{Lba, Sectors};
use cd_sector::{
    Control, MAIN_BYTES, Payload, PwSubcode, Q, RAW_BYTES, ScrambledSector, SectorKind, detect,
    encode, scramble,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let lba: Lba = arguments.next().as_deref().unwrap_or("16").parse()?;
    let place: usize = arguments.next().as_deref().unwrap_or("100").parse()?;
    let address = lba.to_msf();

    let mut user = [0; 2048];
    user[..6].copy_from_slice(b"\x01CD001");
    let mut main = [0; MAIN_BYTES];
    encode(address, Payload::Mode1(&user), &mut main);
    show("plain main channel", &main);
    scramble(&mut main);
    show("the same scrambled", &main);
    println!("looks like {}", detect(&main));

    let q = Q::Position {
        control: Control::DATA,
        track: 1,
        index: 1,
        relative: lba
            .since(Lba::ZERO)
            .and_then(Sectors::to_rel_msf)
            .ok_or("the track begins at lba 0: give an address from there on")?,
        absolute: address,
    }
    .encode();
    let subcode = PwSubcode::from_pq(false, &q);
    show("Q frame", &q.0);
    println!("  {:?}", q.decode()?);
    show("96 symbols of subcode", &subcode.0);

    let mut raw = [0; RAW_BYTES];
    raw[..MAIN_BYTES].copy_from_slice(&main);
    raw[MAIN_BYTES..].copy_from_slice(&subcode.0);
    println!("{} bytes for the recorder at {address}", raw.len());

    let broken = main
        .get_mut(place)
        .ok_or_else(|| format!("byte {place} is past the main channel's last, 2351"))?;
    *broken ^= 0x04;
    let verdict = ScrambledSector(&main).check(SectorKind::Mode1, address);
    println!("byte {place} broken: {}", verdict.faults);
    for fault in verdict.faults.iter() {
        println!("  {fault}");
    }
    Ok(())
}

/// The first bytes, as hexadecimal digits.
fn show(name: &str, bytes: &[u8]) {
    let shown: Vec<String> = bytes
        .iter()
        .take(20)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let more = if bytes.len() > 20 { " ..." } else { "" };
    println!(
        "{name} ({} bytes)\n  {}{more}",
        bytes.len(),
        shown.join(" ")
    );
}
