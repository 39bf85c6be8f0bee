//! A transcript, message by message, as one row per conversation.
//!
//! The columns stay as they are. Of each conversation the first row stands, its message replaced by all of them in the
//! order of their times: the customer's as they are, the others after who wrote them.

use crate::ledger::Ledger;
use crate::rows::{Cell, Row, Source};
use crate::table::Table;
use std::collections::HashMap;

/// Who is the customer, as the column of authors calls them.
const CUSTOMERS: [&str; 4] = ["user", "lead", "contact", "customer"];

struct Conversation {
    row: Row<'static>,
    /// Time as text, author, message.
    messages: Vec<(String, String, String)>,
}

/// Reads the table and puts the messages together.
pub(crate) fn put_together(table: &Table<'_>, ledger: &mut Ledger, missing: &mut Vec<String>) -> Source<'static> {
    let column = |name: &str| table.headers.iter().position(|header| header.normal == name);
    let [id, body, at, author] = ["conversationid", "messagebody", "messagecreatedat", "messageauthortype"].map(column);
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Conversation> = Vec::new();
    let mut count = 0_u64;
    let skipped = table.visit(ledger, &mut |_, row| {
        let text = |column: Option<usize>| {
            let cell = column.and_then(|column| row.cells.get(column));
            cell.map(|cell| cell.text().trim().to_owned()).unwrap_or_default()
        };
        count += 1;
        let message = (text(at), text(author), text(body));
        let id = text(id);
        let place = known.get(&id).copied().filter(|_| !id.is_empty());
        match place.and_then(|place| all.get_mut(place)) {
            Some(conversation) => conversation.messages.push(message),
            None => {
                known.insert(id, all.len());
                let cells = row.cells.iter().map(|cell| Cell::Text(cell.text().into_owned().into()));
                let (line, cells) = (row.line, cells.collect());
                all.push(Conversation {
                    row: Row {
                        line,
                        cells,
                        extra: false,
                    },
                    messages: vec![message],
                });
            }
        }
        true
    });
    if count > all.len() as u64 {
        missing.push(format!(
            "Single messages: {count} were put together to {} conversations",
            all.len()
        ));
    }
    let headers = table.headers.clone();
    let rows = all
        .into_iter()
        .map(|conversation| conversation.told(body, at))
        .collect();
    Source::Listed { headers, rows, skipped }
}

impl Conversation {
    fn told(mut self, body: Option<usize>, at: Option<usize>) -> Row<'static> {
        // Times are written year first, so their texts are in order; a file without any keeps its own.
        self.messages.sort_by(|a, b| a.0.cmp(&b.0));
        let first = self.messages.first().map(|(at, ..)| at.clone()).unwrap_or_default();
        let lines = self.messages.iter().filter(|(.., text)| !text.is_empty());
        let lines = lines.map(|(_, author, text)| {
            let ours = author.is_empty() || CUSTOMERS.contains(&author.to_lowercase().as_str());
            if ours {
                text.clone()
            } else {
                format!("{author}: {text}")
            }
        });
        let told = lines.collect::<Vec<_>>().join("\n\n");
        for (column, text) in [(body, told), (at, first)] {
            if let Some(cell) = column.and_then(|column| self.row.cells.get_mut(column)) {
                *cell = Cell::Text(text.into());
            }
        }
        self.row
    }
}
