//! The sectors case: programs of others read data sectors that are made here.
//!
//! `chdman` leaves sync and parity out of its files where they are what it would make of the rest, and makes them anew
//! when it gives the sectors back: from the length of its file one sees whether it found them right, and equal sectors
//! coming back are parity of its own making. `bchunk` and `cd-info` find the user data where they expect it.

use std::fs;
use std::path::Path;

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, Payload, SectorKind, Subheader, encode};
use xshell::Shell;

use super::judge::{ask, require};
use crate::{Result, project};

/// The ISO that the Debian package `ipxe` installs; its user data is well mixed.
const IMAGE: &str = "/usr/lib/ipxe/ipxe.iso";
/// The name of its volume, which `cd-info` has to find.
const VOLUME: &str = "ISOIMAGE";
const USER_BYTES: usize = 2048;
/// Sectors of the image that are taken.
const N_SECTORS: usize = 400;
/// Bytes that a sector with wrong parity costs in `chdman`'s file beyond a right one: its parity, which does not compress,
/// and up to a hundred for its sync and for how the rest is packed.
const COST: std::ops::RangeInclusive<u64> = 276..=376;

/// Makes sectors with parity of both kinds, right ones and wrong ones, and asks.
pub(super) fn check(_: &Shell) -> Result<()> {
    require("chdman", "mame-tools")?;
    require("bchunk", "bchunk")?;
    require("cd-info", "libcdio-utils")?;
    let iso = fs::read(IMAGE).map_err(|error| {
        format!("{IMAGE}: {error}; install the Debian package `ipxe` (apt-get install ipxe)")
    })?;
    let user: Vec<_> = iso.as_chunks().0.iter().copied().take(N_SECTORS).collect();
    let mut scratch = project::Scratch::new("sectors")?;
    let dir = scratch.path().to_path_buf();
    let judged = [SectorKind::Mode1, SectorKind::Mode2Form1]
        .into_iter()
        .try_for_each(|kind| {
            judge(kind, &user, &dir).map_err(|error| format!("{kind}: {error}").into())
        });
    if judged.is_err() {
        scratch.keep();
    }
    judged
}

fn judge(kind: SectorKind, user: &[[u8; USER_BYTES]], dir: &Path) -> Result<()> {
    let right = sectors(kind, user)?;
    let sheet = write(dir, kind, "right", &right)?;

    let compressed = chd(dir, "right")?;
    let back = extract(dir)?;
    if back != right {
        return Err("chdman makes other sectors of the same user data".into());
    }
    println!("chdman's sectors, with parity of its own, are the same");
    // A byte of P, of Q, and the last one: each makes its own sector be kept whole, and no other.
    for (n_wrong, name) in (1..).zip(["p", "q", "last"]) {
        let mut wrong = right.clone();
        for (sector_idx, byte_idx) in [(20, 2076 + 3), (21, 2248 + 50), (300, 2351)]
            .into_iter()
            .take(usize::try_from(n_wrong)?)
        {
            wrong[sector_idx * MAIN_BYTES + byte_idx] ^= 0x10;
        }
        write(dir, kind, name, &wrong)?;
        let longer = chd(dir, name)?.saturating_sub(compressed);
        if !COST.contains(&(longer / n_wrong)) {
            return Err(format!(
                "with {n_wrong} wrong sectors chdman's file is {longer} bytes longer, not {COST:?} for each"
            )
            .into());
        }
        println!("{n_wrong} with wrong parity: {longer} bytes more");
    }

    let name = dir.join("bchunk-");
    let bin = dir.join("right.bin");
    ask("bchunk", &[&shown(&bin), &shown(&sheet), &shown(&name)])?;
    if fs::read(dir.join("bchunk-01.iso"))? != user.concat() {
        return Err("bchunk finds other user data".into());
    }
    println!("bchunk's user data is the same");
    let said = ask(
        "cd-info",
        &[
            "--no-device-info",
            "--no-cddb",
            &format!("--cue-file={}", shown(&sheet)),
        ],
    )?;
    if !String::from_utf8_lossy(&said).contains(VOLUME) {
        return Err(format!("cd-info finds no volume {VOLUME}").into());
    }
    println!("cd-info finds the volume {VOLUME}");
    Ok(())
}

fn sectors(kind: SectorKind, user: &[[u8; USER_BYTES]]) -> Result<Vec<u8>> {
    let mut all = vec![0; user.len() * MAIN_BYTES];
    for (n, (user, sector)) in (0..).zip(user.iter().zip(all.as_chunks_mut().0)) {
        let payload = match kind {
            SectorKind::Mode2Form1 => Payload::Mode2Form1 {
                subheader: Subheader::default(),
                user,
            },
            _ => Payload::Mode1(user),
        };
        encode(Lba::new(n)?.to_msf(), payload, sector);
    }
    Ok(all)
}

/// The sectors as a file with a sheet beside it, which is returned.
fn write(dir: &Path, kind: SectorKind, name: &str, sectors: &[u8]) -> Result<std::path::PathBuf> {
    let mode = if kind == SectorKind::Mode1 {
        "MODE1/2352"
    } else {
        "MODE2/2352"
    };
    fs::write(dir.join(format!("{name}.bin")), sectors)?;
    let sheet = dir.join(format!("{name}.cue"));
    fs::write(
        &sheet,
        format!("FILE \"{name}.bin\" BINARY\n  TRACK 01 {mode}\n    INDEX 01 00:00:00\n"),
    )?;
    Ok(sheet)
}

/// The length of the file that `chdman` makes.
fn chd(dir: &Path, name: &str) -> Result<u64> {
    let path = |ending: &str| shown(&dir.join(format!("{name}.{ending}")));
    ask(
        "chdman",
        &[
            "createcd",
            "-f",
            "-c",
            "cdzl",
            "-i",
            &path("cue"),
            "-o",
            &path("chd"),
        ],
    )?;
    Ok(fs::metadata(path("chd"))?.len())
}

/// The sectors that `chdman` gives back for the right ones.
fn extract(dir: &Path) -> Result<Vec<u8>> {
    let path = |name: &str| shown(&dir.join(name));
    ask(
        "chdman",
        &[
            "extractcd",
            "-f",
            "-i",
            &path("right.chd"),
            "-o",
            &path("back.cue"),
            "-ob",
            &path("back.bin"),
        ],
    )?;
    Ok(fs::read(path("back.bin"))?)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
