//! Who had which seat at a place of the log, and what it lets them do to a record that somebody else made.
//!
//! Campaigns are Marketing's, complaints are Support's, and neither function edits the other's: such an edit becomes a
//! proposal (product S15). Folding asks this of the past, so roles are kept with the places from which they held.

use super::{Function, Membership, Role};
use crate::fields::{FieldId, Kind, campaign, complaint};
use crate::id::{DeviceId, MemberId};
use std::collections::BTreeMap;

/// What an edit of a record is, by where its author sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is written.
    Writes,
    /// It waits beside the field for somebody of the record's function.
    Proposes,
    /// It has no effect.
    Refused,
}

/// Where somebody sat when they wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Their role.
    pub role: Role,
    /// Does Marketing, does Support have anybody? A proposal that nobody could accept would be a wall.
    pub peopled: [bool; 2],
}

impl Seat {
    /// Of somebody who writes everything.
    pub const EVERYWHERE: Self = Self {
        role: Role::Lead,
        peopled: [true; 2],
    };

    /// What an edit of this field is. `own`: its author made the record, or makes it now; `new`: makes it now.
    pub fn standing(self, kind: Kind, field: FieldId, (own, new): (bool, bool)) -> Standing {
        let is_desk = match self.role {
            Role::Lead | Role::Recovery => return Standing::Writes,
            Role::Marketing | Role::Support | Role::LeadOf(_) => true,
            Role::Partner | Role::Viewer | Role::Other(_) => false,
        };
        if new && !is_desk {
            return match kind {
                Kind::Complaint | Kind::Report | Kind::Member => Standing::Writes,
                _ => Standing::Refused,
            };
        }
        if own {
            return Standing::Writes;
        }
        match function_of(kind) {
            Some(function) if is_desk && self.writes_for(function, field) => Standing::Writes,
            Some(_) => Standing::Proposes,
            None if is_desk => Standing::Writes,
            None => Standing::Refused,
        }
    }

    /// The same where the field is erased, with what is written in its place: nobody proposes that, and any lead does it.
    /// Reports are Support's to erase.
    pub fn erasing(self, kind: Kind, field: FieldId, by: (bool, bool)) -> Standing {
        let others = kind == Kind::Report && self.role.function() == Some(Function::Marketing);
        match self.standing(kind, field, by) {
            Standing::Writes if others && !self.role.is_lead() => Standing::Refused,
            Standing::Proposes if self.role.is_lead() => Standing::Writes,
            Standing::Proposes => Standing::Refused,
            standing => standing,
        }
    }

    fn writes_for(self, function: Function, field: FieldId) -> bool {
        let [marketing, support] = self.peopled;
        let somebody = match function {
            Function::Marketing => marketing,
            Function::Support => support,
        };
        // Whoever goes hands over what they own (product S19), and any lead may see to that.
        let hands_over = self.role.is_lead() && matches!(field, campaign::OWNER | complaint::OWNER);
        self.role.function() == Some(function) || !somebody || hands_over
    }
}

/// The function whose object a record of this kind is.
pub fn function_of(kind: Kind) -> Option<Function> {
    match kind {
        Kind::Campaign => Some(Function::Marketing),
        Kind::Complaint => Some(Function::Support),
        _ => None,
    }
}

/// Roles with the places from which they held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seats {
    roles: BTreeMap<MemberId, Vec<(u64, Role)>>,
    /// [`Seat::peopled`], from each place at which it changed.
    peopled: Vec<(u64, [bool; 2])>,
}

impl Seats {
    /// From what [`Self::roles`] and [`Self::peopled`] gave.
    pub fn of(roles: impl IntoIterator<Item = (MemberId, u64, Role)>, peopled: Vec<(u64, [bool; 2])>) -> Self {
        let mut seats = Self {
            peopled,
            ..Self::default()
        };
        for (member, from, role) in roles {
            seats.roles.entry(member).or_default().push((from, role));
        }
        seats
    }

    /// Every role that somebody ever had, by member, with the place from which it held.
    pub fn roles(&self) -> impl Iterator<Item = (MemberId, u64, Role)> {
        self.roles
            .iter()
            .flat_map(|(member, roles)| roles.iter().map(|(from, role)| (*member, *from, *role)))
    }

    /// Which functions had anybody, from each place at which that changed.
    pub fn peopled(&self) -> &[(u64, [bool; 2])] {
        &self.peopled
    }

    fn at(&self, member: MemberId, place: u64) -> Seat {
        let roles = self.roles.get(&member).map_or(&[][..], Vec::as_slice);
        Seat {
            role: holding(roles, place).unwrap_or(Role::Other(0)),
            peopled: holding(&self.peopled, place).unwrap_or_default(),
        }
    }
}

/// What held at a place.
fn holding<T: Copy>(since: &[(u64, T)], place: u64) -> Option<T> {
    let later = since.partition_point(|(from, _)| *from <= place);
    since.get(..later)?.last().map(|(_, what)| *what)
}

impl Membership {
    /// Where the person behind a device sat at a place of the log.
    pub fn seat_at(&self, device: DeviceId, place: u64) -> Seat {
        match self.devices.get(&device) {
            Some(found) => self.seats.at(found.member, place),
            None => Seat {
                role: Role::Other(0),
                peopled: [true; 2],
            },
        }
    }

    /// Writes down who sits where from this place on. Said after every op that changes people or devices.
    pub fn take_seats(&mut self, place: u64) {
        for (member, role) in &self.members {
            let known = self.seats.roles.entry(*member).or_default();
            if known.last().is_none_or(|(_, last)| last != role) {
                known.push((place, *role));
            }
        }
        let speaks = |function| {
            let mut people = self.people();
            people.any(|(_, role)| role != Role::Partner && role.function() == Some(function))
        };
        let peopled = [Function::Marketing, Function::Support].map(speaks);
        if self.seats.peopled.last().is_none_or(|(_, last)| *last != peopled) {
            self.seats.peopled.push((place, peopled));
        }
    }
}

#[cfg(test)]
mod tests;
