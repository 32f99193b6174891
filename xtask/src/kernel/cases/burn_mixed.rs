use super::Case;

pub(crate) const CASE: Case = Case {
    name: "burn-mixed",
    what: "mixed mode with CD-Text, ISRC and CD+G: authored on the way and from a raw file, the same disc",
    needs: &[("sox", "sox")],
    seconds: 60,
    script: r#"
sox -D -n -r 44100 -c 2 -b 16 one.wav synth 5.01 sine 300-3300
sox -D -n -r 44100 -c 2 -b 16 two.wav synth 6 whitenoise
# CD+G: a pack of 24 symbols of six bits, four a sector, 75 sectors a second; nothing but what a player passes over.
head -c $((96 * 75 * 6)) /dev/zero >two.cdg
cp $ROOT/fixtures/ruler.iso data.iso
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
plug authored.disc --unlimited
expect 0 rawcd burn mixed.cue --device $SR --yes --verify
expect 0 rawcd info --device $SR
unplug
expect 0 rawcd convert mixed.cue mixed.raw
plug raw.disc --unlimited
expect 0 rawcd burn mixed.raw --device $SG --yes --verify
unplug
same authored.disc raw.disc
"#,
};
