//! Alice at an honest hub, Bob behind the liar, and what must be true of every lie.

use crate::desk::{DEADLINE, Desk, agree, eventually, hub, now};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::membership::Role;
use sidedesk_domain::{Kind, RecordId};
use sidedesk_hub::RunningHub;
use sidedesk_protocol::admit::{Decision, Known, Placed, admit};
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::{Entry, SignedOp};
use sidedesk_protocol::invite::InviteCode;
use sidedesk_protocol::keys::{DeviceSecret, Entropy, HubSecret, Keyring};
use sidedesk_protocol::membership::Public;
use sidedesk_protocol::message::{ClientFrame, HubFrame};
use sidedesk_protocol::{Hash, ZERO_HASH};
use sidedesk_store::Digests;
use sidedesk_sync::Status;
use sidedesk_tests::liar::{Liar, Said};
use tempfile::TempDir;

/// The card that Bob types into before he hears the lie, and the one after.
const BEFORE: u8 = 101;
const AFTER: u8 = 102;
/// What he types.
const TYPED: &str = "typed before the lie";
const TYPED_ON: &str = "typed after the lie";

pub struct Scene {
    pub dir: TempDir,
    pub hub: RunningHub,
    pub alice: Desk,
    pub bob: Desk,
    pub liar: Liar,
}

/// The board as a device shows it, and the history that it vouches for.
#[derive(Debug, PartialEq)]
struct Shown {
    n: u64,
    hash: Hash,
    digests: Digests,
}

async fn shown(desk: &Desk) -> Shown {
    let chain = desk.store.chain().await.unwrap();
    Shown {
        n: chain.n,
        hash: chain.hash,
        digests: desk.digests().await,
    }
}

/// A code whose hub is the liar.
pub fn through(liar: &Liar, code: &InviteCode) -> InviteCode {
    InviteCode::new(liar.address(), code.hub_key, code.workspace, &code.secret())
}

pub fn fresh() -> Entropy {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    Entropy::new(seed)
}

pub fn page(entries: Vec<Entry>) -> HubFrame {
    let head = entries.last().map_or(0, |entry| entry.n);
    HubFrame::Page { entries, head }
}

/// Everything but pages.
pub fn without_pages(frame: HubFrame) -> Vec<Said> {
    match frame {
        HubFrame::Page { .. } => Vec::new(),
        frame => vec![frame.into()],
    }
}

pub fn is_push(frame: &ClientFrame) -> bool {
    matches!(frame, ClientFrame::Push { .. })
}

