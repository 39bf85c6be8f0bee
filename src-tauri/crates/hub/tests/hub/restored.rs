//! Backups while the hub serves, what verifying one finds, and a restored hub that gets back what it lost.

use crate::board::Board;
use crate::client::{Client, upload};
use crate::ground::{Ground, on_both};
use sidedesk_hub::backup::{backup, restore, verify};
use sidedesk_hub::{CancellationToken, Config, RunningHub, serve};
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::{ClientFrame, DeniedWhy, HubFrame, Receipt, RefusedWhy};
use std::path::PathBuf;

/// A hub with a board of devices 1 and 2, a backup of it, and entries since.
struct Story {
    ground: Ground,
    board: Board,
    backup: PathBuf,
    /// The board's head in the backup.
    then: u64,
    /// For what was pushed since.
    receipts: Vec<Receipt>,
}

impl Story {
    async fn told(ground: Ground) -> Self {
        let hub = ground.start().await;
        let board = Board::shared(hub.hub_key, &[2]);
        upload(hub.addr, &board).await;
        let mut story = Self {
            backup: ground.dir().join("backup.db"),
            ground,
            board,
            then: 0,
            receipts: Vec::new(),
        };
        story.push(&hub, 20).await;
        backup(&story.ground.place(), &story.backup).await.unwrap();
        story.then = story.board.chain.n;
        story.receipts.clear();
        story.push(&hub, 20).await;
        hub.stop().await.unwrap();
        story
    }

    async fn push(&mut self, hub: &RunningHub, count: usize) {
        let workspace = self.board.chain.workspace;
        let mut client = Client::follower(hub.addr, 1, workspace).await;
        for op in self.board.ops(1, count, b"pushed") {
            client.push(&op).await;
            match client.answer().await {
                HubFrame::Receipt(receipt) => self.receipts.push(receipt),
                other => panic!("{other:?}"),
            }
        }
        let known = self.board.log.len();
        let mut reader = Client::follower(hub.addr, 2, workspace).await;
        for entry in reader.entries_until((known + count) as u64).await.split_off(known) {
            self.board.follow(entry);
        }
    }

    /// The backup on another ground of the same kind, with the hub's key.
    async fn restored(&self) -> Ground {
        let ground = self.ground.another();
        restore(&self.backup, &ground.place()).await.unwrap();
        std::fs::copy(self.ground.dir().join("hub.key"), ground.dir().join("hub.key")).unwrap();
        ground
    }

    async fn heal(&self) -> (Ground, RunningHub) {
        let ground = self.restored().await;
        let config = Config {
            after_restore: true,
            ..ground.config()
        };
        (ground, serve(config, CancellationToken::new()).await.unwrap())
    }

    /// A device that has everything greets, and is asked for what the backup lacks.
    async fn ahead(&self, hub: &RunningHub, who: u8) -> Client {
        let (client, welcome) = Client::hello(hub.addr, who, &self.board.chain).await;
        assert!(
            matches!(welcome, HubFrame::Welcome { n, takes_upload: true, .. } if n == self.then),
            "{welcome:?}"
        );
        client
    }

    fn lost(&self) -> Vec<Entry> {
        self.board.log[self.then as usize..].to_vec()
    }
}

async fn brings(client: &mut Client, entries: Vec<Entry>) -> HubFrame {
    client.send(&ClientFrame::Upload { entries }).await;
    client.answer().await
}

async fn a_backup_verifies_and_what_is_changed_in_it_is_found(ground: Ground) {
    let story = Story::told(ground).await;
    let boards = verify(&story.backup).await.unwrap();
    assert_eq!(boards.len(), 1);
    let hash = story.board.log[..story.then as usize]
        .iter()
        .fold([0; 32], |hash, entry| entry.chain_hash(&hash));
    assert_eq!((boards[0].id, boards[0].n), (story.board.chain.workspace, story.then));
    assert_eq!((boards[0].hash, &boards[0].problem), (hash, &None));
    let again = backup(&story.ground.place(), &story.backup).await.unwrap_err();
    assert!(again.to_string().contains("is there already"), "{again}");

    for (damage, expected) in [
        ("update entry set body = x'00' where n = 9", "entry 9:"),
        ("update entry set hub_time = hub_time + 1 where n = 9", "entry 9:"),
        ("update entry set hash = zeroblob(32) where n = 9", "entry 9:"),
        ("delete from entry where n = 9", "entry 10:"),
        ("delete from entry where n > 9", "it ends at entry 9"),
        ("update workspace set n = n - 1", "it ends at entry"),
    ] {
        let copy = story.ground.dir().join("damaged.db");
        std::fs::copy(&story.backup, &copy).unwrap();
        crate::ground::run_on(&copy, damage).await;
        let problem = verify(&copy).await.unwrap().remove(0).problem.unwrap_or_default();
        assert!(problem.starts_with(expected), "{damage}: {problem:?}");
    }
    let strange = story.ground.dir().join("strange");
    std::fs::write(&strange, [7; 5000]).unwrap();
    assert!(verify(&strange).await.is_err());
    assert!(verify(&story.ground.dir().join("nowhere")).await.is_err());
}

