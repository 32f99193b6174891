use super::*;

#[test]
fn verify_is_added_where_it_makes_sense() {
    let check = |args: &[&str], expect: &[&str]| {
        let args = args.iter().map(OsString::from).collect();
        assert_eq!(burn_args(args), expect);
    };
    check(&["a.iso"], &["burn", "--verify", "a.iso"]);
    check(
        &["a.iso", "--disc", "D"],
        &["burn", "--verify", "a.iso", "--disc", "D"],
    );
    check(&["--verify", "a.iso"], &["burn", "--verify", "a.iso"]);
    check(&["a.iso", "--simulate"], &["burn", "a.iso", "--simulate"]);
    check(
        &["a.iso", "--to-file=x.raw"],
        &["burn", "a.iso", "--to-file=x.raw"],
    );
    check(&["a.iso", "--help"], &["burn", "a.iso", "--help"]);
    check(&["--", "--verify"], &["burn", "--verify", "--", "--verify"]);
}

#[test]
fn a_difference_is_placed() {
    let dir = tempfile::tempdir().unwrap();
    let check = |a: &[u8], b: &[u8], expect: Option<&str>| {
        let [image, copy] = ["image", "copy"].map(|name| dir.path().join(name));
        std::fs::write(&image, a).unwrap();
        std::fs::write(&copy, b).unwrap();
        let error = compare(&image, &copy).err().map(|error| error.to_string());
        match expect {
            None => assert_eq!(error, None),
            Some(text) => assert!(error.as_deref().unwrap().contains(text), "{error:?}"),
        }
    };
    let image = vec![7; 4096];
    let mut copy = image.clone();
    check(&image, &copy, None);
    check(&image, &copy[..4095], Some("(4095 bytes)"));
    copy[2048] = 8;
    check(&image, &copy, Some("at byte 2048, in sector 1"));
    check(&image, &[], Some("at byte 0, in sector 0"));
}
