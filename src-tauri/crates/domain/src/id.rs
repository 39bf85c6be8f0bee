//! Identities: newtypes over bytes, so that a member can never be passed where a record is meant.
//!
//! Records, actions and ops carry 16 bytes: a UUIDv7 (time-ordered, so indexes stay compact) or the hash of a natural
//! key, where nature gives one. A workspace is the 32-byte hash of its first op.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// The text of an id could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an id")]
pub struct BadId(pub String);

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Its bytes.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// From exactly as many bytes as it has, else `None`.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let at = d.position();
                Self::from_slice(d.bytes()?)
                    .ok_or_else(|| decode::Error::message(concat!("not ", $len, " bytes")).at(at))
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse_hex(text).map(Self).ok_or_else(|| BadId(text.chars().take(80).collect()))
            }
        }
    };
}

macro_rules! uuid_display {
    ($($name:ident),*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                for (i, byte) in self.0.iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        impl $name {
            /// A UUIDv7: `unix_ms` in the first 48 bits, then `random`.
            pub fn v7(unix_ms: i64, random: [u8; 10]) -> Self {
                let mut bytes = [0_u8; 16];
                let (time, rest) = bytes.split_at_mut(6);
                time.copy_from_slice(unix_ms.to_be_bytes().get(2..).unwrap_or(&[0; 6]));
                rest.copy_from_slice(&random);
                if let [version, _, variant, ..] = rest {
                    *version = (*version & 0x0f) | 0x70;
                    *variant = (*variant & 0x3f) | 0x80;
                }
                Self(bytes)
            }

            /// The hash of a natural key. Parts are length-prefixed, so ("ab","c") and ("a","bc") differ.
            /// `what` keeps equal keys of different things apart.
            pub fn of(what: &str, parts: &[&[u8]]) -> Self {
                let mut hasher = blake3::Hasher::new_derive_key("sidedesk 1 natural id");
                for part in std::iter::once(&what.as_bytes()).chain(parts) {
                    hasher.update(&(part.len() as u64).to_le_bytes());
                    hasher.update(part);
                }
                let mut bytes = [0_u8; 16];
                hasher.finalize_xof().fill(&mut bytes);
                Self(bytes)
            }
        }
    )*};
}

id_type!(
    /// A campaign, complaint, report … in the workspace.
    RecordId, 16
);
id_type!(
    /// One user action; all ops of a bulk action or an import share it.
    ActionId, 16
);
id_type!(
    /// One entry of the log.
    OpId, 16
);
id_type!(
    /// A person.
    MemberId, 16
);
id_type!(
    /// One installation of a person: the hash of its signing key.
    DeviceId, 16
);
id_type!(
    /// An invitation: the hash of its secret, so the hub can name it without knowing it.
    InviteId, 16
);
id_type!(
    /// A workspace: the hash of its genesis op.
    WorkspaceId, 32
);
uuid_display!(RecordId, ActionId, OpId, MemberId, DeviceId, InviteId);

impl std::fmt::Display for WorkspaceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Hex digits, hyphens ignored, exactly `N` bytes.
fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    if digits.len() != N * 2 {
        return None;
    }
    let mut out = [0_u8; N];
    for (slot, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        if !pair.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        *slot = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_nonsense_is_refused() {
        let id = RecordId::v7(1_700_000_000_000, [7; 10]);
        assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
        assert_eq!(id.to_string().len(), 36);
        for bad in ["", "12", "zz", "+0000000-0000-0000-0000-000000000000"] {
            assert!(bad.parse::<RecordId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn v7_ids_sort_by_time() {
        assert!(RecordId::v7(1, [255; 10]) < RecordId::v7(2, [0; 10]));
    }

    #[test]
    fn natural_ids_do_not_run_parts_together() {
        assert_ne!(
            RecordId::of("report", &[b"ab", b"c"]),
            RecordId::of("report", &[b"a", b"bc"])
        );
        assert_ne!(RecordId::of("report", &[b"a"]), RecordId::of("clash", &[b"a"]));
    }
}
