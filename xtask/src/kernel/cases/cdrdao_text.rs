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
plug a.disc --unlimited
# 0x10: the driver's option for CD-Text.
expect 0 cdrdao write --device $SG --driver generic-mmc:0x10 -n cd.toc
unplug
tail -c +4097 a.disc >a.raw
expect 0 rawcd check a.raw
said 'nothing wrong'
expect 0 rawcd convert a.raw back.cue --lossy
for line in 'CATALOG 1234567890128' 'TITLE "Mixed"' 'TITLE "Tone"' 'TITLE "Noise"' 'ISRC USABC0212345'; do
    grep -q "$line" back.cue || fail "no $line: $(cat back.cue)"
done
tail -c +45 one.wav >one.pcm
tail -c +45 two.wav >two.pcm
dd if=back.bin of=one.back bs=2352 count=375 status=none
dd if=back.bin of=two.back bs=2352 skip=525 count=450 status=none
same one.pcm one.back
same two.pcm two.back
"#,
};
