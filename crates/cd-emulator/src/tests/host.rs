//! A host that sends commands and looks at what comes back.

use std::sync::Arc;
use std::time::Duration;

use cd_address::{Lba, Msf, Sectors};
use cd_mmc::mode_page::{DataBlockType, ModePage, ModeParameters, WriteParameters, WriteType};
use cd_mmc::response::{DiscInformation, DiscStatus};
use cd_mmc::{
    Command, MainChannelSelection, ModeSelect10, ModeSense10, PageCode, ReadCd,
    ReadDiscInformation, ReadTocPmaAtip, Sense, SubChannelSelection, SynchronizeCache,
    TestUnitReady, TocFormat, Write10,
};
use cd_sector::SectorLayout;
use cd_transport::{Clock, Data, Status, Transport, TransportError, VirtualClock};

use crate::{Disc, Medium, MediumKind, Profile, Recorder};

pub(super) const PATIENCE: Duration = Duration::from_secs(3600);

pub(super) type Answer = Result<Vec<u8>, Sense>;

/// A host with a recorder of its own.
pub(super) struct Host {
    pub(super) recorder: Recorder,
    pub(super) clock: Arc<VirtualClock>,
}

/// A CD-R of 80 minutes but for a lead-in of one second, so that a whole session is small.
pub(super) fn short_medium() -> Medium {
    Medium {
        lead_in_start: Msf::new(99, 59, 0).unwrap(),
        ..Medium::cd_r_80()
    }
}

/// A CD-RW for 4x with the lead-in of [`short_medium`].
pub(super) fn short_cd_rw() -> Medium {
    Medium {
        kind: MediumKind::CdRw,
        additional: Medium::cd_rw_74().additional,
        ..short_medium()
    }
}

