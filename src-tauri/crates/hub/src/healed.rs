//! Queries over restored boards: which devices came since, and when it is over. The rule is
//! [`sidedesk_protocol::restore`]'s.

use crate::database::{Link, on};
use crate::{Error, Result};
use sidedesk_protocol::DeviceId;
use std::collections::BTreeSet;

/// Every board begins to heal; nobody came yet.
pub async fn begin(link: &mut Link<'_>) -> Result<u64> {
    on!(link, |connection| sqlx::query("delete from healed")
        .execute(connection)
        .await
        .map(drop))?;
    let boards = on!(link, |connection| sqlx::query("update workspace set healing = 1")
        .execute(connection)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(boards)
}

/// This device came and holds nothing that is not here.
pub async fn put(link: &mut Link<'_>, key: i64, device: DeviceId) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "insert into healed (workspace, device)
         values ($1, $2)
         on conflict (workspace, device) do nothing",
    )
    .bind(key)
    .bind(device.as_bytes())
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}

/// Those who came.
pub async fn all(link: &mut Link<'_>, key: i64) -> Result<BTreeSet<DeviceId>> {
    let rows: Vec<Vec<u8>> = on!(link, |connection| sqlx::query_scalar(
        "select device
         from healed
         where workspace = $1",
    )
    .bind(key)
    .fetch_all(connection)
    .await)?;
    let damaged = || Error::Damaged("a device's id has the wrong length".into());
    rows.iter()
        .map(|row| DeviceId::from_slice(row).ok_or_else(damaged))
        .collect()
}

/// The board is whole.
pub async fn end(link: &mut Link<'_>, key: i64) -> Result<()> {
    on!(link, |connection| sqlx::query(
        "delete from healed where workspace = $1"
    )
    .bind(key)
    .execute(connection)
    .await
    .map(drop))?;
    on!(link, |connection| sqlx::query(
        "update workspace set healing = 0 where key = $1"
    )
    .bind(key)
    .execute(connection)
    .await
    .map(drop))?;
    Ok(())
}
