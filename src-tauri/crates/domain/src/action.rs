//! What a person did, as data: an [`Action`] of edits to records, given to the log as one or more ops.
//!
//! On the wire these are CBOR arrays whose items are never reordered; items appended by a newer version are skipped.

use crate::codec::{array_len, raw_item, skip_rest};
use crate::fields::{FieldId, Kind, Space};
use crate::id::{ActionId, MemberId, RecordId};
use crate::text::TextEdit;
use crate::value::Value;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// Records in one op at most (architecture §4); a larger action becomes several ops under one id.
pub const MAX_RECORDS_PER_OP: usize = 500;

/// One user action, or the part of it that one op carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The same for all ops of one action: one undo takes back the whole.
    pub id: ActionId,
    /// What it was, a stable word such as `campaign.add` or `import`: the toast of an undo names it.
    pub name: String,
    /// The action that this one takes back.
    pub undoes: Option<ActionId>,
    /// The undo that this one takes back.
    pub redoes: Option<ActionId>,
    /// What changed.
    pub records: Vec<RecordEdit>,
}

/// Edits to one record, made by somebody who looked at it as of `seen`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEdit {
    /// What the record is.
    pub kind: Kind,
    /// Which record.
    pub id: RecordId,
    /// The confirmed place in the log that the editor opened on; 0 for a new record.
    pub seen: u64,
    /// The changed fields.
    pub edits: Vec<(FieldId, Edit)>,
}

/// A change to one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The field now holds this.
    Set(Value),
    /// The set now holds this element.
    Add(Value),
    /// The set no longer holds this element.
    Remove(Value),
    /// Somebody typed in the long text.
    Text(TextEdit),
    /// What this member proposed for the field, or for this element of it, is not taken ([`crate::fold`]).
    Decline(MemberId, Option<Value>),
    /// Nothing of what was ever in the field stays, also not beside what is shown.
    Erase,
    /// A change from a newer version, verbatim: kept and passed on, folded after the update.
    Unknown(Vec<u8>),
}

impl Action {
    /// Cuts the action into the parts that single ops carry: one space each, at most [`MAX_RECORDS_PER_OP`] records and
    /// about `max_len` encoded bytes each. The parts of a stretch of records follow each other, board before inner, so that
    /// whoever folds them in batches writes each record once. A record too long for one op is cut between its fields.
    pub fn into_parts(mut self, max_len: usize) -> Vec<(Space, Self)> {
        let mut parts = Vec::new();
        let records = std::mem::take(&mut self.records).into_iter();
        let mut rest = records.flat_map(|record| record.cut(max_len)).peekable();
        while rest.peek().is_some() {
            let (mut len, mut board, mut inner) = (0, Vec::new(), Vec::new());
            for _ in 0..MAX_RECORDS_PER_OP {
                let first = len == 0;
                let Some(record) = rest.next_if(|record| first || len + record.rough_len() <= max_len) else {
                    break;
                };
                len += record.rough_len();
                let (board_part, inner_part) = record.by_space();
                board.extend(board_part);
                inner.extend(inner_part);
            }
            for (space, records) in [(Space::Board, board), (Space::Inner, inner)] {
                if !records.is_empty() {
                    parts.push((space, self.part(records)));
                }
            }
        }
        parts
    }

    fn part(&self, records: Vec<RecordEdit>) -> Self {
        Self {
            id: self.id,
            name: self.name.clone(),
            undoes: self.undoes,
            redoes: self.redoes,
            records,
        }
    }
}

impl RecordEdit {
    /// The edits of the board space and those of the inner one, as far as there are any.
    fn by_space(self) -> (Option<Self>, Option<Self>) {
        let Self { kind, id, seen, edits } = self;
        let (board, inner): (Vec<_>, Vec<_>) = edits.into_iter().partition(|(field, _)| field.space() == Space::Board);
        let some = |edits: Vec<_>| (!edits.is_empty()).then_some(Self { kind, id, seen, edits });
        (some(board), some(inner))
    }

