//! Sealing a body: compress, pad, encrypt.
//!
//! Plain bytes → zstd when that helps and there are at least 512 → `flag, length` in front → zeros behind up to 256 B, 1 kB,
//! 4 kB, above that to the next Padmé length, so that the length tells little → XChaCha20-Poly1305 under a key derived
//! from the epoch key, with the header's identity fields as associated data → nonce in front.

use crate::Error;
use crate::entry::MAX_OP_LEN;
use crate::keys::Entropy;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

const NONCE_LEN: usize = 24;
const PREFIX_LEN: usize = 5;
/// Shorter bodies do not gain from compression.
const COMPRESS_FROM: usize = 512;
/// A body may unpack to at most this: a small sealed body must not fill a memory.
const MAX_PLAIN_LEN: usize = 4 * 1024 * 1024;

/// Seals `plain` under `epoch_key`; `identity` is what the body belongs to.
pub fn seal(plain: &[u8], epoch_key: &[u8; 32], identity: &[u8], entropy: &mut Entropy) -> Result<Vec<u8>, Error> {
    if plain.len() > MAX_PLAIN_LEN {
        return Err(Error::TooLarge);
    }
    let packed = if plain.len() >= COMPRESS_FROM {
        zstd::bulk::compress(plain, 3).ok()
    } else {
        None
    };
    let (flag, content) = match &packed {
        Some(packed) if packed.len() < plain.len() => (1_u8, packed.as_slice()),
        _ => (0_u8, plain),
    };
    let content_len = u32::try_from(content.len()).map_err(|_| Error::TooLarge)?;
    let mut padded = vec![0; padded_len(PREFIX_LEN + content.len())];
    let mut prefix = vec![flag];
    prefix.extend_from_slice(&content_len.to_le_bytes());
    prefix.extend_from_slice(content);
    if let Some(front) = padded.get_mut(..prefix.len()) {
        front.copy_from_slice(&prefix);
    }
    let nonce: [u8; NONCE_LEN] = entropy.bytes();
    let sealed = cipher(epoch_key)
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: &padded,
                aad: identity,
            },
        )
        .map_err(|_| Error::Sealed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] made.
pub fn open(sealed: &[u8], epoch_key: &[u8; 32], identity: &[u8]) -> Result<Vec<u8>, Error> {
    if sealed.len() > MAX_OP_LEN {
        return Err(Error::TooLarge);
    }
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Error::Sealed)?;
    let padded = cipher(epoch_key)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: identity,
            },
        )
        .map_err(|_| Error::Sealed)?;
    let (prefix, rest) = padded.split_first_chunk::<PREFIX_LEN>().ok_or(Error::Body)?;
    let [flag, len @ ..] = *prefix;
    let content = rest.get(..u32::from_le_bytes(len) as usize).ok_or(Error::Body)?;
    match flag {
        0 => Ok(content.to_vec()),
        1 => zstd::bulk::decompress(content, MAX_PLAIN_LEN).map_err(|_| Error::Body),
        _ => Err(Error::Body),
    }
}

fn cipher(epoch_key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&blake3::derive_key("sidedesk 1 body key", epoch_key).into())
}

/// 256, 1024, 4096, above that Padmé: at most about 12 % longer, and few distinct lengths.
fn padded_len(len: usize) -> usize {
    match len {
        ..=256 => 256,
        257..=1024 => 1024,
        1025..=4096 => 4096,
        _ => {
            let exponent = usize::BITS - 1 - len.leading_zeros();
            let kept = u32::BITS - exponent.leading_zeros();
            let mask = (1_usize << exponent.saturating_sub(kept)) - 1;
            (len + mask) & !mask
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(len: usize) {
        let plain: Vec<u8> = (0..len).map(|i| (i * i) as u8).collect();
        let sealed = seal(&plain, &[1; 32], b"id", &mut Entropy::new([2; 32])).unwrap();
        assert_eq!(open(&sealed, &[1; 32], b"id").unwrap(), plain, "{len}");
        assert_eq!(open(&sealed, &[1; 32], b"other"), Err(Error::Sealed));
        assert_eq!(open(&sealed, &[3; 32], b"id"), Err(Error::Sealed));
    }

    #[test]
    fn bodies_round_trip_and_open_for_their_header_only() {
        for len in [0, 1, 251, 252, 511, 512, 5000, 100_000] {
            check(len);
        }
    }

    #[test]
    fn lengths_tell_little() {
        for (len, padded) in [
            (0, 256),
            (256, 256),
            (257, 1024),
            (4096, 4096),
            (4097, 4352),
            (100_000, 100_352),
        ] {
            assert_eq!(padded_len(len), padded, "{len}");
        }
        assert!((1..300_000).all(|len| padded_len(len) >= len));
    }

    /// Whoever holds the key may lie in every part of it: a kilobyte that unpacks to a gigabyte, a length beyond the end.
    #[test]
    fn a_sealed_body_that_unpacks_to_too_much_is_an_error() {
        let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
        assert!(bomb.len() < 16 * 1024);
        for (flag, len, content) in [(1, bomb.len(), bomb.as_slice()), (0, 1 << 30, &[]), (2, 0, &[])] {
            let plain = [&[flag], (len as u32).to_le_bytes().as_slice(), content].concat();
            let payload = Payload {
                msg: &plain,
                aad: b"id",
            };
            let sealed = cipher(&[1; 32])
                .encrypt(&XNonce::from([3; NONCE_LEN]), payload)
                .unwrap();
            let whole = [[3; NONCE_LEN].as_slice(), &sealed].concat();
            assert_eq!(open(&whole, &[1; 32], b"id"), Err(Error::Body), "{flag}");
        }
    }

    #[test]
    fn nonsense_is_an_error_never_a_panic() {
        for len in 0..60 {
            assert!(open(&vec![7; len], &[1; 32], b"id").is_err());
        }
    }
}
