//! Complaints that are the same as another: a duplicate points to its head, and the head counts for both.
//!
//! Nothing is moved in the log: reports keep the complaint they were filed under, so the two can be parted again. Here, in
//! the view, a duplicate is in no list of its own, and its reports stand under the head. A pointer counts while the head
//! lives; of a ring, which two people can make without knowing, the smallest id is the head.

use crate::error::Error;
use crate::open::Store;
use crate::read::{Card, record_id};
use crate::view::{self, RecordKey, complaint_of};
use sidedesk_domain::{Kind, RecordId};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Ids in one statement.
const IDS_PER_STATEMENT: usize = 2000;

impl Store {
    /// The heads of these complaints; those that are no duplicates are their own.
    pub async fn heads_of(&self, complaints: BTreeSet<RecordId>) -> Result<BTreeSet<RecordId>, Error> {
        let mut view = self.inner.view.acquire().await?;
        let heads = heads(&mut view).await?;
        let head = |id: RecordId| heads.get(&id).copied().unwrap_or(id);
        Ok(complaints.into_iter().map(head).collect())
    }

    /// Every duplicate that counts, by its head.
    pub async fn duplicates(&self) -> Result<BTreeMap<RecordId, Vec<Card>>, Error> {
        let seen = self.head().await?;
        let mut view = self.inner.view.acquire().await?;
        let heads = heads(&mut view).await?;
        let keys: Vec<RecordKey> = heads.keys().map(|id| (Kind::Complaint, *id)).collect();
        let mut by_head: BTreeMap<RecordId, Vec<Card>> = BTreeMap::new();
        for ((_, id), state) in view::states(&mut view, &keys).await? {
            if let Some(head) = heads.get(&id) {
                by_head.entry(*head).or_default().push(Card { id, state, seen });
            }
        }
        Ok(by_head)
    }
}

/// Of every duplicate that counts, its head.
pub async fn heads(view: &mut SqliteConnection) -> Result<BTreeMap<RecordId, RecordId>, Error> {
    let rows = sqlx::query("select member, head from merged").fetch_all(view).await?;
    rows.iter()
        .map(|row| Ok((record_id(row, "member")?, record_id(row, "head")?)))
        .collect()
}

/// After records were written: who counts as a duplicate of whom now, and what follows. Returns what changed beside them.
pub async fn settle(view: &mut SqliteConnection, written: &[RecordKey]) -> Result<Vec<RecordKey>, Error> {
    if written.iter().all(|(kind, _)| *kind != Kind::Complaint) {
        return Ok(Vec::new());
    }
    let (said, before) = (said(view).await?, heads(view).await?);
    if said.is_empty() && before.is_empty() {
        return Ok(Vec::new());
    }
    let living = living(view, &said).await?;
    let after = resolved(&said, &living);
    let mut changed = BTreeSet::new();
    let members: BTreeSet<RecordId> = before.keys().chain(after.keys()).copied().collect();
    for member in members {
        let (old, new) = (before.get(&member), after.get(&member));
        sqlx::query("update complaint set hidden = max(deleted, ?) where id = ?")
            .bind(new.is_some())
            .bind(member.as_bytes())
            .execute(&mut *view)
            .await?;
        if old == new {
            continue;
        }
        changed.extend([Some(&member), old, new].into_iter().flatten().copied());
        let (from, to) = (old.unwrap_or(&member), new.unwrap_or(&member));
        move_reports(view, member, *from, *to).await?;
        match new {
            Some(head) => {
                sqlx::query("insert or replace into merged (member, head) values (?, ?)")
                    .bind(member.as_bytes())
                    .bind(head.as_bytes())
                    .execute(&mut *view)
                    .await?;
            }
            None => {
                sqlx::query("delete from merged where member = ?")
                    .bind(member.as_bytes())
                    .execute(&mut *view)
                    .await?;
            }
        }
    }
    // Which of them are lists' own is known only now.
    sqlx::query(
        "insert into counter (name, value) select 'complaints', count(*) from complaint where hidden = 0
         on conflict (name) do update set value = excluded.value",
    )
    .execute(view)
    .await?;
    Ok(changed.into_iter().map(|id| (Kind::Complaint, id)).collect())
}

