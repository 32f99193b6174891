use cd_emulator::{Medium, Profile};
use cd_image::{Image, OpenOptions};
use cd_transport::VirtualClock;
use cd_writer::{BurnControl, BurnOptions, Consent, Plan, ReadAhead, Recorder};
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::tests::check_documented;

/// A stream of the ruler, from the lead-in of [`medium`].
fn stream(layout: SectorLayout) -> Box<dyn SectorSource> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ruler.iso");
    let image = Image::open(path, &OpenOptions::default()).unwrap();
    image
        .stream(medium().lead_in_start.to_lba(), layout)
        .unwrap()
}

/// A medium with a lead-in of one second, so that little has to be burned.
fn medium() -> Medium {
    Medium {
        lead_in_start: "99:59:00".parse().unwrap(),
        ..Medium::cd_r_80()
    }
}

fn burned(source: &dyn SectorSource) -> Disc {
    let clock = Arc::new(VirtualClock::default());
    let mut drive = cd_emulator::Recorder::new(Profile::faithful(), Arc::clone(&clock));
    drive.insert(Disc::blank(medium()));
    let mut recorder = Recorder::new(&mut drive, clock);
    let (info, medium) = (recorder.probe().unwrap(), recorder.medium().unwrap());
    let options = BurnOptions::USUAL;
    let survey = cd_image::survey(source).unwrap();
    let plan = Plan::new(&info, &medium, &survey, recorder.limits(), options).unwrap();
    let control = BurnControl {
        cancel: &CancelToken::new(),
        progress: &mut |_| {},
        read_ahead: ReadAhead::for_writes(&plan.writes()),
    };
    let report = recorder.burn(&plan, Consent::to_write_the_disc(), source, control);
    assert!(report.is_success(), "{report:?}");
    drop(recorder);
    drive.eject().unwrap()
}

/// A source with one byte changed.
struct Changed {
    inner: Box<dyn SectorSource>,
    at: Lba,
    byte: usize,
}

impl SectorSource for Changed {
    fn range(&self) -> LbaRange {
        self.inner.range()
    }

    fn layout(&self) -> SectorLayout {
        self.inner.layout()
    }

    fn mapped(&self, _: LbaRange) -> Result<Option<&[u8]>, cd_image::SourceError> {
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), cd_image::SourceError> {
        self.inner.render(range, out)?;
        if let Some(offset) = range.offset_of(self.at) {
            let sector = offset.count() as usize * self.layout().sector_bytes();
            out[sector + self.byte] ^= 1;
        }
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), cd_image::SourceError> {
        self.inner.verify_unchanged()
    }
}

fn compared(disc: &Disc, source: &dyn SectorSource) -> Option<Lba> {
    first_difference(disc, source, source.range(), &mut |_| Ok(())).unwrap()
}

#[test]
fn a_disc_equals_what_was_burned_in_either_form_of_subcode() {
    for layout in [SectorLayout::RawPw96, SectorLayout::Pq16] {
        let source = stream(layout);
        assert_eq!(compared(&burned(source.as_ref()), source.as_ref()), None);
    }
}

#[test]
fn one_bit_anywhere_is_found_lead_in_and_lead_out_included() {
    let disc = burned(stream(SectorLayout::RawPw96).as_ref());
    let range = stream(SectorLayout::RawPw96).range();
    for at in [range.start(), Lba::ZERO, range.last().unwrap()] {
        for byte in [0, MAIN_BYTES - 1, MAIN_BYTES, RAW_BYTES - 1] {
            let inner = stream(SectorLayout::RawPw96);
            let source = Changed { inner, at, byte };
            assert_eq!(compared(&disc, &source), Some(at), "byte {byte}");
        }
    }
}

#[test]
fn what_is_not_on_the_disc_differs() {
    let source = stream(SectorLayout::RawPw96);
    assert_eq!(
        compared(&Disc::blank(medium()), source.as_ref()),
        Some(source.range().start())
    );
}

#[test]
fn the_outcome_is_told_and_has_its_code() {
    let source = stream(SectorLayout::RawPw96);
    let disc = Disc::blank(medium());
    let cancel = CancelToken::new();
    let (mut output, printed) = Output::printed(true);
    let range = source.range();
    let ended = disc_with_source(&disc, source.as_ref(), range, &cancel, &mut output);
    assert_eq!(ended.unwrap_err().exit, Exit::VerifyDiffers);
    let told = printed.events().pop().unwrap();
    let (output, printed) = Output::printed(true);
    output.event("disc_compared", told.clone());
    check_documented(&printed, "disc_compared");
    assert_eq!(told["first_different"], range.start().value());

    cancel.cancel();
    let (mut output, _) = Output::printed(true);
    let ended = disc_with_source(&disc, source.as_ref(), range, &cancel, &mut output);
    assert_eq!(ended.unwrap_err().exit, Exit::NotProved);
}
