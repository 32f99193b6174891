/// A value that is to stay the same.
///
/// One that differs once is a slip, and the old value stays; one that differs twice in a row the same way is a change. Either is
/// told once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady<T> {
    value: Option<T>,
    rival: Option<T>,
}

impl<T: Copy + PartialEq> Steady<T> {
    pub(super) const fn new() -> Self {
        Self {
            value: None,
            rival: None,
        }
    }

    pub(super) const fn value(&self) -> Option<T> {
        self.value
    }

    /// Takes the next value; `Some` is the value it should have been, the first time that it is not.
    pub(super) fn push(&mut self, got: T) -> Option<T> {
        let expected = match self.value {
            Some(value) if value != got => value,
            _ => {
                *self = Self {
                    value: Some(got),
                    rival: None,
                };
                return None;
            }
        };
        if self.rival == Some(got) {
            *self = Self {
                value: Some(got),
                rival: None,
            };
            return None;
        }
        self.rival = Some(got);
        Some(expected)
    }
}
