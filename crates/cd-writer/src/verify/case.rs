//! One sector that did not read equal at once: what was expected, and what the readings have been.

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, MainLayer, PlainSector, PwSubcode, Q, QFrame, SectorKind};

use super::expected::{Expected, MainForm};
use super::layer::{Layer, MainPart, MainParts};
use super::options::VerifyOptions;
use super::report::{FindingKind, counted};
use crate::Fault;

/// What is compared of a sector, each by itself: main channel, P, Q, R-W.
pub(super) const N_STRANDS: usize = 4;

/// What one reading of a sector gave.
pub(super) struct Reading<'a> {
    /// The main channel; else why it was not read.
    pub(super) main: Result<&'a [u8; MAIN_BYTES], &'a Fault>,
    /// The subcode, if it was asked for; else why it was not read.
    pub(super) subcode: Option<Result<PwSubcode, &'a Fault>>,
    /// Whether R to W are in the subcode; otherwise they are zero in it, and nothing is known of them.
    pub(super) has_rw: bool,
}

/// The subcode of a sector as it was read, and whether R to W are in it: of 96 bytes, or of P and Q in 16.
pub(super) fn subcode_read(bytes: &[u8]) -> Option<(PwSubcode, bool)> {
    if let Ok(symbols) = bytes.try_into() {
        return Some((PwSubcode(symbols), true));
    }
    let pq = bytes.try_into().ok()?;
    Some((PwSubcode::from_pq16(pq), false))
}

/// A sector that is looked at closely.
pub(super) struct Case {
    /// Where it is read.
    pub(super) at: Lba,
    form: MainForm,
    n_readings: u32,
    strands: [Option<Strand>; N_STRANDS],
}

struct Strand {
    layer: Layer,
    /// The sector it belongs to: another than it was read with, if subcode is shifted.
    lba: Lba,
    expected: Vec<u8>,
    state: State,
}

enum State {
    /// By this reading.
    Equal(u32),
    Differs {
        readings: Track,
        /// Of Q: the readings with a right CRC, if there was one.
        vouched: Option<Track>,
    },
    Unreadable(Fault),
}

/// Readings that are not equal to what was expected.
struct Track {
    last: Vec<u8>,
    is_stable: bool,
}

impl Track {
    fn add(track: &mut Option<Self>, reading: &[u8]) {
        match track {
            Some(track) => {
                track.is_stable &= track.last == reading;
                track.last = reading.to_vec();
            }
            None => {
                *track = Some(Self {
                    last: reading.to_vec(),
                    is_stable: true,
                });
            }
        }
    }
}

/// What became of one strand.
pub(super) struct Closed {
    pub(super) layer: Layer,
    pub(super) lba: Lba,
    pub(super) n_readings: u32,
    /// What is wrong; `None` if it is equal.
    pub(super) fault: Option<CaseFault>,
    /// Whether a regular Q frame was read in the place of another.
    pub(super) is_rebuilt: bool,
}

/// What is wrong with a strand.
pub(super) struct CaseFault {
    pub(super) kind: FindingKind,
    pub(super) parts: MainParts,
    pub(super) byte: Option<usize>,
    pub(super) expected: String,
    pub(super) got: String,
}

impl Case {
    /// The sector by its first reading.
    pub(super) fn new(expected: &Expected, reading: &Reading<'_>, options: VerifyOptions) -> Self {
        let mut case = Self {
            at: expected.at,
            form: expected.form,
            n_readings: 0,
            strands: [const { None }; N_STRANDS],
        };
        let strand = |layer, lba, bytes: &[u8]| Strand {
            layer,
            lba,
            expected: bytes.to_vec(),
            state: State::Differs {
                readings: Track {
                    last: Vec::new(),
                    is_stable: true,
                },
                vouched: None,
            },
        };
        if let Some(main) = &expected.main {
            case.strands[0] = Some(strand(Layer::Main, expected.at, main));
        }
        if let (Some((lba, subcode)), Some(_)) = (&expected.subcode, &reading.subcode) {
            let q = subcode.q();
            case.strands[1] = Some(strand(Layer::P, *lba, &subcode.p()));
            case.strands[2] = Some(strand(layer_of_q(&q), *lba, &q.0));
            case.strands[3] = reading
                .has_rw
                .then(|| strand(Layer::Rw, *lba, &subcode.rw()));
        }
        case.look(reading, options);
        case
    }

