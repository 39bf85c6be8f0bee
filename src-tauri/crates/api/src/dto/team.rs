//! Who is on the board, and what is known about the way to them.

dto! {
    /// What the sync pill says: only what is known.
    pub struct StatusDto {
        /// `local` (no hub), `connecting`, `synced`, `offline`, `waiting_for_lead` or `problem`.
        pub state: String,
        /// Since when.
        #[ts(type = "number | null")]
        pub since_ms: Option<i64>,
        /// Own changes not yet acknowledged by the hub.
        #[ts(type = "number")]
        pub waiting: u64,
        /// The sentence, for `problem`; the hub's words, while it answers and takes nothing (`offline`).
        pub problem: Option<String>,
        /// The hub's address.
        pub hub: Option<String>,
        /// Own ops the hub refused for good, one sentence each; what was typed is kept.
        pub refused: Vec<String>,
        /// Who is here now.
        pub present: Vec<PresentDto>,
        /// The board's files lie where they can be damaged: the sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub place_warning: Option<String>,
        /// The same in its parts, for whoever says it in another language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub place: Option<RiskyPlaceDto>,
        /// Where this device's secret lies: `keyring`, `passphrase`, or `file`, in the clear.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pub secret: Option<String>,
        /// The long work under way, if any.
        #[ts(optional = nullable)]
        pub job: Option<JobDto>,
        /// What was wrong with the beginning of this board; the board works on.
        #[ts(optional = nullable)]
        pub alarm: Option<String>,
        /// A newer version wrote what this one keeps and cannot show.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        pub newer: bool,
    }

    /// Where the board's files lie, and what is wrong with it.
    pub struct RiskyPlaceDto {
        /// `network` or `synchronised`.
        pub risk: String,
        /// The kind of network drive, or the program that synchronises.
        pub by: String,
        /// The folder.
        pub dir: String,
    }

    /// Long work, and how far it is.
    pub struct JobDto {
        /// `first_sync` (the board comes, and shows as it comes), `history` (it comes behind), `check` (the history is
        /// folded again to check the board), `snapshot` (made for newcomers) or `refold` (the view is built again).
        pub kind: String,
        /// Done.
        #[ts(type = "number")]
        pub done: u64,
        /// In all; 0 while that is not known.
        #[ts(type = "number")]
        pub total: u64,
        /// It can be stopped; the board stays as usable as it is.
        #[serde(default)]
        pub can_stop: bool,
    }

    /// Somebody who has the board open.
    pub struct PresentDto {
        /// Name or role.
        pub name: String,
        /// `marketing` or `support`.
        pub function: String,
    }

    /// One person.
    pub struct MemberDto {
        /// Id.
        pub id: String,
        /// Name or role.
        pub name: String,
        /// `marketing` or `support`; empty until they say.
        pub function: String,
        /// What they may do: `lead`, `marketing-lead`, `support-lead`, `marketing`, `support`, `partner`, `viewer`, or
        /// `newer` for a role from a newer version.
        pub role: String,
        /// Invites, admits, removes.
        pub leads: bool,
        /// Devices in use; none for somebody who left.
        #[ts(type = "number")]
        pub devices: u64,
        /// Which.
        pub device_list: Vec<DeviceDto>,
        /// This is you.
        pub me: bool,
    }

    /// One installation of a person.
    pub struct DeviceDto {
        /// Id.
        pub id: String,
        /// This one.
        pub this: bool,
    }

    /// Whether the board outlives the loss of a computer.
    pub struct SafetyDto {
        /// Others are on it, or may come: before that there is nothing to come back to.
        pub shared: bool,
        /// Leads with a device in use.
        #[ts(type = "number")]
        pub leads: u64,
        /// Recovery words hold: they were printed and typed back.
        pub printed: bool,
    }

    /// The sheet that is printed.
    pub struct SheetDto {
        /// The words, in their order: whoever has them is a lead.
        pub words: Vec<String>,
        /// Where the board is; no secret.
        pub board_code: String,
    }

    /// A card that somebody owns.
    pub struct OwnedDto {
        /// `campaign` or `complaint`.
        pub kind: String,
        /// Id.
        pub id: String,
        /// Its name or title.
        pub title: String,
    }
}

impl StatusDto {
    /// What is known while there is no board yet.
    pub(crate) fn without_board(state: &str, hub: Option<&str>) -> Self {
        Self {
            state: state.into(),
            since_ms: None,
            waiting: 0,
            problem: None,
            hub: hub.map(Into::into),
            refused: Vec::new(),
            present: Vec::new(),
            job: None,
            alarm: None,
            place_warning: None,
            place: None,
            secret: None,
            newer: false,
        }
    }

    /// What is known while opening a board does long work.
    pub fn opening(job: JobDto) -> Self {
        Self {
            job: Some(job),
            ..Self::without_board("local", None)
        }
    }
}
