//! Undo and redo: an ordinary action that writes back what one of this device's actions changed, only where it still
//! stands. A whole import is one action, so one undo takes it back.

use crate::desk::{Desk, FOUNDED, JOINED, OpenBoard};
use crate::dto::UndoneDto;
use crate::erase::ERASURES;
use crate::error::Error;
use crate::export::EXPORTED;
use crate::standup;
use crate::upgrade::UPGRADED;
use sidedesk_domain::fields::DELETED;
use sidedesk_domain::undo::{Did, Done, inverse, stack};
use sidedesk_domain::{ActionId, Edit, RecordEdit};
use sidedesk_store::{ActivityLine, OwnAction, RecordKey};
use std::collections::BTreeMap;

/// What no undo takes back, beside erasures: exports of personal data, founding and joining, the rules of the board, and where people look during a standup.
const NOT_UNDONE: [&str; 7] = [
    EXPORTED,
    FOUNDED,
    JOINED,
    UPGRADED,
    standup::START,
    standup::MOVE,
    standup::END,
];
/// Own actions that undo looks back over.
const STACK: usize = 1000;
/// Lines of history read at once.
const LINES: usize = 5000;

impl Desk {
    /// Takes back this device's last action.
    pub async fn undo(&self) -> Result<UndoneDto, Error> {
        let open = self.open_board().await?;
        let actions = open.store.own_actions(STACK).await?;
        let target = stack(&dones(&actions))
            .undo
            .last()
            .copied()
            .ok_or(Error::NothingTo("undo"))?;
        self.take_back(&open, &actions, target, |action, id| action.undoes = Some(id))
            .await
    }

    /// Brings back what the last undo took.
    pub async fn redo(&self) -> Result<UndoneDto, Error> {
        let open = self.open_board().await?;
        let actions = open.store.own_actions(STACK).await?;
        let target = stack(&dones(&actions))
            .redo
            .last()
            .copied()
            .ok_or(Error::NothingTo("redo"))?;
        self.take_back(&open, &actions, target, |action, id| action.redoes = Some(id))
            .await
    }

    async fn take_back(
        &self,
        open: &OpenBoard,
        actions: &[OwnAction],
        target: ActionId,
        mark: impl FnOnce(&mut sidedesk_domain::Action, ActionId),
    ) -> Result<UndoneDto, Error> {
        let (mut records, mut restored, mut left) = (Vec::new(), 0, 0);
        let seen = open.store.head().await?;
        let lines = all_lines(open, target).await?;
        let by_record = by_record(lines);
        let keys: Vec<RecordKey> = by_record.keys().copied().collect();
        let states = open.store.states(&keys).await?;
        for (key, lines) in by_record {
            let Some(state) = states.get(&key) else { continue };
            let did: Vec<Did> = lines.iter().map(did).collect();
            let mut back = inverse(state, &did, &[]);
            if back.left > 0 {
                back = inverse(state, &did, &written_back(open, key).await?);
            }
            left += back.left;
            let edits = open.as_typed(key.1, state, seen, back.edits)?;
            restored += edits.len() as u64;
            if !edits.is_empty() {
                records.push(RecordEdit {
                    kind: key.0,
                    id: key.1,
                    seen,
                    edits,
                });
            }
        }
        let mut action = self.action("undo", records)?;
        mark(&mut action, target);
        if action.redoes.is_some() {
            action.name = "redo".into();
        }
        if action.records.is_empty() {
            // Everything was changed by others since. The action is still logged, so that the next undo goes further back.
            action.records.push(touch(seen));
        }
        open.store.commit(action).await?;
        Ok(UndoneDto {
            name: original_name(actions, target),
            restored,
            left,
        })
    }
}

async fn all_lines(open: &OpenBoard, action: ActionId) -> Result<Vec<ActivityLine>, Error> {
    let mut lines = Vec::new();
    loop {
        let after = lines.last().map_or(0, |line: &ActivityLine| line.id);
        let page = open.store.activity_of_action(action, after, LINES).await?;
        let last = page.len() < LINES;
        lines.extend(page);
        if last {
            return Ok(lines);
        }
    }
}

/// An edit that changes nothing, of the board's settings record: it carries an action that had nothing to write back.
fn touch(seen: u64) -> RecordEdit {
    RecordEdit {
        kind: sidedesk_domain::Kind::Board,
        id: sidedesk_domain::fields::board_id(),
        seen,
        edits: vec![(DELETED, Edit::Set(false.into()))],
    }
}

fn by_record(lines: Vec<ActivityLine>) -> BTreeMap<RecordKey, Vec<ActivityLine>> {
    let mut grouped: BTreeMap<RecordKey, Vec<ActivityLine>> = BTreeMap::new();
    for line in lines {
        grouped.entry(line.record).or_default().push(line);
    }
    grouped
}

fn did(line: &ActivityLine) -> Did<'_> {
    Did {
        stamp: line.stamp,
        created: line.created,
        changes: &line.changes,
    }
}

/// Where undo and redo of this device wrote to a record. A value that they brought back is that of the action which
/// wrote it first: else a second undo of the same field would stop before what the first one restored.
async fn written_back(open: &OpenBoard, (_, id): RecordKey) -> Result<Vec<u64>, Error> {
    let own = open.store.secret().id();
    let lines = open.store.activity_of_record(id, LINES).await?;
    let back = lines
        .iter()
        .filter(|line| line.stamp.device == own && ["undo", "redo"].contains(&line.name.as_str()));
    Ok(back.map(|line| line.stamp.place).collect())
}

fn dones(actions: &[OwnAction]) -> Vec<Done> {
    let undoable = actions
        .iter()
        .filter(|action| !NOT_UNDONE.contains(&action.name.as_str()) && !ERASURES.contains(&action.name.as_str()));
    undoable.map(|action| action.done).collect()
}

/// The word of what was done in the first place: an undo of a redo of an import is still about the import.
fn original_name(actions: &[OwnAction], target: ActionId) -> String {
    let mut id = target;
    for _ in 0..actions.len() {
        let Some(action) = actions.iter().find(|action| action.done.id == id) else {
            break;
        };
        match action.done.undoes.or(action.done.redoes) {
            Some(earlier) => id = earlier,
            None => return action.name.clone(),
        }
    }
    String::new()
}

impl OpenBoard {
    /// What undo and redo would take back and bring back, as words.
    pub(crate) async fn next_undo_and_redo(&self) -> Result<(Option<String>, Option<String>), Error> {
        let actions = self.store.own_actions(STACK).await?;
        let stack = stack(&dones(&actions));
        let name = |ids: &[ActionId]| ids.last().map(|id| original_name(&actions, *id));
        Ok((name(&stack.undo), name(&stack.redo)))
    }
}
