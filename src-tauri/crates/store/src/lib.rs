//! A device's board on disk: `log.db`, the truth, and `view.db`, what it folds to. The only SQL on a device.
//!
//! - **Nothing is "saved" before `log.db` has it on the disk** (WAL, `synchronous=FULL`). The view is a cache: it is folded
//!   from the log again whenever it is missing, damaged, behind, or of another version.
//! - **One process writes** ([`Access::Write`] takes a lock that names its holder); others may read.
//! - **Without a hub this device gives the places itself**: an action is an entry of the log at once, and nothing is
//!   pending. With a hub an action waits in `pending`, is shown at once over a confirmed shadow, is sealed just before it
//!   is first sent, and becomes an entry when the hub's page brings it back.
//! - Nothing is overwritten or deleted that somebody typed: refused ops go to a drawer, damaged files are put aside.

mod activity;
mod aftermath;
mod as_of;
mod backup;
mod board;
mod bulk;
mod commit;
mod digest;
mod duplicates;
mod erase;
mod error;
mod files;
mod find;
mod first_values;
mod fold_in;
mod identity;
mod identity_file;
mod inspect;
mod local;
mod location;
mod log;
mod members;
mod mend;
mod open;
mod pieces;
mod planted;
mod read;
mod remote;
mod renew;
mod sealed_secret;
mod search;
mod settle;
mod shadow;
mod side_file;
mod since;
mod snapshot;
mod snapshot_history;
mod snapshot_make;
mod sqlite;
mod unsent;
mod view;
mod voice;
mod volumes;
mod waiting;
mod witness;
mod writer;
mod written_by;

#[cfg(test)]
extern crate self as sidedesk_store;
#[cfg(test)]
#[path = "../tests/exchange/desk.rs"]
mod desk;
#[cfg(test)]
mod tests;

pub use aftermath::After;
pub use as_of::PastRecord;
pub use board::{Founder, Newcomer};
pub use digest::{Digests, Verified};
pub use error::Error;
pub use find::{Phrase, phrases};
pub use identity::Identity;
pub use inspect::{Inspected, inspect};
pub use location::{PlaceRisk, RiskyPlace, warning as location_warning};
pub use open::{Access, Clock, Store};
pub use pieces::{Course, Piece};
pub use read::{ActivityLine, Card, Counts, OwnAction};
pub use sealed_secret::SecretPlace;
pub use sidedesk_keystore::{Choice as KeysChoice, KeyringTrouble, Keys, KeysError, Passphrase, SHORTEST_PASSPHRASE};
pub use snapshot::{Records, SnapshotLoad};
pub use snapshot_history::{History, Verdict};
pub use snapshot_make::Made;
pub use unsent::{Unsent, unsent};
pub use view::{RecordKey, complaint_of, is_hidden};
pub use volumes::{VolumeOf, WEEKS, Weeks};

/// Everything `docs/schema.sql` shows: both schemas.
pub const SCHEMAS: [(&str, &str); 2] = [("log.db", log::SCHEMA), ("view.db", view::SCHEMA)];

/// What changed in the view.
#[derive(Debug, Clone)]
pub enum Change {
    /// These records.
    Records(Vec<RecordKey>),
    /// Too many to name, or everything.
    All,
    /// What waits for the hub changed in number.
    Outbox,
}
