use std::path::{Path, PathBuf};

use cd_address::Msf;
use cd_image::{ByteOrder, DataForm, ImageKind};
use cd_sheet::SheetEncoding;
use cd_writer::BlankKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exit::{Exit, Failure};

/// Write raw CD images bit for bit, and prove that the disc holds them.
///
/// An image is a CUE sheet, a toc-file of cdrdao, a CCD file, a CHD file, WAV or FLAC, an ISO file, a raw
/// file of 2352 bytes a sector, or a whole DAO-96 stream of 2448 (or 2368) bytes a sector with lead-in and
/// lead-out. A disc is a real one in a drive (--device), or
/// an emulated one kept in a file (--disc): everything works on both.
#[derive(Debug, Parser)]
#[command(
    name = "rawcd",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print JSON, one object a line, instead of text.
    #[arg(long, global = true, display_order = 1000)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Burn an image to a blank disc.
    Burn(BurnArgs),
    /// Erase a CD-RW.
    Blank(BlankArgs),
    /// Show what a burn would send to the drive, without sending it.
    Plan(PlanArgs),
    /// Show what a drive can do and what disc is in it; without a drive, list the drives.
    Info(InfoArgs),
    /// Compare a disc with the image it was burned from, layer by layer.
    Verify(VerifyArgs),
    /// Look for faults in an image before a disc is spent on it.
    Check(CheckArgs),
    /// Read a disc, or one track of it, into a file.
    Read(ReadArgs),
    /// Write an image as a whole raw stream, as CCD/IMG/SUB, CUE/BIN, cdrdao TOC/BIN or ISO.
    Convert(ConvertArgs),
    /// Make a file with a blank emulated disc.
    NewDisc(NewDiscArgs),
    /// Show the emulated recorder to this computer as a drive, for any program (Linux, as root).
    Serve(ServeArgs),
}

/// Which recorder, with which disc.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct TargetArgs {
    /// A disc of the emulated recorder, kept in this file; `burn` makes it if it does not exist.
    #[arg(long, value_name = "FILE")]
    pub(crate) disc: Option<PathBuf>,
    /// A real drive: /dev/sr0, /dev/sg1, ...
    #[arg(long, value_name = "NODE")]
    pub(crate) device: Option<PathBuf>,
    /// A drive as it answered once, from a trace that --trace wrote: to see again what it said.
    #[arg(long, value_name = "TRACE")]
    pub(crate) replay: Option<PathBuf>,
}

impl TargetArgs {
    /// Whether none was named.
    pub(crate) const fn is_none(&self) -> bool {
        self.disc.is_none() && self.device.is_none() && self.replay.is_none()
    }

    /// Refuses a command that needs a disc and was told of none.
    pub(crate) fn require(&self) -> Result<(), Failure> {
        if self.is_none() {
            return Err(Failure::new(Exit::Unreadable, "no disc was named")
                .advise("--disc FILE names one of the emulated recorder, --device NODE a drive."));
        }
        Ok(())
    }
}

/// Which recorders, with which discs.
#[derive(Debug, Args)]
pub(crate) struct TargetsArgs {
    /// A disc of the emulated recorder, kept in this file, which is made if it does not exist. Given several times, all
    /// are burned at once.
    #[arg(long, value_name = "FILE")]
    disc: Vec<PathBuf>,
    /// A real drive: /dev/sr0, /dev/sg1, ... Given several times, all burn at once.
    #[arg(long, value_name = "NODE")]
    device: Vec<PathBuf>,
    /// A drive as it answered once, from a trace that --trace wrote: to see again what it said.
    #[arg(long, value_name = "TRACE", conflicts_with_all = ["disc", "device"])]
    replay: Option<PathBuf>,
}

impl TargetsArgs {
    /// Each by itself; one that names nothing if none was named.
    pub(crate) fn each(&self) -> Vec<TargetArgs> {
        const NONE: TargetArgs = TargetArgs {
            disc: None,
            device: None,
            replay: None,
        };
        let discs = self.disc.iter().map(|disc| TargetArgs {
            disc: Some(disc.clone()),
            ..NONE
        });
        let devices = self.device.iter().map(|device| TargetArgs {
            device: Some(device.clone()),
            ..NONE
        });
        let replay = self.replay.iter().map(|replay| TargetArgs {
            replay: Some(replay.clone()),
            ..NONE
        });
        let mut each: Vec<_> = discs.chain(devices).chain(replay).collect();
        if each.is_empty() {
            each.push(NONE);
        }
        each
    }
}

/// What to keep of the talk with the recorder.
#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// Write every command and answer to this new file, for a bug report; of several drives to FILE.1, FILE.2 and so on.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

impl TraceArgs {
    pub(crate) fn path(&self) -> Option<&Path> {
        self.trace.as_deref()
    }
}

