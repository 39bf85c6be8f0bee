//! The link to the hub: started when a board is shared, silent when it is not. It turns what sync knows into the status
//! that people see, and says who is here.

use crate::clock::Clock;
use crate::dto::{EventDto, JobDto, PresentDto, RiskyPlaceDto, StatusDto};
use crate::upgrade::newer;
use sidedesk_domain::fields::member;
use sidedesk_domain::{Kind, RecordId};
use sidedesk_protocol::address::HubAddress;
use sidedesk_store::{PlaceRisk, RiskyPlace, Store};
use sidedesk_sync::{Job, JobKind, Presences, Status, SyncConfig, SyncHandle, SyncStatus};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// Name and function of whoever is here, by sealed bytes already opened.
type Here = BTreeMap<Vec<u8>, PresentDto>;

/// Fewer entries than this behind the hub is everyday, not long work.
const FEW_ENTRIES: u64 = 200;
/// Between two words about how far long work is.
const JOB_PAUSE: Duration = Duration::from_millis(200);

/// The connection of an open board.
pub(crate) struct Link {
    events: broadcast::Sender<EventDto>,
    clock: Clock,
    handle: Mutex<Option<SyncHandle>>,
    status: Mutex<Option<watch::Receiver<SyncStatus>>>,
    jobs: Mutex<Option<watch::Receiver<Option<Job>>>>,
    here: Arc<Mutex<Here>>,
}

impl Link {
    pub(crate) fn new(events: broadcast::Sender<EventDto>, clock: Clock) -> Self {
        Self {
            events,
            clock,
            handle: Mutex::new(None),
            status: Mutex::new(None),
            jobs: Mutex::new(None),
            here: Arc::new(Mutex::new(Here::new())),
        }
    }

    /// Goes online, when the board has a hub and is not online already.
    pub(crate) fn start(self: &Arc<Self>, store: &Store) {
        let Some(address) = store.identity().hub else { return };
        let mut handle = lock(&self.handle);
        if handle.is_some() {
            return;
        }
        let started = sidedesk_sync::start(store.clone(), SyncConfig { address });
        let (status, presences) = (started.status(), started.presences());
        *lock(&self.status) = Some(status.clone());
        *lock(&self.jobs) = Some(started.jobs());
        tokio::spawn(watch_jobs(Arc::downgrade(self), store.clone(), started.jobs()));
        *handle = Some(started);
        tokio::spawn(watch_link(Arc::downgrade(self), store.clone(), status, presences));
    }

    /// Goes offline.
    pub(crate) async fn close(&self) {
        let handle = lock(&self.handle).take();
        if let Some(handle) = handle {
            handle.close().await;
        }
        *lock(&self.status) = None;
        *lock(&self.jobs) = None;
    }

    /// Something new waits to be sent.
    pub(crate) fn committed(&self) {
        if let Some(handle) = &*lock(&self.handle) {
            handle.committed();
        }
    }

    /// Tells the shell the status.
    pub(crate) async fn say_status(&self, store: &Store) {
        let _ = self.events.send(EventDto::Status(Box::new(self.status(store).await)));
    }

    /// The hub said that it does not know this device.
    pub(crate) fn is_a_stranger(&self) -> bool {
        let status = lock(&self.status);
        let said = status.as_ref().map(|status| status.borrow().status.clone());
        matches!(said, Some(Status::NotAMember(_)))
    }

    /// What is known now.
    pub(crate) async fn status(&self, store: &Store) -> StatusDto {
        let known = lock(&self.status).as_ref().map(|status| status.borrow().clone());
        let hub = store.identity().hub;
        let (state, since_ms, problem) = match known.clone() {
            None if hub.is_none() => ("local", None, None),
            None => ("offline", None, None),
            Some(SyncStatus { status, since }) => match status {
                Status::Synced => ("synced", Some(since), None),
                Status::Connecting | Status::CatchingUp { .. } => ("connecting", Some(since), None),
                Status::Offline(_) => ("offline", Some(since), None),
                Status::NotTaken(words) => ("offline", Some(since), Some(words)),
                Status::Problem(sentence) | Status::NotAMember(sentence) => ("problem", Some(since), Some(sentence)),
            },
        };
        let mut present: Vec<PresentDto> = lock(&self.here).values().cloned().collect();
        present.dedup();
        let job = match &known {
            Some(SyncStatus {
                status: Status::CatchingUp { head },
                ..
            }) => Some(JobDto {
                kind: "first_sync".into(),
                done: store.head().await.unwrap_or(0),
                total: *head,
                can_stop: false,
            })
            .filter(|job| job.total > job.done + FEW_ENTRIES),
            _ => None,
        };
        let job = lock(&self.jobs)
            .as_ref()
            .and_then(|jobs| *jobs.borrow())
            .map(job_dto)
            .or(job);
        let place = store.place_warning();
        StatusDto {
            state: state.into(),
            since_ms,
            waiting: store.waiting().await.unwrap_or(0),
            problem,
            hub: hub.map(|hub| HubAddress::without_pin(&hub).to_owned()),
            refused: store.refused().await.unwrap_or_default(),
            present,
            place_warning: place.as_ref().map(ToString::to_string),
            place: place.map(place_dto),
            secret: Some(store.secret_place().word().to_owned()),
            job,
            alarm: store.alarm().await.unwrap_or_default(),
            newer: newer(store).await.unwrap_or_default(),
        }
    }

    /// Somebody was invited.
    pub(crate) fn invited(&self) {
        if let Some(handle) = &*lock(&self.handle) {
            handle.invited();
        }
    }

    /// Stops the long work under way.
    pub(crate) fn cancel_job(&self) {
        if let Some(handle) = &*lock(&self.handle) {
            handle.cancel_job();
        }
    }

