use std::os::unix::net::UnixListener;

use super::advice::{Rights, group_name, permission_advice};
use super::*;

/// What opening `path` is refused with.
fn check(path: &Path, expect: &str) {
    let error = SgDevice::open(path).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::NoSuchDevice);
    assert_eq!(error.detail, format!("{}{expect}", path.display()));
    let boxed = crate::os::open_device(path).err();
    assert_eq!(boxed, Some(error), "one door");
}

#[test]
fn what_is_no_drive_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.bin");
    fs::write(&file, "no drive").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();

    let hint = "; a drive is a /dev/srN or a /dev/sgN";
    check(&file, &format!(" is a regular file{hint}"));
    check(&link, &format!(" is a regular file{hint}"));
    check(folder.path(), &format!(" is a directory{hint}"));
    check(&socket, &format!(" is a socket{hint}"));
    check(
        Path::new("/dev/null"),
        &format!(" is a character device 1:3{hint}"),
    );
}

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    for path in ["/nonexistent/sr0", "/dev/null/sr0"] {
        let error = SgDevice::open(Path::new(path)).unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::NoSuchDevice);
        assert!(
            error.detail.starts_with(&format!("there is no {path}; ")),
            "{error}"
        );
    }
}

#[test]
fn a_refusal_to_open_says_what_to_do() {
    use TransportErrorKind::{Host, InUse, NoSuchDevice, PermissionDenied};
    for (errno, kind, part) in [
        (Errno::BUSY, InUse, "unmount it (`umount /dev/sr0`)"),
        (Errno::WOULDBLOCK, InUse, "unmount it (`umount /dev/sr0`)"),
        (
            Errno::NXIO,
            NoSuchDevice,
            "a node without a device behind it",
        ),
        (
            Errno::NODEV,
            NoSuchDevice,
            "a node without a device behind it",
        ),
        (
            Errno::ACCESS,
            PermissionDenied,
            "a folder that is closed to you",
        ),
        (Errno::IO, Host, "cannot be opened"),
    ] {
        let error = cannot_open(errno, "/dev/sr0", None);
        assert_eq!(error.kind, kind, "{errno}");
        assert!(error.detail.contains(part), "{error}");
    }
}

#[test]
fn a_node_that_is_closed_to_the_user_names_the_group_or_the_rule() {
    for (node, mode, group, expect) in [
        (
            NodeKind::Block,
            0o660,
            "cdrom",
            "is open to group cdrom: run `sudo usermod -aG cdrom ",
        ),
        (
            NodeKind::Sg,
            0o660,
            "optical",
            "is open to group optical: run ",
        ),
        (
            NodeKind::Sg,
            0o600,
            "root",
            "(mode 0600, group root) is open to no group",
        ),
        (
            NodeKind::Sg,
            0o660,
            "root",
            "`SUBSYSTEM==\"scsi_generic\", ATTRS{type}==\"5\", GROUP",
        ),
        (
            NodeKind::Block,
            0o640,
            "disk",
            "`SUBSYSTEM==\"block\", KERNEL==\"sr[0-9]*\", GROUP",
        ),
    ] {
        let path = "/dev/x";
        let text = permission_advice(&Rights {
            path,
            node,
            mode,
            group,
        });
        assert!(text.contains(expect), "{text}");
    }
}

#[test]
fn groups_are_named_or_numbered() {
    let file = "root:x:0:\ncdrom:x:24:one,two\nshort\nempty::\n";
    assert_eq!(group_name(file, 24), "cdrom");
    assert_eq!(group_name(file, 0), "root");
    assert_eq!(group_name(file, 99), "99");
    assert_eq!(group_name("", 24), "24");
}

#[test]
fn the_largest_transfer_is_the_least_of_the_answers() {
    let cases: [([Option<usize>; 3], usize); 7] = [
        ([None, None, None], 65_536),
        ([Some(0), None, Some(0)], 65_536),
        ([Some(131_072), None, None], 131_072),
        ([Some(131_072), Some(32_768), None], 32_768),
        ([Some(524_288), Some(524_288), Some(516_096)], 516_096),
        ([Some(32 << 20), None, None], 1_044_480),
        ([Some(32 << 20), Some(4096), Some(0)], 4096),
    ];
    for ([request, reserved, segments], expect) in cases {
        let answers = Answers {
            request,
            reserved,
            segments,
        };
        assert_eq!(max_transfer(&answers), expect, "{answers:?}");
    }
}

#[test]
fn listing_this_computer_needs_no_rights() {
    for device in crate::os::list_devices().unwrap() {
        assert!(device.node().is_none_or(|node| node.starts_with("/dev")));
    }
}
