use super::Case;

pub(crate) const CASE: Case = Case {
    name: "wodim-dao",
    what: "wodim -dao: data and sound by cue sheet; the disc has no fault and what was sent",
    needs: &[("wodim", "wodim"), ("sox", "sox")],
    seconds: 60,
    script: r#"
# The seed of the noise is always the same; lengths are whole sectors.
sox -D -R -n -r 44100 -c 2 -b 16 one.wav synth 8 sine 300-3300
sox -D -R -n -r 44100 -c 2 -b 16 two.wav synth 6 whitenoise vol 0.5
plug_blank a.disc
expect 0 wodim dev=$SG gracetime=2 -dao -pad $ROOT/fixtures/ruler.iso -audio one.wav two.wav
expect 0 wodim dev=$SG -toc
said 'track: *2 lba: *600 '
said 'track: *3 lba: *1200 '
reload a.disc
# wodim puts 255 sectors before the first sound, and has the last two seconds of a track be the gap before the next.
expect 0 rawcd read --device $SG --track 1 --user-data back.iso
cmp -n $((330 * 2048)) $ROOT/fixtures/ruler.iso back.iso
expect 0 rawcd read --device $SG --track 2 --main back.one
same_sound one.wav back.one
expect 0 rawcd read --device $SG --track 3 --main back.two
same_sound two.wav back.two
unplug
# The lead-in, the subcode and the lead-out are the drive's: what deviates would be the drive's fault.
recorded a.disc
expect 0 rawcd check recorded.raw
said 'nothing wrong'
"#,
};
