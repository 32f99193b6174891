use super::Case;

/// Nearly all of it is the minute that an ordinary command gets; meanwhile the other kernels have the computer.
pub(crate) const CASE: Case = Case {
    name: "timeout",
    what: "the drive falls silent while it erases: SG_IO gives up after a minute, and rawcd tells what the disc is now",
    needs: &[],
    // So many that its kernel gets no other case.
    seconds: 600,
    script: r#"
plug rw.disc --rw --speed 4 --kernel-timeout 300
rawcd blank --fast --device $SG --yes --trace trace >blank.said 2>&1 &
eraser=$!
# BLANK is answered at once; then the drive is asked twice a second how far it is.
erasing() {
    sed '1,/ cdb=A1/d' trace | grep ' cdb=0000'
}
until_true 20 erasing
stop_serving
# Meanwhile it erases to the end, which takes forty seconds, and nobody is told.
sleep 60
until_true 20 has_given_up
kill -CONT $SERVE
code=0
wait $eraser || code=$?
cat blank.said
[ $code -eq 41 ] || fail "it ended with $code"
grep -q 'timed out' blank.said
grep -q 'neither what it was nor blank' blank.said
grep -q 'kind=timeout' trace
# The drive goes on where it was, and another program may ask it.
order status 'blank, tray closed,'
expect 0 rawcd info --device $SG
unplug
"#,
};