impl Host {
    pub(super) fn with_profile(profile: Profile) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let recorder = Recorder::new(profile, Arc::clone(&clock));
        Self { recorder, clock }
    }

    /// With a blank disc of [`short_medium`] that the host knows of.
    pub(super) fn with_blank(profile: Profile) -> Self {
        let mut host = Self::with_profile(profile);
        host.insert(Disc::blank(short_medium()));
        host
    }

    pub(super) fn blank() -> Self {
        Self::with_blank(Profile::faithful())
    }

    /// Puts a disc in and takes notice of it.
    pub(super) fn insert(&mut self, disc: Disc) {
        self.recorder.insert(disc);
        let attention = self.send(TestUnitReady, Data::None).unwrap_err();
        assert!(attention.same_code(&Sense::MEDIUM_MAY_HAVE_CHANGED));
        self.send(TestUnitReady, Data::None).unwrap();
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.now()
    }

    pub(super) fn send(
        &mut self,
        command: impl Into<Command>,
        data: Data<'_>,
    ) -> Result<usize, Sense> {
        self.try_send(command, data).unwrap()
    }

    pub(super) fn try_send(
        &mut self,
        command: impl Into<Command>,
        data: Data<'_>,
    ) -> Result<Result<usize, Sense>, TransportError> {
        let cdb = command.into().encode();
        let completion = self.recorder.execute(cdb.as_bytes(), data, PATIENCE)?;
        Ok(match completion.status {
            Status::GOOD => Ok(completion.transferred),
            _ => Err(Sense::decode(completion.sense.as_slice()).unwrap()),
        })
    }

    /// The same with the command as bytes, in hexadecimal. `n_bytes` of memory for what comes back.
    pub(super) fn ask(&mut self, hex: &str, n_bytes: usize) -> Answer {
        let mut bytes = vec![0xEE; n_bytes];
        let data = if n_bytes == 0 {
            Data::None
        } else {
            Data::In(&mut bytes)
        };
        let len = self.send_hex(hex, data)?;
        bytes.truncate(len);
        Ok(bytes)
    }

    pub(super) fn send_hex(&mut self, hex: &str, data: Data<'_>) -> Result<usize, Sense> {
        let cdb = bytes_of(hex);
        let completion = self.recorder.execute(&cdb, data, PATIENCE).unwrap();
        match completion.status {
            Status::GOOD => Ok(completion.transferred),
            _ => Err(Sense::decode(completion.sense.as_slice()).unwrap()),
        }
    }

    /// What comes back into `n_bytes` of memory.
    pub(super) fn read(&mut self, command: impl Into<Command>, n_bytes: usize) -> Answer {
        let mut bytes = vec![0xEE; n_bytes];
        let len = self.send(command, Data::In(&mut bytes))?;
        bytes.truncate(len);
        Ok(bytes)
    }

    /// The page as it stands, changed and sent back.
    pub(super) fn select(
        &mut self,
        change: impl FnOnce(&mut WriteParameters),
    ) -> Result<(), Sense> {
        let mut page = self.write_parameters();
        change(&mut page);
        let pages = [ModePage::WriteParameters(page)];
        let mut list = [0; 512];
        let len = ModeParameters::of(&pages).encode_select_into(&mut list);
        self.select_list(&list[..len])
    }

    pub(super) fn select_list(&mut self, list: &[u8]) -> Result<(), Sense> {
        let length = u16::try_from(list.len()).unwrap();
        self.send(ModeSelect10::new(length), Data::Out(list))
            .map(|sent| assert_eq!(sent, list.len()))
    }

    pub(super) fn write_parameters(&mut self) -> WriteParameters {
        let sense = ModeSense10::current(PageCode::WRITE_PARAMETERS, 512);
        let list = self.read(sense, 512).unwrap();
        let parameters = ModeParameters::decode_sense(&list).unwrap();
        parameters.write_parameters().unwrap().unwrap()
    }

    pub(super) fn select_raw(&mut self, layout: SectorLayout) -> Result<(), Sense> {
        self.select(|page| {
            page.write_type = WriteType::RAW;
            page.data_block_type = DataBlockType::new(layout.data_block_type()).unwrap();
        })
    }

    pub(super) fn write(&mut self, lba: i32, n_blocks: u16, bytes: &[u8]) -> Result<usize, Sense> {
        let command = Write10::new(Lba::new(lba).unwrap(), n_blocks);
        self.send(command, Data::Out(bytes))
    }

    /// Writes the whole stream from `start` on in WRITEs of `n_blocks`.
    pub(super) fn write_all(
        &mut self,
        start: i32,
        stream: &[u8],
        layout: SectorLayout,
        n_blocks: usize,
    ) -> Result<(), Sense> {
        let block_bytes = layout.sector_bytes();
        let mut lba = start;
        for piece in stream.chunks(block_bytes * n_blocks) {
            let n_blocks = u16::try_from(piece.len() / block_bytes).unwrap();
            let sent = self.write(lba, n_blocks, piece)?;
            assert_eq!(sent, piece.len());
            lba += i32::from(n_blocks);
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<usize, Sense> {
        self.send(SynchronizeCache::all(false), Data::None)
    }

    /// Burns the stream as it is, raw P-W, and flushes.
    pub(super) fn burn(&mut self, start: i32, stream: &[u8]) {
        self.select_raw(SectorLayout::RawPw96).unwrap();
        self.write_all(start, stream, SectorLayout::RawPw96, 26)
            .unwrap();
        self.flush().unwrap();
    }

    pub(super) fn disc_information(&mut self) -> DiscInformation {
        let answer = self.read(ReadDiscInformation::standard(34), 34).unwrap();
        DiscInformation::decode(&answer).unwrap()
    }

    pub(super) fn is_blank(&mut self) -> bool {
        self.disc_information().disc_status == DiscStatus::EMPTY
    }

    pub(super) fn toc(&mut self, format: TocFormat, track_session: u8) -> Answer {
        let command = ReadTocPmaAtip {
            msf: false,
            format,
            track_session,
            allocation_length: 2048,
        };
        self.read(command, 2048)
    }

    pub(super) fn read_cd(
        &mut self,
        lba: i32,
        n_sectors: u32,
        change: impl FnOnce(&mut ReadCd),
    ) -> Answer {
        let mut command = ReadCd::raw_96(Lba::new(lba).unwrap(), Sectors::new(n_sectors).unwrap());
        command.main_channel = MainChannelSelection::ALL;
        command.sub_channel = SubChannelSelection::NONE;
        change(&mut command);
        let n_bytes = usize::try_from(n_sectors).unwrap() * 2744;
        self.read(command, n_bytes)
    }
}

#[track_caller]
pub(super) fn check_refused<T: std::fmt::Debug>(outcome: Result<T, Sense>, expect: Sense) {
    let sense = outcome.unwrap_err();
    assert!(sense.same_code(&expect), "{sense}, expected {expect}");
}

/// The bytes that `hex` spells, with spaces between them.
pub(super) fn bytes_of(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect()
}
