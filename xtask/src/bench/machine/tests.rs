use super::*;

#[test]
fn the_peak_is_read_in_bytes() {
    let check =
        |status: &str, expect: Option<u64>| assert_eq!(parse_peak(status), expect, "{status}");
    check(
        "VmPeak:\t  900 kB\nVmHWM:\t   12345 kB\nVmRSS:\t 1 kB\n",
        Some(12_641_280),
    );
    check("VmPeak:\t  900 kB\n", None);
    check("VmHWM:\t 12 MB\n", None);
    check("VmHWM:\t 99999999999999999999 kB\n", None);
}
