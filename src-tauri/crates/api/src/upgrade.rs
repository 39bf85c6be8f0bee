//! Boards and programs of different age: what a newer program wrote, and when a board takes newer rules.

use crate::desk::{Desk, OpenBoard};
use crate::error::Error;
use sidedesk_domain::fields::{board, board_id};
use sidedesk_domain::fold::FOLD_VERSION;
use sidedesk_domain::{Edit, Kind, RecordEdit};
use sidedesk_store::Store;

/// The action by which a board takes the newest rules; no undo takes it back.
pub(crate) const UPGRADED: &str = "fold_version";

impl Desk {
    /// From here on the board is folded by the newest rules this program knows; false when it is already. Members with an
    /// older program are told to update it.
    pub async fn upgrade_rules(&self) -> Result<bool, Error> {
        let open = self.open_board().await?;
        let digests = open.store.digests().await?;
        if digests.rules.number() >= FOLD_VERSION {
            return Ok(false);
        }
        let record = RecordEdit {
            kind: Kind::Board,
            id: board_id(),
            seen: digests.head,
            edits: vec![(board::FOLD, Edit::Set(i64::from(FOLD_VERSION).into()))],
        };
        open.store.commit(self.action(UPGRADED, vec![record])?).await?;
        Ok(true)
    }
}

/// Whether somebody wrote what this program keeps and cannot show, or moved the board to rules that it does not know.
pub(crate) async fn newer(store: &Store) -> Result<bool, sidedesk_store::Error> {
    Ok(store.counts().await?.newer > 0 || store.rules().await?.need_update())
}

impl OpenBoard {
    /// What was mended while opening, and whether a newer program writes here.
    pub(crate) async fn notices(&self) -> Result<Vec<String>, Error> {
        let mut notices = self.store.notices().to_vec();
        if newer(&self.store).await? {
            notices.push(
                "Somebody uses a newer version of Sidedesk. What it wrote is kept; update this program to see all of it."
                    .into(),
            );
        }
        Ok(notices)
    }
}
