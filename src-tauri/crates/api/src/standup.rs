//! The standup: starting it, going through it, ending it. One record a day; what has become of an item is read off the
//! decisions, so two windows that stand in different places still show the same.

use crate::AGENDA_LEN;
use crate::agenda::{Entry, Today};
use crate::desk::{Desk, OpenBoard};
use crate::dto::StandupDto;
use crate::error::Error;
use chrono::NaiveDate;
use sidedesk_domain::agenda::{Item, Key};
use sidedesk_domain::fields::{standup, standup_id};
use sidedesk_domain::standup::{Line, Standup, joined, speakers, to_text};
use sidedesk_domain::{Edit, FieldId, Kind, RecordEdit, RecordId, Value};

/// A standup that was started before midnight still runs after it for as long as this; later it is a forgotten one.
const RUNS_OVER_MIDNIGHT_MS: i64 = 4 * 60 * 60 * 1000;

/// The action that starts a standup or goes on with it. None of these three is undone: they move people, not data.
pub(crate) const START: &str = "standup.start";
/// The action by which everybody looks at another item.
pub(crate) const MOVE: &str = "standup.move";
/// The action that ends a standup.
pub(crate) const END: &str = "standup.end";

impl Desk {
    /// Starts today's standup. One that was ended goes on, with what has come up since; one that runs is joined.
    pub async fn start_standup(&self) -> Result<StandupDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let today = open.today(now).await?;
        let fresh = today.items.iter().take(AGENDA_LEN).map(|item| Line {
            key: item.key,
            kind: item.kind,
            between: today.between(item.key),
        });
        let mut edits = Vec::new();
        let lines = match open.standup_of(&today).await? {
            Some(standup) if standup.ended.is_none() => return open.dto_of(standup, &today).await,
            Some(standup) => {
                edits.push((standup::ENDED, Value::Null));
                joined(standup.lines, fresh)
            }
            None => {
                let me = RecordId(open.store.identity().member.0);
                let unlinked = open.unlinked(now, &today.calendar, &[]).await?;
                edits.extend([
                    (standup::DATE, today.date().to_string().into()),
                    (standup::STARTED, now.into()),
                    (standup::STARTED_BY, me.into()),
                    (standup::UNLINKED, unlinked.count.into()),
                ]);
                joined(Vec::new(), fresh)
            }
        };
        let first = lines.iter().find(|line| today.live(line.key).is_some());
        edits.extend([
            (
                standup::CURRENT,
                first.map_or(Value::Null, |line| line.key.to_string().into()),
            ),
            (standup::CURRENT_SINCE, now.into()),
            (standup::AGENDA, to_text(&lines).into()),
        ]);
        self.write_standup(&open, START, &today, today.date(), edits).await
    }

    /// Everybody looks at this item now; at none, when all are through.
    pub async fn move_standup(&self, key: Option<&str>) -> Result<StandupDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let today = open.today(now).await?;
        let standup = open.running(&today).await?;
        let key = key.map(|text| item_of(&standup, text)).transpose()?;
        if key == standup.current {
            return open.dto_of(standup, &today).await;
        }
        let edits = vec![
            (standup::CURRENT, key.map_or(Value::Null, |key| key.to_string().into())),
            (standup::CURRENT_SINCE, now.into()),
        ];
        self.write_standup(&open, MOVE, &today, standup.date, edits).await
    }

    /// Ends today's standup: it was held.
    pub async fn end_standup(&self) -> Result<StandupDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let today = open.today(now).await?;
        let standup = open.running(&today).await?;
        let edits = vec![
            (standup::ENDED, now.into()),
            (standup::CURRENT, Value::Null),
            (standup::CURRENT_SINCE, now.into()),
        ];
        self.write_standup(&open, END, &today, standup.date, edits).await
    }

    async fn write_standup(
        &self,
        open: &OpenBoard,
        name: &str,
        today: &Today,
        date: NaiveDate,
        edits: Vec<(FieldId, Value)>,
    ) -> Result<StandupDto, Error> {
        let record = RecordEdit {
            kind: Kind::Standup,
            id: standup_id(&date.to_string()),
            seen: open.store.head().await?,
            edits: edits
                .into_iter()
                .map(|(field, value)| (field, Edit::Set(value)))
                .collect(),
        };
        open.store.commit(self.action(name, vec![record])?).await?;
        // Read again: what the answer says of a card is what an edit of it has seen.
        let today = open.today(today.now).await?;
        let standup = open.standup_on(date).await?.ok_or(Error::NoStandup)?;
        open.dto_of(standup, &today).await
    }
}

impl OpenBoard {
    /// Today's standup as it crosses, once there is one.
    pub(crate) async fn standup_dto(&self, today: &Today) -> Result<Option<StandupDto>, Error> {
        match self.standup_of(today).await? {
            Some(standup) => self.dto_of(standup, today).await.map(Some),
            None => Ok(None),
        }
    }

    async fn dto_of(&self, standup: Standup, today: &Today) -> Result<StandupDto, Error> {
        let speakers = speakers(&standup.lines);
        let entries: Vec<Entry> = standup
            .lines
            .iter()
            .zip(speakers)
            .map(|(line, speaker)| match today.live(line.key) {
                Some(item) => Entry {
                    kind: line.kind,
                    speaker: if item.is_waiting { item.speaker } else { speaker },
                    between: line.between,
                    ..today.entry(item)
                },
                None => Entry {
                    key: line.key,
                    kind: line.kind,
                    speaker,
                    due: None,
                    state: "settled",
                    between: line.between,
                },
            })
            .collect();
        Ok(StandupDto {
            date: standup.date.to_string(),
            id: standup_id(&standup.date.to_string()).to_string(),
            started_ms: standup.started,
            ended_ms: standup.ended,
            by: self.names().await?.of(standup.started_by),
            current: standup.current.map(|key| key.to_string()),
            current_since_ms: standup.current_since,
            items: self.item_dtos(today, &entries).await?,
        })
    }

    /// Today's standup, or yesterday's while people still stand in it.
    async fn standup_of(&self, today: &Today) -> Result<Option<Standup>, Error> {
        if let Some(standup) = self.standup_on(today.date()).await? {
            return Ok(Some(standup));
        }
        let Some(yesterday) = today.date().pred_opt() else {
            return Ok(None);
        };
        let standup = self.standup_on(yesterday).await?;
        Ok(standup.filter(|one| one.ended.is_none() && today.now - one.started < RUNS_OVER_MIDNIGHT_MS))
    }

    async fn standup_on(&self, date: NaiveDate) -> Result<Option<Standup>, Error> {
        let card = self.store.card(Kind::Standup, standup_id(&date.to_string())).await?;
        Ok(card.and_then(|card| Standup::read(&card.state)))
    }

    async fn running(&self, today: &Today) -> Result<Standup, Error> {
        let standup = self.standup_of(today).await?;
        standup
            .filter(|standup| standup.ended.is_none())
            .ok_or(Error::NoStandup)
    }
}

impl Today {
    /// The item of this key, while there is something to decide.
    fn live(&self, key: Key) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}

fn item_of(standup: &Standup, text: &str) -> Result<Key, Error> {
    let key: Option<Key> = text.trim().parse().ok();
    key.filter(|key| standup.lines.iter().any(|line| line.key == *key))
        .ok_or_else(|| Error::NotFound {
            kind: "item".into(),
            id: text.chars().take(80).collect(),
        })
}
