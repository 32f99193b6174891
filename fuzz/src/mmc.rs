use cd_mmc::mode_page::{Capabilities, ErrorRecovery, ModeParameters, WriteParameters};
use cd_mmc::response::{
    Atip, BufferCapacity, Capacity, CdText, Configuration, DiscInformation, EventStatus, FullToc,
    InquiryData, Pma, SessionInformation, Toc, TrackInformation,
};
use cd_mmc::{Command, Sense};

/// One type after the other: what it reads in the bytes, it writes in a form that reads as the same.
macro_rules! read_and_write {
    ($bytes:expr, $out:expr, $($type:ident,)*) => {
        $(read_and_write!($bytes, $out, $type, decode, encode_into);)*
    };
    ($bytes:expr, $out:expr, $type:ident, $decode:ident, $encode:ident) => {
        match $type::$decode($bytes) {
            Ok(value) => {
                let n_written = value.$encode($out);
                assert_eq!($type::$decode(&$out[..n_written]).as_ref(), Ok(&value));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    };
}

/// A command, sense data, the answer to any command, mode pages.
///
/// What decodes is written in a form that decodes as the same; a command, which is refused with reserved bits set, byte
/// for byte.
pub fn mmc(bytes: &[u8]) {
    match Command::decode(bytes) {
        Ok(command) => {
            let written = command.encode();
            assert_eq!(Command::decode(written.as_bytes()), Ok(command));
            // Of two fields that say the format, one is read only.
            if !matches!(command, Command::ReadTocPmaAtip(_)) {
                assert_eq!(written.as_bytes(), bytes);
            }
            let _ = command.data_direction();
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Ok(sense) = Sense::decode(bytes) {
        let mut out = [0; Sense::MAX_BYTES];
        let n_written = sense.encode_fixed_into(&mut out);
        assert_eq!(Sense::decode(&out[..n_written]), Ok(sense));
        let n_written = sense.encode_descriptor_into(&mut out);
        assert_eq!(Sense::decode(&out[..n_written]), Ok(sense));
        assert!(!sense.to_string().is_empty());
    }
    // An answer grows by the fields that it was too short for; of mode pages there can be one in any two bytes.
    let out = &mut vec![0; 32 * bytes.len() + 256][..];
    read_and_write!(
        bytes,
        out,
        Atip,
        BufferCapacity,
        Capabilities,
        Capacity,
        CdText,
        Configuration,
        DiscInformation,
        ErrorRecovery,
        EventStatus,
        FullToc,
        InquiryData,
        Pma,
        SessionInformation,
        Toc,
        TrackInformation,
        WriteParameters,
    );
    read_and_write!(bytes, out, ModeParameters, decode_sense, encode_sense_into);
    if let Ok(parameters) = ModeParameters::decode_select(bytes) {
        // PS bits are left out in this direction, so the values need not be equal; what is written then stays.
        let n_written = parameters.encode_select_into(out);
        let written = out[..n_written].to_vec();
        let again = ModeParameters::decode_select(&written);
        let n_again = again.map(|again| again.encode_select_into(out));
        assert_eq!(n_again.map(|n| &out[..n]), Ok(&written[..]));
    }
}
