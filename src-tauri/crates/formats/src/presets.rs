//! Whose file it is, and what is particular about it: one [`Layout`] for every tool, as data. The readers and the draft
//! ask the layout and never a tool by name, so a further tool is a further table and nothing else.
//!
//! All column names stand in normal form ([`crate::headers`]). Which names vendors write: product §7.1–7.5.

mod generic;
mod helpdesks;
mod mailings;
mod names;
mod plans;
mod trackers;

pub use names::Preset;

use crate::lists::Separator;
use crate::sniff::Shape;
use sidedesk_domain::fields::Kind;

/// A field's name and the columns that fill it: the first that the file has wins, set fields take all of them.
pub(crate) type Alias = (&'static str, &'static [&'static str]);

impl Preset {
    /// What is particular about its files.
    pub(crate) fn layout(self) -> &'static Layout {
        match self {
            Self::ZendeskCsv => &helpdesks::ZENDESK_CSV,
            Self::ZendeskJson => &helpdesks::ZENDESK_JSON,
            Self::FreshdeskCsv => &helpdesks::FRESHDESK_CSV,
            Self::FreshdeskJson => &helpdesks::FRESHDESK_JSON,
            Self::FreshserviceCsv => &helpdesks::FRESHSERVICE,
            Self::IntercomCsv => &helpdesks::INTERCOM,
            Self::IntercomTranscript => &helpdesks::INTERCOM_TRANSCRIPT,
            Self::HubspotTickets => &trackers::HUBSPOT_TICKETS,
            Self::JiraCsv => &trackers::JIRA,
            Self::ChatwootJson => &trackers::CHATWOOT,
            Self::ZammadJson => &trackers::ZAMMAD,
            Self::GithubIssues => &trackers::GITHUB,
            Self::TrelloCsv => &plans::TRELLO_CSV,
            Self::TrelloJson => &plans::TRELLO_JSON,
            Self::AsanaCsv => &plans::ASANA,
            Self::ClickupCsv => &plans::CLICKUP,
            Self::HubspotCampaigns => &mailings::HUBSPOT_CAMPAIGNS,
            Self::SalesforceCampaigns => &mailings::SALESFORCE,
            Self::KlaviyoCampaigns => &mailings::KLAVIYO,
            Self::MailchimpCampaigns => &mailings::MAILCHIMP,
            Self::Ics => &plans::ICS,
            Self::Generic => &generic::ANY,
            Self::Sidedesk => &generic::OWN,
        }
    }
}

/// What is particular about one tool's files.
#[derive(Debug)]
pub(crate) struct Layout {
    /// What its rows are; `None` is decided by the columns.
    pub kind: Option<Kind>,
    /// What its files are.
    pub shapes: &'static [Shape],
    /// What its columns prove it by; one proof is enough. Empty: never recognised by columns.
    pub known_by: &'static [Proof],
    /// Which columns fill which field.
    pub fields: &'static [Alias],
    /// Columns whose separator is known and need no judging.
    pub lists: &'static [(&'static str, Separator)],
    /// Columns that hold numbers for words.
    pub codes: &'static [Codes],
    /// Columns of the first reply that hold a length, not a time.
    pub lengths: &'static [(&'static str, Unit)],
    /// What the file cannot give.
    pub missing: &'static [Missing],
    /// Turns of its own.
    pub habits: Habits,
}

/// Columns that only one tool has together.
#[derive(Debug)]
pub(crate) struct Proof {
    /// All of these.
    pub all: &'static [&'static str],
    /// And so many of `of`.
    pub some: usize,
    /// Columns that other tools hardly have.
    pub of: &'static [&'static str],
}

impl Proof {
    fn holds(&self, normals: &[&str]) -> bool {
        let has = |name: &&&str| normals.contains(*name);
        self.all.iter().all(|name| has(&name)) && self.of.iter().filter(has).count() >= self.some
    }
}

/// A column, and what its numbers mean.
pub(crate) type Codes = (&'static str, &'static [(&'static str, &'static str)]);

/// What a length is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number of minutes.
    Minutes,
    /// `h:mm:ss`, or a number of hours.
    Hours,
}

/// A sentence of the report, and when it is said.
pub(crate) type Missing = (When, &'static str);

/// When a sentence is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// For every file of the tool.
    Always,
    /// No column fills this field.
    No(&'static str),
    /// The file has this column.
    Column(&'static str),
}

/// Turns that some tools have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// A name with a `[type]` behind it is a custom field, never the tool's own; a `[list]` is a category.
    pub typed_custom_fields: bool,
    /// A plan without start dates calls its date the due date.
    pub due_is_the_date: bool,
    /// Labels end in `(colour)`.
    pub coloured_labels: bool,
    /// A ticket has no title: the first word of the first of these columns stands for one.
    pub titled_by: &'static [&'static str],
    /// Times without a zone are meant in UTC.
    pub times_in_utc: bool,
    /// A date is written as milliseconds of its midnight in UTC.
    pub utc_midnight_is_a_day: bool,
    /// A date in this column says that the campaign is over.
    pub ended_by: Option<&'static str>,
    /// A column that names the cause, and the one with its id: rows of one id are one complaint.
    pub cause: Option<(&'static str, &'static str)>,
    /// A column with the name of what the file was taken from.
    pub account: Option<&'static str>,
    /// What a row without a name is called.
    pub nameless: &'static str,
}

