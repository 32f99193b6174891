use core::fmt;
use core::ops::BitOr;

/// The four CONTROL bits of a Q frame: what kind of track this is. Only the lower half of the byte counts.
///
/// # Spec
/// ECMA-130 22.3, CONTROL field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Control(pub u8);

impl Control {
    /// Two-channel audio, no pre-emphasis, copying not permitted: no bit set.
    pub const AUDIO: Self = Self(0);
    /// Audio recorded with pre-emphasis of 50/15 microseconds.
    pub const PRE_EMPHASIS: Self = Self(1);
    /// Digital copying permitted.
    pub const COPY_PERMITTED: Self = Self(2);
    /// A data track.
    pub const DATA: Self = Self(4);
    /// Four-channel audio.
    pub const FOUR_CHANNEL: Self = Self(8);

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 & 0x0F == other.0 & 0x0F
    }

    /// Whether the track holds data, not sound.
    #[must_use]
    pub const fn is_data(self) -> bool {
        self.contains(Self::DATA)
    }

    /// Byte 0 of a Q frame.
    pub(crate) const fn with_adr(self, adr: u8) -> u8 {
        (self.0 << 4) | adr
    }
}

impl BitOr for Control {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_data() { "data" } else { "audio" })?;
        for (bit, name) in [
            (Self::FOUR_CHANNEL, "four channels"),
            (Self::COPY_PERMITTED, "copy permitted"),
        ] {
            if self.contains(bit) {
                write!(f, ", {name}")?;
            }
        }
        if self.contains(Self::PRE_EMPHASIS) {
            // The same bit tells packets from an uninterrupted recording on a data track.
            f.write_str(if self.is_data() {
                ", incremental"
            } else {
                ", pre-emphasis"
            })?;
        }
        Ok(())
    }
}
