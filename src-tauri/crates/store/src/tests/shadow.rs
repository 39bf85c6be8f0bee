//! What is confirmed is never mixed with what waits.

use crate::desk::{Desk, Hub};
use crate::planted::plant;

/// Both write one name; theirs has its place while mine waits. Returns the desks, equal but for mine.
async fn theirs_below_mine() -> Result<(Hub, Desk, Desk), String> {
    let (mut hub, first, second) = Desk::pair().await;
    first.name(1, "base").await;
    hub.round(&first, &[&second]).await;
    second.name(1, "theirs").await;
    first.name(1, "mine").await;
    hub.round(&second, &[&first]).await;
    let confirmed = (
        first.store.digests().await.unwrap(),
        second.store.digests().await.unwrap(),
    );
    if confirmed.0 != confirmed.1 {
        return Err("what waits is in what is confirmed".into());
    }
    Ok((hub, first, second))
}

#[tokio::test]
async fn a_foreign_op_leaves_what_is_confirmed_free_of_what_waits() {
    let (mut hub, first, second) = theirs_below_mine().await.unwrap();
    hub.round(&first, &[&second]).await;
    crate::desk::same(&[&first, &second]).await;
}

#[tokio::test]
async fn a_shadow_that_is_not_rebased_is_caught() {
    plant(Some("shadow-not-rebased"));
    let mixed = theirs_below_mine().await;
    plant(None);
    assert_eq!(mixed.map(|_| ()).unwrap_err(), "what waits is in what is confirmed");
}
