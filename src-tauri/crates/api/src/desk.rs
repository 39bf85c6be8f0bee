//! The desk: a data directory with a board in it, or without one yet. What a shell holds.

use crate::cards::Names;
use crate::clock::{Clock, system_zone};
use crate::dto::{ChangedDto, EventDto, JobDto, OpenDto, RecordRefDto};
use crate::error::Error;
use crate::imports::Runs;
use crate::link::Link;
use crate::nearest::Learned;
use crate::options::DeskOptions;
use crate::problem::Problem;
use crate::records::record_id;
use crate::recovery::Shown;
use crate::retention;
use crate::suggest::Looked;
use chrono::NaiveTime;
use sidedesk_domain::fields::{board, board_id, member};
use sidedesk_domain::fold::FOLD_VERSION;
use sidedesk_domain::membership::{Function, Role};
use sidedesk_domain::time::{Tz, WorkCalendar};
use sidedesk_domain::{Edit, Kind, MemberId, RecordEdit, RecordId};
use sidedesk_store::{Access, Card, Change, Founder, Keys, Passphrase, Store};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock as StdRwLock};
use std::time::Duration;
use tokio::sync::{RwLock, broadcast};
use tokio::time::{Instant, timeout_at};

/// Rest before the search index follows a change: while a board arrives, or a week's edits leave, it would be in the way.
const INDEX_PAUSE: Duration = Duration::from_millis(300);
/// Where there is no rest it follows all the same, so that a search after a long day has little left to catch up with.
const INDEX_LATEST: Duration = Duration::from_secs(10);
/// Events a slow shell may be behind; after that it loads everything again.
const EVENTS_KEPT: usize = 256;

/// The action that founds a board; no undo takes it back.
pub(crate) const FOUNDED: &str = "board.found";
/// The action by which a member introduces themselves; no undo takes it back.
pub(crate) const JOINED: &str = "member.join";

/// A shell's handle. Cheap to clone; every function may be called at any time.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    options: DeskOptions,
    keys: StdRwLock<Keys>,
    open: RwLock<Option<Arc<OpenBoard>>>,
    events: broadcast::Sender<EventDto>,
    shown_words: Shown,
    imports: Runs,
}

/// A board that is open.
pub(crate) struct OpenBoard {
    pub store: Store,
    pub link: Arc<Link>,
    pub learned: Learned,
    pub looked: Looked,
}

impl Desk {
    /// Opens this data directory with the system's zone, writing and online. There may be no board in it yet.
    pub async fn open(dir: &Path, clock: Clock) -> Result<Self, Error> {
        Self::open_with(
            dir,
            DeskOptions {
                clock,
                ..DeskOptions::new()
            },
        )
        .await
    }

    /// Opens this data directory.
    pub async fn open_with(dir: &Path, mut options: DeskOptions) -> Result<Self, Error> {
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let inner = Inner {
            dir: dir.to_owned(),
            keys: StdRwLock::new(std::mem::take(&mut options.keys)),
            options,
            open: RwLock::new(None),
            events,
            shown_words: Shown::default(),
            imports: Runs::default(),
        };
        let desk = Self { inner: Arc::new(inner) };
        if Store::exists(dir) {
            desk.open_store().await?;
        }
        Ok(desk)
    }

    /// Closes everything in order: the connection, then the files.
    pub async fn close(&self) -> Result<(), Error> {
        if let Some(open) = self.inner.open.write().await.take() {
            open.link.close().await;
            open.store.close().await?;
        }
        Ok(())
    }

    /// Whether there is a board, and whose.
    pub async fn state(&self) -> Result<OpenDto, Error> {
        let Ok(open) = self.open_board().await else {
            return Ok(OpenDto {
                exists: false,
                name: String::new(),
                me: String::new(),
                function: String::new(),
                member: String::new(),
                now_ms: self.clock().now(),
                zone: self.zone().name().into(),
                notices: Vec::new(),
            });
        };
        let (name, zone) = open.settings().await?;
        let me = open.member_card().await?;
        let of = |field| {
            me.as_ref()
                .and_then(|card| card.state.get(field).as_text())
                .unwrap_or("")
                .to_owned()
        };
        Ok(OpenDto {
            exists: true,
            name,
            me: of(member::NAME),
            function: of(member::FUNCTION),
            member: RecordId(open.store.identity().member.0).to_string(),
            now_ms: self.clock().now(),
            zone: zone.name().into(),
            notices: open.notices().await?,
        })
    }

