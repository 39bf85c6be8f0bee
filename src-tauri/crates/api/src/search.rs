//! Search.

use crate::desk::Desk;
use crate::dto::FoundDto;
use crate::error::Error;

/// Finds shown at most.
const FINDS: usize = 50;

impl Desk {
    /// Records in which every word occurs, best first.
    pub async fn search(&self, text: &str) -> Result<Vec<FoundDto>, Error> {
        let open = self.open_board().await?;
        let found = open.store.search(text, FINDS).await?;
        let dto = |f: sidedesk_store::Found| FoundDto {
            kind: f.kind.name().into(),
            id: f.id.to_string(),
            title: f.title,
            state: None,
            about: None,
        };
        Ok(found.into_iter().map(dto).collect())
    }
}
