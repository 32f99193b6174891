use super::Case;

pub(crate) const CASE: Case = Case {
    name: "cdrskin-sao",
    what: "cdrskin -sao: an ISO by cue sheet; the disc is the one that our own burn of it makes",
    needs: &[("cdrskin", "cdrskin")],
    seconds: 60,
    script: r#"
plug a.disc --unlimited
expect 0 cdrskin dev=$SR gracetime=0 -sao $ROOT/fixtures/ruler.iso
unplug
tail -c +4097 a.disc >a.raw
expect 0 rawcd check a.raw
said 'nothing wrong'
expect 0 rawcd convert a.raw back.iso
same $ROOT/fixtures/ruler.iso back.iso
# What the drive makes of the cue sheet is what our author makes of the same image.
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --disc ours.disc
same a.disc ours.disc
"#,
};