    /// Takes another reading into account.
    pub(super) fn look(&mut self, reading: &Reading<'_>, options: VerifyOptions) {
        self.n_readings += 1;
        let n = self.n_readings;
        let form = self.form;
        for (idx, strand) in self.strands.iter_mut().enumerate() {
            let Some(strand) = strand else { continue };
            let got = match (idx, &reading.subcode) {
                (0, _) => reading.main.map(|main| form.normal(main, &strand.expected)),
                (_, Some(Ok(subcode))) => Ok(match idx {
                    1 => subcode.p().to_vec(),
                    2 => subcode.q().0.to_vec(),
                    _ => subcode.rw().to_vec(),
                }),
                (_, Some(Err(fault))) => Err(*fault),
                (_, None) => continue,
            };
            strand.look(got, n, options);
        }
    }

    /// Which strands another reading could still make equal.
    pub(super) fn open(&self) -> [bool; N_STRANDS] {
        self.strands.each_ref().map(|strand| {
            strand
                .as_ref()
                .is_some_and(|strand| matches!(strand.state, State::Differs { .. }))
        })
    }

    /// What became of each strand.
    pub(super) fn close(self) -> impl Iterator<Item = Closed> {
        let Self {
            form,
            n_readings,
            strands,
            ..
        } = self;
        let strands = strands.into_iter().flatten();
        strands.map(move |strand| strand.close(form, n_readings))
    }
}

pub(super) fn layer_of_q(frame: &QFrame) -> Layer {
    match frame.adr() {
        2 if frame.crc_ok() => Layer::Mcn,
        3 if frame.crc_ok() => Layer::Isrc,
        _ => Layer::Q,
    }
}

/// Whether Q reads as expected; a CRC of zeros counts as none if that was accepted.
pub(super) fn q_is_equal(expected: &[u8], got: &[u8], options: VerifyOptions) -> bool {
    expected == got
        || options.accept_missing_crc && got[10..] == [0, 0] && expected[..10] == got[..10]
}

fn frame(bytes: &[u8]) -> QFrame {
    QFrame(bytes.try_into().unwrap_or([0; 12]))
}

impl Strand {
    fn look(&mut self, got: Result<Vec<u8>, &Fault>, n: u32, options: VerifyOptions) {
        let is_q = self.layer.is_q();
        let got = match got {
            Ok(got) => got,
            Err(fault) if n == 1 => {
                self.state = State::Unreadable(fault.clone());
                return;
            }
            Err(_) => return,
        };
        let State::Differs { readings, vouched } = &mut self.state else {
            return;
        };
        let is_equal = if is_q {
            q_is_equal(&self.expected, &got, options)
        } else {
            self.expected == got
        };
        if is_equal {
            self.state = State::Equal(n);
            return;
        }
        if is_q && frame(&got).crc_ok() {
            Track::add(vouched, &got);
        }
        readings.is_stable &= n == 1 || readings.last == got;
        readings.last = got;
    }

    fn close(self, form: MainForm, n_readings: u32) -> Closed {
        let mut closed = Closed {
            layer: self.layer,
            lba: self.lba,
            n_readings,
            fault: None,
            is_rebuilt: false,
        };
        match self.state {
            State::Equal(n) => closed.n_readings = n,
            State::Unreadable(fault) => {
                closed.n_readings = 1;
                closed.fault = Some(unreadable(
                    (self.layer, self.lba),
                    (form, &self.expected),
                    &fault,
                ));
            }
            State::Differs { readings, vouched } => {
                let is_q = self.layer.is_q();
                let vouches = frame(&self.expected).crc_ok();
                let kind = match &vouched {
                    // Noise between readings that the CRC vouches for says nothing of them.
                    Some(vouched) if vouched.is_stable => FindingKind::Different,
                    Some(_) => FindingKind::Unstable,
                    None if is_q && (vouches || !readings.is_stable) => FindingKind::Unreadable,
                    None if readings.is_stable => FindingKind::Different,
                    None => FindingKind::Unstable,
                };
                let got = vouched.unwrap_or(readings).last;
                closed.is_rebuilt =
                    is_q && is_regular(&got, self.lba) && !is_regular(&self.expected, self.lba);
                closed.fault = Some(different(self.layer, kind, (form, &self.expected), &got));
            }
        }
        closed
    }
}

/// Whether this is the frame of a position whose address is the sector's own.
fn is_regular(bytes: &[u8], lba: Lba) -> bool {
    let frame = frame(bytes);
    let position = frame.decode();
    frame.crc_ok()
        && matches!(position, Ok(Q::Position { absolute, .. }) if absolute.to_lba() == lba)
}

