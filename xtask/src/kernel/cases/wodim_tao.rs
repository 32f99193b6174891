use super::Case;

pub(crate) const CASE: Case = Case {
    name: "wodim-tao",
    what: "wodim -tao: a data track and one of sound, fixated; the disc has what was sent, and a run-out that nobody reads",
    needs: &[("wodim", "wodim"), ("sox", "sox")],
    seconds: 60,
    script: r#"
sox -D -R -n -r 44100 -c 2 -b 16 one.wav synth 5 sine 300-3300
plug_blank a.disc
expect 0 wodim dev=$SG gracetime=2 -tao $ROOT/fixtures/ruler.iso -audio one.wav
# Two sectors of run-out and two seconds of pregap lie between them.
expect 0 wodim dev=$SG -toc
said 'track: *2 lba: *482 '
said 'track:lout lba: *859 '
reload a.disc
dd if=$SR of=back.iso bs=2048 count=330 status=none
same $ROOT/fixtures/ruler.iso back.iso
# Reading ahead comes upon the run-out: all before it is there, and then an error.
dd if=$SR of=ahead.iso bs=2048 count=400 status=none && fail 'the run-out was read as data'
same $ROOT/fixtures/ruler.iso ahead.iso
# Behind the sound lie the two sectors of run-out.
expect 0 rawcd read --device $SG --track 2 --main back.one
cmp -i 44:0 -n $((375 * 2352)) one.wav back.one
unplug
# Link, run-in and run-out of the data track have marks in their mode byte.
finds a.disc 'linking-block'
"#,
};
