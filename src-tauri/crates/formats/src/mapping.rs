//! Which column fills which field: `--map` first, then the preset, then synonyms, then a name one letter off.

mod guess;

use crate::choices;
use crate::distance;
use crate::error::FormatError;
use crate::headers::{Header, normal_form};
use crate::model::ReadOptions;
use crate::presets::Preset;
use sidedesk_domain::fields::{self, FieldSpec, FieldType, Kind};
use std::collections::BTreeMap;

/// The word in `--map` that groups reports into complaints.
const GROUP: &str = "complaint";

/// The word in `--map` that leaves a column out.
const LEAVE_OUT: &str = "-";

/// Fields that the importer fills itself.
const OWN: &[&str] = &["source"];

/// What a column fills.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// A field of the record.
    Field(&'static FieldSpec),
    /// The complaint that the report belongs to, by its words.
    Group,
}

impl Target {
    /// As `--map` spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Field(spec) => spec.name,
            Self::Group => GROUP,
        }
    }

    fn is_set(self) -> bool {
        matches!(self, Self::Field(spec) if spec.ty == FieldType::Set)
    }
}

/// The decision for one file.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    /// What rows become.
    pub kind: Kind,
    /// One per column.
    pub targets: Vec<Option<Target>>,
    /// One per column: what its cells were said to mean.
    pub values: Vec<BTreeMap<String, String>>,
}

impl Mapping {
    /// Decides, or says which name is wrong.
    pub fn decide(preset: Preset, headers: &[Header], options: &ReadOptions) -> Result<Self, FormatError> {
        let kind = decide_kind(preset, headers, options)?;
        let mut mapping = Self {
            kind,
            targets: guess::guess(preset, kind, headers),
            values: vec![BTreeMap::new(); headers.len()],
        };
        mapping.apply_map(headers, &options.map)?;
        mapping.apply_values(headers, &options.values)?;
        if !mapping.targets.iter().flatten().any(|target| target.name() != "id") {
            let columns: Vec<String> = headers.iter().map(|header| header.raw.clone()).collect();
            let named: Vec<String> = columns.iter().take(12).map(|name| short(name)).collect();
            return Err(FormatError::NothingMapped {
                list: named.join(", "),
                example: named.last().cloned().unwrap_or_default(),
                columns,
            });
        }
        Ok(mapping)
    }

    /// Every target with its columns, in column order.
    pub fn by_target(&self) -> Vec<(Target, Vec<usize>)> {
        let mut groups: Vec<(Target, Vec<usize>)> = Vec::new();
        for (index, target) in self.targets.iter().enumerate() {
            let Some(target) = target else { continue };
            match groups.iter_mut().find(|(known, _)| known.name() == target.name()) {
                Some((_, columns)) => columns.push(index),
                None => groups.push((*target, vec![index])),
            }
        }
        groups
    }

    /// Some column fills this field.
    pub fn has(&self, name: &str) -> bool {
        self.targets.iter().flatten().any(|target| target.name() == name)
    }

    fn apply_map(&mut self, headers: &[Header], map: &[(String, String)]) -> Result<(), FormatError> {
        let mut chosen: Vec<(Vec<usize>, Option<Target>)> = Vec::new();
        for (column, field) in map {
            chosen.push((find_columns(headers, column)?, parse_target(self.kind, field)?));
        }
        for target in chosen
            .iter()
            .filter_map(|(_, target)| *target)
            .filter(|target| !target.is_set())
        {
            for slot in &mut self.targets {
                if slot.is_some_and(|known| known.name() == target.name()) {
                    *slot = None;
                }
            }
        }
        for (columns, target) in chosen {
            for index in columns {
                if let Some(slot) = self.targets.get_mut(index) {
                    *slot = target;
                }
            }
        }
        Ok(())
    }
}