    /// Itself, or in pieces of at most about `max_len` encoded bytes, in the order of its edits.
    fn cut(self, max_len: usize) -> Vec<Self> {
        if self.rough_len() <= max_len {
            return vec![self];
        }
        let Self { kind, id, seen, edits } = self;
        let piece = |edits| Self { kind, id, seen, edits };
        let (mut pieces, mut last) = (Vec::new(), piece(Vec::new()));
        for (field, edit) in edits {
            if !last.edits.is_empty() && last.rough_len() + edit.rough_len() > max_len {
                pieces.push(std::mem::replace(&mut last, piece(Vec::new())));
            }
            last.edits.push((field, edit));
        }
        pieces.push(last);
        pieces
    }

    /// An upper estimate of the encoded length in bytes.
    fn rough_len(&self) -> usize {
        32 + self.edits.iter().map(|(_, edit)| edit.rough_len()).sum::<usize>()
    }
}

impl Edit {
    /// An upper estimate of the encoded length in bytes, its field's number included.
    fn rough_len(&self) -> usize {
        match self {
            Self::Set(value) | Self::Add(value) | Self::Remove(value) => 6 + rough_len(value),
            Self::Decline(_, element) => 24 + element.as_ref().map_or(0, rough_len),
            Self::Text(edit) => edit.update.len() + 32,
            Self::Erase => 6,
            Self::Unknown(raw) => raw.len() + 4,
        }
    }
}

fn rough_len(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() + 5,
        Value::Raw(raw) => raw.len(),
        Value::Id(_) => 17,
        Value::Null | Value::Bool(_) | Value::Int(_) => 9,
    }
}

