//! What can be said only at the end of an area: of a track, of the lead-in, of the stream.

use cd_address::{Lba, Sectors};
use cd_sector::{Multisession, Toc, TocTrack};

use super::{PROGRAM, RealTrack, Rules, control_words};
use crate::check::fold::Words;
use crate::check::identity::Identities;
use crate::check::sector::msf;
use crate::check::{CheckReport, CheckedSession, FindingKind};
use crate::{LATER_LEAD_OUT_SECTORS, LEAD_OUT_SECTORS};

impl Rules {
    /// Judges the lead-in. The sector at `program` is the first behind it; if there is none, the lead-in may be cut.
    pub(super) fn leave_lead_in(&mut self, program: u32) {
        self.in_program = true;
        let first = self.range.start().position();
        let is_cut = program == self.end();
        if self.is_later {
            self.identities = Identities::new(program);
            if !is_cut {
                self.place_of_program(program);
            }
        } else if first >= PROGRAM {
            self.fold.add(FindingKind::NoLeadIn, first, || {
                Words::new(
                    "a lead-in, up to 99:59:74",
                    format!("a start at {}", msf(first)),
                )
            });
            return;
        }
        let lead_in = (first, program - 1);
        self.cd_text.finish(&mut self.fold, lead_in);
        if !is_cut {
            self.pointers(lead_in);
        }
        match self.lead_in.toc() {
            Ok(toc) => self.toc = Some(toc),
            Err(error) => {
                let got = match self.lead_in.is_silent() {
                    true => "not one frame of one, as where a session is still open".to_owned(),
                    false => error.to_string(),
                };
                let words = Words::new("a whole table of contents", got);
                self.fold
                    .add_range(FindingKind::TocUnusable, lead_in, words);
            }
        }
    }

    /// What the points of ADR 5 say of the lead-in itself.
    fn pointers(&mut self, lead_in: (u32, u32)) {
        let pointers: Vec<_> = self.lead_in.pointers().collect();
        for pointer in &pointers {
            let (kind, words) = match *pointer {
                Multisession::NextProgram { n_pointers, .. }
                    if usize::from(n_pointers) != pointers.len() =>
                {
                    let expected = format!("{n_pointers} points of ADR 5, by point B0h");
                    let words = Words::new(expected, pointers.len());
                    (FindingKind::PointerCount, words)
                }
                Multisession::FirstLeadIn { .. } if self.is_later => {
                    let words = Words::new("point C0h in the first lead-in only", "one here");
                    (FindingKind::FirstLeadIn, words)
                }
                Multisession::FirstLeadIn { start, .. } if !start.to_lba().is_lead_in() => {
                    let words = Words::new("an address of a first lead-in in point C0h", start);
                    (FindingKind::FirstLeadIn, words)
                }
                _ => continue,
            };
            self.fold.add_range(kind, lead_in, words);
        }
    }

    /// The track that the rules are in has ended before `next`.
    pub(super) fn end_track(&mut self, next: u32) {
        let Some(current) = &self.current else {
            return;
        };
        if let Some((as_is, swapped)) = current.roughness.swapped()
            && next > current.first
        {
            let words = Words::new(
                format!(
                    "least significant byte first: neighbouring samples would differ by {swapped}"
                ),
                format!("they differ by {as_is}, as with the bytes swapped"),
            );
            self.fold
                .add_range(FindingKind::ByteOrder, (current.first, next - 1), words);
        }
        self.identities.track_ends(&mut self.fold, next);
    }

    /// Everything found. `is_whole` tells whether the stream's last sector has been seen.
    pub(in crate::check) fn finish(mut self, is_whole: bool) -> CheckReport {
        self.let_go();
        if is_whole && !self.range.is_empty() {
            self.end_session();
        } else {
            self.p.finish(&mut self.fold, false);
        }
        let (findings, counts) = self.fold.finish();
        CheckReport {
            range: self.range,
            n_data: self.n_data,
            n_mode1: self.n_mode1,
            sessions: self.sessions,
            findings,
            counts,
        }
    }

