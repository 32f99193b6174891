use super::Case;

pub(crate) const CASE: Case = Case {
    name: "info",
    what: "the kernel shows the recorder as sg and sr, and both say what it is",
    needs: &[("sg_inq", "sg3-utils")],
    seconds: 20,
    script: r#"
plug a.disc --unlimited
rawcd info | tee listed
grep -q "^$SR: RAWCD VIRTUAL RECORDER" listed
for node in $SG $SR; do
    expect 0 rawcd info --device $node
    rawcd info --device $node | grep -q 'lead-in by ATIP *97:34:23'
done
sg_inq $SG | grep -q 'Vendor identification: RAWCD'
unplug
# Nothing is left of it, and the disc is as it was.
test ! -e $SG
test ! -e /sys/kernel/config/target/core/user_0
test -z "$(ls /sys/kernel/config/target/loopback 2>/dev/null)"
expect 0 rawcd info --disc a.disc
"#,
};
