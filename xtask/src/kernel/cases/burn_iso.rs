use super::Case;

pub(crate) const CASE: Case = Case {
    name: "burn-iso",
    what: "an ISO burned through sg and through sr is verified, mounts, and its files are the same",
    needs: &[("xorriso", "xorriso")],
    seconds: 60,
    script: r#"
mkdir files
for n in 1 2 3; do
    head -c $((n * 77777)) /bin/bash >"files/file $n"
done
xorriso -as mkisofs -quiet -R -J -V KERNEL -o made.iso files
for way in sg sr; do
    plug $way.disc --unlimited
    [ $way = sg ] && node=$SG || node=$SR
    expect 0 rawcd burn made.iso --device $node --yes --verify
    # Until the disc is seen to change, the kernel remembers the blank one.
    order eject '^ejected'
    order "load $way.disc" '^loaded'
    mkdir -p /run/mounted
    mount -t iso9660 -o ro $SR /run/mounted
    diff -r files /run/mounted
    umount /run/mounted
    dd if=$SR of=back.iso bs=2048 count=$(($(stat -c %s made.iso) / 2048)) 2>/dev/null
    same made.iso back.iso
    unplug
done
# The way there leaves no trace on the disc, nor does the kernel.
same sg.disc sr.disc
expect 0 rawcd burn made.iso --disc without-kernel.disc
same sg.disc without-kernel.disc
"#,
};
