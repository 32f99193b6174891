use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cd_emulator::{Disc, Medium, Profile, Recorder};
use cd_transport::{
    Completion, Data, Limits, Status, Transport, TransportError, TransportErrorKind, VirtualClock,
};

use super::{Observer, Server, told};
use crate::event::{Event, Reset};
use crate::ring::RingError;
use crate::ring::tests::{Answered, DATA, Kernel, ring_at};

const TIMEOUT: Duration = Duration::from_secs(30);
const INQUIRY: [u8; 6] = [0x12, 0, 0, 0, 96, 0];
const MODE_SENSE: [u8; 10] = [0x5A, 0, 0x05, 0, 0, 0, 0, 0, 60, 0];
const WRITE: [u8; 10] = [0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0];

/// Takes what it is sent, fills what it is asked for with 7, but for the last byte; keeps the addresses it was lent.
struct Device {
    limits: Limits,
    seen: Vec<(Vec<u8>, Vec<u8>)>,
    answer: Result<Completion, TransportError>,
}

impl Device {
    fn new(alignment: usize) -> Self {
        Self {
            limits: Limits {
                max_transfer: 1 << 20,
                alignment,
            },
            seen: Vec::new(),
            answer: Ok(Completion::good(0)),
        }
    }
}

impl Transport for Device {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        assert_eq!(timeout, TIMEOUT);
        cd_transport::check_request(command, &data, self.limits)?;
        let mut completion = self.answer.clone()?;
        let sent = match &mut data {
            Data::None => Vec::new(),
            Data::Out(bytes) => bytes.to_vec(),
            Data::In(bytes) => {
                bytes.fill(7);
                completion.transferred = bytes.len() - 1;
                Vec::new()
            }
        };
        self.seen.push((command.to_vec(), sent));
        Ok(completion)
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn description(&self) -> String {
        "device".to_owned()
    }
}

/// Answers all that waits; what the kernel then sees of the entries at `at`.
fn serve<T: Transport>(server: &mut Server<T>, at: &[u32]) -> (Vec<Answered>, Vec<Event>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let mut observer: Observer<T> =
        Box::new(move |_, event| seen.lock().unwrap().push(event.clone()));
    let never = AtomicBool::new(false);
    let mut n_told = 0;
    server
        .answer_waiting(&never, &mut observer, || {
            n_told += 1;
            Ok::<_, RingError>(())
        })
        .unwrap();
    assert!(n_told >= at.len());
    let answers = at.iter().map(|at| Kernel::answer(&server.ring, *at));
    let events = events.lock().unwrap().clone();
    (answers.collect(), events)
}

/// In one piece and in several, at even and odd places, for a device that is particular about them and one that is not.
#[test]
fn data_reach_the_device_whole_and_aligned() {
    let sent: Vec<u8> = (0..=255).collect();
    for alignment in [1, 4, 512] {
        for pieces in [
            &[(DATA, 256)][..],
            &[(DATA + 1, 256)],
            &[(DATA + 3, 100), (DATA + 1024, 1), (DATA + 2048, 155)],
        ] {
            let (ring, mut kernel) = ring_at(0);
            let mut server = Server::new(ring, Device::new(alignment), TIMEOUT);
            let at = kernel.command(&mut server.ring, &WRITE, pieces);
            let Ok(Some(crate::ring::Waiting::Command(request))) = server.ring.next() else {
                panic!("no command");
            };
            server.ring.scatter(&request, &sent).unwrap();
            let (answers, _) = serve(&mut server, &[at]);
            assert_eq!((answers[0].status, answers[0].uflags), (0, 0));
            assert_eq!(server.transport.seen, [(WRITE.to_vec(), sent.clone())]);
            assert!(kernel.is_idle(&server.ring));

            let at = kernel.command(&mut server.ring, &INQUIRY, pieces);
            let request = match server.ring.next() {
                Ok(Some(crate::ring::Waiting::Command(request))) => request,
                other => panic!("{other:?}"),
            };
            let (answers, _) = serve(&mut server, &[at]);
            assert_eq!(
                (answers[0].status, answers[0].uflags, answers[0].read_len),
                (0, 2, 255)
            );
            let mut read = [0xFF; 256];
            server.ring.gather(&request, &mut read).unwrap();
            assert_eq!(read[..255], [7; 255]);
            // What the device did not fill is nothing of anybody else's.
            assert_eq!(read[255], 0);
        }
    }
}

#[test]
fn several_commands_are_answered_in_their_order() {
    let (ring, mut kernel) = ring_at(600);
    let mut server = Server::new(ring, Device::new(1), TIMEOUT);
    let cdbs = [
        [0_u8, 1, 0, 0, 0, 0],
        [0, 2, 0, 0, 0, 0],
        [0, 3, 0, 0, 0, 0],
    ];
    let at = cdbs.map(|cdb| kernel.command(&mut server.ring, &cdb, &[]));
    let (answers, events) = serve(&mut server, &at);
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 0 && answer.uflags == 0)
    );
    let seen: Vec<_> = server
        .transport
        .seen
        .iter()
        .map(|(cdb, _)| cdb.clone())
        .collect();
    assert_eq!(seen, cdbs);
    assert!(events.is_empty());
}

