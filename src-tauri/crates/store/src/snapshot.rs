//! A newcomer's board begins with a snapshot: the view is filled from it, the log follows later.
//!
//! ```text
//! anchor (file) → records, newest first, into the view → view stands at (n, H) → base (n, H) and the chain into the log
//! ```
//!
//! In this order: a crash before the end leaves a view that says so ([`LOADING`]) and an empty log, and the newcomer
//! begins again. From the end on the board is complete and can be worked with; what is missing is the log up to `n`, which
//! [`crate::snapshot_history`] brings and checks.

use crate::error::Error;
use crate::files::{Files, write_secret};
use crate::open::Store;
use crate::view::{self, RecordKey};
use crate::writer::{Applied, set_applied};
use crate::{Change, bulk, fold_in, log};
use minicbor::{Decode, Encode};
use sidedesk_domain::fields::board_id;
use sidedesk_domain::fold::{FOLD_VERSION, Rules};
use sidedesk_domain::{Kind, RecordState, Space};
use sidedesk_protocol::Hash;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::invite::{InviteCode, InviteSecret};
use sidedesk_protocol::snapshot::{Manifest, RecordPart, SnapshotError};
use sidedesk_protocol::snapshot_fetch::{Admission, Newcomer};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeMap;

/// In the view's meta table while a snapshot is being loaded into it.
pub const LOADING: &str = "loading";
/// Where the lines of history begin that were folded here: those of the snapshot's past come later and go before them.
const LINES_FROM: i64 = 1 << 40;

/// By what a device that joined knows the truth, kept until the history is here and checked.
#[derive(Encode, Decode)]
pub struct Anchor {
    #[cbor(n(0), with = "minicbor::bytes")]
    invite: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    hub_key: [u8; 32],
}

impl Anchor {
    /// What this code carries.
    pub fn new(code: &InviteCode) -> Self {
        Self {
            invite: *code.secret().as_bytes(),
            hub_key: code.hub_key,
        }
    }

    /// Writes the file.
    pub fn write(&self, files: &Files) -> Result<(), Error> {
        let bytes = minicbor::to_vec(self).map_err(|e| Error::Unreadable(e.to_string()))?;
        write_secret(&files.anchor(), &bytes)
    }

    /// Reads the file. One that cannot be read is as good as none: the log is fetched whole.
    fn read(files: &Files) -> Option<Self> {
        let bytes = std::fs::read(files.anchor()).ok()?;
        minicbor::decode(&bytes).ok()
    }
}

/// What the view began with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Base {
    /// The snapshot's place.
    #[n(0)]
    pub n: u64,
    /// Chain hash there.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: Hash,
    /// [`Chain::to_bytes`] there, as the snapshot says.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub chain: Vec<u8>,
}

/// The base, until the history is checked.
pub async fn base(log: &mut SqliteConnection) -> Result<Option<Base>, Error> {
    match log::meta(log, "base").await? {
        Some(bytes) => Ok(Some(minicbor::decode(&bytes)?)),
        None => Ok(None),
    }
}

/// Whole records on their way into the view.
pub type Records = BTreeMap<RecordKey, RecordState>;

/// Loads one snapshot, group by group.
#[derive(Debug)]
pub struct SnapshotLoad {
    n: u64,
    records: u64,
    /// The parts of the group that is on its way: kinds, ids and states of the spaces that came.
    group: Option<(u32, Records)>,
    come: u64,
}

impl SnapshotLoad {
    /// Of the snapshot that this manifest names.
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            n: manifest.n,
            records: manifest.records,
            group: None,
            come: 0,
        }
    }

    /// Records of whole groups so far, and in all.
    pub fn progress(&self) -> (u64, u64) {
        (self.come, self.records)
    }

    /// Takes the opened part of a group in one space; returns the group before it, which is whole now.
    pub fn take(&mut self, group: u32, space: Space, parts: Vec<RecordPart>) -> Result<Records, SnapshotError> {
        let before = match &self.group {
            Some((current, _)) if *current == group => BTreeMap::new(),
            _ => self.finish(),
        };
        let (_, records) = self.group.get_or_insert_with(|| (group, BTreeMap::new()));
        for part in parts {
            let state: RecordState =
                minicbor::decode(&part.state).map_err(|_| SnapshotError::Record("its state cannot be read"))?;
            if !state.is_part(space, self.n) {
                return Err(SnapshotError::Record("it says what it cannot know"));
            }
            let key = (part.kind, part.id);
            let whole = records.remove(&key).unwrap_or_default().joined(state);
            records.insert(key, whole);
        }
        Ok(before)
    }

    /// The last group.
    pub fn finish(&mut self) -> Records {
        let records = self.group.take().map(|(_, records)| records).unwrap_or_default();
        self.come += records.len() as u64;
        records
    }
}

impl Store {
    /// Who this device is while it knows nothing of its board but by what it was invited; `None` for everybody else.
    pub async fn newcomer(&self) -> Result<Option<Newcomer>, Error> {
        if !self.writes() || self.writer().await?.chain.n > 0 {
            return Ok(None);
        }
        Ok(self.anchored())
    }

