//! Filling a view from nothing: its indexes are built last, by sorting, which is several times cheaper than row by row.
//!
//! What is filled without them says so ([`UNINDEXED`]) in the transaction that dropped them, and whoever finishes filling
//! it builds them again; so a crash in between costs speed and nothing else.

use crate::error::Error;
use crate::view;
use sqlx::{Connection as _, SqliteConnection};

/// In the view's meta table while it has no indexes.
pub const UNINDEXED: &str = "unindexed";
/// Fewer entries than this are folded as fast with indexes.
pub const WORTH_IT: u64 = 5000;

/// Drops the indexes of a view that is about to be filled.
pub async fn drop_indexes(view: &mut SqliteConnection) -> Result<(), Error> {
    let mut tx = view.begin_with("begin immediate").await?;
    let script: String = indexes()
        .map(|(name, _)| format!("drop index if exists {name};"))
        .collect();
    sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut *tx).await?;
    view::set_meta(&mut tx, UNINDEXED, &[1]).await?;
    Ok(tx.commit().await?)
}

/// Builds them again, when they are missing.
pub async fn build_indexes(view: &mut SqliteConnection) -> Result<(), Error> {
    if view::meta(view, UNINDEXED).await?.is_none() {
        return Ok(());
    }
    let mut tx = view.begin_with("begin immediate").await?;
    let script: String = indexes()
        .map(|(_, statement)| {
            format!(
                "{};",
                statement.replacen("create index", "create index if not exists", 1)
            )
        })
        .collect();
    sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut *tx).await?;
    sqlx::query("delete from meta where key = ?")
        .bind(UNINDEXED)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// The schema's plain indexes: (name, statement). Unique ones are rules, not speed.
fn indexes() -> impl Iterator<Item = (&'static str, &'static str)> {
    view::SCHEMA.split(';').filter_map(|statement| {
        let statement = statement.get(statement.find("create index ")?..)?;
        let name = statement.strip_prefix("create index ")?.split_whitespace().next()?;
        Some((name, statement))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{self, Durability};

    async fn names(view: &mut SqliteConnection) -> Vec<String> {
        let sql = "select name from sqlite_schema where type = 'index' and sql is not null order by name";
        sqlx::query_scalar(sql).fetch_all(view).await.unwrap()
    }

    #[tokio::test]
    async fn every_index_of_the_schema_goes_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut view = sqlite::open_writer(&dir.path().join("view.db"), Durability::Cache)
            .await
            .unwrap();
        sqlite::ensure_schema(&mut view, view::SCHEMA, view::VERSION)
            .await
            .unwrap();
        let before = names(&mut view).await;
        drop_indexes(&mut view).await.unwrap();
        assert_eq!(names(&mut view).await, ["searchable_record"]);
        build_indexes(&mut view).await.unwrap();
        assert_eq!(names(&mut view).await, before);
        build_indexes(&mut view).await.unwrap();
    }
}
