//! What a drive tells from the subcode: CD-Text, MCN, ISRC, where it is.

use cd_address::{Lba, Msf};
use cd_mmc::response::{CdText, SubChannel, SubChannelData, TocAddress};
use cd_mmc::{ReadSubChannel, Sense, SubChannelFormat, TocFormat};
use cd_sector::{
    CdText as Text, CdTextBlock, CdTextCharset, CdTextCycle, CdTextKind, CdTextLanguage,
    CdTextRepeats, Control, MAIN_BYTES, PwSubcode, Q, RAW_BYTES,
};

use super::host::{Host, check_refused, short_medium};
use super::image::Session;

const START: i32 = -225;

fn edit(stream: &mut [u8], lba: i32, change: impl FnOnce(&mut PwSubcode)) {
    let idx = usize::try_from(lba - START).unwrap();
    let subcode = &mut stream[idx * RAW_BYTES + MAIN_BYTES..(idx + 1) * RAW_BYTES];
    let mut symbols = PwSubcode([0; 96]);
    symbols.0.copy_from_slice(subcode);
    change(&mut symbols);
    subcode.copy_from_slice(&symbols.0);
}

fn ask(host: &mut Host, command: ReadSubChannel) -> Result<SubChannelData, Sense> {
    let answer = host.read(command, 24)?;
    Ok(SubChannel::decode(&answer).unwrap().data.unwrap())
}

#[test]
fn cd_text_comes_from_the_lead_in() {
    let language = CdTextLanguage::ENGLISH;
    let mut block = CdTextBlock::new(language, CdTextCharset::Ascii, 1, 2).unwrap();
    block.set(CdTextKind::TITLE, 0, "An Album").unwrap();
    block.set(CdTextKind::TITLE, 1, "The First").unwrap();
    block.set(CdTextKind::TITLE, 2, "The Second").unwrap();
    let text = Text {
        blocks: vec![block],
    };
    let packs = text.encode(CdTextRepeats::Tab).unwrap();
    let cycle = CdTextCycle::new(&packs).unwrap();
    let mut stream = Session::MIXED.stream(&short_medium());
    for lba in START..-150 {
        let idx = usize::try_from(lba - START).unwrap();
        edit(&mut stream, lba, |subcode| {
            subcode.set_cd_text(&cycle.sector(idx));
        });
    }
    let mut host = Host::blank();
    host.burn(START, &stream);
    let answer = host.toc(TocFormat::CD_TEXT, 0).unwrap();
    let found: Vec<_> = CdText::decode(&answer).unwrap().packs.iter().collect();
    let expect: Vec<_> = packs.iter().map(|pack| pack.0).collect();
    assert_eq!(found, expect);

    let mut host = Host::blank();
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    check_refused(host.toc(TocFormat::CD_TEXT, 0), Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn numbers_come_from_the_program() {
    let mut stream = Session::MIXED.stream(&short_medium());
    let frame = |lba: i32| Lba::new(lba).unwrap().to_msf().frame();
    let mcn = Q::Mcn {
        control: Control::DATA,
        mcn: "1234567890128".parse().unwrap(),
        absolute_frame: frame(49),
    };
    edit(&mut stream, 49, |subcode| subcode.set_q(&mcn.encode()));
    let isrc = Q::Isrc {
        control: Control::AUDIO,
        isrc: "USABC0212345".parse().unwrap(),
        absolute_frame: frame(310),
    };
    edit(&mut stream, 310, |subcode| subcode.set_q(&isrc.encode()));
    // A damaged frame is not believed.
    edit(&mut stream, 20, |subcode| {
        let mut damaged = mcn.encode();
        damaged.0[3] ^= 1;
        subcode.set_q(&damaged);
    });
    let mut host = Host::blank();
    host.burn(START, &stream);
    let of = ReadSubChannel::of;
    let SubChannelData::Mcn(field) = ask(&mut host, of(SubChannelFormat::MCN, 0)).unwrap() else {
        panic!("another format");
    };
    assert_eq!(field.digits(), Some(&b"1234567890128"[..]));
    let mut isrc_of = |track| match ask(&mut host, of(SubChannelFormat::ISRC, track)) {
        Ok(SubChannelData::Isrc {
            track: found, isrc, ..
        }) => {
            assert_eq!(found, track);
            Ok(isrc.characters().map(<[u8]>::to_vec))
        }
        Ok(other) => panic!("{other:?}"),
        Err(sense) => Err(sense),
    };
    assert_eq!(isrc_of(2), Ok(Some(b"USABC0212345".to_vec())));
    assert_eq!(isrc_of(1), Ok(None));
    check_refused(isrc_of(3), Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn the_position_is_that_of_the_last_sector_read() {
    let mut host = Host::blank();
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    let place = |host: &mut Host, msf| {
        let command = ReadSubChannel {
            msf,
            ..ReadSubChannel::of(SubChannelFormat::POSITION, 0)
        };
        match ask(host, command).unwrap() {
            SubChannelData::Position {
                track,
                index,
                absolute,
                relative,
                ..
            } => (track, index, absolute, relative),
            other => panic!("{other:?}"),
        }
    };
    let lba = |value: i32| TocAddress(value.to_be_bytes());
    assert_eq!(place(&mut host, false), (1, 1, lba(0), lba(0)));
    host.read_cd(290, 30, |_| {}).unwrap();
    assert_eq!(place(&mut host, false), (2, 1, lba(319), lba(19)));
    let absolute = TocAddress::from_msf(Msf::new(0, 6, 19).unwrap());
    assert_eq!(
        place(&mut host, true),
        (2, 1, absolute, TocAddress([0, 0, 0, 19]))
    );
    host.read_cd(-150, 1, |_| {}).unwrap();
    assert_eq!(place(&mut host, false), (1, 0, lba(-150), lba(-150)));

    let command = ReadSubChannel {
        sub_q: false,
        ..ReadSubChannel::of(SubChannelFormat::POSITION, 0)
    };
    assert_eq!(host.read(command, 24).unwrap(), [0, 0x15, 0, 0]);
    let command = ReadSubChannel::of(SubChannelFormat::new(0).unwrap(), 0);
    check_refused(host.read(command, 24), Sense::INVALID_FIELD_IN_CDB);
    check_refused(
        Host::blank().read(ReadSubChannel::of(SubChannelFormat::MCN, 0), 24),
        Sense::TOC_UNREADABLE,
    );
}
