//! The codes of a sector, written down once more from the standards, a bit or a symbol at a time.

use super::{FilePayload, TrackKind, bcd};

/// The main channel at `lba` of what a file has of it, or of nothing.
pub(super) fn main_channel(
    kind: TrackKind,
    file: Option<(FilePayload, &[u8])>,
    lba: i32,
) -> [u8; 2352] {
    let mut main = [0; 2352];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    let mode = match file {
        None if kind == TrackKind::Audio => return main,
        Some((FilePayload::Samples | FilePayload::ScrambledSector, bytes)) => {
            put(0, bytes);
            return main;
        }
        Some((FilePayload::SamplesSwapped, bytes)) => {
            for (n, pair) in bytes.chunks_exact(2).enumerate() {
                put(2 * n, &[pair[1], pair[0]]);
            }
            return main;
        }
        Some((FilePayload::PlainSector, bytes)) => {
            put(0, bytes);
            scramble(&mut main);
            return main;
        }
        None => match kind {
            TrackKind::Mode0 => 0,
            TrackKind::Mode2Formless => 2,
            TrackKind::Mode2Xa => {
                put(16, &[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
                2
            }
            _ => 1,
        },
        Some((payload, bytes)) => {
            match payload {
                FilePayload::Mode2Form1User => put(16, &[0, 0, 8, 0, 0, 0, 8, 0]),
                FilePayload::Mode2Form2User => put(16, &[0, 0, 0x20, 0, 0, 0, 0x20, 0]),
                _ => {}
            }
            put(
                if bytes.len() == 2324 || payload == FilePayload::Mode2Form1User {
                    24
                } else {
                    16
                },
                bytes,
            );
            if payload == FilePayload::Mode2FormMixMade {
                put(20, &bytes[..4]);
            }
            if payload == FilePayload::Mode1User {
                1
            } else {
                2
            }
        }
    };
    let has_forms = match file {
        None => kind == TrackKind::Mode2Xa,
        Some((payload, _)) => matches!(
            payload,
            FilePayload::Mode2Form1User
                | FilePayload::Mode2Form2User
                | FilePayload::Mode2FormMixMade
        ),
    };
    complete(&mut main, mode, has_forms, lba);
    main
}

/// Sync, header and codes round what is there, and then the scrambler.
fn complete(main: &mut [u8; 2352], mode: u8, has_forms: bool, lba: i32) {
    let clock = (lba + if lba < -150 { 450_150 } else { 150 }).cast_unsigned();
    main[1..11].fill(255);
    (main[0], main[11]) = (0, 0);
    main[12..16].copy_from_slice(&[
        bcd(clock / 4500),
        bcd(clock / 75 % 60),
        bcd(clock % 75),
        mode,
    ]);
    let is_form_2 = main[18] & 0x20 != 0;
    match (mode, has_forms) {
        (1, _) => {
            put_edc(main, 0, 2064);
            main[2068..2076].fill(0);
            put_parity(main);
        }
        (2, true) if is_form_2 => put_edc(main, 16, 2348),
        (2, true) => {
            put_edc(main, 16, 2072);
            let header: [u8; 4] = main[12..16].try_into().unwrap();
            main[12..16].fill(0);
            put_parity(main);
            main[12..16].copy_from_slice(&header);
        }
        _ => {}
    }
    scramble(main);
}

/// ECMA-130 annex B.
fn scramble(main: &mut [u8; 2352]) {
    let mut register = 1_u32;
    for byte in &mut main[12..] {
        for bit in 0..8 {
            *byte ^= u8::try_from(register & 1).unwrap() << bit;
            register = register >> 1 | ((register ^ register >> 1) & 1) << 14;
        }
    }
}

/// ECMA-130 14.3, over `from..at`, into the four bytes at `at`.
fn put_edc(main: &mut [u8; 2352], from: usize, at: usize) {
    let mut register = 0_u32;
    for byte in &main[from..at] {
        register ^= u32::from(*byte);
        for _ in 0..8 {
            register = register >> 1 ^ if register & 1 == 1 { 0xD801_8001 } else { 0 };
        }
    }
    main[at..at + 4].copy_from_slice(&register.to_le_bytes());
}

/// ECMA-130 annex A.
fn put_parity(main: &mut [u8; 2352]) {
    for plane in 0..2 {
        let at = |word: usize| 12 + 2 * word + plane;
        for column in 0..43 {
            let data: Vec<u8> = (0..24).map(|row| main[at(column + 43 * row)]).collect();
            [main[at(column + 43 * 24)], main[at(column + 43 * 25)]] = two_parity(&data);
        }
        for diagonal in 0..26 {
            let words = (0..43).map(|n| (43 * diagonal + 44 * n) % 1118);
            let data: Vec<u8> = words.map(|word| main[at(word)]).collect();
            [main[at(1118 + diagonal)], main[at(1118 + 26 + diagonal)]] = two_parity(&data);
        }
    }
}

/// The two symbols after `data` with which the sum of all is zero, and their sum weighted by falling powers of 2 too.
fn two_parity(data: &[u8]) -> [u8; 2] {
    let times =
        |a: u8, b: u8| u8::try_from(multiply(u32::from(a), u32::from(b), 0x11D, 8)).unwrap();
    let sum = data.iter().fold(0, |sum, symbol| sum ^ symbol);
    let weighted = data.iter().fold(0, |sum, symbol| times(sum, 2) ^ symbol);
    let weighted = times(times(weighted, 2), 2);
    // a + b = sum, 2 a + b = weighted, so 3 a = sum + weighted.
    // F4h times 3 is 1.
    let first = times(sum ^ weighted, 0xF4);
    [first, sum ^ first]
}

/// In the field of 2^`n_bits` with this polynomial.
fn multiply(a: u32, b: u32, polynomial: u32, n_bits: u32) -> u32 {
    let mut product = 0;
    for bit in (0..n_bits).rev() {
        product <<= 1;
        if product >> n_bits & 1 == 1 {
            product ^= polynomial;
        }
        if b >> bit & 1 == 1 {
            product ^= a;
        }
    }
    product
}

/// A pack of 24 symbols with Q parity (roots 1, 2) over two and P parity (roots 1, 2, 4, 8) over twenty.
pub(super) fn rw_parity(pack: &[u8]) -> Vec<u8> {
    let mut pack: Vec<u8> = pack.iter().map(|symbol| symbol & 0x3F).collect();
    let q = remainder(&pack[..2], &[1, 2]);
    pack[2..4].copy_from_slice(&q);
    let p = remainder(&pack[..20], &[1, 2, 4, 8]);
    pack[20..].copy_from_slice(&p);
    pack
}

/// What is left of `data`, as a polynomial with as many zeros behind it as there are roots, by the product of all
/// x - root.
fn remainder(data: &[u8], roots: &[u32]) -> Vec<u8> {
    let times = |a: u32, b: u32| multiply(a, b, 0x43, 6);
    let mut generator = vec![1];
    for root in roots {
        let mut next = generator.clone();
        next.push(0);
        for (n, factor) in generator.iter().enumerate() {
            next[n + 1] ^= times(*factor, *root);
        }
        generator = next;
    }
    let mut rest: Vec<u32> = data.iter().map(|symbol| u32::from(*symbol)).collect();
    rest.extend(roots.iter().map(|_| 0));
    for n in 0..data.len() {
        let lead = rest[n];
        for (k, factor) in generator.iter().enumerate() {
            rest[n + k] ^= times(lead, *factor);
        }
    }
    rest[data.len()..]
        .iter()
        .map(|symbol| u8::try_from(*symbol).unwrap())
        .collect()
}

/// Ten bytes of a Q frame of ADR 2, the first and the last not set.
pub(super) fn mcn(digits: &str) -> Vec<u8> {
    let mut payload = vec![0; 10];
    for (i, digit) in digits.bytes().enumerate() {
        payload[1 + i / 2] |= (digit - b'0') << if i % 2 == 0 { 4 } else { 0 };
    }
    payload
}

/// The same of ADR 3.
pub(super) fn isrc(text: &str) -> Vec<u8> {
    let characters: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let mut bits = Vec::new();
    for character in &characters[..5] {
        let value = match character {
            b'0'..=b'9' => character - b'0',
            _ => character - b'A' + 17,
        };
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    bits.extend([0, 0]);
    for digit in &characters[5..] {
        bits.extend((0..4).rev().map(|bit| (digit - b'0') >> bit & 1));
    }
    bits.extend([0; 4]);
    let mut payload = vec![0];
    payload.extend(
        bits.chunks_exact(8)
            .map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)),
    );
    payload.push(0);
    payload
}

pub(super) fn with_crc(payload: &[u8]) -> [u8; 12] {
    let mut register = 0_u16;
    for bit in payload
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1))
    {
        let top = register >> 15 == 1;
        register <<= 1;
        if top != (bit == 1) {
            register ^= 0x1021;
        }
    }
    let mut frame = [0; 12];
    frame[..10].copy_from_slice(payload);
    frame[10..].copy_from_slice(&(register ^ 0xFFFF).to_be_bytes());
    frame
}
