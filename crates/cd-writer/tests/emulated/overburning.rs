//! Streams that are longer than the medium says.

use cd_address::Msf;
use cd_emulator::{Disc, Medium};
use cd_writer::{BurnOptions, PlanError, PlanNote, Verdict};

use super::host::{Image, OPTIONS, Rig, check_holds, plan, short_medium, small_buffer};

/// A drive with a medium whose lead-out may begin at `latest`. That of the image begins at 00:06:00.
fn rig(latest: Msf) -> Rig {
    let mut rig = Rig::new(small_buffer());
    rig.drive.insert(Disc::blank(Medium {
        last_lead_out: latest,
        ..short_medium()
    }));
    rig
}

const OVERBURN: BurnOptions = BurnOptions {
    overburn: true,
    ..OPTIONS
};

#[test]
fn it_is_refused_unless_asked_for() {
    let image = Image::raw();
    let mut rig = rig(Msf::new(0, 5, 0).unwrap());
    let refusal = plan(&mut rig.writer(), &image, OPTIONS).unwrap_err();
    assert!(
        matches!(refusal, PlanError::NotEnoughSpace { excess, .. } if excess.count() == 75),
        "{refusal}"
    );
}

#[test]
fn what_fits_after_all_is_proved_and_noted() {
    // The lead-out begins a second too late, and as it is short, it ends in time.
    let image = Image::raw();
    let mut rig = rig(Msf::new(0, 5, 0).unwrap());
    let report = rig.burn(&image, OVERBURN);
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    let note = report.notes.iter().find_map(|note| match note {
        PlanNote::Overburn {
            lead_out,
            latest,
            past_end,
        } => Some((lead_out, latest, past_end)),
        _ => None,
    });
    let (lead_out, latest, past_end) = note.unwrap();
    assert_eq!((lead_out.value(), latest.value()), (300, 225));
    assert!(past_end.is_zero());
    check_holds(rig.disc(), &image, image.range);
}
