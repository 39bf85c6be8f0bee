//! What waits is shown over what is confirmed, keeps its place behind it, and is never lost.

use crate::desk::{Desk, action, same};
use sidedesk_domain::fields::campaign;
use sidedesk_domain::{Edit, Kind, RecordEdit, RecordId};

fn standing(state: &sidedesk_domain::RecordState) -> Vec<String> {
    let shown = state
        .shown(campaign::NAME)
        .into_iter()
        .chain(state.rivals(campaign::NAME));
    let mut values: Vec<String> = shown
        .filter_map(|sibling| sibling.value.as_text().map(str::to_owned))
        .collect();
    values.sort();
    values
}

#[tokio::test]
async fn a_foreign_op_folds_below_what_waits() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "base").await;
    hub.round(&first, &[&second]).await;

    second.name(1, "theirs").await;
    second.write(1, campaign::OWNER, "Iva").await;
    first.name(1, "mine").await;
    let confirmed = second.store.digests().await.unwrap();
    assert_eq!(
        first.store.digests().await.unwrap(),
        confirmed,
        "what waits is not in the digest"
    );
    assert_eq!(first.shown(1, campaign::NAME).await, "mine");

    hub.round(&second, &[&first]).await;
    assert_eq!(
        first.shown(1, campaign::OWNER).await,
        "Iva",
        "their other field shows at once"
    );
    assert_eq!(standing(&first.state(1).await), ["mine", "theirs"]);
    assert_eq!(
        first.store.digests().await.unwrap(),
        second.store.digests().await.unwrap()
    );
    first.sound().await;

    hub.round(&first, &[&second]).await;
    for desk in [&first, &second] {
        assert_eq!(standing(&desk.state(1).await), ["mine", "theirs"]);
    }
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn many_edits_of_one_record_wait_in_order_across_a_restart() {
    let (mut hub, first, second) = Desk::pair().await;
    for i in 0..20 {
        first.name(1, &format!("draft {i}")).await;
        second.write(1, campaign::OWNER, format!("owner {i}").as_str()).await;
        if i % 5 == 0 {
            hub.round(&second, &[&first]).await;
        }
    }
    let first = first.reopened().await;
    assert_eq!(first.shown(1, campaign::NAME).await, "draft 19");
    hub.round(&first, &[&second]).await;
    hub.round(&second, &[&first]).await;
    assert_eq!(standing(&second.state(1).await), ["draft 19"]);
    assert_eq!(second.shown(1, campaign::OWNER).await, "owner 19");
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn a_refused_op_goes_to_the_drawer_and_leaves_the_view() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "base").await;
    hub.round(&first, &[&second]).await;
    first.name(1, "refused").await;
    first.name(2, "also waiting").await;
    let sealed = first.store.seal_pending(None, 1).await.unwrap();
    first
        .store
        .to_drawer(sealed[0].1, "too large for this hub")
        .await
        .unwrap();
    first.store.to_drawer(sealed[0].1, "said twice").await.unwrap();
    assert_eq!(first.store.refused().await.unwrap(), ["too large for this hub"]);
    assert_eq!(first.shown(1, campaign::NAME).await, "base");
    assert_eq!(first.shown(2, campaign::NAME).await, "also waiting");
    first.store.unseal().await.unwrap();
    hub.round(&first, &[&second]).await;
    same(&[&first, &second]).await;
    assert_eq!(first.reopened().await.store.refused().await.unwrap().len(), 1, "kept");
}

#[tokio::test]
async fn sealed_bytes_stay_the_same_until_they_are_forgotten() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "a").await;
    first.name(2, "b").await;
    let sealed = first.store.seal_pending(None, 10).await.unwrap();
    assert_eq!(sealed.len(), 2);
    let first = first.reopened().await;
    assert_eq!(
        first.store.seal_pending(None, 10).await.unwrap(),
        sealed,
        "also after a restart"
    );
    assert_eq!(
        first.store.seal_pending(Some(sealed[0].0), 10).await.unwrap(),
        sealed[1..]
    );

    second.name(3, "c").await;
    hub.round(&second, &[&first]).await;
    first.store.unseal().await.unwrap();
    let again = first.store.seal_pending(None, 10).await.unwrap();
    assert_eq!(again[0].1, sealed[0].1, "the same op");
    assert_ne!(again[0].2, sealed[0].2, "on the new head");
    assert_eq!(again[0].2.parse().unwrap().base_n, hub.chain.n);
    hub.round(&first, &[&second]).await;
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn entries_that_do_not_follow_are_refused_and_nothing_changes() {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "a").await;
    first.name(2, "b").await;
    hub.round(&first, &[]).await;
    let before = second.store.digests().await.unwrap();
    let late = hub.entries.last().cloned().unwrap();
    assert!(second.store.append(vec![late], hub.chain.clone()).await.is_err());
    let at = second.store.chain().await.unwrap().n as usize;
    let mut forged = hub.entries[at..].to_vec();
    forged[0].hub_time += 1;
    assert!(
        second.store.append(forged, hub.chain.clone()).await.is_err(),
        "another hash"
    );
    assert_eq!(second.store.digests().await.unwrap(), before);
    hub.bring(&second).await;
    hub.bring(&second).await;
    same(&[&first, &second]).await;
}

#[tokio::test]
async fn a_big_action_waits_in_parts_and_settles_in_parts() {
    let (mut hub, first, second) = Desk::pair().await;
    let record = |i: u16| {
        let mut id = [3; 16];
        id[..2].copy_from_slice(&i.to_be_bytes());
        let edits = vec![(campaign::NAME, Edit::Set(format!("card {i}").as_str().into()))];
        RecordEdit {
            kind: Kind::Campaign,
            id: RecordId(id),
            seen: 0,
            edits,
        }
    };
    first
        .store
        .commit(action((0..1200).map(record).collect()))
        .await
        .unwrap();
    assert_eq!(first.store.waiting().await.unwrap(), 3);
    assert_eq!(first.store.counts().await.unwrap().campaigns, 1200);
    hub.take(&first).await;
    let mut chain = first.store.chain().await.unwrap();
    for entry in hub.entries[chain.n as usize..].iter().cloned() {
        chain.append(&entry).unwrap();
        first.store.append(vec![entry], chain.clone()).await.unwrap();
        assert_eq!(
            first.store.counts().await.unwrap().campaigns,
            1200,
            "each counted once, all the time"
        );
    }
    hub.bring(&second).await;
    same(&[&first, &second]).await;
    assert_eq!(first.store.own_actions(10).await.unwrap().len(), 1, "one action");
}
