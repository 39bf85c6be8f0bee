//! Search: words, exact words in quotes, and operators, over everything on the board.
//!
//! An operator is `name:value`, the value in quotes when it has blanks. What is no operator, or has a value that means
//! nothing, is looked for as words, so nothing that is typed is ignored in silence. All must hold.

mod filter;
mod question;

use crate::board::COMPARED;
use crate::desk::{Desk, OpenBoard};
use crate::dto::{FoundDto, SearchDto};
use crate::error::Error;
use filter::Person;
use question::Question;
use sidedesk_domain::fields::{campaign, complaint, member, report};
use sidedesk_domain::nearest::{distance, may_differ};
use sidedesk_domain::scope::normal_form;
use sidedesk_domain::{FieldId, Kind, MemberId, Millis, RecordId, RecordState};
use sidedesk_store::{Phrase, RecordKey, is_hidden};
use std::collections::{BTreeMap, BTreeSet};

/// Finds shown of each kind.
const FINDS: usize = 50;
/// Records of each kind that operators look at, the best or the newest.
const LOOKED_AT: usize = 2000;
/// Records read at once.
const BATCH: usize = FINDS * 4;
/// Characters of a title that are shown.
const TITLE: usize = 120;
/// Characters of what else is known.
const ABOUT: usize = 160;
/// The order of the groups: cards before tickets.
const KINDS: [Kind; 3] = [Kind::Campaign, Kind::Complaint, Kind::Report];

impl Desk {
    /// What was asked for: campaigns, complaints, reports, each best first.
    pub async fn search(&self, text: &str) -> Result<SearchDto, Error> {
        let open = self.open_board().await?;
        let question = Question::read(text, open.zone().await?, self.clock().now());
        let mut found = Vec::new();
        let mut asked = Asked::default();
        for kind in KINDS.into_iter().filter(|kind| question.filter.asks_for(*kind)) {
            let candidates = open.candidates(kind, &question, &mut asked).await?;
            found.extend(open.finds(kind, &candidates, &question, FINDS).await?);
        }
        let did_you_mean = if found.is_empty() {
            open.nearest_word(&question.phrases).await?
        } else {
            None
        };
        Ok(SearchDto {
            found,
            operators: question.operators,
            words: question.phrases.into_iter().map(|phrase| phrase.text).collect(),
            did_you_mean,
        })
    }
}

/// What the index was asked for last: mostly the same for every kind.
#[derive(Default)]
struct Asked {
    phrases: Vec<Phrase>,
    keys: Vec<RecordKey>,
}

impl OpenBoard {
    /// All records of a kind that a search for this finds.
    pub(crate) async fn matching(&self, kind: Kind, text: &str, now: Millis) -> Result<BTreeSet<RecordId>, Error> {
        let question = Question::read(text, self.zone().await?, now);
        let candidates = self.candidates(kind, &question, &mut Asked::default()).await?;
        let found = self.finds(kind, &candidates, &question, LOOKED_AT).await?;
        Ok(found.iter().filter_map(|found| found.id.parse().ok()).collect())
    }

    /// Those of the candidates for which every operator holds.
    async fn finds(
        &self,
        kind: Kind,
        candidates: &[RecordKey],
        question: &Question,
        most: usize,
    ) -> Result<Vec<FoundDto>, Error> {
        let mut found: Vec<(bool, FoundDto)> = Vec::new();
        let names = if question.filter.by.is_some() {
            Some(self.people().await?)
        } else {
            None
        };
        for keys in candidates.chunks(BATCH) {
            let states = self.store.states(keys).await?;
            let ids: Vec<_> = keys.iter().map(|(_, id)| *id).collect();
            let creators = match names {
                Some(_) => self.store.creators(&ids).await?,
                None => BTreeMap::new(),
            };
            for key in keys {
                let Some(state) = states.get(key).filter(|state| !is_hidden(state)) else {
                    continue;
                };
                let by = names.as_ref().and_then(|names| names.get(creators.get(&key.1)?));
                if question.filter.holds(kind, state, by) {
                    found.push((!in_title(kind, state, &question.phrases), dto(*key, state)));
                }
            }
            if found.len() >= most {
                break;
            }
        }
        // Whose title says it comes first; among those the index's order stands.
        found.sort_by_key(|(elsewhere, _)| *elsewhere);
        Ok(found.into_iter().take(most).map(|(_, found)| found).collect())
    }

