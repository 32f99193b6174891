use super::Case;

pub(crate) const CASE: Case = Case {
    name: "cdrdao-text",
    what: "cdrdao by generic-mmc: a cue sheet with CD-Text, catalogue number and ISRC; all of it is on the disc",
    needs: &[("cdrdao", "cdrdao"), ("sox", "sox")],
    seconds: 60,
    script: r#"
sox -D -R -n -r 44100 -c 2 -b 16 one.wav synth 5 sine 300-3300
sox -D -R -n -r 44100 -c 2 -b 16 two.wav synth 6 whitenoise vol 0.5
cat >cd.toc <<'SHEET'
CD_DA
CATALOG "1234567890128"
CD_TEXT {
  LANGUAGE_MAP { 0 : EN }
  LANGUAGE 0 { TITLE "Mixed" PERFORMER "Machines" }
}
TRACK AUDIO
ISRC "USABC0212345"
CD_TEXT { LANGUAGE 0 { TITLE "Tone" PERFORMER "sox" } }
FILE "one.wav" 0
TRACK AUDIO
CD_TEXT { LANGUAGE 0 { TITLE "Noise" PERFORMER "sox" } }
PREGAP 0:2:0
FILE "two.wav" 0
SHEET
plug_blank a.disc
# 0x10: the driver's option for CD-Text.
expect 0 cdrdao write --device $SG --driver generic-mmc:0x10 -n cd.toc
reload a.disc
# The first track's end is the second's gap.
expect 0 rawcd read --device $SG --track 1 --main back.one
cmp -i 44:0 -n $((375 * 2352)) one.wav back.one
expect 0 rawcd read --device $SG --track 2 --main back.two
same_sound two.wav back.two
unplug
recorded a.disc
expect 0 rawcd check recorded.raw
said 'nothing wrong'
expect 0 rawcd convert recorded.raw back.cue --lossy
for line in 'CATALOG 1234567890128' 'TITLE "Mixed"' 'TITLE "Tone"' 'TITLE "Noise"' 'ISRC USABC0212345'; do
    grep -q "$line" back.cue || fail "no $line: $(cat back.cue)"
done
"#,
};
