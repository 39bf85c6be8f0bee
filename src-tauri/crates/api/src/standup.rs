//! The standup: starting it, going through it, ending it. One record a day; what has become of an item is read off the
//! decisions, so two windows that stand in different places still show the same.

use crate::AGENDA_LEN;
use crate::agenda::{Entry, Today};
use crate::desk::{Desk, OpenBoard};
use crate::dto::StandupDto;
use crate::error::Error;
use sidedesk_domain::agenda::{Item, Key};
use sidedesk_domain::fields::{standup, standup_id};
use sidedesk_domain::standup::{Line, Standup, joined, speakers, to_text};
use sidedesk_domain::{Edit, FieldId, Kind, RecordEdit, RecordId, Value};
use sidedesk_store::Card;

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
            Some((_, standup)) if standup.ended.is_none() => return open.todays_standup(&today).await,
            Some((_, standup)) => {
                edits.push((standup::ENDED, Value::Null));
                joined(standup.lines, fresh)
            }
            None => {
                let me = RecordId(open.store.identity().member.0);
                edits.extend([
                    (standup::DATE, today.date().to_string().into()),
                    (standup::STARTED, now.into()),
                    (standup::STARTED_BY, me.into()),
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
        self.write_standup(&open, START, &today, edits).await
    }

    /// Everybody looks at this item now; at none, when all are through.
    pub async fn move_standup(&self, key: Option<&str>) -> Result<StandupDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let today = open.today(now).await?;
        let standup = open.running(&today).await?;
        let key = key.map(|text| item_of(&standup, text)).transpose()?;
        if key == standup.current {
            return open.todays_standup(&today).await;
        }
        let edits = vec![
            (standup::CURRENT, key.map_or(Value::Null, |key| key.to_string().into())),
            (standup::CURRENT_SINCE, now.into()),
        ];
        self.write_standup(&open, MOVE, &today, edits).await
    }

    /// Ends today's standup: it was held.
    pub async fn end_standup(&self) -> Result<StandupDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let today = open.today(now).await?;
        open.running(&today).await?;
        let edits = vec![
            (standup::ENDED, now.into()),
            (standup::CURRENT, Value::Null),
            (standup::CURRENT_SINCE, now.into()),
        ];
        self.write_standup(&open, END, &today, edits).await
    }

    async fn write_standup(
        &self,
        open: &OpenBoard,
        name: &str,
        today: &Today,
        edits: Vec<(FieldId, Value)>,
    ) -> Result<StandupDto, Error> {
        let record = RecordEdit {
            kind: Kind::Standup,
            id: today.standup_id(),
            seen: open.store.head().await?,
            edits: edits
                .into_iter()
                .map(|(field, value)| (field, Edit::Set(value)))
                .collect(),
        };
        open.store.commit(self.action(name, vec![record])?).await?;
        // Read again: what the answer says of a card is what an edit of it has seen.
        open.todays_standup(&open.today(today.now).await?).await
    }
}

impl OpenBoard {
    /// Today's standup as it crosses, once there is one.
    pub(crate) async fn standup_dto(&self, today: &Today) -> Result<Option<StandupDto>, Error> {
        let Some((card, standup)) = self.standup_of(today).await? else {
            return Ok(None);
        };
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
        Ok(Some(StandupDto {
            date: standup.date.to_string(),
            id: card.id.to_string(),
            started_ms: standup.started,
            ended_ms: standup.ended,
            by: self.names().await?.of(standup.started_by),
            current: standup.current.map(|key| key.to_string()),
            current_since_ms: standup.current_since,
            items: self.item_dtos(today, &entries).await?,
        }))
    }

    async fn todays_standup(&self, today: &Today) -> Result<StandupDto, Error> {
        self.standup_dto(today).await?.ok_or(Error::NoStandup)
    }

    async fn standup_of(&self, today: &Today) -> Result<Option<(Card, Standup)>, Error> {
        let card = self.store.card(Kind::Standup, today.standup_id()).await?;
        Ok(card.and_then(|card| Standup::read(&card.state).map(|standup| (card, standup))))
    }

    async fn running(&self, today: &Today) -> Result<Standup, Error> {
        let standup = self.standup_of(today).await?.map(|(_, standup)| standup);
        standup
            .filter(|standup| standup.ended.is_none())
            .ok_or(Error::NoStandup)
    }
}

impl Today {
    fn standup_id(&self) -> RecordId {
        standup_id(&self.date().to_string())
    }

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
