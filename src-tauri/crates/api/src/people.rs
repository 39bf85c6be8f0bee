//! Who is on the board, what they may do, and how somebody leaves it.
//!
//! Roles own, people fill roles (product S19): whoever goes hands over first, so that nothing is without an owner.

use crate::desk::{Desk, OpenBoard};
use crate::dto::{DeviceDto, MemberDto, OwnedDto, SafetyDto};
use crate::error::Error;
use crate::mine::Owner;
use crate::problem::Problem;
use crate::sharing::{HUB_PATIENCE, in_step, role_of};
use sidedesk_domain::comeback::standing_state;
use sidedesk_domain::fields::{campaign, complaint, member};
use sidedesk_domain::membership::{Membership, Role};
use sidedesk_domain::states::{CampaignState, ComplaintState};
use sidedesk_domain::time::floor_minute;
use sidedesk_domain::{DeviceId, Edit, Kind, MemberId, Millis, RecordEdit};
use sidedesk_protocol::author::Changes;
use sidedesk_store::Card;
use std::sync::Arc;

/// The words of the roles that a person may have.
pub const ROLES: [&str; 7] = [
    "marketing-lead",
    "support-lead",
    "marketing",
    "support",
    "partner",
    "viewer",
    "lead",
];
/// Cards of a kind that are looked at for an owner: more than a board holds.
const CARDS: usize = 100_000;
const HANDED_OVER: &str = "owner.hand_over";

impl Desk {
    /// Everybody on the board, people who left included while cards remember them.
    pub async fn members(&self) -> Result<Vec<MemberDto>, Error> {
        let open = self.open_board().await?;
        let (me, my_device) = (open.store.identity().member, open.store.secret().id());
        let membership = open.store.chain().await?.membership;
        let cards = open.store.others(Kind::Member).await?;
        let dto = |card: &Card| {
            let text = |field| card.state.get(field).as_text().unwrap_or("").to_owned();
            let id = MemberId(card.id.0);
            let devices: Vec<DeviceDto> = membership
                .devices_of(id)
                .map(|device| DeviceDto {
                    id: device.to_string(),
                    this: device == my_device,
                })
                .collect();
            let role = membership.members.get(&id).copied();
            MemberDto {
                id: id.to_string(),
                name: text(member::NAME),
                function: text(member::FUNCTION),
                role: role.map_or("", Role::word).into(),
                leads: role.is_some_and(Role::is_lead),
                devices: devices.len() as u64,
                device_list: devices,
                me: id == me,
            }
        };
        Ok(cards.iter().map(dto).collect())
    }

    /// Whether the board outlives the loss of a computer.
    pub async fn safety(&self) -> Result<SafetyDto, Error> {
        let chain = self.open_board().await?.store.chain().await?;
        let leads = chain.membership.people().filter(|(_, role)| role.is_lead());
        Ok(SafetyDto {
            shared: chain.hub_key.is_some(),
            leads: leads.count() as u64,
            printed: chain.membership.recovery().is_some(),
        })
    }

    /// Cards that are not over and have this person for an owner.
    pub async fn owned_by(&self, member: &str) -> Result<Vec<OwnedDto>, Error> {
        let open = self.open_board().await?;
        let (_, name) = person(&open, member).await?;
        let owned = owned(&open, &name, self.clock().now()).await?;
        Ok(owned.iter().map(owned_dto).collect())
    }

    /// Gives somebody another role.
    pub async fn set_role(&self, member: &str, role: &str) -> Result<(), Error> {
        let role = role_of(role)?;
        let open = self.shared_board().await?;
        let (id, _) = person(&open, member).await?;
        if open.store.chain().await?.membership.members.get(&id) == Some(&role) {
            return Ok(());
        }
        let changes = Changes {
            roles: vec![(id, role)],
            ..Changes::default()
        };
        self.change(&open, changes, |membership| membership.members.get(&id) == Some(&role))
            .await
    }

    /// Removes a person with every device of theirs. What they own goes to `heir`, a member or an owner as typed; without
    /// one nobody goes who owns anything.
    pub async fn remove_member(&self, member: &str, heir: Option<&str>) -> Result<(), Error> {
        let open = self.shared_board().await?;
        let (id, name) = person(&open, member).await?;
        let owned = owned(&open, &name, self.clock().now()).await?;
        match heir {
            Some(heir) => self.hand_over(&open, &owned, heir).await?,
            None if !owned.is_empty() => return Err(Error::input("to", Problem::Said(owns(&name, &owned)))),
            None => {}
        }
        let devices: Vec<DeviceId> = open.store.chain().await?.membership.devices_of(id).collect();
        self.change(&open, Changes::removing(devices), |membership| {
            membership.devices_of(id).next().is_none()
        })
        .await
    }

    /// Removes one device: lost, stolen or given away.
    pub async fn remove_device(&self, device: &str) -> Result<(), Error> {
        let open = self.shared_board().await?;
        let membership = open.store.chain().await?.membership;
        let mut known = membership
            .devices
            .iter()
            .filter(|(_, found)| found.removed_at.is_none());
        let found = known.find(|(id, _)| id.to_string() == device.trim());
        let id = found.map(|(id, _)| *id).ok_or_else(|| Error::NotFound {
            kind: "device".into(),
            id: device.into(),
        })?;
        let is_gone = |membership: &Membership| {
            membership
                .devices
                .get(&id)
                .is_some_and(|device| device.removed_at.is_some())
        };
        self.change(&open, Changes::removing([id]), is_gone).await
    }

