use cd_address::Msf;

use super::{Header, MODE1_USER_BYTES, MainFault, PlainSector, SYNC, SectorKind, Subheader};
use super::{check, field};
use crate::{Kernel, MAIN_BYTES, ecc};

#[cfg(test)]
pub(crate) mod tests;

/// What goes into a sector's main channel and comes out of it; the rest follows from this and the address.
///
/// A file with 2336 bytes a sector of Mode 2, forms or none, holds what [`Payload::Mode2Formless`] takes: bytes
/// 16..2352 with subheader, EDC and parity, none of which depends on the address.
///
/// What to make of what programs are given, by the names of Windows' `IMAPI_CD_SECTOR_TYPE`:
///
/// | type | bytes | payload |
/// | --- | --- | --- |
/// | AUDIO | 2352 | [`Payload::Audio`] |
/// | MODE_ZERO | 2336, all zero | [`Payload::Mode0`] |
/// | MODE1 | 2048 | [`Payload::Mode1`] |
/// | MODE2FORM0 | 2336 | [`Payload::Mode2Formless`] |
/// | MODE2FORM1 | 2048 | [`Payload::Mode2Form1`] with [`Subheader::DATA`], since none is given |
/// | MODE2FORM2 | 2336, the last four EDC or zero | [`Payload::Mode2Formless`]: subheader, 2324 and EDC as given |
/// | all RAW ones | 2352, scrambled | none: the sector is made already, see [`ScrambledSector`](crate::ScrambledSector) |
///
/// # Spec
/// As [`SectorKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// 588 stereo samples; [`encode_audio`](crate::encode_audio) makes them from numbers.
    Audio(&'a [u8; MAIN_BYTES]),
    /// Nothing.
    Mode0,
    /// 2048 bytes.
    Mode1(&'a [u8; MODE1_USER_BYTES]),
    /// 2336 bytes.
    Mode2Formless(&'a [u8; 2336]),
    /// 2048 bytes and a subheader.
    Mode2Form1 {
        /// The subheader; its form bit is cleared when encoded.
        subheader: Subheader,
        /// The user data.
        user: &'a [u8; 2048],
    },
    /// 2324 bytes and a subheader.
    Mode2Form2 {
        /// The subheader; its form bit is set when encoded.
        subheader: Subheader,
        /// The user data.
        user: &'a [u8; 2324],
        /// Whether there is an EDC; otherwise four zeros in its place.
        has_edc: bool,
    },
}

impl Payload<'_> {
    /// The kind of sector this makes.
    #[must_use]
    pub const fn kind(self) -> SectorKind {
        match self {
            Self::Audio(_) => SectorKind::Audio,
            Self::Mode0 => SectorKind::Mode0,
            Self::Mode1(_) => SectorKind::Mode1,
            Self::Mode2Formless(_) => SectorKind::Mode2Formless,
            Self::Mode2Form1 { .. } => SectorKind::Mode2Form1,
            Self::Mode2Form2 { .. } => SectorKind::Mode2Form2,
        }
    }
}

/// Makes a whole plain sector: sync, header, subheader, user data, EDC, zeros, P and Q parity, as the kind has them.
///
/// Every byte of `out` is written. Sound has no address: for it, `address` is not looked at.
///
/// A recorder wants data scrambled: [`scramble`](crate::scramble()).
///
/// # Spec
/// As [`SectorKind`].
pub fn encode(address: Msf, payload: Payload<'_>, out: &mut [u8; MAIN_BYTES]) {
    let kind = payload.kind();
    let (user, subheader): (&[u8], _) = match payload {
        Payload::Audio(user) => (user, None),
        Payload::Mode0 => (&[], None),
        Payload::Mode1(user) => (user, None),
        Payload::Mode2Formless(user) => (user, None),
        Payload::Mode2Form1 { subheader, user } => (user, Some(subheader)),
        Payload::Mode2Form2 {
            subheader, user, ..
        } => (user, Some(subheader)),
    };
    out[kind.user()].copy_from_slice(user);
    if let Some(subheader) = subheader {
        out[field::SUBHEADER].copy_from_slice(&subheader.to_bytes());
    }
    encode_in_place(kind, address, out);
    if let Payload::Mode2Form2 { has_edc: false, .. } = payload {
        out[field::FORM_2_EDC].fill(0);
    }
}

/// Makes a whole plain sector round the user data that lies in its place, which is [`SectorKind::user`].
///
/// In form 1 and 2 bytes 16..20 are the subheader, whose form bit is made right and whose second copy is made. All
/// other bytes but the user data are written; form 2 gets its EDC. Sound is left as it is.
///
/// For readers that can put the data there at once.
pub fn encode_in_place(kind: SectorKind, address: Msf, sector: &mut [u8; MAIN_BYTES]) {
    let Some(mode) = kind.mode() else {
        return;
    };
    let header = Header {
        address: address.to_bcd(),
        mode,
    };
    sector[field::SYNC].copy_from_slice(&SYNC);
    sector[field::HEADER].copy_from_slice(&header.to_bytes());
    if let Some(form) = kind.form() {
        let [subheader, _] = PlainSector(sector).subheaders();
        let copy = subheader.with_form(form).to_bytes();
        sector[field::SUBHEADER].copy_from_slice(&copy);
        sector[field::SECOND_SUBHEADER].copy_from_slice(&copy);
    }
    if let Some(form) = kind.parity_form() {
        Kernel::best().write_codes(sector, form);
        return;
    }
    sector[kind.zero()].fill(0);
    if let Some(place) = kind.edc() {
        let edc = Kernel::best().edc(&sector[place.covered]);
        sector[place.at..place.at + 4].copy_from_slice(&edc.to_le_bytes());
    }
}

/// Makes the P and Q parity of a sector of `kind`, which has them.
pub(crate) fn put_parity(kind: SectorKind, sector: &mut [u8; MAIN_BYTES]) {
    let p = ecc::p_parity(&PlainSector(sector).under_parity(kind));
    sector[field::P].copy_from_slice(&p);
    let q = ecc::q_parity(&PlainSector(sector).under_parity(kind));
    sector[field::Q].copy_from_slice(&q);
}

/// Makes a whole plain Mode 1 sector: [`encode`] of [`Payload::Mode1`].
pub fn encode_mode1(address: Msf, user: &[u8; MODE1_USER_BYTES], out: &mut [u8; MAIN_BYTES]) {
    encode(address, Payload::Mode1(user), out);
}

/// Makes a whole plain Mode 1 sector round the user data in bytes 16..2064 of it: [`encode_in_place`] of
/// [`SectorKind::Mode1`].
pub fn encode_mode1_in_place(address: Msf, sector: &mut [u8; MAIN_BYTES]) {
    encode_in_place(SectorKind::Mode1, address, sector);
}

/// A sector taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The address in the header; sound has none.
    pub address: Option<Msf>,
    /// What the sector carries.
    pub payload: Payload<'a>,
}

