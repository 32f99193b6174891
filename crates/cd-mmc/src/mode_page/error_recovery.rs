use super::list::{PS, Purpose, page_start};
use crate::flags::flags;
use crate::wire::{Sink, need};
use crate::{DecodeError, Field, PageCode};

flags! {
    /// The single bits of [`ErrorRecovery`].
    RecoveryFlags {
        /// Bad blocks are reallocated in writing; not on CD.
        write_reallocation = 2/7, "AWRE";
        /// Bad blocks are reallocated in reading; not on CD.
        read_reallocation = 2/6, "ARRE";
        /// Blocks that could not be corrected are transferred all the same.
        transfer_block = 2/5, "TB";
        /// Data goes on without a pause for correction, errors or not.
        read_continuous = 2/4, "RC";
        /// Recovered errors are reported.
        post_error = 2/2, "PER";
        /// The transfer ends with a recovered error.
        disable_transfer_on_error = 2/1, "DTE";
        /// The layered error correction is left out.
        disable_correction = 2/0, "DCR";
    }
}

const READ_RETRY_COUNT: Field = Field::bytes("READ RETRY COUNT", 3, 1);
const WRITE_RETRY_COUNT: Field = Field::bytes("WRITE RETRY COUNT", 8, 1);

/// Mode page 01h: what the drive does about errors.
///
/// # Spec
/// MMC-5 clause 7, Read/Write Error Recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorRecovery {
    /// PS: whether the drive can save the page.
    pub savable: bool,
    /// The single bits.
    pub flags: RecoveryFlags,
    /// How often a read is tried again.
    pub read_retries: u8,
    /// How often a write is tried again; not on CD.
    pub write_retries: u8,
}

impl ErrorRecovery {
    /// Bytes of the page.
    pub const BYTES: usize = 12;

    /// Takes a page apart, header included. Bytes behind its length are ignored.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] if there are fewer bytes than the page's length says, or fewer than the
    /// 8 of MMC-1; [`DecodeError::FieldValue`] if it is another page.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "error recovery page";
        let page = page_start(what, PageCode::ERROR_RECOVERY, bytes)?;
        need(what, page, 8)?;
        Ok(Self {
            savable: PS.is_set(page),
            flags: RecoveryFlags::read(page),
            read_retries: READ_RETRY_COUNT.u8(page),
            write_retries: WRITE_RETRY_COUNT.u8(page),
        })
    }

    /// Writes the page, 12 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut sink = Sink::new(out);
        self.write_for(Purpose::Sense, &mut sink);
        sink.written()
    }

    pub(super) fn write_for(&self, purpose: Purpose, sink: &mut Sink<'_>) {
        let mut page = [0; Self::BYTES];
        page[..2].copy_from_slice(&[PageCode::ERROR_RECOVERY.code(), 0x0A]);
        PS.put(&mut page, self.savable && purpose == Purpose::Sense);
        self.flags.put(&mut page);
        READ_RETRY_COUNT.put(&mut page, self.read_retries);
        WRITE_RETRY_COUNT.put(&mut page, self.write_retries);
        sink.put(&page);
    }
}