impl Mapping {
    fn apply_values(&mut self, headers: &[Header], said: &[(String, String, String)]) -> Result<(), FormatError> {
        for (column, cell, word) in said {
            for index in find_columns(headers, column)? {
                let target = self.targets.get(index).copied().flatten();
                let words = match target {
                    Some(Target::Field(spec)) => choices::words(spec),
                    _ => &[],
                };
                let known = words.iter().find(|known| known.eq_ignore_ascii_case(word.trim()));
                let known = known.ok_or_else(|| FormatError::UnknownValue {
                    column: short(column),
                    word: short(word),
                    words: words.join(", "),
                })?;
                if let Some(values) = self.values.get_mut(index) {
                    values.insert(cell.trim().to_owned(), (*known).to_owned());
                }
            }
        }
        Ok(())
    }
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

/// By what was asked for, by the preset, by the fields that `--map` names, by what the columns look like.
fn decide_kind(preset: Preset, headers: &[Header], options: &ReadOptions) -> Result<Kind, FormatError> {
    match (options.kind, preset) {
        (Some(kind @ (Kind::Campaign | Kind::Report)), _) => return Ok(kind),
        (Some(other), _) => return Err(FormatError::WrongKind { kind: other.name() }),
        (None, preset) => {
            if let Some(kind) = preset.layout().kind {
                return Ok(kind);
            }
        }
    }
    let mut votes = 0_i64;
    for (_, field) in &options.map {
        let fits = |kind| matches!(parse_target(kind, field), Ok(Some(_)));
        votes += i64::from(fits(Kind::Campaign)) - i64::from(fits(Kind::Report));
    }
    if votes != 0 {
        return Ok(if votes > 0 { Kind::Campaign } else { Kind::Report });
    }
    let guessed = guess::guess(preset, Kind::Campaign, headers);
    let has = |name: &str| guessed.iter().flatten().any(|target| target.name() == name);
    Ok(if has("name") && has("start") {
        Kind::Campaign
    } else {
        Kind::Report
    })
}

fn find_columns(headers: &[Header], column: &str) -> Result<Vec<usize>, FormatError> {
    let matching = |fits: &dyn Fn(&Header) -> bool| -> Vec<usize> {
        let fitting = headers.iter().enumerate().filter(|(_, header)| fits(header));
        fitting.map(|(index, _)| index).collect()
    };
    let wanted = Header::new(column);
    for found in [
        matching(&|header| header.raw == wanted.raw),
        matching(&|header| normal_form(&header.raw) == normal_form(&wanted.raw)),
        matching(&|header| header.normal == wanted.normal),
    ] {
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let nearest = distance::nearest(column, headers.iter().map(|header| header.raw.as_str()));
    Err(FormatError::UnknownColumn {
        column: short(column),
        nearest: nearest
            .iter()
            .map(|name| format!("\"{}\"", short(name)))
            .collect::<Vec<_>>()
            .join(", "),
    })
}

fn parse_target(kind: Kind, field: &str) -> Result<Option<Target>, FormatError> {
    let field = field.trim();
    if field == LEAVE_OUT {
        return Ok(None);
    }
    if field == GROUP && kind == Kind::Report {
        return Ok(Some(Target::Group));
    }
    let offered = || {
        fields::of_kind(kind)
            .map(|spec| spec.name)
            .filter(|name| !OWN.contains(name))
    };
    match fields::named(kind, field).filter(|spec| !OWN.contains(&spec.name)) {
        Some(spec) => Ok(Some(Target::Field(spec))),
        None => Err(FormatError::UnknownField {
            kind: kind.name(),
            field: short(field),
            nearest: distance::nearest(field, offered()).join(", "),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_domain::time::Tz;

    fn headers(names: &str) -> Vec<Header> {
        names.split(',').map(Header::new).collect()
    }

    fn decide(preset: Preset, names: &str, map: &[(&str, &str)]) -> Result<String, FormatError> {
        let mut options = ReadOptions::new(Tz::UTC, 0);
        options.map = map.iter().map(|(c, f)| ((*c).to_owned(), (*f).to_owned())).collect();
        let mapping = Mapping::decide(preset, &headers(names), &options)?;
        let targets = mapping
            .targets
            .iter()
            .map(|t| t.map_or("·", Target::name))
            .collect::<Vec<_>>();
        Ok(format!("{}: {}", mapping.kind.name(), targets.join(" ")))
    }

    fn check(preset: Preset, names: &str, map: &[(&str, &str)], expected: &str) {
        assert_eq!(decide(preset, names, map).as_deref(), Ok(expected), "{names}");
    }

    #[test]
    fn presets_and_maps_work_together() {
        let zendesk = "Id,Subject,Tags,Status,Requester id,Requester email,Ticket Category [list],Status [list]";
        check(
            Preset::ZendeskCsv,
            zendesk,
            &[],
            "report: id title category status customer · category category",
        );
        check(
            Preset::ZendeskCsv,
            zendesk,
            &[("Ticket Category", "product"), ("Tags", "-")],
            "report: id title · status customer · product category",
        );
        check(
            Preset::ZendeskCsv,
            zendesk,
            &[("Status [list]", "status")],
            "report: id title category · customer · category status",
        );
    }

    #[test]
    fn a_plan_with_due_dates_only_calls_them_its_dates() {
        check(
            Preset::TrelloCsv,
            "Card ID,Card Name,Due Date",
            &[],
            "campaign: id name start",
        );
        check(
            Preset::TrelloCsv,
            "Card ID,Card Name,Start Date,Due Date",
            &[],
            "campaign: id name start end",
        );
    }

    #[test]
    fn other_tables_are_matched_by_synonyms() {
        check(
            Preset::Generic,
            "Ticket ID,Subjects,Created time",
            &[],
            "report: id title created",
        );
        check(
            Preset::Generic,
            "Name,Start Date,Due Date,Notes",
            &[],
            "campaign: name start end text",
        );
        check(
            Preset::Generic,
            "report_id,intent,text",
            &[("intent", "complaint")],
            "report: id complaint body",
        );
        check(
            Preset::Generic,
            "a,b",
            &[("a", "name"), ("b", "reach")],
            "campaign: name reach",
        );
        check(
            Preset::Generic,
            "Labels,Labels,Summary",
            &[],
            "report: category category title",
        );
    }

    #[test]
    fn wrong_names_are_answered_with_the_nearest() {
        let error = |names, map| decide(Preset::Generic, names, map).unwrap_err().to_string();
        let text = error("Subject,Issue", &[("Isue", "title")]);
        assert_eq!(text, "There is no column \"Isue\". Nearest: \"Issue\", \"Subject\".");
        let text = error("Subject,Issue", &[("Issue", "tittle")]);
        assert!(
            text.starts_with("There is no report field \"tittle\". Nearest: title"),
            "{text}"
        );
        assert!(error("Subject", &[("Subject", "source")]).contains("no report field"));
        assert!(error("x,y", &[]).starts_with("None of the columns could be matched: x, y."));
    }
}
