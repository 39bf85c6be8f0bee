//! Keys: a device's own, a hub's own, and the epoch keys that bodies are sealed under.
//!
//! A device has one 32-byte secret; its signing key (ed25519) and its wrapping key (X25519, HPKE) derive from it, and its
//! id is the hash of the signing key. Randomness is a parameter everywhere: [`Entropy`].

use crate::{Error, Hash};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use minicbor::{Decode, Encode};
use sidedesk_domain::membership::Role;
use sidedesk_domain::{DeviceId, Space};
use std::collections::BTreeMap;
use std::convert::Infallible;
use zeroize::{Zeroize, ZeroizeOnDrop};

type Kem = hpke::kem::X25519HkdfSha256;
type Kdf = hpke::kdf::HkdfSha256;
type Aead = hpke::aead::ChaCha20Poly1305;

/// A stream of random bytes from 32 that the caller drew from its system. Never use one seed twice.
pub struct Entropy(blake3::OutputReader);

impl Entropy {
    /// The stream of this seed.
    pub fn new(seed: [u8; 32]) -> Self {
        Self(blake3::Hasher::new_keyed(&seed).finalize_xof())
    }

    /// The next bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl rand_core::TryRng for Entropy {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Entropy {}

/// ed25519 over a domain-separated message: the same bytes can never mean two things.
pub fn sign(key: &SigningKey, what: &str, message: &[u8]) -> [u8; 64] {
    key.sign(&separated(what, message)).to_bytes()
}

/// Strict verification of [`sign`].
pub fn verify(key: &[u8; 32], what: &str, message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| Error::Signature)?;
    key.verify_strict(&separated(what, message), &Signature::from_bytes(signature))
        .map_err(|_| Error::Signature)
}

fn separated(what: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(what.len() + 1 + message.len());
    bytes.extend_from_slice(what.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(message);
    bytes
}

/// What makes a device this device. Dropped secrets are wiped from memory.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DeviceSecret([u8; 32]);

impl DeviceSecret {
    /// From its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes, for the key store.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The key it signs ops with.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&blake3::derive_key("sidedesk 1 device signing key", &self.0))
    }

    /// The public half of [`Self::signing_key`].
    pub fn verify_key(&self) -> [u8; 32] {
        self.signing_key().verifying_key().to_bytes()
    }

    /// The public half of its wrapping key.
    pub fn wrap_key(&self) -> [u8; 32] {
        let (_, public) = self.wrap_pair();
        public.to_bytes().into()
    }

    /// Its id.
    pub fn id(&self) -> DeviceId {
        device_id(&self.verify_key())
    }

    fn wrap_pair(&self) -> (<Kem as hpke::Kem>::PrivateKey, <Kem as hpke::Kem>::PublicKey) {
        Kem::derive_keypair(&blake3::derive_key("sidedesk 1 device wrapping key", &self.0))
    }

    /// Opens an epoch key wrapped to this device.
    pub fn unwrap(&self, wrap: &Wrap) -> Result<[u8; 32], Error> {
        let (private, _) = self.wrap_pair();
        let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(&wrap.enc).map_err(|_| Error::Sealed)?;
        let info = wrap_info(wrap.space, wrap.epoch);
        let opened = hpke::single_shot_open::<Aead, Kdf, Kem>(&OpModeR::Base, &private, &enc, &info, &wrap.sealed, &[])
            .map_err(|_| Error::Sealed)?;
        opened.try_into().map_err(|_| Error::Sealed)
    }
}

impl std::fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceSecret of {}", self.id())
    }
}

/// The id of the device with this signing key.
pub fn device_id(verify_key: &[u8; 32]) -> DeviceId {
    DeviceId::of("device", &[verify_key])
}

/// An epoch key for one device's eyes (HPKE base mode).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Wrap {
    /// Whose eyes.
    #[n(0)]
    pub device: DeviceId,
    /// Number of the space.
    #[n(1)]
    pub space: u8,
    /// Which epoch.
    #[n(2)]
    pub epoch: u32,
    /// The encapsulated key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub enc: Vec<u8>,
    /// The sealed 32 bytes.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

fn wrap_info(space: u8, epoch: u32) -> Vec<u8> {
    [b"sidedesk 1 epoch key".as_slice(), &[space], &epoch.to_le_bytes()].concat()
}

/// Wraps an epoch key to a device.
pub fn wrap(
    device: DeviceId,
    wrap_key: &[u8; 32],
    space: Space,
    epoch: u32,
    key: &[u8; 32],
    entropy: &mut Entropy,
) -> Result<Wrap, Error> {
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(wrap_key).map_err(|_| Error::Sealed)?;
    let info = wrap_info(space.number(), epoch);
    let (enc, sealed) =
        hpke::single_shot_seal_with_rng::<Aead, Kdf, Kem>(&OpModeS::Base, &public, &info, key, &[], entropy)
            .map_err(|_| Error::Sealed)?;
    Ok(Wrap {
        device,
        space: space.number(),
        epoch,
        enc: enc.to_bytes().to_vec(),
        sealed,
    })
}

