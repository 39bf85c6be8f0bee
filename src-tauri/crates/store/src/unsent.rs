//! What waits on a board and never got away, read from the side file alone: for a board whose keys are lost. It needs no
//! key, because what waits lies in the side file as it was typed.

use crate::error::Error;
use crate::files::Files;
use crate::identity_file::IdentityFile;
use crate::open::Store;
use crate::side_file;
use sidedesk_domain::{Action, Millis};
use sidedesk_protocol::entry::OpKind;
use std::path::Path;

/// One action that waits.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// When it was done.
    pub at: Millis,
    /// What was done.
    pub action: Action,
}

/// What waits on the board in this directory, the oldest first: on a shared board what the hub does not have yet, on another
/// what came after the newest backup. Nothing is opened, and nothing is changed.
pub fn unsent(dir: &Path) -> Result<Vec<Unsent>, Error> {
    if !Store::exists(dir) {
        return Err(Error::NoBoard);
    }
    let files = Files::at(dir)?;
    let identity = IdentityFile::read(&files)?.ok_or(Error::NoBoard)?;
    let side = side_file::read(&files.side(), identity.workspace)?.unwrap_or_default();
    let actions = side.waiting.iter().filter(|row| row.kind == OpKind::Action);
    actions
        .map(|row| {
            Ok(Unsent {
                at: row.author_time,
                action: minicbor::decode(&row.plain)?,
            })
        })
        .collect()
}
