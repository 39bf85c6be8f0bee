//! The view at opening: as it is, or folded from the start.

use crate::error::Error;
use crate::files::Files;
use crate::log;
use crate::snapshot;
use crate::sqlite::{self, Durability};
use crate::view;
use crate::writer::{Applied, applied, set_applied};
use sidedesk_domain::Millis;
use sidedesk_domain::fold::FOLD_VERSION;
use sidedesk_protocol::chain::Chain;
use sqlx::{Connection as _, SqliteConnection};

/// The view that goes on from where it is, or one to be folded from the start.
pub async fn view_of(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
    now: Millis,
    notices: &mut Vec<String>,
) -> Result<SqliteConnection, Error> {
    match open_view(files, log, chain).await {
        Ok(Some(view)) => Ok(view),
        Ok(None) => {
            files.discard(&files.view())?;
            empty_view(files, chain).await
        }
        Err(Error::Damaged(error)) => {
            tracing::warn!(%error, "view.db is damaged");
            replaced_view(files, chain, now, notices).await
        }
        Err(error) => Err(error),
    }
}

/// The view as it is; `None` when it must be folded from the start.
async fn open_view(
    files: &Files,
    log: &mut SqliteConnection,
    chain: &Chain,
) -> Result<Option<SqliteConnection>, Error> {
    let mut view = sqlite::open_writer(&files.view(), Durability::Cache).await?;
    match goes_on(&mut view, log, chain).await {
        Ok(true) => Ok(Some(view)),
        Ok(false) => {
            view.close().await?;
            Ok(None)
        }
        Err(error) => {
            let _ = view.close().await;
            Err(error)
        }
    }
}

async fn goes_on(view: &mut SqliteConnection, log: &mut SqliteConnection, chain: &Chain) -> Result<bool, Error> {
    if !sqlite::ensure_schema(view, view::SCHEMA, view::VERSION).await? {
        return Ok(false);
    }
    let at = applied(view)
        .await?
        .unwrap_or_else(|| Applied::nothing(chain.workspace));
    let base = snapshot::base(log).await?.map(|base| (base.n, base.hash));
    let same_history = at.n == 0 || base == Some((at.n, at.hash)) || log::hash_at(log, at.n).await? == Some(at.hash);
    let whole = view::meta(&mut *view, snapshot::LOADING).await?.is_none();
    Ok(whole && same_history && at.workspace == chain.workspace && at.fold_version == FOLD_VERSION)
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
    empty_view(files, chain).await
}
