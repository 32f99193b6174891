use cd_sector::{Kernel, ParityForm, Payload, Subheader, encode, encode_mode1, scramble};

use super::*;

/// Puts a scrambled sector of `payload` at `at`; `change` sees it plain.
fn put(
    stream: &mut Stream,
    at: i32,
    payload: Payload<'_>,
    change: impl FnOnce(&mut [u8; MAIN_BYTES]),
) {
    let main = stream.main(at);
    encode(msf_of(at), payload, main);
    change(main);
    scramble(main);
}

const FORM_1: Payload<'static> = Payload::Mode2Form1 {
    subheader: Subheader::DATA,
    user: &[1; 2048],
};

#[test]
fn not_scrambled() {
    let mut stream = Stream::iso();
    for at in 50..55 {
        scramble(stream.main(at));
    }
    stream.expect(
        range(50, 5),
        FindingKind::NotScrambled,
        ("scrambled", "plain"),
    );
}

#[test]
fn data_under_audio() {
    let mut stream = Stream::mixed();
    put(&mut stream, 600, Payload::Mode1(&[1; 2048]), |_| {});
    put(&mut stream, 601, Payload::Mode1(&[1; 2048]), |sector| {
        scramble(sector);
    });
    stream.expect(
        range(600, 2),
        FindingKind::DataUnderAudio,
        ("sound", "mode 1, scrambled"),
    );
}

#[test]
fn main_sync() {
    let mut stream = Stream::iso();
    stream.main(60)[3] ^= 0x10;
    stream.expect(one(60), FindingKind::MainSync, ("sync", ""));
}

/// In the lead-in CONTROL is that of the point: the sectors before tell what belongs there.
#[test]
fn main_sync_in_the_lead_in() {
    let mut stream = Stream::iso();
    stream.main(-200)[3] ^= 0x10;
    stream.expect(one(-200), FindingKind::MainSync, ("sync", ""));
}

/// Any byte of a data sector's main channel, damaged in some way: one finding, at the sector.
#[test]
fn a_damaged_byte_is_one_finding_at_its_sector() {
    use FindingKind::{
        MainAddress, MainEdc, MainMode, MainPParity, MainQParity, MainSync, MainZero,
    };
    let good = Stream::iso();
    for at in [-200, -100, 77, 400] {
        for place in (0..18).chain([1_000, 2_067, 2_068, 2_075, 2_076, 2_247, 2_248, 2_351]) {
            let expect = match place {
                0..12 => MainSync,
                12..15 => MainAddress,
                15 => MainMode,
                16..2068 => MainEdc,
                2068..2076 => MainZero,
                2076..2248 => MainPParity,
                _ => MainQParity,
            };
            for pattern in [0x01, 0x03, 0x80, 0xFF] {
                let bytes = good.0.bytes.clone();
                let mut stream = Stream(Memory::new(START, RAW, bytes));
                stream.main(at)[place] ^= pattern;
                stream.expect(one(at), expect, ("", ""));
            }
        }
    }
}

#[test]
fn main_address() {
    let mut stream = Stream::iso();
    let main = stream.main(120);
    encode_mode1(msf_of(121), &[9; 2048], main);
    scramble(main);
    stream.expect(one(120), FindingKind::MainAddress, ("00:03:45", "00:03:46"));
    stream.main(120)[14] ^= 0x40;
    stream.expect(one(120), FindingKind::MainAddress, ("00:03:45", "EDC"));
}

#[test]
fn lead_in_header_from_zero() {
    let mut stream = Stream::iso();
    for (n, at) in (0..).zip(START..-150) {
        let main = stream.main(at);
        encode_mode1(msf_of(n - 150), &[0; 2048], main);
        scramble(main);
    }
    stream.expect(
        range(START, 100),
        FindingKind::LeadInHeaderFromZero,
        ("99:58:50", "00:00:00"),
    );
}

#[test]
fn main_mode() {
    let mut stream = Stream::iso();
    stream.main(120)[15] ^= 2;
    stream.expect(one(120), FindingKind::MainMode, ("mode 1", "03h"));
}

