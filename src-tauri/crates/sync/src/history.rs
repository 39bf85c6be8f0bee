//! The history of a board that began with a snapshot, fetched behind on a connection of its own, then checked.

use crate::connect::Socket;
use crate::jobs::{JobKind, Jobs, Running};
use sidedesk_protocol::author::hello;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::{ClientFrame, HubFrame};
use sidedesk_store::{Error, History, Store, Verdict};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// A hub that brings nothing for so long is given up for now.
const SILENCE: Duration = Duration::from_secs(30);
/// Until the next attempt after a lost connection, doubled each time.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// While the board itself is still catching up, it goes first.
const AFTER_FIRST_SYNC: Duration = Duration::from_millis(500);

/// How one attempt ended.
enum Ended {
    /// All of it is here and checked, or there was nothing to do.
    Done,
    /// The connection went, or there was none.
    Lost(String),
    /// What the hub brings cannot be this board's history.
    Wrong(String),
}

/// Works until the history is here and checked, or until it is stopped.
pub async fn run(store: Store, address: String, jobs: Jobs, stop: CancellationToken) {
    let mut pause = PAUSE_FIRST;
    tokio::select! {
        () = stop.cancelled() => return,
        () = tokio::time::sleep(AFTER_FIRST_SYNC) => {}
    }
    loop {
        let why = match attempt(&store, &address, &jobs).await {
            Ok(Ended::Done) | Err(Error::Cancelled) => return,
            Ok(Ended::Wrong(why)) => {
                tracing::error!(why, "the history is wrong");
                let sentence = format!(
                    "The history that the hub brings does not fit this board: {why}. The board stays as it is and works; \
                     ask whoever runs the hub."
                );
                if let Err(error) = store.raise(sentence).await {
                    tracing::error!(%error, "the alarm could not be kept");
                }
                return;
            }
            Ok(Ended::Lost(why)) => why,
            Err(error) => error.to_string(),
        };
        tracing::info!(why, "the history is fetched later");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
        }
    }
}

async fn attempt(store: &Store, address: &str, jobs: &Jobs) -> Result<Ended, Error> {
    let Some(history) = store.history().await? else {
        return Ok(Ended::Done);
    };
    if !history.is_fetched() {
        let running = jobs.begin(JobKind::History);
        match fetch(store, address, history, &running).await? {
            Ended::Done => {}
            other => return Ok(other),
        }
    }
    let running = jobs.begin(JobKind::Check);
    match store.check_history(|done, total| running.at(done, total)).await? {
        Verdict::Same => tracing::info!("the history is here and says the same"),
        Verdict::Alarm(sentence) => tracing::error!(sentence, "the check failed"),
    }
    Ok(Ended::Done)
}

async fn fetch(store: &Store, address: &str, mut history: History, running: &Running) -> Result<Ended, Error> {
    let mut socket = match Socket::open(address).await {
        Ok(socket) => socket,
        Err(error) => return Ok(Ended::Lost(error.to_string())),
    };
    let ended = loop {
        if !running.at(history.chain.n, history.until) {
            socket.close().await;
            return Err(Error::Cancelled);
        }
        if history.is_fetched() {
            break Ended::Done;
        }
        let frame = tokio::select! {
            () = running.stopped() => continue,
            frame = timeout(SILENCE, socket.next()) => frame,
        };
        let answer = match frame {
            Err(_) => break Ended::Lost("the hub brings nothing".into()),
            Ok(Err(why)) => break Ended::Lost(why),
            Ok(Ok(HubFrame::Challenge { nonce, hub_key, .. })) => greeting(store, &history, &nonce, &hub_key),
            Ok(Ok(HubFrame::Welcome { .. })) => ClientFrame::Follow { after: history.chain.n },
            Ok(Ok(HubFrame::Page { entries, .. })) => match take(store, &mut history, entries).await? {
                Some(why) => break Ended::Wrong(why),
                None => continue,
            },
            Ok(Ok(HubFrame::Denied { message, .. })) => break Ended::Lost(message),
            Ok(Ok(_)) => continue,
        };
        if let Err(why) = socket.send(&answer).await {
            break Ended::Lost(why);
        }
    };
    socket.close().await;
    Ok(ended)
}

fn greeting(store: &Store, history: &History, nonce: &[u8; 32], hub_key: &[u8; 32]) -> ClientFrame {
    let (secret, workspace) = (store.secret(), history.chain.workspace);
    hello(
        &secret,
        workspace,
        (history.chain.n, history.chain.hash),
        nonce,
        hub_key,
    )
}

/// Verifies a page and stores what is still missing of it; the reason when it cannot be this board's.
async fn take(store: &Store, history: &mut History, mut entries: Vec<Entry>) -> Result<Option<String>, Error> {
    entries.retain(|entry| entry.n <= history.until && entry.n > history.chain.n);
    let before = history.chain.hash;
    for entry in &entries {
        if let Err(error) = history.chain.append(entry) {
            return Ok(Some(error.to_string()));
        }
    }
    match store.append_history(before, entries, history).await {
        Ok(()) => Ok(None),
        Err(Error::Protocol(error @ sidedesk_protocol::Error::Fork)) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}
