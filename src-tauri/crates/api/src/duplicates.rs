//! Two complaints that are one: a duplicate points to its head, stays listed there, and can be parted from it again.

use crate::desk::{Desk, OpenBoard};
use crate::dto::{ComplaintDto, DuplicateDto, SavedDto};
use crate::error::Error;
use crate::problem::Problem;
use crate::proposals::saved;
use crate::records::record_id;
use sidedesk_domain::fields::complaint;
use sidedesk_domain::{Edit, Kind, RecordEdit, Value};
use std::collections::BTreeSet;

impl Desk {
    /// Says that `duplicate` is the same as `head`: its reports and clashes count there from now on. A head that is a
    /// duplicate itself stands for its own.
    pub async fn merge_complaint(&self, duplicate: &str, head: &str) -> Result<SavedDto, Error> {
        let open = self.open_board().await?;
        let card = open.card(Kind::Complaint, duplicate).await?;
        let named = open.card(Kind::Complaint, head).await?;
        let heads = open.store.heads_of(BTreeSet::from([named.id])).await?;
        let head = heads.first().copied().unwrap_or(named.id);
        if head == card.id || named.state.is_deleted() {
            return Err(link("duplicate_of", &head.to_string()));
        }
        self.point(&open, "complaint.merge", card, head.into()).await
    }

    /// Parts a duplicate from its head again; its reports and clashes are its own as before.
    pub async fn part_complaint(&self, duplicate: &str) -> Result<SavedDto, Error> {
        let open = self.open_board().await?;
        let card = open.card(Kind::Complaint, duplicate).await?;
        self.point(&open, "complaint.part", card, Value::Null).await
    }

    async fn point(
        &self,
        open: &OpenBoard,
        name: &str,
        card: sidedesk_store::Card,
        head: Value,
    ) -> Result<SavedDto, Error> {
        let field = complaint::DUPLICATE_OF;
        let edits = vec![(field, Edit::Set(head.clone()))];
        let saved = saved(open.reader().await?, Kind::Complaint, &card.state, &edits);
        if *card.state.get(field) == head && card.state.rivals(field).is_empty() {
            return Ok(saved);
        }
        let record = RecordEdit {
            kind: Kind::Complaint,
            id: card.id,
            seen: card.seen,
            edits,
        };
        let name = if saved.proposed { "complaint.propose" } else { name };
        open.store.commit(self.action(name, vec![record])?).await?;
        Ok(saved)
    }
}

fn link(field: &str, typed: &str) -> Error {
    let problem = Problem::Link {
        typed: typed.into(),
        kind: Kind::Complaint.name(),
    };
    Error::input(field, problem)
}

impl OpenBoard {
    /// Lists under each of these the complaints that count with it.
    pub(crate) async fn list_duplicates(&self, complaints: &mut [ComplaintDto]) -> Result<(), Error> {
        let by_head = self.store.duplicates().await?;
        if by_head.is_empty() {
            return Ok(());
        }
        for dto in complaints {
            let members = by_head.get(&record_id("complaint", &dto.id)?);
            dto.duplicates = members.map(|members| {
                let member = |card: &sidedesk_store::Card| DuplicateDto {
                    id: card.id.to_string(),
                    title: card
                        .state
                        .get(complaint::TITLE)
                        .as_text()
                        .unwrap_or_default()
                        .to_owned(),
                };
                members.iter().map(member).collect()
            });
        }
        Ok(())
    }
}
