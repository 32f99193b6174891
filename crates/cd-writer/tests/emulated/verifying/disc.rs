//! A disc that has something in every layer, and drives with ways of their own.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use cd_address::{Lba, LbaRange};
use cd_image::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, MappedFile, Run, SectorSource,
    Track, TrackKind,
};
use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextLanguage, CdTextPack, CdTextRepeats,
    Isrc, MAIN_BYTES, Mcn, PwPacked, PwSubcode, RwInterleaver, RwMode, RwPack, SectorLayout,
};
use cd_transport::{Completion, Data, Limits, Transport, TransportError};
use cd_writer::{
    CancelToken, FindingKind, Layer, VerifyError, VerifyFinding, VerifyOptions, VerifyReport,
};

use super::super::host::{Image, OPTIONS, Rig, lba, sectors, short_medium, writer};

/// Where index 1 of the second track begins, and the lead-out.
pub(crate) const SOUND: i32 = 450;
pub(crate) const LEAD_OUT: i32 = 750;
/// The first sector with graphics.
const GRAPHICS: i32 = 460;

fn file(bytes: &[u8]) -> Arc<MappedFile> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Arc::new(MappedFile::open(file.path()).unwrap())
}

/// Numbers without a pattern.
pub(crate) fn noise(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

pub(crate) fn packs(title: &str) -> Vec<CdTextPack> {
    let english = CdTextLanguage::ENGLISH;
    let mut block = CdTextBlock::new(english, CdTextCharset::Ascii, 1, 2).unwrap();
    block.set(CdTextKind::TITLE, 0, title).unwrap();
    block.set(CdTextKind::TITLE, 1, "Data").unwrap();
    block.set(CdTextKind::TITLE, 2, "Sound").unwrap();
    let text = CdText {
        blocks: vec![block],
    };
    text.encode(CdTextRepeats::Tab).unwrap()
}

/// A data track, and one of noise, with MCN, ISRC and CD-Text.
pub(crate) fn spec(title: &str) -> DiscSpec {
    let data: Vec<u8> = (0..300_u32 * 512)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
        .collect();
    let mut noise = noise(1);
    let sound: Vec<u8> = (0..300 * 294).flat_map(|_| noise().to_le_bytes()).collect();
    let run = |bytes: &[u8], payload| {
        let form = FileForm::packed(payload);
        vec![Run::file(file(bytes), 0, form, sectors(300))]
    };
    let data = Track::new(TrackKind::Mode1, run(&data, FilePayload::Mode1User));
    let mut sound =
        Track::new(TrackKind::Audio, run(&sound, FilePayload::Samples)).with_pregap(sectors(150));
    sound.isrc = Some(Isrc::new(*b"USABC0212345").unwrap());
    let mut spec = DiscSpec::new(vec![data, sound]);
    spec.mcn = Some(Mcn::new([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 8]).unwrap());
    spec.cd_text = packs(title);
    spec
}

/// The stream of a disc up to two seconds and a bit into its lead-out.
pub(crate) fn image_of(spec: DiscSpec, layout: SectorLayout) -> Image {
    let start = short_medium().lead_in_start.to_lba();
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let stream = AuthoredStream::new(disc, start, layout).unwrap();
    let range = LbaRange::from_bounds(start, lba(LEAD_OUT + 160)).unwrap();
    let mut bytes = vec![0; range.len().count() as usize * layout.sector_bytes()];
    stream.render(range, &mut bytes).unwrap();
    Image {
        range,
        layout,
        bytes,
        fails_at: None,
        has_changed: false,
    }
}

/// The disc without graphics.
pub(crate) fn plain() -> Image {
    image_of(spec("Every Layer"), SectorLayout::RawPw96)
}

/// The disc with graphics, as raw subcode and as packs whose parity is left to the recorder.
pub(crate) fn with_graphics() -> (Image, Image) {
    let (mut raw, mut packed) = (plain(), plain());
    packed.layout = SectorLayout::PackedPw96;
    let mut interleaver = RwInterleaver::new();
    for at in -150..LEAD_OUT + 160 {
        let mut symbols = [0; 96];
        symbols.copy_from_slice(&raw.sector_mut(lba(at))[MAIN_BYTES..]);
        let pq = PwSubcode(symbols);
        let (mut whole, mut bare) = ([RwPack::ZERO; 4], [RwPack::ZERO; 4]);
        if (GRAPHICS..LEAD_OUT - 10).contains(&at) {
            for pack_idx in 0..4_u8 {
                let data = std::array::from_fn(|n| (at.to_le_bytes()[n % 2] ^ pack_idx) & 0x3F);
                let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &data);
                let mut symbols = *pack.symbols();
                symbols[2..4].fill(0);
                symbols[20..].fill(0);
                whole[usize::from(pack_idx)] = pack;
                bare[usize::from(pack_idx)] = RwPack::new(symbols);
            }
        }
        let disc = interleaver.push(&PwPacked::new(&pq, &whole));
        raw.sector_mut(lba(at))[MAIN_BYTES..].copy_from_slice(&disc.0);
        let packs = PwPacked::new(&pq, &bare);
        packed.sector_mut(lba(at))[MAIN_BYTES..].copy_from_slice(&packs.0);
    }
    (raw, packed)
}