#[test]
fn a_stop_leaves_what_waits() {
    let (ring, mut kernel) = ring_at(0);
    let mut server = Server::new(ring, Device::new(1), TIMEOUT);
    kernel.command(&mut server.ring, &[0; 6], &[]);
    kernel.command(&mut server.ring, &[0; 6], &[]);
    let stop = AtomicBool::new(false);
    let mut observer: Observer<Device> = Box::new(|_, _| ());
    let n_commands = server.answer_waiting(&stop, &mut observer, || {
        stop.store(true, Ordering::Release);
        Ok::<_, RingError>(())
    });
    assert_eq!(n_commands, Ok(1));
    assert!(!kernel.is_idle(&server.ring));
}

#[test]
fn what_happens_beside_commands_is_told() {
    let (ring, mut kernel) = ring_at(0);
    let mut server = Server::new(ring, Device::new(1), TIMEOUT);
    kernel.put(&mut server.ring, 2, 32, &[1; 24]);
    kernel.put(&mut server.ring, 2, 32, &[5; 24]);
    kernel.put(&mut server.ring, 6, 32, &[0; 24]);
    let at = kernel.command(&mut server.ring, &[0x7F; 6], &[]);
    let (answers, events) = serve(&mut server, &[at]);
    assert_eq!(answers[0].status, 2);
    assert_eq!((answers[0].sense[2], answers[0].sense[12]), (5, 0x20));
    assert_eq!(events[0], Event::Reset(Reset::Commands));
    assert_eq!(events[1], Event::Reset(Reset::Device));
    assert_eq!(events[2], Event::UnknownEntry { op: 6 });
    assert!(matches!(events[3], Event::Malformed { .. }));
    assert!(kernel.is_idle(&server.ring));
}

#[test]
fn a_transport_without_a_status_is_told_as_a_device_would() {
    use TransportErrorKind as Kind;
    for (kind, expect) in [
        (Kind::Timeout, (2, 0x04, 0x08, 0x01)),
        (Kind::DeviceGone, (2, 0x02, 0x08, 0x00)),
        (Kind::NoSuchDevice, (2, 0x02, 0x08, 0x00)),
        (Kind::Host, (2, 0x04, 0x08, 0x00)),
        (Kind::InvalidRequest, (2, 0x05, 0x24, 0x00)),
        (Kind::Unsupported, (2, 0x05, 0x20, 0x00)),
        (Kind::PermissionDenied, (2, 0x05, 0x20, 0x00)),
        (Kind::InUse, (8, 0, 0, 0)),
    ] {
        let (ring, mut kernel) = ring_at(0);
        let mut server = Server::new(ring, Device::new(1), TIMEOUT);
        let error = TransportError::new(kind, "because");
        server.transport.answer = Err(error.clone());
        let at = kernel.command(&mut server.ring, &INQUIRY, &[(DATA, 96)]);
        let (answers, events) = serve(&mut server, &[at]);
        let sense = &answers[0].sense;
        assert_eq!(
            (answers[0].status, sense[2], sense[12], sense[13]),
            expect,
            "{kind}"
        );
        assert_eq!(answers[0].read_len, 0);
        assert_eq!(events, [Event::NoStatus(error.clone())]);
        assert_eq!(told(&error).status.0, expect.0);
    }
}

#[test]
fn a_request_larger_than_the_transport_takes_is_refused_by_it() {
    let (ring, mut kernel) = ring_at(0);
    let mut device = Device::new(1);
    device.limits.max_transfer = 16;
    let mut server = Server::new(ring, device, TIMEOUT);
    let at = kernel.command(&mut server.ring, &WRITE, &[(DATA, 17)]);
    let (answers, _) = serve(&mut server, &[at]);
    assert_eq!((answers[0].status, answers[0].sense[12]), (2, 0x24));
}

/// The emulated recorder, asked over the ring as a kernel asks.
#[test]
fn a_recorder_answers_over_the_ring() {
    let (ring, mut kernel) = ring_at(0);
    let mut recorder = Recorder::new(Profile::faithful(), Arc::new(VirtualClock::default()));
    recorder.insert(Disc::blank(Medium::cd_r_80()));
    let mut server = Server::new(ring, recorder, TIMEOUT);
    let attention = kernel.command(&mut server.ring, &[0; 6], &[]);
    let inquiry = kernel.command(&mut server.ring, &INQUIRY, &[(DATA, 96)]);
    let page = kernel.command(
        &mut server.ring,
        &MODE_SENSE,
        &[(DATA + 96, 30), (DATA + 512, 30)],
    );
    let (answers, events) = serve(&mut server, &[attention, inquiry, page]);
    assert_eq!(
        (answers[0].status, answers[0].sense[2] & 0x0F),
        (Status::CHECK_CONDITION.0, 6)
    );
    let n_read = usize::try_from(answers[1].read_len).unwrap();
    assert!((36..=96).contains(&n_read), "{n_read}");
    assert_eq!((answers[1].status, answers[2].status), (0, 0));
    assert!(answers[2].read_len > 30);
    assert_eq!(events, []);
    let name = kernel.command(&mut server.ring, &INQUIRY, &[(DATA, 96)]);
    let Ok(Some(crate::ring::Waiting::Command(request))) = server.ring.next() else {
        panic!("no command");
    };
    serve(&mut server, &[name]);
    let data = server.ring.lend(&request, 1).unwrap();
    assert_eq!(&data[8..13], b"RAWCD");
}
