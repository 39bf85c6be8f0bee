//! A hub that lies, against real devices with real stores: what it says is found out, or does no harm.
//!
//! Each case is one lie, told by a hub that holds its own real key ([`sidedesk_tests::liar`]). Either the device raises the
//! alarm, or the lie changes nothing; in both cases what was typed is there, the view is what it was, and the person works on.
//! See `scene` for what is asserted of every case. `SECURITY.md`, "A hub that lies", names the claim of each.

mod apart;
mod asked;
mod conversation;
mod forged;
mod newcomers;
mod order;
mod receipts;
mod scene;
