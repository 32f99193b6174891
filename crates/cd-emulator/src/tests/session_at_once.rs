//! Sessions at once: the disc is the one that the project's own author makes of the same description.

use std::io::Write as _;
use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_image::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, MappedFile, Run, SectorSource,
    Track, TrackKind,
};
use cd_mmc::mode_page::{DataBlockType, WriteType};
use cd_mmc::response::FeatureCode;
use cd_mmc::{
    BinMsf, CueEntry, CueMain, CueSub, GetConfiguration, RequestedFeatures, SendCueSheet, Sense,
    SynchronizeCache, TestUnitReady, TocFormat,
};
use cd_sector::{CdTextCycle, CdTextPack, Control, PwSubcode, RAW_BYTES, SectorLayout};
use cd_transport::Data;

use super::host::{Host, check_refused};
use super::image::{audio, user};
use crate::{DiscState, Medium, Profile};

/// Of the short medium.
const LEAD_IN: i32 = -225;

fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

fn entry(control: u8, track: u8, index: u8, main: CueMain, start: i32) -> CueEntry {
    CueEntry::Place {
        control,
        track,
        index,
        main,
        sub: CueSub::NONE,
        alternate_copy: false,
        start: BinMsf::new(lba(start).to_msf()),
    }
}

fn send_sheet(host: &mut Host, entries: &[CueEntry]) -> Result<usize, Sense> {
    let bytes: Vec<u8> = entries.iter().flat_map(CueEntry::encode).collect();
    let n_entries = u16::try_from(entries.len()).unwrap();
    host.send(SendCueSheet::of_entries(n_entries), Data::Out(&bytes))
}

fn select(host: &mut Host) {
    host.select(|page| {
        page.write_type = WriteType::SESSION_AT_ONCE;
        page.data_block_type = DataBlockType::MODE_1;
    })
    .unwrap();
}

/// Sends `blocks`, one after the other from `start` on, a few at a time.
fn write(host: &mut Host, start: i32, blocks: &[Vec<u8>]) {
    let mut at = start;
    for some in blocks.chunks(27) {
        let n_blocks = u16::try_from(some.len()).unwrap();
        let bytes = some.concat();
        loop {
            match host.write(at, n_blocks, &bytes) {
                Ok(n_bytes) => break assert_eq!(n_bytes, bytes.len()),
                Err(sense) if sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS) => {
                    host.clock.advance(std::time::Duration::from_millis(40));
                }
                Err(sense) => panic!("{at}: {sense}"),
            }
        }
        at += i32::from(n_blocks);
    }
}

fn wait(host: &mut Host) {
    host.flush().unwrap();
    host.send(TestUnitReady, Data::None).unwrap();
}

/// The disc of `spec` as the project's author makes it, from the medium's lead-in on.
fn authored(spec: DiscSpec) -> Vec<u8> {
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let stream = AuthoredStream::new(disc, lba(LEAD_IN), SectorLayout::RawPw96).unwrap();
    let mut bytes = vec![0; stream.range().len().count() as usize * RAW_BYTES];
    stream.render(stream.range(), &mut bytes).unwrap();
    bytes
}

#[track_caller]
fn check_disc(host: &Host, expect: &[u8]) {
    let disc = host.recorder.disc().unwrap();
    assert_eq!(disc.state(), DiscState::Complete);
    let n_sectors = disc.recorded().unwrap().len().count() as usize;
    assert_eq!(n_sectors, expect.len() / RAW_BYTES);
    for (expect, at) in expect.as_chunks::<RAW_BYTES>().0.iter().zip(LEAD_IN..) {
        let mut sector = [0; RAW_BYTES];
        assert!(disc.sector(lba(at), &mut sector).unwrap());
        let differing = sector.iter().zip(expect).position(|(a, b)| a != b);
        assert_eq!(differing, None, "sector {at}");
    }
}

fn file(blocks: &[Vec<u8>]) -> (tempfile::NamedTempFile, Arc<MappedFile>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&blocks.concat()).unwrap();
    let mapped = MappedFile::open(file.path()).unwrap();
    (file, mapped.into())
}

fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

