//! Small helpers around minicbor that several types here share.

use minicbor::{Decoder, decode};

/// The next CBOR item, whatever it is, as the bytes it was written with; the decoder stands behind it afterwards.
pub(crate) fn raw_item<'b>(d: &mut Decoder<'b>) -> Result<&'b [u8], decode::Error> {
    let start = d.position();
    d.skip()?;
    d.input()
        .get(start..d.position())
        .ok_or_else(decode::Error::end_of_input)
}

/// The length of a definite array; indefinite ones are refused, so that every encoding is the only one.
pub(crate) fn array_len(d: &mut Decoder<'_>) -> Result<u64, decode::Error> {
    d.array()?
        .ok_or_else(|| decode::Error::message("an array of unknown length"))
}

/// Skips what a newer version appended to an array of which `known` items were read.
pub(crate) fn skip_rest(d: &mut Decoder<'_>, len: u64, known: u64) -> Result<(), decode::Error> {
    for _ in known..len {
        d.skip()?;
    }
    Ok(())
}
