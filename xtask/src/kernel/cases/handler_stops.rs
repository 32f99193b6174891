use super::Case;

pub(crate) const CASE: Case = Case {
    name: "handler-stops",
    what: "the drive's process stopped: a time-out is told as one, and it goes on where it was",
    needs: &[],
    seconds: 30,
    script: r#"
plug_short a.disc --unlimited --kernel-timeout 20
expect 0 conformance $SG
mkfifo go
conformance $SG 1 <go >timed.said 2>&1 &
timed=$!
exec 4>go
until_true 10 says timed.said 'is open'
stop_serving
echo >&4
until_true 15 has_given_up
kill -CONT $SERVE
code=0
wait $timed || code=$?
cat timed.said
[ $code -eq 1 ] || fail "it ended with $code"
grep -q 'timed out' timed.said
expect 0 conformance $SG

# Stopped in mid-burn for less than anybody's patience: nothing is lost.
rawcd burn $ROOT/fixtures/ruler.iso --device $SR --yes --verify >burn.said 2>&1 &
burner=$!
for i in 1 2 3; do
    sleep 0.3
    kill -STOP $SERVE
    sleep 0.3
    kill -CONT $SERVE
done
wait $burner || fail "the burn ended with $?: $(cat burn.said)"
cat burn.said
unplug
"#,
};
