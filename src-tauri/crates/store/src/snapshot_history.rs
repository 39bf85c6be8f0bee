//! The history of a board that began with a snapshot: fetched behind, folded again from the genesis op, compared.
//!
//! ```text
//! pages from 1 → verified against a chain of its own → log, below the base → folded into history.db → compared with the
//! view at one place → lines of history into the view → base and anchor forgotten: a board like any other
//! ```
//!
//! Each step can be stopped and goes on at the next start. Nothing of it stands in anybody's way: the writer is held for
//! one page or one batch of lines at a time. When the comparison fails the log is right, because every entry in it is
//! signed: the view is built again from it, and the person is told.

use crate::digest::digest;
use crate::erase;
use crate::error::Error;
use crate::log::{self, LogEntry};
use crate::open::Store;
use crate::side_file::SideFile;
use crate::snapshot::{base, clear};
use crate::sqlite::{self, Durability};
use crate::view;
use crate::writer::{Applied, Writer, applied, set_applied};
use crate::{Change, bulk, witness};
use sidedesk_domain::fold::Rules;
use sidedesk_protocol::Hash;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, Header};
use sidedesk_protocol::membership::Public;
use sqlx::{Connection as _, SqliteConnection};

/// Entries folded between two looks at whether somebody stopped it.
const FOLD_ENTRIES: usize = 4000;
/// Bytes of them.
const FOLD_LEN: usize = 4 * 1024 * 1024;
/// Lines of history copied while the writer is held: a few tens of milliseconds.
const LINES_AT_ONCE: i64 = 5000;

/// What of the history is here.
#[derive(Debug, Clone)]
pub struct History {
    /// The chain up to what was fetched and verified.
    pub chain: Chain,
    /// The snapshot's place: how far it has to go.
    pub until: u64,
}

impl History {
    /// True once all of it is in the log.
    pub fn is_fetched(&self) -> bool {
        self.chain.n >= self.until
    }
}

/// What the comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The board is what its history says.
    Same,
    /// It was not, and is now. The sentence is for people.
    Alarm(String),
}

impl Store {
    /// How far the history is, while it is missing or not compared yet.
    pub async fn history(&self) -> Result<Option<History>, Error> {
        let mut writer = self.writer().await?;
        let workspace = writer.chain.workspace;
        let Some(base) = base(&mut writer.log).await? else {
            return Ok(None);
        };
        let chain = match log::meta(&mut writer.log, "history").await? {
            Some(bytes) => Chain::from_bytes(&bytes)?,
            None => Chain::empty(workspace),
        };
        let until = base.n;
        Ok(Some(History { chain, until }))
    }

