//! What to tell somebody whom the system does not let in.

use super::NodeKind;

/// Who may open a node, as the file system says.
pub(super) struct Rights<'a> {
    /// The node, for the message.
    pub(super) path: &'a str,
    /// What it is.
    pub(super) node: NodeKind,
    /// Permission bits, the low nine.
    pub(super) mode: u32,
    /// Name of the group that owns it, or its number.
    pub(super) group: &'a str,
}

/// Which group to join, or which rule to set so that there is one.
pub(super) fn permission_advice(rights: &Rights<'_>) -> String {
    let Rights {
        path,
        node,
        mode,
        group,
    } = rights;
    if mode & 0o060 == 0o060 && !matches!(*group, "root" | "0") {
        return format!(
            "{path} is open to group {group}: run `sudo usermod -aG {group} \"$USER\"` and log in \
             again; if you are in that group, a container or sandbox forbids it"
        );
    }
    let matching = match node {
        NodeKind::Block => "SUBSYSTEM==\"block\", KERNEL==\"sr[0-9]*\"",
        NodeKind::Sg => "SUBSYSTEM==\"scsi_generic\", ATTRS{type}==\"5\"",
    };
    format!(
        "{path} (mode {mode:04o}, group {group}) is open to no group: put the udev rule \
         `{matching}, GROUP=\"cdrom\", MODE=\"0660\"` into /etc/udev/rules.d, plug the drive in \
         again, and join group cdrom"
    )
}

/// The name of a group in the text of a group file, or its number if it has none there.
pub(super) fn group_name(group_file: &str, gid: u32) -> String {
    let number = gid.to_string();
    group_file
        .lines()
        .find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == number).then(|| name.to_owned())
        })
        .unwrap_or(number)
}
