use cd_address::{Lba, PREGAP_SECTORS, Sectors};

use super::track_info::Entry;
use super::{CdSectorType, CreatorError, DigitalAudioCopySetting, RawCdImageCreator, TrackSource};
use crate::{DiscSpec, Run, Track, TrackKind};

/// Where tracks come to lie.
impl RawCdImageCreator {
    /// The disc that the tracks make, R to W aside.
    pub(super) fn spec(&self) -> Result<DiscSpec, CreatorError> {
        self.check_tracks()?;
        let mut tracks = Vec::with_capacity(self.entries.len());
        // Sectors of the track before that lie in this one's pregap.
        let mut carried = self
            .special_pregap
            .as_ref()
            .map(|source| source.run(CdSectorType::Audio, Sectors::ZERO, source.whole_sectors()));
        for (entry, next) in self
            .entries
            .iter()
            .zip(self.entries[1..].iter().map(Some).chain([None]))
        {
            let kept = entry.sectors.count() - self.lent(entry, next).count();
            let kept = Sectors::new(kept).unwrap_or(entry.sectors);
            let mut track = Track::new(entry.kind(), vec![entry.run(Sectors::ZERO, kept)]);
            track.pregap = match carried.take() {
                Some(run) => vec![run],
                None if tracks.is_empty() => Vec::new(),
                None if self.has_gaps(entry) => vec![Run::made(PREGAP_SECTORS)],
                None => Vec::new(),
            };
            track.control = entry.control();
            track.scms = entry.copy == DigitalAudioCopySetting::Scms;
            track.isrc = entry.isrc;
            track.indexes.clone_from(&entry.indexes);
            tracks.push(track);
            if let Some(lent) = entry
                .sectors
                .checked_sub(kept)
                .filter(|lent| !lent.is_zero())
            {
                carried = Some(entry.run(kept, lent));
            }
        }
        let mut spec = DiscSpec::new(tracks);
        spec.first_track = self.starting_track_number;
        spec.mcn = self.mcn;
        Ok(spec)
    }

    /// How many of `entry`'s last sectors lie in the pregap of `next`.
    fn lent(&self, entry: &Entry, next: Option<&Entry>) -> Sectors {
        match next {
            Some(next) if !self.has_gaps(next) => entry.spare(),
            _ => Sectors::ZERO,
        }
    }

    fn has_gaps(&self, entry: &Entry) -> bool {
        self.disable_gapless_audio || entry.kind() != TrackKind::Audio
    }

    /// Where index 1 of the track with this index among the tracks, from 0, begins.
    pub(super) fn start_of(&self, track_idx: usize) -> Result<Lba, CreatorError> {
        let before = self.end_of(&self.entries[..track_idx], self.special_pregap.as_ref())?;
        match self.entries.get(track_idx) {
            Some(entry) if track_idx > 0 && self.has_gaps(entry) => {
                self.after(before, PREGAP_SECTORS)
            }
            _ => Ok(before),
        }
    }

    /// The address after `entries`, all gaps included; after the first pregap if there are none.
    pub(super) fn end_of<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a Entry>,
        special_pregap: Option<&TrackSource>,
    ) -> Result<Lba, CreatorError> {
        let pregap = special_pregap.map_or(PREGAP_SECTORS, TrackSource::whole_sectors);
        let mut at = self.after(Lba::PREGAP_START, pregap)?;
        for (track_idx, entry) in entries.into_iter().enumerate() {
            if track_idx > 0 && self.has_gaps(entry) {
                at = self.after(at, PREGAP_SECTORS)?;
            }
            at = self.after(at, entry.sectors)?;
        }
        Ok(at)
    }

    pub(super) fn after(&self, at: Lba, sectors: Sectors) -> Result<Lba, CreatorError> {
        let limit = self.start_of_leadout_limit;
        at.add(sectors)
            .map_err(|_| CreatorError::InsufficientSpace {
                lead_out: Lba::MAX,
                limit,
            })
    }
}