    /// Records that may be meant, the best first.
    async fn candidates(&self, kind: Kind, question: &Question, asked: &mut Asked) -> Result<Vec<RecordKey>, Error> {
        let phrases = question.indexed(kind);
        if !phrases.is_empty() {
            if asked.phrases != phrases {
                // Without operators nearly all of them are shown.
                let most = if question.filter.is_empty() { BATCH } else { LOOKED_AT };
                asked.keys = self.store.find(&phrases, most).await?;
                asked.phrases = phrases;
            }
            return Ok(asked.keys.iter().filter(|key| key.0 == kind).copied().collect());
        }
        if question.filter.is_empty() {
            return Ok(Vec::new());
        }
        let cards = match kind {
            // As the board shows them: what is ahead, then what is over.
            Kind::Campaign => self.store.campaign_lane(question.now, COMPARED).await?,
            Kind::Complaint => {
                let mut cards = self.store.complaints(COMPARED).await?;
                // Ids begin with their time: the newest first.
                cards.reverse();
                cards
            }
            _ => {
                let (from, until) = question.filter.between();
                return Ok(self.store.reports_between(from, until, LOOKED_AT).await?);
            }
        };
        Ok(cards.into_iter().map(|card| (kind, card.id)).collect())
    }

    /// Everybody on the board.
    async fn people(&self) -> Result<BTreeMap<MemberId, Person>, Error> {
        let members = self.store.others(Kind::Member).await?;
        let person = |card: &sidedesk_store::Card| {
            let normal = |field| normal_form(text(&card.state, field).unwrap_or(""));
            let person = Person {
                name: normal(member::NAME),
                function: normal(member::FUNCTION),
            };
            (MemberId(card.id.0), person)
        };
        Ok(members.iter().map(person).collect())
    }

    /// Of the first word that occurs nowhere: the nearest one that does. Looked for among the words with the same first
    /// letter, else among those that begin with the second one.
    async fn nearest_word(&self, phrases: &[Phrase]) -> Result<Option<String>, Error> {
        for word in phrases.iter().flat_map(|phrase| phrase.text.split(' ')) {
            let word = word.to_lowercase();
            let most = may_differ(&word);
            if most == 0 || !self.store.terms(&word).await?.is_empty() {
                continue;
            }
            for first in word.chars().take(2) {
                let terms = self.store.terms(&first.to_string()).await?;
                let near = terms.into_iter().filter_map(|(term, records)| {
                    let apart = distance(&word, &term);
                    (apart <= most).then_some((apart, -records, term))
                });
                if let Some((_, _, term)) = near.min() {
                    return Ok(Some(term));
                }
            }
        }
        Ok(None)
    }
}

/// Do all words begin a word of the title?
fn in_title(kind: Kind, state: &RecordState, phrases: &[Phrase]) -> bool {
    let title = title(kind, state).to_lowercase();
    let begins = |phrase: &Phrase| {
        let asked = phrase.text.to_lowercase();
        title.match_indices(asked.as_str()).any(|(at, _)| {
            !title
                .get(..at)
                .is_some_and(|before| before.ends_with(char::is_alphanumeric))
        })
    };
    phrases.iter().all(begins)
}

fn text(state: &RecordState, field: FieldId) -> Option<&str> {
    state.get(field).as_text()
}

fn title(kind: Kind, state: &RecordState) -> &str {
    let title = match kind {
        Kind::Campaign => text(state, campaign::NAME),
        Kind::Complaint => text(state, complaint::TITLE),
        _ => text(state, report::TITLE).or_else(|| text(state, report::BODY)),
    };
    title.unwrap_or("")
}

fn about(kind: Kind, state: &RecordState) -> Option<String> {
    let fields: &[FieldId] = match kind {
        Kind::Campaign => &[campaign::TEXT, campaign::AUDIENCE],
        Kind::Complaint => &[complaint::GOT, complaint::EXPECTED, complaint::NOTES],
        // Without a subject its first words are the title already.
        _ if text(state, report::TITLE).is_none() => &[],
        _ => &[report::BODY],
    };
    let said = fields.iter().find_map(|field| text(state, *field))?;
    Some(first_words(said, ABOUT)).filter(|line| !line.is_empty())
}

/// One line of at most so many characters.
fn first_words(text: &str, most: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > most * 4 {
            break;
        }
    }
    line.chars().take(most).collect()
}

fn dto((kind, id): RecordKey, state: &RecordState) -> FoundDto {
    let word = match kind {
        Kind::Campaign => text(state, campaign::STATE),
        Kind::Complaint => text(state, complaint::STATE),
        _ => text(state, report::STATUS),
    };
    FoundDto {
        kind: kind.name().into(),
        id: id.to_string(),
        title: first_words(title(kind, state), TITLE),
        state: word.map(str::to_owned),
        about: about(kind, state),
    }
}
