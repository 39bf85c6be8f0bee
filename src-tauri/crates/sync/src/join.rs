//! Waiting at the door: knock with an invitation until a lead's device admits, across hub restarts and lost connections.

use crate::connect::{ConnectError, Socket};
use sidedesk_protocol::engine::{DEAD_AFTER_MS, PING_AFTER_MS};
use sidedesk_protocol::invite::{InviteCode, JoinRequest};
use sidedesk_protocol::join::{JoinStep, Joiner};
use sidedesk_protocol::keys::{Entropy, hash};
use sidedesk_protocol::message::{ClientFrame, HubFrame, encode};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

const BACKOFF_FIRST_MS: u64 = 500;
const BACKOFF_MAX_MS: u64 = 30_000;

/// Why somebody did not get in.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The hub could not be reached at all.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The invitation does not open the door; the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// Nobody admitted in time.
    #[error("nobody who may let you in came online in time; try the same code again later")]
    Deadline,
    /// The request could not be made, or the hub speaks another version.
    #[error(transparent)]
    Protocol(#[from] sidedesk_protocol::Error),
}

/// How one connection ended.
enum Visit {
    Admitted,
    Lost(String),
}

/// Asks to be admitted and waits, at most `patience`. `on_waiting` is called whenever the hub said that a lead's device
/// has to come online. A hub that does not answer the first time is an error; one that goes away later is waited for.
/// Dropping the future gives up.
pub async fn join(
    code: &InviteCode,
    request: &JoinRequest,
    patience: Duration,
    mut on_waiting: impl FnMut(),
) -> Result<(), JoinError> {
    let deadline = Instant::now() + patience;
    let seed = seed(code, request)?;
    let mut attempts = 0;
    loop {
        let visit = async {
            let socket = match Socket::open(&code.hub()).await {
                Ok(socket) => socket,
                Err(error) if attempts == 0 || error.is_for_a_person() => return Err(error.into()),
                Err(error) => return Ok(Visit::Lost(error.to_string())),
            };
            let joiner = Joiner::new(code.clone(), request.clone());
            visit(socket, joiner, Entropy::new(seed), &mut on_waiting).await
        };
        let ended = timeout_at(deadline, visit).await.map_err(|_| JoinError::Deadline)?;
        match ended? {
            Visit::Admitted => return Ok(()),
            Visit::Lost(why) => {
                attempts += 1;
                tracing::info!(why, attempts, "the hub is away; waiting to knock again");
                let pause = sleep(pause(attempts));
                timeout_at(deadline, pause).await.map_err(|_| JoinError::Deadline)?;
            }
        }
    }
}

async fn visit(
    mut socket: Socket,
    mut joiner: Joiner,
    mut entropy: Entropy,
    on_waiting: &mut impl FnMut(),
) -> Result<Visit, JoinError> {
    let after = |ms| Instant::now() + Duration::from_millis(ms);
    let (mut ping, mut dead) = (after(PING_AFTER_MS), after(DEAD_AFTER_MS));
    loop {
        let frame = tokio::select! {
            frame = socket.next() => match frame {
                Ok(frame) => frame,
                Err(why) => return Ok(Visit::Lost(why)),
            },
            () = sleep_until(ping) => {
                ping = after(PING_AFTER_MS);
                if let Err(why) = socket.send(&ClientFrame::Ping).await {
                    return Ok(Visit::Lost(why));
                }
                continue;
            }
            () = sleep_until(dead) => return Ok(Visit::Lost("the hub does not answer".into())),
        };
        (ping, dead) = (after(PING_AFTER_MS), after(PING_AFTER_MS + DEAD_AFTER_MS));
        let is_waiting = frame == HubFrame::JoinWaiting;
        match joiner.step(frame, &mut entropy)? {
            JoinStep::Send(frame) => {
                if let Err(why) = socket.send(&frame).await {
                    return Ok(Visit::Lost(why));
                }
            }
            JoinStep::Wait => {
                if is_waiting {
                    on_waiting();
                }
            }
            JoinStep::Admitted => {
                socket.close().await;
                return Ok(Visit::Admitted);
            }
            JoinStep::Failed { message, later: true } => return Ok(Visit::Lost(message)),
            JoinStep::Failed { message, later: false } => return Err(JoinError::Refused(message)),
        }
    }
}

/// The same for the same request, also after the program was started again: the same sealed bytes, by which the hub
/// knows the newcomer again who lost the connection, or gave up, just before being admitted. Nobody without the
/// invitation's secret can tell it.
fn seed(code: &InviteCode, request: &JoinRequest) -> Result<[u8; 32], JoinError> {
    let request = encode(request)?;
    Ok(hash(&[b"sidedesk 1 join seed", code.secret().as_bytes(), &request]))
}

/// Full jitter: anything up to the doubled bound, so that a returning hub is not stormed.
fn pause(attempts: u32) -> Duration {
    let bound = BACKOFF_FIRST_MS
        .saturating_mul(1 << attempts.min(16))
        .min(BACKOFF_MAX_MS);
    let random = getrandom::u64().unwrap_or_default();
    Duration::from_millis(BACKOFF_FIRST_MS + random % (bound - BACKOFF_FIRST_MS + 1))
}
