//! A plan in words and hexadecimal.

use std::fmt;

use cd_address::{Lba, LbaRange, Sectors};

use super::check::seconds;
use super::{Plan, PlanNote, Purpose, Step, StepData};
use crate::Conversion;

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ask => "ask",
            Self::Lock => "lock the tray",
            Self::Speed => "set the speed",
            Self::SetWriteParameters => "select raw recording",
            Self::SetSessionFormat => {
                "name the session format, which raw recording does without (00h is sent instead)"
            }
            Self::ConfirmWriteParameters => "see that it was taken",
            Self::Calibrate => "calibrate the laser",
            Self::ConfirmBlank => "see that the disc is blank",
            Self::Write => "write",
            Self::Flush => "empty the drive's buffer",
            Self::AwaitFlush => "wait until it is empty",
            Self::ConfirmWritten => "see what the disc is now",
            Self::ConfirmToc => "see that the TOC is right",
            Self::Unlock => "unlock the tray",
            Self::Erase => "erase the disc",
            Self::AwaitErase => "wait until it is erased",
        })
    }
}

impl fmt::Display for Step {
    /// `lock the tray              1E 00 00 00 01 00`, and the data sent along on lines of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<27} {}", self.purpose, self.command.encode())?;
        if let StepData::Out(bytes) = &self.data {
            for line in bytes.chunks(16) {
                write!(f, "\n{:>29}", "+")?;
                for byte in line {
                    write!(f, " {byte:02X}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for PlanNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SpeedAdjusted { asked, taken } => write!(
                f,
                "the drive does not write at {}x; the nearest it has is {}x",
                x(*asked),
                x(*taken)
            ),
            Self::NoUnderrunProtection => f.write_str(
                "the drive has no buffer underrun protection: keep the computer quiet while it burns",
            ),
            Self::ShortLeadOut { sectors } => write!(
                f,
                "the lead-out is {sectors} sectors; the standard asks for 6750, and some players need \
                 most of them"
            ),
            Self::Stream(text) => f.write_str(text),
            Self::LeadInFromOneSource { source } => {
                write!(f, "only {source} says where the medium's lead-in begins")
            }
            Self::Overburn {
                lead_out,
                latest,
                past_end,
            } => {
                let late = lead_out.since(*latest).unwrap_or(Sectors::ZERO);
                write!(
                    f,
                    "overburning: the lead-out begins at {}, by what medium and drive say it may begin at {} at the \
                     latest: {late} sectors ({:.1} s) too many, {past_end} ({:.1} s) of the stream past the medium's \
                     end. If they do not fit, the disc is spoiled at its end",
                    lead_out.to_msf(),
                    latest.to_msf(),
                    seconds(late),
                    seconds(*past_end)
                )
            }
            Self::Converted(conversion) => write_conversion(f, conversion),
            Self::CapacityUnknown => f.write_str(
                "nothing says how much the medium holds: an image that is too long will fail at its end",
            ),
            Self::NextWritableDiffers { reported } => write!(
                f,
                "the drive names lba {reported} as next writable; as raw recording starts with the \
                 lead-in, that is not followed"
            ),
        }
    }
}

fn write_conversion(f: &mut fmt::Formatter<'_>, conversion: &Conversion) -> fmt::Result {
    write!(f, "the stream is sent as {}", conversion.to())?;
    match conversion.first_lost() {
        Some(first) => write!(
            f,
            ": {} sectors lose what they have in P or in R to W, the first of them lba {first}",
            conversion.n_lost()
        )?,
        None => f.write_str(", in which nothing of it is lost")?,
    }
    match conversion.n_corrected() {
        0 => Ok(()),
        n => write!(f, "; {n} packs have wrong symbols, which are corrected"),
    }
}

/// A speed in sectors a second as a multiple of 75, with as many digits as it needs.
fn x(sectors_per_second: u32) -> f64 {
    (f64::from(sectors_per_second) / 7.5).round() / 10.0
}

impl fmt::Display for Plan {
    /// Every command that will be sent, in order; of the WRITEs the first, the last and their number. A line
    /// that begins with dots tells more about the one above it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writes = self.writes;
        writeln!(f, "on {}", self.target)?;
        writeln!(
            f,
            "write lba {}, sectors of {}",
            writes.range, writes.layout
        )?;
        if !self.skipped.is_zero() {
            writeln!(
                f,
                "leave out the stream's first {} sectors, which lie before the medium's lead-in",
                self.skipped
            )?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for step in &self.prepare {
            writeln!(f, "  {step}")?;
            if step.purpose == Purpose::SetWriteParameters && self.select_plain.is_some() {
                writeln!(
                    f,
                    "  {:<27} the same with session format 00h",
                    "... or, if that is refused"
                )?;
            }
        }
        let pieces = writes.range.chunks(writes.per_command);
        let n_writes = writes
            .range
            .len()
            .count()
            .div_ceil(writes.per_command.count());
        let first = LbaRange::take(writes.range, writes.per_command);
        write_line(f, self, first)?;
        if let Some(last) = pieces.last().filter(|last| *last != first) {
            writeln!(f, "  {:<27} {n_writes} WRITEs in all, without a gap", "...")?;
            write_line(f, self, last)?;
        }
        writeln!(f, "  {}", self.flush)?;
        let waiting = self.flush_waiting.command.encode();
        writeln!(f, "  {:<27} {waiting}", "... or, if that is refused")?;
        let after = [&self.await_flush];
        for step in after.into_iter().chain(&self.prove).chain([&self.unlock]) {
            writeln!(f, "  {step}")?;
        }
        Ok(())
    }
}

fn write_line(f: &mut fmt::Formatter<'_>, plan: &Plan, piece: LbaRange) -> fmt::Result {
    let cdb = plan.writes.command(piece).encode();
    let (start, n) = (piece.start(), piece.len());
    writeln!(
        f,
        "  {:<27} {cdb}  ({n} sectors at {})",
        Purpose::Write,
        at(start)
    )
}

fn at(lba: Lba) -> String {
    format!("{}, lba {lba}", lba.to_msf())
}
