//! Entries taken verbatim, with their places: a board that is shared for the first time, or one that is brought back to a
//! restored hub.

use super::{Draft, denial};
use crate::database::Link;
use crate::{Result, clock};
use sidedesk_protocol::admit::{Denial, admit_upload};
use sidedesk_protocol::entry::Entry;
use sidedesk_protocol::message::{DeniedWhy, HubFrame};
use sidedesk_protocol::restore::admit_again;
use sidedesk_protocol::{DeviceId, Error};

/// A whole frame is taken or nothing of it.
type Taken = std::result::Result<(), Denial>;

impl Draft {
    pub(super) async fn upload(
        &mut self,
        link: &mut Link<'_>,
        from: DeviceId,
        entries: Vec<Entry>,
    ) -> Result<HubFrame> {
        let before = (self.chain.clone(), self.rows.len());
        let taken = if self.healing {
            self.take_again(link, entries).await?
        } else {
            self.take_first(entries)
        };
        match taken.and_then(|()| self.check_uploader(from)) {
            Ok(()) => Ok(HubFrame::Uploaded { n: self.chain.n }),
            Err(Denial { why, message }) => {
                self.chain = before.0;
                self.rows.truncate(before.1);
                if why == DeniedWhy::Fork {
                    tracing::error!(workspace = %self.chain.workspace, %from, message, "ALARM: two histories of one board");
                } else {
                    tracing::warn!(workspace = %self.chain.workspace, %from, message, "refused an upload");
                }
                Ok(HubFrame::Denied { why, message })
            }
        }
    }

    fn take_first(&mut self, entries: Vec<Entry>) -> Taken {
        let took = self.chain.takes_upload();
        for entry in entries {
            // Entries behind the one that names the hub had their places from it: this hub has lost the board.
            if took && !self.chain.takes_upload() {
                return Err(denial(DeniedWhy::Fork, Error::Histories));
            }
            let nonsense = |error| denial(DeniedWhy::Nonsense, error);
            let checked = admit_upload(&mut self.chain, &entry).map_err(nonsense)?;
            self.keep(entry, &checked, self.chain.hash);
        }
        Ok(())
    }

    /// Also what this hub once gave a place to. What another device was quicker to bring is compared.
    async fn take_again(&mut self, link: &mut Link<'_>, entries: Vec<Entry>) -> Result<Taken> {
        let mut known = None;
        for entry in entries {
            if entry.n <= self.chain.n {
                let before = match known {
                    Some(hash) => Some(hash),
                    None => self.hash_at(link, entry.n.saturating_sub(1)).await?,
                };
                let brought = before.map(|before| entry.chain_hash(&before));
                if brought.is_none() || brought != self.hash_at(link, entry.n).await? {
                    return Ok(Err(denial(DeniedWhy::Fork, Error::Histories)));
                }
                known = brought;
                continue;
            }
            let base = match entry.op.parse() {
                Ok(header) => self.hash_at(link, header.base_n).await?,
                Err(error) => return Ok(Err(denial(DeniedWhy::Nonsense, error))),
            };
            match admit_again(&mut self.chain, &entry, base, clock::now()) {
                Ok(checked) => {
                    // A restored hub has forgotten who was let in, too.
                    self.note(link, checked.public.as_ref()).await?;
                    self.keep(entry, &checked, self.chain.hash);
                }
                Err(Error::HubTime) => {
                    let sentence = "an entry's time lies in this hub's future; set the hub's clock";
                    return Ok(Err(denial(DeniedWhy::Busy, sentence)));
                }
                Err(error) => return Ok(Err(denial(DeniedWhy::Fork, error))),
            }
        }
        Ok(Ok(()))
    }

    fn check_uploader(&self, from: DeviceId) -> Taken {
        let uploader = self.chain.membership.devices.get(&from);
        if uploader.is_none_or(|device| device.removed_at.is_some()) {
            return Err(denial(DeniedWhy::Nonsense, "only a member may bring a board"));
        }
        if self.chain.hub_key.is_some_and(|named| named != self.secret.public()) {
            return Err(denial(DeniedWhy::Nonsense, "the board names another hub"));
        }
        Ok(())
    }
}
