use super::Case;

pub(crate) const CASE: Case = Case {
    name: "rights",
    what: "an ordinary user is told what is missing; another program that holds the drive is told apart",
    needs: &[("setpriv", "util-linux"), ("sg_inq", "sg3-utils")],
    seconds: 60,
    script: r#"
as_nobody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
plug_short a.disc --unlimited
chmod 600 $SG $SR
for node in $SG $SR; do
    expect 20 as_nobody rawcd info --device $node
    said 'permission denied'
    said 'udev rule'
    expect 20 as_nobody rawcd burn $ROOT/fixtures/ruler.iso --device $node --yes
done
chgrp 24 $SG $SR
chmod 660 $SG $SR
expect 20 as_nobody rawcd info --device $SR
said 'usermod'
# Listing needs no rights.
expect 0 as_nobody rawcd info
said "$SR: RAWCD"
# In the group it goes, and a burn through the block node too: all its commands are among those that the kernel lets through there.
as_cdrom() {
    setpriv --reuid=65534 --regid=24 --clear-groups "$@"
}
expect 0 as_cdrom rawcd info --device $SG
expect 0 as_cdrom rawcd burn $ROOT/fixtures/ruler.iso --device $SR --yes
# What the kernel does not let through there is told as such.
expect 0 as_cdrom conformance $SR
said 'the system does not let unknown commands through'
expect 0 as_cdrom conformance $SG
# Serving is for root.
expect 20 as_nobody rawcd serve --name other
said 'run as root'
order status 'complete'

# Another program has the drive, by either node.
(
    exec 4<$SR
    flock --exclusive 4
    touch held
    exec sleep 8
) &
holder=$!
until_true 5 test -e held
for node in $SG $SR; do
    expect 21 rawcd info --device $node
    said 'in use'
    expect 21 rawcd burn $ROOT/fixtures/ruler.iso --device $node --yes
done
kill $holder
wait $holder || true
expect 0 rawcd info --device $SR

# Two recorders at once, and a name that is taken.
expect 21 rawcd serve c.disc --name one
said 'is there already'
first=$SR
DRIVE=two
plug_short b.disc --unlimited
test $SR != $first
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --device $SR --yes
unplug
DRIVE=one
expect 0 rawcd info --device $first
kill -TERM $(pgrep -x rawcd)
until_true 5 says one.said unplugged
"#,
};
