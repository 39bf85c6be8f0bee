//! Deciding and agreeing. A decision is written once and then only signed; which signatures it needs, and what is in front
//! of a clash, is `domain`'s to say.

use crate::cards::{Names, is_pending};
use crate::desk::{Desk, OpenBoard};
use crate::dto::{DecideDto, DecisionDto, FieldInputDto, SignatureDto};
use crate::error::Error;
use crate::input;
use crate::problem::Problem;
use crate::records::{random, record_id};
use chrono::{NaiveDate, NaiveTime};
use sidedesk_domain::decision::{
    ABOUT_KINDS, AboutKind, ClashState, DECISION_WORDS, Decision, Decisions, Function, Signature, Word,
    signature_fields, standing,
};
use sidedesk_domain::fields::{DELETED, decision, member};
use sidedesk_domain::time::{WorkCalendar, floor_minute, local_to_utc, utc_to_local};
use sidedesk_domain::{Edit, FieldId, Kind, MemberId, Millis, RecordEdit, RecordId, RecordState, Value};
use sidedesk_store::VolumeOf;
use std::collections::{BTreeMap, BTreeSet};

/// Decisions read at most, the newest: some ten years of them. They are read whole, at about 5 µs each, because a board's
/// clashes are all compared at once.
const DECISIONS: usize = 20_000;
/// The action by which something is proposed or decided.
const ADD: &str = "decision.add";
/// The action by which it is signed.
const SIGN: &str = "decision.sign";
/// The action by which somebody takes their own proposal back.
const TAKE_BACK: &str = "decision.delete";

/// Every decision of the board, and what it takes to show one.
pub(crate) struct DecisionBook {
    pub decisions: Decisions,
    pending: BTreeSet<RecordId>,
    seen: u64,
    names: Names,
    me: MemberId,
}

/// What a new decision is about.
struct Subject {
    id: RecordId,
    campaign: Option<RecordId>,
    complaint: Option<RecordId>,
    score: Option<i64>,
    last7: Option<i64>,
}

impl Desk {
    /// Proposes or decides, with the signature of this person's function.
    pub async fn decide(&self, decide: &DecideDto) -> Result<DecisionDto, Error> {
        let open = self.open_board().await?;
        let now = self.clock().now();
        let about_kind = choice("about_kind", &decide.about_kind, ABOUT_KINDS, AboutKind::from_word)?;
        let word = word(about_kind, &decide.word)?;
        let mut edits = typed(word, decide, now, &open.calendar().await?)?;
        let subject = open
            .subject(about_kind, record_id(about_kind.word(), &decide.about)?, now)
            .await?;
        let function = open.proposing_function(about_kind, subject.id).await?;
        let me = RecordId(open.store.identity().member.0);
        let (signer, signed_at) = signature_fields(function);
        edits.extend([
            set(decision::ABOUT_KIND, about_kind.word()),
            set(decision::ABOUT, subject.id.to_string()),
            set(decision::WORD, word.word()),
            set(decision::FUNCTION, function.word()),
            set(decision::BY, me),
            set(decision::AT, now),
            set(signer, me),
            set(signed_at, now),
        ]);
        let refs = [
            (decision::CAMPAIGN, subject.campaign),
            (decision::COMPLAINT, subject.complaint),
        ];
        edits.extend(refs.into_iter().filter_map(|(field, id)| Some(set(field, id?))));
        let numbers = [(decision::SCORE, subject.score), (decision::LAST7, subject.last7)];
        edits.extend(
            numbers
                .into_iter()
                .filter_map(|(field, number)| Some(set(field, number?))),
        );
        let id = RecordId::v7(now, random()?);
        let record = RecordEdit {
            kind: Kind::Decision,
            id,
            seen: 0,
            edits,
        };
        open.store.commit(self.action(ADD, vec![record])?).await?;
        open.decision(id).await
    }

