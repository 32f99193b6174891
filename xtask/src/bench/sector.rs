//! cd-sector: the main channel and subcode of one sector, one core.

use std::hint::black_box;

use cd_address::{FRAMES_PER_MINUTE, Lba, Msf, RelMsf};
use cd_sector::{
    Control, Header, Kernel, MAIN_BYTES, ParityForm, PwSubcode, Q, RAW_BYTES, SUBCODE_BYTES,
    ScrambledSector, VectorLevel, check_mode1, encode_mode1, encode_mode1_in_place, scramble,
};

use super::Meter;
use crate::Result;

/// Sectors a round: 105 MiB, more than any cache holds.
const N_SECTORS: u32 = 10 * FRAMES_PER_MINUTE;

/// Bytes of main channel a round works through.
const N_BYTES: u64 = N_SECTORS as u64 * MAIN_BYTES as u64;

/// Encoding, checking and scrambling of Mode 1 sectors, making and reading their subcode.
pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let addresses: Vec<Msf> = (0..N_SECTORS.cast_signed())
        .map(|lba| Lba::new(lba).map(Lba::to_msf))
        .collect::<Result<_, _>>()?;
    whole_sectors(meter, &addresses);
    kernels(meter, &addresses);
    Ok(())
}

/// The functions by name, whatever code they choose.
fn whole_sectors(meter: &mut Meter, addresses: &[Msf]) {
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
        for address in addresses {
            black_box(PwSubcode::from_pq(false, &q(*black_box(address)).encode()));
        }
    });
}

fn q(absolute: Msf) -> Q {
    Q::Position {
        control: Control::DATA,
        track: 1,
        index: 1,
        relative: RelMsf::ZERO,
        absolute,
    }
}

/// What one sector of a raw stream is asked: the names of the benches for one kernel.
struct Names {
    level: VectorLevel,
    full: &'static str,
    edc: &'static str,
    parity: &'static str,
    subcode: &'static str,
    encode: &'static str,
}

const KERNELS: [Names; 3] = [
    Names {
        level: VectorLevel::Portable,
        full: "full check 2448, portable",
        edc: "EDC alone, portable",
        parity: "parity alone, portable",
        subcode: "subcode alone, portable",
        encode: "EDC and parity made, portable",
    },
    Names {
        level: VectorLevel::Avx2,
        full: "full check 2448, AVX2",
        edc: "EDC alone, AVX2",
        parity: "parity alone, AVX2",
        subcode: "subcode alone, AVX2",
        encode: "EDC and parity made, AVX2",
    },
    Names {
        level: VectorLevel::Avx512,
        full: "full check 2448, AVX-512",
        edc: "EDC alone, AVX-512",
        parity: "parity alone, AVX-512",
        subcode: "subcode alone, AVX-512",
        encode: "EDC and parity made, AVX-512",
    },
];

/// Each kernel that this machine has, over a stream of scrambled sectors with subcode.
fn kernels(meter: &mut Meter, addresses: &[Msf]) {
    let mut stream = vec![[0; RAW_BYTES]; addresses.len()];
    for (n, (address, sector)) in addresses.iter().zip(&mut stream).enumerate() {
        let user = std::array::from_fn(|i| (n * 31 + i * 7).to_le_bytes()[0]);
        let mut main = [0; MAIN_BYTES];
        encode_mode1(*address, &user, &mut main);
        scramble(&mut main);
        let subcode = PwSubcode::from_pq(false, &q(*address).encode());
        sector[..MAIN_BYTES].copy_from_slice(&main);
        sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
    }
    for names in &KERNELS {
        if let Some(kernel) = Kernel::at(names.level) {
            one_kernel(meter, addresses, &stream, (kernel, names));
        }
    }
}

fn one_kernel(
    meter: &mut Meter,
    addresses: &[Msf],
    stream: &[[u8; RAW_BYTES]],
    (kernel, names): (Kernel, &Names),
) {
    let n_sectors = u64::from(N_SECTORS);
    meter.measure(names.full, n_sectors * RAW_BYTES as u64, || {
        for (address, sector) in addresses.iter().zip(stream) {
            assert_eq!(is_right(kernel, sector, *address), Some(true));
        }
    });
    meter.measure(names.edc, n_sectors * 2068, || {
        for sector in stream {
            black_box(kernel.edc(black_box(&sector[..2068])));
        }
    });
    meter.measure(names.parity, n_sectors * 2340, || {
        for (main, _) in stream.iter().filter_map(split) {
            assert!(kernel.parity_fits(main, ParityForm::Mode1, true));
        }
    });
    // By itself, or the time would go into fetching every 26th part of the stream.
    let subcode: Vec<_> = stream.iter().filter_map(split).map(|(_, s)| *s).collect();
    meter.measure(names.subcode, n_sectors * SUBCODE_BYTES as u64, || {
        for subcode in &subcode {
            assert!(kernel.look(subcode).crc_ok);
        }
    });
    let mut sectors = vec![[0x55; MAIN_BYTES]; addresses.len()];
    meter.measure(names.encode, N_BYTES, || {
        for sector in &mut sectors {
            kernel.write_codes(black_box(sector), ParityForm::Mode1);
        }
    });
}

/// Whether all is right that one sector can tell: sync, header, EDC, zero field, P and Q parity, Q's CRC, CONTROL and
/// address, P's level. `None` if Q is none.
fn is_right(kernel: Kernel, sector: &[u8; RAW_BYTES], address: Msf) -> Option<bool> {
    let (main, subcode) = split(sector)?;
    let header = Header {
        address: address.to_bcd(),
        mode: 1,
    };
    let look = kernel.look(subcode);
    let Q::Position {
        control,
        index,
        absolute,
        ..
    } = look.q.decode().ok()?
    else {
        return None;
    };
    Some(
        kernel.codes_fit(main, ParityForm::Mode1, true)
            && ScrambledSector(main).header() == header
            && look.crc_ok
            && control == Control::DATA
            && absolute == address
            && look.p == Some(index == 0),
    )
}

/// Main channel and subcode of a sector.
fn split(sector: &[u8; RAW_BYTES]) -> Option<(&[u8; MAIN_BYTES], &[u8; SUBCODE_BYTES])> {
    let (main, subcode) = sector.split_first_chunk()?;
    Some((main, subcode.first_chunk()?))
}
