//! Long texts are edited, not overwritten: what was typed becomes the difference to what its editor showed.

use crate::desk::OpenBoard;
use crate::error::Error;
use crate::problem::Problem;
use crate::records::random;
use sidedesk_domain::fold::{Editor, is_long_text};
use sidedesk_domain::text::Refusal;
use sidedesk_domain::value::MAX_TEXT_LEN;
use sidedesk_domain::{Edit, FieldId, RecordId, RecordState, Value};

impl OpenBoard {
    /// The same edits, with each new long text as what its author changed in it. `seen` is what their editor opened on.
    /// A record that is just being added keeps plain texts: they are what its documents begin with.
    pub(crate) fn as_typed(
        &self,
        id: RecordId,
        state: &RecordState,
        seen: u64,
        edits: Vec<(FieldId, Edit)>,
    ) -> Result<Vec<(FieldId, Edit)>, Error> {
        let mut typed = Vec::with_capacity(edits.len());
        for (field, edit) in edits {
            let text = match &edit {
                Edit::Set(Value::Text(text)) if is_long_text(field) => text.as_str(),
                Edit::Set(Value::Null) if is_long_text(field) => "",
                _ => {
                    typed.push((field, edit));
                    continue;
                }
            };
            let editor = Editor {
                device: self.store.secret().id(),
                seen,
                peer: u64::from_le_bytes(random()?),
            };
            match state.edit_text((id, field), text, editor) {
                Ok(difference) => typed.extend(difference.map(|edit| (field, edit))),
                // What is written here cannot be read any more: a plain value begins it anew, and what was there rests.
                Err(Refusal::Unreadable) => typed.push((field, edit)),
                Err(_) => {
                    let name = field.spec().map_or("", |spec| spec.name);
                    return Err(Error::input(name, Problem::Long(MAX_TEXT_LEN / 1024)));
                }
            }
        }
        Ok(typed)
    }
}