    /// Signs the decision that somebody saw, for the function whose signature is missing. Where somebody else's newer one is
    /// in front by now nothing is signed: who agrees has not read it.
    pub async fn agree(&self, id: &str) -> Result<DecisionDto, Error> {
        let open = self.open_board().await?;
        let card = open.card(Kind::Decision, id).await?;
        let found = Decision::read(card.id, &card.state).ok_or_else(|| not_found(id))?;
        let missing = found.missing();
        let Some(needed) = missing.first().copied() else {
            return Err(Error::AlreadySigned);
        };
        let book = open.decision_book().await?;
        let front = standing(book.decisions.about(found.about_kind, found.about)).front;
        let me = open.store.identity().member;
        if front.is_some_and(|front| front.id != found.id && front.by != me) {
            return Err(Error::NewerProposal);
        }
        let mine = open.my_functions().await?;
        let Some(function) = missing.into_iter().find(|function| mine.contains(function)) else {
            return Err(if found.by == me {
                Error::OwnProposal(needed.word())
            } else {
                Error::NotYourFunction(needed.word())
            });
        };
        let (signer, signed_at) = signature_fields(function);
        let record = RecordEdit {
            kind: Kind::Decision,
            id: card.id,
            seen: card.seen,
            edits: vec![set(signer, RecordId(me.0)), set(signed_at, self.clock().now())],
        };
        open.store.commit(self.action(SIGN, vec![record])?).await?;
        open.decision(card.id).await
    }

    /// Takes one's own proposal back. What somebody else has signed meanwhile stays.
    pub async fn take_back_decision(&self, id: &str) -> Result<(), Error> {
        let open = self.open_board().await?;
        let card = open.card(Kind::Decision, id).await?;
        let found = Decision::read(card.id, &card.state).ok_or_else(|| not_found(id))?;
        let me = open.store.identity().member;
        let others = [found.marketing, found.support]
            .into_iter()
            .flatten()
            .filter(|signature| signature.by != me);
        if found.by != me || others.count() > 0 {
            return Err(Error::AlreadySigned);
        }
        let record = RecordEdit {
            kind: Kind::Decision,
            id: card.id,
            seen: card.seen,
            edits: vec![(DELETED, Edit::Set(true.into()))],
        };
        open.store.commit(self.action(TAKE_BACK, vec![record])?).await?;
        Ok(())
    }

    /// Every decision about one thing, the newest first.
    pub async fn decisions(&self, kind: &str, id: &str) -> Result<Vec<DecisionDto>, Error> {
        let open = self.open_board().await?;
        let kind = choice("kind", kind, ABOUT_KINDS, AboutKind::from_word)?;
        let book = open.decision_book().await?;
        let list = book.decisions.about(kind, record_id(kind.word(), id)?);
        Ok(list.iter().map(|decision| book.dto(decision)).collect())
    }
}

impl OpenBoard {
    /// Everything that was decided.
    pub(crate) async fn decision_book(&self) -> Result<DecisionBook, Error> {
        let cards = self.store.newest_others(Kind::Decision, DECISIONS).await?;
        let pending = cards.iter().filter(|card| is_pending(&card.state)).map(|card| card.id);
        Ok(DecisionBook {
            pending: pending.collect(),
            seen: cards.first().map_or(0, |card| card.seen),
            names: self.names().await?,
            me: self.store.identity().member,
            decisions: Decisions::new(cards.iter().filter_map(|card| Decision::read(card.id, &card.state))),
        })
    }

    /// The functions that this person may sign for.
    pub(crate) async fn my_functions(&self) -> Result<&'static [Function], Error> {
        let me = self.member_card().await?;
        let word = me.as_ref().and_then(|card| card.state.get(member::FUNCTION).as_text());
        Ok(word.map_or(&[], Function::of_member))
    }

    async fn decision(&self, id: RecordId) -> Result<DecisionDto, Error> {
        let card = self.card(Kind::Decision, &id.to_string()).await?;
        let found = Decision::read(id, &card.state).ok_or_else(|| not_found(&id.to_string()))?;
        let book = DecisionBook {
            pending: is_pending(&card.state).then_some(id).into_iter().collect(),
            seen: card.seen,
            names: self.names().await?,
            me: self.store.identity().member,
            decisions: Decisions::default(),
        };
        Ok(book.dto(&found))
    }

    /// Somebody of both functions answers the one that waits; else they speak for whoever owns the subject.
    async fn proposing_function(&self, about_kind: AboutKind, about: RecordId) -> Result<Function, Error> {
        let owning = match about_kind {
            AboutKind::Complaint => Function::Support,
            AboutKind::Clash | AboutKind::Campaign => Function::Marketing,
        };
        match self.my_functions().await? {
            [] => Err(Error::NotYourFunction(owning.word())),
            [only] => Ok(*only),
            _ => {
                let book = self.decision_book().await?;
                let standing = standing(book.decisions.about(about_kind, about));
                let waiting = standing.front.filter(|_| standing.state == ClashState::Waiting);
                Ok(waiting.map_or(owning, |proposal| proposal.function.other()))
            }
        }
    }

    async fn subject(&self, about_kind: AboutKind, id: RecordId, now: Millis) -> Result<Subject, Error> {
        let at = floor_minute(now);
        match about_kind {
            AboutKind::Clash => {
                let pass = self.radar(at).await?;
                let clash = pass.clash(id).ok_or_else(|| Error::NotFound {
                    kind: about_kind.word().into(),
                    id: id.to_string(),
                })?;
                Ok(Subject {
                    id,
                    campaign: Some(clash.campaign),
                    complaint: Some(clash.complaint),
                    score: Some(clash.score),
                    last7: Some(last7(&pass.volumes, clash.complaint)),
                })
            }
            AboutKind::Complaint => {
                self.card(Kind::Complaint, &id.to_string()).await?;
                let volumes = self.store.volumes(at).await?;
                Ok(Subject {
                    id,
                    campaign: None,
                    complaint: Some(id),
                    score: None,
                    last7: Some(last7(&volumes, id)),
                })
            }
            AboutKind::Campaign => {
                self.card(Kind::Campaign, &id.to_string()).await?;
                Ok(Subject {
                    id,
                    campaign: Some(id),
                    complaint: None,
                    score: None,
                    last7: None,
                })
            }
        }
    }
}

