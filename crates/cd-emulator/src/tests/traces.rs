//! Whole burns, command by command, as other programs were seen to send them to a recorder: cdrdao 1.2.4 and wodim
//! 1.1.11. Each command must be answered so that the program goes on.

use cd_mmc::Sense;
use cd_sector::{MAIN_BYTES, PwSubcode, RAW_BYTES, SectorLayout};
use cd_transport::Data;

use super::host::{Host, bytes_of, short_medium};
use super::image::Session;
use crate::{Disc, DiscState, Profile};

const START: i32 = -225;

/// What a command must come to.
#[derive(Clone, Copy)]
enum Expect {
    /// So many bytes, or none.
    Good(usize),
    Refused(Sense),
    /// The program makes do with whatever it is.
    Anything,
}
use Expect::{Anything, Good, Refused};

/// A disc that has just been put in, which nobody has been told of.
fn just_inserted() -> Host {
    let mut host = Host::with_profile(Profile::faithful());
    host.recorder.insert(Disc::blank(short_medium()));
    host
}

fn replay(host: &mut Host, commands: &[(&str, Expect)]) {
    for (hex, expect) in commands {
        let mut memory = vec![0; 65_536];
        let found = host.send_hex(hex, Data::In(&mut memory));
        match (expect, &found) {
            (Good(n_bytes), Ok(found)) => assert_eq!(found, n_bytes, "{hex}"),
            (Refused(sense), Err(found)) if found.same_code(sense) => {}
            (Anything, _) => {}
            _ => panic!("{hex}: {found:?}"),
        }
    }
}

/// Mode pages as `5A 00 05` told them, changed and sent back as `55 10`.
fn select(host: &mut Host, change: &[(usize, u8)], expect: Expect) {
    let mut list = host.ask("5A 00 05 00 00 00 00 00 A4 00", 164).unwrap();
    list[..8].fill(0);
    list[8] &= 0x3F;
    for (at, value) in change {
        list[8 + at] = *value;
    }
    let hex = format!("55 10 00 00 00 00 00 00 {:02X} 00", list.len());
    let found = host.send_hex(&hex, Data::Out(&list));
    match (expect, found) {
        (Good(_), Ok(_)) | (Anything, _) => {}
        (Refused(sense), Err(found)) if found.same_code(&sense) => {}
        (_, found) => panic!("{change:?}: {found:?}"),
    }
}

fn write(host: &mut Host, stream: &[u8], layout: SectorLayout, n_blocks: usize) {
    host.write_all(START, stream, layout, n_blocks).unwrap();
}

fn to_pq16(stream: &[u8]) -> Vec<u8> {
    let blocks = stream.chunks(RAW_BYTES).flat_map(|raw| {
        let mut symbols = [0; 96];
        symbols.copy_from_slice(&raw[MAIN_BYTES..]);
        let mut pq16 = PwSubcode(symbols).to_pq16();
        // Its CRC is not the inverted one here; the drive makes its own.
        pq16[10] ^= 0xFF;
        pq16[11] ^= 0xFF;
        [&raw[..MAIN_BYTES], &pq16].concat()
    });
    blocks.collect()
}

#[track_caller]
fn check_burnt(host: &Host, stream: &[u8]) {
    let disc = host.recorder.disc().unwrap();
    assert_eq!(disc.state(), DiscState::Complete);
    let mut sector = [0; RAW_BYTES];
    for (lba, expect) in disc
        .recorded()
        .unwrap()
        .iter()
        .zip(stream.chunks(RAW_BYTES))
    {
        assert!(disc.sector(lba, &mut sector).unwrap());
        assert!(sector == *expect, "{lba:?}");
    }
}

const NO_FIELD: Expect = Refused(Sense::INVALID_FIELD_IN_CDB);

