//! The loop: one event, what the engine makes of it, every effect done in order, then the next event.

use crate::clock::{self, ClockWatch};
use crate::connect::{ConnectError, Socket};
use crate::keeper::Ask;
use crate::status::Board;
use crate::timers::Timers;
use sidedesk_protocol::Millis;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::engine::{Effect, Engine, Event, Status, UPLOAD_ENTRIES};
use sidedesk_protocol::message::{ClientFrame, MAX_PAGE_LEN};
use sidedesk_store::Store;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// The engine and what it is given to work with.
pub struct Hands {
    store: Store,
    address: String,
    engine: Engine,
    socket: Option<Socket>,
    timers: Timers,
    board: Arc<Board>,
    stop: CancellationToken,
    keeper: mpsc::Sender<Ask>,
    /// The others were not told yet, on this connection, who is here.
    introduce: bool,
}

/// What the loop waits for.
enum Woken {
    Event(Event),
    Presence,
    Jumped,
    Stopped,
}

impl Hands {
    /// For the board of this store.
    pub fn new(
        store: Store,
        address: String,
        board: Arc<Board>,
        stop: CancellationToken,
        keeper: mpsc::Sender<Ask>,
    ) -> Self {
        let chain = Chain::empty(store.identity().workspace);
        Self {
            engine: Engine::new(store.secret(), chain),
            store,
            address,
            socket: None,
            timers: Timers::default(),
            board,
            stop,
            keeper,
            introduce: false,
        }
    }

    /// What stops it.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Works until it is stopped.
    pub async fn run(mut self, committed: Arc<Notify>, mut presence: watch::Receiver<Vec<u8>>) {
        let clock = ClockWatch::new();
        self.happened(Event::Start).await;
        loop {
            if std::mem::take(&mut self.introduce) && !presence.borrow().is_empty() {
                self.present(&mut presence).await;
            }
            match self.wait(&committed, &mut presence, &clock).await {
                Woken::Event(event) => self.happened(event).await,
                Woken::Presence => self.present(&mut presence).await,
                Woken::Jumped => {
                    tracing::info!("the clock jumped");
                    self.hang_up().await;
                    self.happened(Event::Closed("the clock jumped".into())).await;
                    self.happened(Event::Start).await;
                }
                Woken::Stopped => break,
            }
        }
        self.hang_up().await;
    }

