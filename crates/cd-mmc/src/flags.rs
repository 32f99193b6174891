//! Structs of single bits.

/// Makes a struct of `bool` fields, each a bit of a message: `field = byte / bit, "NAME";`.
macro_rules! flags {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident = $byte:literal / $bit:literal, $text:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[doc = concat!(" (", $text, ", byte ", $byte, " bit ", $bit, ")")]
                pub $field: bool,
            )*
        }

        impl $name {
            /// Nothing set.
            pub const NONE: Self = Self { $($field: false,)* };

            /// Where each bit stands.
            pub const FIELDS: &'static [$crate::Field] = &[
                $($crate::Field::bit($text, $byte, $bit),)*
            ];

            pub(crate) fn read(message: &[u8]) -> Self {
                Self { $($field: $crate::Field::bit($text, $byte, $bit).is_set(message),)* }
            }

            pub(crate) fn put(self, message: &mut [u8]) {
                $($crate::Field::bit($text, $byte, $bit).put(message, self.$field);)*
            }
        }
    };
}

pub(crate) use flags;
