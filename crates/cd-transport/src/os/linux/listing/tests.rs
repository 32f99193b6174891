use super::*;

/// A sysfs tree with these files; a name that ends in a slash is a folder.
fn tree(entries: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, contents) in entries {
        let path = root.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
    }
    root
}

fn list_in(root: &tempfile::TempDir) -> Vec<DeviceListing> {
    list(root.path(), Path::new("/dev")).unwrap()
}

#[test]
fn drives_are_listed_by_address_and_nothing_else_is() {
    let root = tree(&[
        ("class/scsi_device/10:0:0:0/device/type", "5\n"),
        ("class/scsi_device/10:0:0:0/device/vendor", "USB     \n"),
        (
            "class/scsi_device/10:0:0:0/device/scsi_generic/sg3/dev",
            "21:3\n",
        ),
        ("class/scsi_device/2:0:0:0/device/type", "5\n"),
        ("class/scsi_device/2:0:0:0/device/vendor", "HL-DT-ST\n"),
        (
            "class/scsi_device/2:0:0:0/device/model",
            "BD-RE  BH16NS40 \n",
        ),
        ("class/scsi_device/2:0:0:0/device/rev", "1.05\n"),
        ("class/scsi_device/2:0:0:0/device/block/sr0/", ""),
        ("class/scsi_device/2:0:0:0/device/scsi_generic/sg1/", ""),
        ("class/scsi_device/0:0:0:0/device/type", "0\n"),
        ("class/scsi_device/0:0:0:0/device/block/sda/", ""),
        ("class/scsi_device/3:0:0:0/device/", ""),
        ("class/scsi_device/4:0:0:0/", ""),
    ]);
    let devices = list_in(&root);
    assert_eq!(
        devices,
        [
            DeviceListing {
                block_node: Some("/dev/sr0".into()),
                sg_node: Some("/dev/sg1".into()),
                vendor: "HL-DT-ST".to_owned(),
                model: "BD-RE  BH16NS40".to_owned(),
                revision: "1.05".to_owned(),
            },
            DeviceListing {
                block_node: None,
                sg_node: Some("/dev/sg3".into()),
                vendor: "USB".to_owned(),
                model: String::new(),
                revision: String::new(),
            },
        ]
    );
    assert_eq!(devices[0].node(), Some(Path::new("/dev/sr0")));
    assert_eq!(devices[1].node(), Some(Path::new("/dev/sg3")));
}

#[test]
fn a_system_without_scsi_has_no_devices() {
    assert_eq!(list_in(&tree(&[])), []);
    assert_eq!(list_in(&tree(&[("class/scsi_device/", "")])), []);
}

#[test]
fn a_drive_without_nodes_is_listed_with_none() {
    let root = tree(&[("class/scsi_device/2:0:0:0/device/type", "5\n")]);
    let devices = list_in(&root);
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].node(), None);
}

#[test]
fn a_list_that_cannot_be_read_is_an_error_that_names_it() {
    let root = tree(&[("class/scsi_device", "a file where a folder belongs")]);
    let error = list(root.path(), Path::new("/dev")).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Host);
    assert!(
        error.detail.contains("class/scsi_device cannot be read: "),
        "{error}"
    );
}

#[test]
fn names_that_are_not_text_do_no_harm() {
    let root = tree(&[("class/scsi_device/2:0:0:0/device/type", "5\n")]);
    let device = root.path().join("class/scsi_device/2:0:0:0/device");
    fs::write(device.join("vendor"), [0xFF, b'X', b' ']).unwrap();
    assert_eq!(list_in(&root)[0].vendor, "\u{FFFD}X");
}

#[test]
fn the_block_node_of_an_sg_node_is_found() {
    let root = tree(&[
        ("dev/char/21:3/device/block/sr1/", ""),
        ("dev/char/21:4/device/", ""),
    ]);
    let sibling = |minor| block_sibling(root.path(), Path::new("/dev"), 21, minor);
    assert_eq!(sibling(3), Some("/dev/sr1".into()));
    assert_eq!(sibling(4), None);
    assert_eq!(sibling(5), None);
}

#[test]
fn the_sg_node_of_a_block_node_is_found() {
    let root = tree(&[("dev/block/11:1/device/scsi_generic/sg3/", "")]);
    let sibling = |minor| sg_sibling(root.path(), Path::new("/dev"), 11, minor);
    assert_eq!(sibling(1), Some("/dev/sg3".into()));
    assert_eq!(sibling(0), None);
}

#[test]
fn segments_are_read_from_the_queue() {
    let root = tree(&[
        ("block/sr0/queue/max_segments", "128\n"),
        ("block/sr1/queue/max_segments", "many\n"),
    ]);
    assert_eq!(max_segments(root.path(), "sr0"), Some(128));
    assert_eq!(max_segments(root.path(), "sr1"), None);
    assert_eq!(max_segments(root.path(), "sr2"), None);
}