#[test]
fn a_data_track_is_what_the_author_makes_of_it() {
    let mut host = Host::blank();
    select(&mut host);
    let sheet = [
        entry(4, 0, 0, CueMain::AUDIO_MADE, -150),
        entry(4, 1, 0, CueMain::MODE_1_MADE, -150),
        entry(4, 1, 1, CueMain::MODE_1, 0),
        entry(4, CueEntry::LEAD_OUT, 1, CueMain::MODE_1_MADE, 400),
    ];
    send_sheet(&mut host, &sheet).unwrap();
    let blocks: Vec<_> = (0..400).map(|lba| user(lba).to_vec()).collect();
    write(&mut host, 0, &blocks);
    // The last block ends the session: the drive goes on by itself.
    check_refused(
        host.send(TestUnitReady, Data::None),
        Sense::LONG_WRITE_IN_PROGRESS,
    );
    wait(&mut host);

    let (_kept, mapped) = file(&blocks);
    let form = FileForm::packed(FilePayload::Mode1User);
    let run = Run::file(mapped, 0, form, sectors(400));
    let track = Track::new(TrackKind::Mode1, vec![run]).with_pregap(sectors(150));
    check_disc(&host, &authored(DiscSpec::new(vec![track])));
    let toc = host.toc(TocFormat::TOC, 0).unwrap();
    assert_eq!(&toc[..12], [0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn sound_with_everything_is_what_the_author_makes_of_it() {
    let mut host = Host::blank();
    select(&mut host);
    let of_lead_in = CueEntry::Place {
        control: 0,
        track: 0,
        index: 0,
        main: CueMain::AUDIO_MADE,
        sub: CueSub::RAW_PW,
        alternate_copy: false,
        start: BinMsf::new(lba(LEAD_IN).to_msf()),
    };
    let sheet = [
        CueEntry::Mcn { part: *b"1234567" },
        CueEntry::Mcn { part: *b"890128\0" },
        of_lead_in,
        CueEntry::Isrc {
            track: 1,
            part: *b"USABC0",
        },
        CueEntry::Isrc {
            track: 1,
            part: *b"212345",
        },
        entry(0, 1, 0, CueMain::AUDIO, -150),
        entry(0, 1, 1, CueMain::AUDIO, 0),
        entry(0, 1, 2, CueMain::AUDIO, 196),
        entry(2, 2, 1, CueMain::AUDIO, 343),
        entry(0, 3, 0, CueMain::AUDIO_MADE, 700),
        entry(0, 3, 1, CueMain::AUDIO, 800),
        entry(0, CueEntry::LEAD_OUT, 1, CueMain::AUDIO_MADE, 1200),
    ];
    send_sheet(&mut host, &sheet).unwrap();
    let packs: Vec<_> = (0..6)
        .map(|n| {
            let mut bytes = [n; 16];
            bytes[..4].copy_from_slice(&[0x80, n, n, 0]);
            CdTextPack::with_crc(bytes)
        })
        .collect();
    let cycle = CdTextCycle::new(&packs).unwrap();
    let text: Vec<_> = (LEAD_IN..-150)
        .map(|at| {
            let mut subcode = PwSubcode([0; 96]);
            subcode.set_cd_text(&cycle.sector(lba(at).position() as usize));
            subcode.0.to_vec()
        })
        .collect();
    write(&mut host, LEAD_IN, &text);
    let sound: Vec<_> = (-150..1200).map(|lba| audio(lba).to_vec()).collect();
    let (first, second) = sound.split_at(850);
    write(&mut host, -150, first);
    // What the drive makes itself the host leaves out.
    check_refused(
        host.write(700, 1, &sound[0]),
        Sense::INVALID_ADDRESS_FOR_WRITE,
    );
    write(&mut host, 800, &second[100..]);
    wait(&mut host);

    let (_kept, mapped) = file(&sound);
    let form = FileForm::packed(FilePayload::Samples);
    let run = |from: i32, count| {
        let offset = u64::try_from(from + 150).unwrap() * 2352;
        Run::file(Arc::clone(&mapped), offset, form, sectors(count))
    };
    let mut one = Track::new(TrackKind::Audio, vec![run(0, 343)]);
    one.pregap = vec![run(-150, 150)];
    one.indexes = vec![sectors(196)];
    one.isrc = Some("USABC0212345".parse().unwrap());
    let mut two = Track::new(TrackKind::Audio, vec![run(343, 357)]);
    two.control = Control::COPY_PERMITTED;
    let three = Track::new(TrackKind::Audio, vec![run(800, 400)]).with_pregap(sectors(100));
    let mut spec = DiscSpec::new(vec![one, two, three]);
    spec.mcn = Some("1234567890128".parse().unwrap());
    spec.cd_text = packs;
    check_disc(&host, &authored(spec));
    let cd_text = host.toc(TocFormat::CD_TEXT, 0).unwrap();
    assert_eq!(cd_text.len(), 4 + 6 * 18);
}

#[test]
fn sectors_with_forms_get_what_their_subheader_says() {
    let mut host = Host::blank();
    host.select(|page| {
        page.write_type = WriteType::SESSION_AT_ONCE;
        page.data_block_type = DataBlockType::XA_MIXED;
        page.session_format = cd_mmc::mode_page::SessionFormat::CD_ROM_XA;
    })
    .unwrap();
    let sheet = [
        entry(4, 0, 0, CueMain::XA_MADE, -150),
        entry(4, 1, 0, CueMain::XA_MADE, -150),
        entry(4, 1, 1, CueMain::XA, 0),
        entry(4, CueEntry::LEAD_OUT, 1, CueMain::XA_MADE, 300),
    ];
    send_sheet(&mut host, &sheet).unwrap();
    let block = |at: i32| {
        let mut block = vec![0; 2336];
        let submode = if at % 3 == 0 { 0x20 } else { 0x08 };
        block[..8].copy_from_slice(&[0, 0, submode, 0, 0, 0, submode, 0]);
        let n_user = if at % 3 == 0 { 2324 } else { 2048 };
        block[8..2056].copy_from_slice(&user(at));
        block[8 + n_user..].fill(0);
        block
    };
    let blocks: Vec<_> = (0..300).map(block).collect();
    write(&mut host, 0, &blocks);
    wait(&mut host);
    let (_kept, mapped) = file(&blocks);
    let form = FileForm::packed(FilePayload::Mode2FormMixMade);
    let run = Run::file(mapped, 0, form, sectors(300));
    let track = Track::new(TrackKind::Mode2Xa, vec![run]).with_pregap(sectors(150));
    check_disc(&host, &authored(DiscSpec::new(vec![track])));
}

const SHEET: fn() -> [CueEntry; 4] = || {
    [
        entry(4, 0, 0, CueMain::AUDIO_MADE, -150),
        entry(4, 1, 0, CueMain::MODE_1, -150),
        entry(4, 1, 1, CueMain::MODE_1, 0),
        entry(4, CueEntry::LEAD_OUT, 1, CueMain::MODE_1_MADE, 400),
    ]
};

#[test]
fn the_order_of_things_is_kept() {
    let mut host = Host::blank();
    check_refused(
        send_sheet(&mut host, &SHEET()),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    select(&mut host);
    let block = [0; 2048];
    check_refused(host.write(-150, 1, &block), Sense::COMMAND_SEQUENCE_ERROR);
    let mut bad = SHEET();
    bad[2] = entry(4, 1, 1, CueMain::MODE_1, -150);
    let sense = send_sheet(&mut host, &bad).unwrap_err();
    assert!(sense.same_code(&Sense::INVALID_FIELD_IN_PARAMETER_LIST));
    check_refused(
        host.send(SendCueSheet::of_entries(3), Data::Out(&[0; 16])),
        Sense::PARAMETER_LIST_LENGTH_ERROR,
    );
    send_sheet(&mut host, &SHEET()).unwrap();
    check_refused(host.write(0, 1, &block), Sense::INVALID_ADDRESS_FOR_WRITE);
    check_refused(
        host.write(-150, 1, &block[1..]),
        Sense::INVALID_FIELD_IN_CDB,
    );
    host.write(-150, 1, &block).unwrap();
    check_refused(
        send_sheet(&mut host, &SHEET()),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    // A session that stops in the middle is no session.
    wait(&mut host);
    let state = host.recorder.disc().unwrap().state();
    assert!(matches!(state, DiscState::Interrupted { .. }));
    check_refused(
        send_sheet(&mut host, &SHEET()),
        Sense::PROGRAM_AREA_NOT_EMPTY,
    );
}

#[test]
fn a_simulation_leaves_the_disc_blank() {
    let mut host = Host::blank();
    select(&mut host);
    host.select(|page| page.test_write = true).unwrap();
    send_sheet(&mut host, &SHEET()).unwrap();
    let blocks = vec![vec![0; 2048]; 550];
    write(&mut host, -150, &blocks);
    wait(&mut host);
    assert!(host.is_blank());
}

#[test]
fn the_lead_in_takes_its_time_and_the_buffer_fills_meanwhile() {
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(crate::Disc::blank(Medium::cd_r_80()));
    select(&mut host);
    send_sheet(&mut host, &SHEET()).unwrap();
    let began = host.now();
    let block = vec![0; 2048 * 32];
    // Nobody has to wait for 10,927 sectors.
    for n in 0..10 {
        host.write(-150 + 32 * n, 32, &block).unwrap();
    }
    assert!((host.now() - began).as_secs() < 1);
    host.send(SynchronizeCache::all(false), Data::None).unwrap();
    assert!((host.now() - began).as_secs() >= 3);
}

#[test]
fn a_drive_without_it_says_so() {
    let mut host = Host::with_blank(Profile {
        has_session_at_once: false,
        ..Profile::faithful()
    });
    let refused = host.select(|page| page.write_type = WriteType::SESSION_AT_ONCE);
    check_refused(refused, Sense::INVALID_FIELD_IN_PARAMETER_LIST);
    let command = GetConfiguration {
        requested: RequestedFeatures::ONE,
        starting_feature: FeatureCode::CD_MASTERING.code(),
        allocation_length: 64,
    };
    let answer = host.read(command, 64).unwrap();
    let configuration = cd_mmc::response::Configuration::decode(&answer).unwrap();
    let mastering = configuration.cd_mastering().unwrap();
    assert!(!mastering.flags.session_at_once && mastering.max_cue_sheet_bytes == 0);
}
