//! What crosses to a shell: plain data, the same for windows (generated TypeScript) and for the command line (JSON).
//!
//! Instants are UTC milliseconds in fields that end in `_ms`, RFC 3339 in fields that scripts read. Fields may be
//! added, never renamed: scripts rely on them (architecture §12).

macro_rules! dto {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[ts(export)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* }
    )*};
}

mod aftermath;
mod board;
mod clash;
mod import;
mod keys;
mod past;
mod privacy;
mod record;
mod recurrence;
mod standup;
mod team;

pub use aftermath::*;
pub use board::*;
pub use clash::*;
pub use import::*;
pub use keys::*;
pub use past::*;
pub use privacy::*;
pub use record::*;
pub use recurrence::*;
pub use standup::*;
pub use team::*;