impl Habits {
    /// None of them.
    pub const NONE: Self = Self {
        typed_custom_fields: false,
        due_is_the_date: false,
        coloured_labels: false,
        titled_by: &[],
        times_in_utc: false,
        utc_midnight_is_a_day: false,
        ended_by: None,
        cause: None,
        account: None,
        nameless: "Untitled",
    };
}

impl Layout {
    /// A table whose columns prove nothing: the ground that the tools' layouts stand on.
    pub const PLAIN: Self = Self {
        kind: None,
        shapes: &[Shape::Table],
        known_by: &[],
        fields: &[],
        lists: &[],
        codes: &[],
        lengths: &[],
        missing: &[],
        habits: Habits::NONE,
    };

    /// What a cell of a column that holds numbers for words means.
    pub fn word(&self, column: &str, cell: &str) -> Option<&'static str> {
        let (_, words) = self.codes.iter().find(|(name, _)| *name == column)?;
        let (_, word) = words.iter().find(|(code, _)| *code == cell.trim())?;
        Some(word)
    }

    /// What a column of lengths is written in.
    pub fn unit(&self, column: &str) -> Option<Unit> {
        let (_, unit) = self.lengths.iter().find(|(name, _)| *name == column)?;
        Some(*unit)
    }
}

/// The names for a preset's columns, when they are to become `kind`. Columns named like a field of ours are ours in
/// every tool's file: they are custom fields there.
pub(crate) fn table(preset: Preset, kind: Kind) -> (&'static [Alias], &'static [Alias]) {
    let layout = preset.layout();
    match kind {
        Kind::Campaign if layout.kind == Some(kind) => (layout.fields, generic::CAMPAIGN_SCOPE),
        _ if layout.kind == Some(kind) => (layout.fields, generic::REPORT_SCOPE),
        Kind::Campaign => (generic::CAMPAIGN, &[]),
        _ => (generic::REPORT, &[]),
    }
}

/// Some table has this column.
pub(crate) fn is_known(normal: &str) -> bool {
    let own = Preset::ALL.iter().map(|preset| preset.layout().fields);
    let mut tables = own.chain([generic::REPORT, generic::CAMPAIGN]);
    tables.any(|table| table.iter().any(|(_, names)| names.contains(&normal)))
}

/// Whose file it is, by its columns.
pub(crate) fn recognise(shape: Shape, normals: &[&str]) -> Preset {
    let fits = |preset: &Preset| {
        let layout = preset.layout();
        layout.shapes.contains(&shape) && layout.known_by.iter().any(|proof| proof.holds(normals))
    };
    Preset::ALL.into_iter().find(fits).unwrap_or(Preset::Generic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::Header;
    use sidedesk_domain::fields;

    #[test]
    fn every_alias_names_a_field_that_exists() {
        for preset in Preset::ALL {
            for kind in [Kind::Campaign, Kind::Report] {
                let (own, scope) = table(preset, kind);
                for (field, names) in own.iter().chain(scope) {
                    let known = fields::named(kind, field).is_some();
                    assert!(known && !names.is_empty(), "{preset:?} {kind:?} {field}");
                }
            }
        }
    }

    #[test]
    fn every_name_is_in_normal_form_and_every_preset_has_its_own() {
        for preset in Preset::ALL {
            let layout = preset.layout();
            let proofs = layout
                .known_by
                .iter()
                .flat_map(|proof| proof.all.iter().chain(proof.of));
            let aliases = layout.fields.iter().flat_map(|(_, names)| names.iter());
            for name in proofs.chain(aliases) {
                assert_eq!(Header::new(name).normal, **name, "{preset:?}");
            }
            assert_eq!(Preset::from_name(preset.name()), Some(preset));
        }
    }

    #[test]
    fn exports_are_recognised_by_their_columns() {
        let check = |names: &[&str], preset: Preset| assert_eq!(recognise(Shape::Table, names), preset, "{names:?}");
        let zendesk = ["id", "subject", "createdat", "via", "requester", "tickettype"];
        check(&zendesk, Preset::ZendeskCsv);
        check(&["id", "subject", "createdat", "description"], Preset::Generic);
        check(&["cardid", "cardname", "listname", "duedate"], Preset::TrelloCsv);
        assert_eq!(recognise(Shape::Json, &zendesk), Preset::Generic);
    }
}
