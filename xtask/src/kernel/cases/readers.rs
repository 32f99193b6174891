use super::Case;

pub(crate) const CASE: Case = Case {
    name: "readers",
    what: "other programs read a disc that rawcd burned: its contents, its data and its sound to the sample",
    needs: &[
        ("wodim", "wodim"),
        ("cdrdao", "cdrdao"),
        ("readom", "wodim"),
        ("cdparanoia", "cdparanoia"),
        ("cd-info", "libcdio-utils"),
        ("sg_inq", "sg3-utils"),
        ("sox", "sox"),
    ],
    seconds: 60,
    script: r#"
make_tracks
cat >disc.cue <<'SHEET'
CATALOG 0000000000017
TITLE "Machines"
PERFORMER "rawcd"
FILE "data.iso" BINARY
  TRACK 01 MODE1/2048
    TITLE "Data"
    INDEX 01 00:00:00
FILE "one.wav" WAVE
  TRACK 02 AUDIO
    TITLE "One"
    ISRC USABC0212345
    PREGAP 00:02:00
    INDEX 01 00:00:00
FILE "two.wav" WAVE
  TRACK 03 AUDIO
    TITLE "Two"
    INDEX 01 00:00:00
SHEET
plug_short read.disc --unlimited
expect 0 rawcd burn disc.cue --device $SG --yes
reload read.disc

expect 0 sg_inq $SG
said 'Vendor identification: RAWCD'
expect 0 timeout 20 wodim dev=$SG -toc
said 'track: *1 lba: *0 .*mode: 1'
said 'track: *2 lba: *480 '
said 'track: *3 lba: *880 '
said 'track:lout lba: *1330 '
expect 0 timeout 20 readom dev=$SG f=back.iso sectors=0-$n_data
same data.iso back.iso
expect 0 timeout 20 cdparanoia -d $SR -B
same_sound one.wav track02.cdda.wav
same_sound two.wav track03.cdda.wav
expect 0 timeout 20 cd-info --no-cddb --no-device-info -C $SR
said 'Machines'
said '0000000000017'
expect 0 timeout 20 cdrdao read-toc --device $SG --driver generic-mmc read.toc
cp read.toc said
for text in 'CATALOG "0000000000017"' 'TRACK MODE1' 'ISRC "USABC0212345"' 'TITLE "Machines"' 'TITLE "One"' 'TITLE "Two"'; do
    said "$text"
done
expect 0 timeout 20 cdrdao read-cd --device $SG --driver generic-mmc --datafile cd.bin cd.toc
# What cdrdao makes of the disc is the same disc again, but for its CD-Text, to which it adds empty texts.
expect 0 rawcd convert disc.cue mine.raw --lead-in 99:59:00
expect 0 rawcd convert cd.toc its.raw --lead-in 99:59:00
for raw in mine its; do
    tail -c +$((75 * 2448 + 1)) $raw.raw >$raw.program
done
same mine.program its.program
unplug
"#,
};
