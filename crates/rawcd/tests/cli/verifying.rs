//! `verify`: a disc and an image, without a burn.

use std::fs;

use crate::run::{Dir, wav};

/// A byte of a disc file, counted from its end.
fn spoil(dir: &Dir, name: &str, from_end: usize) {
    let mut bytes = dir.bytes(name);
    let at = bytes.len() - from_end;
    bytes[at] ^= 0x10;
    fs::write(dir.path(name), bytes).unwrap();
}

#[test]
fn a_disc_is_what_was_burned_and_another_is_not() {
    let dir = Dir::with_small_disc();
    dir.run(["burn", "ruler.iso", "--disc", "small"]).succeeds();
    let said = dir
        .run(["verify", "ruler.iso", "--disc", "small"])
        .succeeds();
    for saying in [
        "TOC          4 points: 4 equal\n",
        "main channel 480 sectors: 480 equal\n",
        "MCN          none, in the image or on the disc\n",
        "all 480 sectors from lba -150 and all that the drive tells of the disc read back equal\n",
        "lead-in and lead-out included\n",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    dir.write("song.wav", wav(&vec![7; 2352 * 330]));
    dir.run(["verify", "song.wav", "--disc", "small"]).fails(
        43,
        &["the disc differs from the image: ", "do not rely on it"],
    );
}

#[test]
fn the_form_of_subcode_and_the_stream_itself_can_be_given() {
    let dir = Dir::with_small_disc();
    dir.run(["convert", "ruler.iso", "stream"]).succeeds();
    dir.run(["burn", "ruler.iso", "--disc", "small", "--subcode", "pq"])
        .succeeds();
    for args in [
        ["verify", "ruler.iso", "--disc", "small", "--subcode", "pq"].as_slice(),
        &["verify", "ruler.iso", "--disc", "small"],
        &["verify", "stream", "--disc", "small"],
    ] {
        dir.run(args).succeeds();
    }
    dir.run(["verify", "stream", "--disc", "small", "--subcode", "pq"])
        .fails(2, &["--subcode is for images that are authored"]);
}

#[test]
fn a_sector_that_was_spoiled_is_named() {
    let dir = Dir::with_small_disc();
    let samples: Vec<_> = (0..2352 * 330_u32)
        .map(|n| n.wrapping_mul(n).to_be_bytes()[1])
        .collect();
    dir.write("song.wav", wav(&samples));
    dir.run(["burn", "song.wav", "--disc", "small"]).succeeds();
    // From the end: a lead-out of 6,750 sectors, 30 of the track, and a byte in the main channel of the one before.
    spoil(&dir, "small", 2448 * (6_750 + 30) + 2448 - 1000);
    let ended = dir.run(["verify", "song.wav", "--disc", "small", "--rereads", "2"]);
    let ended = ended.fails(43, &["main channel, 1 different of 480 sectors"]);
    let saying = "  main channel 00:05:74 (lba 299), track 1, different in samples in 3 readings, from byte 1000: ";
    assert!(ended.stdout.contains(saying), "{ended:#?}");
}

#[test]
fn there_has_to_be_a_disc_and_something_on_it() {
    let dir = Dir::with_small_disc();
    dir.run(["verify", "ruler.iso"])
        .fails(2, &["no disc was named"]);
    dir.run(["verify", "ruler.iso", "--disc", "missing"])
        .fails(26, &["there is no disc file"]);
    dir.run(["verify", "ruler.iso", "--disc", "small"])
        .fails(27, &["the disc is blank"]);
    dir.run(["burn", "ruler.iso", "--disc", "small", "--rereads", "3"])
        .fails(2, &["nothing is compared", "Add --verify"]);
}
