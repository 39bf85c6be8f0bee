//! What a person said about the columns of a file, for the next file with the same ones.
//!
//! Kept on this device, beside the log: how another help desk's export is to be read is nobody else's matter, and a board
//! with two desks may read two ways. It is kept once an import has run, by the fingerprint of the header, and the newest
//! replaces the oldest. Whose account a file is of is not kept: two accounts have the same columns.

use crate::desk::OpenBoard;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use sidedesk_domain::Kind;
use sidedesk_formats::{DateOrder, Remembered};
use std::sync::{Arc, OnceLock};

/// Under which it lies.
const NAME: &str = "columns";
/// Files whose columns are remembered: a desk has a handful of sources, and each may change its columns now and then.
const NEWEST: usize = 100;
/// Bytes that one file's columns may take; what is longer was not said by a person.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Columns {
    fingerprint: String,
    map: Vec<(String, String)>,
    #[serde(default)]
    values: Vec<(String, String, String)>,
    kind: Option<String>,
    day_first: Option<bool>,
}

/// What is remembered of all files, the newest last.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    known: Vec<Columns>,
    /// The columns that somebody wants forgotten: those of the file that is asked for. They are not recalled.
    forgets: Option<Arc<OnceLock<String>>>,
}

impl Memory {
    /// What this device knows. Something else in its place counts as nothing: it only spares questions.
    pub(super) async fn of(open: &OpenBoard, forgets: bool) -> Result<Self, Error> {
        let bytes = open.store.local(NAME).await?.unwrap_or_default();
        Ok(Self {
            known: serde_json::from_slice(&bytes).unwrap_or_default(),
            forgets: forgets.then(Arc::default),
        })
    }

    /// What was said about these columns.
    pub(super) fn recall(&self, fingerprint: &str) -> Option<Remembered> {
        if let Some(forgets) = &self.forgets {
            // A file has one header.
            let _ = forgets.set(fingerprint.to_owned());
            return None;
        }
        let known = self.known.iter().find(|columns| columns.fingerprint == fingerprint)?;
        let kind = |name: &str| {
            [Kind::Campaign, Kind::Report]
                .into_iter()
                .find(|kind| kind.name() == name)
        };
        Some(Remembered {
            map: known.map.clone(),
            values: known.values.clone(),
            kind: known.kind.as_deref().and_then(kind),
            date_order: known.day_first.map(|day_first| match day_first {
                true => DateOrder::DayFirst,
                false => DateOrder::MonthFirst,
            }),
        })
    }

    /// Forgets, if that was wanted, the columns of the file that was read.
    pub(super) async fn forget(self, open: &OpenBoard) -> Result<(), Error> {
        match self.forgets.clone().as_deref().and_then(OnceLock::get) {
            Some(fingerprint) => self.keep(open, fingerprint, &Remembered::default()).await,
            None => Ok(()),
        }
    }

    /// Keeps what was said now in place of what was said before; nothing, when nothing was said.
    pub(super) async fn keep(mut self, open: &OpenBoard, fingerprint: &str, said: &Remembered) -> Result<(), Error> {
        let fresh = Columns {
            fingerprint: fingerprint.to_owned(),
            map: said.map.clone(),
            values: said.values.clone(),
            kind: said.kind.map(|kind| kind.name().to_owned()),
            day_first: said.date_order.map(|order| order == DateOrder::DayFirst),
        };
        let before = self.known.clone();
        self.known.retain(|columns| columns.fingerprint != fingerprint);
        let is_short = serde_json::to_vec(&fresh).is_ok_and(|bytes| bytes.len() <= LONGEST);
        if *said != Remembered::default() && is_short {
            self.known.push(fresh);
        }
        self.known.drain(..self.known.len().saturating_sub(NEWEST));
        if self.known == before {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.known).unwrap_or_default();
        Ok(open.store.set_local(NAME, &bytes).await?)
    }
}
