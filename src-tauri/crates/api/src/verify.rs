//! Verification: the files, the chain, the view, and the digests to compare with others.

use crate::desk::Desk;
use crate::dto::VerifyDto;
use crate::error::Error;

impl Desk {
    /// Refolds and compares, checks the chain and the files.
    pub async fn verify(&self) -> Result<VerifyDto, Error> {
        let open = self.open_board().await?;
        let verified = open.store.verify().await?;
        let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Ok(VerifyDto {
            ok: verified.problems.is_empty(),
            head: verified.digests.head,
            view_digest: hex(&verified.digests.board),
            inner_digest: verified.digests.inner.as_ref().map(hex),
            problems: verified.problems,
        })
    }
}
