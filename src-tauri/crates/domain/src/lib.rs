//! What campaigns, complaints and clashes **are**: types and rules, pure.
//!
//! This crate knows no clock, no disk, no network and no randomness: time, ids and random bytes are parameters.
//! It therefore gives the same answer on every machine, which is what lets many devices agree without asking a server.
//!
//! The path of an edit through this crate:
//!
//! 1. a shell asks for something ("move the end date"), `api` builds an [`Action`] of [`RecordEdit`]s;
//! 2. the action travels in one or more ops and every device folds it with [`fold::apply`] in the log's one order;
//! 3. what people see is read off the folded [`RecordState`]: a shown value, and its rivals where writes collided;
//! 4. everything shared that is *derived* (clashes, deadlines) is computed afterwards, by [`clash`] for example.

pub mod action;
pub mod agenda;
pub mod clash;
pub mod comeback;
pub mod decision;
pub mod fields;
pub mod fold;
pub mod id;
pub mod membership;
pub mod moves;
pub mod nearest;
pub mod quick;
pub mod scope;
pub mod standup;
pub mod states;
pub mod text;
pub mod time;
pub mod undo;
pub mod value;

mod codec;

pub use action::{Action, Edit, RecordEdit};
pub use fields::{FieldId, FieldSpec, FieldType, Kind, Space};
pub use fold::{Changed, RecordState, Sibling, Stamp};
pub use id::{ActionId, DeviceId, InviteId, MemberId, OpId, RecordId, WorkspaceId};
pub use time::Millis;
pub use value::Value;
