//! Digests and verification: do two devices show the same board, and does this one show what its log says?

use crate::error::Error;
use crate::log;
use crate::open::Store;
use crate::shadow;
use crate::sqlite::{self, Durability};
use crate::view::{self, RecordKey};
use crate::writer::{Applied, Writer, set_applied};
use futures_util::TryStreamExt as _;
use sidedesk_domain::fold::Rules;
use sidedesk_domain::{Kind, MemberId, RecordState, Space};
use sidedesk_protocol::Hash;
use sidedesk_protocol::chain::Chain;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeMap;

/// Entries verified between two looks at the clock of whoever waits.
const VERIFY_ENTRIES: usize = 500;

/// One digest per space, over confirmed state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// The place they are of.
    pub head: u64,
    /// The rules that it was folded by: digests of other rules say nothing about each other.
    pub rules: Rules,
    /// Of what every seat holds.
    pub board: Hash,
    /// Of the inner space; `None` without its key.
    pub inner: Option<Hash>,
}

/// What verification found.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Digests of the view as it is.
    pub digests: Digests,
    /// What does not agree, one sentence each; empty when all is well.
    pub problems: Vec<String>,
}

impl Store {
    /// The digests of the view as it stands.
    pub async fn digests(&self) -> Result<Digests, Error> {
        let mut view = self.inner.view.acquire().await?;
        let mut tx = view.begin().await?;
        let shown = digests_of(&mut tx).await?;
        drop(tx);
        drop(view);
        let chain = self.chain().await?;
        Ok(shown.for_seat(&chain, self.identity().member))
    }

    /// The rules that the newest confirmed op is folded by.
    pub async fn rules(&self) -> Result<Rules, Error> {
        let mut view = self.inner.view.acquire().await?;
        let at = crate::writer::applied(&mut view).await?;
        Ok(at.map_or_else(Rules::default, |at| at.rules()))
    }

    /// Checks the files, the whole chain with every signature, and folds the log again beside the view to compare.
    pub async fn verify(&self) -> Result<Verified, Error> {
        // Nothing comes in between: what is compared is one moment's.
        let mut writer = self.writer().await?;
        let shown = digests_of(&mut writer.view).await?;
        let digests = shown.for_seat(&writer.chain, writer.member);
        let mut problems = Vec::new();
        if crate::snapshot::base(&mut writer.log).await?.is_some() {
            problems.push("the board's history is still on its way; it is checked when it is here".into());
            return Ok(Verified { digests, problems });
        }
        for (name, connection) in [("log.db", 0), ("view.db", 1)] {
            let target = if connection == 0 {
                &mut writer.log
            } else {
                &mut writer.view
            };
            let verdict: String = sqlx::query_scalar("pragma integrity_check(1)")
                .fetch_one(target)
                .await?;
            if verdict != "ok" {
                problems.push(format!("{name}: {verdict}"));
            }
        }
        if let Err(problem) = verify_chain(&mut writer).await? {
            problems.push(problem);
        }
        let refolded = self.refold_beside(&mut writer).await?;
        if refolded != (digests.board, digests.inner) {
            problems.push("the view differs from what the log says; it will be built again".into());
        }
        Ok(Verified { digests, problems })
    }

    /// Folds the confirmed log into a view of its own and returns that one's digests.
    async fn refold_beside(&self, writer: &mut Writer) -> Result<(Hash, Option<Hash>), Error> {
        let path = self.inner.files.dir().join("verify.db");
        self.inner.files.discard(&path)?;
        let mut fresh = sqlite::open_writer(&path, Durability::Cache).await?;
        sqlite::ensure_schema(&mut fresh, view::SCHEMA, view::VERSION).await?;
        set_applied(&mut fresh, &Applied::nothing(writer.chain.workspace)).await?;
        let mut at = Applied::nothing(writer.chain.workspace);
        std::mem::swap(&mut writer.view, &mut fresh);
        std::mem::swap(&mut writer.at, &mut at);
        let folded = fold_confirmed(writer, u64::MAX).await;
        std::mem::swap(&mut writer.at, &mut at);
        std::mem::swap(&mut writer.view, &mut fresh);
        folded?;
        let rules = crate::writer::applied(&mut fresh)
            .await?
            .map_or_else(Rules::default, |at| at.rules());
        let (board, inner) = digest(&mut fresh, rules).await?;
        fresh.close().await?;
        self.inner.files.discard(&path)?;
        Ok((board, for_seat(inner, &writer.chain, writer.member)))
    }
}

