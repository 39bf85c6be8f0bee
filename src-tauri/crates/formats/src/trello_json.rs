//! A Trello board as JSON, turned into the columns of Trello's CSV, with what the CSV leaves out: checklists, comments,
//! attachments and custom fields.
//!
//! Archived cards, and cards in archived lists, stay archived cards. The line of a card is its number in the board.

use crate::error::FormatError;
use crate::headers::Header;
use crate::json_rows;
use crate::model::ReadOptions;
use crate::opening::Opened;
use crate::presets::Preset;
use crate::rows::{Cell, Row, Source};
use serde::Deserialize;
use std::collections::HashMap;

/// Trello writes no more than this many actions into the file.
const MAX_ACTIONS: usize = 1_000;

/// Objects of one board at most: the whole board is in memory at once. A board of a thousand cards with all its
/// actions has some ten thousand.
const MAX_OBJECTS: usize = 2_000_000;

/// The columns before the custom fields.
const COLUMNS: [&str; 13] = [
    "Card ID",
    "Card Name",
    "Card URL",
    "Card Description",
    "Labels",
    "Members",
    "Start Date",
    "Due Date",
    "List Name",
    "Archived",
    "Checklists",
    "Comments",
    "Attachments",
];

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $ty:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct $name { $(#[serde(deserialize_with = "or_default")] $field: $ty,)* }
    )*};
}

/// Trello writes `null` for what is not there.
fn or_default<'de, D: serde::Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

parts! {
    Board {
        name: String, cards: Vec<Card>, lists: Vec<List>, labels: Vec<Label>, members: Vec<Person>,
        checklists: Vec<Checklist>, actions: Vec<Action>, custom_fields: Vec<CustomField>,
    }
    Card {
        id: String, name: String, desc: String, closed: bool, id_list: String, id_members: Vec<String>,
        id_labels: Vec<String>, labels: Vec<Label>, due: String, start: String, short_url: String, url: String,
        attachments: Vec<Attachment>, custom_field_items: Vec<CustomItem>,
    }
    List { id: String, name: String, closed: bool, }
    Label { id: String, name: String, color: String, }
    Person { id: String, full_name: String, username: String, }
    Checklist { id_card: String, name: String, check_items: Vec<CheckItem>, }
    CheckItem { name: String, state: String, pos: f64, }
    Action { r#type: String, data: ActionData, date: String, member_creator: Person, }
    ActionData { text: String, card: CardRef, }
    CardRef { id: String, }
    Attachment { name: String, url: String, }
    CustomField { id: String, name: String, options: Vec<CustomOption>, }
    CustomOption { id: String, value: CustomValue, }
    CustomItem { id_custom_field: String, id_value: String, value: CustomValue, }
    CustomValue { text: String, number: String, date: String, checked: String, }
}

/// A board has cards and lists, each as a list.
pub(crate) fn is_board(body: &str) -> bool {
    let has = |key: &str| {
        let mut rest = body;
        while let Some((_, after)) = rest.split_once(key) {
            if after
                .trim_start()
                .strip_prefix(':')
                .is_some_and(|value| value.trim_start().starts_with('['))
            {
                return true;
            }
            rest = after;
        }
        false
    };
    has("\"cards\"") && has("\"lists\"")
}

/// Opens a board.
pub(crate) fn open(file: &str, text: &str, options: &ReadOptions) -> Result<Opened<'static>, FormatError> {
    if text.bytes().filter(|b| *b == b'{').count() > MAX_OBJECTS {
        return Err(FormatError::TooManyObjects { file: file.to_owned() });
    }
    let board: Board =
        serde_json::from_str(text.trim_matches('\0')).map_err(|error| json_rows::broken(file, &error, 0))?;
    let mut missing = Vec::new();
    if board.actions.len() >= MAX_ACTIONS {
        missing.push("Older comments: Trello gives at most 1 000 actions".to_owned());
    }
    let names = Names::of(&board);
    let headers = COLUMNS
        .iter()
        .copied()
        .chain(board.custom_fields.iter().map(|field| field.name.as_str()));
    Ok(Opened {
        preset: options.preset.unwrap_or(Preset::TrelloJson),
        source: Source::Listed {
            headers: headers.map(Header::new).collect(),
            rows: board
                .cards
                .iter()
                .zip(1..)
                .map(|(card, number)| names.row(card, number, &board.custom_fields))
                .collect(),
            skipped: 0,
        },
        account: Some(board.name.trim().to_owned()).filter(|name| !name.is_empty()),
        header_line: 1,
        missing,
    })
}

