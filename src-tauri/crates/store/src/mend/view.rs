//! The view at opening: as it is, or folded from the start.

use super::{QUICK_CHECK_BYTES, sentence};
use crate::digest::digest;
use crate::error::Error;
use crate::files::Files;
use crate::identity::Identity;
use crate::log;
use crate::snapshot;
use crate::sqlite::{self, Durability};
use crate::view;
use crate::writer::{Applied, applied, set_applied};
use sidedesk_domain::Millis;
use sidedesk_domain::fold::{FOLD_VERSION, Rules};
use sidedesk_protocol::chain::Chain;
use sqlx::{Connection as _, SqliteConnection};

/// How the log stands to which the view belongs.
#[derive(Debug, Clone, Copy)]
pub struct LogStands {
    /// It was put aside or gone, and that was said.
    pub is_lost: bool,
    /// The head it comes to once everything that is known of it is in it.
    pub comes_to: u64,
}

/// What can be done with the view.
enum Shows {
    /// It goes on from where it is.
    GoesOn,
    /// It is folded from the start.
    Again,
    /// It shows this entry, which the log does not have.
    Ahead(u64),
}

/// The view that goes on from where it is, or one to be folded from the start.
pub async fn view_of(
    files: &Files,
    log: &mut SqliteConnection,
    (chain, identity): (&Chain, &Identity),
    stands: LogStands,
    now: Millis,
    notices: &mut Vec<String>,
) -> Result<SqliteConnection, Error> {
    let (view, shows) = match open_view(files, log, chain).await {
        Ok(opened) => opened,
        Err(Error::Damaged(error)) => {
            tracing::warn!(%error, "view.db is damaged");
            return replaced_view(files, chain, now, notices).await;
        }
        Err(error) => return Err(error),
    };
    let is_loss = match shows {
        Shows::GoesOn => return Ok(view),
        Shows::Again => None,
        // The hub has what the log lost, or the log of a newcomer has nothing yet.
        Shows::Ahead(_) if identity.hub.is_some() && (stands.is_lost || chain.n == 0) => None,
        Shows::Ahead(n) => Some(n).filter(|n| *n > stands.comes_to),
    };
    view.close().await?;
    match is_loss {
        None => files.discard(&files.view())?,
        Some(shown) => {
            let aside = files.quarantine(&files.view(), now)?;
            notices.push(sentence::view_ahead(&aside, shown, stands.comes_to, identity, files));
        }
    }
    empty_view(files, chain).await
}

/// The view, and what can be done with it.
async fn open_view(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
) -> Result<(SqliteConnection, Shows), Error> {
    let mut view = sqlite::open_writer(&files.view(), Durability::Cache).await?;
    let shows = async {
        let is_suspect = files.suspect_view().exists();
        let len = std::fs::metadata(files.view()).map_or(0, |meta| meta.len());
        if len <= QUICK_CHECK_BYTES || is_suspect {
            let verdict: String = sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut view).await?;
            if verdict != "ok" {
                return Err(Error::damaged(verdict));
            }
        }
        let shows = shows(&mut view, log, chain).await?;
        if is_suspect {
            read_through(&mut view).await?;
            files.forget(&files.suspect_view())?;
        }
        Ok(shows)
    };
    match shows.await {
        Ok(shows) => Ok((view, shows)),
        Err(error) => {
            let _ = view.close().await;
            Err(error)
        }
    }
}

/// Every page, index and record.
async fn read_through(view: &mut SqliteConnection) -> Result<(), Error> {
    if let Some(verdict) = sqlite::complaint(view).await? {
        return Err(Error::damaged(verdict));
    }
    match digest(view, Rules::default()).await {
        Err(Error::Unreadable(what)) => Err(Error::damaged(what)),
        other => other.map(|_| ()),
    }
}

async fn shows(view: &mut SqliteConnection, log: &mut SqliteConnection, chain: &Chain) -> Result<Shows, Error> {
    let is_of_this_version = sqlite::ensure_schema(view, view::SCHEMA, view::VERSION).await?;
    let at = applied(view)
        .await?
        .unwrap_or_else(|| Applied::nothing(chain.workspace));
    if at.workspace == chain.workspace && at.n > chain.n {
        return Ok(Shows::Ahead(at.n));
    }
    let base = snapshot::base(log).await?.map(|base| (base.n, base.hash));
    let same_history = at.n == 0 || base == Some((at.n, at.hash)) || log::hash_at(log, at.n).await? == Some(at.hash);
    let whole = view::meta(&mut *view, snapshot::LOADING).await?.is_none();
    let goes_on = is_of_this_version
        && whole
        && same_history
        && at.workspace == chain.workspace
        && at.fold_version == FOLD_VERSION;
    Ok(if goes_on { Shows::GoesOn } else { Shows::Again })
}

async fn empty_view(files: &Files, chain: &Chain) -> Result<SqliteConnection, Error> {
    let mut view = sqlite::open_writer(&files.view(), Durability::Cache).await?;
    sqlite::ensure_schema(&mut view, view::SCHEMA, view::VERSION).await?;
    set_applied(&mut view, &Applied::nothing(chain.workspace)).await?;
    Ok(view)
}

/// Puts a damaged view aside; the next one is folded from the start.
pub async fn replaced_view(
    files: &Files,
    chain: &Chain,
    now: Millis,
    notices: &mut Vec<String>,
) -> Result<SqliteConnection, Error> {
    let aside = files.quarantine(&files.view(), now)?;
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    notices.push(format!(
        "The board's view was damaged. It was put aside as {name}, and built again from the log. Nothing is lost."
    ));
    let view = empty_view(files, chain).await?;
    files.forget(&files.suspect_view())?;
    Ok(view)
}
