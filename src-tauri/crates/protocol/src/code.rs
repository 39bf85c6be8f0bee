//! Codes that people copy and type: CBOR with a checksum, as base32 in lower case.

use crate::Error;
use crate::keys::hash;
use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};

const CHECKSUM_LEN: usize = 4;
/// Longest code worth reading, in characters.
const MAX_CODE_LEN: usize = 2000;

/// Why a pasted code cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Not a code at all.
    #[error("this is not an invitation code; copy the whole code from the invitation")]
    NotACode,
    /// A character is wrong or missing.
    #[error("a character of the code is wrong or missing; copy it again")]
    Checksum,
}

/// The text of a code of this kind.
pub(crate) fn to_text<T: Encode<()>>(kind: &str, code: &T) -> Result<String, Error> {
    let mut bytes = minicbor::to_vec(code).map_err(Error::encoding)?;
    let checksum = hash(&[kind.as_bytes(), &bytes]);
    bytes.extend(checksum.iter().take(CHECKSUM_LEN));
    Ok(BASE32_NOPAD.encode(&bytes).to_lowercase())
}

/// Reads a pasted code; blanks, line breaks and hyphens that mail added do not matter.
pub(crate) fn from_text<T: for<'b> Decode<'b, ()>>(kind: &str, text: &str) -> Result<T, BadCode> {
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(MAX_CODE_LEN)
        .collect();
    let bytes = BASE32_NOPAD
        .decode(compact.to_uppercase().as_bytes())
        .map_err(|_| BadCode::NotACode)?;
    let (bytes, checksum) = bytes.split_last_chunk::<CHECKSUM_LEN>().ok_or(BadCode::NotACode)?;
    if !hash(&[kind.as_bytes(), bytes]).starts_with(checksum) {
        return Err(BadCode::Checksum);
    }
    minicbor::decode(bytes).map_err(|_| BadCode::NotACode)
}
