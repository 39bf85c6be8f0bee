//! Queries over newcomers who wait for a lead's device. Requests are sealed; the hub only keeps them for a while.

use crate::Result;
use sidedesk_protocol::{InviteId, Millis};
use sqlx::SqliteConnection;

/// One newcomer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// On which invitation.
    pub invite: InviteId,
    /// Sealed under its secret.
    pub request: Vec<u8>,
    /// When it was last asked.
    pub at: Millis,
}

/// Everybody who waits at a board, those who came first at the front.
pub async fn requests(connection: &mut SqliteConnection, key: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, Millis)> = sqlx::query_as(
        "select invite, request, at
         from join_request
         where workspace = ? and admitted = 0
         order by at, invite",
    )
    .bind(key)
    .fetch_all(connection)
    .await?;
    let read = |(invite, request, at): (Vec<u8>, _, _)| {
        let invite = InviteId::from_slice(&invite)?;
        Some(Waiting { invite, request, at })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a request; the newest on an invitation counts, because a newcomer may have begun anew.
pub async fn put_request(connection: &mut SqliteConnection, key: i64, waiting: &Waiting) -> Result<()> {
    sqlx::query(
        "insert into join_request (workspace, invite, request, at)
         values (?, ?, ?, ?)
         on conflict (workspace, invite)
         do update set request = excluded.request, at = excluded.at",
    )
    .bind(key)
    .bind(waiting.invite.as_bytes())
    .bind(waiting.request.as_slice())
    .bind(waiting.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// A device was let in on this invitation.
pub async fn mark_admitted(connection: &mut SqliteConnection, key: i64, invite: InviteId) -> Result<()> {
    sqlx::query(
        "update join_request
         set admitted = 1
         where workspace = ? and invite = ?",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .execute(connection)
    .await?;
    Ok(())
}

/// Was the newcomer who asked with these very bytes let in?
pub async fn was_admitted(
    connection: &mut SqliteConnection,
    key: i64,
    invite: InviteId,
    request: &[u8],
) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "select 1
         from join_request
         where workspace = ? and invite = ? and request = ? and admitted = 1",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .bind(request)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Forgets those who were let in and had asked before this instant.
pub async fn delete_admitted(connection: &mut SqliteConnection, key: i64, before: Millis) -> Result<()> {
    sqlx::query(
        "delete from join_request
         where workspace = ? and admitted = 1 and at < ?",
    )
    .bind(key)
    .bind(before)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets a request.
pub async fn delete_request(connection: &mut SqliteConnection, key: i64, invite: InviteId) -> Result<()> {
    sqlx::query(
        "delete from join_request
         where workspace = ? and invite = ?",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .execute(connection)
    .await?;
    Ok(())
}
