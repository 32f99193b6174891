//! The pages of a fixed length in which nothing depends on anything: numbers and bits at their places.

use super::list::{PS, Purpose, page_start};
use crate::wire::{Sink, need};
use crate::{DecodeError, Field, PageCode};

/// How a value goes into a field and comes out.
trait Value: Copy {
    const ZERO: Self;

    fn of(field: Field, page: &[u8]) -> Self;
    fn number(self) -> u32;
}

impl Value for bool {
    const ZERO: Self = false;

    fn of(field: Field, page: &[u8]) -> Self {
        field.is_set(page)
    }

    fn number(self) -> u32 {
        self.into()
    }
}

impl Value for u8 {
    const ZERO: Self = 0;

    fn of(field: Field, page: &[u8]) -> Self {
        field.u8(page)
    }

    fn number(self) -> u32 {
        self.into()
    }
}

impl Value for u16 {
    const ZERO: Self = 0;

    fn of(field: Field, page: &[u8]) -> Self {
        field.u16(page)
    }

    fn number(self) -> u32 {
        self.into()
    }
}

impl Value for u32 {
    const ZERO: Self = 0;

    fn of(field: Field, page: &[u8]) -> Self {
        field.get(page)
    }

    fn number(self) -> u32 {
        self
    }
}

/// Makes a page of `$bytes` bytes: `field: type = byte / most significant bit / width, "NAME";`.
macro_rules! plain_page {
    ($(#[$meta:meta])* $name:ident, $what:literal, $code:ident, $bytes:literal bytes {
        $($(#[$field_meta:meta])*
        $field:ident: $type:ty = $byte:literal / $msb:literal / $width:literal, $text:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            /// PS: whether the drive can save the page. Not sent in MODE SELECT.
            pub savable: bool,
            $(
                $(#[$field_meta])*
                #[doc = concat!(" (", $text, ")")]
                pub $field: $type,
            )*
        }

        impl $name {
            /// Bytes of the page, header included.
            pub const BYTES: usize = $bytes;

            /// A page of zeros; as a page of changeable values, one in which nothing can be changed.
            pub const ZERO: Self = Self {
                savable: false,
                $($field: <$type as Value>::ZERO,)*
            };

            /// Where each field stands in the page.
            pub const FIELDS: &'static [Field] = &[
                $(Field::bits($text, $byte, $msb, $width),)*
            ];

            /// Takes a page apart, header included. Bytes behind its length are ignored.
            ///
            /// # Errors
            /// [`DecodeError::TooShort`] if there are fewer bytes than the page's length says, or that is less than
            /// the standard's; [`DecodeError::FieldValue`] if it is another page.
            pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let page = page_start($what, PageCode::$code, bytes)?;
                need($what, page, Self::BYTES)?;
                Ok(Self {
                    savable: PS.is_set(page),
                    $($field: Value::of(Field::bits($text, $byte, $msb, $width), page),)*
                })
            }

            /// Writes the page as far as `out` has room, and tells how many bytes were written. Bits of a value that
            /// its field has no room for are dropped.
            pub fn encode_into(&self, out: &mut [u8]) -> usize {
                let mut sink = Sink::new(out);
                self.write_for(Purpose::Sense, &mut sink);
                sink.written()
            }

            pub(super) fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
                let mut page = [0; Self::BYTES];
                page[..2].copy_from_slice(&[PageCode::$code.code(), $bytes - 2]);
                PS.put(&mut page, self.savable && purpose == Purpose::Sense);
                $({
                    let field = Field::bits($text, $byte, $msb, $width);
                    field.put(&mut page, self.$field.number() & u32::MAX >> (32 - $width));
                })*
                sink.put(&page);
            }
        }
    };
}

plain_page! {
    /// Mode page 08h: the drive's cache.
    ///
    /// # Spec
    /// MMC-3 6.3.3 (Caching); SBC-2 6.3.3.
    Caching, "caching page", CACHING, 12 bytes {
        /// WRITE ends when the blocks are in the buffer, not only when they are on the disc.
        write_cache: bool = 2/2/1, "WCE";
        /// Reading always goes to the disc.
        read_cache_disabled: bool = 2/0/1, "RCD";
    }
}

