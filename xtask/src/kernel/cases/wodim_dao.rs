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
plug a.disc --unlimited
expect 0 wodim dev=$SG gracetime=2 -dao -pad $ROOT/fixtures/ruler.iso -audio one.wav two.wav
expect 0 wodim dev=$SG -toc
said 'track: *2 lba: *600 '
said 'track: *3 lba: *1200 '
unplug
# The lead-in, the subcode and the lead-out are the drive's: what deviates would be the drive's fault.
tail -c +4097 a.disc >a.raw
expect 0 rawcd check a.raw
said 'nothing wrong'
expect 0 rawcd convert a.raw back.cue --lossy
# wodim puts 255 sectors before the first sound, and has the last two seconds of a track be the gap before the next.
tail -c +45 one.wav >one.pcm
tail -c +45 two.wav >two.pcm
dd if=back.bin of=one.back bs=2352 skip=600 count=600 status=none
dd if=back.bin of=two.back bs=2352 skip=1200 count=450 status=none
same one.pcm one.back
same two.pcm two.back
"#,
};
