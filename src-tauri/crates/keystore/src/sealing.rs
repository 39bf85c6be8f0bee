//! Sealing a few bytes under a key: XChaCha20-Poly1305 with what they belong to as associated data.
//!
//! The nonce is derived from key, belongings and content, so equal input is sealed to equal bytes: a file says the same
//! after it was written again, and no source of chance can repeat a nonce. All that this tells an observer is that nothing
//! has changed.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const NONCE_LEN: usize = 24;

/// A key that seals. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SealingKey([u8; 32]);

impl SealingKey {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As a keyring keeps it: text, because some keep nothing else.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(data_encoding::HEXLOWER.encode(&self.0))
    }

    pub(crate) fn from_text(text: &[u8]) -> Option<Self> {
        let bytes = Zeroizing::new(data_encoding::HEXLOWER_PERMISSIVE.decode(text).ok()?);
        Some(Self(bytes.as_slice().try_into().ok()?))
    }

    /// Seals `plain`, which belongs to `about`.
    pub fn seal(&self, plain: &[u8], about: &[u8]) -> Vec<u8> {
        let nonce = self.nonce(plain, about);
        let payload = Payload { msg: plain, aad: about };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        // It fails for more than 256 GB only, and then what comes out does not open.
        [nonce.as_slice(), &sealed.unwrap_or_default()].concat()
    }

    /// Opens it; `None` when the key or the belongings are others, or a bit has changed.
    pub fn open(&self, sealed: &[u8], about: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let payload = Payload {
            msg: sealed,
            aad: about,
        };
        let plain = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        Some(Zeroizing::new(plain))
    }

    fn nonce(&self, plain: &[u8], about: &[u8]) -> [u8; NONCE_LEN] {
        let derived = Zeroizing::new(blake3::derive_key("sidedesk 1 keystore nonce", &self.0));
        let mut hasher = blake3::Hasher::new_keyed(&derived);
        hasher.update(&(about.len() as u64).to_le_bytes());
        hasher.update(about).update(plain);
        let mut nonce = [0; NONCE_LEN];
        hasher.finalize_xof().fill(&mut nonce);
        nonce
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let derived = Zeroizing::new(blake3::derive_key("sidedesk 1 keystore sealing", &self.0));
        XChaCha20Poly1305::new(&(*derived).into())
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_key_and_for_its_owner_only() {
        let (key, other) = (SealingKey([1; 32]), SealingKey([2; 32]));
        let sealed = key.seal(b"secret", b"mine");
        assert_eq!(key.open(&sealed, b"mine").unwrap().as_slice(), b"secret");
        assert_eq!(key.open(&sealed, b"yours"), None);
        assert_eq!(other.open(&sealed, b"mine"), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(key.open(&bent, b"mine"), None, "byte {at}");
        }
        assert_eq!(key.open(&sealed[..NONCE_LEN], b"mine"), None);
        assert_eq!(key.open(b"", b"mine"), None);
    }

    #[test]
    fn equal_input_is_sealed_alike_and_other_input_under_another_nonce() {
        let key = SealingKey([1; 32]);
        assert_eq!(key.seal(b"a", b"x"), key.seal(b"a", b"x"));
        let nonce = |plain: &[u8], about: &[u8]| key.seal(plain, about)[..NONCE_LEN].to_vec();
        assert_ne!(nonce(b"a", b"x"), nonce(b"b", b"x"));
        assert_ne!(nonce(b"ax", b""), nonce(b"x", b"a"));
    }

    #[test]
    fn a_key_comes_back_from_its_text_and_is_never_printed() {
        let key = SealingKey([0xAB; 32]);
        assert_eq!(SealingKey::from_text(key.to_text().as_bytes()), Some(key.clone()));
        for no_key in ["", "ab", "zz", &"ab".repeat(33), "ä"] {
            assert_eq!(SealingKey::from_text(no_key.as_bytes()), None, "{no_key}");
        }
        assert_eq!(format!("{key:?}"), "SealingKey");
    }
}