impl DecisionBook {
    pub(crate) fn dto(&self, decision: &Decision) -> DecisionDto {
        let signature = |signature: Signature| SignatureDto {
            by: self.names.of(signature.by),
            at_ms: signature.at,
            me: signature.by == self.me,
        };
        DecisionDto {
            id: decision.id.to_string(),
            seen: self.seen,
            about_kind: decision.about_kind.word().into(),
            about: decision.about.to_string(),
            word: decision.word.word().into(),
            text: decision.text.clone(),
            owner: decision.owner.clone(),
            due_ms: decision.due,
            by: self.names.of(decision.by),
            function: decision.function.word().into(),
            at_ms: decision.at,
            score: decision.score,
            marketing: decision.marketing.map(signature),
            support: decision.support.map(signature),
            signed: decision.is_signed(),
            standup: decision.standup.clone(),
            pending: self.pending.contains(&decision.id),
        }
    }
}

fn last7(volumes: &BTreeMap<RecordId, VolumeOf>, complaint: RecordId) -> i64 {
    volumes.get(&complaint).map_or(0, |volume| volume.volume.last7)
}

fn not_found(id: &str) -> Error {
    Error::NotFound {
        kind: Kind::Decision.name().into(),
        id: id.chars().take(80).collect(),
    }
}

fn set(field: FieldId, value: impl Into<Value>) -> (FieldId, Edit) {
    (field, Edit::Set(value.into()))
}

fn choice<T>(field: &str, typed: &str, words: &[&str], read: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    read(typed.trim()).ok_or_else(|| Error::input(field, Problem::choice(typed, words)))
}

fn word(about_kind: AboutKind, typed: &str) -> Result<Word, Error> {
    let fits = |word: &Word| about_kind == AboutKind::Clash || !word.is_for_clashes();
    let words = DECISION_WORDS.iter().copied();
    let allowed: Vec<&str> = words
        .filter(|word| Word::from_word(word).as_ref().is_some_and(fits))
        .collect();
    choice("word", typed, &allowed, |typed| Word::from_word(typed).filter(fits))
}

/// What was typed, read and found sufficient for this word.
fn typed(word: Word, decide: &DecideDto, now: Millis, calendar: &WorkCalendar) -> Result<Vec<(FieldId, Edit)>, Error> {
    let inputs: Vec<FieldInputDto> = [
        ("text", &decide.text),
        ("owner", &decide.owner),
        ("due", &decide.due),
        ("standup", &decide.standup),
    ]
    .into_iter()
    .map(|(field, value)| FieldInputDto {
        field: field.into(),
        value: value.clone(),
    })
    .collect();
    let mut edits = input::edits(Kind::Decision, &RecordState::default(), &inputs, calendar.zone)?;
    let has = |edits: &[(FieldId, Edit)], field| edits.iter().any(|(edited, _)| *edited == field);
    let needed = [
        (decision::TEXT, "text", word.needs_text()),
        (decision::OWNER, "owner", word.needs_owner()),
        (decision::DUE, "due", word == Word::Defer),
    ];
    for (field, name, is_needed) in needed {
        if is_needed && !has(&edits, field) {
            return Err(Error::input(name, Problem::Empty));
        }
    }
    for (field, edit) in &edits {
        match edit {
            Edit::Set(Value::Int(due)) if *field == decision::DUE && *due <= now => {
                return Err(Error::input(
                    "due",
                    Problem::Past(decide.due.clone().unwrap_or_default()),
                ));
            }
            Edit::Set(Value::Text(date))
                if *field == decision::STANDUP && NaiveDate::parse_from_str(date, "%Y-%m-%d").is_err() =>
            {
                return Err(Error::input("standup", Problem::Date(date.clone())));
            }
            _ => {}
        }
    }
    if word == Word::HandOff && !has(&edits, decision::DUE) {
        edits.push(set(decision::DUE, next_working_noon(now, calendar)));
    }
    Ok(edits)
}