impl<C> Encode<C> for Action {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(5)?.encode_with(self.id, ctx)?.str(&self.name)?;
        e.encode_with(self.undoes, ctx)?.encode_with(self.redoes, ctx)?;
        e.array(self.records.len() as u64)?;
        for record in &self.records {
            record.encode(e, ctx)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Action {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let len = array_len(d)?;
        let id = d.decode_with(ctx)?;
        let name = d.str()?.to_owned();
        let undoes = d.decode_with(ctx)?;
        let redoes = d.decode_with(ctx)?;
        let count = array_len(d)?;
        // The count is a stranger's number: it sizes nothing beyond what one op may carry.
        let mut records = Vec::with_capacity(count.min(MAX_RECORDS_PER_OP as u64) as usize);
        for _ in 0..count {
            records.push(RecordEdit::decode(d, ctx)?);
        }
        skip_rest(d, len, 5)?;
        Ok(Self {
            id,
            name,
            undoes,
            redoes,
            records,
        })
    }
}

impl<C> Encode<C> for RecordEdit {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(4)?
            .u16(self.kind.number())?
            .encode_with(self.id, ctx)?
            .u64(self.seen)?;
        e.array(self.edits.len() as u64 * 2)?;
        for (field, edit) in &self.edits {
            e.u16(field.0)?;
            edit.encode(e, ctx)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for RecordEdit {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let len = array_len(d)?;
        let kind = Kind::from_number(d.u16()?);
        let id = d.decode_with(ctx)?;
        let seen = d.u64()?;
        let items = array_len(d)?;
        let mut edits = Vec::new();
        for _ in 0..items / 2 {
            edits.push((FieldId(d.u16()?), Edit::decode(d, ctx)?));
        }
        skip_rest(d, items, items / 2 * 2)?;
        skip_rest(d, len, 4)?;
        Ok(Self { kind, id, seen, edits })
    }
}

impl<C> Encode<C> for Edit {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let (tag, value) = match self {
            Self::Set(value) => (0, value),
            Self::Add(value) => (1, value),
            Self::Remove(value) => (2, value),
            Self::Text(edit) => return e.array(2)?.u8(3)?.encode_with(edit, ctx)?.ok(),
            Self::Decline(member, element) => {
                return e
                    .array(3)?
                    .u8(4)?
                    .encode_with(member, ctx)?
                    .encode_with(element, ctx)?
                    .ok();
            }
            Self::Erase => return e.array(2)?.u8(5)?.null()?.ok(),
            Self::Unknown(raw) => return e.writer_mut().write_all(raw).map_err(encode::Error::write),
        };
        e.array(2)?.u8(tag)?;
        value.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Edit {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let raw = raw_item(d)?;
        let mut inner = Decoder::new(raw);
        let known = (|| -> Result<Option<Self>, decode::Error> {
            let make = match (array_len(&mut inner)?, inner.u8()?) {
                (2, 0) => Self::Set,
                (2, 1) => Self::Add,
                (2, 2) => Self::Remove,
                (2, 3) => return Ok(Some(Self::Text(inner.decode_with(ctx)?))),
                (3, 4) => {
                    let (member, element) = (inner.decode_with(ctx)?, inner.decode_with(ctx)?);
                    return Ok(Some(Self::Decline(member, element)));
                }
                (2, 5) => return inner.null().map(|()| Some(Self::Erase)),
                _ => return Ok(None),
            };
            Ok(Some(make(Value::decode(&mut inner, ctx)?)))
        })();
        Ok(known.ok().flatten().unwrap_or_else(|| Self::Unknown(raw.to_vec())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{campaign, report};

    fn action() -> Action {
        Action {
            id: ActionId([1; 16]),
            name: "campaign.add".into(),
            undoes: None,
            redoes: Some(ActionId([2; 16])),
            records: vec![RecordEdit {
                kind: Kind::Campaign,
                id: RecordId([3; 16]),
                seen: 7,
                edits: vec![
                    (campaign::NAME, Edit::Set("Free shipping EU".into())),
                    (campaign::PRODUCT, Edit::Add("Boots".into())),
                    (campaign::BUDGET, Edit::Set("9000".into())),
                    (campaign::NAME, Edit::Decline(MemberId([4; 16]), None)),
                    (
                        campaign::PRODUCT,
                        Edit::Decline(MemberId([4; 16]), Some("Tents".into())),
                    ),
                    (campaign::AUDIENCE, Edit::Erase),
                ],
            }],
        }
    }

    #[test]
    fn an_action_round_trips() {
        let bytes = minicbor::to_vec(action()).unwrap();
        assert_eq!(minicbor::decode::<Action>(&bytes).unwrap(), action());
    }

    #[test]
    fn an_edit_of_a_kind_not_known_yet_is_kept_verbatim() {
        let foreign = minicbor::to_vec((9_u8, "later", 1_u8)).unwrap();
        let edit: Edit = minicbor::decode(&foreign).unwrap();
        assert_eq!(edit, Edit::Unknown(foreign.clone()));
        assert_eq!(minicbor::to_vec(&edit).unwrap(), foreign);
    }

    #[test]
    fn a_record_too_long_for_one_op_is_cut_between_its_fields() {
        let mut big = action();
        big.records[0].edits = (0..30_u16)
            .map(|i| (FieldId(i), Edit::Add("x".repeat(3_000).into())))
            .collect();
        let parts = big.clone().into_parts(10_000);
        assert!(
            parts
                .iter()
                .all(|(_, part)| minicbor::to_vec(part).unwrap().len() < 10_500)
        );
        let edits: Vec<_> = parts
            .iter()
            .flat_map(|(_, part)| &part.records[0].edits)
            .cloned()
            .collect();
        assert_eq!(edits, big.records[0].edits);
    }

    #[test]
    fn parts_keep_the_spaces_apart_and_lose_nothing() {
        let mut big = action();
        big.records = (0..1201_u32)
            .map(|i| RecordEdit {
                kind: Kind::Report,
                id: RecordId::of("t", &[&i.to_le_bytes()]),
                seen: 0,
                edits: vec![
                    (report::AT, Edit::Set(1.into())),
                    (report::BODY, Edit::Set("x".repeat(100).into())),
                ],
            })
            .collect();
        let parts = big.clone().into_parts(40_000);
        assert!(
            parts
                .iter()
                .all(|(_, part)| part.records.len() <= MAX_RECORDS_PER_OP && part.id == big.id)
        );
        assert!(
            parts
                .iter()
                .all(|(_, part)| minicbor::to_vec(part).unwrap().len() < 45_000)
        );
        for space in Space::ALL {
            let ids: Vec<RecordId> = parts
                .iter()
                .filter(|(s, _)| *s == space)
                .flat_map(|(_, p)| p.records.iter().map(|r| r.id))
                .collect();
            assert_eq!(ids, big.records.iter().map(|r| r.id).collect::<Vec<_>>());
        }
        let inner = parts.iter().filter(|(s, _)| *s == Space::Inner);
        assert!(
            inner
                .flat_map(|(_, p)| &p.records)
                .all(|r| r.edits.iter().all(|(f, _)| f.space() == Space::Inner))
        );
    }
}