impl<'a> PlainSector<'a> {
    /// Takes a sector of `kind` apart. Zeros, EDC and parity are not looked at: that is
    /// [`check`](PlainSector::check).
    ///
    /// An EDC of zero in form 2 counts as left out.
    ///
    /// # Errors
    /// [`MainFault::DataInAudio`]; [`MainFault::Sync`], [`MainFault::Header`] for an address that is none,
    /// [`MainFault::Mode`], [`MainFault::Subheader`] and [`MainFault::Form`], the first of them in this order.
    pub fn decode(self, kind: SectorKind) -> Result<Decoded<'a>, MainFault> {
        let Some(mode) = kind.mode() else {
            check::audio(self)?;
            return Ok(Decoded {
                address: None,
                payload: Payload::Audio(self.0),
            });
        };
        check::sync(self)?;
        let header = self.header();
        let address = header.address.to_msf().map_err(|error| MainFault::Header {
            got: header.address,
            error,
        })?;
        check::mode(header, mode)?;
        check::subheader(self.subheaders(), kind)?;
        let [subheader, _] = self.subheaders();
        let payload = match kind {
            SectorKind::Audio | SectorKind::Mode0 => Payload::Mode0,
            SectorKind::Mode1 => Payload::Mode1(self.array(kind.user().start)),
            SectorKind::Mode2Formless => Payload::Mode2Formless(self.array(kind.user().start)),
            SectorKind::Mode2Form1 => Payload::Mode2Form1 {
                subheader,
                user: self.array(kind.user().start),
            },
            SectorKind::Mode2Form2 => Payload::Mode2Form2 {
                subheader,
                user: self.array(kind.user().start),
                has_edc: self.edc(kind) != Some(0),
            },
        };
        Ok(Decoded {
            address: Some(address),
            payload,
        })
    }
}
