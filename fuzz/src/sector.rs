use cd_address::{BcdMsf, Lba, Msf};
use cd_sector::{
    ByteFlags, EdcVerdict, Kernel, MAIN_BYTES, MainKind, MainLayer, PlainSector, ScrambledSector,
    SectorKind, VectorLevel, Verdict, check, detect, encode, encode_in_place, repair, scramble,
};

type Sector = [u8; MAIN_BYTES];

/// How a sector is made of the bytes that follow.
struct Plan {
    kind: SectorKind,
    address: Msf,
    scrambled: bool,
    /// Whether what follows is put into a sector with right codes, which is then broken; else it is the sector.
    is_made: bool,
    /// How many bytes are then broken, 0..=7.
    n_broken: usize,
}

impl Plan {
    /// From four bytes: kind in bits 0 to 2, scrambled in 3, made in 4, bytes to break in 5 to 7; the address.
    fn take(bytes: &mut &[u8]) -> Self {
        let [flags, address @ ..]: [u8; 4] = crate::take(bytes);
        Self {
            kind: SectorKind::ALL[usize::from(flags & 7) % SectorKind::ALL.len()],
            address: BcdMsf(address).to_msf().unwrap_or(Lba::ZERO.to_msf()),
            scrambled: flags & 0x08 != 0,
            is_made: flags & 0x10 != 0,
            n_broken: usize::from(flags >> 5),
        }
    }
}

/// The main channel of a sector: four bytes of what it is to be taken for and how it is made, then three for each byte
/// to break, then the bytes.
///
/// All ways to check it agree. What decodes is written with nothing wrong, and as it was if nothing was wrong. A repair
/// leaves no code wrong, or everything as it was; a single wrong byte it makes right, and two of which it is told.
pub fn sector(bytes: &[u8]) {
    let mut rest = bytes;
    let plan = Plan::take(&mut rest);
    let breaks: Vec<[u8; 3]> = (0..plan.n_broken).map(|_| crate::take(&mut rest)).collect();
    let mut plain = content(&plan, rest);
    if plan.is_made {
        encode_in_place(plan.kind, plan.address, &mut plain);
        // Of sound nothing is made, and it can look like data.
        let verdict = PlainSector(&plain).check(plan.kind, plan.address);
        assert!(verdict.is_right() || plan.kind == SectorKind::Audio);
    }
    let right = plain;
    for [high, low, by] in breaks {
        plain[usize::from(u16::from_be_bytes([high, low])) % MAIN_BYTES] ^= by;
    }
    let mut lies = plain;
    if plan.scrambled {
        scramble(&mut lies);
    }
    unknown(&lies, plan.address);
    for kind in SectorKind::ALL {
        known(&lies, kind, plan.address);
    }
    decode(&plain, plan.kind, plan.address);
    repair_is_honest(&plain, plan.kind, plan.address);
    if plan.is_made && plan.kind.has_parity() {
        repair_is_right(&plain, &right, plan.kind);
    }
}

/// The bytes in a sector, over and over where they are few, so that a small input can fill it.
fn content(plan: &Plan, bytes: &[u8]) -> Sector {
    if !plan.is_made || bytes.is_empty() {
        return crate::padded(bytes);
    }
    let mut cycle = bytes.iter().copied().cycle();
    std::array::from_fn(|_| cycle.next().unwrap_or(0))
}

fn unknown(sector: &Sector, address: Msf) {
    let verdict = check(sector, address);
    let kind = detect(sector);
    assert!(!kind.to_string().is_empty());
    match kind {
        MainKind::Audio => assert_eq!(verdict.kind, SectorKind::Audio),
        MainKind::Data { scrambled, .. } => assert_eq!(verdict.scrambled, scrambled),
    }
    let again = match verdict.scrambled {
        true => ScrambledSector(sector).check(verdict.kind, address),
        false => PlainSector(sector).check(verdict.kind, address),
    };
    assert_eq!(again, verdict);
}

