//! Joining: the code that travels by mail or voice, the request that it opens, the welcome that anchors the newcomer.
//!
//! The code is base32 with a checksum: hub address, hub key, certificate pin if the hub's certificate is self-signed,
//! workspace id and a 32-byte secret. The hub never learns the secret: it lies in the sealed part of the invite op,
//! requests and welcomes are sealed under it, and the hub only sees a signature by a key derived from it.

use crate::address::HubAddress;
use crate::code;
pub use crate::code::BadCode;
use crate::keys::{self, Entropy};
use crate::membership::DeviceKeys;
use crate::recovery::{VOICE_WORDS, voice_words};
use crate::{Error, Hash, seal};
use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use sidedesk_domain::{InviteId, MemberId, WorkspaceId};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secret of an invitation.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct InviteSecret([u8; 32]);

impl InviteSecret {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the hub knows it by.
    pub fn id(&self) -> InviteId {
        InviteId::of("invite", &[&self.0])
    }

    /// Public half of the key that proves possession.
    pub fn claim_key(&self) -> [u8; 32] {
        self.claim_signing_key().verifying_key().to_bytes()
    }

    fn claim_signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&blake3::derive_key("sidedesk 1 invite claim key", &self.0))
    }

    fn seal_key(&self) -> [u8; 32] {
        blake3::derive_key("sidedesk 1 invite seal key", &self.0)
    }

    /// The newcomer's proof at the hub's door.
    pub fn proof(&self, workspace: WorkspaceId, nonce: &[u8; 32], hub_key: &[u8; 32]) -> [u8; 64] {
        let message = crate::author::door_message(workspace, nonce, hub_key);
        keys::sign(&self.claim_signing_key(), "sidedesk 1 claim", &message)
    }
}

impl std::fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InviteSecret of {}", self.id())
    }
}

/// What an invitation code says.
#[derive(Debug, Clone, Encode, Decode)]
pub struct InviteCode {
    /// Where the hub is: `ws://host:port` or `wss://…`.
    #[n(0)]
    pub address: String,
    /// The hub's signing key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hub_key: [u8; 32],
    /// SHA-256 of the hub's certificate when it is self-signed.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub pin: Option<[u8; 32]>,
    /// Which workspace.
    #[n(3)]
    pub workspace: WorkspaceId,
    #[cbor(n(4), with = "minicbor::bytes")]
    secret: [u8; 32],
    /// For the next device of this member; else for somebody new.
    #[n(5)]
    pub member: Option<MemberId>,
}

impl InviteCode {
    /// A code for this secret. A fingerprint in the address becomes the pin.
    pub fn new(address: String, hub_key: [u8; 32], workspace: WorkspaceId, secret: &InviteSecret) -> Self {
        let (address, pin) = match HubAddress::parse(&address) {
            Ok(HubAddress { url, pin }) => (url, pin),
            Err(_) => (address, None),
        };
        Self {
            address,
            hub_key,
            pin,
            workspace,
            secret: *secret.as_bytes(),
            member: None,
        }
    }

    /// The hub's address with the pin in it, as a device keeps it.
    pub fn hub(&self) -> String {
        let (url, pin) = (self.address.clone(), self.pin);
        HubAddress { url, pin }.to_string()
    }

    /// The secret it carries.
    pub fn secret(&self) -> InviteSecret {
        InviteSecret(self.secret)
    }

    /// Four words that both ends of a call see when nobody changed the code on its way: it says whose hub, whose board.
    pub fn voice_words(&self) -> [&'static str; VOICE_WORDS] {
        let pin: &[u8] = self.pin.as_ref().map_or(&[], |pin| pin);
        voice_words(&[
            self.address.as_bytes(),
            pin,
            &self.hub_key,
            self.workspace.as_bytes(),
            &self.secret,
        ])
    }

    /// As text: base32, lower case.
    pub fn to_text(&self) -> Result<String, Error> {
        code::to_text("sidedesk 1 code", self)
    }

    /// Reads a pasted code; blanks, line breaks and hyphens that mail added do not matter.
    pub fn from_text(text: &str) -> Result<Self, BadCode> {
        code::from_text("sidedesk 1 code", text)
    }
}