/// A drive with `image` on its disc.
pub(crate) fn burned(image: &Image) -> Rig {
    let mut rig = Rig::faithful();
    let report = rig.burn(image, OPTIONS);
    assert!(report.is_success(), "{report:?}");
    rig
}

/// Compares what `burned` became with `image`, in a drive that changes its answers.
pub(crate) fn verify_through(
    burnt: &Image,
    image: &Image,
    options: VerifyOptions,
    change: impl FnMut(&[u8], &mut [u8]) + Send,
) -> Result<VerifyReport, VerifyError> {
    let mut rig = burned(burnt);
    let clock = rig.clock.clone();
    let drive = Changing {
        drive: &mut rig.drive,
        change,
    };
    writer(drive, &clock).verify(image, options, &CancelToken::new(), &mut |_| {})
}

/// Compares `image` with a disc that was burned from `burnt`.
pub(crate) fn verify_with(burnt: &Image, image: &Image) -> VerifyReport {
    verify_through(burnt, image, VerifyOptions::STRICT, |_, _| {}).unwrap()
}

/// A drive whose answers are changed on their way.
struct Changing<T, F> {
    drive: T,
    change: F,
}

impl<T: Transport, F: FnMut(&[u8], &mut [u8]) + Send> Transport for Changing<T, F> {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let completion = self.drive.execute(command, data.reborrow(), timeout)?;
        if let Data::In(bytes) = data {
            (self.change)(command, &mut bytes[..completion.transferred]);
        }
        Ok(completion)
    }

    fn limits(&self) -> Limits {
        self.drive.limits()
    }

    fn description(&self) -> String {
        self.drive.description()
    }
}

/// The sectors in an answer to READ CD with raw P-W, with their addresses; none in any other.
pub(crate) fn sectors_read<'a>(
    command: &[u8],
    answer: &'a mut [u8],
) -> impl Iterator<Item = (Lba, &'a mut [u8])> {
    let is_whole = command[0] == 0xBE && command[9] & 0xF8 == 0xF8 && command[10] == 1;
    let start = i32::from_be_bytes(command[2..6].try_into().unwrap_or_default());
    let answer = if is_whole { answer } else { &mut [] };
    let sectors = answer.chunks_exact_mut(2448);
    sectors.zip(start..).map(|(sector, at)| (lba(at), sector))
}

/// The finding is this and nothing else.
#[track_caller]
pub(crate) fn check_only(report: &VerifyReport, layer: Layer, kind: FindingKind) -> VerifyFinding {
    let [finding] = &report.findings[..] else {
        panic!("{report:#?}");
    };
    assert_eq!((finding.layer, finding.kind), (layer, kind), "{finding:?}");
    for other in &report.layers {
        let n_wrong = other.n_different + other.n_unreadable + other.n_withheld;
        assert_eq!(n_wrong, u32::from(other.layer == layer), "{other:?}");
        assert_eq!(other.not_compared, None, "{other:?}");
    }
    finding.clone()
}

/// Where a finding is.
pub(crate) fn place(finding: &VerifyFinding) -> (i32, u32) {
    let range = finding.range.unwrap();
    (range.start().value(), range.len().count())
}
