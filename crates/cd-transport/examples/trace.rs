//! Talks to a device of twenty lines, or to a real one, and shows every exchange.
//!
//! `cargo run -p cd-transport --example trace` shows a write whose answer gets lost on the way.
//! `cargo run -p cd-transport --example trace -- /dev/sr0` sends INQUIRY to a drive.

use std::io::{Error, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule, TextSink, Trace};
use cd_transport::{
    Clock, Completion, Data, Limits, SystemClock, Transport, TransportError, TransportErrorKind,
    VirtualClock, check_request, os,
};

const TIMEOUT: Duration = Duration::from_secs(30);
const TEST_UNIT_READY: [u8; 6] = [0; 6];
const INQUIRY: [u8; 6] = [0x12, 0, 0, 0, 36, 0];
const WRITE_10: [u8; 10] = [0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0];
/// Key 5 (ILLEGAL REQUEST), 20h/00h (invalid command operation code), fixed format.
const ILLEGAL_REQUEST: [u8; 14] = [0x70, 0, 5, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0x20, 0];

/// Says who it is, takes what it is sent, refuses the rest.
struct TinyDevice;

impl Transport for TinyDevice {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        _timeout: Duration,
    ) -> Result<Completion, TransportError> {
        check_request(command, &data, self.limits())?;
        Ok(match (command[0], data) {
            (0x00, Data::None) => Completion::good(0),
            (0x12, Data::In(buffer)) => {
                let answer = b"\x05\x80\x05\x02\x1FEXAMPLE TINY DEVICE";
                let n = answer.len().min(buffer.len());
                buffer[..n].copy_from_slice(&answer[..n]);
                Completion::good(n)
            }
            (0x2A, Data::Out(sectors)) => Completion::good(sectors.len()),
            _ => Completion::check_condition(&ILLEGAL_REQUEST),
        })
    }

    fn limits(&self) -> Limits {
        Limits {
            max_transfer: 65_536,
            alignment: 1,
        }
    }

    fn description(&self) -> String {
        "tiny device".to_owned()
    }
}

/// Shows what is said to `device` on standard output while `talk` runs.
fn traced(
    device: impl Transport,
    clock: Arc<dyn Clock>,
    talk: impl FnOnce(&mut dyn Transport),
) -> Result<(), Error> {
    println!("{}:", device.description());
    let mut trace = Trace::new(device, TextSink::new(stdout()), clock);
    talk(&mut trace);
    let (_, sink) = trace.into_parts();
    sink.finish().map(|_| ())
}

fn inquiry(device: &mut dyn Transport) {
    // What comes of it is in the trace.
    let _ = device.execute(&INQUIRY, Data::In(&mut [0; 36]), TIMEOUT);
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    if let Some(path) = std::env::args_os().nth(1) {
        let device = os::open_device(Path::new(&path)).map_err(Error::other)?;
        return traced(device, Arc::new(SystemClock::new()), inquiry);
    }
    let lost_answer = Rule {
        opcode: Some(WRITE_10[0]),
        occasion: Occasion::Nth(2),
        moment: Moment::After,
        effect: Effect::Error(TransportErrorKind::Timeout),
    };
    let plan = FaultPlan {
        seed: 1,
        rules: vec![lost_answer],
    };
    // On this clock the lost answer's thirty seconds pass at once.
    let clock: Arc<VirtualClock> = Arc::default();
    let device = Faulty::new(TinyDevice, &plan, Arc::clone(&clock) as Arc<dyn Clock>);
    traced(device, clock, |device| {
        inquiry(device);
        let _ = device.execute(&TEST_UNIT_READY, Data::None, TIMEOUT);
        for _ in 0..3 {
            let _ = device.execute(&WRITE_10, Data::Out(&[0; 2448]), TIMEOUT);
        }
        let _ = device.execute(&[0x6F; 12], Data::None, TIMEOUT);
    })
}
