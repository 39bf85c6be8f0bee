//! Whose card is it?

use crate::desk::OpenBoard;
use crate::error::Error;
use sidedesk_domain::fields::member;
use sidedesk_domain::{Kind, RecordId};
use std::collections::BTreeSet;

/// What makes a card this person's.
///
/// A card with an owner is mine when the owner's text is my name or its initials, whatever the case and the blanks
/// around: "Marketing lead" and "ml" are the same owner. Initials count for names of two words and more. A card without
/// an owner is mine when I began it, by hand or by an import.
pub(crate) struct Mine {
    names: Vec<String>,
    begun: BTreeSet<RecordId>,
}

impl OpenBoard {
    /// Ready to say of these cards which are this person's: (id, owner as typed).
    pub(crate) async fn mine<'a>(
        &self,
        cards: impl Iterator<Item = (RecordId, Option<&'a str>)>,
    ) -> Result<Mine, Error> {
        let me = self.store.identity().member;
        let card = self.store.card(Kind::Member, RecordId(me.0)).await?;
        let name = card.as_ref().and_then(|card| card.state.get(member::NAME).as_text());
        let ownerless: BTreeSet<RecordId> = cards.filter(|(_, owner)| is_blank(*owner)).map(|(id, _)| id).collect();
        let ownerless: Vec<RecordId> = ownerless.into_iter().collect();
        Ok(Mine {
            names: name.map(names).unwrap_or_default(),
            begun: self.store.begun_by(me, &ownerless).await?,
        })
    }
}

impl Mine {
    /// Whether this card is.
    pub(crate) fn has(&self, id: RecordId, owner: Option<&str>) -> bool {
        match owner.filter(|owner| !is_blank(Some(owner))) {
            Some(owner) => self.names.contains(&plain(owner)),
            None => self.begun.contains(&id),
        }
    }
}

/// One person, as owner fields may name them.
pub(crate) struct Owner(Vec<String>);

impl Owner {
    /// By name or initials.
    pub(crate) fn named(name: &str) -> Self {
        Self(names(name))
    }

    /// Is it them?
    pub(crate) fn is(&self, owner: Option<&str>) -> bool {
        owner.is_some_and(|owner| self.0.contains(&plain(owner)))
    }
}

fn is_blank(owner: Option<&str>) -> bool {
    owner.is_none_or(|owner| owner.trim().is_empty())
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A name as it may stand in an owner field.
fn names(name: &str) -> Vec<String> {
    let initials: String = name.split_whitespace().filter_map(|word| word.chars().next()).collect();
    let long_enough = initials.chars().count() > 1;
    let mut names = vec![plain(name)];
    names.extend(long_enough.then(|| plain(&initials)));
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, owner: Option<&str>, begun: bool, expected: bool) {
        let id = RecordId([1; 16]);
        let mine = Mine {
            names: names(name),
            begun: begun.then_some(id).into_iter().collect(),
        };
        assert_eq!(mine.has(id, owner), expected, "{name} {owner:?}");
    }

    #[test]
    fn a_card_is_mine_by_name_by_initials_or_by_having_begun_it() {
        check("Marketing lead", Some(" marketing LEAD "), false, true);
        check("Marketing lead", Some("ML"), false, true);
        check("Marketing lead", Some("SL"), true, false);
        check("MK", Some("mk"), false, true);
        check("Iva", Some("I"), false, false);
        check("Iva", None, true, true);
        check("Iva", Some("  "), true, true);
        check("Iva", None, false, false);
        check("", Some(""), false, false);
    }
}
