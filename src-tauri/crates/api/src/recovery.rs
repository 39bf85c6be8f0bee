//! The printed words: made, confirmed, used.

use crate::desk::{Desk, OpenBoard};
use crate::dto::{OpenDto, SheetDto};
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_domain::membership::Role;
use sidedesk_protocol::author::Changes;
use sidedesk_protocol::keys::Entropy;
use sidedesk_protocol::recovery::{BoardCode, RecoveryWords};
use sidedesk_store::{Newcomer, Store};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many words somebody types back to show that the sheet is on paper.
pub const TYPED_BACK: usize = 2;

/// How long the words wait for the board and for the hub's answer.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often somebody who waits looks.
const LOOK: Duration = Duration::from_millis(50);

const NOT_THESE_WORDS: &str =
    "these words do not open this board: newer ones were printed since, or they are of another board";

/// Words that are shown and not confirmed yet: nothing holds them but this memory.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<Option<RecoveryWords>>);

impl Desk {
    /// Fresh words for the sheet, and where the board is. They count once [`Self::confirm_sheet`] has taken two of them;
    /// asked again, other ones come.
    pub async fn recovery_sheet(&self) -> Result<SheetDto, Error> {
        let open = self.shared_board().await?;
        if !open.store.my_role().await?.is_lead() {
            return Err(Error::NotAllowed("only a lead prints recovery words".into()));
        }
        let chain = open.store.chain().await?;
        let code = BoardCode {
            address: open.store.identity().hub.unwrap_or_default(),
            hub_key: chain.hub_key.unwrap_or_default(),
            workspace: chain.workspace,
        };
        let words = RecoveryWords::new(&mut Entropy::new(crate::records::random()?));
        let printed = words.words().map_err(stored)?;
        let sheet = SheetDto {
            words: printed.into_iter().map(str::to_owned).collect(),
            board_code: code.to_text().map_err(stored)?,
        };
        *self.shown_words().0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
        Ok(sheet)
    }

    /// Takes words back from the paper, (place from 1, word), and makes the shown sheet the board's. Any sheet before it
    /// holds no more.
    pub async fn confirm_sheet(&self, typed: &[(usize, String)]) -> Result<(), Error> {
        let shown = self
            .shown_words()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let words =
            shown.ok_or_else(|| Error::input("words", Problem::Said("no sheet is shown; print one first".into())))?;
        let printed = words.words().map_err(stored)?;
        let places: std::collections::BTreeSet<usize> = typed.iter().map(|(place, _)| *place).collect();
        if places.len() < TYPED_BACK {
            return Err(Error::input(
                "words",
                Problem::Said("type two different words of the sheet".into()),
            ));
        }
        for (place, word) in typed {
            let said = word.trim().to_lowercase();
            if place
                .checked_sub(1)
                .and_then(|i| printed.get(i))
                .is_none_or(|word| *word != said)
            {
                return Err(Error::input("words", Problem::SheetWord(*place)));
            }
        }
        let open = self.shared_board().await?;
        let device = words.keys().id();
        let changes = Changes {
            recovery: Some(words.keys()),
            ..Changes::default()
        };
        self.change(&open, changes, |membership| membership.recovery() == Some(device))
            .await?;
        *self.shown_words().0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Comes back as a lead, with the words and the board code of the sheet, in an empty data directory.
    pub async fn recover(&self, words: &str, board_code: &str, me: &str, function: &str) -> Result<OpenDto, Error> {
        crate::desk::check_function(function)?;
        let words = RecoveryWords::from_text(words).map_err(|bad| Error::input("words", Problem::Words(bad)))?;
        let code = BoardCode::from_text(board_code).map_err(|_| Error::input("board_code", Problem::BoardCode))?;
        if !Store::exists(self.dir()) {
            Newcomer::recover(self.dir(), &words, &code, self.clock().now(), &self.keys()).await?;
        }
        let open = self.open_store().await?;
        if open.store.identity().workspace != code.workspace || open.member_card().await?.is_some() {
            return Err(Error::BoardExists);
        }
        open.link.start(&open.store);
        let admitted = async {
            while !open.store.my_role().await.is_ok_and(Role::is_lead) && !open.link.is_a_stranger() {
                tokio::time::sleep(LOOK).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, admitted).await;
        if let Some(turned_away) = self.turned_away(&open, NOT_THESE_WORDS).await? {
            return Err(turned_away);
        }
        if waited.is_err() {
            return Err(Error::Hub(self.why_not(&open).await));
        }
        self.arrive(&open, me, function).await
    }

    /// What keeps the words from letting this device in.
    async fn why_not(&self, open: &OpenBoard) -> String {
        let status = open.link.status(&open.store).await;
        status.problem.unwrap_or_else(|| {
            format!(
                "the hub at {} is not reached; the words and the code stay good, try again",
                status.hub.unwrap_or_default()
            )
        })
    }
}

fn stored(error: sidedesk_protocol::Error) -> Error {
    Error::Store(error.into())
}