    /// What happens from now on, without asking.
    pub fn events(&self) -> broadcast::Receiver<EventDto> {
        self.inner.events.subscribe()
    }

    /// A board of which nothing is left ([`Error::Lost`]) makes room in this data directory for another one.
    pub fn make_room(dir: &Path, clock: &Clock) -> Result<(), Error> {
        Ok(Founder::make_room(dir, clock.now())?)
    }

    /// Founds a local board: no account, no server, no network.
    pub async fn init(&self, name: &str, me: &str, function: &str) -> Result<OpenDto, Error> {
        let function = check_function(function)?;
        let open = match Founder::found(
            &self.inner.dir,
            founder_role(function),
            self.clock().now(),
            &self.keys(),
        )
        .await
        {
            Ok(()) => self.open_store().await?,
            // Founded, and ended before it had a name: this attempt goes on where that one stopped.
            Err(sidedesk_store::Error::BoardExists) => {
                let open = self.open_board().await?;
                if !open.is_nameless().await? {
                    return Err(Error::BoardExists);
                }
                open
            }
            Err(error) => return Err(error.into()),
        };
        let name = if name.trim().is_empty() {
            "Our board"
        } else {
            name.trim()
        };
        let settings = RecordEdit {
            kind: Kind::Board,
            id: board_id(),
            seen: 0,
            edits: vec![
                (board::NAME, Edit::Set(name.into())),
                (board::ZONE, Edit::Set(self.zone().name().into())),
                (board::STANDUP, Edit::Set("09:15".into())),
                (board::FOLD, Edit::Set(i64::from(FOLD_VERSION).into())),
            ],
        };
        let profile = profile(open.store.identity().member, me, function);
        open.store
            .commit(self.action(FOUNDED, vec![settings, profile])?)
            .await?;
        self.state().await
    }

    /// Writes this member's name and function, once they are on the board.
    pub(crate) async fn introduce(&self, open: &OpenBoard, me: &str, function: &str) -> Result<(), Error> {
        let profile = profile(open.store.identity().member, me, check_function(function)?);
        Ok(open.store.commit(self.action(JOINED, vec![profile])?).await?)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.inner.options.clock
    }

    pub(crate) fn zone(&self) -> Tz {
        self.inner.options.zone.unwrap_or_else(system_zone)
    }

    /// The file that is read or imported.
    pub(crate) fn imports(&self) -> &Runs {
        &self.inner.imports
    }

    pub(crate) fn events_sender(&self) -> broadcast::Sender<EventDto> {
        self.inner.events.clone()
    }

    /// The sheet that is on the screen.
    pub(crate) fn shown_words(&self) -> &Shown {
        &self.inner.shown_words
    }

