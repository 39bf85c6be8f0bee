//! What waits on a board whose keys are lost, in words that can be typed again.

use crate::cards::shown;
use crate::dto::UnsentDto;
use crate::error::Error;
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{Edit, FieldId, RecordEdit};
use std::path::Path;

/// What waits on the board in this directory and never got to the others, the oldest first. Needs no key, opens nothing and
/// changes nothing.
pub fn unsent(dir: &Path) -> Result<Vec<UnsentDto>, Error> {
    let waiting = sidedesk_store::unsent(dir)?;
    let each = waiting.into_iter().flat_map(|unsent| {
        let at = to_rfc3339(unsent.at);
        let name = unsent.action.name;
        unsent
            .action
            .records
            .into_iter()
            .map(move |record| dto(&at, &name, &record))
    });
    Ok(each.collect())
}

fn dto(at: &str, action: &str, record: &RecordEdit) -> UnsentDto {
    UnsentDto {
        at: at.into(),
        action: action.into(),
        kind: record.kind.name().into(),
        id: record.id.to_string(),
        changes: record.edits.iter().map(|(field, edit)| change(*field, edit)).collect(),
    }
}

fn change(field: FieldId, edit: &Edit) -> String {
    let name = field.spec().map_or("a field of a newer version", |spec| spec.name);
    let value = |value| shown(field, value).unwrap_or_default();
    match edit {
        Edit::Set(set) => format!("{name}={}", value(set)),
        Edit::Add(added) => format!("{name}+={}", value(added)),
        Edit::Remove(removed) => format!("{name}-={}", value(removed)),
        Edit::Text(_) => format!("{name}: typed in the text"),
        Edit::Decline(..) => format!("{name}: a proposal was declined"),
        Edit::Erase => format!("{name}: erased"),
        Edit::Unknown(_) => format!("{name}: a change of a newer version"),
    }
}
