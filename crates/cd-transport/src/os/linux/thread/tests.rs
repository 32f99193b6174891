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

/// Whether it may depends on who runs the tests; that it ends with the guard does not.
#[test]
fn a_turn_before_others_ends_with_its_guard() {
    let before = Scheduling::of_this_thread().unwrap();
    let first = RealTime::new();
    let during = Scheduling::of_this_thread().unwrap();
    assert_eq!(first.previous.is_some(), during != before);
    if first.previous.is_some() {
        assert_eq!((during.policy, during.priority), (libc::SCHED_RR, 1));
    }
    // Whoever has a claim keeps it as it is.
    drop(RealTime::new());
    assert_eq!(Scheduling::of_this_thread().unwrap(), during);
    // A thread has its own.
    let elsewhere = std::thread::spawn(Scheduling::of_this_thread);
    drop(first);
    assert_eq!(Scheduling::of_this_thread().unwrap(), before);
    assert!(elsewhere.join().unwrap().is_some());
}