    /// The open board, which a hub knows.
    pub(crate) async fn shared_board(&self) -> Result<Arc<OpenBoard>, Error> {
        let open = self.open_board().await?;
        if open.store.chain().await?.hub_key.is_some() {
            return Ok(open);
        }
        Err(Error::Hub(
            "this board is not shared yet; share it through a hub first".into(),
        ))
    }

    /// Starts a new epoch with these changes, and waits until everybody will see them.
    pub(crate) async fn change(
        &self,
        open: &OpenBoard,
        changes: Changes,
        happened: impl Fn(&Membership) -> bool,
    ) -> Result<(), Error> {
        in_step(open, HUB_PATIENCE).await?;
        open.store.change_members(changes).await?;
        open.link.committed();
        in_step(open, HUB_PATIENCE).await?;
        if happened(&open.store.chain().await?.membership) {
            return Ok(());
        }
        Err(Error::Hub(
            "the hub did not take it: somebody changed who is on the board at the same time; look who is there and try again"
                .into(),
        ))
    }

    async fn hand_over(&self, open: &OpenBoard, owned: &[(Kind, Card)], heir: &str) -> Result<(), Error> {
        let heir = match person(open, heir).await {
            Ok((_, name)) => name,
            Err(_) => heir.trim().to_owned(),
        };
        if heir.is_empty() {
            return Err(Error::input("to", Problem::Empty));
        }
        if owned.is_empty() {
            return Ok(());
        }
        let edit = |(kind, card): &(Kind, Card)| RecordEdit {
            kind: *kind,
            id: card.id,
            seen: card.seen,
            edits: vec![(owner_field(*kind), Edit::Set(heir.as_str().into()))],
        };
        let action = self.action(HANDED_OVER, owned.iter().map(edit).collect())?;
        Ok(open.store.commit(action).await?)
    }
}

/// The member of this id or name.
async fn person(open: &OpenBoard, typed: &str) -> Result<(MemberId, String), Error> {
    let typed = typed.trim();
    let cards = open.store.others(Kind::Member).await?;
    let people = cards.iter().map(|card| {
        let name = card.state.get(member::NAME).as_text().unwrap_or("").to_owned();
        (MemberId(card.id.0), name)
    });
    let found: Vec<_> = people
        .filter(|(id, name)| id.to_string() == typed || name.to_lowercase() == typed.to_lowercase())
        .collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::NotFound {
            kind: "member".into(),
            id: typed.into(),
        }),
        [..] => Err(Error::input(
            "member",
            Problem::Said(format!(
                "{} people are called {typed}; say which by the id",
                found.len()
            )),
        )),
    }
}

async fn owned(open: &OpenBoard, name: &str, now: Millis) -> Result<Vec<(Kind, Card)>, Error> {
    let owner = Owner::named(name);
    let campaigns = open.store.campaigns(CARDS).await?.into_iter();
    let complaints = open.store.complaints(CARDS).await?.into_iter();
    let volumes = open.store.volumes(floor_minute(now)).await?;
    let last = |card: &Card| volumes.get(&card.id).and_then(|volume| volume.last);
    let all = campaigns.map(|card| (Kind::Campaign, card));
    let all = all.chain(complaints.map(|card| (Kind::Complaint, card)));
    let is_theirs = |(kind, card): &(Kind, Card)| {
        let named = card.state.get(owner_field(*kind)).as_text();
        owner.is(named) && !is_over(*kind, card, last(card))
    };
    Ok(all.filter(is_theirs).collect())
}

fn owner_field(kind: Kind) -> sidedesk_domain::FieldId {
    if kind == Kind::Campaign {
        campaign::OWNER
    } else {
        complaint::OWNER
    }
}

fn is_over(kind: Kind, card: &Card, last: Option<Millis>) -> bool {
    match kind {
        Kind::Campaign => {
            let state = card
                .state
                .get(campaign::STATE)
                .as_text()
                .and_then(CampaignState::from_word);
            state == Some(CampaignState::Ended) || card.state.get(campaign::ARCHIVED).as_bool() == Some(true)
        }
        _ => standing_state(&card.state, last) == ComplaintState::Solved,
    }
}

fn title((kind, card): &(Kind, Card)) -> String {
    let field = if *kind == Kind::Campaign {
        campaign::NAME
    } else {
        complaint::TITLE
    };
    card.state.get(field).as_text().unwrap_or("").to_owned()
}

fn owned_dto(owned: &(Kind, Card)) -> OwnedDto {
    let (kind, card) = owned;
    OwnedDto {
        kind: kind.name().into(),
        id: card.id.to_string(),
        title: title(owned),
    }
}

fn owns(name: &str, owned: &[(Kind, Card)]) -> String {
    /// As many as a sentence can bear.
    const NAMED: usize = 5;
    let mut titles: Vec<String> = owned.iter().take(NAMED).map(title).collect();
    if owned.len() > NAMED {
        titles.push(format!("{} more", owned.len() - NAMED));
    }
    let cards = if owned.len() == 1 { "card" } else { "cards" };
    format!(
        "{name} owns {} {cards} ({}); say who takes over, then remove them",
        owned.len(),
        titles.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_of_a_person_has_its_word_here() {
        assert_eq!(ROLES, Role::OF_PEOPLE.map(Role::word));
    }
}
