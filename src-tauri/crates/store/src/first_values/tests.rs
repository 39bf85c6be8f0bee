//! History reads as if every line had kept its values: compared with a model that keeps them, over many small stories.

use super::*;
use crate::fold_in::{self, Me, Opened};
use crate::sqlite::{self, Durability};
use sidedesk_domain::fields::{DELETED, report};
use sidedesk_domain::fold::Rules;
use sidedesk_domain::membership::Seat;
use sidedesk_domain::{Action, ActionId, DeviceId, Edit, MemberId, RecordEdit, RecordState, Stamp};
use sqlx::Connection as _;

const ME: Me = Me {
    seat: Seat::EVERYWHERE,
    device: DeviceId([1; 16]),
    member: MemberId([1; 16]),
};

/// Any number, the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn edit(&mut self, is_inner: bool) -> (FieldId, Edit) {
        let word = Value::from(["a", "b", "c"][self.below(3) as usize]);
        match self.below(12) {
            n if is_inner => ([report::TITLE, report::BODY][n as usize % 2], Edit::Set(word)),
            0..=3 => (report::REGION, Edit::Set(word)),
            4 | 5 => (report::STATUS, Edit::Set(word)),
            6 => (report::COMPLAINT, Edit::Set(RecordId([7; 16]).into())),
            7 => (report::CATEGORY, Edit::Add(word)),
            8 => (report::CATEGORY, Edit::Remove(word)),
            9 => (report::STATUS, Edit::Set(Value::Null)),
            10 => (DELETED, Edit::Set((self.below(2) == 0).into())),
            _ => (FieldId(999), Edit::Unknown(vec![0x81, 0x00])),
        }
    }

    fn action(&mut self, n: u64, place: u64) -> Action {
        let (first, mixed) = (self.below(3), self.below(8) == 0);
        let is_inner = self.below(3) == 0;
        let record = |dice: &mut Self, nth: u64| RecordEdit {
            kind: Kind::Report,
            id: RecordId([((first + nth) % 3) as u8; 16]),
            seen: dice.below(place + 1),
            edits: (0..1 + dice.below(4))
                .map(|nth| dice.edit(is_inner != (mixed && nth == 1)))
                .collect(),
        };
        let mut id = [9; 16];
        id[..8].copy_from_slice(&n.to_le_bytes());
        Action {
            id: ActionId(id),
            name: "report.set".into(),
            undoes: None,
            redoes: None,
            records: (0..1 + self.below(2)).map(|nth| record(self, nth)).collect(),
        }
    }
}

fn stamp(place: u64, by: u8) -> Stamp {
    Stamp {
        place,
        device: DeviceId([by; 16]),
        member: MemberId([by; 16]),
        author_time: place as i64,
        hub_time: place as i64,
    }
}

/// What every confirmed line would say.
#[derive(Default)]
struct Model {
    states: BTreeMap<RecordKey, RecordState>,
    lines: Vec<(u64, RecordKey, Vec<Changed>)>,
}

impl Model {
    fn fold(&mut self, op: &Opened) {
        for edit in &op.action.records {
            let key = (edit.kind, edit.id);
            let mut changes = Vec::new();
            let state = self.states.entry(key).or_default();
            Rules::default().apply(state, edit, op.stamp.into(), |changed| changes.push(changed));
            self.lines.push((op.stamp.place, key, in_order(changes)));
        }
    }
}

fn in_order(mut changes: Vec<Changed>) -> Vec<Changed> {
    changes.sort_by(|a, b| (a.field, &a.element).cmp(&(b.field, &b.element)));
    changes
}

async fn history(view: &mut SqliteConnection) -> Vec<(u64, RecordKey, Vec<Changed>)> {
    let rows = sqlx::query(
        "select activity.id, activity.place, activity.kind, record, action, action.name, created, member,
                author_time, hub_time, changes, action.device
         from activity
         join action on action.id = activity.action
         where activity.place < 4611686018427387904
         order by activity.place, activity.id",
    )
    .fetch_all(&mut *view)
    .await
    .unwrap();
    let lines = lines(view, &rows).await.unwrap();
    lines
        .into_iter()
        .map(|line| (line.stamp.place, line.record, in_order(line.changes)))
        .collect()
}

/// One story; how many lines were kept empty.
async fn check(seed: u64) -> i64 {
    let dir = tempfile::tempdir().unwrap();
    let mut view = sqlite::open_writer(&dir.path().join("view.db"), Durability::Cache)
        .await
        .unwrap();
    sqlite::ensure_schema(&mut view, view::SCHEMA, view::VERSION)
        .await
        .unwrap();
    let (mut dice, mut model, mut rules) = (Dice(seed), Model::default(), Rules::default());
    let mut waiting: Vec<(u64, Action)> = Vec::new();
    let mut place = 0;
    for n in 1..=14 {
        let action = dice.action(n, place);
        let mut tx = view.begin().await.unwrap();
        if dice.below(3) == 0 {
            fold_in::pending(&mut tx, (n, place as i64), &action, (ME, rules))
                .await
                .unwrap();
            waiting.push((n, action));
        } else {
            place += 1;
            let op = |action, by| Opened {
                seat: Seat::EVERYWHERE,
                stamp: stamp(place, by),
                action,
            };
            // Somebody else's, or what waited first.
            let (op, settled) = if !waiting.is_empty() && dice.below(2) == 0 {
                let (seq, action) = waiting.remove(0);
                (op(action, 1), vec![seq])
            } else {
                (op(action, 2 + dice.below(2) as u8), vec![])
            };
            model.fold(&op);
            fold_in::confirmed(&mut tx, &[op], &settled, ME, &mut rules)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(history(&mut view).await, model.lines, "seed {seed}, after {n}");
    }
    sqlx::query_scalar("select count(*) from activity where length(changes) = 1 and changes <> x'80'")
        .fetch_one(&mut view)
        .await
        .unwrap()
}

#[tokio::test]
async fn history_reads_as_if_every_line_had_kept_its_values() {
    let mut empty = 0;
    for seed in 0..30 {
        empty += check(seed).await;
    }
    assert!(
        empty > 30,
        "only {empty} lines were kept empty: the stories prove nothing"
    );
}