/// How an image is to be understood.
#[derive(Debug, Args)]
pub(crate) struct ImageArgs {
    /// The image file.
    pub(crate) image: PathBuf,
    /// What the image is, instead of finding out from its bytes: cue, toc, ccd (sheets), chd, wav, flac,
    /// iso, data, scrambled, audio (2352 bytes a sector), raw96, packed96 (2448), pq16 (2368).
    #[arg(long = "as", value_name = "KIND")]
    pub(crate) kind: Option<ImageKind>,
    /// Where a raw stream begins (95:00:00, 97:34:23, ...), instead of finding out.
    #[arg(long, value_name = "MM:SS:FF")]
    pub(crate) start: Option<Msf>,
    /// How a sheet's text is encoded, instead of finding out: utf-8, iso-8859-1, windows-1252, shift-jis.
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<SheetEncoding>,
    /// Which byte of a sample comes first in files without a header, little (the less significant) or
    /// big, whatever the sheet says.
    #[arg(long, value_name = "ORDER")]
    pub(crate) byte_order: Option<ByteOrder>,
    /// What the data sectors of 2352 bytes in a sheet's files are, plain or scrambled, instead of finding out.
    #[arg(long, value_name = "FORM")]
    pub(crate) data: Option<DataForm>,
    /// Put the subcode in the .sub file beside a CUE sheet's .bin on the disc, instead of authored subcode.
    #[arg(long)]
    pub(crate) with_sub: bool,
}

