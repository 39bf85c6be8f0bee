//! Who somebody is on a board: the role that they have, and the function that it speaks for.

use crate::fields::Space;

/// One of the two that the board brings together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Promises.
    Marketing,
    /// Hears what is broken.
    Support,
}

impl Function {
    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Support => "support",
        }
    }
}

/// What a member may do. A number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Writes everything, invites, admits, removes; of both functions or of none.
    Lead,
    /// Writes, for marketing.
    Marketing,
    /// Writes, for support.
    Support,
    /// An outsourced desk: flags and asks, without the inner space.
    Partner,
    /// Reads, flags and asks.
    Viewer,
    /// [`Self::Lead`] of this function.
    LeadOf(Function),
    /// The printed words: no person. They let one device in as a lead's and do nothing else.
    Recovery,
    /// A role from a newer version: may read and nothing else until the update.
    Other(u8),
}

impl Role {
    /// Those that a person may have, in the order in which they are offered.
    pub const OF_PEOPLE: [Self; 7] = [
        Self::LeadOf(Function::Marketing),
        Self::LeadOf(Function::Support),
        Self::Marketing,
        Self::Support,
        Self::Partner,
        Self::Viewer,
        Self::Lead,
    ];

    /// Its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Lead => 1,
            Self::Marketing => 2,
            Self::Support => 3,
            Self::Partner => 4,
            Self::Viewer => 5,
            Self::LeadOf(Function::Marketing) => 6,
            Self::LeadOf(Function::Support) => 7,
            Self::Recovery => 8,
            Self::Other(number) => number,
        }
    }

    /// The role with this number.
    pub fn from_number(number: u8) -> Self {
        let known = Self::OF_PEOPLE.into_iter().chain([Self::Recovery]);
        let mut found = known.filter(|role| role.number() == number);
        found.next().unwrap_or(Self::Other(number))
    }

    /// The word typed and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Marketing => "marketing",
            Self::Support => "support",
            Self::Partner => "partner",
            Self::Viewer => "viewer",
            Self::LeadOf(Function::Marketing) => "marketing-lead",
            Self::LeadOf(Function::Support) => "support-lead",
            Self::Recovery => "recovery",
            Self::Other(_) => "newer",
        }
    }

    /// The role of this word, of those that a person may have.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::OF_PEOPLE.into_iter().find(|role| role.word() == word)
    }

    /// Invites, admits, removes.
    pub fn is_lead(self) -> bool {
        matches!(self, Self::Lead | Self::LeadOf(_))
    }

    /// Can a person have it?
    pub fn is_of_a_person(self) -> bool {
        Self::OF_PEOPLE.contains(&self)
    }

    /// The function that it speaks for.
    pub fn function(self) -> Option<Function> {
        match self {
            Self::Marketing => Some(Function::Marketing),
            Self::Support | Self::Partner => Some(Function::Support),
            Self::LeadOf(function) => Some(function),
            Self::Lead | Self::Viewer | Self::Recovery | Self::Other(_) => None,
        }
    }

    /// Does it hold the keys of this space? (architecture §6)
    pub fn holds(self, space: Space) -> bool {
        match (self, space) {
            (Self::Other(_), _) | (Self::Partner, Space::Inner) => false,
            (_, Space::Board | Space::Inner) => true,
        }
    }
}
