//! A drive from plugging in to unplugging.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cd_transport::Transport;

use crate::configfs::{Existing, RealTree, Setup};
use crate::error::PlugError;
use crate::event::Event;
use crate::options::{Nodes, Options};
use crate::ring::{Ring, RingError};
use crate::serve::{Observer, Server};
use crate::uio::{StopSignal, Uio, Woken};

const SYS: &str = "/sys";
const DEV: &str = "/dev";
const CONFIGFS: &str = "/sys/kernel/config";
/// How long the kernel gets to show what was asked for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const STEP: Duration = Duration::from_millis(10);
/// The size the kernel is told; it checks no address against it.
const DEVICE_BYTES: u64 = 1 << 30;
/// Memory for data on their way, in MiB: many of the largest requests, which have 1 MiB.
const DATA_AREA_MIB: u32 = 32;

/// A drive that the kernel of this computer shows, answered by a thread of this process.
///
/// Dropping it unplugs it; [`Drive::unplug`] does the same and tells of failures.
pub struct Drive<T> {
    nodes: Nodes,
    // Dropped in this order: while the drive is unplugged, the kernel's last commands want answers.
    fabric: Setup,
    serving: Serving<T>,
    backstore: Setup,
}

/// A drive that was unplugged.
#[derive(Debug)]
pub struct Unplugged<T> {
    /// The transport that stood behind it.
    pub transport: T,
    /// How many commands it was given.
    pub n_commands: u64,
}

impl<T: Transport + 'static> Drive<T> {
    /// Shows `transport` to the kernel as a drive, and returns when its nodes are there.
    ///
    /// `observer` is called on the answering thread with what happens beside commands.
    ///
    /// # Errors
    /// [`PlugError`]; what had been set up is taken away again.
    pub fn plug_in(
        transport: T,
        options: &Options,
        observer: impl FnMut(&mut T, &Event) + Send + 'static,
    ) -> Result<Self, PlugError> {
        let paths = Paths::new(&options.name)?;
        check_kernel(&paths)?;
        let existing = match options.take_over {
            true => Existing::Adopt,
            false => Existing::Refuse,
        };
        // Whoever has the ring is alive: then nothing of it may be touched, let alone taken away.
        let left = match existing {
            Existing::Adopt => Some(open_uio(&paths, Duration::ZERO)?),
            Existing::Refuse => None,
        };
        let mut backstore = Setup::new(RealTree, existing);
        make_backstore(&mut backstore, &paths, options)?;
        let uio = match left {
            Some(uio) => uio,
            None => open_uio(&paths, PATIENCE)?,
        };
        let serving = Serving::start(uio, transport, options, Box::new(observer))?;
        let mut fabric = Setup::new(RealTree, existing);
        make_fabric(&mut fabric, &paths)?;
        let address = fabric.read(&paths.tpg.join("address"))?;
        let nodes = wait_for_nodes(&address)?;
        Ok(Self {
            nodes,
            fabric,
            serving,
            backstore,
        })
    }

    /// Where programs find the drive.
    #[must_use]
    pub const fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// How many commands were answered so far.
    #[must_use]
    pub fn n_commands(&self) -> u64 {
        self.serving.shared.n_commands.load(Ordering::Relaxed)
    }

    /// Whether commands are still answered. If not, [`Drive::unplug`] tells why.
    #[must_use]
    pub fn is_serving(&self) -> bool {
        !self.serving.is_finished()
    }

    /// Takes the drive away from the kernel and undoes the set-up. Commands that are under way are answered first;
    /// programs that have the drive open get errors from then on.
    ///
    /// # Errors
    /// The first thing that could not be taken away, or why the answering thread had come to an end. Everything else
    /// is taken away all the same.
    pub fn unplug(mut self) -> Result<Unplugged<T>, PlugError> {
        let fabric = self.fabric.undo();
        let n_commands = self.n_commands();
        let transport = self.serving.end();
        let backstore = self.backstore.undo();
        let transport = transport?;
        fabric.and(backstore)?;
        Ok(Unplugged {
            transport,
            n_commands,
        })
    }
}

/// Where the parts of a drive are in configfs.
struct Paths {
    name: String,
    target: PathBuf,
    hba: PathBuf,
    device: PathBuf,
    loopback: PathBuf,
    naa: PathBuf,
    tpg: PathBuf,
    lun: PathBuf,
    port: PathBuf,
    initiator: String,
}

