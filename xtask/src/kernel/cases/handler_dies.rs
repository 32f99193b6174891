use super::Case;

/// What the kernel gives up is what nobody answers after the kill: the WRITE, then the flush, the look at the disc and the
/// unlocking, which is tried for five seconds.
pub(crate) const CASE: Case = Case {
    name: "handler-dies",
    what: "the drive's process killed in mid-burn: the burn ends and tells; another takes the drive over",
    needs: &[("sg_inq", "sg3-utils")],
    seconds: 60,
    script: r#"
make_large
plug_short a.disc --unlimited --kernel-timeout 1
rawcd burn large.iso --device $SG --yes >burn.said 2>&1 &
burner=$!
until_true 15 written a.disc
kill -KILL $SERVE
code=0
wait $burner || code=$?
cat burn.said
[ $code -eq 41 ] || fail "the burn ended with $code"
grep -q 'spoiled\|not blank' burn.said
# The drive is there still, and answers by the kernel's mouth.
test -e $SG
! sg_inq $SG >said 2>&1 || fail "somebody answered"
# Its name is taken, until somebody takes it over.
expect 21 rawcd serve a.disc --name one
said 'take-over\|take it over'
sg=$SG
plug a.disc --unlimited --take-over
test $SG = $sg
order status 'interrupted'
order eject ejected
expect 0 rawcd new-disc b.disc --lead-in 99:59:00
order 'load b.disc' loaded
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --device $SG --yes
# The handler that lives is not pushed aside.
expect 21 rawcd serve c.disc --name one --take-over
said 'in use'
unplug
test ! -e /sys/kernel/config/target/core/user_0/one
"#,
};
