use super::Case;

pub(crate) const CASE: Case = Case {
    name: "unplugged",
    what: "link offline and online again, drive unplugged, both in mid-burn: each burn ends and tells what became of the disc",
    needs: &[],
    seconds: 60,
    script: r#"
make_large
loopback=/sys/kernel/config/target/loopback
for fault in offline unplugged; do
    plug_short $fault.disc --unlimited
    rawcd burn large.iso --device $SG --yes >$fault.said 2>&1 &
    burner=$!
    until_true 15 written $fault.disc
    case $fault in
    offline)
        # For a while; the writer insists on unlocking the tray.
        echo offline >$(echo $loopback/*/tpgt_1/transport_status)
        sleep 1
        kill -0 $burner
        echo online >$(echo $loopback/*/tpgt_1/transport_status)
        ;;
    unplugged) echo quit >one.orders ;;
    esac
    code=0
    wait $burner || code=$?
    cat $fault.said
    [ $code -eq 41 ] || fail "$fault: the burn ended with $code"
    grep -q 'spoiled' $fault.said
    case $fault in
    offline)
        grep -q 'link to the device failed' $fault.said
        order status 'tray closed,'
        expect 0 rawcd info --device $SG
        unplug
        ;;
    unplugged)
        grep -q 'device is gone\|unplugged' $fault.said
        wait $SERVE
        test ! -e $SG
        expect 20 rawcd info --device $SG
        ;;
    esac
    expect 0 rawcd info --disc $fault.disc
    said 'broken off'
done
"#,
};
