//! A device of these tests: a store in a temporary directory, kept in step when it is told so.

use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Action, ActionId, DeviceId, Edit, FieldId, Kind, OpId, RecordEdit, RecordId};
use sidedesk_hub::{CancellationToken, Config, RunningHub, serve};
use sidedesk_protocol::author::Changes;
use sidedesk_protocol::invite::InviteCode;
use sidedesk_store::{Access, Digests, Founder, Keys, Newcomer, Store};
use sidedesk_sync::{Status, SyncConfig, SyncHandle, hub_key, join, start};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

pub const DEADLINE: Duration = Duration::from_secs(60);

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

/// Asks again until it is so.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so().await {
        assert!(Instant::now() < end, "it never came to be that {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Starts a hub; on port 0, or where one was before.
pub async fn hub(dir: &Path, listen: Option<SocketAddr>) -> RunningHub {
    let listen = listen.unwrap_or_else(|| "127.0.0.1:0".parse().unwrap());
    let data = dir.to_owned();
    serve(Config::new(data, listen), CancellationToken::new())
        .await
        .unwrap()
}

pub struct Desk {
    dir: TempDir,
    pub store: Store,
    sync: Option<SyncHandle>,
}

impl Desk {
    /// With a local board.
    pub async fn founded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Founder::found(dir.path(), Role::Lead, now(), &Keys::file())
            .await
            .unwrap();
        Self::open(dir).await
    }

    /// With a board that this hub orders, and in step with it.
    pub async fn sharing(hub: &RunningHub) -> Self {
        let mut desk = Self::founded().await;
        desk.share(hub.addr).await;
        desk
    }

    async fn open(dir: TempDir) -> Self {
        let store = Store::open(dir.path(), Access::Write, Arc::new(now)).await.unwrap();
        Self { dir, store, sync: None }
    }

    /// What lies in this directory, offline.
    pub async fn opened(dir: TempDir) -> Self {
        Self::open(dir).await
    }

    /// The same device once more, after its store was closed.
    pub async fn opened_again(self) -> Self {
        drop(self.store);
        Self::open(self.dir).await
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn is_online(&self) -> bool {
        self.sync.is_some()
    }

    pub async fn share(&mut self, addr: SocketAddr) {
        let address = format!("ws://{addr}");
        let key = hub_key(&address).await.unwrap();
        self.store.name_hub(&address, key).await.unwrap();
        self.go_online();
    }

    pub fn go_online(&mut self) {
        let address = self.store.identity().hub.unwrap();
        self.sync = Some(start(self.store.clone(), SyncConfig { address }));
    }

    pub async fn go_offline(&mut self) {
        self.sync.take().unwrap().close().await;
    }

    /// Closes everything, as leaving the program does, and opens it again.
    pub async fn restart(mut self) -> Self {
        self.go_offline().await;
        self.store.close().await.unwrap();
        drop(self.store);
        let mut desk = Self::open(self.dir).await;
        desk.go_online();
        desk
    }

    pub fn sync(&self) -> &SyncHandle {
        self.sync.as_ref().unwrap()
    }

    pub async fn code(&self) -> InviteCode {
        self.code_for(Role::Lead).await
    }

    pub async fn code_for(&self, role: Role) -> InviteCode {
        let secret = self.store.invite(role, now() + 600_000).await.unwrap();
        self.sync().committed();
        eventually("the invitation has its place", async || {
            self.store
                .chain()
                .await
                .unwrap()
                .membership
                .invites
                .contains_key(&secret.id())
        })
        .await;
        let chain = self.store.chain().await.unwrap();
        let address = self.store.identity().hub.unwrap();
        InviteCode::new(address, chain.hub_key.unwrap(), chain.workspace, &secret)
    }

    /// New keys for everybody but these devices.
    pub async fn begin_epoch(&self, removed: Vec<DeviceId>) {
        self.store.change_members(Changes::removing(removed)).await.unwrap();
        self.sync().committed();
    }

    /// A new device that joins with a code and is in step.
    pub async fn joined(code: &InviteCode) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let newcomer = Newcomer::new(now()).unwrap();
        join(code, &newcomer.request(), DEADLINE, || ()).await.unwrap();
        newcomer.settle(dir.path(), code, now()).unwrap();
        let mut desk = Self::open(dir).await;
        desk.go_online();
        desk
    }

    /// Writes one field of a campaign.
    pub async fn write(&self, record: u8, field: FieldId, text: &str) {
        let seen = self.store.head().await.unwrap();
        let edit = RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([record; 16]),
            seen,
            edits: vec![(field, Edit::Set(text.into()))],
        };
        let action = Action {
            id: ActionId(fresh_id()),
            name: "campaign.set".into(),
            undoes: None,
            redoes: None,
            records: vec![edit],
        };
        self.store.commit(action).await.unwrap();
        if let Some(sync) = &self.sync {
            sync.committed();
        }
    }

    pub async fn name(&self, record: u8, text: &str) {
        self.write(record, campaign::NAME, text).await;
    }

    /// Values that stand side by side in a field.
    pub async fn values(&self, record: u8, field: FieldId) -> Vec<String> {
        let card = self.store.card(Kind::Campaign, RecordId([record; 16])).await.unwrap();
        let Some(card) = card else { return Vec::new() };
        let shown = card.state.shown(field).into_iter();
        let siblings = shown.chain(card.state.rivals(field));
        let mut values: Vec<String> = siblings
            .filter_map(|sibling| sibling.value.as_text().map(Into::into))
            .collect();
        values.sort();
        values
    }

    pub async fn digests(&self) -> Digests {
        self.store.digests().await.unwrap()
    }

    pub async fn is(&self, expected: &Status) {
        self.comes_to(&format!("{expected:?}"), |status| status == expected)
            .await;
    }

    pub async fn is_offline(&self) {
        self.comes_to("offline", |status| matches!(status, Status::Offline(_)))
            .await;
    }

    /// The hub answers and takes nothing.
    pub async fn is_declined(&self) {
        self.comes_to("declined", |status| matches!(status, Status::NotTaken(_)))
            .await;
    }

    async fn comes_to(&self, what: &str, is_so: impl Fn(&Status) -> bool) {
        let mut status = self.sync().status();
        let reached = tokio::time::timeout(DEADLINE, status.wait_for(|now| is_so(&now.status))).await;
        reached.unwrap_or_else(|_| panic!("never {what}")).unwrap();
    }
}

fn fresh_id() -> [u8; 16] {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    OpId::v7(now(), [[0; 2].as_slice(), &number].concat().try_into().unwrap()).0
}

/// Until everybody has sent everything and shows the same.
pub async fn agree(desks: &[&Desk]) {
    eventually("everybody shows the same", async || {
        let mut seen = Vec::new();
        for desk in desks {
            if desk.store.waiting().await.unwrap() > 0 {
                return false;
            }
            // An entry is in the log a moment before the view shows it.
            let (head, digests) = (desk.store.chain().await.unwrap().n, desk.digests().await);
            if digests.head != head {
                return false;
            }
            seen.push(digests);
        }
        seen.windows(2).all(|pair| pair[0] == pair[1])
    })
    .await;
}
