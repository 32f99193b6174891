use super::Case;

pub(crate) const CASE: Case = Case {
    name: "in-flight",
    what: "commands of several programs and threads in flight at once: each gets its own answer, and a burn among them is whole",
    needs: &[("sg_raw", "sg3-utils"), ("sgp_dd", "sg3-utils")],
    seconds: 60,
    script: r#"
plug_short a.disc --unlimited
# A burn by the block node, while others ask by the other: rawcd has the one it burns by to itself.
while test ! -e burned; do
    sg_inq $SG >/dev/null || echo inq >>refused
    sg_turs $SG >/dev/null || echo turs >>refused
done &
asker=$!
expect 0 rawcd burn $ROOT/fixtures/ruler.iso --device $SR --yes --verify
touch burned
wait $asker
test ! -e refused
reload a.disc
sg_turs $SG || true

# While nobody answers, eight programs ask for a sector each. The kernel counts what it sent and what came back.
counts=/sys/class/scsi_generic/${SG#/dev/}/device
count() {
    read -r sent <$counts/iorequest_cnt
    read -r back <$counts/iodone_cnt
    n_waiting=$((sent - back))
}
count
before=$n_waiting
eight_wait() {
    count
    [ $((n_waiting - before)) -ge 8 ]
}
kill -STOP $SERVE
askers=
for n in 1 2 3 4 5 6 7 8; do
    sg_raw -r 2048 -o got.$n $SG 28 00 00 00 00 $(printf %02x $((n * 30))) 00 00 01 00 &
    askers="$askers $!"
done
until_true 10 eight_wait
kill -CONT $SERVE
for asker in $askers; do
    wait $asker
done
for n in 1 2 3 4 5 6 7 8; do
    dd if=$ROOT/fixtures/ruler.iso of=want bs=2048 skip=$((n * 30)) count=1 status=none
    same want got.$n
done

# Eight threads on one open node.
expect 0 timeout 20 sgp_dd if=$SG of=back.iso bs=2048 count=330 bpt=1 thr=8
same $ROOT/fixtures/ruler.iso back.iso
unplug
"#,
};
