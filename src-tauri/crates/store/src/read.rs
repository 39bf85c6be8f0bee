//! Reading the board: cards, volumes, history, the undo stack. Readers never wait for the writer.

use crate::error::Error;
use crate::open::Store;
use crate::view::{self, RecordKey};
use crate::writer::applied;
use crate::{first_values, log};
use sidedesk_domain::fields::{campaign, report};
use sidedesk_domain::undo::Done;
use sidedesk_domain::{ActionId, Changed, DeviceId, Kind, MemberId, Millis, RecordId, RecordState, Stamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, Row as _};
use std::collections::BTreeMap;

/// Records of each kind with proposals that are read at most: a list that somebody goes through.
const WITH_PROPOSALS: i64 = 500;

/// A record as read.
#[derive(Debug, Clone)]
pub struct Card {
    /// Which record.
    pub id: RecordId,
    /// Its state, pending edits included.
    pub state: RecordState,
    /// The confirmed place it was read at, what an edit of it has `seen`.
    pub seen: u64,
}

/// Numbers of records that are not hidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Campaigns.
    pub campaigns: i64,
    /// Complaints.
    pub complaints: i64,
    /// Reports.
    pub reports: i64,
    /// Reports without a complaint.
    pub reports_loose: i64,
    /// Records, hidden ones too, in which a newer version wrote what this one cannot show.
    pub newer: i64,
}

/// One line of history.
#[derive(Debug, Clone)]
pub struct ActivityLine {
    /// Its number, to read on from.
    pub id: i64,
    /// Who, when, where.
    pub stamp: Stamp,
    /// Which record.
    pub record: RecordKey,
    /// Part of which action.
    pub action: ActionId,
    /// That action's word.
    pub name: String,
    /// The record was empty before.
    pub created: bool,
    /// Old and new.
    pub changes: Vec<Changed>,
}

/// One of this device's actions.
#[derive(Debug, Clone)]
pub struct OwnAction {
    /// For the undo stack.
    pub done: Done,
    /// Its word.
    pub name: String,
}

/// Rows of `id, state` as they were read at `seen`.
pub(crate) fn read_cards(rows: &[SqliteRow], seen: u64) -> Result<Vec<Card>, Error> {
    let card = |row| view::id_and_state(row).map(|(id, state)| Card { id, state, seen });
    rows.iter().map(card).collect()
}

impl Store {
    /// The confirmed place that the view shows.
    pub async fn head(&self) -> Result<u64, Error> {
        let mut view = self.inner.view.acquire().await?;
        Ok(applied(&mut view).await?.map_or(0, |at| at.n))
    }

    /// Campaigns and complaints for which something is proposed.
    pub async fn with_proposals(&self) -> Result<Vec<(Kind, Card)>, Error> {
        let mut found = Vec::new();
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let seen = applied(&mut tx).await?.map_or(0, |at| at.n);
        for (kind, sql) in [
            (
                Kind::Campaign,
                "select id, state from campaign where waits = 1 order by id limit ?",
            ),
            (
                Kind::Complaint,
                "select id, state from complaint where waits = 1 order by id limit ?",
            ),
        ] {
            for row in sqlx::query(sql).bind(WITH_PROPOSALS).fetch_all(&mut *tx).await? {
                let (id, state) = view::id_and_state(&row)?;
                found.push((kind, Card { id, state, seen }));
            }
        }
        Ok(found)
    }

