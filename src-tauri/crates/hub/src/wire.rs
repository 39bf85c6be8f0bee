//! One frame in, one frame out, each with its deadline and its size.

use crate::pace::Pace;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use sidedesk_protocol::admit::Denial;
use sidedesk_protocol::message::{self, ClientFrame, DeniedWhy, HubFrame};
use std::time::Duration;
use tokio::time::timeout;

/// A device pings every 20 s; one that says nothing for so long is gone.
pub const IDLE: Duration = Duration::from_secs(60);
/// A frame that the other side does not take for so long is not taken at all.
const SLOW: Duration = Duration::from_secs(60);
/// Time for the last words, and for the other side to read them.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// From a device, at the pace at which it is listened to.
#[derive(Debug)]
pub struct Stream {
    socket: SplitStream<WebSocket>,
    pace: Pace,
    /// A frame was read that its pace does not know of.
    due: bool,
}

impl Stream {
    /// Of this socket.
    pub fn new(socket: SplitStream<WebSocket>, pace: Pace) -> Self {
        let due = false;
        Self { socket, pace, due }
    }

    /// The next message of any kind. Nothing is lost when this is dropped half-way.
    async fn next(&mut self) -> Option<Result<Message, axum::Error>> {
        if self.due {
            self.pace.next().await;
            self.due = false;
        }
        let next = self.socket.next().await;
        self.due = true;
        next
    }
}

/// To a device.
pub type Sink = SplitSink<WebSocket, Message>;

/// Why a session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goodbye {
    /// The other side left.
    Left,
    /// The other side went silent, or took nothing.
    Dead,
    /// It was told why already.
    Told,
    /// It is told why now.
    Denied(DeniedWhy, String),
    /// The hub stops.
    Stopping,
}

impl Goodbye {
    /// Out of turn or not readable.
    pub fn nonsense(message: impl Into<String>) -> Self {
        Self::Denied(DeniedWhy::Nonsense, message.into())
    }
}

impl From<Denial> for Goodbye {
    fn from(Denial { why, message }: Denial) -> Self {
        Self::Denied(why, message)
    }
}

impl From<crate::Error> for Goodbye {
    fn from(error: crate::Error) -> Self {
        tracing::error!(%error, "a session ended");
        let sentence = match error {
            crate::Error::Full(_) => error.to_string(),
            _ => "the hub cannot answer now; try again later".into(),
        };
        Self::Denied(DeniedWhy::Busy, sentence)
    }
}

/// The next frame. Nothing is lost when this is dropped half-way.
pub async fn receive(stream: &mut Stream) -> Result<ClientFrame, Goodbye> {
    loop {
        let next = timeout(IDLE, stream.next()).await.map_err(|_| Goodbye::Dead)?;
        match next {
            None | Some(Ok(Message::Close(_))) => return Err(Goodbye::Left),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Text(_))) => return Err(Goodbye::nonsense("not a frame of this protocol")),
            Some(Ok(Message::Binary(bytes))) => {
                return message::decode(&bytes).map_err(|error| Goodbye::nonsense(error.to_string()));
            }
            Some(Err(error)) => {
                tracing::debug!(%error, "a socket failed");
                return Err(Goodbye::nonsense("too long, or not a frame of this protocol"));
            }
        }
    }
}

/// Hands a frame to the socket and waits until it is taken: one write in flight.
pub async fn send(sink: &mut Sink, frame: &HubFrame) -> Result<(), Goodbye> {
    let bytes = message::encode(frame).map_err(|error| Goodbye::nonsense(error.to_string()))?;
    send_all(sink, [bytes.into()]).await
}

/// The same with frames that are encoded already, handed over together: a busy hub then writes to each socket less often.
pub async fn send_all(sink: &mut Sink, frames: impl IntoIterator<Item = Bytes>) -> Result<(), Goodbye> {
    let sending = async {
        for bytes in frames {
            sink.feed(Message::Binary(bytes)).await?;
        }
        sink.flush().await
    };
    let sent = timeout(SLOW, sending).await;
    sent.map_err(|_| Goodbye::Dead)?.map_err(|_| Goodbye::Left)
}

/// The last words, and the socket is closed.
pub async fn part(mut sink: Sink, mut stream: Stream, goodbye: Goodbye) {
    let (words, code) = match goodbye {
        Goodbye::Left | Goodbye::Dead => return,
        Goodbye::Told => (None, close_code::NORMAL),
        Goodbye::Denied(why, message) => (Some(HubFrame::Denied { why, message }), close_code::POLICY),
        Goodbye::Stopping => (None, close_code::AWAY),
    };
    let farewell = async {
        if let Some(frame) = words {
            send(&mut sink, &frame).await?;
        }
        let reason = axum::extract::ws::Utf8Bytes::default();
        let close = Message::Close(Some(CloseFrame { code, reason }));
        sink.send(close).await.map_err(|_| Goodbye::Left)?;
        // Closing with unread bytes would reset the connection, and the words might never be read.
        while let Some(Ok(_)) = stream.next().await {}
        Ok::<(), Goodbye>(())
    };
    let _ = timeout(LAST_WORDS, farewell).await;
}