    pub(crate) fn keys(&self) -> Keys {
        self.inner.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_keys(&self, keys: Keys) {
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    pub(crate) fn set_passphrase(&self, passphrase: Option<Passphrase>) {
        self.inner
            .keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .passphrase = passphrase;
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.inner.dir
    }

    pub(crate) fn say(&self, event: EventDto) {
        // Nobody listening is fine.
        let _ = self.inner.events.send(event);
    }

    pub(crate) async fn open_board(&self) -> Result<Arc<OpenBoard>, Error> {
        self.inner.open.read().await.clone().ok_or(Error::NoBoard)
    }

    /// Opens the board that lies in the directory, goes online when it is shared, and begins to tell what changes.
    pub(crate) async fn open_store(&self) -> Result<Arc<OpenBoard>, Error> {
        let mut slot = self.inner.open.write().await;
        let access = if self.inner.options.read_only {
            Access::Read
        } else {
            Access::Write
        };
        let watch = self.inner.options.refold.clone();
        let mut progress = |done, total| {
            let kind = "refold".to_owned();
            watch.as_ref().is_none_or(|watch| {
                (watch.0)(JobDto {
                    kind,
                    done,
                    total,
                    can_stop: true,
                })
            })
        };
        let clock = self.clock().for_store();
        let store = Store::open_watched(&self.inner.dir, access, clock, &self.keys(), &mut progress).await?;
        let link = Arc::new(Link::new(self.inner.events.clone(), self.clock().clone()));
        if self.inner.options.online && !self.inner.options.read_only {
            link.start(&store);
        }
        let open = Arc::new(OpenBoard {
            store,
            link,
            learned: Learned::default(),
            looked: Looked::default(),
        });
        // What is open holds its key; the passphrase is not needed any more.
        self.set_passphrase(None);
        *slot = Some(Arc::clone(&open));
        drop(slot);
        if !self.inner.options.read_only {
            tokio::spawn(keep_up(Arc::downgrade(&open), open.store.changes()));
            let inner = Arc::downgrade(&self.inner);
            let desk = move || inner.upgrade().map(|inner| Self { inner });
            tokio::spawn(retention::keep(desk, Arc::downgrade(&open)));
        }
        tokio::spawn(tell_changes(
            Arc::downgrade(&open),
            open.store.changes(),
            self.inner.events.clone(),
        ));
        Ok(open)
    }
}

/// Keeps the search index and the counts of reports going behind the board: a little at a time, so that whoever edits never waits for it.
async fn keep_up(open: std::sync::Weak<OpenBoard>, mut changes: broadcast::Receiver<Change>) {
    while rests(&mut changes).await {
        let is_behind = loop {
            let Some(open) = open.upgrade() else { return };
            match open.store.index_some().await {
                // Something happens: what is left goes on when it is over.
                Ok(true) if !changes.is_empty() => break true,
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) if matches!(open.store.count_some().await, Ok(true)) => {
                    if !changes.is_empty() {
                        break true;
                    }
                }
                Ok(false) => {
                    if let Err(error) = open.store.scrub().await {
                        tracing::debug!(%error, "the files are written anew later");
                    }
                    break false;
                }
                Err(error) => {
                    tracing::debug!(%error, "the search index waits");
                    break false;
                }
            }
        };
        if !is_behind && matches!(changes.recv().await, Err(broadcast::error::RecvError::Closed)) {
            return;
        }
    }
}

/// Waits until nothing has changed for a moment, or for as long as the index may be late. False when the board is closed.
async fn rests(changes: &mut broadcast::Receiver<Change>) -> bool {
    let latest = Instant::now() + INDEX_LATEST;
    loop {
        let quiet = Instant::now() + INDEX_PAUSE;
        match timeout_at(quiet.min(latest), changes.recv()).await {
            Err(_) => return true,
            Ok(Err(broadcast::error::RecvError::Closed)) => return false,
            Ok(_) => {}
        }
    }
}

/// Passes the store's changes on as events.
async fn tell_changes(
    open: std::sync::Weak<OpenBoard>,
    mut changes: broadcast::Receiver<Change>,
    events: broadcast::Sender<EventDto>,
) {
    let mut is_newer = false;
    loop {
        let changed = match changes.recv().await {
            Ok(Change::Records(keys)) => ChangedDto {
                all: false,
                records: keys
                    .into_iter()
                    .map(|(kind, id)| RecordRefDto {
                        kind: kind.name().into(),
                        id: id.to_string(),
                    })
                    .collect(),
            },
            Ok(Change::All) => all_changed(),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                // Among what was missed may have been something to send.
                let Some(open) = open.upgrade() else { return };
                open.link.committed();
                all_changed()
            }
            Ok(Change::Outbox) => {
                let Some(open) = open.upgrade() else { return };
                open.link.committed();
                open.link.say_status(&open.store).await;
                continue;
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let _ = events.send(EventDto::Changed(changed));
        // The first entry of a newer program is a word of the status, which is not asked for again by itself.
        let Some(open) = open.upgrade() else { return };
        let newer = crate::upgrade::newer(&open.store).await.unwrap_or(is_newer);
        if newer != is_newer {
            is_newer = newer;
            open.link.say_status(&open.store).await;
        }
    }
}

fn all_changed() -> ChangedDto {
    ChangedDto {
        all: true,
        records: Vec::new(),
    }
}

fn profile(member: MemberId, me: &str, function: &str) -> RecordEdit {
    let fallback = match function {
        "marketing" => "Marketing lead",
        "support" => "Support lead",
        _ => "Marketing and support",
    };
    let name = if me.trim().is_empty() { fallback } else { me.trim() };
    let edits = vec![
        (member::NAME, Edit::Set(name.into())),
        (member::FUNCTION, Edit::Set(function.into())),
    ];
    RecordEdit {
        kind: Kind::Member,
        id: RecordId(member.0),
        seen: 0,
        edits,
    }
}

/// A founder is a lead, of their function.
fn founder_role(function: &str) -> Role {
    match function {
        "marketing" => Role::LeadOf(Function::Marketing),
        "support" => Role::LeadOf(Function::Support),
        _ => Role::Lead,
    }
}

pub(crate) fn check_function(function: &str) -> Result<&'static str, Error> {
    match function {
        "marketing" => Ok("marketing"),
        "support" => Ok("support"),
        "both" => Ok("both"),
        _ => Err(Error::input(
            "function",
            Problem::choice(function, sidedesk_domain::decision::MEMBER_FUNCTIONS),
        )),
    }
}

impl OpenBoard {
    /// The board's name and zone.
    pub(crate) async fn settings(&self) -> Result<(String, Tz), Error> {
        let card = self.store.card(Kind::Board, board_id()).await?;
        let of = |field| {
            card.as_ref()
                .and_then(|card| card.state.get(field).as_text().map(str::to_owned))
        };
        let zone = of(board::ZONE).and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
        Ok((of(board::NAME).unwrap_or_else(|| "Our board".into()), zone))
    }

