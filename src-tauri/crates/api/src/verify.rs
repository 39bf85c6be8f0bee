//! Verification: the files, the chain, the view, the second copies, and the digests to compare with others.

use crate::desk::Desk;
use crate::dto::VerifyDto;
use crate::error::Error;
use sidedesk_store::{Digests, Keys};
use std::path::Path;

/// Looks at the board in this directory without opening it, and so without mending anything: what is wrong is said, with
/// what would mend it. Works beside an open window.
pub async fn verify(dir: &Path, keys: &Keys) -> Result<VerifyDto, Error> {
    let found = sidedesk_store::inspect(dir, keys).await?;
    let place = sidedesk_store::location_warning(dir).map(|place| place.to_string());
    let notes = found.notes.into_iter().chain(place);
    Ok(dto(found.digests, found.problems, notes.collect()))
}

impl Desk {
    /// Refolds and compares, checks the chain and the files, of the board that is open here.
    pub async fn verify(&self) -> Result<VerifyDto, Error> {
        let open = self.open_board().await?;
        let verified = open.store.verify().await?;
        Ok(dto(verified.digests, verified.problems, Vec::new()))
    }
}

fn dto(digests: Digests, problems: Vec<String>, notes: Vec<String>) -> VerifyDto {
    let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    VerifyDto {
        ok: problems.is_empty(),
        head: digests.head,
        view_digest: hex(&digests.board),
        inner_digest: digests.inner.as_ref().map(hex),
        problems,
        notes,
    }
}
