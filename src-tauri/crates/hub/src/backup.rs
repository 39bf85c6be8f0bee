//! Backups while the hub serves, what can be checked about one, and the way back.
//!
//! A backup is one SQLite file with the tables of `migrations/sqlite`, whichever database it was made from: the entries
//! byte for byte, each board's head and kept state, who waits to join, the hub's public key. It is one moment of the
//! database: SQLite's own `vacuum into`, or one read-only repeatable-read transaction on PostgreSQL. It is written
//! beside its name, flushed, and then named; a name that is taken is refused.
//!
//! The hub's private key is not in it: whoever steals a backup cannot speak for the hub.
//!
//! Going back loses what was stored since. Devices have it: [`sidedesk_protocol::restore`].

mod copy;
mod verify;

use crate::database::{Link, Postgres, Sqlite, sqlite};
use crate::{Error, Result};
pub use copy::Copied;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use verify::{Board, verify};

/// The hub that serves may be in the middle of a checkpoint.
const BUSY: Duration = Duration::from_secs(30);

/// Where boards are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// `hub.db` in a hub's directory.
    Directory(PathBuf),
    /// A PostgreSQL.
    Server(String),
}

/// Writes a backup into a file that is not there yet.
pub async fn backup(from: &Place, file: &Path) -> Result<()> {
    refuse_existing(file)?;
    let draft = draft(file);
    let _ = std::fs::remove_file(&draft);
    let written = match from {
        Place::Directory(dir) => vacuum(dir, &draft).await,
        Place::Server(url) => dump(url, &draft).await,
    };
    if let Err(error) = written {
        let _ = std::fs::remove_file(&draft);
        return Err(error);
    }
    settle(&draft, file)
}

/// Puts a backup where there are no boards yet. The hub is started with `--after-restore` afterwards.
pub async fn restore(file: &Path, to: &Place) -> Result<Copied> {
    let mut source = open(file, false).await?;
    sqlite::check_version(&mut source).await?;
    let copied = match to {
        Place::Directory(dir) => {
            std::fs::create_dir_all(dir).map_err(Error::io(format!("{} cannot be made", dir.display())))?;
            refuse_existing(&sqlite::file(dir))?;
            let database = Sqlite::open(dir).await?;
            let mut writing = database.begin().await?;
            let copied = copy::copy(&mut Link::Sqlite(&mut source), &mut Link::Sqlite(&mut writing)).await?;
            writing.commit().await?;
            database.close().await;
            copied
        }
        Place::Server(url) => {
            let database = Postgres::open(url).await?;
            let mut writing = database.begin().await?;
            let copied = copy::copy(&mut Link::Sqlite(&mut source), &mut Link::Postgres(&mut writing)).await?;
            writing.commit().await?;
            database.close().await;
            copied
        }
    };
    source.close().await?;
    Ok(copied)
}

async fn vacuum(dir: &Path, draft: &Path) -> Result<()> {
    let mut connection = open(&sqlite::file(dir), false).await?;
    sqlite::check_version(&mut connection).await?;
    let name = draft.to_string_lossy().into_owned();
    sqlx::query("vacuum into $1")
        .bind(name)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

async fn dump(url: &str, draft: &Path) -> Result<()> {
    let database = Postgres::open_as_it_is(url).await?;
    let mut moment = database.moment().await?;
    let mut target = open(draft, true).await?;
    sqlite::migrate(&mut target).await?;
    let mut writing = target.begin().await?;
    copy::copy(&mut Link::Postgres(&mut moment), &mut Link::Sqlite(&mut writing)).await?;
    writing.commit().await?;
    target.close().await?;
    drop(moment);
    database.close().await;
    Ok(())
}

async fn open(file: &Path, create: bool) -> Result<SqliteConnection> {
    if !create && !file.exists() {
        return Err(Error::Absent(file.into()));
    }
    let mut options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .create_if_missing(create);
    if create {
        options = options.journal_mode(SqliteJournalMode::Delete);
    }
    Ok(options.connect().await?)
}

fn refuse_existing(file: &Path) -> Result<()> {
    if file.exists() {
        return Err(Error::Exists(file.into()));
    }
    Ok(())
}

fn draft(file: &Path) -> PathBuf {
    let mut name: OsString = file.as_os_str().into();
    name.push(".part");
    name.into()
}

fn settle(draft: &Path, file: &Path) -> Result<()> {
    let write = || -> std::io::Result<()> {
        File::open(draft)?.sync_all()?;
        // A link fails where a rename would replace what somebody put there meanwhile.
        std::fs::hard_link(draft, file)?;
        std::fs::remove_file(draft)?;
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
        if cfg!(unix) {
            File::open(dir.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    };
    write().map_err(Error::io(format!("{} cannot be written", file.display())))
}
