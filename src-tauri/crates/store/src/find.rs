//! Asking the search index. No character of a question is read as an operator here: words and phrases arrive as such.

use crate::error::Error;
use crate::open::Store;
use crate::read::Card;
use crate::view::{self, RecordKey};
use sidedesk_domain::{Kind, MemberId, Millis, RecordId};
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// Words and phrases of a question that count.
const MAX_PHRASES: usize = 12;
/// Ids in one statement.
const IDS_PER_STATEMENT: usize = 2000;
/// Words of the index compared with a mistyped one.
const TERMS: i64 = 20_000;

/// A word or some words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Letters and digits, with single blanks.
    pub text: String,
    /// The last letters may be missing.
    pub open: bool,
}

impl Phrase {
    /// Its letters and digits; `None` without any.
    pub fn new(text: &str, open: bool) -> Option<Self> {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        (!words.is_empty()).then(|| Self {
            text: words.join(" "),
            open,
        })
    }

    fn quoted(&self) -> String {
        format!("\"{}\"{}", self.text, if self.open { "*" } else { "" })
    }
}

/// Every word of a text by itself, its last letters may be missing.
pub fn phrases(text: &str) -> Vec<Phrase> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| Phrase::new(word, true))
        .take(MAX_PHRASES)
        .collect()
}

/// What FTS5 is asked: all of them.
fn question(phrases: &[Phrase]) -> String {
    let quoted: Vec<String> = phrases.iter().take(MAX_PHRASES).map(Phrase::quoted).collect();
    quoted.join(" ")
}

impl Store {
    /// Records in which all of these occur, the best `limit` of each kind, best first.
    pub async fn find(&self, phrases: &[Phrase], limit: usize) -> Result<Vec<RecordKey>, Error> {
        if phrases.is_empty() {
            return Ok(Vec::new());
        }
        self.catch_up_index().await?;
        let rows = sqlx::query(
            "select kind, id
             from (select searchable.kind, searchable.id, search.rank as rank,
                          row_number() over (partition by searchable.kind order by search.rank) as nth
                   from search
                   join searchable on searchable.doc = search.rowid
                   where search match ?)
             where nth <= ?
             order by rank",
        )
        .bind(question(phrases))
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        let mut keys: Vec<RecordKey> = Vec::new();
        for row in &rows {
            let kind = Kind::from_number(u16::try_from(row.try_get::<i64, _>("kind")?).unwrap_or_default());
            keys.extend(RecordId::from_slice(row.try_get("id")?).map(|id| (kind, id)));
        }
        Ok(keys)
    }

    /// Reports of any complaint with a ticket time in `from..until`, the newest first, at most `limit`.
    pub async fn reports_between(&self, from: Millis, until: Millis, limit: usize) -> Result<Vec<RecordKey>, Error> {
        let rows = sqlx::query(
            "select id
             from report
             where hidden = 0 and at_ms >= ? and at_ms < ?
             order by at_ms desc, id
             limit ?",
        )
        .bind(from)
        .bind(until)
        .bind(limit as i64)
        .fetch_all(&self.inner.view)
        .await?;
        let mut keys = Vec::new();
        for row in &rows {
            keys.extend(RecordId::from_slice(row.try_get("id")?).map(|id| (Kind::Report, id)));
        }
        Ok(keys)
    }

    /// Who added these records, as far as history says.
    pub async fn creators(&self, records: &[RecordId]) -> Result<BTreeMap<RecordId, MemberId>, Error> {
        let mut creators = BTreeMap::new();
        for chunk in records.chunks(IDS_PER_STATEMENT) {
            let mut select =
                QueryBuilder::<Sqlite>::new("select record, member from activity where created and record in (");
            let mut list = select.separated(", ");
            for id in chunk {
                list.push_bind(id.0.to_vec());
            }
            select.push(") order by place desc");
            for row in select.build().persistent(false).fetch_all(&self.inner.view).await? {
                let member = row.try_get::<&[u8], _>("member")?.try_into().map(MemberId);
                if let (Some(id), Ok(member)) = (RecordId::from_slice(row.try_get("record")?), member) {
                    creators.insert(id, member);
                }
            }
        }
        Ok(creators)
    }

    /// Words of the index that begin with this one, at most [`TERMS`], each with the number of records it occurs in.
    pub async fn terms(&self, beginning: &str) -> Result<Vec<(String, i64)>, Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select term, doc
             from search_term
             where term >= ?1 and term < ?1 || char(1114111)
             limit ?2",
        )
        .bind(beginning)
        .bind(TERMS)
        .fetch_all(&self.inner.view)
        .await?;
        Ok(rows)
    }

    /// Reports of no complaint in which every word of `words` occurs, the newest first, a page from `offset`; and how many
    /// there are in all.
    pub async fn loose_reports(&self, words: &str, offset: u64, limit: usize) -> Result<(Vec<Card>, i64), Error> {
        let phrases = phrases(words);
        let seen = self.head().await?;
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let (rows, total) = if phrases.is_empty() {
            let rows = sqlx::query(
                "select id, state
                 from report
                 where hidden = 0 and complaint = x''
                 order by at_ms desc, id
                 limit ? offset ?",
            )
            .bind(limit as i64)
            .bind(offset)
            .fetch_all(&self.inner.view)
            .await?;
            (rows, self.counts().await?.reports_loose)
        } else {
            self.catch_up_index().await?;
            let rows = sqlx::query(
                "select report.id, report.state
                 from search
                 join searchable on searchable.doc = search.rowid
                 join report on report.id = searchable.id
                 where search match ? and searchable.kind = ? and report.hidden = 0 and report.complaint = x''
                 order by report.at_ms desc, report.id
                 limit ? offset ?",
            )
            .bind(question(&phrases))
            .bind(i64::from(Kind::Report.number()))
            .bind(limit as i64)
            .bind(offset)
            .fetch_all(&self.inner.view)
            .await?;
            let total = sqlx::query_scalar(
                "select count(*)
                 from search
                 join searchable on searchable.doc = search.rowid
                 join report on report.id = searchable.id
                 where search match ? and searchable.kind = ? and report.hidden = 0 and report.complaint = x''",
            )
            .bind(question(&phrases))
            .bind(i64::from(Kind::Report.number()))
            .fetch_one(&self.inner.view)
            .await?;
            (rows, total)
        };
        let card = |row| view::id_and_state(row).map(|(id, state)| Card { id, state, seen });
        Ok((rows.iter().map(card).collect::<Result<_, _>>()?, total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_of_a_question_is_an_operator() {
        let asked = |text: &str| question(&phrases(text));
        assert_eq!(asked("free ship"), "\"free\"* \"ship\"*");
        assert_eq!(asked(" \"*( NOT x' or 1=1"), "\"NOT\"* \"x\"* \"or\"* \"1\"* \"1\"*");
        assert_eq!(asked("\"*( "), "");
        let exact = Phrase::new("free  (shipping)", false).unwrap();
        assert_eq!(exact.quoted(), "\"free shipping\"");
        assert_eq!(Phrase::new(" -- ", false), None);
    }
}