/// Can anything be wrapped to this key? To a point of small order nothing can, and whoever tried could not go on.
pub fn takes_wraps(wrap_key: &[u8; 32]) -> bool {
    // Nobody gets this wrap, so that nothing of it need be secret.
    let mut entropy = Entropy::new([0; 32]);
    wrap(DeviceId::default(), wrap_key, Space::Board, 0, &[0; 32], &mut entropy).is_ok()
}

/// The epoch keys a device holds. Wiped when dropped.
#[derive(Clone, Default)]
pub struct Keyring(BTreeMap<(Space, u32), [u8; 32]>);

impl Drop for Keyring {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl Keyring {
    /// Adds a key.
    pub fn insert(&mut self, space: Space, epoch: u32, key: [u8; 32]) {
        self.0.insert((space, epoch), key);
    }

    /// The key of an epoch, when this device holds it.
    pub fn get(&self, space: Space, epoch: u32) -> Option<&[u8; 32]> {
        self.0.get(&(space, epoch))
    }

    /// Every key held.
    pub fn iter(&self) -> impl Iterator<Item = (Space, u32, &[u8; 32])> {
        self.0.iter().map(|((space, epoch), key)| (*space, *epoch, key))
    }

    /// Opens those of `wraps` that are meant for this device.
    pub fn open_wraps(&mut self, secret: &DeviceSecret, wraps: &[Wrap]) -> Result<(), Error> {
        let me = secret.id();
        for wrap in wraps.iter().filter(|wrap| wrap.device == me) {
            let Some(space) = Space::from_number(wrap.space) else {
                continue;
            };
            let key = secret.unwrap(wrap)?;
            self.insert(space, wrap.epoch, key);
        }
        Ok(())
    }

    /// The keys of the spaces that `role` does not hold.
    pub fn without(&self, role: Role) -> Self {
        let keys = self.iter().filter(|(space, _, _)| !role.holds(*space));
        Self(keys.map(|(space, epoch, key)| ((space, epoch), *key)).collect())
    }

    /// Wraps every key held of the spaces that `role` holds to a device: what a newcomer needs to read the past.
    pub fn wrap_all(
        &self,
        device: DeviceId,
        role: Role,
        wrap_key: &[u8; 32],
        entropy: &mut Entropy,
    ) -> Result<Vec<Wrap>, Error> {
        self.iter()
            .filter(|(space, _, _)| role.holds(*space))
            .map(|(space, epoch, key)| wrap(device, wrap_key, space, epoch, key, entropy))
            .collect()
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A hub's signing key.
#[derive(Clone)]
pub struct HubSecret(SigningKey);

impl HubSecret {
    /// From its 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The public half: what a `hub` op names and an invite code carries.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(crate) fn sign(&self, what: &str, message: &[u8]) -> [u8; 64] {
        sign(&self.0, what, message)
    }
}

/// BLAKE3.
pub fn hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_for_its_device_only() {
        let (alice, bob) = (DeviceSecret::from_bytes([1; 32]), DeviceSecret::from_bytes([2; 32]));
        let mut entropy = Entropy::new([9; 32]);
        let wrapped = wrap(alice.id(), &alice.wrap_key(), Space::Board, 1, &[7; 32], &mut entropy).unwrap();
        assert_eq!(alice.unwrap(&wrapped), Ok([7; 32]));
        assert_eq!(bob.unwrap(&wrapped), Err(Error::Sealed));
        assert_eq!(alice.unwrap(&Wrap { epoch: 2, ..wrapped }), Err(Error::Sealed));
    }

    #[test]
    fn nothing_is_wrapped_to_a_key_of_small_order() {
        let mut one = [0; 32];
        one[0] = 1;
        let minus_one: [u8; 32] = std::array::from_fn(|i| match i {
            0 => 0xec,
            31 => 0x7f,
            _ => 0xff,
        });
        for key in [[0; 32], one, minus_one] {
            assert!(!takes_wraps(&key), "{key:?}");
        }
        assert!(takes_wraps(&DeviceSecret::from_bytes([1; 32]).wrap_key()));
    }

    #[test]
    fn a_signature_holds_for_its_purpose_only() {
        let alice = DeviceSecret::from_bytes([1; 32]);
        let signature = sign(&alice.signing_key(), "op", b"x");
        assert!(verify(&alice.verify_key(), "op", b"x", &signature).is_ok());
        assert!(verify(&alice.verify_key(), "receipt", b"x", &signature).is_err());
    }
}
