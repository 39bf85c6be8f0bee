//! What a hub of these tests stands on: a directory with the key, and one of the two databases. Every test that does not
//! look into a file runs on both.

use sidedesk_hub::backup::Place;
use sidedesk_hub::{CancellationToken, Config, RunningHub, serve};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;

/// The ground.
pub struct Ground {
    dir: tempfile::TempDir,
    /// Address of the PostgreSQL; `None` for SQLite.
    pub url: Option<String>,
}

impl Ground {
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir, url: None }
    }

    #[cfg(target_os = "linux")]
    pub fn postgres() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = Some(crate::postgres::database());
        Self { dir, url }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn config(&self) -> Config {
        Config {
            database_url: self.url.clone(),
            ..Config::new(self.dir(), "127.0.0.1:0".parse().unwrap())
        }
    }

    /// Starts a hub, or starts it again with what it had.
    pub async fn start(&self) -> RunningHub {
        serve(self.config(), CancellationToken::new()).await.unwrap()
    }

    /// Another one of the same kind, with nothing on it.
    pub fn another(&self) -> Self {
        #[cfg(target_os = "linux")]
        if self.url.is_some() {
            return Self::postgres();
        }
        Self::sqlite()
    }

    /// As backups know it.
    pub fn place(&self) -> Place {
        match &self.url {
            Some(url) => Place::Server(url.clone()),
            None => Place::Directory(self.dir().into()),
        }
    }

    /// Runs statements behind the hub's back.
    pub async fn run(&self, sqlite: &'static str, postgres: &'static str) {
        if let Some(url) = &self.url {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql("set search_path to sidedesk_hub")
                .execute(&mut connection)
                .await
                .unwrap();
            sqlx::raw_sql(postgres).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        } else {
            run_on(&self.dir().join("hub.db"), sqlite).await;
        }
    }

    /// From now on no entry can be stored.
    pub async fn sabotage(&self) {
        let sqlite = "create trigger full before insert on entry begin select raise(abort, 'disk full'); end";
        let postgres = "create function disk_full() returns trigger language plpgsql as
            $$ begin raise exception 'disk full'; end $$;
            create trigger disk_full before insert on entry for each row execute function disk_full()";
        self.run(sqlite, postgres).await;
    }

    /// And now again.
    pub async fn mend(&self) {
        self.run("drop trigger full", "drop trigger disk_full on entry").await;
    }
}

/// Runs statements on a SQLite file.
pub async fn run_on(file: &Path, statements: &'static str) {
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = file.connect().await.unwrap();
    sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Each of these tests, on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::ground::Ground::sqlite()).await;
            })*
        }

        #[cfg(target_os = "linux")]
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::ground::Ground::postgres()).await;
            })*
        }
    };
}
pub(crate) use on_both;
