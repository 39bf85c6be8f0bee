//! What replicas of a hub tell each other through the PostgreSQL that they share: "look at this board again".
//!
//! The word is a hint: it is sent after the commit, outside of it, and may be lost with the connection or the replica.
//! The guarantee is that every replica looks at all heads every [`POLL`].

use crate::database::{Database, Postgres};
use crate::room::Rooms;
use crate::{Result, boards};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How often a replica looks by itself.
const POLL: Duration = Duration::from_secs(2);
/// Hints that wait to be sent. One that finds no place is left out: the others look by themselves soon.
const HINTS: usize = 1024;
/// A lost connection is not tried again faster.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells the other replicas; without any it says nothing.
#[derive(Debug, Clone)]
pub struct Hints(Option<mpsc::Sender<i64>>);

/// The other end.
pub struct Told(mpsc::Receiver<i64>);

/// Who tells: what it hears from itself it knows already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Me(u64);

impl Hints {
    /// For a hub on this database.
    pub fn new(database: &Database) -> (Self, Told) {
        let (hints, told) = mpsc::channel(HINTS);
        (Self(database.shared().map(|_| hints)), Told(told))
    }

    /// There is more to read in this board.
    pub fn changed(&self, key: i64) {
        if let Some(hints) = &self.0 {
            let _ = hints.try_send(key);
        }
    }
}

/// Tells, hears and looks until the hub stops. Returns at once where there are no replicas.
pub async fn run(database: Arc<Database>, rooms: Arc<Rooms>, told: Told, stop: CancellationToken) {
    let Some(shared) = database.shared() else { return };
    let work = async {
        let me = Me(getrandom::u64().unwrap_or_default());
        tokio::join!(
            tell(shared, told, me),
            hear(shared, &rooms, me),
            look(&database, &rooms)
        );
    };
    tokio::select! {
        () = work => {}
        () = stop.cancelled() => {}
    }
}

async fn tell(shared: &Postgres, Told(mut told): Told, me: Me) {
    let mut keys = Vec::new();
    while told.recv_many(&mut keys, HINTS).await > 0 {
        let words: BTreeSet<i64> = keys.drain(..).collect();
        for key in words {
            if let Err(error) = shared.tell(&word(me, key)).await {
                tracing::warn!(%error, "the other replicas were not told; they look by themselves");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn hear(shared: &Postgres, rooms: &Rooms, me: Me) {
    loop {
        let heard = async {
            let mut listener = shared.listen().await?;
            loop {
                let word = listener.recv().await?;
                match read(word.payload()) {
                    Some((other, key)) if other != me => rooms.look_at(key).await,
                    _ => {}
                }
            }
        };
        let ended: Result<()> = heard.await;
        if let Err(error) = ended {
            tracing::warn!(%error, "cannot hear the other replicas; looking every two seconds");
        }
        sleep(PAUSE).await;
    }
}

fn word(Me(me): Me, key: i64) -> String {
    format!("{me} {key}")
}

fn read(word: &str) -> Option<(Me, i64)> {
    let (other, key) = word.split_once(' ')?;
    Some((Me(other.parse().ok()?), key.parse().ok()?))
}

async fn look(database: &Database, rooms: &Rooms) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let heads = async {
            let mut reader = database.reader().await?;
            boards::heads(&mut reader.link()).await
        };
        match heads.await {
            Ok(heads) => rooms.compare(&heads).await,
            Err(error) => tracing::warn!(%error, "cannot look at the boards"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_was_said_and_nonsense_is_nothing() {
        assert_eq!(read(&word(Me(7), 42)), Some((Me(7), 42)));
        for nonsense in ["", "7", "x y", "7 42 1"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
