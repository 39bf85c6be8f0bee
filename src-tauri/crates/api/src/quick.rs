//! One typed line, read while it is typed. Writes nothing; how a line is read stands in [`sidedesk_domain::quick`].

use crate::desk::{Desk, OpenBoard};
use crate::dto::{ChipDto, FieldInputDto, QuickDto};
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_domain::fields::{FieldId, campaign, complaint, member};
use sidedesk_domain::quick::{Chip, ChipValue, Known, Quick, read};
use sidedesk_domain::scope::normal_form;
use sidedesk_domain::time::to_rfc3339;
use sidedesk_domain::{Kind, Millis};
use sidedesk_store::Card;
use std::collections::BTreeMap;

/// Cards whose values are known to a line: it is read at every key.
const CARDS: usize = 2000;

impl Desk {
    /// What a line for a new campaign or complaint says, and the fields that `add` takes.
    pub async fn quick(&self, kind: &str, line: &str) -> Result<QuickDto, Error> {
        let kind = match kind {
            "campaign" => Kind::Campaign,
            "complaint" => Kind::Complaint,
            _ => return Err(Error::input("kind", Problem::choice(kind, &["campaign", "complaint"]))),
        };
        let open = self.open_board().await?;
        let known = open.known_values().await?;
        let quick = read(kind, line, &known, self.clock().now(), open.zone().await?);
        Ok(QuickDto {
            fields: fields(kind, &quick),
            chips: chips(line, quick.chips),
            title: quick.title,
        })
    }
}

impl OpenBoard {
    /// Products, channels, regions and owners on the board, each once, those used most first.
    async fn known_values(&self) -> Result<Known, Error> {
        let campaigns = self.store.campaigns(CARDS).await?;
        let complaints = self.store.complaints(CARDS).await?;
        let of = |of_campaign: FieldId, of_complaint: FieldId| {
            let mut spelled: BTreeMap<String, (usize, String)> = BTreeMap::new();
            let mut count = |cards: &[Card], field: FieldId| {
                for card in cards {
                    let one = card.state.get(field).as_text().map(str::to_owned);
                    for value in one.into_iter().chain(card.state.texts(field)) {
                        spelled.entry(normal_form(&value)).or_insert((0, value)).0 += 1;
                    }
                }
            };
            count(&campaigns, of_campaign);
            count(&complaints, of_complaint);
            let mut values: Vec<(usize, String)> = spelled.into_values().collect();
            values.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            values.into_iter().map(|(_, value)| value).collect::<Vec<String>>()
        };
        let mut owner = of(campaign::OWNER, complaint::OWNER);
        for card in self.store.others(Kind::Member).await? {
            let name = card.state.get(member::NAME).as_text().unwrap_or("");
            if !name.is_empty() && !owner.iter().any(|known| normal_form(known) == normal_form(name)) {
                owner.push(name.to_owned());
            }
        }
        Ok(Known {
            product: of(campaign::PRODUCT, complaint::PRODUCT),
            channel: of(campaign::CHANNEL, complaint::CHANNEL),
            region: of(campaign::REGION, complaint::REGION),
            owner,
        })
    }
}

/// As `add` takes it: the title first, lists with commas.
fn fields(kind: Kind, quick: &Quick) -> Vec<FieldInputDto> {
    let mut fields: Vec<FieldInputDto> = Vec::new();
    let mut put = |field: &str, value: String| match fields.iter_mut().find(|known| known.field == field) {
        Some(known) => known.value = known.value.take().map(|before| format!("{before}, {value}")),
        None => fields.push(FieldInputDto {
            field: field.into(),
            value: Some(value),
        }),
    };
    if !quick.title.is_empty() {
        let title = if kind == Kind::Campaign { "name" } else { "title" };
        put(title, quick.title.clone());
    }
    for chip in &quick.chips {
        match &chip.value {
            ChipValue::Text(text) => put(chip.field, text.clone()),
            ChipValue::Severity(level) => put(chip.field, level.to_string()),
            ChipValue::Span { from, until } => {
                for (field, at) in [("start", from), ("end", until)] {
                    if let Some(at) = at {
                        put(field, to_rfc3339(*at));
                    }
                }
            }
        }
    }
    fields
}

fn chips(line: &str, chips: Vec<Chip>) -> Vec<ChipDto> {
    let mut units = Units { line, at: 0, count: 0 };
    let dto = |chip: Chip| ChipDto {
        start: units.until(chip.start),
        end: units.until(chip.end),
        field: chip.field.into(),
        value: match chip.value {
            ChipValue::Text(text) => text,
            ChipValue::Severity(level) => level.to_string(),
            ChipValue::Span { from, until } => span(from, until),
        },
        others: chip.others,
    };
    chips.into_iter().map(dto).collect()
}

fn span(from: Option<Millis>, until: Option<Millis>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("{}/{}", to_rfc3339(from), to_rfc3339(until)),
        (from, until) => from.or(until).map_or_else(String::new, to_rfc3339),
    }
}

/// Counts as JavaScript does, going through the line once.
struct Units<'a> {
    line: &'a str,
    at: usize,
    count: usize,
}

impl Units<'_> {
    fn until(&mut self, byte: usize) -> u32 {
        self.count += self.line.get(self.at..byte).unwrap_or("").encode_utf16().count();
        self.at = byte;
        u32::try_from(self.count).unwrap_or(u32::MAX)
    }
}
