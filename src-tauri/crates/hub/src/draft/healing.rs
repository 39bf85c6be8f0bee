//! The end of a restore: a device came and holds nothing more, or a lead says that this is the head.

use super::Draft;
use crate::Result;
use crate::database::Link;
use crate::healed;
use sidedesk_protocol::message::{DeniedWhy, HubFrame};
use sidedesk_protocol::restore::{all_came, may_declare};
use sidedesk_protocol::{DeviceId, Error, Hash};

/// Why no op is taken meanwhile.
pub const SENTENCE: &str = "the hub was restored from a backup and waits for what other devices still have";

impl Draft {
    /// This device follows; `head` is what it greeted with, and lies in the past by now.
    pub(super) async fn came(
        &mut self,
        link: &mut Link<'_>,
        device: DeviceId,
        (n, hash): (u64, Hash),
    ) -> Result<Option<HubFrame>> {
        if !self.healing {
            return Ok(None);
        }
        if self.hash_at(link, n).await? != Some(hash) {
            tracing::error!(workspace = %self.chain.workspace, %device, n, "ALARM: two histories of one board");
            return Ok(Some(HubFrame::Denied {
                why: DeniedWhy::Fork,
                message: Error::Histories.to_string(),
            }));
        }
        healed::put(link, self.key, device).await?;
        let came = healed::all(link, self.key).await?;
        if all_came(&self.chain, &came) {
            self.end_healing(link, "every device came").await?;
        }
        Ok(None)
    }

    /// A lead's word.
    pub(super) async fn declare(
        &mut self,
        link: &mut Link<'_>,
        device: DeviceId,
        head: (u64, Hash),
    ) -> Result<Option<HubFrame>> {
        let denied = |why, message: &str| {
            let message = message.into();
            Ok(Some(HubFrame::Denied { why, message }))
        };
        if !may_declare(&self.chain, device) {
            return denied(DeniedWhy::NotAMember, "only a lead may declare the head");
        }
        if !self.healing {
            return denied(DeniedWhy::Nonsense, "this hub is not being restored");
        }
        if head != (self.chain.n, self.chain.hash) {
            return denied(DeniedWhy::Busy, "that is not the hub's head any more; look at it again");
        }
        self.end_healing(link, "a lead declared the head").await?;
        Ok(Some(HubFrame::Uploaded { n: self.chain.n }))
    }

    async fn end_healing(&mut self, link: &mut Link<'_>, why: &str) -> Result<()> {
        healed::end(link, self.key).await?;
        self.healing = false;
        tracing::info!(workspace = %self.chain.workspace, n = self.chain.n, why, "restored");
        Ok(())
    }
}
