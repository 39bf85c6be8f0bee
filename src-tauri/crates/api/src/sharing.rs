//! Sharing, inviting, joining, status.

use crate::address::{hub_address_of, trust_anew};
use crate::desk::{Desk, OpenBoard, check_function};
use crate::dto::{EventDto, OpenDto, StatusDto};
use crate::error::Error;
use crate::problem::Problem;
use sidedesk_domain::membership::Role;
use sidedesk_domain::time::DAY_MS;
use sidedesk_protocol::invite::InviteCode;
use sidedesk_store::{Newcomer, Store};
use sidedesk_sync::JoinError;
use std::sync::Arc;
use std::time::Duration;

/// An invitation is good for a week: long enough for a holiday, short enough to be forgotten safely.
const INVITE_MS: i64 = 7 * DAY_MS;
/// How long sharing and inviting wait for the hub's receipt.
pub(crate) const HUB_PATIENCE: Duration = Duration::from_secs(30);
/// How long a window waits for a lead's device.
const JOIN_PATIENCE: Duration = Duration::from_secs(600);
/// How often somebody who waits for the history looks for it.
const HISTORY_LOOK: Duration = Duration::from_millis(50);
/// How long a newcomer waits for the board's first content after being let in.
const FIRST_SYNC_PATIENCE: Duration = Duration::from_secs(120);
const SOMEBODY_ELSE: &str = "somebody else was let in with this invitation; ask for a code of your own";

impl Desk {
    /// Shares this board through the hub at this address and invites somebody with this role: the code comes back.
    pub async fn share(&self, hub_address: &str, role: &str) -> Result<String, Error> {
        let role = role_of(role)?;
        let open = self.open_board().await?;
        let address = hub_address_of(hub_address)?;
        match open.store.identity().hub {
            Some(known) if known != address && open.store.chain().await?.hub_key.is_some() => {
                trust_anew(&open, &known, &address).await?;
            }
            _ => {}
        }
        let chain = open.store.chain().await?;
        if chain.hub_key.is_none() {
            let hub_key = sidedesk_sync::takes(&address, &chain, &open.store.secret())
                .await
                .map_err(|error| Error::Hub(format!("{error}; the board stays as it is")))?;
            open.store.name_hub(&address, hub_key).await?;
        }
        open.link.start(&open.store);
        self.invite_through(&open, Some(role)).await
    }

    /// Invites one more, with this role: a code that works once, for a week.
    pub async fn invite(&self, role: &str) -> Result<String, Error> {
        let role = role_of(role)?;
        let open = self.shared_board().await?;
        self.invite_through(&open, Some(role)).await
    }

    /// Invites the next device of the person who asks: a code that works once, for a week, and lets nobody else in.
    pub async fn invite_own(&self) -> Result<String, Error> {
        let open = self.shared_board().await?;
        self.invite_through(&open, None).await
    }

    async fn invite_through(&self, open: &OpenBoard, role: Option<Role>) -> Result<String, Error> {
        in_step(open, HUB_PATIENCE).await?;
        // The hub decides by its clock: where this one is behind, the hub's last word counts.
        let now = self.clock().now().max(open.store.chain().await?.hub_time);
        let expires = now.saturating_add(INVITE_MS);
        let secret = match role {
            Some(role) => open.store.invite(role, expires).await?,
            None => open.store.invite_own(expires).await?,
        };
        open.link.committed();
        open.link.invited();
        in_step(open, HUB_PATIENCE).await?;
        let chain = open.store.chain().await?;
        let hub_key = chain
            .hub_key
            .ok_or_else(|| Error::Hub("this board is not shared yet".into()))?;
        let address = open.store.identity().hub.unwrap_or_default();
        let mut code = InviteCode::new(address, hub_key, chain.workspace, &secret);
        code.member = role.is_none().then(|| open.store.identity().member);
        code.to_text().map_err(|error| Error::Store(error.into()))
    }

    /// Joins the board that this code invites to. Waits until a lead's device lets this one in.
    pub async fn join(&self, code: &str, me: &str, function: &str) -> Result<OpenDto, Error> {
        self.join_within(code, me, function, JOIN_PATIENCE).await
    }

    /// Joins, waiting at most so long.
    pub async fn join_within(
        &self,
        code: &str,
        me: &str,
        function: &str,
        patience: Duration,
    ) -> Result<OpenDto, Error> {
        check_function(function)?;
        let code = InviteCode::from_text(code).map_err(|error| Error::Invite(error.to_string()));
        if Store::exists(self.dir()) {
            let open = self.open_board().await?;
            // Let in, and ended before the board was here: this attempt goes on where that one stopped.
            let same_board = code
                .as_ref()
                .is_ok_and(|code| code.workspace == open.store.identity().workspace);
            if !same_board || open.member_card().await?.is_some() {
                return Err(Error::BoardExists);
            }
            match self.arrive(&open, me, function).await {
                // It never got in: this code, when it is another one, is for a new beginning.
                Err(Error::Invite(_)) if !Store::exists(self.dir()) => {}
                arrived => return arrived,
            }
        }
        let code = code?;
        let newcomer = Newcomer::at(self.dir(), &code, self.clock().now(), &self.keys()).await?;
        let say = |state: &str| {
            self.say(EventDto::Status(Box::new(StatusDto::without_board(
                state,
                Some(&code.address),
            ))))
        };
        say("connecting");
        sidedesk_sync::join(&code, &newcomer.request(), patience, || say("waiting_for_lead"))
            .await
            .map_err(join_error)?;
        newcomer.settle(self.dir(), &code, self.clock().now())?;
        let open = self.open_store().await?;
        self.arrive(&open, me, function).await
    }