impl Digests {
    /// Without the inner space for a seat that does not hold it.
    fn for_seat(self, chain: &Chain, member: MemberId) -> Self {
        let inner = self.inner.and_then(|inner| for_seat(inner, chain, member));
        Self { inner, ..self }
    }
}

/// Of a view, as it stands; both spaces.
async fn digests_of(view: &mut SqliteConnection) -> Result<Digests, Error> {
    let at = crate::writer::applied(&mut *view).await?;
    let head = at.as_ref().map_or(0, |at| at.n);
    let rules = at.map_or_else(Rules::default, |at| at.rules());
    let (board, inner) = digest(view, rules).await?;
    Ok(Digests {
        head,
        rules,
        board,
        inner: Some(inner),
    })
}

/// The digest of the inner space, for a seat that holds it.
pub(crate) fn for_seat(inner: Hash, chain: &Chain, member: MemberId) -> Option<Hash> {
    let role = chain.membership.members.get(&member);
    role.is_none_or(|role| role.holds(Space::Inner)).then_some(inner)
}

pub(crate) async fn fold_confirmed(writer: &mut Writer, until: u64) -> Result<(), Error> {
    let mut n = 0;
    loop {
        let mut entries = log::entries_after(&mut writer.log, n, VERIFY_ENTRIES / 8).await?;
        entries.retain(|row| row.entry.n <= until);
        let Some(last) = entries.last() else { return Ok(()) };
        n = last.entry.n;
        writer.fold(&entries, &[]).await?;
    }
}

/// Every entry again, from the genesis op: signatures, sequences, membership, hashes.
pub(crate) async fn verify_chain(writer: &mut Writer) -> Result<Result<(), String>, Error> {
    let mut chain = Chain::empty(writer.chain.workspace);
    loop {
        let entries = log::entries_after(&mut writer.log, chain.n, VERIFY_ENTRIES).await?;
        if entries.is_empty() {
            break;
        }
        for row in entries {
            if let Err(error) = chain.append(&row.entry) {
                return Ok(Err(format!("entry {} of the log: {error}", row.entry.n)));
            }
            if chain.hash != row.hash {
                return Ok(Err(format!(
                    "entry {} of the log: its stored hash is wrong",
                    row.entry.n
                )));
            }
        }
    }
    if chain == writer.chain {
        Ok(Ok(()))
    } else {
        Ok(Err("the stored chain differs from its log".into()))
    }
}

/// (board, inner) over the confirmed state of every record, by kind and id.
pub(crate) async fn digest(view: &mut SqliteConnection, rules: Rules) -> Result<(Hash, Hash), Error> {
    let shadows: BTreeMap<RecordKey, RecordState> = shadow::all_shadows(view).await?.into_iter().collect();
    let mut hashers = [hasher(Space::Board, rules), hasher(Space::Inner, rules)];
    for (kind, sql) in [
        (Kind::Campaign, "select 1 as kind, id, state from campaign order by id"),
        (
            Kind::Complaint,
            "select 2 as kind, id, state from complaint order by id",
        ),
        (Kind::Report, "select 3 as kind, id, state from report order by id"),
        (Kind::Other(0), "select kind, id, state from other order by kind, id"),
    ] {
        let mut rows = sqlx::query_as::<_, (i64, Vec<u8>, Vec<u8>)>(sql).fetch(&mut *view);
        while let Some((number, id, state)) = rows.try_next().await? {
            let kind = if matches!(kind, Kind::Other(_)) {
                Kind::from_number(u16::try_from(number).unwrap_or_default())
            } else {
                kind
            };
            let id = sidedesk_domain::RecordId::from_slice(&id).unwrap_or_default();
            let state = match shadows.get(&(kind, id)) {
                Some(shadow) => shadow.clone(),
                None => minicbor::decode(&state)?,
            };
            for (space, hasher) in Space::ALL.into_iter().zip(&mut hashers) {
                let part = state.digested(space);
                if !part.is_empty() {
                    let bytes = minicbor::to_vec(&part).map_err(|e| Error::Unreadable(e.to_string()))?;
                    hasher.update(&kind.number().to_le_bytes()).update(id.as_bytes());
                    hasher.update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
                }
            }
        }
    }
    let [board, inner] = hashers;
    Ok((*board.finalize().as_bytes(), *inner.finalize().as_bytes()))
}

fn hasher(space: Space, rules: Rules) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_derive_key("sidedesk 1 view digest");
    hasher.update(&[space.number()]).update(&rules.number().to_le_bytes());
    hasher
}
