//! Queries over newcomers who wait for a lead's device. Requests are sealed; the hub only keeps them for a while.

use crate::Result;
use crate::database::{Link, on};
use sidedesk_protocol::{InviteId, Millis};

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
pub async fn requests(link: &mut Link<'_>, key: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, Millis)> = on!(link, |connection| sqlx::query_as(
        "select invite, request, at
         from join_request
         where workspace = $1 and admitted = 0
         order by at, invite",
    )
    .bind(key)
    .fetch_all(connection)
    .await)?;
    let read = |(invite, request, at): (Vec<u8>, _, _)| {
        let invite = InviteId::from_slice(&invite)?;
        Some(Waiting { invite, request, at })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Everybody who asked, and who of them was let in.
pub async fn all(link: &mut Link<'_>, key: i64) -> Result<Vec<(Waiting, bool)>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, Millis, i64)> = on!(link, |connection| sqlx::query_as(
        "select invite, request, at, admitted
         from join_request
         where workspace = $1",
    )
    .bind(key)
    .fetch_all(connection)
    .await)?;
    let read = |(invite, request, at, admitted): (Vec<u8>, _, _, _)| {
        let invite = InviteId::from_slice(&invite)?;
        Some((Waiting { invite, request, at }, admitted != 0))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a request; the newest on an invitation counts, because a newcomer may have begun anew.
pub async fn put_request(link: &mut Link<'_>, key: i64, waiting: &Waiting) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "insert into join_request (workspace, invite, request, at)
         values ($1, $2, $3, $4)
         on conflict (workspace, invite)
         do update set request = excluded.request, at = excluded.at",
    )
    .bind(key)
    .bind(waiting.invite.as_bytes())
    .bind(waiting.request.as_slice())
    .bind(waiting.at)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// A device was let in on this invitation.
pub async fn mark_admitted(link: &mut Link<'_>, key: i64, invite: InviteId) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "update join_request
         set admitted = 1
         where workspace = $1 and invite = $2",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// Was the newcomer who asked with these very bytes let in?
pub async fn was_admitted(link: &mut Link<'_>, key: i64, invite: InviteId, request: &[u8]) -> Result<bool> {
    let found: Option<i64> = on!(link, |connection| sqlx::query_scalar(
        "select cast(1 as bigint)
         from join_request
         where workspace = $1 and invite = $2 and request = $3 and admitted = 1",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .bind(request)
    .fetch_optional(connection)
    .await)?;
    Ok(found.is_some())
}

/// Forgets those who were let in and had asked before this instant.
pub async fn delete_admitted(link: &mut Link<'_>, key: i64, before: Millis) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "delete from join_request
         where workspace = $1 and admitted = 1 and at < $2",
    )
    .bind(key)
    .bind(before)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// Forgets a request.
pub async fn delete_request(link: &mut Link<'_>, key: i64, invite: InviteId) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "delete from join_request
         where workspace = $1 and invite = $2",
    )
    .bind(key)
    .bind(invite.as_bytes())
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}