    /// Judges the session as a whole, after its last sector.
    pub(super) fn end_session(&mut self) {
        if !self.in_program {
            self.leave_lead_in(self.end());
        }
        let tracks = self.tracks.iter().map(|real| real.track);
        let tracks = tracks.clone().min().zip(tracks.max());
        self.identities.same_track(&mut self.fold);
        self.identity_control(None);
        self.end_track(self.end());
        self.ending();
        self.p.finish(&mut self.fold, self.lead_out.is_some());
        let (n_runs, worst) = self.fold.end_session();
        self.sessions.push(CheckedSession {
            number: self.number,
            range: self.range,
            tracks,
            lead_out: self.lead_out.and_then(|at| Lba::from_position(at).ok()),
            n_runs,
            worst,
        });
    }

    /// The position after the session's last sector.
    fn end(&self) -> u32 {
        self.range.start().position() + self.range.len().count()
    }

    fn ending(&mut self) {
        let last = self.end() - 1;
        let toc = self.toc;
        let Some(start) = self.lead_out else {
            self.fold.add(FindingKind::NoLeadOut, last, || {
                let expected = toc.map_or("a lead-out".to_owned(), |toc| {
                    format!("a lead-out at {}", toc.lead_out())
                });
                Words::new(expected, format!("the end at {}", msf(last)))
            });
            return;
        };
        let n_sectors = self.end() - start;
        let needed = match self.is_later {
            true => LATER_LEAD_OUT_SECTORS,
            false => LEAD_OUT_SECTORS,
        };
        if Sectors::new(n_sectors).is_ok_and(|n| n < needed) {
            let words = Words::new(needed, n_sectors);
            self.fold
                .add_range(FindingKind::LeadOutShort, (start, last), words);
        }
        self.outermost_lead_out(start);
        if let Some(toc) = toc {
            if toc.lead_out() != msf(start) {
                self.fold.add(FindingKind::TocLeadOut, start, || {
                    Words::new(
                        format!("{}, by the table of contents", toc.lead_out()),
                        msf(start),
                    )
                });
            }
            self.compare(&toc);
        }
    }

    /// The lead-out begins at `start`, which point B0h has to allow.
    fn outermost_lead_out(&mut self, start: u32) {
        let latest = self.lead_in.pointers().find_map(|pointer| match pointer {
            Multisession::NextProgram {
                outermost_lead_out, ..
            } => Some(outermost_lead_out),
            _ => None,
        });
        if let Some(latest) = latest.filter(|latest| latest.to_lba().position() < start) {
            self.fold.add(FindingKind::OutermostLeadOut, start, || {
                let expected = format!("a start at {latest} at the latest, by point B0h");
                Words::new(expected, msf(start))
            });
        }
    }

    /// The table of contents against the tracks that were seen, up to the lead-out.
    fn compare(&mut self, toc: &Toc) {
        let mut tracks = std::mem::take(&mut self.tracks);
        tracks.sort_by_key(|real| real.start);
        let mut differences = Vec::new();
        for real in &tracks {
            match toc.track(real.track) {
                Some(said) => self.compare_track(&said, real),
                None => {
                    let (first, last) = (toc.first_track(), toc.last_track());
                    let expected = format!("tracks {first} to {last}, by the table of contents");
                    let words = Words::new(expected, format!("track {}", real.track));
                    differences.push((real.start, words));
                }
            }
        }
        let (first, last) = (self.range.start().position(), self.end() - 1);
        for said in toc.tracks() {
            if tracks.iter().all(|real| real.track != said.track) {
                let at = said.start.to_lba().position().clamp(first, last);
                let expected = format!("track {}, by the table of contents", said.track);
                differences.push((at, Words::new(expected, "no such track")));
            }
        }
        differences.sort_by_key(|(at, _)| *at);
        for (at, words) in differences {
            self.fold.add(FindingKind::TocTracks, at, || words);
        }
    }

    fn compare_track(&mut self, said: &TocTrack, real: &RealTrack) {
        if said.start != msf(real.start) {
            self.fold.add(FindingKind::TocTrackStart, real.start, || {
                let expected = format!("{}, by the table of contents", said.start);
                Words::new(expected, msf(real.start))
            });
        }
        let Some(control) = real.control else {
            return;
        };
        let differs = if real.copy_varies {
            !super::is_same_but_copy(said.control, control)
        } else {
            (said.control.0 ^ control.0) & 0x0F != 0
        };
        if differs {
            self.fold.add(FindingKind::TocControl, real.start, || {
                control_words(said.control, control)
            });
        }
    }
}
