use cd_sector::{PwPacked, PwSubcode, QFrame, RwInterleaver, RwPack, SectorLayout};

/// What a recorder makes of a stream's subcode, sector after sector of the program area: what is on the disc.
///
/// Raw P-W stays as it is. Of P and Q the recorder makes the CRC itself, and R to W are zero. Of packs it makes the
/// parity, and spreads them over the sectors that follow: before the first sector lie packs of zeros.
///
/// ```
/// use cd_sector::{PwSubcode, QFrame, SectorLayout};
/// use cd_writer::RecordedSubcode;
///
/// let mut recorder = RecordedSubcode::new(SectorLayout::Pq16);
/// // No CRC in the stream.
/// let frame = QFrame::with_crc([0x41, 1, 1, 0, 0, 0, 0, 0, 2, 0]);
/// let mut pq = PwSubcode::from_pq(true, &frame).to_pq16();
/// pq[10..12].fill(0);
/// assert_eq!(recorder.push(&pq), Some(PwSubcode::from_pq(true, &frame)));
/// assert_eq!(recorder.push(&pq[..12]), None);
/// ```
#[derive(Clone, Debug)]
pub struct RecordedSubcode {
    layout: SectorLayout,
    interleaver: RwInterleaver,
}

impl RecordedSubcode {
    /// Nothing recorded yet of a stream of this layout.
    #[must_use]
    pub const fn new(layout: SectorLayout) -> Self {
        Self {
            layout,
            interleaver: RwInterleaver::new(),
        }
    }

    /// The next sector's subcode on the disc, of its 16 or 96 bytes in the stream; `None` for another length.
    pub fn push(&mut self, subcode: &[u8]) -> Option<PwSubcode> {
        match self.layout {
            SectorLayout::RawPw96 => subcode.try_into().ok().map(PwSubcode),
            SectorLayout::Pq16 => {
                let mut recorded = PwSubcode::from_pq16(subcode.try_into().ok()?);
                let [payload @ .., _, _] = recorded.q().0;
                recorded.set_q(&QFrame::with_crc(payload));
                Some(recorded)
            }
            SectorLayout::PackedPw96 => {
                let packed = PwPacked(subcode.try_into().ok()?);
                let packs = packed.packs().map(|pack| match pack.is_zero() {
                    true => pack,
                    false => RwPack::with_parity(pack.mode(), pack.instruction(), &pack.data()),
                });
                Some(self.interleaver.push(&PwPacked::new(&packed.pq(), &packs)))
            }
        }
    }
}
