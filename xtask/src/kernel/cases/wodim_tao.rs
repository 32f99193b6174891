use super::Case;

pub(crate) const CASE: Case = Case {
    name: "wodim-tao",
    what: "wodim -tao: a data track and one of sound, fixated; the disc has what was sent, and a run-out that nobody reads",
    needs: &[("wodim", "wodim"), ("sox", "sox")],
    seconds: 60,
    script: r#"
sox -D -R -n -r 44100 -c 2 -b 16 one.wav synth 5 sine 300-3300
plug a.disc --unlimited
expect 0 wodim dev=$SG gracetime=2 -tao $ROOT/fixtures/ruler.iso -audio one.wav
# Two sectors of run-out and two seconds of pregap lie between them.
expect 0 wodim dev=$SG -toc
said 'track: *2 lba: *482 '
said 'track:lout lba: *859 '
order eject '^ejected'
order 'load a.disc' '^loaded'
dd if=$SR of=back.iso bs=2048 count=330 status=none
same $ROOT/fixtures/ruler.iso back.iso
# Reading ahead comes upon the run-out: all before it is there, and then an error.
dd if=$SR of=ahead.iso bs=2048 count=400 status=none && fail 'the run-out was read as data'
same $ROOT/fixtures/ruler.iso ahead.iso
unplug
# Link, run-in and run-out of the data track have marks in their mode byte.
finds a.disc 'main-mode'
tail -c +4097 a.disc >a.raw
expect 0 rawcd convert a.raw back.cue --lossy
tail -c +45 one.wav >one.pcm
dd if=back.bin of=one.back bs=2352 skip=482 count=375 status=none
same one.pcm one.back
"#,
};