impl Scene {
    /// Both show the same board.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hub = hub(dir.path(), None).await;
        let alice = Desk::sharing(&hub).await;
        alice.name(1, "Free shipping").await;
        let liar = Liar::before(hub.addr).await;
        let code = alice.code_for(Role::Support).await;
        let bob = Desk::joined(&through(&liar, &code)).await;
        agree(&[&alice, &bob]).await;
        Self {
            dir,
            hub,
            alice,
            bob,
            liar,
        }
    }

    pub fn key(&self) -> HubSecret {
        let bytes = std::fs::read(self.dir.path().join("hub.key")).unwrap();
        HubSecret::from_bytes(&bytes.try_into().unwrap())
    }

    /// The hub's word that an op stands there, with its real signature.
    pub async fn receipt(&self, op: &SignedOp, n: u64, hash: Hash) -> HubFrame {
        receipt(&self.key(), &self.bob.store.chain().await.unwrap(), op, n, hash)
    }

    /// Bob's confirmed chain.
    pub async fn chain(&self) -> Chain {
        self.bob.store.chain().await.unwrap()
    }

    /// What others write meanwhile reaches the hub and not Bob: the entries that the hub keeps from him.
    pub async fn kept_from_bob(&self, write: impl AsyncFnOnce(&Desk)) -> Vec<Entry> {
        let head = self.chain().await.n;
        self.liar.down(|_, frame| without_pages(frame));
        write(&self.alice).await;
        sent(&self.alice).await;
        let entries = self.alice.store.entries_after(head, 500, usize::MAX).await.unwrap();
        assert!(!entries.is_empty() && self.chain().await.n == head);
        entries
    }

    /// Bob types something that the hub does not place, and is told this, whenever he comes.
    pub async fn alarmed(self, words: &str, lie: impl Into<Said>) -> Self {
        self.liar.answer_pushes(|_| Vec::new());
        self.type_and_send().await;
        let before = shown(&self.bob).await;
        self.liar.insist(lie);
        self.raises_the_alarm(words, before).await
    }

    /// The same where the lie is already told to whoever comes: Bob comes anew.
    pub async fn alarmed_on_return(self, words: &str) -> Self {
        self.liar.answer_pushes(|_| Vec::new());
        self.type_and_send().await;
        let before = shown(&self.bob).await;
        self.liar.cut();
        self.raises_the_alarm(words, before).await
    }

    /// The same where the lie is the answer to what he types.
    pub async fn alarmed_when_typing(self, words: &str) -> Self {
        let before = shown(&self.bob).await;
        self.type_now().await;
        self.raises_the_alarm(words, before).await
    }

    /// The same where all of it has happened by now.
    pub async fn alarmed_by_now(self, words: &str) -> Self {
        let before = shown(&self.bob).await;
        self.raises_the_alarm(words, before).await
    }

    pub async fn type_now(&self) {
        self.bob.name(BEFORE, TYPED).await;
    }

    pub async fn type_and_send(&self) {
        self.type_now().await;
        eventually("it is on its way", async || self.liar.heard().iter().any(is_push)).await;
    }

    /// The alarm: said in plain words, nothing false in view or log, nothing lost, nothing sent any more, work goes on; and
    /// with an honest hub the next start is as if nothing had been.
    async fn raises_the_alarm(self, words: &str, before: Shown) -> Self {
        let mut scene = self.stands_alarmed(words, before).await;
        scene.liar.be_honest();
        scene.bob = scene.bob.restart().await;
        scene.recovers().await;
        scene
    }

    /// The same without the way back: the histories have parted for good.
    pub async fn parted(self, words: &str, lie: impl FnOnce(&Liar)) -> Self {
        self.type_now().await;
        let before = shown(&self.bob).await;
        lie(&self.liar);
        self.stands_alarmed(words, before).await
    }

    async fn stands_alarmed(self, words: &str, before: Shown) -> Self {
        let sentence = problem(&self.bob).await;
        assert!(sentence.contains(words), "{sentence}");
        assert!(
            sentence.contains("Nothing is sent any more; everything here stays and works."),
            "{sentence}"
        );
        eventually("it hangs up", async || self.liar.connections().1 == 0).await;
        let pushes = |liar: &Liar| liar.heard().iter().filter(|frame| is_push(frame)).count();
        let (sent, connections) = (pushes(&self.liar), self.liar.connections().0);
        assert_eq!(shown(&self.bob).await, before, "something false came in");
        self.works_on().await;
        self.keeps(2).await;
        assert_eq!(pushes(&self.liar), sent, "it goes on sending");
        assert_eq!(self.liar.connections().0, connections, "it comes again by itself");
        self
    }

    /// A lie that changes nothing: told while something waits, then an honest hub again.
    pub async fn unharmed(self, lies: Vec<Said>) -> Self {
        self.unharmed_while(lies, async || ()).await
    }

    /// The same, and this holds meanwhile.
    pub async fn unharmed_while(self, lies: Vec<Said>, holds: impl AsyncFnOnce()) -> Self {
        self.liar.answer_pushes(|_| Vec::new());
        self.type_and_send().await;
        let before = shown(&self.bob).await;
        for lie in lies {
            self.liar.say(lie);
        }
        holds().await;
        assert_eq!(shown(&self.bob).await, before, "something false came in");
        self.works_on().await;
        self.keeps(2).await;
        self.honest_again().await;
        self
    }

    /// The same where the lie is the answer to what is typed.
    pub async fn unharmed_when_typing(self) -> Self {
        let before = shown(&self.bob).await;
        self.type_and_send().await;
        assert_eq!(shown(&self.bob).await, before, "something false came in");
        self.works_on().await;
        self.keeps(2).await;
        self.honest_again().await;
        self
    }

    /// No more lies: Bob comes anew by himself, and everybody has everything.
    pub async fn honest_again(&self) {
        self.liar.be_honest();
        self.liar.cut();
        self.recovers().await;
    }

    async fn recovers(&self) {
        agree(&[&self.alice, &self.bob]).await;
        self.bob.is(&Status::Synced).await;
        for desk in [&self.alice, &self.bob] {
            assert_eq!(desk.values(BEFORE, campaign::NAME).await, [TYPED]);
            assert_eq!(desk.values(AFTER, campaign::NAME).await, [TYPED_ON]);
            sound(desk).await;
        }
    }

    /// What was typed is there, more can be, and the past can be read.
    pub async fn works_on(&self) {
        assert_eq!(self.bob.values(BEFORE, campaign::NAME).await, [TYPED]);
        self.bob.name(AFTER, TYPED_ON).await;
        assert_eq!(self.bob.values(AFTER, campaign::NAME).await, [TYPED_ON]);
        let first = RecordId([1; 16]);
        let lines = self.bob.store.activity_of_record(first, 10).await.unwrap();
        assert!(!lines.is_empty(), "no history");
        let card = self.bob.store.card(Kind::Campaign, first).await.unwrap();
        assert!(card.is_some(), "no card");
        sound(&self.bob).await;
    }

    /// So much waits for a hub that takes it.
    pub async fn keeps(&self, waiting: u64) {
        assert_eq!(self.bob.store.waiting().await.unwrap(), waiting);
    }
}

