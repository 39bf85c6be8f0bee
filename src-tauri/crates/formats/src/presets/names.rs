//! The presets' names: in commands, and in the identity of every record that came from a file.

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// A Zendesk view or ticket export.
    ZendeskCsv,
    /// Zendesk tickets as JSON: a page of the API, a list, or one ticket per line.
    ZendeskJson,
    /// A Freshdesk ticket export.
    FreshdeskCsv,
    /// Freshdesk tickets of the API, with numbers for status, priority and source.
    FreshdeskJson,
    /// A Freshservice ticket export.
    FreshserviceCsv,
    /// Intercom's conversations report; the zone stands in the header.
    IntercomCsv,
    /// Intercom conversations message by message.
    IntercomTranscript,
    /// HubSpot tickets, by labels or by internal names.
    HubspotTickets,
    /// A Jira or Jira Service Management issue export.
    JiraCsv,
    /// Chatwoot conversations.
    ChatwootJson,
    /// Zammad tickets.
    ZammadJson,
    /// Issues of a GitHub repository.
    GithubIssues,
    /// A Trello board as CSV.
    TrelloCsv,
    /// A Trello board as JSON.
    TrelloJson,
    /// An Asana project.
    AsanaCsv,
    /// A ClickUp list.
    ClickupCsv,
    /// HubSpot campaigns, by labels or by internal names.
    HubspotCampaigns,
    /// Salesforce campaigns.
    SalesforceCampaigns,
    /// Klaviyo's campaign report.
    KlaviyoCampaigns,
    /// Mailchimp campaigns: the report, or the columns of the API.
    MailchimpCampaigns,
    /// A calendar.
    Ics,
    /// Any other table, or a JSON list of objects.
    Generic,
    /// A file that this program wrote: [`crate::read_own`].
    Sidedesk,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::ZendeskCsv,
        Self::ZendeskJson,
        Self::FreshdeskCsv,
        Self::FreshdeskJson,
        Self::FreshserviceCsv,
        Self::IntercomCsv,
        Self::IntercomTranscript,
        Self::HubspotTickets,
        Self::JiraCsv,
        Self::ChatwootJson,
        Self::ZammadJson,
        Self::GithubIssues,
        Self::TrelloCsv,
        Self::TrelloJson,
        Self::AsanaCsv,
        Self::ClickupCsv,
        Self::HubspotCampaigns,
        Self::SalesforceCampaigns,
        Self::KlaviyoCampaigns,
        Self::MailchimpCampaigns,
        Self::Ics,
        Self::Generic,
        Self::Sidedesk,
    ];

    /// The name in commands: never changed.
    pub fn name(self) -> &'static str {
        match self {
            Self::ZendeskCsv => "zendesk-csv",
            Self::ZendeskJson => "zendesk-json",
            Self::FreshdeskCsv => "freshdesk-csv",
            Self::FreshdeskJson => "freshdesk-json",
            Self::FreshserviceCsv => "freshservice-csv",
            Self::IntercomCsv => "intercom-csv",
            Self::IntercomTranscript => "intercom-transcript",
            Self::HubspotTickets => "hubspot-tickets",
            Self::JiraCsv => "jira-csv",
            Self::ChatwootJson => "chatwoot-json",
            Self::ZammadJson => "zammad-json",
            Self::GithubIssues => "github-issues",
            Self::TrelloCsv => "trello-csv",
            Self::TrelloJson => "trello-json",
            Self::AsanaCsv => "asana-csv",
            Self::ClickupCsv => "clickup-csv",
            Self::HubspotCampaigns => "hubspot-campaigns",
            Self::SalesforceCampaigns => "salesforce-campaigns",
            Self::KlaviyoCampaigns => "klaviyo-campaigns",
            Self::MailchimpCampaigns => "mailchimp-campaigns",
            Self::Ics => "ics",
            Self::Generic => "generic",
            Self::Sidedesk => "sidedesk",
        }
    }

    /// The source in every record's identity, and the default account: never changed. Two exports of one tool that
    /// number their rows alike are one source, so the JSON brings the texts to the tickets that the CSV brought.
    pub fn source_name(self) -> &'static str {
        match self {
            Self::ZendeskJson => Self::ZendeskCsv.name(),
            Self::FreshdeskJson => Self::FreshdeskCsv.name(),
            Self::IntercomTranscript => Self::IntercomCsv.name(),
            Self::TrelloJson => Self::TrelloCsv.name(),
            other => other.name(),
        }
    }

    /// The preset of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }
}