fn known(sector: &Sector, kind: SectorKind, address: Msf) {
    let plain = PlainSector(sector).check(kind, address);
    for fault in plain.faults.iter() {
        assert!(plain.faults.contains(fault.layer()));
        assert!(!fault.to_string().is_empty());
    }
    let scrambled = ScrambledSector(sector).check(kind, address);
    let unscrambled = match kind {
        SectorKind::Audio => *sector,
        _ => ScrambledSector(sector).to_plain(),
    };
    let expected = PlainSector(&unscrambled).check(kind, address);
    assert_eq!(scrambled.faults, expected.faults);
    assert_eq!(
        (scrambled.kind, scrambled.edc),
        (expected.kind, expected.edc)
    );

    let Some(form) = kind.parity_form() else {
        return;
    };
    for level in [
        VectorLevel::Portable,
        VectorLevel::Avx2,
        VectorLevel::Avx512,
    ] {
        let Some(kernel) = Kernel::at(level) else {
            continue;
        };
        for (verdict, is_scrambled) in [(plain, false), (scrambled, true)] {
            let fit = kernel.codes_fit(sector, form, is_scrambled);
            assert_eq!(
                fit,
                codes_are_right(&verdict),
                "{level}: {}",
                verdict.faults
            );
        }
    }
}

fn codes_are_right(verdict: &Verdict) -> bool {
    let codes = [
        MainLayer::Sync,
        MainLayer::Edc,
        MainLayer::ZeroField,
        MainLayer::PParity,
        MainLayer::QParity,
    ];
    !codes
        .into_iter()
        .any(|layer| verdict.faults.contains(layer))
}

fn decode(sector: &Sector, kind: SectorKind, address: Msf) {
    let decoded = match PlainSector(sector).decode(kind) {
        Ok(decoded) => decoded,
        Err(fault) => {
            let verdict = PlainSector(sector).check(kind, address);
            assert!(!verdict.is_right(), "{fault}");
            return;
        }
    };
    let address = decoded.address.unwrap_or(address);
    let mut written = [0; MAIN_BYTES];
    encode(address, decoded.payload, &mut written);
    let lens = PlainSector(&written);
    assert!(lens.check(kind, address).is_right());
    assert_eq!(lens.decode(kind), Ok(decoded));
    if PlainSector(sector).check(kind, address).is_right() {
        assert!(written == *sector);
    }
}

fn repair_is_honest(sector: &Sector, kind: SectorKind, address: Msf) {
    let mut repaired = *sector;
    match repair(kind, &mut repaired, &ByteFlags::NONE) {
        Ok(changed) => {
            assert_eq!(changed, differences(sector, &repaired));
            let verdict = PlainSector(&repaired).check(kind, address);
            assert_eq!(verdict.edc, EdcVerdict::Right);
            for layer in [MainLayer::Sync, MainLayer::PParity, MainLayer::QParity] {
                assert!(!verdict.faults.contains(layer), "{}", verdict.faults);
            }
        }
        Err(error) => {
            assert!(repaired == *sector, "{error}");
            let is_right = PlainSector(sector).check(kind, address).is_right();
            assert!(!(kind.has_parity() && is_right));
        }
    }
}

/// Mends what is promised to be mended: one wrong byte, or two that are named.
fn repair_is_right(broken: &Sector, right: &Sector, kind: SectorKind) {
    let wrong = differences(broken, right);
    // No code covers the header of form 1.
    let is_covered =
        kind == SectorKind::Mode1 || wrong.iter().all(|place| !(12..16).contains(&place));
    let suspects = [ByteFlags::NONE, wrong];
    let n_promised = [1, 2];
    for (suspect, n_promised) in suspects.iter().zip(n_promised) {
        if is_covered && wrong.len() <= n_promised {
            let mut repaired = *broken;
            assert_eq!(repair(kind, &mut repaired, suspect), Ok(wrong));
            assert!(repaired == *right);
        }
    }
}

fn differences(a: &Sector, b: &Sector) -> ByteFlags {
    (0..MAIN_BYTES)
        .filter(|&place| a[place] != b[place])
        .collect()
}
