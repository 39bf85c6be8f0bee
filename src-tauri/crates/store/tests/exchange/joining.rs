//! A newcomer's first pages come long before the entry that gives it the keys to them.

use crate::desk::{Desk, Hub, PAGE, same};
use sidedesk_domain::fields::campaign;

async fn long_board() -> (Hub, Desk) {
    let founder = Desk::founded().await;
    for i in 0..PAGE + 40 {
        founder.name((i % 200) as u8, &format!("name {i}")).await;
    }
    let hub = Hub::of(&founder).await;
    (hub, founder)
}

#[tokio::test]
async fn a_board_longer_than_a_page_is_shown_whole() {
    let (mut hub, founder) = long_board().await;
    let newcomer = Desk::admitted(&mut hub, &founder).await;
    hub.bring(&newcomer).await;
    same(&[&founder, &newcomer]).await;
    newcomer.name(1, "theirs").await;
    hub.round(&newcomer, &[&founder]).await;
    assert_eq!(founder.shown(1, campaign::NAME).await, "theirs");
    same(&[&founder, &newcomer]).await;
}

#[tokio::test]
async fn also_when_the_program_ends_between_two_pages() {
    let (mut hub, founder) = long_board().await;
    let mut newcomer = Desk::admitted(&mut hub, &founder).await;
    let mut chain = newcomer.store.chain().await.unwrap();
    for page in hub.entries.chunks(100) {
        page.iter().for_each(|entry| drop(chain.append(entry).unwrap()));
        newcomer.store.append(page.to_vec(), chain.clone()).await.unwrap();
        newcomer = newcomer.reopened().await;
    }
    same(&[&founder, &newcomer]).await;
}
