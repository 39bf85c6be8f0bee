//! A field's value: the few types the wire needs, and room for types that a newer version brings.

use crate::codec;
use crate::id::RecordId;
use minicbor::{Decode, Decoder, Encode, Encoder, data::Type, decode, encode};

/// One value. On the wire it is the CBOR item of the same type, so it describes itself.
///
/// Instants are [`Value::Int`], UTC milliseconds. The order is only a stable tie-break, not a meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing: the field was emptied.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number, or an instant in UTC milliseconds.
    Int(i64),
    /// Text of at most [`MAX_TEXT_LEN`] bytes.
    Text(String),
    /// A reference to a record.
    Id(RecordId),
    /// Anything else, verbatim CBOR from a newer version: kept, passed on, counted in digests, not shown.
    Raw(Vec<u8>),
}

/// Longest text in one field, in bytes. Longer cells are cut there and reported (architecture: records, ops, fold).
pub const MAX_TEXT_LEN: usize = 32 * 1024;

impl Value {
    /// Its text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Its number, when it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// Its truth, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self {
            Some(*truth)
        } else {
            None
        }
    }

    /// The record it points to, when it does.
    pub fn as_id(&self) -> Option<RecordId> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }

    /// True for [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<RecordId> for Value {
    fn from(id: RecordId) -> Self {
        Self::Id(id)
    }
}

impl<C> Encode<C> for Value {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Null => e.null()?.ok(),
            Self::Bool(truth) => e.bool(*truth)?.ok(),
            Self::Int(number) => e.i64(*number)?.ok(),
            Self::Text(text) => e.str(text)?.ok(),
            Self::Id(id) => e.bytes(&id.0)?.ok(),
            Self::Raw(item) => e.writer_mut().write_all(item).map_err(encode::Error::write),
        }
    }
}

impl<'b, C> Decode<'b, C> for Value {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        let known = match d.datatype()? {
            Type::Null => d.null().map(|()| Some(Self::Null))?,
            Type::Bool => Some(Self::Bool(d.bool()?)),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
                d.i64().ok().map(Self::Int)
            }
            Type::String => Some(Self::Text(d.str()?.to_owned())),
            Type::Bytes => RecordId::from_slice(d.bytes()?).map(Self::Id),
            _ => None,
        };
        match known {
            Some(value) => Ok(value),
            None => {
                d.set_position(start);
                Ok(Self::Raw(codec::raw_item(d)?.to_vec()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_round_trips() {
        let id = RecordId([9; 16]);
        for value in [
            Value::Null,
            true.into(),
            (-5_i64).into(),
            i64::MAX.into(),
            "Größe".into(),
            id.into(),
        ] {
            let bytes = minicbor::to_vec(&value).unwrap();
            assert_eq!(minicbor::decode::<Value>(&bytes).unwrap(), value);
        }
    }

    #[test]
    fn a_value_of_a_type_not_known_yet_is_kept_verbatim() {
        let foreign = minicbor::to_vec((1_u8, "new", 2.5_f64)).unwrap();
        let value: Value = minicbor::decode(&foreign).unwrap();
        assert_eq!(value, Value::Raw(foreign.clone()));
        assert_eq!(minicbor::to_vec(&value).unwrap(), foreign);
    }
}