/// How to burn.
#[derive(Debug, Args)]
pub(crate) struct BurnOptionArgs {
    /// Speed as a multiple of 1x (75 sectors a second); the drive's fastest if not given.
    #[arg(long, value_name = "X", value_parser = clap::value_parser!(u16).range(1..=99))]
    pub(crate) speed: Option<u16>,
    /// Do everything with the laser off: the disc stays blank. Refused if the drive does not confirm it.
    #[arg(long)]
    pub(crate) simulate: bool,
    /// The form in which subcode goes to the drive: raw P-W, packed P-W, or P-Q. If not given, the fullest the drive
    /// takes of what is authored, and of a raw stream whatever loses nothing of it; what a form that is given has no
    /// room for is left out, and told.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) subcode: Option<SentArg>,
    /// Let the drive fail rather than pause when data comes too late.
    #[arg(long)]
    pub(crate) no_underrun_protection: bool,
    /// Burn even what is longer than the medium says it holds: most hold some seconds more, and if this one does
    /// not, the disc is spoiled at its end.
    #[arg(long)]
    pub(crate) overburn: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SentArg {
    /// 96 bytes a sector: all eight channels as on the disc.
    Raw,
    /// 96 bytes a sector: R to W as packs, which the drive encodes.
    Packed,
    /// 16 bytes a sector: P and Q only.
    Pq,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SubcodeArg {
    /// 96 bytes a sector: all eight channels as on the disc.
    Raw,
    /// 16 bytes a sector: P and Q only.
    Pq,
}

#[derive(Debug, Args)]
pub(crate) struct BurnArgs {
    #[command(flatten)]
    pub(crate) image: ImageArgs,
    #[command(flatten)]
    pub(crate) targets: TargetsArgs,
    #[command(flatten)]
    pub(crate) options: BurnOptionArgs,
    /// Read every sector back afterwards and compare.
    #[arg(long, conflicts_with = "simulate")]
    pub(crate) verify: bool,
    #[command(flatten)]
    pub(crate) verify_options: VerifyOptionArgs,
    /// Do not ask before a real disc is written.
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}

/// What a comparison may let pass, and how hard it tries.
#[derive(Debug, Args)]
pub(crate) struct VerifyOptionArgs {
    /// How often a sector that does not read equal is read again at most: 8 if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) rereads: Option<u32>,
    /// Of a million Q frames, how many may have no reading with a right CRC: none if not given.
    #[arg(long, value_name = "PPM", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) q_tolerance: Option<u32>,
    /// Ways of the drive to allow for, with commas between.
    #[arg(long, value_enum, value_name = "WAYS", value_delimiter = ',')]
    pub(crate) accept: Vec<AcceptArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AcceptArg {
    /// The drive gives sound some samples early or late; compare it where it belongs.
    AudioOffset,
    /// The drive gives with each sector the subcode of a neighbour; compare it with that neighbour's.
    SubcodeShift,
    /// The drive gives zeros for the CRCs of Q and CD-Text; compare the rest.
    MissingCrc,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) image: ImageArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Subcode that was burned of an image that is authored: raw P-W (96 bytes, if not given) or P-Q (16
    /// bytes). A raw stream brings its own.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) subcode: Option<SubcodeArg>,
    #[command(flatten)]
    pub(crate) options: VerifyOptionArgs,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BlankArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Erase only what makes the disc look recorded: a minute or two. This is what happens if nothing is said.
    #[arg(long, conflicts_with = "full")]
    fast: bool,
    /// Erase every sector: as long as burning the whole disc.
    #[arg(long)]
    full: bool,
    /// Do not ask before a real disc is erased.
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}

impl BlankArgs {
    pub(crate) const fn kind(&self) -> BlankKind {
        if self.full {
            BlankKind::Full
        } else {
            BlankKind::Fast
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) image: ImageArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) options: BurnOptionArgs,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) image: ImageArgs,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "deviation")]
    pub(crate) fail_on: FailOnArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOnArg {
    /// A drive will refuse the stream, or the disc cannot be read.
    Refused,
    /// A drive or player will misread the disc.
    Misread,
    /// Not as the standard has it.
    Deviation,
    /// One of several ways in which sound discs are made.
    Convention,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// Only this track.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) track: Option<u8>,
    /// Only this session, from the start of its first track to its lead-out. A disc of several has to be read session
    /// by session, or track by track: what lies between them no drive reads.
    #[arg(long, value_name = "N", conflicts_with = "track", value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) session: Option<u8>,
    /// Only the 2048 bytes of user data of each sector of a data track.
    #[arg(long, conflicts_with = "main")]
    pub(crate) user_data: bool,
    /// Only the main channel, 2352 bytes a sector, without subcode.
    #[arg(long)]
    pub(crate) main: bool,
    /// Replace the output file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
    /// The file to write.
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) image: ImageArgs,
    /// What to write; if not given, the output's ending decides: .ccd, .cue, .toc and .iso are those, every
    /// other is a raw stream.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) to: Option<ToArg>,
    /// Write even what would not come back the same; what is lost is listed. Without it nothing is
    /// written unless all of it comes back.
    #[arg(long)]
    pub(crate) lossy: bool,
    /// Put the subcode into a .sub file beside a CUE sheet.
    #[arg(long)]
    pub(crate) sub: bool,
    /// Where the authored lead-in begins: 95:00:00 if not given, which suits every medium, since a burn
    /// leaves out what comes before the medium's own. A raw stream brings its own. For raw output only.
    #[arg(long, value_name = "MM:SS:FF")]
    pub(crate) lead_in: Option<Msf>,
    /// Subcode that is authored: raw P-W (96 bytes, if not given) or P-Q (16 bytes). A raw stream
    /// brings its own. For raw output only.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) subcode: Option<SubcodeArg>,
    /// Replace the output files if they exist.
    #[arg(long)]
    pub(crate) force: bool,
    /// The file to write; others of the format go beside it, with endings of their own.
    pub(crate) output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToArg {
    /// A whole raw stream: 2448 or 2368 bytes a sector, lead-in and lead-out included.
    Raw,
    /// CloneCD: .ccd, .img and .sub.
    Ccd,
    /// A CUE sheet and .bin; with CD-Text .cdt, with --sub .sub.
    Cue,
    /// cdrdao's toc-file and .bin.
    Toc,
    /// The user data of a single data track.
    Iso,
}

#[derive(Debug, Args)]
pub(crate) struct NewDiscArgs {
    /// The disc file to make.
    pub(crate) disc: PathBuf,
    /// A CD-RW, for 2x to 4x, instead of a CD-R.
    #[arg(long)]
    pub(crate) rw: bool,
    /// Where the lead-in begins (from the disc's ATIP).
    #[arg(long, value_name = "MM:SS:FF", default_value = "97:34:23")]
    pub(crate) lead_in: Msf,
    /// The last address a lead-out may begin at: 79:59:74 is an 80-minute disc.
    #[arg(long, value_name = "MM:SS:FF", default_value = "79:59:74")]
    pub(crate) last_lead_out: Msf,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The disc in the drive; the file is made if it does not exist. Without one the drive is empty.
    pub(crate) disc: Option<PathBuf>,
    /// A disc that is made is a CD-RW of 74 minutes, not a CD-R of 80.
    #[arg(long)]
    pub(crate) rw: bool,
    /// The one speed that the drive has, as a multiple of 1x; it takes the time a drive of that speed takes.
    #[arg(long, value_name = "X", value_parser = clap::value_parser!(u16).range(1..=99))]
    pub(crate) speed: Option<u16>,
    /// Nothing takes any time but its computation.
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// Which drive is played: faithful, or one with a quirk. A name that there is not lists them.
    #[arg(long, value_name = "NAME", default_value = "faithful")]
    pub(crate) profile: String,
    /// The drive's name in the kernel's configuration; each drive needs its own.
    #[arg(long, value_name = "NAME", default_value = "rawcd")]
    pub(crate) name: String,
    /// Go on with the drive of that name, whose `rawcd serve` was killed.
    #[arg(long)]
    pub(crate) take_over: bool,
    /// After how long the kernel gives up a command that this program does not answer.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) kernel_timeout: Option<u64>,
    #[command(flatten)]
    pub(crate) trace: TraceArgs,
}