#[test]
fn cdrdao_generic_mmc_raw() {
    let stream = Session::MIXED.stream(&short_medium());
    let mut host = just_inserted();
    let disc = [
        ("51 00 00 00 00 00 00 00 22 00", Good(34)),
        ("43 00 01 00 00 00 00 00 0C 00", NO_FIELD),
        ("43 00 04 00 00 00 00 00 1C 00", Good(28)),
    ];
    let attention = Refused(Sense::MEDIUM_MAY_HAVE_CHANGED);
    replay(
        &mut host,
        &[
            ("12 00 00 00 2C 00", Good(36)),
            // REZERO UNIT is sent to be told of the new disc.
            ("01 00 00 00 00 00", attention),
            ("00 00 00 00 00 00", Good(0)),
            ("01 00 00 00 00 00", Good(0)),
        ],
    );
    replay(&mut host, &disc);
    replay(&mut host, &disc);
    replay(
        &mut host,
        &[
            ("5A 00 2A 00 00 00 00 00 8C 00", Good(68)),
            // A page of Ricoh's.
            ("5A 00 30 00 00 00 00 00 7A 00", NO_FIELD),
            ("1E 00 00 00 01 00", Good(0)),
            ("BB 00 FF FF FF FF 00 00 00 00 00 00", Good(0)),
            ("51 00 00 00 00 00 00 00 22 00", Good(34)),
        ],
    );
    select(&mut host, &[(2, 0x63), (3, 0x00), (4, 1), (8, 0)], Good(0));
    replay(&mut host, &[("54 01 00 00 00 00 00 00 00 00", Good(0))]);
    replay(&mut host, &disc);
    write(&mut host, &to_pq16(&stream), SectorLayout::Pq16, 27);
    replay(
        &mut host,
        &[
            ("35 00 00 00 00 00 00 00 00 00", Good(0)),
            ("00 00 00 00 00 00", Good(0)),
            ("51 00 00 00 00 00 00 00 04 00", Good(4)),
            ("01 00 00 00 00 00", Good(0)),
            ("1E 00 00 00 00 00", Good(0)),
            ("1B 00 00 00 02 00", Good(0)),
        ],
    );
    check_burnt(&host, &stream);
}

/// wodim finds the modes of a drive by trying all of them, and goes back to the first.
fn try_write_types(host: &mut Host) {
    let field = Refused(Sense::INVALID_FIELD_IN_PARAMETER_LIST);
    for (write_type, block_type, expect) in [
        (0x21, 8, Good(0)),
        (0x20, 8, field),
        (0x22, 8, Anything),
        (0x22, 2, Anything),
        (0x22, 3, Anything),
        (0x23, 1, Good(0)),
        (0x23, 2, Good(0)),
        (0x23, 3, Good(0)),
        (0x21, 8, Good(0)),
    ] {
        replay(host, &[("00 00 00 00 00 00", Good(0))]);
        select(host, &[(2, write_type), (4, block_type)], expect);
    }
}

