//! How groups are found: reports become vectors ([`space`]), vectors look for neighbours ([`candidates`]), neighbours are
//! linked ([`linkage`], [`meant`]), and what is linked is put into words ([`describe`]).

mod candidates;
mod describe;
mod fingerprint;
mod linkage;
mod meant;
mod space;
mod weeks;

pub use describe::describe;
pub use fingerprint::Fingerprint;
pub use linkage::{clusters, parts};
pub use space::{Space, UNSEEN, sorted};
