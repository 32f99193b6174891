use std::sync::{Arc, Mutex};
use std::time::Duration;

use cd_emulator::{Disc, DiscState, Medium, Profile, Recorder};
use cd_transport::{Clock, Data, Status, Transport, VirtualClock};

use super::{Shared, SharedRecorder};

const TEST_UNIT_READY: [u8; 6] = [0; 6];
/// BLANK, the whole disc, answered at once.
const BLANK: [u8; 12] = [0xA1, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn send(transport: &mut SharedRecorder, command: &[u8]) -> Status {
    let completion = transport.execute(command, Data::None, Duration::from_secs(7200));
    completion.unwrap().status
}

/// A program that asks every second of its own time must not have to ask for the twenty minutes a real drive takes.
#[test]
fn erasing_ends_for_a_host_that_only_asks() {
    let clock = Arc::new(VirtualClock::default());
    let mut recorder = Recorder::new(Profile::faithful(), Arc::clone(&clock));
    recorder.insert(Disc::blank(Medium::cd_rw_74()));
    let shared = Arc::new(Mutex::new(Shared::new(recorder, Some(Arc::clone(&clock)))));
    let mut transport = SharedRecorder(Arc::clone(&shared));
    send(&mut transport, &TEST_UNIT_READY);
    assert_eq!(send(&mut transport, &BLANK), Status::GOOD);
    let n_asked = (0..60).take_while(|_| send(&mut transport, &TEST_UNIT_READY) != Status::GOOD);
    let n_asked = n_asked.count();
    assert!((1..60).contains(&n_asked), "{n_asked}");
    assert!(clock.now() > Duration::from_secs(60));
    assert_eq!(
        shared.lock().unwrap().recorder.disc().map(Disc::state),
        Some(DiscState::Blank)
    );
}
