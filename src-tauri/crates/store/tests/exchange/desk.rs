//! A hub that is nothing but `admit`, and devices that do by hand what the engine makes its hands do.

use sidedesk_domain::fields::campaign;
use sidedesk_domain::{Action, ActionId, Edit, FieldId, Kind, OpId, RecordEdit, RecordId, RecordState, Value};
use sidedesk_protocol::DeviceId;
use sidedesk_protocol::admit::{Accepted, Decision, Known, Placed, admit, admit_upload};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::invite::{InviteCode, seal_request};
use sidedesk_protocol::keys::{Entropy, HubSecret};
use sidedesk_store::{Access, Founder, Keys, Newcomer, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use tempfile::TempDir;

pub const NOW: i64 = 1_795_000_000_000;
/// Entries in one page, as the hub sends them.
pub const PAGE: usize = 500;

pub struct Hub {
    secret: HubSecret,
    pub chain: Chain,
    pub entries: Vec<Entry>,
}

impl Hub {
    /// Takes over a founder's board.
    pub async fn of(founder: &Desk) -> Self {
        let secret = HubSecret::from_bytes(&[9; 32]);
        founder
            .store
            .name_hub("ws://hub.example.com:7420", secret.public())
            .await
            .unwrap();
        let entries = founder.store.entries_after(0, usize::MAX, usize::MAX).await.unwrap();
        let mut chain = Chain::empty(founder.store.identity().workspace);
        for entry in &entries {
            admit_upload(&mut chain, entry).unwrap();
        }
        Self { secret, chain, entries }
    }

    /// Gives everything that waits at a device its place. What is refused comes back with its sentence.
    pub async fn take(&mut self, desk: &Desk) -> Vec<(OpId, String)> {
        let mut refused = Vec::new();
        for (_, id, op) in desk.store.seal_pending(None, 1000).await.unwrap() {
            let header = op.parse().unwrap();
            let known = Known {
                same_seq: self.under(header.device, header.seq),
                base_hash: self.hash_at(header.base_n),
            };
            match admit(&self.chain, op, &known, NOW, &self.secret) {
                Decision::Accept(accepted) => {
                    let Accepted { entry, .. } = accepted.as_ref();
                    self.entries.push(entry.clone());
                    self.chain.settle(&accepted);
                }
                Decision::Refuse { message, .. } => refused.push((id, message)),
                Decision::Duplicate(_) => {}
            }
        }
        refused
    }

    /// What has its place under this sequence already.
    fn under(&self, device: DeviceId, seq: u64) -> Option<Placed> {
        let mut placed = self.entries.iter().map(|entry| (entry, entry.op.parse().unwrap()));
        let (entry, header) = placed.find(|(_, header)| (header.device, header.seq) == (device, seq))?;
        Some(Placed {
            op: header.op,
            n: entry.n,
            hub_time: entry.hub_time,
            hash: self.hash_at(entry.n).unwrap(),
        })
    }

    fn hash_at(&self, n: u64) -> Option<[u8; 32]> {
        let placed = self.entries.iter().take_while(|entry| entry.n <= n);
        Some(placed.fold([0; 32], |hash, entry| entry.chain_hash(&hash)))
    }

    /// Hands a device everything it does not have, page by page.
    pub async fn bring(&self, desk: &Desk) {
        let mut chain = desk.store.chain().await.unwrap();
        let missing: Vec<Entry> = self.entries.iter().filter(|entry| entry.n > chain.n).cloned().collect();
        for page in missing.chunks(PAGE) {
            for entry in page {
                chain.append(entry).unwrap();
            }
            desk.store.append(page.to_vec(), chain.clone()).await.unwrap();
        }
    }

    /// One device sends, all receive.
    pub async fn round(&mut self, from: &Desk, to: &[&Desk]) {
        assert_eq!(self.take(from).await, []);
        self.bring(from).await;
        for desk in to {
            self.bring(desk).await;
        }
    }
}

pub struct Desk {
    pub dir: TempDir,
    pub store: Store,
}

impl Desk {
    pub async fn founded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Founder::found(dir.path(), sidedesk_domain::membership::Role::Lead, NOW, &Keys::file())
            .await
            .unwrap();
        Self::open(dir).await
    }

    pub async fn open(dir: TempDir) -> Self {
        let store = Store::open(dir.path(), Access::Write, Arc::new(tick)).await.unwrap();
        Self { dir, store }
    }

    /// Closes everything, as leaving the program does.
    pub async fn closed(self) -> TempDir {
        self.store.close().await.unwrap();
        self.dir
    }

    pub async fn reopened(self) -> Self {
        Self::open(self.closed().await).await
    }

    /// A newcomer whom `lead` lets in; it has nothing of the board yet.
    pub async fn admitted(hub: &mut Hub, lead: &Desk) -> Self {
        let secret = lead
            .store
            .invite(sidedesk_domain::membership::Role::Lead, NOW + 600_000)
            .await
            .unwrap();
        hub.round(lead, &[]).await;
        let code = InviteCode::new(
            "ws://hub.example.com:7420".into(),
            [0; 32],
            hub.chain.workspace,
            &secret,
        );
        let newcomer = Newcomer::new(NOW).unwrap();
        let sealed = seal_request(&newcomer.request(), &secret, &mut Entropy::new([5; 32])).unwrap();
        assert!(lead.store.admit(secret.id(), &sealed).await.unwrap());
        assert!(
            !lead.store.admit(secret.id(), &sealed).await.unwrap(),
            "it waits already"
        );
        hub.round(lead, &[]).await;
        let dir = tempfile::tempdir().unwrap();
        newcomer.settle(dir.path(), &code, NOW).unwrap();
        Self::open(dir).await
    }

    /// A board and two devices on it, in step.
    pub async fn pair() -> (Hub, Self, Self) {
        let founder = Self::founded().await;
        let mut hub = Hub::of(&founder).await;
        let second = Self::admitted(&mut hub, &founder).await;
        hub.bring(&second).await;
        (hub, founder, second)
    }

    /// Writes one field, as whoever looks at the newest confirmed state.
    pub async fn write(&self, record: u8, field: FieldId, value: impl Into<Value>) {
        let seen = self.store.head().await.unwrap();
        let edits = vec![(field, Edit::Set(value.into()))];
        let edit = RecordEdit {
            kind: Kind::Campaign,
            id: RecordId([record; 16]),
            seen,
            edits,
        };
        self.store.commit(action(vec![edit])).await.unwrap();
    }

    pub async fn name(&self, record: u8, name: &str) {
        self.write(record, campaign::NAME, name).await;
    }

    pub async fn state(&self, record: u8) -> RecordState {
        let card = self.store.card(Kind::Campaign, RecordId([record; 16])).await.unwrap();
        card.map_or_else(RecordState::default, |card| card.state)
    }

    /// What a field shows.
    pub async fn shown(&self, record: u8, field: FieldId) -> String {
        self.state(record).await.get(field).as_text().unwrap_or("").to_owned()
    }

    pub async fn sound(&self) {
        assert_eq!(self.store.verify().await.unwrap().problems, Vec::<String>::new());
    }
}

pub fn action(records: Vec<RecordEdit>) -> Action {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let mut id = [0; 16];
    id[0] = NEXT.fetch_add(1, Ordering::Relaxed);
    id[1..9].copy_from_slice(&tick().to_be_bytes());
    Action {
        id: ActionId(id),
        name: "campaign.set".into(),
        undoes: None,
        redoes: None,
        records,
    }
}

/// Every look at the clock is a millisecond later.
fn tick() -> i64 {
    static CLOCK: AtomicI64 = AtomicI64::new(NOW);
    CLOCK.fetch_add(1, Ordering::Relaxed)
}

/// All show the same and nothing waits.
pub async fn same(desks: &[&Desk]) {
    let mut digests = Vec::new();
    for desk in desks {
        assert_eq!(desk.store.waiting().await.unwrap(), 0);
        desk.sound().await;
        digests.push(desk.store.digests().await.unwrap());
    }
    assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "{digests:?}");
}
