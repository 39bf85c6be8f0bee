//! What leaves the board as a file: records and what happened to them as CSV or JSON, campaigns as a calendar, the day as
//! Markdown.
//!
//! Personal data ([`sidedesk_domain::fields::is_personal`]) stays out unless somebody asks for it, and then the board says so
//! to everybody, before anything leaves: an entry with who, when, what and how many. A file that is out cannot be called
//! back.
//!
//! In tables and JSON `sidedesk` holds a record's id, so that an import of the file finds it again, or makes it with the same
//! id on another board. JSON is exact; in CSV an element of a list that contains a semicolon comes back as two.

mod calendar;
mod digest;
mod table;

use crate::cards::Names;
use crate::desk::{Desk, OpenBoard};
use crate::dto::ExportDto;
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_domain::fields::{board, board_id};
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{Edit, Kind, Millis, RecordEdit, RecordId, RecordState, Value};
use sidedesk_formats::OWN_LISTS;
use sidedesk_store::Card;
use std::collections::BTreeSet;
use table::Table;

/// The action that says that personal data left; no undo takes it back.
pub(crate) const EXPORTED: &str = "export";
/// What can be exported.
pub const EXPORTS: [&str; 6] = ["board", "campaigns", "complaints", "reports", "activity", "digest"];
/// How anything of it can be written.
pub const EXPORT_FORMATS: [&str; 4] = ["csv", "json", "ics", "md"];
/// Of what a part can be taken: [`ExportAsked::matching`].
const MATCHED: [&str; 2] = ["campaigns", "complaints"];
/// Rows of one file at most: more than a spreadsheet opens.
const MAX_ROWS: usize = 1_000_000;
/// Rows read at once.
const PAGE: usize = 2_000;

/// How this can be written, the usual way first.
pub fn export_formats(what: &str) -> &'static [&'static str] {
    match what {
        "board" => &["json"],
        "campaigns" => &["csv", "json", "ics"],
        "digest" => &["md"],
        _ => &["csv", "json"],
    }
}

/// What somebody wants to have.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExportAsked<'a> {
    /// One of [`EXPORTS`].
    pub what: &'a str,
    /// One of [`export_formats`]; nothing: the usual one.
    pub format: Option<&'a str>,
    /// With what customers wrote and who they are.
    pub with_personal_data: bool,
    /// Only campaigns or complaints that a search for these words and operators finds.
    pub matching: Option<&'a str>,
}

/// A file, not written yet.
#[derive(Debug)]
pub struct Export {
    /// What it is.
    pub about: ExportDto,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file on its way: rows in it, records that it cannot hold, its bytes.
struct Written {
    rows: u64,
    left_out: u64,
    bytes: Vec<u8>,
}

/// What is written, and how.
struct Order {
    what: &'static str,
    format: &'static str,
    personal: bool,
    only: Option<BTreeSet<RecordId>>,
    now: Millis,
}

impl Desk {
    /// What was asked for, as a file. With personal data the board is told first.
    pub async fn export(&self, asked: &ExportAsked<'_>) -> Result<Export, Error> {
        let open = self.open_board().await?;
        let order = open.order(asked, self.clock().now()).await?;
        let Order {
            what,
            format,
            personal,
            now,
            ..
        } = order;
        let written = match (what, format) {
            ("digest", _) => self.digest(now).await?,
            ("campaigns", "ics") => open.calendar_file(&order).await?,
            _ => open.records(&order).await?,
        };
        if personal {
            let said = format!("{} {} {what} {format}", to_rfc3339(now), written.rows);
            let record = RecordEdit {
                kind: Kind::Board,
                id: board_id(),
                seen: open.store.head().await?,
                edits: vec![(board::EXPORTS, Edit::Add(said.into()))],
            };
            open.store.commit(self.action(EXPORTED, vec![record])?).await?;
        }
        let about = ExportDto {
            what: what.into(),
            format: format.into(),
            rows: written.rows,
            left_out: written.left_out,
            personal_data: personal,
            file_name: format!("sidedesk-{what}-{}.{format}", day(&to_rfc3339(now))),
        };
        Ok(Export {
            about,
            bytes: written.bytes,
        })
    }
}

impl OpenBoard {
    /// What was asked for, if it can be had.
    async fn order(&self, asked: &ExportAsked<'_>, now: Millis) -> Result<Order, Error> {
        let choice = |field: &str, typed: &str, known: &[&'static str]| {
            let found = known.iter().find(|word| **word == typed).copied();
            found.ok_or_else(|| Error::input(field, Problem::choice(typed, known)))
        };
        let what = choice("what", asked.what, &EXPORTS)?;
        let formats = export_formats(what);
        let usual = formats.first().copied().unwrap_or_default();
        let format = choice("format", asked.format.unwrap_or(usual), formats)?;
        let only = match asked.matching.map(str::trim).filter(|words| !words.is_empty()) {
            None => None,
            Some(words) => {
                choice("matching", what, &MATCHED)?;
                let kind = if what == "campaigns" {
                    Kind::Campaign
                } else {
                    Kind::Complaint
                };
                Some(self.matching(kind, words, now).await?)
            }
        };
        Ok(Order {
            what,
            format,
            personal: asked.with_personal_data && matches!(what, "board" | "reports" | "activity"),
            only,
            now,
        })
    }

    async fn records(&self, order: &Order) -> Result<Written, Error> {
        if order.what == sidedesk_formats::OWN_BOARD {
            return self.whole_board(order).await;
        }
        let mut table = Table::new(order.what, order.personal, order.format);
        self.fill(&mut table, order).await?;
        Ok(table.into_file(order))
    }

    /// A list of each kind in one JSON file.
    async fn whole_board(&self, order: &Order) -> Result<Written, Error> {
        let mut lists = Vec::new();
        for (_, what) in OWN_LISTS {
            let mut table = Table::new(what, order.personal, order.format);
            self.fill(
                &mut table,
                &Order {
                    what,
                    only: None,
                    ..*order
                },
            )
            .await?;
            lists.push((what, table));
        }
        Ok(table::whole(lists, order))
    }

    async fn fill(&self, table: &mut Table, order: &Order) -> Result<(), Error> {
        match order.what {
            "campaigns" => table.cards(Kind::Campaign, order.taken(self.store.campaigns(MAX_ROWS).await?)),
            "complaints" => {
                let complaints = self.store.complaints_and_duplicates(MAX_ROWS).await?;
                table.cards(Kind::Complaint, order.taken(complaints));
            }
            "reports" => table.reports(self).await?,
            _ => table.activity(self).await?,
        }
        Ok(())
    }
}

impl Order {
    /// Those that were asked for.
    fn taken(&self, mut cards: Vec<Card>) -> Vec<Card> {
        if let Some(only) = &self.only {
            cards.retain(|card| only.contains(&card.id));
        }
        cards
    }
}

/// `2026-11-22` of an instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or_default()
}

/// Exports that held personal data, the newest first: the text and who made it.
pub(crate) fn logged(state: &RecordState, names: &Names) -> Vec<(String, String)> {
    let of = |text: String| {
        let by = state.element(board::EXPORTS, &Value::Text(text.clone()));
        by.map(|sibling| (sibling.stamp.author_time, text, names.of(sibling.stamp.member)))
    };
    let mut logged: Vec<_> = state.texts(board::EXPORTS).into_iter().filter_map(of).collect();
    logged.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
    logged.into_iter().map(|(_, text, by)| (text, by)).collect()
}
