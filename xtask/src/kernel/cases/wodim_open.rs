use super::Case;

pub(crate) const CASE: Case = Case {
    name: "wodim-open",
    what: "wodim -dummy writes nothing; -nofix leaves a session open, whose track is read; -fix closes it; a padded track is read whole",
    needs: &[("wodim", "wodim")],
    seconds: 40,
    script: r#"
plug_blank open.disc
for way in -tao -dao -raw96r; do
    expect 0 wodim dev=$SG speed=4 gracetime=2 -dummy $way $ROOT/fixtures/ruler.iso
    expect 0 rawcd info --device $SG
    said blank
done
expect 0 wodim dev=$SG gracetime=2 -tao -nofix $ROOT/fixtures/ruler.iso
reload open.disc
expect 0 rawcd info --device $SG
said 'a session that is still open'
# What the kernel takes for the disc's end is the track's.
dd if=$SR of=back.iso bs=2048 count=330 status=none
same $ROOT/fixtures/ruler.iso back.iso
expect 0 wodim dev=$SG -fix
reload open.disc
expect 0 wodim dev=$SG -toc
said 'track:lout'
# Block by block: a read that comes upon the run-out makes the kernel take the disc for shorter than it is, which is why
# discs burned track at once are padded.
dd if=$SR of=again.iso bs=2048 count=330 iflag=direct status=none
same $ROOT/fixtures/ruler.iso again.iso
unplug
finds open.disc 'linking-block'

# Padded, the run-out is out of the reach of whoever reads the data.
plug_blank padded.disc
expect 0 wodim dev=$SG gracetime=2 -tao -pad $ROOT/fixtures/ruler.iso
reload padded.disc
dd if=$SR of=padded.iso bs=2048 count=330 status=none
same $ROOT/fixtures/ruler.iso padded.iso
unplug
"#,
};
