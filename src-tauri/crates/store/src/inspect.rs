//! Looking at a data directory without changing it: are the files sound, does the chain hold, does the view show what the
//! log says, is there a second copy of everything? Each problem says what would mend it; nothing is mended here.

use crate::digest::{Digests, digest, fold_confirmed, for_seat, verify_chain};
use crate::error::Error;
use crate::files::{Files, WriteLock};
use crate::identity::Identity;
use crate::identity_file::IdentityFile;
use crate::log::{self, Pending};
use crate::open::Store;
use crate::side_file::{self, SideFile};
use crate::sqlite::{self, Durability};
use crate::view;
use crate::writer::{Applied, Writer, applied, set_applied};
use crate::{backup, mend};
use sidedesk_domain::OpId;
use sidedesk_domain::fold::{FOLD_VERSION, Rules};
use sidedesk_domain::time::{floor_minute, to_rfc3339};
use sidedesk_keystore::Keys;
use sidedesk_protocol::ZERO_HASH;
use sidedesk_protocol::chain::Chain;
use sqlx::Connection as _;
use std::path::Path;

/// What was found.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Digests of the view; of what the log folds to, where the view cannot be read.
    pub digests: Digests,
    /// What is wrong, and what would mend it; one sentence or two each. Empty when all is well.
    pub problems: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// A file that is no sound database is put aside at the next opening; one that says something wrong is not noticed then.
const SEEN: &str = "opening the board puts it aside,";
const NOT_SEEN: &str = "move log.db out of the folder, and opening the board";
const GONE: &str = "opening the board";

/// What has been said so far.
#[derive(Default)]
struct Findings {
    problems: Vec<String>,
    notes: Vec<String>,
}

impl Findings {
    fn problem(&mut self, what: impl std::fmt::Display, remedy: &str) {
        self.problems.push(format!("{what}; {remedy}"));
    }
}

/// Looks at everything in this data directory. Beside whoever writes it, what they are writing just now is not looked at.
pub async fn inspect(dir: &Path, keys: &Keys) -> Result<Inspected, Error> {
    if !Store::exists(dir) {
        return Err(Error::NoBoard);
    }
    let files = Files::at(dir)?;
    files.no_directories()?;
    let identity = Identity::open(&files, keys).await?.ok_or(Error::NoBoard)?;
    let mut found = Findings::default();
    let _lock = match WriteLock::take(&files) {
        Ok(lock) => Some(lock),
        Err(Error::Held(who)) => {
            found.notes.push(format!("the board is open in {who} meanwhile"));
            None
        }
        Err(error) => return Err(error),
    };
    look_at_identity(&files, &identity, &mut found);
    look_at_backups(&files, &identity, &mut found).await;
    let at = look_at_view_file(&files, &mut found).await?;
    let digests = match look_at_log(&files, &identity, at, &mut found).await {
        Ok(digests) => digests,
        Err(Error::Newer) => return Err(Error::Newer),
        // Not damaged: it cannot be looked at here and now.
        Err(error) if error.is_for_reading() => return Err(error),
        Err(error) => {
            found.problem(said("log.db", &error), &log_remedy(&files, &identity, SEEN).await);
            no_digests()
        }
    };
    for name in files.asides() {
        found.notes.push(format!("{name} was put aside once, and is not used"));
    }
    let Findings { problems, notes } = found;
    Ok(Inspected {
        digests,
        problems,
        notes,
    })
}

fn no_digests() -> Digests {
    Digests {
        head: 0,
        rules: Rules::default(),
        board: ZERO_HASH,
        inner: None,
    }
}

fn said(name: &str, error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(" ({cause})"));
    format!("{name}: {error}{}", cause.unwrap_or_default())
}

/// What opening the board would do about its log. `sees` is how it comes to see that it is damaged.
async fn log_remedy(files: &Files, identity: &Identity, sees: &str) -> String {
    let mut sound = None;
    for (backup, _) in backup::of_board(files, identity.workspace).await {
        if backup::check(&backup.path).await.is_ok() {
            sound = Some(backup);
            break;
        }
    }
    let backup = sound.map(|backup| {
        let at = to_rfc3339(floor_minute(backup.at));
        format!("puts the backup of {at} in its place")
    });
    let hub = identity.hub.is_some().then_some("fetches what is missing from the hub");
    let does: Vec<String> = backup.into_iter().chain(hub.map(str::to_owned)).collect();
    if does.is_empty() && sees == GONE {
        return mend::nothing_left_sentence(files);
    }
    if does.is_empty() {
        return format!("{sees} keeps what can still be read of it; restore a copy of it first");
    }
    format!("{sees} {}, and keeps what the side file says waits", does.join(", "))
}