/// What people said: of a duplicate, what it is the same as. Those that are deleted say nothing.
async fn said(view: &mut SqliteConnection) -> Result<BTreeMap<RecordId, RecordId>, Error> {
    let rows = sqlx::query("select id, duplicate_of from complaint where duplicate_of <> x'' and deleted = 0")
        .fetch_all(view)
        .await?;
    rows.iter()
        .map(|row| Ok((record_id(row, "id")?, record_id(row, "duplicate_of")?)))
        .collect()
}

/// Those that are pointed to and live.
async fn living(view: &mut SqliteConnection, said: &BTreeMap<RecordId, RecordId>) -> Result<BTreeSet<RecordId>, Error> {
    let targets: Vec<&RecordId> = said.values().collect::<BTreeSet<_>>().into_iter().collect();
    let mut living = BTreeSet::new();
    for chunk in targets.chunks(IDS_PER_STATEMENT) {
        let mut select = QueryBuilder::<Sqlite>::new("select id from complaint where deleted = 0 and id in (");
        let mut list = select.separated(", ");
        for id in chunk {
            list.push_bind(id.as_bytes());
        }
        select.push(")");
        for row in select.build().persistent(false).fetch_all(&mut *view).await? {
            living.insert(record_id(&row, "id")?);
        }
    }
    Ok(living)
}

/// Follows every pointer to its end.
fn resolved(said: &BTreeMap<RecordId, RecordId>, living: &BTreeSet<RecordId>) -> BTreeMap<RecordId, RecordId> {
    let next = |id: &RecordId| said.get(id).filter(|target| living.contains(*target)).copied();
    let mut heads = BTreeMap::new();
    for member in said.keys() {
        let (mut way, mut at) = (vec![*member], *member);
        while let Some(target) = next(&at) {
            if let Some(start) = way.iter().position(|id| *id == target) {
                at = way
                    .get(start..)
                    .and_then(|ring| ring.iter().min())
                    .copied()
                    .unwrap_or(at);
                break;
            }
            way.push(target);
            at = target;
        }
        if at != *member {
            heads.insert(*member, at);
        }
    }
    heads
}

/// The reports filed under `member` go from one place in the lists to another.
async fn move_reports(
    view: &mut SqliteConnection,
    member: RecordId,
    from: RecordId,
    to: RecordId,
) -> Result<(), Error> {
    let rows = sqlx::query("select id, state from report where complaint = ?")
        .bind(from.as_bytes())
        .fetch_all(&mut *view)
        .await?;
    let mut its = Vec::new();
    for row in &rows {
        let (id, state) = view::id_and_state(row)?;
        if complaint_of(&state) == Some(member) {
            its.push(id);
        }
    }
    for chunk in its.chunks(IDS_PER_STATEMENT) {
        let mut update = QueryBuilder::<Sqlite>::new("update report set complaint = ");
        update.push_bind(to.as_bytes()).push(" where id in (");
        let mut list = update.separated(", ");
        for id in chunk {
            list.push_bind(id.as_bytes());
        }
        update.push(")");
        update.build().persistent(false).execute(&mut *view).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId([n; 16])
    }

    fn check(said: &[(u8, u8)], living: &[u8], heads: &[(u8, u8)]) {
        let pairs = |list: &[(u8, u8)]| list.iter().map(|(a, b)| (id(*a), id(*b))).collect::<BTreeMap<_, _>>();
        let living = living.iter().map(|n| id(*n)).collect();
        assert_eq!(resolved(&pairs(said), &living), pairs(heads), "{said:?}");
    }

    #[test]
    fn pointers_end_at_a_living_head() {
        check(&[(1, 2)], &[2], &[(1, 2)]);
        check(&[(1, 2), (2, 3)], &[2, 3], &[(1, 3), (2, 3)]);
        check(&[(1, 2), (2, 3)], &[2], &[(1, 2)]);
        check(&[(1, 2)], &[], &[]);
        check(&[(5, 5)], &[5], &[]);
    }

    #[test]
    fn of_a_ring_the_smallest_is_the_head() {
        check(&[(1, 2), (2, 1)], &[1, 2], &[(2, 1)]);
        check(&[(3, 2), (2, 4), (4, 3), (9, 4)], &[2, 3, 4], &[(3, 2), (4, 2), (9, 2)]);
    }
}