/// What the ids of a board mean.
struct Names<'b> {
    lists: HashMap<&'b str, &'b List>,
    labels: HashMap<&'b str, &'b Label>,
    members: HashMap<&'b str, &'b Person>,
    checklists: HashMap<&'b str, Vec<String>>,
    comments: HashMap<&'b str, Vec<String>>,
}

impl<'b> Names<'b> {
    fn of(board: &'b Board) -> Self {
        let mut checklists: HashMap<&str, Vec<String>> = HashMap::new();
        for checklist in &board.checklists {
            checklists.entry(&checklist.id_card).or_default().push(checklist.text());
        }
        let mut comments: HashMap<&str, Vec<String>> = HashMap::new();
        // The file lists the newest first; a conversation reads the other way.
        for action in board
            .actions
            .iter()
            .rev()
            .filter(|action| action.r#type == "commentCard")
        {
            let day = action.date.get(..10).unwrap_or(&action.date);
            let text = format!("{day} {}: {}", action.member_creator.shown(), action.data.text.trim());
            comments.entry(&action.data.card.id).or_default().push(text);
        }
        Self {
            lists: board.lists.iter().map(|list| (list.id.as_str(), list)).collect(),
            labels: board.labels.iter().map(|label| (label.id.as_str(), label)).collect(),
            members: board
                .members
                .iter()
                .map(|member| (member.id.as_str(), member))
                .collect(),
            checklists,
            comments,
        }
    }

    fn row(&self, card: &Card, number: u64, fields: &[CustomField]) -> Row<'static> {
        let text = |text: &str| Cell::Text(text.to_owned().into());
        let list = self.lists.get(card.id_list.as_str());
        let members: Vec<&str> = card
            .id_members
            .iter()
            .map(|id| self.members.get(id.as_str()).map_or(id.as_str(), |m| m.shown()))
            .collect();
        let notes =
            |notes: &HashMap<&str, Vec<String>>| notes.get(card.id.as_str()).map(|n| n.join("\n")).unwrap_or_default();
        let attachments: Vec<String> = card.attachments.iter().map(Attachment::text).collect();
        let archived = card.closed || list.is_some_and(|list| list.closed);
        let mut cells = vec![
            text(&card.id),
            text(&card.name),
            text(if card.short_url.is_empty() {
                &card.url
            } else {
                &card.short_url
            }),
            text(&card.desc),
            Cell::List(self.labels_of(card)),
            text(&members.join(", ")),
            text(&card.start),
            text(&card.due),
            text(list.map_or("", |list| list.name.as_str())),
            text(if archived { "true" } else { "false" }),
            text(&notes(&self.checklists)),
            text(&notes(&self.comments)),
            text(&attachments.join("\n")),
        ];
        for field in fields {
            let item = card
                .custom_field_items
                .iter()
                .find(|item| item.id_custom_field == field.id);
            cells.push(item.map_or(Cell::EMPTY, |item| text(&item.shown(field))));
        }
        Row {
            line: number,
            cells,
            extra: false,
        }
    }

    /// Labels come whole in newer files and as ids in older ones.
    fn labels_of(&self, card: &Card) -> Vec<String> {
        let whole = card.labels.iter();
        let known: Vec<&Label> = whole
            .chain(
                card.id_labels
                    .iter()
                    .filter_map(|id| self.labels.get(id.as_str()).copied()),
            )
            .collect();
        let mut names: Vec<String> = Vec::new();
        for label in known {
            let name = if label.name.trim().is_empty() {
                &label.color
            } else {
                &label.name
            };
            if !name.is_empty() && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

impl Person {
    fn shown(&self) -> &str {
        if self.full_name.is_empty() {
            &self.username
        } else {
            &self.full_name
        }
    }
}

impl Checklist {
    fn text(&self) -> String {
        let mut items: Vec<&CheckItem> = self.check_items.iter().collect();
        items.sort_by(|a, b| a.pos.total_cmp(&b.pos));
        let lines = items
            .iter()
            .map(|item| format!("\n[{}] {}", if item.state == "complete" { "x" } else { " " }, item.name));
        format!("{}{}", self.name, lines.collect::<String>())
    }
}

impl Attachment {
    fn text(&self) -> String {
        if self.name.is_empty() || self.name == self.url {
            self.url.clone()
        } else {
            format!("{} {}", self.name, self.url)
        }
    }
}

impl CustomItem {
    fn shown(&self, field: &CustomField) -> String {
        let option = field
            .options
            .iter()
            .find(|option| !self.id_value.is_empty() && option.id == self.id_value);
        option.map_or_else(|| self.value.shown(), |option| option.value.shown())
    }
}

impl CustomValue {
    fn shown(&self) -> String {
        [&self.text, &self.number, &self.date, &self.checked]
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_default()
    }
}