impl Paths {
    fn new(name: &str) -> Result<Self, PlugError> {
        let is_good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(is_good) {
            let name = name.to_owned();
            return Err(PlugError::BadName { name });
        }
        let target = Path::new(CONFIGFS).join("target");
        let hba = target.join("core/user_0");
        let loopback = target.join("loopback");
        // Two names of type 3 (locally assigned), for the two ends of the link.
        let number = address_of(name) & 0x0FFF_FFFF_FFFF_FFF0;
        let naa = loopback.join(format!("naa.3{number:015x}"));
        let tpg = naa.join("tpgt_1");
        let lun = tpg.join("lun/lun_0");
        Ok(Self {
            name: name.to_owned(),
            device: hba.join(name),
            port: lun.join("port"),
            initiator: format!("naa.3{:015x}", number | 1),
            target,
            hba,
            loopback,
            naa,
            tpg,
            lun,
        })
    }
}

/// A number of 60 bits that is the same for the same name (FNV-1a).
fn address_of(name: &str) -> u64 {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash >> 4
}

/// Whether the kernel has what is needed.
fn check_kernel(paths: &Paths) -> Result<(), PlugError> {
    let configfs = Path::new(CONFIGFS);
    if !configfs.is_dir() {
        let path = configfs.to_path_buf();
        return Err(PlugError::NoConfigfs { path });
    }
    for (module, path) in [
        (
            "target_core_user",
            Path::new(SYS).join("module/target_core_user"),
        ),
        ("tcm_loop", Path::new(SYS).join("module/tcm_loop")),
    ] {
        if !path.exists() {
            return Err(PlugError::NoModule { module });
        }
    }
    // Modules may be there while the file system that configures them is not mounted.
    match paths.target.is_dir() {
        true => Ok(()),
        false => Err(PlugError::NoConfigfs {
            path: configfs.to_path_buf(),
        }),
    }
}

/// The device whose commands come to this process.
fn make_backstore(setup: &mut Setup, paths: &Paths, options: &Options) -> Result<(), PlugError> {
    setup.shared_folder(&paths.hba)?;
    let is_new = setup.folder(&paths.device)?;
    let name = &paths.name;
    let enable = paths.device.join("enable");
    if !is_new && setup.read(&enable)? == "1" {
        return Ok(());
    }
    // No listener on netlink has to agree (-1): this process finds the ring by itself.
    let control = format!(
        "dev_config=rawcd/{name},dev_size={DEVICE_BYTES},hw_block_size={},\
         nl_reply_supported=-1,max_data_area_mb={DATA_AREA_MIB}",
        options.block_bytes
    );
    setup.write(&paths.device.join("control"), &control)?;
    setup.write(&enable, "1")?;
    let seconds = options.kernel_timeout.as_nanos().div_ceil(1_000_000_000);
    setup.write(
        &paths.device.join("attrib/cmd_time_out"),
        &seconds.to_string(),
    )?;
    // Notices of resets exist since Linux 5.9.
    setup.try_write(&paths.device.join("attrib/tmr_notification"), "1");
    Ok(())
}

/// The adapter that shows the device to this very computer.
fn make_fabric(setup: &mut Setup, paths: &Paths) -> Result<(), PlugError> {
    setup.shared_folder(&paths.loopback)?;
    setup.folder(&paths.naa)?;
    setup.folder(&paths.tpg)?;
    let nexus = paths.tpg.join("nexus");
    match setup.write(&nexus, &paths.initiator) {
        Ok(()) => {}
        // An adopted one has its nexus.
        Err(_) if setup.read(&nexus).is_ok_and(|is| is == paths.initiator) => {}
        Err(error) => return Err(error),
    }
    setup.folder(&paths.lun)?;
    setup.link(&paths.device, &paths.port)?;
    Ok(())
}

/// Opens the ring's device, which must show within `patience`.
fn open_uio(paths: &Paths, patience: Duration) -> Result<Uio, PlugError> {
    let prefix = format!("tcm-user/0/{}/", paths.name);
    let start = Instant::now();
    loop {
        let found = Uio::find(Path::new(SYS), Path::new(DEV), &prefix)
            .map_err(|error| PlugError::at("look into", Path::new("/sys/class/uio"), &error))?;
        if let Some((node, sysfs)) = found
            && (node.exists() || start.elapsed() >= patience)
        {
            return Uio::open(&node, &sysfs).map_err(|error| match error.kind() {
                io::ErrorKind::ResourceBusy => PlugError::InUse { path: node.clone() },
                _ => PlugError::at("open", &node, &error),
            });
        }
        if patience.is_zero() {
            let path = paths.device.clone();
            return Err(PlugError::NothingLeft { path });
        }
        if start.elapsed() >= patience {
            return Err(PlugError::NotShown {
                what: "/dev/uioN",
                seconds: patience.as_secs(),
                advice: "the kernel module uio makes it",
            });
        }
        thread::sleep(STEP);
    }
}