fn unreadable(
    (layer, lba): (Layer, Lba),
    (form, expected): (MainForm, &[u8]),
    fault: &Fault,
) -> CaseFault {
    let withheld = (layer == Layer::Main)
        .then(|| form.why_withheld(expected, lba))
        .flatten();
    let kind = match withheld {
        Some(_) => FindingKind::Withheld,
        None => FindingKind::Unreadable,
    };
    CaseFault {
        kind,
        parts: MainParts::NONE,
        byte: None,
        expected: withheld.unwrap_or_default(),
        got: fault.to_string(),
    }
}

fn different(
    layer: Layer,
    kind: FindingKind,
    (form, expected): (MainForm, &[u8]),
    got: &[u8],
) -> CaseFault {
    let differing = expected.iter().zip(got).enumerate();
    let mut differing = differing
        .filter(|(_, (expected, got))| expected != got)
        .map(|(idx, _)| idx);
    let parts = if layer == Layer::Main {
        form.parts(expected, differing.clone())
    } else {
        MainParts::NONE
    };
    let n = u32::try_from(differing.clone().count()).unwrap_or(u32::MAX);
    let byte = differing.next();
    let at = |bytes: &[u8]| {
        let byte = byte.and_then(|byte| bytes.get(byte));
        byte.map_or(String::new(), |byte| format!("{byte:02X}h"))
    };
    let (expected, got) = match layer {
        Layer::Main => (
            at(expected),
            format!("{} ({})", at(got), differing_of(n, "byte")),
        ),
        Layer::Rw => (
            at(expected),
            format!("{} ({})", at(got), differing_of(n, "symbol")),
        ),
        Layer::P => (level(expected), level(got)),
        _ => (hex(expected), hex(got)),
    };
    CaseFault {
        kind,
        parts,
        byte,
        expected,
        got,
    }
}

fn differing_of(n: u32, what: &str) -> String {
    let verb = if n == 1 { "differs" } else { "differ" };
    format!("{} {verb}", counted(n, what))
}

/// P's bytes, once if they are all the same.
fn level(bytes: &[u8]) -> String {
    match bytes.split_first() {
        Some((first, rest)) if rest.iter().all(|byte| byte == first) => format!("{first:02X}h"),
        _ => hex(bytes),
    }
}

/// Bytes as they are written down everywhere else.
pub(super) fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

impl MainForm {
    /// What was read, in the form that is compared.
    fn normal(self, main: &[u8; MAIN_BYTES], expected: &[u8]) -> Vec<u8> {
        if self == Self::Scrambled && main[..] != *expected && super::expected::is_scrambled(main) {
            let mut plain = *main;
            cd_sector::scramble(&mut plain);
            return plain.to_vec();
        }
        main.to_vec()
    }

    /// The fields in which these bytes lie.
    fn parts(self, expected: &[u8], bytes: impl Iterator<Item = usize>) -> MainParts {
        let kind = match (self, <&[u8; MAIN_BYTES]>::try_from(expected)) {
            (Self::Scrambled | Self::Plain, Ok(main)) => PlainSector(main).kind(),
            _ => SectorKind::Audio,
        };
        bytes.map(|byte| part(kind, byte)).collect()
    }

    /// Why no drive gives this sector of the image, if that is so.
    fn why_withheld(self, expected: &[u8], lba: Lba) -> Option<String> {
        if self != Self::Scrambled {
            return None;
        }
        let main: &[u8; MAIN_BYTES] = expected.try_into().ok()?;
        let sector = PlainSector(main);
        let faults = sector.check(sector.kind(), lba.to_msf()).faults;
        let fatal = [MainLayer::Address, MainLayer::Mode, MainLayer::Edc];
        fatal
            .into_iter()
            .any(|layer| faults.contains(layer))
            .then(|| format!("the image's own sector is at fault: {faults}"))
    }
}

fn part(kind: SectorKind, byte: usize) -> MainPart {
    if kind == SectorKind::Audio {
        return MainPart::Samples;
    }
    match byte {
        0..12 => MainPart::Sync,
        12..16 => MainPart::Header,
        16..24 if kind.form().is_some() => MainPart::Subheader,
        byte if kind.user().contains(&byte) => MainPart::UserData,
        2248.. if kind.has_parity() => MainPart::QParity,
        2076.. if kind.has_parity() => MainPart::PParity,
        2068.. if kind == SectorKind::Mode1 => MainPart::Zero,
        _ if kind == SectorKind::Mode0 => MainPart::Zero,
        _ => MainPart::Edc,
    }
}
