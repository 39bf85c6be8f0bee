//! The one writer: both databases, the chain and the keys, behind one lock.
//!
//! Everything that changes the board goes log first, view second. The log's commit is the moment after which the screen may
//! say "saved"; the view follows, and if it cannot, opening the board again makes it follow.

use crate::bulk;
use crate::error::Error;
use crate::fold_in::{self, Me, Opened};
use crate::log::{self, LogEntry};
use crate::side_file::SideFile;
use crate::view::{self, RecordKey};
use minicbor::{Decode, Encode};
use sidedesk_domain::fold::{FOLD_VERSION, Rules};
use sidedesk_domain::{Action, MemberId, Space, Stamp, WorkspaceId};
use sidedesk_protocol::author::open_action;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Header, OpKind};
use sidedesk_protocol::keys::{DeviceSecret, Keyring};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::{Hash, ZERO_HASH};
use sqlx::{Connection as _, SqliteConnection};

/// Entries folded in one transaction while catching up: rows are written in the order of their ids, which pays the more of
/// them there are.
const CATCH_UP_ENTRIES: usize = 10_000;
/// Bytes of entries folded in one transaction while catching up: what is opened at once takes memory.
const CATCH_UP_LEN: usize = 8 * 1024 * 1024;
/// Waiting ops folded in one transaction while catching up; each may be as large as an op gets.
const CATCH_UP_PENDING: usize = 64;

/// Hears how far long work is, (done, in all); false stops it.
pub type Progress<'a> = dyn FnMut(u64, u64) -> bool + Send + 'a;

/// What the writer holds.
pub struct Writer {
    /// `log.db`.
    pub log: SqliteConnection,
    /// `view.db`.
    pub view: SqliteConnection,
    /// The confirmed chain, as stored.
    pub chain: Chain,
    /// The epoch keys found in it.
    pub keyring: Keyring,
    /// This device.
    pub secret: DeviceSecret,
    /// Its member.
    pub member: MemberId,
    /// Where the view stands, as stored.
    pub at: Applied,
    /// The log went ahead and the view has not followed: it catches up before anything else is written.
    pub behind: bool,
    /// The board has a hub, also when this log has not come to the entry that names it.
    pub has_hub: bool,
    /// What waits, written a second time.
    pub side: SideFile,
    /// A board that orders itself has changes that the side file does not hold: the next backup does not wait for its day.
    pub side_has_gap: bool,
}

/// Where the view stands; written in the transaction that moves it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Applied {
    /// Of which board.
    #[n(0)]
    pub workspace: WorkspaceId,
    /// The last entry folded.
    #[n(1)]
    pub n: u64,
    /// The chain hash there.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub hash: Hash,
    /// By which fold.
    #[n(3)]
    pub fold_version: u32,
    /// The pending sequences folded over it.
    #[n(4)]
    pub pending: Vec<i64>,
    /// The number of the rules that hold after that entry; the first, when absent.
    #[n(5)]
    pub rules: Option<u32>,
}

impl Applied {
    /// Nothing yet.
    pub fn nothing(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            n: 0,
            hash: ZERO_HASH,
            fold_version: FOLD_VERSION,
            pending: Vec::new(),
            rules: None,
        }
    }

    /// The rules that hold after that entry.
    pub fn rules(&self) -> Rules {
        self.rules.map_or_else(Rules::default, Rules::numbered)
    }
}

/// Where the view stands, if it says so.
pub async fn applied(view: &mut SqliteConnection) -> Result<Option<Applied>, Error> {
    Ok(view::meta(view, "applied")
        .await?
        .and_then(|bytes| minicbor::decode(&bytes).ok()))
}

/// Says where the view stands.
pub async fn set_applied(view: &mut SqliteConnection, applied: &Applied) -> Result<(), Error> {
    let bytes = minicbor::to_vec(applied).map_err(|e| Error::Unreadable(e.to_string()))?;
    view::set_meta(view, "applied", &bytes).await
}