    /// The same while the history is not checked yet.
    pub(crate) fn anchored(&self) -> Option<Newcomer> {
        let anchor = Anchor::read(&self.inner.files)?;
        Some(Newcomer {
            secret: self.secret().clone(),
            workspace: self.identity().workspace,
            hub_key: anchor.hub_key,
            invite: InviteSecret::from_bytes(anchor.invite),
        })
    }

    /// The fold that this program folds by: a snapshot of another is not taken.
    pub fn fold_version(&self) -> u32 {
        FOLD_VERSION
    }

    /// Empties the view for a snapshot. Only while the log is empty and nothing waits.
    pub async fn snapshot_begin(&self) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        if writer.chain.n > 0 || log::pending_count(&mut writer.log).await? > 0 {
            return Err(Error::Refused("this board is here already"));
        }
        let workspace = writer.chain.workspace;
        let mut tx = writer.view.begin_with("begin immediate").await?;
        clear(&mut tx).await?;
        view::set_meta(&mut tx, LOADING, &[1]).await?;
        set_applied(&mut tx, &Applied::nothing(workspace)).await?;
        tx.commit().await?;
        writer.at = Applied::nothing(workspace);
        bulk::drop_indexes(&mut writer.view).await
    }

    /// Shows these records; more come.
    pub async fn snapshot_records(&self, records: &Records) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let mut tx = writer.view.begin_with("begin immediate").await?;
        fold_in::write(&mut tx, &BTreeMap::new(), records, records.keys().copied().collect()).await?;
        tx.commit().await?;
        drop(writer);
        let _ = self.inner.changes.send(Change::All);
        Ok(())
    }

    /// Everything is here: from now on this is the board, at the snapshot's place.
    pub async fn snapshot_end(&self, manifest: &Manifest, chain: Chain, admission: &Admission) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let mut at = Applied::nothing(chain.workspace);
        (at.n, at.hash) = (chain.n, chain.hash);
        bulk::build_indexes(&mut writer.view).await?;
        let mut tx = writer.view.begin_with("begin immediate").await?;
        if count(&mut tx).await? != manifest.records {
            return Err(SnapshotError::Counts.into());
        }
        view::set_meta(&mut tx, "sweep", &[]).await?;
        view::set_meta(&mut tx, "indexed", &LINES_FROM.to_le_bytes()).await?;
        sqlx::query("delete from sqlite_sequence where name = 'activity'")
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into sqlite_sequence (name, seq) values ('activity', ?)")
            .bind(LINES_FROM)
            .execute(&mut *tx)
            .await?;
        sqlx::query("delete from meta where key = ?")
            .bind(LOADING)
            .execute(&mut *tx)
            .await?;
        let board = (Kind::Board, board_id());
        let rules = view::states(&mut tx, &[board]).await?.get(&board).map(Rules::of_board);
        at.rules = rules.map(Rules::number);
        set_applied(&mut tx, &at).await?;
        tx.commit().await?;
        let base = Base {
            n: chain.n,
            hash: chain.hash,
            chain: chain.to_bytes()?,
        };
        let bytes = minicbor::to_vec(&base).map_err(|e| Error::Unreadable(e.to_string()))?;
        let mut tx = writer.log.begin_with("begin immediate").await?;
        log::set_meta(&mut tx, "base", &bytes).await?;
        log::set_meta(&mut tx, "chain", &base.chain).await?;
        tx.commit().await?;
        writer.chain = chain;
        writer.keyring = admission.keyring.clone();
        writer.at = at;
        writer.behind = false;
        drop(writer);
        let _ = self.inner.changes.send(Change::All);
        Ok(())
    }

    /// The snapshot is not taken: the view is empty again, and the log comes instead.
    pub async fn snapshot_abandon(&self) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        if writer.chain.n > 0 {
            return Ok(());
        }
        let mut tx = writer.view.begin_with("begin immediate").await?;
        clear(&mut tx).await?;
        view::set_meta(&mut tx, bulk::UNINDEXED, &[1]).await?;
        tx.commit().await?;
        bulk::build_indexes(&mut writer.view).await?;
        drop(writer);
        let _ = self.inner.changes.send(Change::All);
        Ok(())
    }
}

/// Forgets everything that is shown, and where it stood.
pub(crate) async fn clear(view: &mut SqliteConnection) -> Result<(), Error> {
    let tables = "delete from campaign; delete from complaint; delete from report; delete from other;
        delete from shadow; delete from pending_edit; delete from activity; delete from action;
        delete from counter; delete from heard; delete from erased; delete from searchable; delete from search; delete from meta;";
    sqlx::raw_sql(tables).execute(view).await?;
    Ok(())
}

async fn count(view: &mut SqliteConnection) -> Result<u64, Error> {
    let sql = "select (select count(*) from campaign) + (select count(*) from complaint)
                    + (select count(*) from report) + (select count(*) from other)";
    let count: i64 = sqlx::query_scalar(sql).fetch_one(view).await?;
    Ok(count as u64)
}
