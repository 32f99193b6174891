use super::*;

/// The signals held back from this thread, as the kernel shows them.
fn blocked() -> String {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("SigBlk:"));
    line.unwrap().to_owned()
}

#[test]
fn signals_are_held_during_a_call_and_only_then() {
    let before = blocked();
    let held = SignalsHeld::new();
    let during = blocked();
    // Whoever comes second changes nothing, nor does its end.
    drop(SignalsHeld::new());
    assert_eq!(blocked(), during);
    drop(held);
    assert_eq!(blocked(), before);
    drop(SignalsHeld::new());
    assert_eq!(blocked(), before);
    let mask = u64::from_str_radix(during.trim_start_matches("SigBlk:").trim(), 16).unwrap();
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGTSTP, libc::SIGCHLD] {
        assert_ne!(mask & (1 << (signal - 1)), 0, "signal {signal} in {mask:x}");
    }
}