fn look_at_identity(files: &Files, identity: &Identity, found: &mut Findings) {
    let opened = IdentityFile::of(identity);
    for (name, copy) in ["identity", "backups/identity"]
        .into_iter()
        .zip(IdentityFile::copies(files))
    {
        match copy {
            Ok(Some(copy)) if copy == opened => {}
            Ok(Some(_)) => found.notes.push(format!("{name} is older than the other copy")),
            Ok(None) => found
                .notes
                .push(format!("{name} is missing; opening the board writes it again")),
            Err(_) => found.problem(
                format!("{name} is damaged"),
                "opening the board writes it again from the other copy",
            ),
        }
    }
    found.problems.extend(files.in_the_way());
}

async fn look_at_backups(files: &Files, identity: &Identity, found: &mut Findings) {
    let backups = backup::list(files);
    for backup in &backups {
        let name = backup
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match backup::check(&backup.path).await {
            Ok(chain) if chain.workspace == identity.workspace => found.notes.push(format!(
                "backup of {}: sound, {} entries",
                to_rfc3339(floor_minute(backup.at)),
                chain.n
            )),
            Ok(_) => found.notes.push(format!("backups/{name} is another board's")),
            Err(error) => found.problem(
                said(&format!("backups/{name}"), &error),
                "it is passed over when one is needed; remove it and the next copy takes its place",
            ),
        }
    }
    if backups.is_empty() {
        found
            .notes
            .push("there is no backup yet; the first one is made when the board is closed".into());
    }
}

/// The view's file, and where it says that it stands; `None` when it cannot be used.
async fn look_at_view_file(files: &Files, found: &mut Findings) -> Result<Option<(Applied, Digests)>, Error> {
    const REMEDY: &str = "opening the board puts it aside and builds it again from the log; nothing is lost";
    if !files.view().exists() && !files.log().exists() {
        return Ok(None);
    }
    if !files.view().exists() {
        found.problem(
            "view.db is gone",
            "opening the board builds it again from the log; nothing is lost",
        );
        return Ok(None);
    }
    let looked = async {
        let mut view = sqlite::open_looking(&files.view()).await?;
        if let Some(verdict) = sqlite::complaint(&mut view).await? {
            return Err(Error::Damaged(sqlx::Error::Protocol(verdict)));
        }
        if sqlite::not_newer(&mut view, view::VERSION).await? < view::VERSION {
            return Ok(None);
        }
        let mut tx = view.begin().await?;
        let Some(at) = applied(&mut tx).await? else {
            return Ok(None);
        };
        if at.fold_version != FOLD_VERSION {
            return Ok(None);
        }
        let (head, rules) = (at.n, at.rules());
        let (board, inner) = digest(&mut tx, rules).await?;
        let digests = Digests {
            head,
            rules,
            board,
            inner: Some(inner),
        };
        Ok(Some((at, digests)))
    };
    match looked.await {
        Ok(None) => {
            found
                .notes
                .push("view.db is of another version; opening the board builds it again".into());
            Ok(None)
        }
        Ok(some) => Ok(some),
        Err(Error::Newer) => Err(Error::Newer),
        Err(error) if error.is_for_reading() => Err(error),
        Err(error) => {
            found.problem(said("view.db", &error), REMEDY);
            Ok(None)
        }
    }
}