impl Writer {
    /// This device and member.
    pub fn me(&self) -> Me {
        let device = self.secret.id();
        Me {
            device,
            member: self.member,
            seat: self.chain.membership.seat_at(device, u64::MAX),
        }
    }

    /// True while this device gives the places itself. A newcomer with half of a shared log knows no hub yet either, but
    /// is not the log's only device; and a backup from before the board was shared does not make it unshared.
    pub fn orders_itself(&self) -> bool {
        let alone = self.chain.membership.devices.keys().eq([&self.secret.id()]);
        self.chain.hub_key.is_none() && !self.has_hub && alone
    }

    /// Opens an action entry; `None` for other kinds and for what cannot be opened here, which is logged and stays in
    /// the log.
    pub fn opened(&self, log_entry: &LogEntry) -> Option<Opened> {
        let entry = &log_entry.entry;
        let header: Header = minicbor::decode(&entry.op.header).ok()?;
        if header.kind != OpKind::Action {
            return None;
        }
        let member = self
            .chain
            .membership
            .devices
            .get(&header.device)
            .map(|device| device.member)?;
        if self.is_not_for_this_seat(&header) {
            return None; // everything shared follows without it
        }
        match open_action(&header, &entry.op, &self.keyring) {
            Ok(action) => {
                let stamp = Stamp {
                    place: entry.n,
                    device: header.device,
                    member,
                    author_time: header.author_time,
                    hub_time: entry.hub_time,
                };
                let seat = self.chain.membership.seat_at(header.device, entry.n);
                Some(Opened { stamp, seat, action })
            }
            Err(error) => {
                tracing::warn!(n = entry.n, %error, "an entry is kept but not folded");
                None
            }
        }
    }

    /// Can this device write into the space?
    pub fn holds_now(&self, space: Space) -> bool {
        let keyless = !self.has_keys();
        keyless || self.keyring.get(space, self.chain.membership.epoch).is_some()
    }

    /// Has this device been given keys of the space?
    pub fn holds(&self, space: Space) -> bool {
        self.keyring.iter().any(|(held, _, _)| held == space)
    }

    fn is_not_for_this_seat(&self, header: &Header) -> bool {
        let Some(space) = Space::from_number(header.space) else {
            return false;
        };
        let role = self.chain.membership.members.get(&self.member);
        self.keyring.get(space, header.epoch).is_none() && role.is_some_and(|role| !role.holds(space))
    }

    /// The pages that a newcomer fetches first come before the entry that gives it the keys to them: until then nothing
    /// can be opened, and nothing counts as folded.
    pub fn has_keys(&self) -> bool {
        self.keyring.iter().next().is_some()
    }

    /// Takes the keys that a membership entry wraps for this device.
    pub fn learn_keys(&mut self, public: &Public) -> Result<(), Error> {
        Ok(self.keyring.open_wraps(&self.secret, public.wraps())?)
    }

    /// Moves the view behind entries that are in the log, with the pending sequences that thereby settled.
    pub async fn fold(&mut self, entries: &[LogEntry], settled: &[u64]) -> Result<Vec<RecordKey>, Error> {
        let ops: Vec<Opened> = entries.iter().filter_map(|entry| self.opened(entry)).collect();
        let head = entries.last().map(|last| (last.entry.n, last.hash));
        self.fold_opened(&ops, head, settled).await
    }

    /// The same for entries that are open already; `head` is the place and hash of the last.
    pub async fn fold_opened(
        &mut self,
        ops: &[Opened],
        head: Option<(u64, Hash)>,
        settled: &[u64],
    ) -> Result<Vec<RecordKey>, Error> {
        let me = self.me();
        self.behind = true;
        let mut at = self.at.clone();
        if let Some((n, hash)) = head {
            (at.n, at.hash) = (n, hash);
        }
        at.pending.retain(|seq| !settled.contains(&(*seq as u64)));
        let mut tx = self.view.begin_with("begin immediate").await?;
        let mut rules = at.rules();
        let keys = if self.at.pending.is_empty() {
            fold_in::confirmed_alone(&mut tx, ops, &mut rules).await?
        } else {
            fold_in::confirmed(&mut tx, ops, settled, me, &mut rules).await?
        };
        at.rules = Some(rules.number());
        set_applied(&mut tx, &at).await?;
        tx.commit().await?;
        self.at = at;
        self.behind = false;
        Ok(keys)
    }

