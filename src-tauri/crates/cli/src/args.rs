//! The command line as it is typed.

use crate::aftermath::Bounds;
use crate::privacy::{Erase, Export, Retention};
use crate::proposals::Answered;
use crate::recurrence::Match;
use crate::standup::{Decide, Meeting};
use clap::{Args as ClapArgs, Parser, Subcommand};
use sidedesk_api::ROLES;
use std::path::PathBuf;

/// Where campaigns meet complaints, without a window.
#[derive(Debug, Parser)]
#[command(name = "sidedesk", version)]
pub struct Args {
    /// The board's directory; default: the platform's data directory + sidedesk.
    #[arg(long, global = true, env = "SIDEDESK_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print one JSON document on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Take this as the present moment instead of the clock: RFC 3339, or 2026-11-21 15:00 in UTC.
    #[arg(long, global = true, value_name = "TIME")]
    pub clock: Option<String>,
    /// Where a new device's secret goes: auto (the system's keyring, else a passphrase), keyring, passphrase, or file (in the
    /// clear). With auto and keyring, one that lies in the clear moves into the keyring.
    #[arg(long, global = true, env = "SIDEDESK_KEYS", default_value = "auto", value_parser = ["auto", "keyring", "passphrase", "file"])]
    pub keys: String,
    /// A file whose first line is the passphrase, for programs without a terminal.
    #[arg(long, global = true, env = "SIDEDESK_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One user action each.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Found a local board: no account, no server, no network.
    Init {
        /// The board's name.
        #[arg(long, default_value = "Our board")]
        name: String,
        /// Your function: marketing, support, or both.
        #[arg(long, value_parser = ["marketing", "support", "both"])]
        function: String,
        /// Your role or initials.
        #[arg(long, default_value = "")]
        me: String,
        /// IANA zone the board's days are meant in; default: this computer's.
        #[arg(long)]
        zone: Option<String>,
    },
    /// Import a marketing plan or a ticket export.
    Import(Import),
    /// Groups of reports without a complaint that seem to share a cause; writes nothing.
    Suggest {
        /// As of then, instead of now.
        #[arg(long)]
        at: Option<String>,
    },
    /// The nearest known complaints of new reports; writes nothing.
    Match(Match),
    /// Reports that have had no complaint for three working days, the one that has waited longest first.
    Unlinked,
    /// From when on closing a quiet complaint and one answer for all are offered. Without options: how it is.
    Bounds(Bounds),
    /// Campaigns.
    Campaign {
        /// What to do with them.
        #[command(subcommand)]
        verb: Verb,
    },
    /// Complaints.
    Complaint {
        /// What to do with them.
        #[command(subcommand)]
        verb: Verb,
    },
    /// Reports.
    Report {
        /// What to do with them.
        #[command(subcommand)]
        verb: Verb,
    },
    /// Where a planned promise meets a live complaint.
    Clashes {
        /// As of this moment.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// What is to be decided now.
    Agenda {
        /// As of this moment.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// Propose or decide, with your function's signature.
    Decide(Decide),
    /// Sign what the other function proposed.
    Agree {
        /// The decision's id.
        id: String,
    },
    /// Everything that was decided about one thing, the newest first.
    Decisions {
        /// What it is about.
        #[arg(value_parser = ["clash", "complaint", "campaign"])]
        kind: String,
        /// Its id.
        id: String,
    },
    /// Today's standup.
    Standup {
        /// What to do with it.
        #[command(subcommand)]
        meeting: Meeting,
    },
    /// What the other function did since a moment.
    Since {
        /// The moment.
        time: String,
    },
    /// What happened to one record, or how it was.
    History {
        /// Its id.
        id: String,
        /// As of this moment: RFC 3339, or 2026-05-14 10:00 in the zone.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// The zone the moment is meant in; default: UTC.
        #[arg(long, value_name = "ZONE", requires = "at")]
        zone: Option<String>,
    },
    /// Which campaigns were promised at a moment, with their values of then.
    Offers {
        /// The moment: RFC 3339, or 2026-05-14 10:00 in the zone.
        #[arg(long, value_name = "TIME")]
        at: String,
        /// The zone the moment is meant in; default: UTC.
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
    },
    /// What was deleted in the last thirty days and can be restored.
    Deleted,
    /// Write records to a file, without personal data unless you ask for it.
    Export(Export),
    /// Erase fields of a record for good, on every device.
    Erase(Erase),
    /// How long personal data of reports is kept. For leads.
    Retention(Retention),
    /// Say that a complaint is the same as another: it counts there from now on.
    Merge {
        /// The duplicate's id.
        id: String,
        /// The id of the one that counts for both.
        #[arg(long, value_name = "ID")]
        into: String,
    },
    /// Part a duplicate from the complaint it was merged into.
    Part {
        /// The duplicate's id.
        id: String,
    },
    /// What the other function proposed for a card, and what was proposed to it.
    Proposals,
    /// Take what was proposed for a field: the card says that now.
    Accept(Answered),
    /// Decline what was proposed for a field, or take back what you proposed.
    Decline(Answered),
    /// Fold this board by the newest rules from now on; older programs are told to update.
    Upgrade,
    /// Find records by words, "exact words" and operators: is: state: product: region: owner: before: after: by:
    Search {
        /// The words.
        text: Vec<String>,
    },
    /// How one typed line is understood; writes nothing. `Free shipping 12–19 Dec @email #boots ^MK`.
    Quick {
        /// What it would become.
        #[arg(value_parser = ["campaign", "complaint"])]
        kind: String,
        /// The line.
        line: Vec<String>,
    },
    /// Fill an empty board with a sample: real complaints, dated from today. One undo takes it back.
    Sample,
    /// Take back the last thing done on this device.
    Undo,
    /// Bring back what the last undo took.
    Redo,
    /// Share this board through a hub; prints an invitation code. Once more with a new fingerprint: go on with a hub whose
    /// certificate was changed.
    Share {
        /// The hub's address, such as wss://hub.example.com:7420, with the fingerprint where the hub printed one. Without a
        /// scheme it is encrypted, except on this computer; ws:// is not.
        address: String,
        /// What the first person invited may do.
        #[arg(long, default_value = "lead", value_parser = ROLES)]
        role: String,
    },
    /// Print another invitation code.
    Invite {
        /// What the person invited may do.
        #[arg(long, default_value = "lead", value_parser = ROLES)]
        role: String,
        /// For the next device of your own, and nobody else.
        #[arg(long, conflicts_with = "role")]
        own_device: bool,
    },
    /// Join a board by its invitation code.
    Join {
        /// The code.
        code: String,
        /// Your function: marketing, support, or both.
        #[arg(long, value_parser = ["marketing", "support", "both"])]
        function: String,
        /// Your role or initials.
        #[arg(long, default_value = "")]
        me: String,
        /// Give up waiting for a lead after so many seconds.
        #[arg(long, default_value_t = 600)]
        wait: u64,
    },
    /// Who is on the board.
    Members,
    /// Remove a person, or one device of theirs; new changes cannot be read there any more. For leads.
    Remove {
        /// The person, by id or name.
        #[arg(required_unless_present = "device")]
        member: Option<String>,
        /// Who takes over what they own: a person, or a role such as "Support lead".
        #[arg(long)]
        to: Option<String>,
        /// Only this device, by its id.
        #[arg(long, conflicts_with_all = ["member", "to"])]
        device: Option<String>,
    },
    /// Print 24 words that let a lead back in when every lead's device is lost. For leads.
    /// Asks for two of them, typed back from the paper; then any sheet before it holds no more.
    Words,
    /// Come back as a lead with the printed words, into an empty directory.
    Recover {
        /// The board code of the sheet.
        code: String,
        /// A file with the words; without it they are read from standard input.
        #[arg(long, value_name = "FILE")]
        words: Option<PathBuf>,
        /// Your function: marketing, support, or both.
        #[arg(long, value_parser = ["marketing", "support", "both"])]
        function: String,
        /// Your role or initials.
        #[arg(long, default_value = "")]
        me: String,
    },
    /// Give somebody another role. For leads.
    Role {
        /// The person, by id or name.
        member: String,
        /// What they may do from now on.
        #[arg(value_parser = ROLES)]
        role: String,
    },
    /// Send and fetch; ends when both sides have everything.
    Sync {
        /// Stay connected and say what happens, until interrupted.
        #[arg(long)]
        watch: bool,
        /// Give up after so many seconds without getting in step.
        #[arg(long, default_value_t = 60)]
        wait: u64,
    },
    /// After the hub was restored from a backup: say that this device has everything, so that the hub goes on without
    /// waiting for devices that do not come. What only such a device has is given up.
    DeclareHead,
    /// Where this device's secret lies; with a place, moves it there.
    Keys {
        /// keyring, passphrase, or file: in the clear.
        #[arg(value_parser = ["keyring", "passphrase", "file"])]
        place: Option<String>,
        /// A file whose first line is the new passphrase.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// What was done here and never got to the others. Needs no key: for a board that does not open any more.
    Unsent,
    /// What is known about being in step with the others.
    Status,
    /// Refold and compare, check chain and files.
    Verify,
}

/// What can be done with a kind of record.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add one.
    Add {
        /// Its name or title.
        name: String,
        /// field=value …; lists separated by commas, dates as 2026-11-21 15:00.
        fields: Vec<String>,
    },
    /// Change one.
    Set {
        /// Its id.
        id: String,
        /// field=value …; an empty value empties the field.
        #[arg(required = true)]
        fields: Vec<String>,
        /// The place in the log that you looked at; default: the newest.
        #[arg(long)]
        seen: Option<u64>,
    },
    /// Show one.
    Show {
        /// Its id.
        id: String,
    },
    /// List them. Reports: of one complaint.
    List {
        /// For reports: the complaint's id.
        #[arg(long)]
        complaint: Option<String>,
    },
    /// Delete one; it can be restored.
    Delete {
        /// Its id.
        id: String,
    },
    /// Bring a deleted one back.
    Restore {
        /// Its id.
        id: String,
    },
}

/// An import.
#[derive(Debug, ClapArgs)]
pub struct Import {
    /// The file.
    pub file: PathBuf,
    /// How to read it: the name of a preset, such as zendesk-json or jira-csv; a wrong name is answered with all of them.
    /// Default: recognised by the columns.
    #[arg(long)]
    pub preset: Option<String>,
    /// column=field,…: which column fills which field. `complaint` groups: one complaint per distinct value.
    #[arg(long, value_name = "COL=FIELD,…")]
    pub map: Vec<String>,
    /// column:cell=word: what a cell means in a column of states, statuses or priorities, such as "hs_pipeline_stage:2=open".
    #[arg(long = "value", value_name = "COL:CELL=WORD")]
    pub values: Vec<String>,
    /// field=value: for records in which the file leaves the field empty, such as product=Boots.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub fill: Vec<String>,
    /// What the rows are: campaign or report. Default: by the mapped fields.
    #[arg(long, value_parser = ["campaign", "report"])]
    pub kind: Option<String>,
    /// A name for the account the file came from, so that two sources keep their ids apart.
    #[arg(long)]
    pub account: Option<String>,
    /// Read 3/4/2026 as 3 April.
    #[arg(long, conflicts_with = "month_first")]
    pub day_first: bool,
    /// Read 3/4/2026 as 4 March.
    #[arg(long)]
    pub month_first: bool,
    /// Show what it would do and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Import what is sound of a damaged file.
    #[arg(long)]
    pub accept_damaged: bool,
    /// Where somebody edited a value here, take the file's instead.
    #[arg(long)]
    pub take_file: bool,
    /// Forget what was said about these columns at an earlier import.
    #[arg(long)]
    pub forget_columns: bool,
    /// Say on standard error how far it is.
    #[arg(long)]
    pub progress: bool,
}