    async fn wait(&mut self, committed: &Notify, presence: &mut watch::Receiver<Vec<u8>>, clock: &ClockWatch) -> Woken {
        let Self { socket, timers, .. } = self;
        let frame = async {
            match socket {
                Some(socket) => socket.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.stop.cancelled() => Woken::Stopped,
            frame = frame => Woken::Event(match frame {
                Ok(frame) => Event::Frame(Box::new(frame)),
                Err(why) => Event::Closed(why),
            }),
            timer = timers.next() => Woken::Event(Event::Timer(timer)),
            () = committed.notified() => Woken::Event(Event::Committed),
            Ok(()) = presence.changed() => Woken::Presence,
            () = clock.jumped() => Woken::Jumped,
        }
    }

    async fn present(&mut self, presence: &mut watch::Receiver<Vec<u8>>) {
        let sealed = presence.borrow_and_update().clone();
        self.happened(Event::Present(sealed)).await;
    }

    /// One event and everything that follows from it.
    async fn happened(&mut self, event: Event) {
        let mut effects = VecDeque::new();
        let mut event = Some(event);
        loop {
            if let Some(event) = event.take() {
                if matches!(event, Event::Closed(_)) {
                    self.hang_up().await;
                }
                let random = getrandom::u64().unwrap_or_default(); // it only spreads reconnects
                effects.extend(self.engine.step(event, random));
            }
            event = match effects.pop_front() {
                Some(effect) => self.act(effect).await,
                None => match self.flush().await {
                    Some(event) => Some(event),
                    None => return,
                },
            };
        }
    }

    async fn act(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load => Some(match self.store.chain().await {
                Ok(chain) => Event::Loaded(Box::new(chain)),
                Err(error) => failed(&error),
            }),
            Effect::Connect => Some(self.connect().await),
            Effect::Close => {
                self.hang_up().await;
                None
            }
            Effect::Send(frame) => {
                self.introduce |= matches!(*frame, ClientFrame::Follow { .. });
                self.send(&frame).await
            }
            Effect::Store { entries, chain } => Some(match self.store.append(entries, *chain).await {
                Ok(()) => self.renewed().unwrap_or(Event::Stored),
                Err(sidedesk_store::Error::Protocol(error @ sidedesk_protocol::Error::Fork)) => {
                    Event::Contradicted(error)
                }
                Err(error) => failed(&error),
            }),
            Effect::Seal { after, limit } => Some(match self.store.seal_pending(after, limit).await {
                Ok(ops) => self.renewed().unwrap_or(Event::Sealed(ops)),
                Err(error) => failed(&error),
            }),
            Effect::ReadUpload { after } => {
                let read = self.store.entries_after(after, UPLOAD_ENTRIES, MAX_PAGE_LEN).await;
                Some(match read {
                    Ok(entries) => Event::UploadRead(entries),
                    Err(error) => failed(&error),
                })
            }
            Effect::Unseal => self.store.unseal().await.err().map(|error| failed(&error)),
            Effect::Drawer { op, message } => {
                tracing::warn!(%op, message, "the hub refused an op for good");
                let kept = self.store.to_drawer(op, &message).await;
                kept.err().map(|error| failed(&error))
            }
            Effect::Admit { invite, request } => {
                // A full queue loses nothing: the hub tells of the newcomer again at the next connection.
                let _ = self.keeper.try_send(Ask::Admit(invite, request));
                None
            }
            Effect::Present { device, sealed } => {
                self.board.present(device, sealed);
                None
            }
            Effect::SetTimer(timer, after_ms) => {
                self.timers.set(timer, after_ms);
                None
            }
            Effect::Status(status) => {
                self.say(status, clock::now());
                None
            }
        }
    }

    /// A copied device that the board knows as one of its own now knocks as that one.
    fn renewed(&self) -> Option<Event> {
        let secret = self.store.secret();
        (secret.id() != self.engine.device()).then(|| Event::Renewed(Box::new(secret)))
    }

    async fn connect(&mut self) -> Event {
        self.hang_up().await;
        let opened = tokio::select! {
            opened = Socket::open(&self.address) => opened,
            () = self.stop.cancelled() => return Event::Closed("it was stopped".into()),
        };
        match opened {
            Ok(socket) => {
                self.socket = Some(socket);
                Event::Opened
            }
            Err(error) if error.is_for_a_person() => Event::Distrusted(sentence(&error)),
            Err(error) => Event::Closed(error.to_string()),
        }
    }

    async fn send(&mut self, frame: &ClientFrame) -> Option<Event> {
        // Without a socket the engine has heard already, or will hear at once, that it is gone.
        let sent = self.socket.as_mut()?.feed(frame).await;
        sent.err().map(Event::Closed)
    }

    async fn flush(&mut self) -> Option<Event> {
        self.socket.as_mut()?.flush().await.err().map(Event::Closed)
    }

    fn say(&mut self, status: Status, now: Millis) {
        tracing::debug!(?status, "sync");
        self.board.say(status, now);
    }

    async fn hang_up(&mut self) {
        self.timers.forget_connection();
        self.board.alone();
        if let Some(socket) = self.socket.take() {
            socket.close().await;
        }
    }
}

/// What stands alone on a screen begins with a capital and ends with a full stop.
fn sentence(error: &ConnectError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn failed(error: &sidedesk_store::Error) -> Event {
    tracing::error!(?error, "the store failed");
    Event::StoreFailed(error.to_string())
}
