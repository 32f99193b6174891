use std::io::Write;

use cd_address::{Lba, Sectors};
use cd_image::{Image, OpenOptions, SectorSource};
use cd_sector::SectorLayout;

/// How often the bytes stand in the file, at the most: enough for some sectors of any layout.
const MAX_COPIES: usize = 16;

/// The bytes, as often as the first of them says, as an image file of whatever kind is found in them.
///
/// What is opened says what it is and gives the sectors it says it has.
pub fn image(bytes: &[u8]) {
    let Some((n_copies, contents)) = bytes.split_first() else {
        return;
    };
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    for _ in 0..=usize::from(*n_copies) % MAX_COPIES {
        file.write_all(contents).expect("room for some sectors");
    }
    file.flush().expect("room for some sectors");
    match Image::open(file.path(), &OpenOptions::default()) {
        Ok(image) => {
            assert!(!image.describe().is_empty());
            match image.stream(Lba::IMAGE_START_95_00_00, SectorLayout::RawPw96) {
                Ok(stream) => ends(&*stream),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The first sector and the last one are there.
fn ends(stream: &dyn SectorSource) {
    let (range, one) = (stream.range(), Sectors::new(1).expect("a length"));
    let last = range.skip(Sectors::new(range.len().count() - 1).expect("shorter"));
    let mut sector = vec![0; stream.layout().sector_bytes()];
    for range in [Some(range.take(one)), last].into_iter().flatten() {
        stream
            .render(range, &mut sector)
            .expect("sectors it said it has");
    }
}
