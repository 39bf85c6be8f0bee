//! The address of a hub as somebody types it, and a hub that shows another certificate than it did.
//!
//! Without `ws://` or `wss://` in front, an address is encrypted, also in a private network: nobody gets a connection
//! without encryption who did not type that. This computer itself is the exception; nothing leaves it.

use crate::desk::OpenBoard;
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_protocol::address::{BadAddress, HubAddress};

/// `hub.example.com:7420` is `wss://hub.example.com:7420`, and `localhost:7420` is `ws://localhost:7420`.
pub(crate) fn hub_address_of(typed: &str) -> Result<String, Error> {
    let typed = typed.trim();
    let whole = if typed.contains("://") {
        typed.to_owned()
    } else if is_here(typed) && !typed.contains('#') {
        format!("ws://{typed}")
    } else {
        // A fingerprint belongs to a certificate, wherever the hub is.
        format!("wss://{typed}")
    };
    match HubAddress::parse(&whole) {
        Ok(address) => Ok(address.to_string()),
        Err(BadAddress::NotAnAddress(_)) => Err(Error::input("hub", Problem::Address(typed.into()))),
        Err(other) => Err(Error::input("hub", Problem::Said(other.to_string()))),
    }
}

fn is_here(typed: &str) -> bool {
    let host = typed.split('/').next().unwrap_or_default();
    let is = |name: &str| host == name || host.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    is("localhost") || is("[::1]") || host.starts_with("127.")
}

/// Goes on with the hub that this board is shared through, at an address that names another certificate. That is how a
/// person says that the hub's certificate was changed on purpose.
pub(crate) async fn trust_anew(open: &OpenBoard, known: &str, address: &str) -> Result<(), Error> {
    if HubAddress::without_pin(known) != HubAddress::without_pin(address) {
        let known = HubAddress::without_pin(known);
        return Err(Error::Hub(format!("this board is shared through {known} already")));
    }
    let found = sidedesk_sync::hub_key(address).await;
    let found = found.map_err(|error| Error::Hub(format!("{error}; the board stays as it is")))?;
    if open.store.chain().await?.hub_key != Some(found) {
        return Err(Error::Hub("another hub answers there; the board stays as it is".into()));
    }
    open.store.hub_is_at(address)?;
    open.link.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_scheme_is_encrypted_except_on_this_computer() {
        let pin = sidedesk_protocol::address::fingerprint(&[1; 32]);
        for (typed, expected) in [
            (" hub.example.com:7420/ ", "wss://hub.example.com:7420"),
            ("192.168.1.5:7420", "wss://192.168.1.5:7420"),
            ("localhost.example.com", "wss://localhost.example.com"),
            ("ws://192.168.1.5:7420", "ws://192.168.1.5:7420"),
            ("localhost:7420", "ws://localhost:7420"),
            ("127.0.0.1:7420", "ws://127.0.0.1:7420"),
            ("[::1]:7420", "ws://[::1]:7420"),
            ("wss://localhost:7420", "wss://localhost:7420"),
        ] {
            assert_eq!(hub_address_of(typed).unwrap(), expected, "{typed}");
        }
        let here = hub_address_of(&format!("127.0.0.1:7420#{pin}")).unwrap();
        assert_eq!(here, format!("wss://127.0.0.1:7420#{pin}"));
        assert_eq!(hub_address_of("http://hub").unwrap_err().code(), "input_address");
        let cut = hub_address_of("hub#sha256-abc").unwrap_err();
        assert!(cut.to_string().contains("fingerprint"), "{cut}");
    }
}