async fn look_at_log(
    files: &Files,
    identity: &Identity,
    view: Option<(Applied, Digests)>,
    found: &mut Findings,
) -> Result<Digests, Error> {
    if !files.log().exists() {
        found.problem("log.db is gone", &log_remedy(files, identity, GONE).await);
        return Ok(no_digests());
    }
    let mut writer = looking(files, identity).await?;
    if writer.chain.workspace != identity.workspace {
        found.problem(
            "identity and log.db belong to two different boards",
            "put the right one back before the board is opened",
        );
    }
    if let Some(verdict) = sqlite::complaint(&mut writer.log).await? {
        return Err(Error::Damaged(sqlx::Error::Protocol(verdict)));
    }
    let seen = mend::sees(files, &mut writer.log, &writer.chain).await;
    let chain = match verify_chain(&mut writer).await? {
        Ok(()) => seen.as_ref().map_err(|error| said("log.db", error)).copied(),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = &chain {
        let sees = if seen.is_err() { SEEN } else { NOT_SEEN };
        found.problem(problem, &log_remedy(files, identity, sees).await);
    }
    look_at_side_file(files, &mut writer, found).await?;
    let head = writer.chain.n;
    for (backup, copy) in mend::missing::ahead(files, &writer.chain).await {
        let remedy = match identity.hub {
            Some(_) => "they are fetched again from the hub",
            None => "opening the board takes them from there",
        };
        let (at, more) = (mend::missing::time(&backup), copy.n - head);
        found.problem(
            format!("the backup of {at} has {more} entries more than log.db"),
            remedy,
        );
    }
    let Some((at, shown)) = view else {
        return refold(files, writer, head).await;
    };
    let shown = Digests {
        inner: shown
            .inner
            .and_then(|inner| for_seat(inner, &writer.chain, writer.member)),
        ..shown
    };
    if at.n > head {
        found.problem(
            format!("view.db shows entry {}, and log.db ends with entry {head}", at.n),
            "opening the board takes what is missing from a backup or the hub, or puts view.db aside",
        );
        return Ok(shown);
    }
    if at.n < head {
        found.notes.push(format!(
            "view.db is {} entries behind; opening the board goes on from there",
            head - at.n
        ));
    }
    let same_history = at.n == 0 || log::hash_at(&mut writer.log, at.n).await? == Some(at.hash);
    let refolded = refold(files, writer, at.n).await?;
    // A view is measured by a log that holds.
    if chain.is_ok() && (!same_history || refolded != shown) {
        found.problem(
            "view.db shows something else than the log says",
            "remove view.db, and opening the board builds it again from the log; nothing is lost",
        );
    }
    Ok(shown)
}

/// A writer that only reads: the log as it is, and no view.
async fn looking(files: &Files, identity: &Identity) -> Result<Writer, Error> {
    let mut log = sqlite::open_looking(&files.log()).await?;
    if sqlite::not_newer(&mut log, log::VERSION).await? == 0 {
        return Err(Error::Damaged(sqlx::Error::Protocol("it is empty".into())));
    }
    let stored = log::stored_chain(&mut log).await?;
    let chain = stored.unwrap_or_else(|| Chain::empty(identity.workspace));
    let secret = identity.secret();
    let (keyring, _) = mend::keyring(&mut log, &secret).await?;
    Ok(Writer {
        log,
        view: sqlite::open_nowhere().await?,
        at: Applied::nothing(chain.workspace),
        chain,
        keyring,
        secret,
        member: identity.member,
        behind: true,
        has_hub: identity.hub.is_some(),
        side: SideFile::none(identity.workspace),
        side_has_gap: false,
    })
}

/// Folds the log up to `until` into a view of its own, and returns that one's digests.
async fn refold(files: &Files, mut writer: Writer, until: u64) -> Result<Digests, Error> {
    let path = files.dir().join("verify.db");
    files.discard(&path)?;
    writer.view = sqlite::open_writer(&path, Durability::Cache).await?;
    let folded = async {
        sqlite::ensure_schema(&mut writer.view, view::SCHEMA, view::VERSION).await?;
        set_applied(&mut writer.view, &Applied::nothing(writer.chain.workspace)).await?;
        fold_confirmed(&mut writer, until).await?;
        let rules = writer.at.rules();
        digest(&mut writer.view, rules).await.map(|digests| (rules, digests))
    };
    let folded: Result<_, Error> = folded.await;
    writer.view.close().await?;
    files.discard(&path)?;
    let (rules, (board, inner)) = folded?;
    Ok(Digests {
        head: until,
        rules,
        board,
        inner: for_seat(inner, &writer.chain, writer.member),
    })
}

fn is_in(side: &[Pending], row: &Pending) -> bool {
    side.iter().any(|kept| kept.op == row.op)
}

async fn look_at_side_file(files: &Files, writer: &mut Writer, found: &mut Findings) -> Result<(), Error> {
    const AGAIN: &str = "opening the board writes it again from the log";
    let waiting = log::all_pending(&mut writer.log).await?;
    let side = side_file::read(&files.side(), writer.chain.workspace).unwrap_or_default();
    let Some(side) = side else {
        found.problem("the side file is gone, or not this board's", AGAIN);
        return Ok(());
    };
    if side.torn > 0 {
        found.problem(
            format!("{} bytes at the end of the side file do not hold", side.torn),
            AGAIN,
        );
    }
    let in_log = |row: &&Pending| waiting.iter().all(|known| known.op != row.op);
    let unknown: Vec<OpId> = side.waiting.iter().filter(in_log).map(|row| row.op).collect();
    let settled = log::settled_of(&mut writer.log, &unknown).await?;
    let lost = unknown.len() - settled.len();
    if lost > 0 {
        found.problem(
            format!("{lost} changes are in the side file and not in the log"),
            "opening the board puts them back",
        );
    } else if !writer.orders_itself() && side.torn == 0 && waiting.iter().any(|row| !is_in(&side.waiting, row)) {
        // More than waits may stand there: what was acknowledged leaves it a moment later.
        found.problem("the side file does not hold what waits", AGAIN);
    }
    if !waiting.is_empty() {
        found.notes.push(format!("{} changes wait for the hub", waiting.len()));
    }
    Ok(())
}
