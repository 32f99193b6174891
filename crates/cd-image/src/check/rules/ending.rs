//! What can be said only at the end of an area: of a track, of the lead-in, of the stream.

use cd_address::Sectors;
use cd_sector::{Toc, TocTrack};

use super::{PROGRAM, RealTrack, Rules, control_words};
use crate::LEAD_OUT_SECTORS;
use crate::check::fold::Words;
use crate::check::sector::msf;
use crate::check::{Finding, FindingKind, KindCount};

impl Rules {
    /// Judges the table of contents after the last sector of the lead-in.
    pub(super) fn leave_lead_in(&mut self) {
        self.in_program = true;
        let first = self.range.start().position();
        if first >= PROGRAM {
            self.fold.add(FindingKind::NoLeadIn, first, || {
                Words::new(
                    "a lead-in, up to 99:59:74",
                    format!("a start at {}", msf(first)),
                )
            });
            return;
        }
        let lead_in = (first, self.end().min(PROGRAM) - 1);
        self.cd_text.finish(&mut self.fold, lead_in);
        match self.lead_in.toc() {
            Ok(toc) => self.toc = Some(toc),
            Err(error) => {
                let words = Words::new("a whole table of contents", error);
                self.fold
                    .add_range(FindingKind::TocUnusable, lead_in, words);
            }
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
    pub(in crate::check) fn finish(mut self, is_whole: bool) -> (Vec<Finding>, Vec<KindCount>) {
        if is_whole && !self.range.is_empty() {
            if !self.in_program {
                self.leave_lead_in();
            }
            self.identities.same_track(&mut self.fold);
            self.identity_control(None);
            self.end_track(self.end());
            self.ending();
        }
        self.p
            .finish(&mut self.fold, self.lead_out.is_some() && is_whole);
        self.fold.finish()
    }

    /// The position after the stream's last sector.
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
        if Sectors::new(n_sectors).is_ok_and(|n| n < LEAD_OUT_SECTORS) {
            let words = Words::new(LEAD_OUT_SECTORS, n_sectors);
            self.fold
                .add_range(FindingKind::LeadOutShort, (start, last), words);
        }
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
