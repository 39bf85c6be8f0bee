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
         where workspace = ?
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
