use super::Case;

/// Data and sound, so that both are seen to come back as they were.
///
/// At 4x: wodim refuses a speed at which it thinks this computer too slow to scramble.
///
/// wodim's own ways: the lead-out after sound has CONTROL and sectors of data if the first track is data; MCN and ISRC
/// frames have CONTROL 0, the MCN begins 149 sectors into the disc, a track's ISRC goes on in the pregap of the next;
/// byte 6 of such a frame stays in those after it; P falls with the pregap, and blinks at 0.5 Hz in the lead-out.
macro_rules! wodim_raw {
    ($option:literal, $name:literal) => {
        Case {
            name: $name,
            what: concat!("wodim ", $option, " burns data and sound: all of it comes back, and no deviation but its own"),
            needs: &[("wodim", "wodim"), ("sox", "sox")],
            seconds: 40,
            script: concat!(
                r#"
make_tracks
plug_blank wodim.disc
expect 0 timeout 30 wodim dev=$SG "#,
                $option,
                r#" speed=4 gracetime=2 mcn=0000000000017 -data data.iso -audio isrc=USABC0212345 one.wav two.wav
reload wodim.disc
tracks_come_back
unplug
finds wodim.disc '"#,
                "control identity-control-zero isrc-spacing mcn-spacing p-first-sector-clear p-lead-out-slow q-zero",
                r#"'
"#
            ),
        }
    };
}

pub(crate) const RAW96R: Case = wodim_raw!("-raw96r", "wodim-raw96r");
pub(crate) const RAW16: Case = wodim_raw!("-raw16", "wodim-raw16");
pub(crate) const RAW96P: Case = wodim_raw!("-raw96p", "wodim-raw96p");
