//! What a member's device is sent: answers, pages of the log, presence, and who asks to join.
//!
//! The database is the queue. A session holds a cursor and at most one page, whatever the device's line is like; a slow
//! reader is behind in the log and nowhere else. Who keeps up shares the last pages in memory ([`crate::live`]); who
//! does not pulls its own, at its own speed.

use crate::database::Database;
use crate::draft::is_open;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::room::Room;
use crate::wire::{Goodbye, Sink, send, send_all};
use crate::{Result, clock, log, waiting};
use sidedesk_protocol::message::{DeniedWhy, HubFrame, MAX_PAGE_ENTRIES, MAX_PAGE_LEN};
use sidedesk_protocol::{DeviceId, InviteId, Millis};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// The writing half of a member's session.
pub struct Outbox {
    database: Arc<Database>,
    metrics: Arc<Metrics>,
    device: DeviceId,
    answers: mpsc::Receiver<HubFrame>,
    follow: mpsc::Receiver<Following>,
    following: Option<Following>,
}

/// Where a device is in the log.
pub struct Following {
    key: i64,
    live: watch::Receiver<Live>,
    asked: watch::Receiver<i64>,
    notices: mpsc::Receiver<HubFrame>,
    cursor: u64,
    /// Somebody may ask to join of whom it was not told.
    ask_due: bool,
    /// The newcomers it was told of, and when they had asked.
    told: BTreeMap<InviteId, Millis>,
}

/// What there is to do.
enum Wake {
    Answer(HubFrame),
    Follow(Following),
    /// The head moved beyond the cursor.
    More,
    /// Somebody may have asked to join.
    Asked,
}

impl Outbox {
    /// Nothing to follow yet.
    pub fn new(
        (database, metrics): (Arc<Database>, Arc<Metrics>),
        device: DeviceId,
        answers: mpsc::Receiver<HubFrame>,
        follow: mpsc::Receiver<Following>,
    ) -> Self {
        Self {
            database,
            metrics,
            device,
            answers,
            follow,
            following: None,
        }
    }

    /// Writes until the end.
    pub async fn run(mut self, sink: &mut Sink) -> Goodbye {
        loop {
            let Some(wake) = self.wake().await else {
                return Goodbye::Stopping;
            };
            if let Err(goodbye) = self.act(wake, sink).await {
                return goodbye;
            }
        }
    }

    /// Waits without doing, so that nothing is lost in the branches not taken. `None` when nothing can come any more.
    async fn wake(&mut self) -> Option<Wake> {
        let Some(following) = &mut self.following else {
            return tokio::select! {
                answer = self.answers.recv() => answer.map(Wake::Answer),
                following = self.follow.recv() => following.map(Wake::Follow),
            };
        };
        tokio::select! {
            answer = self.answers.recv() => answer.map(Wake::Answer),
            notice = following.notices.recv() => notice.map(Wake::Answer),
            more = following.live.wait_for(|live| live.chain.n > following.cursor) => more.ok().map(|_| Wake::More),
            asked = following.asked.changed() => asked.ok().map(|()| Wake::Asked),
        }
    }

    async fn act(&mut self, wake: Wake, sink: &mut Sink) -> std::result::Result<(), Goodbye> {
        match wake {
            Wake::Answer(frame) => {
                send(sink, &frame).await?;
                if let HubFrame::Denied { why, .. } = frame {
                    self.metrics.denied(why);
                    return Err(Goodbye::Told);
                }
            }
            Wake::Follow(following) => {
                self.following = Some(following);
                self.tell_who_asks(sink).await?;
            }
            Wake::More => {
                self.check_member()?;
                self.page(sink).await?;
                self.tell_who_asks(sink).await?;
            }
            Wake::Asked => {
                if let Some(following) = &mut self.following {
                    following.ask_due = true;
                }
                self.tell_who_asks(sink).await?;
            }
        }
        Ok(())
    }

    /// A removal ends the session before the page that it is in: a removed device is told so and nothing else.
    fn check_member(&self) -> std::result::Result<(), Goodbye> {
        let Some(following) = &self.following else {
            return Ok(());
        };
        let live = following.live.borrow();
        let device = live.chain.membership.devices.get(&self.device);
        if device.is_some_and(|device| device.removed_at.is_none()) {
            return Ok(());
        }
        Err(Goodbye::Denied(
            DeniedWhy::NotAMember,
            "this device was removed from the board".into(),
        ))
    }

    /// The page that everybody gets who keeps up, or one of its own from the database.
    async fn page(&mut self, sink: &mut Sink) -> std::result::Result<(), Goodbye> {
        let Some(following) = &mut self.following else {
            return Ok(());
        };
        let recent = following.live.borrow().all_after(following.cursor);
        if let Some(last) = recent.last() {
            self.metrics.pages_live.add(recent.len() as u64);
            following.cursor = last.upto;
            return send_all(sink, recent.into_iter().map(|recent| recent.bytes)).await;
        }
        if let Some(page) = pull(&self.database, following).await? {
            self.metrics.pages_pulled.add(1);
            send(sink, &page).await?;
        }
        Ok(())
    }

    /// Only a device that has read everything knows the invitation that a newcomer comes with.
    async fn tell_who_asks(&mut self, sink: &mut Sink) -> std::result::Result<(), Goodbye> {
        let Some(following) = &mut self.following else {
            return Ok(());
        };
        let chain = Arc::clone(&following.live.borrow().chain);
        if !following.ask_due || following.cursor < chain.n {
            return Ok(());
        }
        following.ask_due = false;
        let mut reader = self.database.reader().await?;
        let requests = waiting::requests(&mut reader.link(), following.key).await?;
        drop(reader);
        let told = requests.iter().map(|asking| (asking.invite, asking.at)).collect();
        let told = std::mem::replace(&mut following.told, told);
        for asking in requests {
            let is_news = told.get(&asking.invite) != Some(&asking.at);
            if is_news && is_open(&chain, asking.invite, clock::now()) {
                let (invite, request) = (asking.invite, asking.request);
                send(sink, &HubFrame::JoinAsked { invite, request }).await?;
            }
        }
        Ok(())
    }
}

async fn pull(database: &Database, following: &mut Following) -> Result<Option<HubFrame>> {
    let mut reader = database.reader().await?;
    let limits = (MAX_PAGE_ENTRIES, MAX_PAGE_LEN);
    let entries = log::page(&mut reader.link(), following.key, following.cursor, limits).await?;
    let Some(last) = entries.last() else {
        return Ok(None);
    };
    following.cursor = last.n;
    let head = following.live.borrow().chain.n.max(last.n);
    Ok(Some(HubFrame::Page { entries, head }))
}

impl Following {
    /// From this place on.
    pub fn new(room: &Room, cursor: u64, notices: mpsc::Receiver<HubFrame>) -> Self {
        Self {
            key: room.key,
            live: room.live.clone(),
            asked: room.asked.clone(),
            notices,
            cursor,
            ask_due: true,
            told: BTreeMap::new(),
        }
    }
}