/// Everything of this device has its place.
pub async fn sent(desk: &Desk) {
    eventually("it has its place", async || desk.store.waiting().await.unwrap() == 0).await;
}

/// Chain, files and view are what they must be.
pub async fn sound(desk: &Desk) {
    assert_eq!(desk.store.verify().await.unwrap().problems, Vec::<String>::new());
}

/// The sentence of the alarm.
pub async fn problem(desk: &Desk) -> String {
    let mut status = desk.sync().status();
    let said = status.wait_for(|now| matches!(now.status, Status::Problem(_) | Status::NotAMember(_)));
    let said = tokio::time::timeout(DEADLINE, said).await.expect("nobody is told");
    match &said.unwrap().status {
        Status::Problem(sentence) | Status::NotAMember(sentence) => sentence.clone(),
        other => panic!("{other:?}"),
    }
}

/// A receipt with this key's signature.
pub fn receipt(key: &HubSecret, chain: &Chain, op: &SignedOp, n: u64, hash: Hash) -> HubFrame {
    let placed = Placed {
        op: op.parse().unwrap().op,
        n,
        hub_time: chain.hub_time,
        hash,
    };
    let known = Known {
        same_seq: Some(placed),
        base_hash: Some(ZERO_HASH),
    };
    match admit(chain, op.clone(), &known, now(), key) {
        Decision::Duplicate(receipt) => HubFrame::Receipt(receipt),
        other => panic!("{other:?}"),
    }
}

/// The epoch keys that a device finds in its log.
pub async fn keyring(desk: &Desk) -> Keyring {
    let mut keyring = Keyring::default();
    for entry in desk.store.entries_after(0, 10_000, usize::MAX).await.unwrap() {
        let header = entry.op.parse().unwrap();
        if let Some(public) = Public::read(header.kind, &entry.op).unwrap() {
            keyring.open_wraps(&desk.store.secret(), public.wraps()).unwrap();
        }
    }
    keyring
}

/// A device that nobody let in.
pub fn stranger() -> DeviceSecret {
    DeviceSecret::from_bytes([0x66; 32])
}
