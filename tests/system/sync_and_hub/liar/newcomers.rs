//! Lies to a newcomer: other snapshots, changed ones, none, and a history that is not the board's.

use crate::desk::{Desk, agree, eventually, hub, now};
use crate::liar::scene::{sound, stranger, through};
use crate::snapshots::{began_with_a_snapshot, history_is_checked, invited, let_in};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::{Action, ActionId, Edit, Kind, OpId, RecordEdit, RecordId};
use sidedesk_hub::RunningHub;
use sidedesk_protocol::WorkspaceId;
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::keys::DeviceSecret;
use sidedesk_protocol::message::HubFrame;
use sidedesk_protocol::snapshot::SignedManifest;
use sidedesk_tests::liar::{Liar, Said};
use tempfile::TempDir;

/// Few campaigns with long names: long enough for a snapshot of several chunks, quick to fold.
const MANY: u32 = 600;

struct Shared {
    _dir: TempDir,
    hub: RunningHub,
    alice: Desk,
}

async fn shared() -> Shared {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), None).await;
    let mut alice = Desk::founded().await;
    let word = |i: u32, salt: u32| RecordId::of("words", &[&i.to_le_bytes(), &salt.to_le_bytes()]).to_string();
    let record = |i: u32| RecordEdit {
        kind: Kind::Campaign,
        id: RecordId::of("liar test", &[&i.to_le_bytes()]),
        seen: 0,
        edits: vec![(
            campaign::NAME,
            Edit::Set((0..60).map(|salt| word(i, salt)).collect::<String>().into()),
        )],
    };
    let action = Action {
        id: ActionId(OpId::v7(now(), [1; 10]).0),
        name: "campaign.add".into(),
        undoes: None,
        redoes: None,
        records: (0..MANY).map(record).collect(),
    };
    alice.store.commit(action).await.unwrap();
    alice.share(hub.addr).await;
    Shared { _dir: dir, hub, alice }
}

/// A newcomer behind a liar: let in, and then told this.
async fn newcomer(shared: &Shared, lie: impl FnMut(HubFrame) -> Vec<Said> + Send + 'static) -> Desk {
    let liar = Liar::before(shared.hub.addr).await;
    let code = invited(&shared.alice).await;
    let dir = let_in(&through(&liar, &code)).await;
    let mut lie = lie;
    liar.down(move |_, frame| lie(frame));
    let mut newcomer = Desk::opened(dir).await;
    newcomer.go_online();
    newcomer
}

/// The snapshot is not taken, the log comes, and the board is what it is.
async fn the_log_comes(shared: &Shared, what: &str, lie: impl FnMut(HubFrame) -> Vec<Said> + Send + 'static) {
    let newcomer = newcomer(shared, lie).await;
    agree(&[&shared.alice, &newcomer]).await;
    assert!(
        newcomer.store.history().await.unwrap().is_none(),
        "{what}: it was taken"
    );
    assert_eq!(newcomer.store.alarm().await.unwrap(), None, "{what}");
    assert_eq!(newcomer.store.counts().await.unwrap().campaigns, i64::from(MANY));
    assert_eq!(newcomer.store.entries_after(0, 1, usize::MAX).await.unwrap().len(), 1);
    sound(&newcomer).await;
}

fn offering(manifests: Vec<SignedManifest>) -> impl FnMut(HubFrame) -> Vec<Said> {
    move |frame| match frame {
        HubFrame::Snapshots { admission, .. } => {
            let manifests = manifests.clone();
            vec![HubFrame::Snapshots { admission, manifests }.into()]
        }
        frame => vec![frame.into()],
    }
}

/// What the hub offers, changed and signed again by this device.
fn signed_again(
    by: DeviceSecret,
    change: impl Fn(&mut sidedesk_protocol::snapshot::Manifest) + Send + 'static,
) -> impl FnMut(HubFrame) -> Vec<Said> {
    move |frame| match frame {
        HubFrame::Snapshots { admission, manifests } => {
            let again = |signed: &SignedManifest| {
                let mut manifest = signed.read().unwrap();
                manifest.verify_key = by.verify_key();
                change(&mut manifest);
                manifest.sign(&by).unwrap()
            };
            let manifests = manifests.iter().map(again).collect();
            vec![HubFrame::Snapshots { admission, manifests }.into()]
        }
        frame => vec![frame.into()],
    }
}

fn admitted_by(entry: Option<Entry>) -> impl FnMut(HubFrame) -> Vec<Said> {
    move |frame| match frame {
        HubFrame::Snapshots { manifests, .. } => {
            let admission = entry.clone();
            vec![HubFrame::Snapshots { admission, manifests }.into()]
        }
        frame => vec![frame.into()],
    }
}

