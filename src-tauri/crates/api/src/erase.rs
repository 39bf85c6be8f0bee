//! Erasing named fields of a record, for good: on every device, from history and search too.
//!
//! What stays is said wherever it is done ([`KEPT`]): the sealed entries in every device's log, its backups, and at the hub.
//! Nothing less than the board's key opens them, and this program does not show them again.

use crate::desk::{Desk, OpenBoard};
use crate::dto::ErasedDto;
use crate::error::Error;
use crate::problem::Problem;
use crate::records::addable;
use sidedesk_domain::fields::{campaign, complaint, named, of_kind, report};
use sidedesk_domain::membership::{Function, Role};
use sidedesk_domain::{Edit, FieldId, FieldSpec, FieldType, Kind, RecordEdit, RecordId, RecordState};

/// What stands in the place of a name that a card cannot be without.
const ERASED_NAME: &str = "[erased]";

/// What an erasure cannot reach, for whoever asks for one.
pub const KEPT: &str = "Each device erases when it receives this. Sealed entries stay in every device's log, in its backups and at the hub; \
     only a key of this board opens them, and Sidedesk does not show them again. A device that is offline shows the old text \
     until it is back. Copies, exports, drafts and other tools are not reached.";

/// The action's word; no undo takes it back.
pub(crate) fn action_name(kind: Kind) -> String {
    format!("{}.erase", kind.name())
}

/// Every such word.
pub(crate) const ERASURES: [&str; 4] = [
    "campaign.erase",
    "complaint.erase",
    "report.erase",
    crate::retention::APPLIED,
];

impl Desk {
    /// Erases these fields of a record. For leads, and for members of the record's own function.
    pub async fn erase(&self, kind: &str, id: &str, fields: &[String]) -> Result<ErasedDto, Error> {
        let kind = addable(kind)?;
        let open = self.open_board().await?;
        open.may_erase(kind).await?;
        if !open.store.rules().await?.know_seats() {
            let words = "this board is folded by the rules of an older version; a lead updates it first, in the settings or with: sidedesk upgrade";
            return Err(Error::NotAllowed(words.into()));
        }
        let specs: Vec<&FieldSpec> = fields.iter().map(|name| field(kind, name)).collect::<Result<_, _>>()?;
        if specs.is_empty() {
            return Err(Error::input("fields", Problem::Empty));
        }
        let card = open.card(kind, id).await?;
        let record = RecordEdit {
            kind,
            id: card.id,
            seen: card.seen,
            edits: erasing(specs.iter().map(|spec| spec.id)),
        };
        open.store
            .commit(self.action(&action_name(kind), vec![record])?)
            .await?;
        Ok(ErasedDto {
            records: 1,
            shared: open.store.chain().await?.hub_key.is_some(),
        })
    }
}

/// The edits that erase these fields.
pub(crate) fn erasing(fields: impl Iterator<Item = FieldId>) -> Vec<(FieldId, Edit)> {
    let mut edits = Vec::new();
    for field in fields {
        edits.push((field, Edit::Erase));
        if [campaign::NAME, complaint::TITLE].contains(&field) {
            edits.push((field, Edit::Set(ERASED_NAME.into())));
        }
    }
    edits
}

/// The names of fields that can be erased: whatever people or their tools wrote in words.
pub fn erasable_fields(kind: &str) -> Vec<&'static str> {
    let Ok(kind) = addable(kind) else { return Vec::new() };
    of_kind(kind)
        .filter(|spec| is_words(spec))
        .map(|spec| spec.name)
        .collect()
}

fn is_words(spec: &FieldSpec) -> bool {
    let own = [campaign::ZONE, campaign::SOURCE, report::SOURCE].contains(&spec.id);
    matches!(spec.ty, FieldType::Text | FieldType::LongText | FieldType::Set) && !own
}

fn field(kind: Kind, name: &str) -> Result<&'static FieldSpec, Error> {
    let name = name.trim();
    named(kind, name).filter(|spec| is_words(spec)).ok_or_else(|| {
        let known = of_kind(kind)
            .filter(|spec| is_words(spec))
            .map(|spec| spec.name)
            .collect();
        let kind = kind.name();
        Error::input(name, Problem::UnknownField { kind, known })
    })
}

impl OpenBoard {
    /// This person's role.
    pub(crate) async fn my_role(&self) -> Result<Option<Role>, Error> {
        let membership = self.store.chain().await?.membership;
        Ok(membership.members.get(&self.store.identity().member).copied())
    }

    async fn may_erase(&self, kind: Kind) -> Result<(), Error> {
        let (own, words) = match kind {
            Kind::Campaign => (
                Function::Marketing,
                "a lead or somebody of Marketing erases in a campaign",
            ),
            _ => (
                Function::Support,
                "a lead or somebody of Support erases in complaints and reports",
            ),
        };
        let allowed = match self.my_role().await? {
            Some(Role::Marketing) => own == Function::Marketing,
            Some(Role::Support) => own == Function::Support,
            Some(role) => role.is_lead(),
            None => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(Error::NotAllowed(words.into()))
        }
    }
}

/// Whether something personal stands in a report.
pub(crate) fn holds_personal(state: &RecordState) -> bool {
    personal_fields().any(|field| !state.get(field).is_null() || !state.rivals(field).is_empty())
}

/// The fields of a report that are personal.
pub(crate) fn personal_fields() -> impl Iterator<Item = FieldId> {
    of_kind(Kind::Report)
        .map(|spec| spec.id)
        .filter(|field| sidedesk_domain::fields::is_personal(*field))
}

/// A report's personal fields, erased.
pub(crate) fn erased_report(id: RecordId, seen: u64) -> RecordEdit {
    RecordEdit {
        kind: Kind::Report,
        id,
        seen,
        edits: erasing(personal_fields()),
    }
}