plain_page! {
    /// Mode page 0Dh: how long the drive waits, and how it counts time.
    ///
    /// # Spec
    /// MMC-3 6.3.4 (CD Device Parameters).
    CdParameters, "CD parameters page", CD_PARAMETERS, 8 bytes {
        /// How long the head hovers over the disc without a command; 0 is the vendor's choice.
        inactivity_timer: u8 = 3/3/4, "INACTIVITY TIMER MULTIPLIER";
        /// Seconds in a minute: 60.
        seconds_per_minute: u16 = 4/7/16, "NUMBER OF S UNITS PER M UNIT";
        /// Frames in a second: 75.
        frames_per_second: u16 = 6/7/16, "NUMBER OF F UNITS PER S UNIT";
    }
}

plain_page! {
    /// Mode page 0Eh: which channels the drive's audio output plays, and how loud.
    ///
    /// # Spec
    /// MMC-3 6.3.7 (CD Audio Control).
    AudioControl, "CD audio control page", AUDIO_CONTROL, 16 bytes {
        /// PLAY AUDIO ends when playing begins; always set.
        immediate: bool = 2/2/1, "IMMED";
        /// Playing stops at the end of a track.
        stop_on_track_crossing: bool = 2/1/1, "SOTC";
        /// Channels on port 0, one bit each.
        port_0_channels: u8 = 8/3/4, "OUTPUT PORT 0 CHANNEL SELECTION";
        /// Volume of port 0.
        port_0_volume: u8 = 9/7/8, "OUTPUT PORT 0 VOLUME";
        /// Channels on port 1, one bit each.
        port_1_channels: u8 = 10/3/4, "OUTPUT PORT 1 CHANNEL SELECTION";
        /// Volume of port 1.
        port_1_volume: u8 = 11/7/8, "OUTPUT PORT 1 VOLUME";
        /// Channels on port 2, one bit each.
        port_2_channels: u8 = 12/3/4, "OUTPUT PORT 2 CHANNEL SELECTION";
        /// Volume of port 2.
        port_2_volume: u8 = 13/7/8, "OUTPUT PORT 2 VOLUME";
        /// Channels on port 3, one bit each.
        port_3_channels: u8 = 14/3/4, "OUTPUT PORT 3 CHANNEL SELECTION";
        /// Volume of port 3.
        port_3_volume: u8 = 15/7/8, "OUTPUT PORT 3 VOLUME";
    }
}

plain_page! {
    /// Mode page 1Ah: when the drive goes to rest.
    ///
    /// # Spec
    /// MMC-5 7.6 (Power Condition); SPC-3 7.4.12.
    PowerConditionPage, "power condition page", POWER_CONDITION, 12 bytes {
        /// The idle timer runs.
        idle: bool = 3/1/1, "IDLE";
        /// The standby timer runs.
        standby: bool = 3/0/1, "STANDBY";
        /// To the idle condition, in tenths of a second.
        idle_timer: u32 = 4/7/32, "IDLE CONDITION TIMER";
        /// To the standby condition, in tenths of a second.
        standby_timer: u32 = 8/7/32, "STANDBY CONDITION TIMER";
    }
}

plain_page! {
    /// Mode page 1Dh: how long commands may take.
    ///
    /// # Spec
    /// MMC-5 7.8 (Timeout and Protect).
    TimeoutAndProtect, "timeout and protect page", TIMEOUT_AND_PROTECT, 12 bytes {
        /// The group 3 time-out applies.
        group_3_timeout: bool = 4/3/1, "G3ENABLE";
        /// Commands that take too long end with an error.
        timeout: bool = 4/2/1, "TMOE";
        /// The disc can be locked in.
        disp: bool = 4/1/1, "DISP";
        /// The drive is write protected by software until power off.
        write_protected: bool = 4/0/1, "SWPP";
        /// Commands of group 1 (reading and writing), in seconds at least.
        group_1_seconds: u16 = 6/7/16, "GROUP 1 MINIMUM TIME-OUT";
        /// Commands of group 2 (other), in seconds at least.
        group_2_seconds: u16 = 8/7/16, "GROUP 2 MINIMUM TIME-OUT";
    }
}
