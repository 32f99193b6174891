//! cd-sector: the main channel and subcode of one sector, one core.

use std::hint::black_box;

use cd_address::{FRAMES_PER_MINUTE, Lba, Msf, RelMsf};
use cd_sector::{
    Control, MAIN_BYTES, PwSubcode, Q, check_mode1, encode_mode1, encode_mode1_in_place, scramble,
};

use super::Meter;
use crate::Result;

/// Sectors a round: 10 MiB, more than a core's own caches hold.
const N_SECTORS: u32 = FRAMES_PER_MINUTE;

/// Bytes of main channel a round works through.
const N_BYTES: u64 = N_SECTORS as u64 * MAIN_BYTES as u64;

/// Encoding, checking and scrambling of Mode 1 sectors; making their subcode.
pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let addresses: Vec<Msf> = (0..N_SECTORS.cast_signed())
        .map(|lba| Lba::new(lba).map(Lba::to_msf))
        .collect::<Result<_, _>>()?;
    let mut sectors = vec![[0; MAIN_BYTES]; addresses.len()];
    let user: [u8; 2048] = std::array::from_fn(|n| n.to_le_bytes()[0].wrapping_mul(29));

    meter.measure("encode_mode1", N_BYTES, || {
        for (address, sector) in addresses.iter().zip(&mut sectors) {
            encode_mode1(*address, black_box(&user), sector);
        }
        black_box(&sectors);
    });
    meter.measure("check_mode1", N_BYTES, || {
        for (address, sector) in addresses.iter().zip(&sectors) {
            assert_eq!(check_mode1(black_box(sector), *address), Ok(()));
        }
    });
    meter.measure("scramble", N_BYTES, || {
        for sector in &mut sectors {
            scramble(black_box(sector));
        }
    });
    meter.measure("encode and scramble", N_BYTES, || {
        for (address, sector) in addresses.iter().zip(&mut sectors) {
            encode_mode1_in_place(*address, sector);
            scramble(black_box(sector));
        }
    });
    meter.measure("subcode from P and Q", u64::from(N_SECTORS) * 96, || {
        for address in &addresses {
            let relative = RelMsf::ZERO;
            let (control, absolute) = (Control::DATA, *black_box(address));
            let q = Q::Position {
                control,
                track: 1,
                index: 1,
                relative,
                absolute,
            };
            black_box(PwSubcode::from_pq(false, &q.encode()));
        }
    });
    Ok(())
}
