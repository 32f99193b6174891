use super::*;

#[test]
fn a_system_without_drives_says_so() {
    let errors = [
        crate::os::open_device(Path::new("cd0")).err(),
        crate::os::list_devices().err(),
    ];
    for error in errors {
        let error = error.unwrap();
        assert_eq!(error.kind, TransportErrorKind::Unsupported);
        assert!(error.detail.contains(std::env::consts::OS), "{error}");
    }
}
