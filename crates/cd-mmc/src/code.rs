//! Numbers that mean something on the wire: any value the field's bits allow, the known ones named.

/// Makes an open code type: a number of `$bits` bits with named constants, printed by name.
macro_rules! wire_code {
    ($(#[$meta:meta])* $name:ident: $repr:ident, $bits:literal bits {
        $($konst:ident = $value:literal, $text:literal;)*
    }) => {
        $(#[$meta])*
        ///
        /// Open: every value of the field's bits is allowed, the ones known here have names.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($repr);

        impl $name {
            $(
                #[doc = concat!("`", stringify!($value), "`: ", $text, ".")]
                pub const $konst: Self = Self($value);
            )*

            #[doc = concat!("The code `code`; `None` if it takes more than ", $bits, " bits.")]
            #[must_use]
            pub const fn new(code: $repr) -> Option<Self> {
                if code <= $repr::MAX >> ($repr::BITS - $bits) {
                    Some(Self(code))
                } else {
                    None
                }
            }

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> $repr {
                self.0
            }

            /// The text the code is printed with; `None` for one that has no name here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }

            /// The code a field of the same width holds.
            #[allow(dead_code, reason = "not every code is read from a field")]
            pub(crate) fn of(field: $crate::Field, message: &[u8]) -> Self {
                debug_assert!(field.width() == $bits);
                Self($repr::try_from(field.get(message)).unwrap_or_default())
            }
        }

        impl From<$name> for u32 {
            fn from(code: $name) -> Self {
                code.0.into()
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, "code {:X}h", self.0),
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({:X}h: {self})", stringify!($name), self.0)
            }
        }
    };
}

pub(crate) use wire_code;
