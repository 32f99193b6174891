use super::Case;

pub(crate) const CASE: Case = Case {
    name: "handler-dies",
    what: "the drive's process killed in mid-burn: the burn ends and tells; another takes the drive over",
    needs: &[("sg_inq", "sg3-utils")],
    // Most of it is waiting for the kernel to give up commands that nobody answers.
    seconds: 100,
    script: r#"
plug a.disc --speed 4 --kernel-timeout 3
rawcd burn $ROOT/fixtures/ruler.iso --device $SG --yes >burn.said 2>&1 &
burner=$!
until_true 15 written a.disc
sleep 1
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
order eject '^ejected'
order 'load b.disc' '^loaded'
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --device $SG --yes
# The handler that lives is not pushed aside.
expect 21 rawcd serve c.disc --name one --take-over
said 'in use'
unplug
test ! -e /sys/kernel/config/target/core/user_0/one
"#,
};
