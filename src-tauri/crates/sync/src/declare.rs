//! A lead's word to a hub that was restored from a backup: what this device has is the head, nobody brings more.
//!
//! One visit of its own, beside the engine: greet, bring what the hub lacks, declare. The conversation is in
//! [`sidedesk_protocol::restore`].

use crate::connect::{ConnectError, Socket};
use sidedesk_protocol::author::hello;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::engine::UPLOAD_ENTRIES;
use sidedesk_protocol::message::{ClientFrame, HubFrame, MAX_PAGE_LEN};
use sidedesk_protocol::{Error, VERSION};
use sidedesk_store::Store;
use std::time::Duration;
use tokio::time::timeout;

/// The hub verifies what is brought, page by page.
const ANSWER: Duration = Duration::from_secs(30);

/// Why the head was not declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The hub could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The board names no hub.
    #[error("this board is not shared")]
    NotShared,
    /// The hub has more than this device.
    #[error("the hub has entries that are not here yet; run sync first, then declare the head")]
    Behind,
    /// The hub did not agree; its words.
    #[error("the hub says: {0}")]
    Refused(String),
    /// The connection was lost.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] sidedesk_store::Error),
    /// The hub is not the one that the board names, or speaks another version.
    #[error(transparent)]
    Protocol(#[from] Error),
}

/// Declares this device's head as the board's head. Its place comes back.
pub async fn declare_head(store: &Store) -> Result<u64, DeclareError> {
    let address = store.identity().hub.ok_or(DeclareError::NotShared)?;
    let chain = store.chain().await?;
    let mut socket = Socket::open(&address).await?;
    let mut there = greet(&mut socket, store, &chain).await?;
    while there < chain.n {
        let entries = store.entries_after(there, UPLOAD_ENTRIES, MAX_PAGE_LEN).await?;
        there = uploaded(ask(&mut socket, &ClientFrame::Upload { entries }).await?)?;
    }
    if there > chain.n {
        return Err(DeclareError::Behind);
    }
    let (n, hash) = (chain.n, chain.hash);
    let n = uploaded(ask(&mut socket, &ClientFrame::DeclareHead { n, hash }).await?)?;
    socket.close().await;
    Ok(n)
}

/// Where the hub's head is.
async fn greet(socket: &mut Socket, store: &Store, chain: &Chain) -> Result<u64, DeclareError> {
    let HubFrame::Challenge {
        version,
        nonce,
        hub_key,
    } = next(socket).await?
    else {
        return Err(Error::Unexpected("no challenge").into());
    };
    if version != VERSION {
        return Err(Error::Version(version).into());
    }
    if chain.hub_key != Some(hub_key) {
        return Err(Error::AnotherHub.into());
    }
    let secret = store.secret();
    let hello = hello(&secret, chain.workspace, (chain.n, chain.hash), &nonce, &hub_key);
    match ask(socket, &hello).await? {
        HubFrame::Welcome { n, .. } => Ok(n),
        other => uploaded(other),
    }
}

fn uploaded(answer: HubFrame) -> Result<u64, DeclareError> {
    match answer {
        HubFrame::Uploaded { n } => Ok(n),
        HubFrame::Denied { message, .. } => Err(DeclareError::Refused(message)),
        _ => Err(Error::Unexpected("another answer").into()),
    }
}

async fn ask(socket: &mut Socket, frame: &ClientFrame) -> Result<HubFrame, DeclareError> {
    socket.send(frame).await.map_err(DeclareError::Lost)?;
    next(socket).await
}

async fn next(socket: &mut Socket) -> Result<HubFrame, DeclareError> {
    let silent = || DeclareError::Lost("the hub does not answer".into());
    let answer = timeout(ANSWER, socket.next()).await.map_err(|_| silent())?;
    answer.map_err(DeclareError::Lost)
}