    /// Waits until no long work is under way, at most so long.
    pub(crate) async fn without_jobs(&self, patience: Duration) {
        let jobs = lock(&self.jobs).clone();
        if let Some(mut jobs) = jobs {
            let _ = tokio::time::timeout(patience, jobs.wait_for(Option::is_none)).await;
        }
    }

    /// Waits until both sides have everything, at most so long. `Err` carries the last known status.
    pub(crate) async fn in_step(&self, store: &Store, patience: Duration) -> Result<StatusDto, StatusDto> {
        let Some(mut status) = lock(&self.status).clone() else {
            return Err(self.status(store).await);
        };
        let mut changes = store.changes();
        let in_step = async {
            loop {
                let now = self.status(store).await;
                // The outbox empties with the log's commit; the view follows. Asking for the chain waits for the writer.
                let shown = match (store.chain().await, store.head().await) {
                    (Ok(chain), Ok(head)) => head == chain.n,
                    _ => false,
                };
                if now.state == "synced" && now.waiting == 0 && shown {
                    return Ok(now);
                }
                // A problem is for a person: waiting does not mend it.
                if now.state == "problem" {
                    return Err(now);
                }
                tokio::select! {
                    changed = status.changed() => if changed.is_err() { std::future::pending::<()>().await },
                    _ = changes.recv() => {}
                }
            }
        };
        match tokio::time::timeout(patience, in_step).await {
            Ok(ended) => ended,
            Err(_) => Err(self.status(store).await),
        }
    }

    /// Says to the others who is here.
    pub(crate) async fn announce(&self, store: &Store) {
        let Some(me) = whoever_sits_here(store).await else {
            return;
        };
        let Ok(plain) = serde_json::to_vec(&me) else { return };
        match store.seal_presence(&plain).await {
            Ok(sealed) => {
                if let Some(handle) = &*lock(&self.handle) {
                    handle.presence(sealed);
                }
            }
            Err(error) => tracing::debug!(%error, at = self.clock.now(), "presence is not said"),
        }
    }

    /// Opens what others said. True when somebody new came, who has not heard of us.
    async fn hear(&self, store: &Store, presences: &Presences, known: &mut Vec<sidedesk_protocol::DeviceId>) -> bool {
        let mut here = Here::new();
        for sealed in presences.values() {
            let before = lock(&self.here).get(sealed).cloned();
            let present = match before {
                Some(present) => Some(present),
                None => {
                    let opened = store.open_presence(sealed).await.ok();
                    opened.and_then(|plain| serde_json::from_slice::<PresentDto>(&plain).ok())
                }
            };
            here.extend(present.map(|present| (sealed.clone(), present)));
        }
        *lock(&self.here) = here;
        let somebody_new = presences.keys().any(|device| !known.contains(device));
        *known = presences.keys().copied().collect();
        somebody_new
    }
}

fn job_dto(job: Job) -> JobDto {
    let kind = match job.kind {
        JobKind::FirstSync => "first_sync",
        JobKind::History => "history",
        JobKind::Check => "check",
        JobKind::Snapshot => "snapshot",
    };
    JobDto {
        kind: kind.into(),
        done: job.done,
        total: job.total,
        can_stop: true,
    }
}

fn place_dto(place: RiskyPlace) -> RiskyPlaceDto {
    let (risk, by) = match place.why {
        PlaceRisk::Network(kind) => ("network", kind),
        PlaceRisk::Synchronised(program) => ("synchronised", program.to_owned()),
    };
    RiskyPlaceDto {
        risk: risk.into(),
        by,
        dir: place.dir.display().to_string(),
    }
}

/// Tells the shell how far the long work is, as often as somebody can read it.
async fn watch_jobs(link: std::sync::Weak<Link>, store: Store, mut jobs: watch::Receiver<Option<Job>>) {
    while jobs.changed().await.is_ok() {
        jobs.borrow_and_update();
        let Some(strong) = link.upgrade() else { return };
        strong.say_status(&store).await;
        drop(strong);
        // A closed board is let go of at once, also in the pause: what holds its store holds its lock.
        let mut rest = jobs.clone();
        let closed = async { while rest.changed().await.is_ok() {} };
        if tokio::time::timeout(JOB_PAUSE, closed).await.is_ok() {
            return;
        }
    }
}

async fn whoever_sits_here(store: &Store) -> Option<PresentDto> {
    let id = RecordId(store.identity().member.0);
    let card = store.card(Kind::Member, id).await.ok()??;
    let text = |field| card.state.get(field).as_text().unwrap_or("").to_owned();
    Some(PresentDto {
        name: text(member::NAME),
        function: text(member::FUNCTION),
    })
}

/// Follows status and presences until the link is gone.
async fn watch_link(
    link: std::sync::Weak<Link>,
    store: Store,
    mut status: watch::Receiver<SyncStatus>,
    mut presences: watch::Receiver<Presences>,
) {
    let mut known = Vec::new();
    loop {
        let Some(strong) = link.upgrade() else { return };
        let synced = matches!(status.borrow_and_update().status, Status::Synced);
        let heard = presences.borrow_and_update().clone();
        let somebody_new = strong.hear(&store, &heard, &mut known).await;
        if synced && somebody_new {
            strong.announce(&store).await;
        }
        strong.say_status(&store).await;
        drop(strong);
        tokio::select! {
            changed = status.changed() => {
                if changed.is_err() {
                    return;
                }
                let came_back = matches!(status.borrow().status, Status::Synced);
                if let Some(link) = link.upgrade().filter(|_| came_back) {
                    link.announce(&store).await;
                }
            }
            changed = presences.changed() => if changed.is_err() { return },
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
