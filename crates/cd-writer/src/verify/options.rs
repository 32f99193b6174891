/// What a comparison may let pass, and how hard it tries. Nothing is let pass that is not stated here.
///
/// ```
/// use cd_writer::VerifyOptions;
///
/// let patient = VerifyOptions { rereads: 20, ..VerifyOptions::STRICT };
/// assert_eq!(patient.q_tolerance_ppm, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyOptions {
    /// How often a sector that does not read equal is read again at most. 0: the first reading decides.
    pub rereads: u32,
    /// Of a million Q frames, how many may have no reading with a right CRC; 0..=1,000,000.
    pub q_tolerance_ppm: u32,
    /// Whether a drive may give with each sector the subcode of a neighbour. It is then compared with that
    /// neighbour's; otherwise it differs.
    pub accept_subcode_shift: bool,
    /// Whether a drive may give sound some samples early or late, as nearly all do. It is then compared where
    /// it belongs; otherwise it differs.
    pub accept_audio_offset: bool,
    /// Whether a drive may give zeros for the CRCs of Q and of CD-Text. The rest is then compared; otherwise
    /// it differs.
    pub accept_missing_crc: bool,
}

impl VerifyOptions {
    /// Every bit counts; what does not read equal is read again eight times.
    pub const STRICT: Self = Self {
        rereads: 8,
        q_tolerance_ppm: 0,
        accept_subcode_shift: false,
        accept_audio_offset: false,
        accept_missing_crc: false,
    };

    /// Whether `n_unreadable` of `n_compared` Q frames are within the tolerance.
    pub(super) fn tolerates_q(&self, n_unreadable: u32, n_compared: u32) -> bool {
        u64::from(n_unreadable) * 1_000_000
            <= u64::from(n_compared) * u64::from(self.q_tolerance_ppm)
    }
}
