//! A disc out of the files of those targets that cannot be opened as images yet, by their sheets alone.

use std::path::PathBuf;
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Control, Isrc};
use cd_sheet::ccd::{self, CcdMode};
use cd_sheet::toc::{self, TocDiscType, TocMode, TocStatement};

use crate::convert::{ConvertTarget, cd_text};
use crate::raw_stream::sample;
use crate::{
    DiscMap, DiscSpec, FileForm, FilePayload, MappedFile, Run, RunSubcode, RwForm, SubcodeForm,
    Track, TrackKind,
};

/// What a sheet says of a track.
struct Said {
    kind: TrackKind,
    control: Control,
    scms: bool,
    isrc: Option<Isrc>,
    /// Index 0 if there is one, 1 and so on.
    pregap: Option<Lba>,
    starts: Vec<Lba>,
    offset: u64,
    stride: u32,
    is_swapped: bool,
}

/// The disc in the files `written` for `target`; of a toc-file's CD-Text only `map` knows the packs.
pub(super) fn spec(written: &[PathBuf], target: ConvertTarget, map: &DiscMap) -> DiscSpec {
    let open = |ending: &str| {
        let path = written
            .iter()
            .find(|path| path.extension().unwrap() == ending);
        path.map(|path| Arc::new(MappedFile::open(path).unwrap()))
    };
    let text = || std::fs::read_to_string(&written[0]).unwrap();
    let (mut spec, said) = match target {
        ConvertTarget::Ccd => of_ccd(&text()),
        ConvertTarget::Cue { .. } => unreachable!("read as users read it"),
        ConvertTarget::Toc => {
            let (mut spec, said) = of_toc(&text());
            spec.cd_text = cd_text::through_toc(map.cd_text());
            (spec, said)
        }
        ConvertTarget::Iso => {
            let file = open("iso").unwrap();
            let n_sectors = Sectors::new(u32::try_from(file.len() / 2048).unwrap()).unwrap();
            let form = FileForm::packed(FilePayload::Mode1User);
            let run = Run::file(file, 0, form, n_sectors);
            return DiscSpec::new(vec![Track::new(TrackKind::Mode1, vec![run])]);
        }
    };
    let main = open("bin").or_else(|| open("img")).unwrap();
    let sub = open("sub");
    for (idx, track) in said.iter().enumerate() {
        let end = said.get(idx + 1).map(Said::before);
        let rest = (main.len() - track.offset) / u64::from(track.stride);
        let end = end.unwrap_or_else(|| after(track.before(), rest));
        let kind = kind(&main, track, (track.before(), end));
        let run = |from, to| track.run(kind, (&main, sub.as_ref()), (from, to));
        let start = track.starts[0];
        let mut made = Track::new(kind, vec![run(start, end)]);
        if idx == 0 {
            made.pregap.push(Run::made(Sectors::new(150).unwrap()));
        }
        if track.before() < start {
            made.pregap.push(run(track.before(), start));
        }
        made.control = track.control;
        made.scms = track.scms;
        made.isrc = track.isrc;
        let further = track.starts[1..].iter();
        made.indexes = further.map(|at| at.since(start).unwrap()).collect();
        spec.tracks.push(made);
    }
    spec
}

fn after(lba: Lba, n_sectors: u64) -> Lba {
    let n_sectors = Sectors::new(u32::try_from(n_sectors).unwrap()).unwrap();
    lba.add(n_sectors).unwrap()
}

impl Said {
    /// Its first sector in the file.
    fn before(&self) -> Lba {
        self.pregap.unwrap_or(self.starts[0])
    }

    fn run(
        &self,
        kind: TrackKind,
        (main, sub): (&Arc<MappedFile>, Option<&Arc<MappedFile>>),
        (from, to): (Lba, Lba),
    ) -> Run {
        let n_before = u64::from(from.since(self.before()).unwrap().count());
        let payload = match kind {
            TrackKind::Audio if self.is_swapped => FilePayload::SamplesSwapped,
            TrackKind::Audio => FilePayload::Samples,
            _ => FilePayload::PlainSector,
        };
        let stride = self.stride;
        let offset = self.offset + n_before * u64::from(stride);
        let form = FileForm { payload, stride };
        let run = Run::file(Arc::clone(main), offset, form, to.since(from).unwrap());
        if stride == 2448 {
            return run.with_subcode(RunSubcode::RwFile {
                file: Arc::clone(main),
                offset: offset + 2352,
                stride,
                form: RwForm::Raw,
            });
        }
        match sub {
            Some(file) => run.with_subcode(RunSubcode::File {
                file: Arc::clone(file),
                offset: u64::from(from.since(Lba::ZERO).unwrap().count()) * 96,
                stride: 96,
                form: SubcodeForm::Rows,
            }),
            None => run,
        }
    }
}