    /// Stores a page of the history that `history.chain` has verified; what lies beyond the snapshot's place is left out.
    pub async fn append_history(&self, before: Hash, entries: Vec<Entry>, history: &History) -> Result<(), Error> {
        let (mut rows, mut headers) = (Vec::new(), Vec::new());
        let mut hash = before;
        for entry in entries {
            hash = entry.chain_hash(&hash);
            headers.push(minicbor::decode::<Header>(&entry.op.header)?);
            rows.push(LogEntry { entry, hash });
        }
        if hash != history.chain.hash {
            return Err(Error::Refused("entries that do not follow the stored ones"));
        }
        let mut writer = self.writer().await?;
        let mut tx = writer.log.begin_with("begin immediate").await?;
        log::insert_entries(&mut tx, &rows, &headers).await?;
        let first = rows.first().map_or(0, |row| row.entry.n.saturating_sub(1));
        witness::all_saw_this(&mut tx, &headers, witness::heads((first, before), &rows)).await?;
        log::set_meta(&mut tx, "history", &history.chain.to_bytes()?).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Folds the whole log beside the view and compares. `progress` hears (entries, entries in all) and may stop it.
    pub async fn check_history(&self, mut progress: impl FnMut(u64, u64) -> bool + Send) -> Result<Verdict, Error> {
        let Some(history) = self.history().await?.filter(History::is_fetched) else {
            return Err(Error::Refused("the history is not here yet"));
        };
        if let Some(sentence) = self.contradiction(&history).await? {
            return self.raise(sentence).await;
        }
        let mut beside = self.beside().await?;
        fold_to(&mut beside, history.until, &mut progress).await?;
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let shown = applied(&mut tx).await?;
        let (shown_at, rules) = shown.map_or((0, Rules::default()), |at| (at.n, at.rules()));
        if shown_at < history.until {
            drop(tx);
            self.rebuild().await?;
            return Ok(Verdict::Same);
        }
        fold_to(&mut beside, shown_at, &mut progress).await?;
        let folded = digest(&mut beside.view, beside.at.rules()).await?;
        let same = folded == digest(&mut tx, rules).await?;
        drop(tx);
        drop(view);
        if !same {
            let sentence = "What this board began with was not what its history says. It was built again from the \
                            history, in which every change is signed; tell whoever let you in.";
            beside.view.close().await?;
            // First the word, then the work: a crash in between must not keep it secret.
            let alarm = self.raise(sentence.into()).await?;
            self.rebuild().await?;
            return Ok(alarm);
        }
        beside.view.close().await?;
        self.take_lines(history.until, &mut progress).await?;
        self.settle().await?;
        Ok(Verdict::Same)
    }

    /// The sentence that says what was wrong with the beginning of this board, if anything was.
    pub async fn alarm(&self) -> Result<Option<String>, Error> {
        let mut log = self.inner.log.acquire().await?;
        let bytes = log::meta(&mut log, "alarm").await?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The history that the hub brings cannot be this board's: kept as a sentence, and the board works on.
    pub async fn raise(&self, sentence: String) -> Result<Verdict, Error> {
        log::set_meta(&mut self.writer().await?.log, "alarm", sentence.as_bytes()).await?;
        let _ = self.inner.changes.send(Change::Outbox);
        Ok(Verdict::Alarm(sentence))
    }

    /// Does the history lead to where the snapshot says, and to what whoever admitted this device saw?
    async fn contradiction(&self, history: &History) -> Result<Option<String>, Error> {
        let mut writer = self.writer().await?;
        let Some(base) = base(&mut writer.log).await? else {
            return Ok(None);
        };
        if history.chain.hash != base.hash || !history.chain.is_what(&base.chain)? {
            return Ok(Some(
                "The history that the hub brings does not lead to what this board began with. The board stays as it is; \
                 ask whoever let you in."
                    .into(),
            ));
        }
        if !witness::holds_behind(&mut writer.log, base.n).await? {
            return Ok(Some(
                "Somebody wrote on another history of this board than the one that the hub brings. The board stays as it \
                 is; ask whoever runs the hub."
                    .into(),
            ));
        }
        if self.welcome_holds(&mut writer).await? {
            return Ok(None);
        }
        Ok(Some(
            "The hub's history is not the one that was seen by whoever let you in. The board stays as it is; ask them."
                .into(),
        ))
    }

    /// True also where there is nothing to compare with.
    async fn welcome_holds(&self, writer: &mut Writer) -> Result<bool, Error> {
        let Some(newcomer) = self.anchored() else {
            return Ok(true);
        };
        let me = writer.secret.id();
        for row in log::membership_entries(&mut writer.log).await? {
            let header: Header = minicbor::decode(&row.entry.op.header)?;
            let read = Public::read(header.kind, &row.entry.op)?;
            if !matches!(read, Some(Public::AddDevice(op)) if op.device.id() == me) {
                continue;
            }
            let welcome = newcomer.open_admission(&row.entry)?.welcome;
            return Ok(log::hash_at(&mut writer.log, welcome.n).await? == Some(welcome.hash));
        }
        Ok(true)
    }

    /// A writer of its own over a view of its own; it only reads the log.
    async fn beside(&self) -> Result<Writer, Error> {
        let path = self.inner.files.history();
        self.inner.files.discard(&path)?;
        let mut fresh = sqlite::open_writer(&path, Durability::Cache).await?;
        sqlite::ensure_schema(&mut fresh, view::SCHEMA, view::VERSION).await?;
        // Nobody asks this one anything but its digest and its lines.
        bulk::drop_indexes(&mut fresh).await?;
        let log = self.inner.log.acquire().await?.detach();
        let writer = self.writer().await?;
        let at = Applied::nothing(writer.chain.workspace);
        set_applied(&mut fresh, &at).await?;
        Ok(Writer {
            log,
            view: fresh,
            chain: writer.chain.clone(),
            keyring: writer.keyring.clone(),
            secret: writer.secret.clone(),
            member: writer.member,
            at,
            behind: false,
            side: SideFile::none(writer.chain.workspace),
            side_has_gap: false,
            has_hub: writer.has_hub,
        })
    }

    /// Copies the lines of history up to `until` from beside, in batches; they go before those that are here. The newest
    /// come first: what a report began with is read off the lines behind its first ([`crate::first_values`]).
    async fn take_lines(&self, until: u64, progress: &mut (impl FnMut(u64, u64) -> bool + Send)) -> Result<(), Error> {
        let path = self.inner.files.history();
        let path = path.to_string_lossy().into_owned();
        let mut before = i64::MAX;
        loop {
            let mut writer = self.writer().await?;
            sqlx::query("attach database ? as history")
                .bind(path.as_str())
                .execute(&mut writer.view)
                .await?;
            let copied = copy_lines(&mut writer.view, until, before).await;
            sqlx::query("detach database history").execute(&mut writer.view).await?;
            drop(writer);
            match copied? {
                Some(first) => before = first,
                None => break,
            }
            if !progress(until, until) {
                return Err(Error::Cancelled);
            }
        }
        let mut writer = self.writer().await?;
        let mut tx = writer.view.begin_with("begin immediate").await?;
        // What was erased since the comparison.
        erase::forget_again(&mut tx).await?;
        tx.commit().await?;
        drop(writer);
        let _ = self.inner.changes.send(Change::All);
        Ok(())
    }

    /// The view is built again from the log.
    async fn rebuild(&self) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let mut tx = writer.view.begin_with("begin immediate").await?;
        clear(&mut tx).await?;
        tx.commit().await?;
        writer.behind = true;
        writer.catch_up(&mut |_, _| true).await?;
        drop(writer);
        self.settle().await?;
        let _ = self.inner.changes.send(Change::All);
        Ok(())
    }

    /// From now on this is a board like any other.
    async fn settle(&self) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let mut tx = writer.log.begin_with("begin immediate").await?;
        sqlx::query("delete from meta where key in ('base', 'history')")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        drop(writer);
        let files = &self.inner.files;
        files.discard(&files.history())?;
        files.discard(&files.anchor())
    }
}

