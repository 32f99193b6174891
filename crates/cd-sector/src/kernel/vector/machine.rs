/// What the vector code asks of a machine: a value of an implementing type is the proof that its instructions are there.
///
/// One method is one or two instructions, so that all that can be got wrong elsewhere is in `parity` and
/// `fold`, which know no machine and run on the tests' model of one too.
pub(in crate::kernel) trait Machine: Copy {
    /// `BYTES` bytes side by side.
    type Vector: Copy;
    /// 32 or 64.
    const BYTES: usize;

    /// What running sums are kept with: the zero of [`Machine::times_alpha`].
    ///
    /// It may be any byte that the machine multiplies most cheaply with.
    const REST: u8;

    /// The bytes of `from` that begin at `at`. Panics if they are not all there.
    fn load(self, from: &[u8], at: usize) -> Self::Vector;
    /// The reverse of [`Machine::load`].
    fn store(self, vector: Self::Vector, to: &mut [u8], at: usize);
    /// The same byte everywhere.
    fn splat(self, byte: u8) -> Self::Vector;
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn and(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn or(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Each byte one bit to the left; the top bit is lost.
    fn shift(self, a: Self::Vector) -> Self::Vector;
    /// The bytes of `a` at the places where `sign` has its top bit set, elsewhere zero.
    fn where_top(self, sign: Self::Vector, a: Self::Vector) -> Self::Vector;
    /// Each byte, less `REST`, times alpha, and `REST` again.
    fn times_alpha(self, a: Self::Vector) -> Self::Vector;
    /// The words of two bytes in reverse order, the bytes in each in theirs.
    fn reverse_words(self, a: Self::Vector) -> Self::Vector;
    fn is_zero(self, a: Self::Vector) -> bool;
    /// Asks for the byte `ahead` of the first of `from`, which need not be there, to be brought near.
    fn fetch(self, from: &[u8], ahead: usize);

    /// `LANES` times 16 bytes, each 16 multiplied by itself.
    type Lanes: Copy;
    /// 1 or 4.
    const LANES: usize;

    /// As [`Machine::load`], 16 `LANES` bytes.
    fn load_lanes(self, from: &[u8], at: usize) -> Self::Lanes;
    /// As [`Machine::store`], 16 `LANES` bytes.
    fn store_lanes(self, lanes: Self::Lanes, to: &mut [u8], at: usize);
    /// The same two numbers in each lane, the first in its first half.
    fn splat_lanes(self, halves: [u64; 2]) -> Self::Lanes;
    fn xor_lanes(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// In each lane the carry-less product of the first halves plus that of the second halves.
    fn products(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
}
