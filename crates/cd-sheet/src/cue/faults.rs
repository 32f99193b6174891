//! Faults that several commands have.

use crate::{Place, SheetError, SheetFault};

pub(super) fn refuse_second(
    what: &'static str,
    at: Place,
    first: Option<Place>,
) -> Result<(), SheetError> {
    match first {
        Some(first) => {
            let what = what.into();
            Err(SheetError::new(at, SheetFault::Duplicate { what, first }))
        }
        None => Ok(()),
    }
}

pub(super) fn order(at: Place, what: &'static str, rule: &'static str) -> SheetError {
    let (what, rule) = (what.into(), rule.into());
    SheetError::new(at, SheetFault::Order { what, rule })
}

pub(super) fn two_pregaps(
    at: Place,
    what: &'static str,
    other: &'static str,
    first: Place,
) -> SheetError {
    let fault = SheetFault::Conflict {
        what: what.into(),
        other: other.into(),
        at: first,
    };
    SheetError::new(at, fault)
}

/// A word that is none of `expected`, or none at all.
pub(super) fn unknown(what: &'static str, found: &str, expected: String) -> SheetFault {
    if found.is_empty() {
        return SheetFault::unexpected(found, expected);
    }
    SheetFault::UnknownWord {
        what,
        found: SheetFault::show(found),
        expected: expected.into(),
    }
}
