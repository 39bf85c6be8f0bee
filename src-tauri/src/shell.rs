//! What lives as long as the window: the desk, opened once, and the file that is being imported.

use std::path::PathBuf;
use std::sync::OnceLock;

use sidedesk_api::{Clock, Desk, DeskOptions, Keys, KeysChoice, Passphrase, RefoldWatch};
use tokio::sync::{RwLock, watch};

use crate::error::{self, Answer};
use crate::incoming::Incoming;
use crate::sample;

/// The state of the app.
pub struct Shell {
    dir: PathBuf,
    clock: Clock,
    /// Hears how far the view is when opening has to build it again.
    refold: OnceLock<RefoldWatch>,
    /// Fill an empty folder with the sample board.
    sample: bool,
    /// Where a new device's secret goes.
    keys: KeysChoice,
    /// A board that cannot be opened stays so until the page asks again ([`Self::try_again`]): it says why, and who holds it.
    desk: RwLock<Option<Answer<Desk>>>,
    /// The same, once it is open.
    opened: watch::Sender<Option<Desk>>,
    incoming: Incoming,
}

impl Shell {
    /// Opens nothing yet: the window is there first.
    pub fn new(dir: PathBuf, clock: Clock, sample: bool, keys: KeysChoice) -> Self {
        Self {
            dir,
            clock,
            refold: OnceLock::new(),
            sample,
            keys,
            desk: RwLock::new(None),
            opened: watch::Sender::new(None),
            incoming: Incoming::default(),
        }
    }

    /// Who hears of a refold; said before anybody asks for the desk.
    pub fn watch_refold(&self, watch: RefoldWatch) {
        // The first word stands: there is one window.
        let _ = self.refold.set(watch);
    }

    /// The desk. Whoever asks first opens it; the others wait for the same answer.
    pub async fn desk(&self) -> Answer<Desk> {
        if let Some(answer) = &*self.desk.read().await {
            return answer.clone();
        }
        let mut slot = self.desk.write().await;
        if let Some(answer) = &*slot {
            return answer.clone();
        }
        let answer = self.open(None).await;
        *slot = Some(answer.clone());
        answer
    }

    /// Opens a board again that could not be opened: its keyring is there now, or somebody has typed the passphrase.
    pub async fn try_again(&self, passphrase: Option<Passphrase>) -> Answer<Desk> {
        let mut slot = self.desk.write().await;
        if let Some(Ok(desk)) = &*slot {
            return Ok(desk.clone());
        }
        let answer = self.open(passphrase).await;
        *slot = Some(answer.clone());
        answer
    }

    /// The desk once it is open, however often that was tried. `None` when the window goes first.
    pub async fn opened(&self) -> Option<Desk> {
        let mut opened = self.opened.subscribe();
        // Somebody has to ask first.
        let _ = self.desk().await;
        opened.wait_for(Option::is_some).await.ok()?.clone()
    }

    async fn open(&self, passphrase: Option<Passphrase>) -> Answer<Desk> {
        let desk = self.open_with(passphrase).await.map_err(error::dto)?;
        self.opened.send_replace(Some(desk.clone()));
        Ok(desk)
    }

    async fn open_with(&self, passphrase: Option<Passphrase>) -> Result<Desk, sidedesk_api::Error> {
        let options = DeskOptions {
            clock: self.clock.clone(),
            refold: self.refold.get().cloned(),
            keys: Keys {
                choice: self.keys,
                passphrase,
            },
            ..DeskOptions::new()
        };
        let desk = Desk::open_with(&self.dir, options).await?;
        if self.sample && !desk.state().await?.exists {
            sample::found(&desk).await?;
        }
        Ok(desk)
    }

    /// The clock that everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The file that the page hands over.
    pub fn incoming(&self) -> &Incoming {
        &self.incoming
    }

    /// Lets go of the board, so that the next process may write.
    pub async fn close(&self) {
        // One that is just being opened may wait for a person; there is nothing of it to let go.
        if let Ok(slot) = self.desk.try_read()
            && let Some(Ok(desk)) = &*slot
            && let Err(error) = desk.close().await
        {
            tracing::warn!("the board was not closed in order: {error}");
        }
    }
}
