use super::Case;

pub(crate) const CASE: Case = Case {
    name: "unplugged",
    what: "link offline, drive unplugged in mid-burn: each burn ends and tells what became of the disc",
    needs: &[],
    seconds: 60,
    script: r#"
loopback=/sys/kernel/config/target/loopback
for fault in offline unplugged; do
    plug $fault.disc --speed 4 --kernel-timeout 5
    rawcd burn $ROOT/fixtures/ruler.iso --device $SG --yes >$fault.said 2>&1 &
    burner=$!
    until_true 15 written $fault.disc
    sleep 1
    case $fault in
    offline)
        # For a while; the writer insists on unlocking the tray.
        echo offline >$(echo $loopback/*/tpgt_1/transport_status)
        sleep 2
        echo online >$(echo $loopback/*/tpgt_1/transport_status)
        ;;
    unplugged) echo quit >one.orders ;;
    esac
    code=0
    wait $burner || code=$?
    cat $fault.said
    [ $code -eq 41 ] || fail "$fault: the burn ended with $code"
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
        ;;
    esac
    rawcd info --disc $fault.disc >said
    cat said
    said 'broken off'
done
"#,
};
