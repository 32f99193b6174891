use std::fmt::{Debug, Display};
use std::str::FromStr;

use cd_address::{AddressError, BcdMsf, Lba, Msf, RelMsf, Sectors};

use crate::padded;

/// Addresses and lengths as text and as three bytes of binary-coded decimal.
///
/// What is accepted is printed in a form that reads as the same again, and converts both ways.
pub fn address(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        text_again::<Msf>(text);
        text_again::<RelMsf>(text);
        text_again::<Sectors>(text);
        if let Some(lba) = text_again::<Lba>(text) {
            assert_eq!(lba.to_msf().to_lba(), lba);
        }
    }
    let bcd = BcdMsf(padded(bytes));
    match bcd.to_msf() {
        Ok(msf) => {
            assert_eq!(msf.to_bcd(), bcd);
            assert_eq!(msf.to_lba().to_msf(), msf);
            assert_eq!(bcd.to_string(), msf.to_string());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let relative = RelMsf::from_bcd(bcd);
    assert_eq!(relative.is_ok(), bcd.to_msf().is_ok());
    if let Ok(relative) = relative {
        assert_eq!(relative.to_bcd(), bcd);
    }
}

fn text_again<T>(text: &str) -> Option<T>
where
    T: FromStr<Err = AddressError> + Display + Debug + PartialEq,
{
    match text.parse::<T>() {
        Ok(value) => {
            assert_eq!(value.to_string().parse().as_ref(), Ok(&value));
            Some(value)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    }
}