async fn a_restored_hub_serves_what_the_backup_held(ground: Ground) {
    let story = Story::told(ground).await;
    let ground = story.restored().await;
    let twice = restore(&story.backup, &ground.place()).await.map(|_| ()).unwrap_err();
    assert!(twice.to_string().contains("nothing was written"), "{twice}");
    let hub = ground.start().await;
    let mut reader = Client::follower(hub.addr, 2, story.board.chain.workspace).await;
    let log = reader.entries_until(story.then).await;
    assert!(log == story.board.log[..story.then as usize], "another log");
    // Without --after-restore a device that holds more is an alarm.
    let (mut client, answer) = Client::hello(hub.addr, 1, &story.board.chain).await;
    assert_eq!(client.denied_by(answer).await, DeniedWhy::Fork);
}

async fn devices_bring_back_what_a_restored_hub_lost_and_then_it_goes_on(ground: Ground) {
    let mut story = Story::told(ground).await;
    let (ground, hub) = story.heal().await;
    let workspace = story.board.chain.workspace;
    let next = story.board.op(1, b"next");

    // One device comes, is far behind, and may read; nobody gets a place yet.
    let early = &story.board.log[..story.then as usize - 5];
    let hash = early.iter().fold([0; 32], |hash, entry| entry.chain_hash(&hash));
    let (mut bob, welcome) = Client::hello_at(hub.addr, 2, workspace, (early.len() as u64, hash)).await;
    assert!(
        matches!(
            welcome,
            HubFrame::Welcome {
                takes_upload: false,
                ..
            }
        ),
        "{welcome:?}"
    );
    bob.send(&ClientFrame::Follow {
        after: early.len() as u64,
    })
    .await;
    bob.entries_until(story.then).await;
    bob.push(&story.board.op(2, b"too early")).await;
    assert_eq!(
        bob.refused().await,
        RefusedWhy::Later,
        "its author saw what this hub has not got back"
    );

    // The other one brings the rest, a part of it twice, and bob reads on.
    let mut alice = story.ahead(&hub, 1).await;
    let lost = story.lost();
    let n = story.then + 12;
    assert_eq!(brings(&mut alice, lost[..12].to_vec()).await, HubFrame::Uploaded { n });
    let mut other = Client::hello(hub.addr, 2, &story.board.chain).await.0;
    let n = story.board.chain.n;
    assert_eq!(brings(&mut other, lost.clone()).await, HubFrame::Uploaded { n });
    assert_eq!(brings(&mut alice, lost[12..].to_vec()).await, HubFrame::Uploaded { n });
    assert!(bob.entries_until(n).await == lost, "another log came back");
    drop(other);
    // Still one device is missing.
    let mut asking = Client::hello(hub.addr, 2, &story.board.chain).await.0;
    asking.push(&story.board.op(2, b"too early")).await;
    assert_eq!(asking.refused().await, RefusedWhy::Later);
    // The state is kept over a start without the flag.
    hub.stop().await.unwrap();
    let hub = ground.start().await;
    let mut alice = Client::hello(hub.addr, 1, &story.board.chain).await.0;
    alice.push(&next).await;
    assert_eq!(alice.refused().await, RefusedWhy::Later);
    alice.send(&ClientFrame::Follow { after: n }).await;
    // Everybody has come: the same op is taken now.
    loop {
        alice.push(&next).await;
        match alice.answer().await {
            HubFrame::Receipt(receipt) => break assert_eq!(receipt.n, n + 1),
            HubFrame::Refused { why, .. } => assert_eq!(why, RefusedWhy::Later),
            other => panic!("{other:?}"),
        }
    }
    for receipt in std::mem::take(&mut story.receipts) {
        let held = story.board.log[receipt.n as usize - 1].op.parse().unwrap().op;
        assert_eq!(held, receipt.op);
    }
}