/// Mode 2 has forms if half of the sampled sectors have two equal subheaders.
fn kind(file: &MappedFile, track: &Said, (start, end): (Lba, Lba)) -> TrackKind {
    if track.kind != TrackKind::Mode2Xa {
        return track.kind;
    }
    let starts = track.pregap.into_iter().chain(track.starts.iter().copied());
    let starts: Vec<_> = starts.collect();
    let (mut n_forms, mut n) = (0, 0);
    for (from, to) in starts.iter().zip(starts[1..].iter().copied().chain([end])) {
        let piece = LbaRange::from_bounds(*from, to).unwrap();
        for idx in sample(piece.len().count().into()) {
            let n_before = u64::from(from.since(start).unwrap().count());
            let mut head = [0; 24];
            let offset = track.offset + (n_before + idx) * u64::from(track.stride);
            file.read_at(offset, &mut head).unwrap();
            if head[..12] == cd_sector::SYNC && head[15] == 2 {
                n += 1;
                n_forms += i32::from(head[16..20] == head[20..]);
            }
        }
    }
    if 2 * n_forms >= n {
        TrackKind::Mode2Xa
    } else {
        TrackKind::Mode2Formless
    }
}

fn of_ccd(text: &str) -> (DiscSpec, Vec<Said>) {
    let sheet = ccd::parse(text).unwrap();
    assert_eq!(sheet.to_string(), text);
    let toc = sheet.toc().unwrap();
    let mut spec = DiscSpec::new(Vec::new());
    spec.first_track = toc.first_track();
    spec.disc_type = Some(toc.disc_type());
    spec.mcn = sheet.catalog.map(|catalog| catalog.value);
    spec.cd_text.clone_from(&sheet.cd_text);
    let said = sheet.tracks.iter().map(|track| {
        let pregap = track.indexes.iter().find(|(index, _)| *index == 0);
        let pregap = pregap.map(|(_, lba)| lba.value);
        let starts: Vec<_> = track
            .indexes
            .iter()
            .filter(|(index, _)| *index > 0)
            .collect();
        let starts: Vec<_> = starts.iter().map(|(_, lba)| lba.value).collect();
        let before = pregap.unwrap_or(starts[0]);
        Said {
            kind: match track.mode.value {
                CcdMode::Audio => TrackKind::Audio,
                CcdMode::Mode1 => TrackKind::Mode1,
                CcdMode::Mode2 => TrackKind::Mode2Xa,
            },
            control: toc.track(track.number).unwrap().control,
            scms: track.flags.scms,
            isrc: track.isrc.map(|isrc| isrc.value),
            pregap,
            starts,
            offset: u64::from(before.since(Lba::ZERO).unwrap().count()) * 2352,
            stride: 2352,
            is_swapped: false,
        }
    });
    (spec, said.collect())
}

fn of_toc(text: &str) -> (DiscSpec, Vec<Said>) {
    let sheet = toc::parse(text).unwrap();
    assert_eq!(sheet.to_string(), text);
    let mut spec = DiscSpec::new(Vec::new());
    spec.first_track = sheet.first_track_number();
    spec.mcn = sheet.catalog.map(|catalog| catalog.value);
    spec.disc_type = sheet.disc_type.map(TocDiscType::disc_type);
    let mut before = Lba::ZERO;
    let mut said = Vec::new();
    for track in &sheet.tracks {
        let (offset, length) = match &track.statements[0].value {
            TocStatement::AudioFile {
                offset: None,
                start,
                length,
                ..
            } => (Some(4 * start.samples()), *length),
            TocStatement::AudioFile { offset, length, .. }
            | TocStatement::DataFile { offset, length, .. } => (*offset, *length),
            other => panic!("{other:?}"),
        };
        let pregap = match track.statements.get(1).map(|statement| &statement.value) {
            Some(TocStatement::Start(Some(time))) => time.to_sectors(),
            _ => Sectors::ZERO,
        };
        let start = before.add(pregap).unwrap();
        let further = track.indexes.iter();
        let further = further.map(|index| start.add(index.value.to_sectors()).unwrap());
        let mode = track.mode.value;
        said.push(Said {
            kind: match mode {
                TocMode::Audio => TrackKind::Audio,
                TocMode::Mode1Raw => TrackKind::Mode1,
                _ => TrackKind::Mode2Xa,
            },
            control: track.control(),
            scms: false,
            isrc: track.isrc.map(|isrc| isrc.value),
            pregap: (!pregap.is_zero()).then_some(before),
            starts: std::iter::once(start).chain(further).collect(),
            offset: offset.unwrap_or(0),
            stride: track.block_bytes(),
            is_swapped: mode == TocMode::Audio,
        });
        let n_bytes = length.unwrap().bytes(track.block_bytes());
        let n_sectors = n_bytes / u64::from(track.block_bytes());
        before = after(before, n_sectors);
    }
    (spec, said)
}