/// Folds the log into the view beside, up to `until`.
async fn fold_to(
    beside: &mut Writer,
    until: u64,
    progress: &mut (impl FnMut(u64, u64) -> bool + Send),
) -> Result<(), Error> {
    while beside.at.n < until {
        let mut entries = log::entries_up_to(&mut beside.log, beside.at.n, FOLD_ENTRIES, FOLD_LEN).await?;
        entries.retain(|row| row.entry.n <= until);
        if entries.first().is_none_or(|first| first.entry.n != beside.at.n + 1) {
            return Err(Error::Refused("the history has a gap"));
        }
        beside.fold(&entries, &[]).await?;
        if !progress(beside.at.n, until) {
            return Err(Error::Cancelled);
        }
    }
    Ok(())
}

/// One batch of what is before `before`; the number of its first line, or nothing when there are no more.
async fn copy_lines(view: &mut SqliteConnection, until: u64, before: i64) -> Result<Option<i64>, Error> {
    let mut tx = view.begin_with("begin immediate").await?;
    if before == i64::MAX {
        sqlx::query(
            "insert into action (id, place, name, device, undoes, redoes)
             select id, place, name, device, undoes, redoes
             from history.action
             where place <= ?
             on conflict (id) do update set place = min(place, excluded.place)",
        )
        .bind(until as i64)
        .execute(&mut *tx)
        .await?;
    }
    let first: Option<i64> = sqlx::query_scalar(
        "select min(id)
         from (select id from history.activity where id < ? and place <= ? order by id desc limit ?)",
    )
    .bind(before)
    .bind(until as i64)
    .bind(LINES_AT_ONCE)
    .fetch_one(&mut *tx)
    .await?;
    if let Some(first) = first {
        sqlx::query(
            "insert or ignore into activity
             (id, place, kind, record, action, created, member, author_time, hub_time, changes)
             select id, place, kind, record, action, created, member, author_time, hub_time, changes
             from history.activity
             where id >= ? and id < ? and place <= ?",
        )
        .bind(first)
        .bind(before)
        .bind(until as i64)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(first)
}
