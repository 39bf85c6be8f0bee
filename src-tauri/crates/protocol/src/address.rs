//! Where a hub is, and how its certificate is known.
//!
//! ```text
//! wss://hub.example.com:7420                    the certificate is for that name, by somebody this computer trusts
//! wss://192.168.1.5:7420#sha256-mzxw6ytboi…     exactly that certificate; its name and its dates do not matter
//! ws://127.0.0.1:7420                           no encryption: this computer, or a network that people trust
//! ```
//!
//! The fingerprint is the SHA-256 of the certificate's DER, in base32 as the hub prints it, or in hex as other tools do.
//! It is a part of the address, so whatever keeps an address (the log's name-hub op, a device's identity, an invitation)
//! keeps it too, and nobody can use the one without the other.

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use std::fmt;

/// What stands between the address and the fingerprint.
const MARK: &str = "#sha256-";

/// SHA-256 of a certificate's DER.
pub type Pin = [u8; 32];

/// A hub's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubAddress {
    /// `ws://host:port` or `wss://host:port`, a path behind it where the hub lies behind another server.
    pub url: String,
    /// The only certificate that is taken, when the address names one.
    pub pin: Option<Pin>,
}

/// Why a text is not the address of a hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not a URL of the two kinds.
    #[error("\"{0}\" is not the address of a hub; one looks like wss://hub.example.com:7420")]
    NotAnAddress(String),
    /// What follows the `#` is cut short or mistyped.
    #[error("the fingerprint in \"{0}\" is wrong or incomplete; copy the whole address that the hub printed")]
    Fingerprint(String),
    /// A certificate is named, and the connection would have none.
    #[error("\"{0}\" names a certificate, and only wss:// addresses have one")]
    NotEncrypted(String),
}

impl HubAddress {
    /// Reads an address that says how to connect.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let (url, mark) = match text.split_once('#') {
            Some((url, _)) => (url, text.get(url.len()..)),
            None => (text, None),
        };
        let host = match url.split_once("://") {
            Some(("ws" | "wss", host)) => host.trim_end_matches('/'),
            _ => "",
        };
        if host.is_empty() || host.starts_with([':', '/']) || host.contains(|c: char| c.is_whitespace() || c == '@') {
            return Err(BadAddress::NotAnAddress(text.into()));
        }
        let pin = match mark {
            None => None,
            Some(_) if !url.starts_with("wss://") => return Err(BadAddress::NotEncrypted(text.into())),
            Some(mark) => Some(read_pin(mark).ok_or_else(|| BadAddress::Fingerprint(text.into()))?),
        };
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { url, pin })
    }

    /// Is the connection encrypted?
    pub fn is_encrypted(&self) -> bool {
        self.url.starts_with("wss://")
    }

    /// The address as people know it, without the fingerprint.
    pub fn without_pin(text: &str) -> &str {
        text.split('#').next().unwrap_or_default()
    }
}

impl fmt::Display for HubAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        match &self.pin {
            Some(pin) => write!(f, "#{}", fingerprint(pin)),
            None => Ok(()),
        }
    }
}

/// How a pin is printed: `sha256-` and base32 in lower case.
pub fn fingerprint(pin: &Pin) -> String {
    format!("sha256-{}", BASE32_NOPAD.encode(pin).to_lowercase())
}

/// Digits of 32 bytes in base32, and in hex.
const BASE32_LEN: usize = 52;
const HEX_LEN: usize = 64;

fn read_pin(mark: &str) -> Option<Pin> {
    let digits = mark.strip_prefix(MARK)?.replace(':', "");
    // By the length, because letters alone may be either.
    let bytes = match digits.len() {
        BASE32_LEN => BASE32_NOPAD.decode(digits.to_uppercase().as_bytes()),
        HEX_LEN => HEXLOWER_PERMISSIVE.decode(digits.as_bytes()),
        _ => return None,
    };
    bytes.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_printed_alike() {
        let pin = fingerprint(&[7; 32]);
        for text in [
            "ws://127.0.0.1:7420",
            "wss://hub.example.com",
            "wss://[::1]:7420/hubs/one",
            &format!("wss://192.168.1.5:7420#{pin}"),
        ] {
            assert_eq!(HubAddress::parse(text).unwrap().to_string(), text);
        }
        let spaced = HubAddress::parse(" wss://hub.example.com/ ").unwrap();
        assert_eq!(spaced.to_string(), "wss://hub.example.com");
    }

    #[test]
    fn a_fingerprint_may_be_typed_as_other_tools_print_it() {
        let (hex, colons) = ("07".repeat(32), ["07"; 32].join(":").to_uppercase());
        let base32 = fingerprint(&[7; 32]).replace("sha256-", "");
        for digits in [hex, colons, base32.to_uppercase(), base32] {
            let read = HubAddress::parse(&format!("wss://hub#sha256-{digits}")).unwrap();
            assert_eq!(read.pin, Some([7; 32]), "{digits}");
        }
        let zeros = format!("wss://hub#{}", fingerprint(&[0; 32]));
        assert_eq!(
            HubAddress::parse(&zeros).unwrap().pin,
            Some([0; 32]),
            "letters that are hex digits too"
        );
    }

    #[test]
    fn what_is_no_address_is_told_by_its_kind() {
        let nothing = |text: &str| BadAddress::NotAnAddress(text.into());
        for bad in [
            "",
            "hub.example.com",
            "http://hub",
            "ws://",
            "wss:///",
            "wss://:1",
            "ws://a b",
            "ws://me@hub",
        ] {
            assert_eq!(HubAddress::parse(bad), Err(nothing(bad)), "{bad}");
        }
        let whole = format!("wss://hub#{}", fingerprint(&[7; 32]));
        let cut = &whole[..whole.len() - 1];
        for bad in [
            cut,
            "wss://hub#",
            "wss://hub#sha256-",
            "wss://hub#sha1-00",
            "wss://hub#sha256-é",
        ] {
            let sentence = HubAddress::parse(bad).unwrap_err().to_string();
            assert!(sentence.contains("wrong or incomplete"), "{sentence}");
        }
        let plain = whole.replace("wss", "ws");
        assert_eq!(HubAddress::parse(&plain), Err(BadAddress::NotEncrypted(plain.clone())));
        assert_eq!(HubAddress::without_pin(&whole), "wss://hub");
    }
}
