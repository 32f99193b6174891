//! The subcode: P and Q, made or from a file, in the form that the stream's sectors have.

use cd_address::{Lba, LbaRange};
use cd_sector::{MAIN_BYTES, Pq16, PwRows, PwSubcode, Q, QFrame, SectorLayout};

use super::{AuthoredStream, BATCH_SECTORS, to_usize};
use crate::track::Segment;
use crate::{MappedFile, RunSubcode, SourceError, SubcodeForm};

/// Successive frames in which each point of the table of contents stands.
const POINT_REPEATS: u32 = 3;

impl AuthoredStream {
    /// Fills the subcode's places in `out`, the sectors `range` of `segment`.
    pub(super) fn put_subcode(
        &self,
        segment: &Segment,
        range: LbaRange,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        if let RunSubcode::File {
            file,
            offset,
            stride,
            form,
        } = &segment.subcode
        {
            let offset = offset + segment.bytes_before(range, *stride);
            self.put_stored(file, (offset, *stride), *form, out)?;
        } else {
            self.put_made(range, out);
        }
        if self.layout == SectorLayout::RawPw96 {
            self.put_rw(segment, range, out)?;
        }
        Ok(())
    }

    /// P and Q as they follow from the addresses, R to W zero.
    fn put_made(&self, range: LbaRange, out: &mut [u8]) {
        let sectors = out.chunks_exact_mut(self.layout.sector_bytes());
        for (lba, sector) in range.iter().zip(sectors) {
            let (p, q) = self.pq(lba);
            let subcode = &mut sector[MAIN_BYTES..];
            match self.layout {
                SectorLayout::Pq16 => subcode.copy_from_slice(&Pq16::new(p, &q).0),
                SectorLayout::PackedPw96 | SectorLayout::RawPw96 => {
                    subcode.copy_from_slice(&PwSubcode::from_pq(p, &q).0);
                }
            }
        }
    }

    /// Whether P is set at `lba`, and its Q frame.
    pub(crate) fn pq(&self, lba: Lba) -> (bool, QFrame) {
        if !lba.is_lead_in() {
            let (p, q) = self.disc.index().pq(lba);
            return (p, q.encode());
        }
        // Tied to the address and not to the stream's start: a stream that begins earlier than the medium's lead-in
        // and is entered there gives the disc that one made for this medium gives.
        let point_idx = to_usize(lba.position() / POINT_REPEATS) % self.points.len();
        let (control, point) = self.points[point_idx];
        let running = lba.to_msf();
        let q = Q::Toc {
            control,
            point,
            running,
        };
        (false, q.encode())
    }

    /// The subcode as a file has it. What is not 16 bytes there comes into 96 alone: a layout is checked for that.
    fn put_stored(
        &self,
        file: &MappedFile,
        place: (u64, u32),
        form: SubcodeForm,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        let sectors = out.chunks_exact_mut(self.layout.sector_bytes());
        let subcodes = sectors.map(|sector| &mut sector[MAIN_BYTES..]);
        match form {
            SubcodeForm::Pq16 => {
                read_each(
                    file,
                    place,
                    subcodes,
                    |bytes: &[u8; 16], subcode| match self.layout {
                        SectorLayout::Pq16 => subcode.copy_from_slice(bytes),
                        SectorLayout::PackedPw96 | SectorLayout::RawPw96 => {
                            subcode.copy_from_slice(&PwSubcode::from_pq16(bytes).0);
                        }
                    },
                )
            }
            SubcodeForm::Rows => read_each(file, place, subcodes, |rows, subcode| {
                subcode.copy_from_slice(&PwSubcode::from(&PwRows(*rows)).0);
            }),
            SubcodeForm::RawPw => read_each(file, place, subcodes, |bytes: &[u8; 96], subcode| {
                subcode.copy_from_slice(bytes);
            }),
        }
    }
}

/// Reads `N` bytes for each of `sectors`, of which there are 32 at most, from `offset` on and one every `stride` bytes, and
/// hands both over.
pub(super) fn read_each<'a, const N: usize>(
    file: &MappedFile,
    (offset, stride): (u64, u32),
    sectors: impl ExactSizeIterator<Item = &'a mut [u8]>,
    mut each: impl FnMut(&[u8; N], &mut [u8]),
) -> Result<(), SourceError> {
    let mut buffer = [[0; N]; BATCH_SECTORS];
    let buffer = &mut buffer[..sectors.len()];
    if to_usize(stride) == N {
        file.read_at(offset, buffer.as_flattened_mut())?;
    } else {
        for (bytes, n) in buffer.iter_mut().zip(0_u64..) {
            file.read_at(offset + n * u64::from(stride), bytes)?;
        }
    }
    for (bytes, sector) in buffer.iter().zip(sectors) {
        each(bytes, sector);
    }
    Ok(())
}
