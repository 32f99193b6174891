use super::Case;

pub(crate) const CASE: Case = Case {
    name: "cdrskin-sao",
    what: "cdrskin -sao: an ISO by cue sheet; the disc is the one that our own burn of it makes",
    needs: &[("cdrskin", "cdrskin")],
    seconds: 60,
    script: r#"
plug_blank a.disc
expect 0 cdrskin dev=$SR gracetime=0 -sao $ROOT/fixtures/ruler.iso
reload a.disc
expect 0 rawcd read --device $SG --track 1 --user-data back.iso
same $ROOT/fixtures/ruler.iso back.iso
unplug
recorded a.disc
expect 0 rawcd check recorded.raw
said 'nothing wrong'
# What the drive makes of the cue sheet is what our author makes of the same image.
expect 0 rawcd new-disc ours.disc --lead-in 98:50:00
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --disc ours.disc
same a.disc ours.disc
"#,
};
