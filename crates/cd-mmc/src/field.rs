use core::fmt;

/// A named run of up to 32 bits in a message: where it stands, and how to read it.
///
/// Bits run from the most significant down and on into the following bytes, as in the standards'
/// tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    byte: usize,
    msb: u8,
    width: u8,
}

impl Field {
    /// One bit.
    pub(crate) const fn bit(name: &'static str, byte: usize, bit: u8) -> Self {
        Self::bits(name, byte, bit, 1)
    }

    /// `width` bits from bit `msb` of byte `byte` down.
    pub(crate) const fn bits(name: &'static str, byte: usize, msb: u8, width: u8) -> Self {
        assert!(msb < 8 && width >= 1 && width <= 32);
        Self {
            name,
            byte,
            msb,
            width,
        }
    }

    /// One to four whole bytes.
    pub(crate) const fn bytes(name: &'static str, byte: usize, n_bytes: u8) -> Self {
        Self::bits(name, byte, 7, 8 * n_bytes)
    }

    /// The field's name in the standard.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Offset of the byte with the most significant bit.
    #[must_use]
    pub const fn byte(&self) -> usize {
        self.byte
    }

    /// The most significant bit in that byte, 7 to 0.
    #[must_use]
    pub const fn msb(&self) -> u8 {
        self.msb
    }

    /// How many bits, 1 to 32.
    #[must_use]
    pub const fn width(&self) -> u8 {
        self.width
    }

    /// The offset just after the last byte the field reaches into.
    #[must_use]
    pub const fn end(&self) -> usize {
        (self.first_bit() + self.width as usize).div_ceil(8)
    }

    /// The field's value in `message`; `None` if the message ends before the field does.
    #[must_use]
    pub fn read(&self, message: &[u8]) -> Option<u32> {
        (message.len() >= self.end()).then(|| self.get(message))
    }

    /// As [`Field::read`]; bits past the end of the message count as zero.
    pub(crate) fn get(&self, message: &[u8]) -> u32 {
        let mut value = 0;
        for (byte, bit) in self.positions() {
            let byte = message.get(byte).copied().unwrap_or(0);
            value = value << 1 | u32::from(byte >> bit & 1);
        }
        value
    }

    /// The value of a field of at most 8 bits.
    pub(crate) fn u8(&self, message: &[u8]) -> u8 {
        debug_assert!(self.width <= 8);
        self.get(message).to_be_bytes()[3]
    }

    /// The value of a field of at most 16 bits.
    pub(crate) fn u16(&self, message: &[u8]) -> u16 {
        debug_assert!(self.width <= 16);
        let [_, _, high, low] = self.get(message).to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    /// The value of a 32-bit field as two's complement.
    pub(crate) fn i32(&self, message: &[u8]) -> i32 {
        debug_assert!(self.width == 32);
        self.get(message).cast_signed()
    }

    /// Whether any bit of the field is set.
    pub(crate) fn is_set(&self, message: &[u8]) -> bool {
        self.get(message) != 0
    }

    /// Replaces the field's bits and no others. What does not fit is a mistake of this crate.
    pub(crate) fn put(&self, message: &mut [u8], value: impl Into<u32>) {
        let value = value.into();
        debug_assert!(self.width == 32 || value >> self.width == 0, "{self:?}");
        let mut shift = self.width;
        for (byte, bit) in self.positions() {
            shift -= 1;
            if let Some(byte) = message.get_mut(byte) {
                let wanted = (value >> shift).to_be_bytes()[3] & 1;
                *byte = *byte & !(1 << bit) | wanted << bit;
            }
        }
    }

    /// Which bits of byte `byte` belong to the field.
    pub(crate) fn mask_in(&self, byte: usize) -> u8 {
        let own = self.positions().filter(|(at, _)| *at == byte);
        own.fold(0, |mask, (_, bit)| mask | 1 << bit)
    }

    const fn first_bit(&self) -> usize {
        self.byte * 8 + 7 - self.msb as usize
    }

    /// Byte offset and bit number of each bit, most significant first.
    fn positions(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let first = self.first_bit();
        (first..first + usize::from(self.width)).map(|at| (at / 8, 7 - at % 8))
    }
}

impl fmt::Display for Field {
    /// `WRITE TYPE (byte 2, bits 3-0)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.end() - 1;
        match (self.width, last == self.byte) {
            (8, true) => write!(f, "{} (byte {})", self.name, self.byte),
            (1, _) => write!(f, "{} (byte {}, bit {})", self.name, self.byte, self.msb),
            (width, true) => {
                let (byte, msb) = (self.byte, self.msb);
                let lsb = msb + 1 - width;
                write!(f, "{} (byte {byte}, bits {msb}-{lsb})", self.name)
            }
            (_, false) => write!(f, "{} (bytes {}-{last})", self.name, self.byte),
        }
    }
}