/// Chunks, each changed in this way.
fn chunks(mut change: impl FnMut(u32, &mut Vec<u8>) + Send + 'static) -> impl FnMut(HubFrame) -> Vec<Said> {
    move |frame| match frame {
        HubFrame::Chunk {
            digest,
            index,
            mut bytes,
        } => {
            change(index, &mut bytes);
            vec![HubFrame::Chunk { digest, index, bytes }.into()]
        }
        frame => vec![frame.into()],
    }
}

/// It is there for whoever is not lied to; else the cases below would show nothing.
async fn is_taken_without_a_lie(shared: &Shared) {
    let honest = newcomer(shared, |frame| vec![frame.into()]).await;
    began_with_a_snapshot(&honest).await;
    history_is_checked(&honest).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_that_nobody_vouches_for_is_not_taken() {
    let shared = shared().await;
    is_taken_without_a_lie(&shared).await;
    let lead = || shared.alice.store.secret();
    the_log_comes(&shared, "made by a stranger", signed_again(stranger(), |_| ())).await;
    let elsewhere = |manifest: &mut sidedesk_protocol::snapshot::Manifest| manifest.workspace = WorkspaceId([1; 32]);
    the_log_comes(&shared, "of another board", signed_again(stranger(), elsewhere)).await;
    let older = |manifest: &mut sidedesk_protocol::snapshot::Manifest| manifest.n -= 1;
    the_log_comes(&shared, "an older one of the same lead", signed_again(lead(), older)).await;
    let other = |manifest: &mut sidedesk_protocol::snapshot::Manifest| manifest.hash = [7; 32];
    the_log_comes(&shared, "on another history", signed_again(lead(), other)).await;
    the_log_comes(&shared, "none", offering(Vec::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admission_that_is_not_the_newcomers_is_not_taken() {
    let shared = shared().await;
    is_taken_without_a_lie(&shared).await;
    the_log_comes(&shared, "none", admitted_by(None)).await;
    let entries = shared.alice.store.entries_after(0, 100, usize::MAX).await.unwrap();
    let first = entries.first().cloned();
    the_log_comes(&shared, "the founding op", admitted_by(first)).await;
    // Of whoever came before.
    let is_admission = |entry: &&Entry| entry.op.parse().unwrap().kind == sidedesk_protocol::entry::OpKind::AddDevice;
    let before = entries.iter().find(is_admission).cloned();
    assert!(before.is_some());
    the_log_comes(&shared, "another device's", admitted_by(before)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_whose_chunks_are_changed_is_not_taken() {
    let shared = shared().await;
    is_taken_without_a_lie(&shared).await;
    let flip = |index, bytes: &mut Vec<u8>| {
        if index == 1 {
            bytes[10] ^= 1;
        }
    };
    the_log_comes(&shared, "a bit", chunks(flip)).await;
    the_log_comes(&shared, "cut short", chunks(|_, bytes| bytes.truncate(20))).await;
    the_log_comes(&shared, "empty", chunks(|_, bytes| bytes.clear())).await;
    let mut first: Option<Vec<u8>> = None;
    let same = move |_: u32, bytes: &mut Vec<u8>| *bytes = first.get_or_insert_with(|| bytes.clone()).clone();
    the_log_comes(&shared, "the first one again", chunks(same)).await;
    let renumbered = |frame| match frame {
        HubFrame::Chunk { digest, index, bytes } => {
            let index = index + 1;
            vec![HubFrame::Chunk { digest, index, bytes }.into()]
        }
        frame => vec![Said::from(frame)],
    };
    the_log_comes(&shared, "out of order", renumbered).await;
}

/// What lies before the snapshot is fetched behind: a hub that changes it is found, and the board works on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_was_changed_is_an_alarm_and_the_board_works_on() {
    let shared = shared().await;
    let lie = |frame| match frame {
        HubFrame::Page { mut entries, head } => {
            for entry in entries.iter_mut().filter(|entry| entry.n == 2) {
                entry.op.signature[0] ^= 1;
            }
            vec![Said::from(HubFrame::Page { entries, head })]
        }
        frame => vec![frame.into()],
    };
    let newcomer = newcomer(&shared, lie).await;
    began_with_a_snapshot(&newcomer).await;
    eventually("somebody is told", async || {
        newcomer.store.alarm().await.unwrap().is_some()
    })
    .await;
    let said = newcomer.store.alarm().await.unwrap().unwrap();
    assert!(
        said.contains("does not fit this board") && said.contains("signature is wrong"),
        "{said}"
    );
    assert_eq!(newcomer.store.counts().await.unwrap().campaigns, i64::from(MANY));
    newcomer.name(9, "works on").await;
    agree(&[&shared.alice, &newcomer]).await;
    assert_eq!(shared.alice.values(9, campaign::NAME).await, ["works on"]);
}
