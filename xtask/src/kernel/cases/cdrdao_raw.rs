use super::Case;

/// cdrdao's own ways: the lead-in's headers and times count from 00:00:00, pregaps count to 00:00:01, and P is set in the
/// last two seconds before the lead-out and in its first sector.
pub(crate) const CASE: Case = Case {
    name: "cdrdao-raw",
    what: "cdrdao's generic-mmc-raw burns data and sound with CD-Text: all of it comes back, and no deviation but its own",
    needs: &[("cdrdao", "cdrdao"), ("sox", "sox")],
    seconds: 40,
    script: r#"
make_tracks
cat >disc.toc <<'SHEET'
CD_ROM
CATALOG "0000000000017"
CD_TEXT {
  LANGUAGE_MAP { 0 : EN }
  LANGUAGE 0 { TITLE "Machines" PERFORMER "rawcd" }
}
TRACK MODE1
CD_TEXT { LANGUAGE 0 { TITLE "Data" PERFORMER "" } }
DATAFILE "data.iso"
TRACK AUDIO
ISRC "USABC0212345"
CD_TEXT { LANGUAGE 0 { TITLE "One" PERFORMER "sox" } }
PREGAP 0:2:0
FILE "one.wav" 0
TRACK AUDIO
CD_TEXT { LANGUAGE 0 { TITLE "Two" PERFORMER "sox" } }
FILE "two.wav" 0
SHEET
plug_blank cdrdao.disc
expect 0 timeout 30 cdrdao write --device $SG --driver generic-mmc-raw --speed 48 -n disc.toc
reload cdrdao.disc
tracks_come_back
unplug
finds cdrdao.disc 'lead-in-header-from-zero p-lead-out-first-set p-level pregap-counts-to-one running-time-from-zero'
"#,
};
