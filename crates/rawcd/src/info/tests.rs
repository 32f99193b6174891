use super::*;
use crate::tests::check_documented;

fn listing(block_node: Option<&str>) -> DeviceListing {
    DeviceListing {
        block_node: block_node.map(Into::into),
        sg_node: None,
        vendor: "MAKER".to_owned(),
        model: "CD-RW 52X".to_owned(),
        revision: "1.0".to_owned(),
    }
}

#[test]
fn a_drive_is_listed_with_its_node_or_without() {
    let check = |node: Option<&str>, expect: &str| {
        let (output, printed) = Output::printed(false);
        show_device(&listing(node), &output);
        assert_eq!(printed.lines(), [expect]);

        let (output, printed) = Output::printed(true);
        show_device(&listing(node), &output);
        check_documented(&printed, "device");
        assert_eq!(printed.events()[0]["node"].as_str(), node);
    };
    check(Some("/dev/sr0"), "/dev/sr0: MAKER CD-RW 52X 1.0");
    check(None, "(no node): MAKER CD-RW 52X 1.0");
}