    /// Folds a pending action's parts, which are in the log, over the view.
    pub async fn fold_pending(&mut self, parts: &[(u64, i64, Action)]) -> Result<Vec<RecordKey>, Error> {
        let me = self.me();
        self.behind = true;
        let mut keys = Vec::new();
        let mut at = self.at.clone();
        let mut tx = self.view.begin_with("begin immediate").await?;
        for (seq, author_time, action) in parts {
            keys.extend(fold_in::pending(&mut tx, (*seq, *author_time), action, (me, at.rules())).await?);
            at.pending.push(*seq as i64);
        }
        set_applied(&mut tx, &at).await?;
        tx.commit().await?;
        self.at = at;
        self.behind = false;
        Ok(keys)
    }

    /// Brings the view up to the log, from wherever it stands. `progress` hears (entries folded, entries in all) and stops
    /// it by false; the next time goes on from there.
    pub async fn catch_up(&mut self, progress: &mut Progress<'_>) -> Result<(), Error> {
        self.at = applied(&mut self.view)
            .await?
            .unwrap_or_else(|| Applied::nothing(self.chain.workspace));
        let pending = log::pending_seqs(&mut self.log).await?;
        if !self.has_keys() || self.at.n == self.chain.n && self.at.pending == pending {
            bulk::build_indexes(&mut self.view).await?;
            self.behind = false;
            return Ok(());
        }
        if !self.at.pending.is_empty() {
            let at = Applied {
                pending: Vec::new(),
                ..self.at.clone()
            };
            let mut tx = self.view.begin_with("begin immediate").await?;
            fold_in::restore_shadows(&mut tx).await?;
            set_applied(&mut tx, &at).await?;
            tx.commit().await?;
            self.at = at;
        }
        let mut n = self.at.n;
        if n == 0 && self.chain.n >= bulk::WORTH_IT {
            bulk::drop_indexes(&mut self.view).await?;
        }
        loop {
            let entries = log::entries_up_to(&mut self.log, n, CATCH_UP_ENTRIES, CATCH_UP_LEN).await?;
            let Some(last) = entries.last() else { break };
            // A board that began with a snapshot has no history yet: nothing is folded across the gap.
            if entries.first().is_some_and(|first| first.entry.n != n + 1) {
                break;
            }
            n = last.entry.n;
            let mut before = self.at.hash;
            for row in &entries {
                // A rotten entry would be left out of the view without a word.
                log::follows(row, &before)?;
                before = row.hash;
            }
            self.fold(&entries, &[]).await?;
            if !progress(n, self.chain.n) {
                return Err(Error::Cancelled);
            }
        }
        bulk::build_indexes(&mut self.view).await?;
        let mut after = 0;
        loop {
            let waiting = log::pending_after(&mut self.log, after, CATCH_UP_PENDING).await?;
            let Some(last) = waiting.last() else { break };
            after = last.seq;
            let mut parts = Vec::new();
            for pending in waiting {
                let action = if pending.kind == OpKind::Action {
                    minicbor::decode(&pending.plain)?
                } else {
                    nothing_to_fold()
                };
                parts.push((pending.seq, pending.author_time, action));
            }
            self.fold_pending(&parts).await?;
        }
        self.behind = false;
        Ok(())
    }
}

/// Stands for a waiting op that changes no record, so that the view counts it as seen.
fn nothing_to_fold() -> Action {
    Action {
        id: sidedesk_domain::ActionId::default(),
        name: String::new(),
        undoes: None,
        redoes: None,
        records: Vec::new(),
    }
}