fn next_working_noon(now: Millis, calendar: &WorkCalendar) -> Millis {
    let today = utc_to_local(now, calendar.zone).date();
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or(NaiveTime::MIN);
    local_to_utc(calendar.next_working_day(today).and_time(noon), calendar.zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidedesk_domain::time::{Tz, to_rfc3339};

    fn decide(word: &str) -> DecideDto {
        DecideDto {
            about_kind: "clash".into(),
            about: String::new(),
            word: word.into(),
            text: Some("leave out the 412".into()),
            owner: Some("MK".into()),
            due: Some("2026-11-23 09:00".into()),
            standup: None,
        }
    }

    const NOW: Millis = 1_795_084_920_000; // Thursday, 2026-11-19 10:42 in London

    /// The code of the refusal, or nothing.
    fn check(decide: &DecideDto, expected: Option<(&str, &str)>) {
        let kind = AboutKind::from_word(&decide.about_kind).unwrap();
        let calendar = WorkCalendar::new(Tz::Europe__London);
        let found = word(kind, &decide.word).and_then(|word| typed(word, decide, NOW, &calendar));
        let refusal = found.err().map(|error| (error.code(), error.dto().field.unwrap()));
        let expected = expected.map(|(code, field)| (code, field.to_owned()));
        assert_eq!(refusal, expected, "{decide:?}");
    }

    #[test]
    fn each_word_says_what_it_needs() {
        for word in DECISION_WORDS {
            check(&decide(word), None);
        }
        let bare = |word: &str| DecideDto {
            text: None,
            owner: Some("  ".into()),
            due: None,
            ..decide(word)
        };
        check(&bare("move"), None);
        check(&bare("change"), None);
        check(&bare("drop"), None);
        for word in ["mitigate", "accept", "not_a_clash", "decide", "hand_off"] {
            check(&bare(word), Some(("input_empty", "text")));
        }
        for word in ["mitigate", "hand_off"] {
            let decide = DecideDto {
                owner: None,
                ..decide(word)
            };
            check(&decide, Some(("input_empty", "owner")));
        }
        check(&bare("defer"), Some(("input_empty", "due")));
    }

    #[test]
    fn what_does_not_fit_is_refused_by_field_and_code() {
        check(&decide("postpone"), Some(("input_choice", "word")));
        let about_a_complaint = DecideDto {
            about_kind: "complaint".into(),
            ..decide("mitigate")
        };
        check(&about_a_complaint, Some(("input_choice", "word")));
        let with = |due: &str| DecideDto {
            due: Some(due.into()),
            ..decide("defer")
        };
        check(&with("2026-11-19 10:42"), Some(("input_past", "due")));
        check(&with("2026-11-19 10:43"), None);
        check(&with("soon"), Some(("input_date", "due")));
        let long = DecideDto {
            text: Some("x".repeat(40_000)),
            ..decide("accept")
        };
        check(&long, Some(("input_long", "text")));
        let elsewhere = DecideDto {
            standup: Some("yesterday".into()),
            ..decide("accept")
        };
        check(&elsewhere, Some(("input_date", "standup")));
    }

    #[test]
    fn a_handoff_without_a_date_is_due_on_the_next_working_day_at_noon() {
        let calendar = WorkCalendar::new(Tz::Europe__London);
        let noon = |at: Millis| to_rfc3339(next_working_noon(at, &calendar));
        assert_eq!(noon(NOW), "2026-11-20T12:00:00Z");
        assert_eq!(noon(NOW + 24 * 3_600_000), "2026-11-23T12:00:00Z");
    }
}