/// As a recorder joins one track recorded at once to the next: the blocks are whole, and the mode byte names them.
#[test]
fn linking_block() {
    let mut stream = Stream::iso();
    let put = |stream: &mut Stream, at: i32, indicator: u8| {
        let main = stream.main(at);
        encode_mode1(msf_of(at), &[0; 2048], main);
        main[15] |= indicator << 5;
        Kernel::best().write_codes(main, ParityForm::Mode1);
        scramble(main);
    };
    for (at, indicator) in (-150..).zip([5, 4, 3, 2, 1]) {
        put(&mut stream, at, indicator);
    }
    let words = ("user data", "a link block");
    stream.expect(range(-150, 5), FindingKind::LinkingBlock, words);
    let mut stream = Stream::iso();
    for (at, indicator) in (298..).zip([7, 6]) {
        put(&mut stream, at, indicator);
    }
    stream.expect(
        range(298, 2),
        FindingKind::LinkingBlock,
        ("user data", "run-out block 1"),
    );
    // What was spoiled on the way is no such block.
    let mut stream = Stream::iso();
    stream.main(120)[15] ^= 0xE0;
    stream.expect(one(120), FindingKind::MainMode, ("mode 1", "E1h"));
}

#[test]
fn track_mode() {
    let mut stream = Stream::iso();
    put(&mut stream, 77, FORM_1, |_| {});
    stream.expect(one(77), FindingKind::TrackMode, ("mode 1", "mode 2"));
}

#[test]
fn main_subheader() {
    let mut stream = Stream::iso();
    put(&mut stream, 77, FORM_1, |sector| sector[21] = 3);
    stream.expect(one(77), FindingKind::MainSubheader, ("equal", "00030800"));
}

#[test]
fn main_edc() {
    let mut stream = Stream::iso();
    stream.main(120)[100] ^= 2;
    stream.expect(one(120), FindingKind::MainEdc, ("h", "P parity"));
}

#[test]
fn form_2_no_edc() {
    let mut stream = Stream::iso();
    let payload = Payload::Mode2Form2 {
        subheader: Subheader::EMPTY_FORM_2,
        user: &[1; 2324],
        has_edc: false,
    };
    put(&mut stream, -100, payload, |_| {});
    stream.expect(one(-100), FindingKind::Form2NoEdc, ("EDC", "zero"));
}

#[test]
fn main_zero() {
    let mut stream = Stream::iso();
    stream.main(120)[2070] ^= 2;
    stream.expect(one(120), FindingKind::MainZero, ("00h", "02h in byte 2070"));
}

#[test]
fn main_parities() {
    let mut stream = Stream::iso();
    stream.main(120)[2080] ^= 2;
    stream.expect(one(120), FindingKind::MainPParity, ("", "column 2"));
    let mut stream = Stream::iso();
    stream.main(120)[2300] ^= 2;
    stream.expect(one(120), FindingKind::MainQParity, ("", "diagonal 0"));
}

/// A tone that fills the sector, in samples of which every byte counts.
fn tone(main: &mut [u8; MAIN_BYTES], swap: bool) {
    for (n, sample) in main.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let phase = i16::try_from(n / 2 % 100).unwrap();
        let height = if phase < 50 { phase } else { 100 - phase };
        let value = (height - 25) * 331;
        *sample = if swap {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
    }
}

#[test]
fn byte_order() {
    let mut stream = Stream::mixed();
    for at in TRACK_2..TRACK_3 {
        tone(stream.main(at), false);
    }
    assert_eq!(stream.check().findings, []);
    for at in TRACK_2..TRACK_3 {
        tone(stream.main(at), true);
    }
    let whole = range(TRACK_2_PREGAP, 526);
    stream.expect(
        whole,
        FindingKind::ByteOrder,
        ("least significant", "swapped"),
    );
    // Samples of eight bits are smooth either way, and say nothing.
    for at in TRACK_2..TRACK_3 {
        let main = stream.main(at);
        tone(main, false);
        for sample in main.as_chunks_mut::<2>().0 {
            sample[0] = 0;
        }
    }
    assert_eq!(stream.check().findings, []);
}