    /// Fetches the board that this device was let into, and introduces its member.
    pub(crate) async fn arrive(&self, open: &Arc<OpenBoard>, me: &str, function: &str) -> Result<OpenDto, Error> {
        open.link.start(&open.store);
        if let Err(error) = in_step(open, FIRST_SYNC_PATIENCE).await {
            return Err(self.turned_away(open, SOMEBODY_ELSE).await?.unwrap_or(error));
        }
        self.introduce(open, me, function).await?;
        open.link.committed();
        open.link.announce(&open.store).await;
        // Whether the introduction has arrived yet makes no difference to the newcomer.
        let _ = open.link.in_step(&open.store, HUB_PATIENCE).await;
        self.state().await
    }

    /// Tells a hub that was restored from a backup that this device's head is the board's head: what only a device holds
    /// that has not come since is given up. The head's place comes back.
    pub async fn declare_head(&self) -> Result<u64, Error> {
        let open = self.open_board().await?;
        let declared = sidedesk_sync::declare_head(&open.store).await;
        declared.map_err(|error| Error::Hub(error.to_string()))
    }

    /// Two newcomers waited with one code, both heard that somebody was let in, and it was the other one. Whoever has
    /// nothing of the board and is not known to the hub is nobody: the identity is put aside, and another code may be used.
    pub(crate) async fn turned_away(&self, open: &Arc<OpenBoard>, words: &str) -> Result<Option<Error>, Error> {
        if !open.link.is_a_stranger() || open.store.chain().await?.n > 0 {
            return Ok(None);
        }
        self.close().await?;
        Newcomer::put_aside(self.dir(), self.clock().now())?;
        Ok(Some(Error::Invite(words.into())))
    }

    /// What is known about being in step with the others.
    pub async fn status(&self) -> Result<StatusDto, Error> {
        let open = self.open_board().await?;
        Ok(open.link.status(&open.store).await)
    }

    /// Stops the long work that the status shows. The board stays as usable as it is; opening it again goes on.
    pub async fn cancel_job(&self) -> Result<(), Error> {
        self.open_board().await?.link.cancel_job();
        Ok(())
    }

    /// Waits until no long work is under way, at most so long; what the status says then.
    pub async fn settled_within(&self, patience: Duration) -> Result<StatusDto, Error> {
        let open = self.open_board().await?;
        open.link.without_jobs(patience).await;
        self.status().await
    }

    /// Waits until both sides have everything, the history of a board that began with a snapshot included, at most so
    /// long. A history that cannot be had is in the status, and does not make this an error.
    pub async fn sync_within(&self, patience: Duration) -> Result<StatusDto, Error> {
        let open = self.open_board().await?;
        if open.store.identity().hub.is_none() {
            return self.status().await;
        }
        in_step(&open, patience).await?;
        let history = async {
            while open.store.history().await?.is_some() && open.store.alarm().await?.is_none() {
                tokio::time::sleep(HISTORY_LOOK).await;
            }
            Ok::<(), sidedesk_store::Error>(())
        };
        if let Ok(looked) = tokio::time::timeout(patience, history).await {
            looked?;
        }
        self.status().await
    }
}

/// The four words that both ends of a call see when nobody changed the code on its way.
pub fn voice_words(code: &str) -> Result<[String; 4], Error> {
    let code = InviteCode::from_text(code).map_err(|error| Error::Invite(error.to_string()))?;
    Ok(code.voice_words().map(str::to_owned))
}

/// A role that a person may have.
pub(crate) fn role_of(typed: &str) -> Result<Role, Error> {
    let typed = typed.trim();
    Role::from_word(&typed.to_lowercase()).ok_or_else(|| {
        let known = Role::OF_PEOPLE.map(Role::word);
        Error::input("role", Problem::choice(typed, &known))
    })
}

pub(crate) async fn in_step(open: &OpenBoard, patience: Duration) -> Result<StatusDto, Error> {
    open.link.in_step(&open.store, patience).await.map_err(|status| {
        Error::Hub(match (status.problem, status.hub) {
            (Some(words), _) if status.state == "offline" => format!(
                "the hub answers, and takes nothing now: {words}; it is asked again by itself, and everything is kept here"
            ),
            (Some(sentence), _) => sentence,
            (None, Some(hub)) => format!(
                "the hub at {hub} is not reached or not finished yet; everything is kept here and goes out when it is"
            ),
            (None, None) => "this board is not shared yet".into(),
        })
    })
}

fn join_error(error: JoinError) -> Error {
    match error {
        JoinError::Refused(_) => Error::Invite(error.to_string()),
        _ => Error::Hub(error.to_string()),
    }
}