/// What the newcomer asks, sealed under the secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct JoinRequest {
    /// The device that wants in.
    #[n(0)]
    pub device: DeviceKeys,
}

/// The newcomer's anchor, sealed under the secret: a hub that hid a removal or showed another history would not match.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// Signing key of the device that admitted.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub admitted_by: [u8; 32],
    /// The head it admitted on.
    #[n(1)]
    pub n: u64,
    /// Chain hash there.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub hash: Hash,
    /// Hash of the membership there.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub membership_hash: Hash,
    /// Digests of the snapshots it vouches for.
    #[n(4)]
    pub snapshots: Vec<minicbor::bytes::ByteVec>,
}

/// Seals a request for whoever holds the secret.
pub fn seal_request(request: &JoinRequest, secret: &InviteSecret, entropy: &mut Entropy) -> Result<Vec<u8>, Error> {
    let plain = minicbor::to_vec(request).map_err(Error::encoding)?;
    seal::seal(&plain, &secret.seal_key(), b"sidedesk 1 join", entropy)
}

/// Opens a request.
pub fn open_request(sealed: &[u8], secret: &InviteSecret) -> Result<JoinRequest, Error> {
    let plain = seal::open(sealed, &secret.seal_key(), b"sidedesk 1 join")?;
    minicbor::decode(&plain).map_err(Error::decoding)
}

pub(crate) fn seal_welcome(
    welcome: &Welcome,
    secret: &InviteSecret,
    device: &DeviceKeys,
    entropy: &mut Entropy,
) -> Result<Vec<u8>, Error> {
    let plain = minicbor::to_vec(welcome).map_err(Error::encoding)?;
    seal::seal(&plain, &secret.seal_key(), &welcome_identity(device), entropy)
}

/// Opens the welcome in the op that admitted `device`.
pub fn open_welcome(sealed: &[u8], secret: &InviteSecret, device: &DeviceKeys) -> Result<Welcome, Error> {
    let plain = seal::open(sealed, &secret.seal_key(), &welcome_identity(device))?;
    minicbor::decode(&plain).map_err(Error::decoding)
}

fn welcome_identity(device: &DeviceKeys) -> Vec<u8> {
    [b"sidedesk 1 welcome".as_slice(), device.id().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_carries_the_certificate_that_the_address_named() {
        let address = format!("wss://hub.example.com:7420#{}", crate::address::fingerprint(&[9; 32]));
        let secret = InviteSecret::from_bytes([5; 32]);
        let code = InviteCode::new(address.clone(), [1; 32], WorkspaceId([2; 32]), &secret);
        assert_eq!(
            (code.address.as_str(), code.pin),
            ("wss://hub.example.com:7420", Some([9; 32]))
        );
        let read = InviteCode::from_text(&code.to_text().unwrap()).unwrap();
        assert_eq!((read.pin, read.hub()), (Some([9; 32]), address));
    }

    #[test]
    fn a_code_survives_mail_and_notices_a_wrong_character() {
        let secret = InviteSecret::from_bytes([5; 32]);
        let code = InviteCode::new(
            "ws://hub.example.com:7420".into(),
            [1; 32],
            WorkspaceId([2; 32]),
            &secret,
        );
        let text = code.to_text().unwrap();
        let mailed = format!("  {}\r\n{} ", &text[..40], text[40..].to_uppercase());
        let read = InviteCode::from_text(&mailed).unwrap();
        assert_eq!(
            (read.address.as_str(), read.secret().id()),
            ("ws://hub.example.com:7420", secret.id())
        );
        let swapped = if text.starts_with('q') {
            text.replacen('q', "a", 1)
        } else {
            format!("q{}", &text[1..])
        };
        assert_eq!(InviteCode::from_text(&swapped).err(), Some(BadCode::Checksum));
        for nonsense in ["", "hello", "!!!!", "aaaaaaaaaaaaaaaa"] {
            assert!(InviteCode::from_text(nonsense).is_err(), "{nonsense}");
        }
    }
}