#[test]
fn wodim_raw96r() {
    let stream = Session::DATA.stream(&short_medium());
    let mut host = just_inserted();
    let attention = Refused(Sense::MEDIUM_MAY_HAVE_CHANGED);
    replay(
        &mut host,
        &[
            ("00 00 00 00 00 00", attention),
            ("12 00 00 00 24 00", Good(36)),
            ("5A 00 3F 00 00 00 00 00 02 00", Good(2)),
            ("5A 00 2A 00 00 00 00 00 02 00", Good(2)),
            ("5A 00 2A 00 00 00 00 00 40 00", Good(64)),
            ("46 02 00 00 00 00 00 00 08 00", Good(8)),
            ("46 02 00 2E 00 00 00 00 10 00", Good(16)),
            (
                "AD 00 00 00 00 00 00 00 00 04 00 00",
                Refused(Sense::INVALID_OPERATION_CODE),
            ),
        ],
    );
    try_write_types(&mut host);
    replay(
        &mut host,
        &[
            ("46 02 00 37 00 00 00 00 10 00", Good(16)),
            ("5C 00 00 00 00 00 00 00 0C 00", Good(12)),
            ("3C 00 00 00 00 00 00 F8 00 00", Good(63_488)),
            ("1B 00 00 00 03 00", Good(0)),
            ("1B 00 00 00 01 00", Good(0)),
            ("1E 00 00 00 01 00", Good(0)),
            ("01 00 00 00 00 00", Good(0)),
            ("5A 00 3F 00 00 00 00 00 0C 00", Good(12)),
            ("5A 00 BF 00 00 00 00 00 0C 00", Good(12)),
            ("25 00 00 00 00 00 00 00 00 00", Good(8)),
            ("43 00 04 00 00 00 00 00 04 00", Good(4)),
            ("43 00 04 00 00 00 00 00 1C 00", Good(28)),
            ("51 00 00 00 00 00 00 00 04 00", Good(4)),
            ("51 00 00 00 00 00 00 00 22 00", Good(34)),
            ("52 01 00 00 00 FF 00 00 1C 00", Good(28)),
            ("BB 00 21 13 0B 10 00 00 00 00 00 00", Good(0)),
            ("43 00 00 00 00 00 00 00 04 00", NO_FIELD),
        ],
    );
    select(&mut host, &[(2, 0x63), (3, 0x00), (4, 3)], Good(0));
    let next = host.ask("52 01 00 00 00 FF 00 00 1C 00", 28).unwrap();
    assert_eq!(next[7] & 1, 1);
    assert_eq!(next[12..16], START.to_be_bytes());
    replay(&mut host, &[("54 01 00 00 00 00 00 00 00 00", Good(0))]);
    write(&mut host, &stream, SectorLayout::RawPw96, 26);
    replay(
        &mut host,
        &[
            ("35 00 00 00 00 00 00 00 00 00", Good(0)),
            ("00 00 00 00 00 00", Good(0)),
            ("51 00 00 00 00 00 00 00 10 00", Good(16)),
            ("43 00 00 00 00 00 00 00 04 00", Good(4)),
            ("35 00 00 00 00 00 00 00 00 00", Good(0)),
        ],
    );
    // A block descriptor of 2048 bytes, which drives of today do not take.
    let list = bytes_of("00 00 00 00 00 00 00 08 00 00 00 00 00 00 08 00");
    let found = host.send_hex("55 10 00 00 00 00 00 00 10 00", Data::Out(&list));
    assert!(
        found
            .unwrap_err()
            .same_code(&Sense::INVALID_FIELD_IN_PARAMETER_LIST)
    );
    replay(&mut host, &[("1E 00 00 00 00 00", Good(0))]);
    check_burnt(&host, &stream);
}

/// What Linux asks of a drive that it has just found, and of a data disc before it mounts it.
#[test]
fn the_kernels_sr_driver() {
    let mut host = just_inserted();
    replay(
        &mut host,
        &[
            ("12 00 00 00 24 00", Good(36)),
            ("12 01 00 00 04 00", Good(4)),
            ("12 01 83 00 FF 00", Good(36)),
            ("12 01 80 00 FF 00", Good(8)),
            ("00 00 00 00 00 00", Refused(Sense::MEDIUM_MAY_HAVE_CHANGED)),
            ("5A 00 2A 00 00 00 00 00 80 00", Good(68)),
            ("1A 00 2A 00 80 00", Good(64)),
            ("46 02 00 20 00 00 00 00 10 00", Good(8)),
            ("4A 01 00 00 10 00 00 00 08 00", Good(8)),
            ("25 00 00 00 00 00 00 00 00 00", Good(8)),
        ],
    );
    host.burn(START, &Session::DATA.stream(&short_medium()));
    replay(
        &mut host,
        &[
            ("43 02 00 00 00 00 00 00 0C 40", Good(12)),
            ("43 00 00 00 00 00 00 00 0C 40", Good(12)),
            ("43 02 00 00 00 00 AA 00 0C 00", Good(12)),
            ("BE 00 00 00 00 10 00 00 01 58 00 00", Good(2336)),
            ("42 02 40 02 00 00 00 00 18 00", Good(24)),
            ("28 00 00 00 00 10 00 00 04 00", Good(8192)),
            ("A8 00 00 00 00 10 00 00 00 04 00 00", Good(8192)),
            ("2F 00 00 00 00 00 00 01 2C 00", Good(0)),
            ("44 02 00 00 00 10 00 00 08 00", Good(8)),
        ],
    );
}
