use super::Case;

pub(crate) const CASE: Case = Case {
    name: "burn-mixed",
    what: "data, sound, CD-Text, ISRC and CD+G, authored on the way and from a raw file, through sg and sr: one disc; all of it comes back",
    needs: &[("sox", "sox"), ("cdrdao", "cdrdao")],
    seconds: 60,
    script: r#"
make_tracks
# Every instruction of CD+G. Interleaved, the packs of a sector reach into the next two.
cdg_file make 448 two.cdg
cat >mixed.cue <<'SHEET'
CATALOG 0000000000017
TITLE "Mixed"
PERFORMER "Machines"
FILE "data.iso" BINARY
  TRACK 01 MODE1/2048
    TITLE "Ruler"
    INDEX 01 00:00:00
FILE "one.wav" WAVE
  TRACK 02 AUDIO
    TITLE "Tone"
    PERFORMER "sox"
    ISRC USABC0212345
    PREGAP 00:02:00
    INDEX 01 00:00:00
FILE "two.wav" WAVE
  TRACK 03 AUDIO
    TITLE "Noise"
    PERFORMER "sox"
    ISRC USABC0212346
    INDEX 01 00:00:00
SHEET
expect 0 rawcd convert mixed.cue mixed.raw --lead-in 99:58:00
burn_every_way mixed.cue mixed.raw
tracks_come_back
# The graphics, symbol by symbol, their parity among them.
expect 0 rawcd read --device $SR --track 3 back.sectors
expect 0 cdg_file take back.sectors back.cdg
said 'tile block, XOR'
same two.cdg back.cdg
dd if=$SR of=back.mounted bs=2048 count=$n_data status=none
same data.iso back.mounted
expect 0 timeout 20 cdrdao read-toc --device $SG --driver generic-mmc back.toc
cp back.toc said
for text in 'CATALOG "0000000000017"' 'ISRC "USABC0212346"' 'TITLE "Mixed"' 'TITLE "Noise"' 'PERFORMER "sox"'; do
    said "$text"
done
unplug
"#,
};
