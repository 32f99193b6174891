use super::{Direction, command_len, direction};

#[test]
fn each_group_has_its_length() {
    let mut n_of = [0; 17];
    for opcode in 0..=0xFF {
        n_of[command_len(opcode).unwrap_or(0)] += 1;
    }
    // Six groups of 32 codes; of the vendors' two, ten bytes arrive.
    assert_eq!(
        (n_of[0], n_of[6], n_of[10], n_of[12], n_of[16]),
        (32, 32, 128, 32, 32)
    );
    for (opcode, len) in [
        (0x12, 6),
        (0x2A, 10),
        (0x5D, 10),
        (0xBE, 12),
        (0x9E, 16),
        (0xD8, 10),
    ] {
        assert_eq!(command_len(opcode), Some(len), "{opcode:02X}h");
    }
}

/// Every command of a CD recorder that sends data, and those of its neighbourhood that do not.
#[test]
fn commands_that_send_are_told_from_those_that_answer() {
    for opcode in [
        0x04, 0x0A, 0x15, 0x1D, 0x2A, 0x3B, 0x54, 0x55, 0x5D, 0xA3, 0xAA, 0xB6, 0xBF,
    ] {
        assert_eq!(direction(&[opcode, 0]), Direction::Out, "{opcode:02X}h");
    }
    for opcode in [
        0x03, 0x08, 0x12, 0x1A, 0x23, 0x25, 0x28, 0x3C, 0x42, 0x43, 0x44, 0x46, 0x4A, 0x51, 0x52,
        0x5A, 0x5C, 0xA4, 0xA8, 0xAC, 0xAD, 0xB9, 0xBD, 0xBE, 0xD8, 0xFF,
    ] {
        assert_eq!(direction(&[opcode, 0]), Direction::In, "{opcode:02X}h");
    }
    assert_eq!(direction(&[0xA3, 0x0C]), Direction::In);
    assert_eq!(direction(&[]), Direction::In);
}