    /// Counters of the board.
    pub async fn counts(&self) -> Result<Counts, Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as("select name, value from counter")
            .fetch_all(&self.inner.view)
            .await?;
        let rows: BTreeMap<String, i64> = rows.into_iter().collect();
        let of = |name: &str| rows.get(name).copied().unwrap_or(0);
        Ok(Counts {
            campaigns: of("campaigns"),
            complaints: of("complaints"),
            reports: of("reports"),
            reports_loose: of("reports_loose"),
            newer: of("newer"),
        })
    }

    /// Every campaign, at most `limit`, the first to be over first.
    pub async fn campaigns(&self, limit: usize) -> Result<Vec<Card>, Error> {
        let sql = "select id, state
                   from campaign
                   where hidden = 0
                   order by over_ms, id
                   limit ?";
        self.cards(sql, limit).await
    }

    /// Campaigns that are not over at `at`, those without dates too, at most `limit`, the first to be over first.
    pub async fn campaigns_not_over(&self, at: Millis, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from campaign
             where hidden = 0 and over_ms > ?
             order by over_ms, id
             limit ?",
        )
        .bind(at)
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        read_cards(&rows, seen)
    }

    /// Campaigns as of `now`, at most `limit`: those not over yet, by start; then those that are, the latest first.
    pub async fn campaign_lane(&self, now: Millis, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let mut lane: Vec<Card> = Vec::new();
        for sql in [
            "select id, state
             from campaign
             where hidden = 0 and over_ms > ?
             order by over_ms, id
             limit ?",
            "select id, state
             from campaign
             where hidden = 0 and over_ms <= ?
             order by over_ms desc, id
             limit ?",
        ] {
            let room = limit.saturating_sub(lane.len());
            // What is ahead reads by start; the loop's second turn only adds behind it.
            lane.sort_by_key(|card| (card.state.get(campaign::START).as_int().unwrap_or(Millis::MAX), card.id));
            let rows = sqlx::query(sql)
                .bind(now)
                .bind(room as i64)
                .fetch_all(&self.inner.view)
                .await?;
            for row in &rows {
                let (id, state) = view::id_and_state(row)?;
                lane.push(Card { id, state, seen });
            }
        }
        Ok(lane)
    }

    /// Complaints by id, at most `limit`.
    pub async fn complaints(&self, limit: usize) -> Result<Vec<Card>, Error> {
        let sql = "select id, state
                   from complaint
                   where hidden = 0
                   order by id
                   limit ?";
        self.cards(sql, limit).await
    }

    /// Grows with everything that is written into the view.
    pub async fn last_change(&self) -> Result<i64, Error> {
        let last: Option<i64> = sqlx::query_scalar("select max(id) from activity")
            .fetch_one(&self.inner.view)
            .await?;
        Ok(last.unwrap_or(0))
    }

    /// Complaints with their duplicates, which stand in no list, by id, at most `limit`.
    pub async fn complaints_and_duplicates(&self, limit: usize) -> Result<Vec<Card>, Error> {
        let sql = "select id, state
                   from complaint
                   where deleted = 0
                   order by id
                   limit ?";
        self.cards(sql, limit).await
    }

    async fn cards(&self, sql: &'static str, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(sql).bind(limit as i64).fetch_all(&self.inner.view).await?;
        read_cards(&rows, seen)
    }

    /// One record, hidden or not.
    pub async fn card(&self, kind: Kind, id: RecordId) -> Result<Option<Card>, Error> {
        let seen = self.head().await?;
        let mut view = self.inner.view.acquire().await?;
        let mut states = view::states(&mut view, &[(kind, id)]).await?;
        Ok(states.remove(&(kind, id)).map(|state| Card { id, state, seen }))
    }

    /// Many records, as far as they exist.
    pub async fn states(&self, keys: &[RecordKey]) -> Result<BTreeMap<RecordKey, RecordState>, Error> {
        let mut view = self.inner.view.acquire().await?;
        view::states(&mut view, keys).await
    }

    /// A complaint's reports, newest first.
    pub async fn reports_of(&self, complaint: RecordId, offset: u64, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from report
             where hidden = 0 and complaint = ?
             order by at_ms desc, id
             limit ? offset ?",
        )
        .bind(complaint.as_bytes())
        .bind(limit as i64)
        .bind(offset as i64)
        .fetch_all(&self.inner.view)
        .await?;
        read_cards(&rows, seen)
    }

    /// Every record of a kind that has no table of its own: members, the board's settings.
    pub async fn others(&self, kind: Kind) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query("select id, state from other where kind = ? order by id")
            .bind(i64::from(kind.number()))
            .fetch_all(&self.inner.view)
            .await?;
        read_cards(&rows, seen)
    }

    /// Everything in a space of records: used by exports and the recurrence lens. Reports after `after`, by id.
    pub async fn reports_after(&self, after: Option<RecordId>, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from report
             where hidden = 0 and id > ?
             order by id
             limit ?",
        )
        .bind(after.map_or_else(Vec::new, |id| id.0.to_vec()))
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        read_cards(&rows, seen)
    }

    /// Reports that customers wrote before `at` and of which not all that is personal was erased, the oldest first.
    pub async fn reports_before(&self, at: Millis, limit: usize) -> Result<Vec<Card>, Error> {
        let seen = self.head().await?;
        let rows = sqlx::query(
            "select id, state
             from report
             where at_ms <> 0 and at_ms < ?
                   and (select count(*)
                        from erased
                        where erased.kind = 3 and erased.id = report.id and erased.field in (?, ?, ?, ?)) < 4
             order by at_ms, id
             limit ?",
        )
        .bind(at)
        .bind(i64::from(report::TITLE.0))
        .bind(i64::from(report::BODY.0))
        .bind(i64::from(report::CUSTOMER.0))
        .bind(i64::from(report::SOURCE_ID.0))
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        read_cards(&rows, seen)
    }

    /// This device's last actions, oldest first, at most `limit`.
    pub async fn own_actions(&self, limit: usize) -> Result<Vec<OwnAction>, Error> {
        let rows = sqlx::query(
            "select id, name, undoes, redoes
             from action
             where device = ?
             order by place desc
             limit ?",
        )
        .bind(self.secret().id().as_bytes().to_vec())
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        let mut actions = Vec::new();
        for row in rows.iter().rev() {
            let id = |column: &str| row.try_get::<&[u8], _>(column).map(ActionId::from_slice);
            let done = Done {
                id: id("id")?.unwrap_or_default(),
                undoes: id("undoes")?,
                redoes: id("redoes")?,
            };
            actions.push(OwnAction {
                done,
                name: row.try_get("name")?,
            });
        }
        Ok(actions)
    }

    /// What an action changed, in order, after line `after`.
    pub async fn activity_of_action(
        &self,
        action: ActionId,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ActivityLine>, Error> {
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let rows = sqlx::query(
            "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                    author_time, hub_time, changes, action.device
             from activity
             join action on action.id = activity.action
             where action = ? and activity.id > ?
             order by activity.id
             limit ?",
        )
        .bind(action.as_bytes())
        .bind(after)
        .bind(limit as i64)
        .fetch_all(&mut *tx)
        .await?;
        first_values::lines(&mut tx, &rows).await
    }

    /// A record's history, oldest first: the newest `limit` lines of it.
    pub async fn activity_of_record(&self, record: RecordId, limit: usize) -> Result<Vec<ActivityLine>, Error> {
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let rows = sqlx::query(
            "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                    author_time, hub_time, changes, action.device
             from activity
             join action on action.id = activity.action
             where record = ?
             order by activity.place desc, activity.id desc
             limit ?",
        )
        .bind(record.as_bytes())
        .bind(limit as i64)
        .fetch_all(&mut *tx)
        .await?;
        let mut lines = first_values::lines(&mut tx, &rows).await?;
        lines.reverse();
        Ok(lines)
    }

    /// Own ops that wait for the hub.
    pub async fn waiting(&self) -> Result<u64, Error> {
        let mut log = self.inner.log.acquire().await?;
        Ok(log::pending_count(&mut log).await?.unsigned_abs())
    }

    /// Why own ops were refused for good.
    pub async fn refused(&self) -> Result<Vec<String>, Error> {
        let mut log = self.inner.log.acquire().await?;
        log::refused(&mut log).await
    }
}

pub(crate) fn record_id(row: &SqliteRow, column: &str) -> Result<RecordId, Error> {
    RecordId::from_slice(row.try_get(column)?).ok_or_else(|| Error::Unreadable("a record's id".into()))
}

pub(crate) fn activity_line(row: &SqliteRow) -> Result<ActivityLine, Error> {
    let id16 = |column: &str| -> Result<[u8; 16], Error> {
        row.try_get::<&[u8], _>(column)?
            .try_into()
            .map_err(|_| Error::Unreadable("a line of history".into()))
    };
    let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
    Ok(ActivityLine {
        id: row.try_get("id")?,
        stamp: Stamp {
            place: row.try_get::<i64, _>("place")? as u64,
            device: DeviceId(id16("device")?),
            member: MemberId(id16("member")?),
            author_time: row.try_get("author_time")?,
            hub_time: row.try_get("hub_time")?,
        },
        record: (kind, RecordId(id16("record")?)),
        action: ActionId(id16("action")?),
        name: row.try_get("name")?,
        created: row.try_get("created")?,
        changes: crate::activity::decode_changes(row.try_get("changes")?)?,
    })
}
