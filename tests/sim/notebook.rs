//! What an onlooker with a perfect memory wrote down: who was told what. No program reads it; the checks do.

use sidedesk_domain::{Action, ActionId, OpId};
use sidedesk_protocol::message::Receipt;
use std::collections::BTreeMap;

/// Everything promised to anybody.
#[derive(Debug, Default)]
pub struct Notebook {
    /// What people did, in the order of each device.
    pub deeds: BTreeMap<ActionId, Deed>,
    order: u64,
    /// Every receipt the hub sent.
    pub receipts: Vec<Receipt>,
}

/// One action as its author made it.
#[derive(Debug)]
pub struct Deed {
    /// Whose.
    pub device: usize,
    /// Its turn among all deeds.
    pub order: u64,
    /// The whole action.
    pub action: Action,
    /// Its ops and their plain bytes.
    pub parts: Vec<(OpId, Vec<u8>)>,
    /// "Saved" was said.
    pub saved: bool,
}

impl Notebook {
    /// Somebody did something; it is not saved yet.
    pub fn done(&mut self, device: usize, action: Action, parts: Vec<(OpId, Vec<u8>)>) {
        self.order += 1;
        let deed = Deed {
            device,
            order: self.order,
            parts,
            saved: false,
            action,
        };
        self.deeds.insert(deed.action.id, deed);
    }

    /// They were told that it is.
    pub fn saved(&mut self, action: ActionId) {
        if let Some(deed) = self.deeds.get_mut(&action) {
            deed.saved = true;
        }
    }
}
