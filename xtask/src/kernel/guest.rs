//! What happens within the kernel: the script it starts with, and the files that it and the cases leave.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::cases::Case;
use super::needs::{Kernel, Programs};
use crate::{Result, project};

/// Functions that cases use.
const FUNCTIONS: &str = include_str!("guest.sh");

/// The folder that the kernel may write to.
const OUT: &str = "out";

/// The folder of the files that cases left.
pub(super) fn left(dir: &Path) -> PathBuf {
    dir.join(OUT)
}

/// Where the kernel writes how `case` ended: its exit code and its seconds.
pub(super) fn result(dir: &Path, case: &Case) -> PathBuf {
    left(dir).join(format!("{}.result", case.name))
}

/// Where everything goes that `case` prints.
pub(super) fn log(dir: &Path, case: &Case) -> PathBuf {
    left(dir).join(format!("{}.log", case.name))
}

/// Writes into `dir` what the kernels run.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(
    dir: &Path,
    kernel: &Kernel,
    programs: &Programs,
    cases: &[&Case],
) -> Result<()> {
    fs::create_dir_all(left(dir))?;
    fs::create_dir_all(dir.join("lib/modules"))?;
    symlink(
        &kernel.modules,
        dir.join("lib/modules").join(&kernel.version),
    )?;
    let bin = dir.join("bin");
    fs::create_dir_all(&bin)?;
    for file in &programs.files {
        symlink(file, bin.join(file.file_name().unwrap_or_default()))?;
    }
    fs::write(dir.join("functions.sh"), FUNCTIONS)?;
    for case in cases {
        let script = format!(". {}/functions.sh\nset -x\n{}", dir.display(), case.script);
        fs::write(dir.join(format!("{}.sh", case.name)), script)?;
    }
    Ok(())
}

/// Writes the script that kernel number `idx` starts with, and returns where it is.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_init(dir: &Path, idx: usize, cases: &[&Case]) -> Result<PathBuf> {
    let script = dir.join(format!("init-{idx}.sh"));
    fs::write(&script, init(dir, idx, cases))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    Ok(script)
}

/// The first process of the kernel.
fn init(dir: &Path, idx: usize, cases: &[&Case]) -> String {
    let (root, dir) = (project::root(), dir.display());
    let mut script = format!(
        r#"#!/bin/sh
export PATH={dir}/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
export ROOT={root}
mount -t proc none /proc
mount -t sysfs none /sys
[ -c /dev/null ] || mount -t devtmpfs none /dev
mount -t tmpfs -o size=90% none /run
mkdir -p /run/out /run/case
mount -t hostfs none /run/out -o {dir}/{OUT}
exec </dev/null >/run/out/kernel-{idx}.log 2>&1
modprobe -d {dir} -a configfs sg sr_mod target_core_user tcm_loop isofs nls_utf8
mount -t configfs none /sys/kernel/config

# Ends what a case left running, and takes away drives whose process it killed.
tidy_up() {{
    kill -TERM -1
    for i in 1 2 3 4 5 6 7 8 9 10; do
        pgrep -x rawcd >/run/left || break
        sleep 0.2
    done
    kill -KILL -1
    umount -l /run/mounted 2>/dev/null
    for port in /sys/kernel/config/target/loopback/*/tpgt_1/lun/lun_0/port; do
        [ -e "$port" ] || continue
        tpg=${{port%/lun/lun_0/port}}
        rm "$port"
        rmdir "$tpg/lun/lun_0" "$tpg" "${{tpg%/tpgt_1}}"
    done
    for device in /sys/kernel/config/target/core/user_0/*/; do
        [ -d "$device" ] && rmdir "$device"
    done
    [ -d /sys/kernel/config/target/core/user_0 ] && rmdir /sys/kernel/config/target/core/user_0
    [ -d /sys/kernel/config/target/loopback ] && rmdir /sys/kernel/config/target/loopback
    cd /run
    rm -rf /run/case
    mkdir -p /run/case
}}

# run NAME SECONDS
run() {{
    cd /run/case
    export HOME=/run/case TMPDIR=/run/case
    read -r began rest </proc/uptime
    timeout --kill-after=2 "$2" sh -eu "{dir}/$1.sh" >"/run/out/$1.log" 2>&1
    code=$?
    read -r ended rest </proc/uptime
    tidy_up
    seconds=$(echo "$began $ended" | awk '{{ printf "%.1f", $2 - $1 }}')
    # Under its name only when it is whole.
    echo "$code $seconds" >"/run/out/$1.new"
    mv "/run/out/$1.new" "/run/out/$1.result"
}}
"#,
        root = root.display(),
    );
    for case in cases {
        script += &format!("run {} {}\n", case.name, case.seconds);
    }
    script + &format!("dmesg >/run/out/dmesg-{idx}\nsync\nhalt -f\n")
}