async fn a_lead_declares_the_head_and_who_comes_with_more_is_an_alarm(ground: Ground) {
    let story = Story::told(ground).await;
    let (_ground, hub) = story.heal().await;
    let lost = story.lost();
    let mut alice = story.ahead(&hub, 1).await;
    let n = story.then + 3;
    assert_eq!(brings(&mut alice, lost[..3].to_vec()).await, HubFrame::Uploaded { n });
    let hash = story.board.log[..n as usize]
        .iter()
        .fold([0; 32], |hash, entry| entry.chain_hash(&hash));
    let (mut wrong, _) = Client::hello_at(hub.addr, 2, story.board.chain.workspace, (n, hash)).await;
    wrong.send(&ClientFrame::DeclareHead { n: n + 1, hash }).await;
    assert_eq!(wrong.denied().await, DeniedWhy::Busy);
    alice.send(&ClientFrame::DeclareHead { n, hash }).await;
    assert_eq!(alice.answer().await, HubFrame::Uploaded { n });
    let (mut late, answer) = Client::hello(hub.addr, 2, &story.board.chain).await;
    assert_eq!(late.denied_by(answer).await, DeniedWhy::Fork);
    alice.send(&ClientFrame::DeclareHead { n, hash }).await;
    assert_eq!(alice.denied().await, DeniedWhy::Nonsense, "it is over");
}

async fn another_history_is_not_healed_but_an_alarm(ground: Ground) {
    let story = Story::told(ground).await;
    let (_ground, hub) = story.heal().await;
    let lost = story.lost();
    // Two entries with their places changed, and one whose time is far ahead.
    let mut swapped = lost[..2].to_vec();
    swapped.swap(0, 1);
    swapped[0].n -= 1;
    swapped[1].n += 1;
    let mut ahead = lost[..1].to_vec();
    ahead[0].hub_time += 3_600_000;
    for (what, entries, why) in [
        ("swapped", swapped, DeniedWhy::Fork),
        ("from the future", ahead, DeniedWhy::Busy),
        ("with a hole", lost[1..].to_vec(), DeniedWhy::Fork),
    ] {
        let mut client = story.ahead(&hub, 1).await;
        let answer = brings(&mut client, entries).await;
        assert_eq!(client.denied_by(answer).await, why, "{what}");
    }
    // Another time for an entry is another history: found when its device follows.
    let mut shifted = lost.clone();
    shifted.iter_mut().for_each(|entry| entry.hub_time += 1);
    let mut client = story.ahead(&hub, 1).await;
    let n = story.board.chain.n;
    let answer = brings(&mut client, shifted).await;
    if answer == (HubFrame::Uploaded { n }) {
        client.send(&ClientFrame::Follow { after: n }).await;
        assert_eq!(client.denied().await, DeniedWhy::Fork);
    } else {
        assert_eq!(client.denied_by(answer).await, DeniedWhy::Fork);
    }
}

async fn a_board_younger_than_the_backup_comes_back_whole(ground: Ground) {
    let empty = ground.another();
    let story = Story::told(ground).await;
    std::fs::copy(story.ground.dir().join("hub.key"), empty.dir().join("hub.key")).unwrap();
    let config = Config {
        after_restore: true,
        ..empty.config()
    };
    let hub = serve(config, CancellationToken::new()).await.unwrap();
    let (mut alice, welcome) = Client::hello(hub.addr, 1, &story.board.chain).await;
    assert!(
        matches!(
            welcome,
            HubFrame::Welcome {
                n: 0,
                takes_upload: true,
                ..
            }
        ),
        "{welcome:?}"
    );
    let n = story.board.chain.n;
    assert_eq!(
        brings(&mut alice, story.board.log.clone()).await,
        HubFrame::Uploaded { n }
    );
    let mut bob = Client::follower(hub.addr, 2, story.board.chain.workspace).await;
    assert!(bob.entries_until(n).await == story.board.log, "another log came back");
}

on_both!(
    a_backup_verifies_and_what_is_changed_in_it_is_found,
    a_restored_hub_serves_what_the_backup_held,
    devices_bring_back_what_a_restored_hub_lost_and_then_it_goes_on,
    a_lead_declares_the_head_and_who_comes_with_more_is_an_alarm,
    another_history_is_not_healed_but_an_alarm,
    a_board_younger_than_the_backup_comes_back_whole,
);
