use super::Case;

pub(crate) const CASE: Case = Case {
    name: "burn-iso",
    what: "an ISO, authored on the way and from a raw file, through sg and through sr: one disc, verified; it mounts, its files are the same",
    needs: &[("xorriso", "xorriso")],
    seconds: 60,
    script: r#"
mkdir files
for n in 1 2 3; do
    head -c $((n * 77777)) /bin/bash >"files/file $n"
done
xorriso -as mkisofs -quiet -R -J -V KERNEL -o made.iso files
# Begins a second before the medium does.
expect 0 rawcd convert made.iso made.raw --lead-in 99:58:00
burn_every_way made.iso made.raw
mkdir -p /run/mounted
mount -t iso9660 -o ro $SR /run/mounted
diff -r files /run/mounted
# While it is mounted nobody else gets it, by either node.
for node in $SG $SR; do
    expect 21 rawcd info --device $node
    said 'mounted'
done
umount /run/mounted
dd if=$SR of=back.iso bs=2048 count=$(($(stat -c %s made.iso) / 2048)) status=none
same made.iso back.iso
unplug
"#,
};
