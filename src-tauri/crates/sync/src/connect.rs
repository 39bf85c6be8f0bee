//! A socket to a hub: one frame out, one frame in.

use crate::dial::{Line, dial};
use crate::trust::Distrust;
use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_protocol::address::{BadAddress, HubAddress};
use sidedesk_protocol::author::hello;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::message::{self, ClientFrame, DeniedWhy, HubFrame, MAX_FRAME_LEN};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message, protocol::WebSocketConfig};

/// A hub that lets itself be found answers long before.
const CONNECT: Duration = Duration::from_secs(10);
/// A frame that the network does not take for so long is lost, and the connection with it.
const WRITE: Duration = Duration::from_secs(30);
/// Closing is politeness, not worth waiting for.
const CLOSE: Duration = Duration::from_millis(500);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not an address of a hub.
    #[error(transparent)]
    NotAnAddress(#[from] BadAddress),
    /// The hub's certificate is not believed.
    #[error(transparent)]
    Distrust(#[from] Distrust),
    /// Somebody is there and does not speak TLS, or another version of it.
    #[error(
        "no encrypted connection to {address}: {why}. The address of a hub without encryption begins with ws://; use that \
         only inside a network that you trust"
    )]
    NoTls {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// Somebody is there and does not speak in the clear.
    #[error("what answers at {0} does not speak without encryption; the address of such a hub begins with wss://")]
    NotPlain(String),
    /// Nobody there.
    #[error("no hub answers at {address}: {source}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        source: Box<tungstenite::Error>,
    },
    /// Somebody is there and says nothing.
    #[error("nothing came from {0} within ten seconds")]
    Silent(String),
    /// Something else answers.
    #[error("what answers at {0} is not a hub of this version")]
    NotAHub(String),
    /// It does not talk to this device now.
    #[error("the hub at {0} does not take this board: {1}")]
    Declined(String, String),
    /// The hub orders this board already, further than this folder goes, or otherwise.
    #[error(
        "the hub at {0} has this board already, with changes that are not in this folder: the folder is an older copy, or \
         one of two that went on apart. To work with the shared board, ask for a code and join from an empty folder"
    )]
    OlderCopy(String),
}

impl ConnectError {
    /// Something that a person has to look at, and that waiting does not mend: a certificate, or the address itself.
    pub fn is_for_a_person(&self) -> bool {
        matches!(self, Self::Distrust(_) | Self::NotAnAddress(_))
    }
}

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<Line>);

impl Socket {
    /// Connects.
    pub async fn open(address: &str) -> Result<Self, ConnectError> {
        let address = HubAddress::parse(address)?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME_LEN))
            .max_frame_size(Some(MAX_FRAME_LEN));
        match timeout(CONNECT, dial(&address, config)).await {
            Ok(opened) => Ok(Self(opened?)),
            Err(_) => Err(ConnectError::Silent(address.url)),
        }
    }

    /// The next frame, or why there is none any more. Dropping it half-way loses nothing.
    pub async fn next(&mut self) -> Result<HubFrame, String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(bytes))) => {
                    return message::decode(&bytes).map_err(|error| format!("the hub sent something strange: {error}"));
                }
                Some(Ok(Message::Close(_))) | None => return Err("the hub closed the connection".into()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
            }
        }
    }

    /// Hands over a frame; it has left at the latest with the next [`Self::flush`].
    pub async fn feed(&mut self, frame: &ClientFrame) -> Result<(), String> {
        let bytes = message::encode(frame).map_err(|error| error.to_string())?;
        written(timeout(WRITE, self.0.feed(Message::Binary(bytes.into()))).await)
    }

    /// Everything handed over leaves.
    pub async fn flush(&mut self) -> Result<(), String> {
        written(timeout(WRITE, self.0.flush()).await)
    }

    /// Hands over a frame that leaves at once.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<(), String> {
        self.feed(frame).await?;
        self.flush().await
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        let _ = timeout(CLOSE, self.0.close(None)).await;
    }
}

fn written(done: Result<Result<(), tungstenite::Error>, tokio::time::error::Elapsed>) -> Result<(), String> {
    match done {
        Ok(written) => written.map_err(|error| error.to_string()),
        Err(_) => Err("the connection takes nothing any more".into()),
    }
}

/// Host and port of an address, as people call it.
pub fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

/// Asks the hub at an address for its signing key, which a board that is shared there names.
pub async fn hub_key(address: &str) -> Result<[u8; 32], ConnectError> {
    let mut socket = Socket::open(address).await?;
    let address = HubAddress::without_pin(address);
    let first = timeout(CONNECT, socket.next()).await;
    let first = first.map_err(|_| ConnectError::Silent(address.into()))?;
    socket.close().await;
    match first {
        Ok(HubFrame::Challenge { version, hub_key, .. }) if version == sidedesk_protocol::VERSION => Ok(hub_key),
        _ => Err(ConnectError::NotAHub(address.into())),
    }
}

/// Asks the hub at an address whether it would take this board, which orders itself so far; returns its signing key.
/// Asked before the board names the hub: after that there is no way back.
pub async fn takes(address: &str, chain: &Chain, secret: &DeviceSecret) -> Result<[u8; 32], ConnectError> {
    let mut socket = Socket::open(address).await?;
    let address = HubAddress::without_pin(address);
    let asked = timeout(CONNECT, async {
        let Ok(HubFrame::Challenge {
            version,
            hub_key,
            nonce,
        }) = socket.next().await
        else {
            return Err(ConnectError::NotAHub(address.into()));
        };
        if version != sidedesk_protocol::VERSION {
            return Err(ConnectError::NotAHub(address.into()));
        }
        let hello = hello(secret, chain.workspace, (chain.n, chain.hash), &nonce, &hub_key);
        let sent = socket.send(&hello).await;
        match (sent, socket.next().await) {
            (Ok(()), Ok(HubFrame::Welcome { takes_upload: true, .. })) => Ok(hub_key),
            (Ok(()), Ok(HubFrame::Welcome { .. })) => Err(ConnectError::OlderCopy(address.into())),
            (Ok(()), Ok(HubFrame::Denied { why, message })) => Err(match why {
                DeniedWhy::Fork | DeniedWhy::NotAMember => ConnectError::OlderCopy(address.into()),
                _ => ConnectError::Declined(address.into(), message),
            }),
            _ => Err(ConnectError::NotAHub(address.into())),
        }
    });
    let answered = asked.await;
    socket.close().await;
    answered.map_err(|_| ConnectError::Silent(address.into()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_there_is_an_error_with_the_address() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("ws://{}", free.local_addr().unwrap());
        drop(free);
        let error = hub_key(&address).await.unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("no hub answers at {address}")),
            "{error}"
        );
    }
}