    /// Nothing but its first entry: founding it was interrupted.
    async fn is_nameless(&self) -> Result<bool, Error> {
        Ok(self.store.identity().hub.is_none() && self.store.head().await? == 1)
    }

    pub(crate) async fn zone(&self) -> Result<Tz, Error> {
        Ok(self.settings().await?.1)
    }

    /// Working days and standup of this board.
    pub(crate) async fn calendar(&self) -> Result<WorkCalendar, Error> {
        let card = self.store.card(Kind::Board, board_id()).await?;
        let mut calendar = WorkCalendar::new(self.zone().await?);
        let standup = card.as_ref().and_then(|card| card.state.get(board::STANDUP).as_text());
        if let Some(time) = standup.and_then(|text| NaiveTime::parse_from_str(text, "%H:%M").ok()) {
            calendar.standup = time;
        }
        Ok(calendar)
    }

    pub(crate) async fn member_card(&self) -> Result<Option<Card>, Error> {
        Ok(self
            .store
            .card(Kind::Member, RecordId(self.store.identity().member.0))
            .await?)
    }

    pub(crate) async fn names(&self) -> Result<Names, Error> {
        let cards = self.store.others(Kind::Member).await?;
        let named = cards.into_iter().filter_map(|card| {
            let name = card.state.get(member::NAME).as_text()?.to_owned();
            Some((MemberId(card.id.0), name))
        });
        Ok(Names {
            by_member: named.collect(),
            reader: Some(self.reader().await?),
        })
    }

    pub(crate) async fn card(&self, kind: Kind, id: &str) -> Result<Card, Error> {
        let missing = || Error::NotFound {
            kind: kind.name().into(),
            id: id.chars().take(80).collect(),
        };
        self.store
            .card(kind, record_id(kind.name(), id)?)
            .await?
            .ok_or_else(missing)
    }
}