/// The nodes of the device that the loopback adapter has at `address` (host, channel, target).
fn wait_for_nodes(address: &str) -> Result<Nodes, PlugError> {
    let device = format!("class/scsi_device/{address}:0/device");
    let device = Path::new(SYS).join(device);
    let is_loaded = |module: &str| Path::new(SYS).join("module").join(module).exists();
    let start = Instant::now();
    loop {
        let nodes = Nodes {
            sg: node_in(&device.join("scsi_generic")),
            block: node_in(&device.join("block")),
        };
        let is_whole = (nodes.sg.is_some() || !is_loaded("sg"))
            && (nodes.block.is_some() || !is_loaded("sr_mod"));
        let is_late = start.elapsed() >= PATIENCE;
        match nodes {
            Nodes {
                sg: None,
                block: None,
            } if is_late || is_whole => {
                return Err(PlugError::NotShown {
                    what: "/dev/sgN or /dev/srN",
                    seconds: start.elapsed().as_secs(),
                    advice: "run `modprobe -a sg sr_mod`",
                });
            }
            nodes if is_whole || is_late => return Ok(nodes),
            _ => thread::sleep(STEP),
        }
    }
}

/// The node named in this folder of sysfs, once it is there.
fn node_in(folder: &Path) -> Option<PathBuf> {
    let entry = fs::read_dir(folder).ok()?.next()?.ok()?;
    Some(Path::new(DEV).join(entry.file_name())).filter(|node| node.exists())
}

/// What the answering thread shares with its owner.
struct Shared {
    stop: StopSignal,
    is_stopped: AtomicBool,
    n_commands: AtomicU64,
}

/// The answering thread; ended and joined when dropped.
struct Serving<T> {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<T, PlugError>>>,
}

impl<T: Transport + 'static> Serving<T> {
    fn start(
        uio: Uio,
        transport: T,
        options: &Options,
        observer: Observer<T>,
    ) -> Result<Self, PlugError> {
        let failed = |error| PlugError::at("share memory with", Path::new("/dev/uio"), &error);
        let ring = uio.map().map_err(failed)?;
        let ring = Ring::new(ring)?;
        let shared = Arc::new(Shared {
            stop: StopSignal::new().map_err(failed)?,
            is_stopped: AtomicBool::new(false),
            n_commands: AtomicU64::new(0),
        });
        let server = Server::new(ring, transport, options.transport_timeout);
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name(format!("tcmu {}", options.name))
            .spawn(move || serve(server, &uio, &theirs, observer))
            .map_err(failed)?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }
}

impl<T> Serving<T> {
    fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn end(&mut self) -> Result<T, PlugError> {
        self.shared.is_stopped.store(true, Ordering::Release);
        self.shared.stop.give();
        let thread = self.thread.take().ok_or(PlugError::Panicked)?;
        thread.join().unwrap_or(Err(PlugError::Panicked))
    }
}

impl<T> Drop for Serving<T> {
    fn drop(&mut self) {
        if self.thread.is_some() {
            // Whoever wants to know how it went has called it before.
            let _ = self.end();
        }
    }
}

impl From<RingError> for PlugError {
    fn from(error: RingError) -> Self {
        Self::Ring {
            what: error.to_string(),
        }
    }
}

/// Answers commands until told to stop.
fn serve<T: Transport>(
    mut server: Server<T>,
    uio: &Uio,
    shared: &Shared,
    mut observer: Observer<T>,
) -> Result<T, PlugError> {
    let failed = |error| PlugError::at("talk to", Path::new("/dev/uio"), &error);
    loop {
        // First of all what a handler before this one has left.
        server.answer_waiting(&shared.is_stopped, &mut observer, || {
            shared.n_commands.fetch_add(1, Ordering::Relaxed);
            uio.answered().map_err(failed)
        })?;
        match uio.wait(&shared.stop).map_err(failed)? {
            Woken::Ring => {}
            Woken::Stop => return Ok(server.transport),
        }
    }
}
