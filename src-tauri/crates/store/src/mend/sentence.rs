//! What was mended, in a sentence or two for people: what happened, where what was put aside lies, what to do.

use super::Kept;
use super::missing::time;
use crate::backup::Backup;
use crate::files::Files;
use crate::identity::Identity;
use std::path::Path;

/// The log was put aside or gone, and something stands in its place. `taken`: entries read from the file put aside;
/// `unreadable`: those that cannot be read any more.
pub fn lost_log(
    aside: Option<&Path>,
    backup: Option<&Backup>,
    identity: &Identity,
    kept: &Kept,
    (taken, unreadable): (u64, usize),
) -> String {
    let lost = match aside {
        Some(aside) => {
            let name = aside.file_name().unwrap_or_default().to_string_lossy();
            format!("The board's log was damaged. It was put aside as {name}")
        }
        None => "The board's log was gone".to_owned(),
    };
    let replaced = backup.map(|backup| format!("the backup of {} took its place", time(backup)));
    let kept = match kept {
        Kept::Waiting(0, true) => "no change was waiting for the hub".to_owned(),
        Kept::Waiting(0, false) => {
            "whether a change was waiting for the hub is not known, because the side file is gone or damaged too; look \
             whether your last changes are there"
                .to_owned()
        }
        Kept::Waiting(1, _) => "the change that had not reached the hub was kept".to_owned(),
        Kept::Waiting(count, _) => format!("the {count} changes that had not reached the hub were kept"),
        Kept::Local(rows, true) if rows.is_empty() && taken == 0 => "nothing had changed since".to_owned(),
        Kept::Local(rows, false) if rows.is_empty() && taken == 0 => {
            "what changed since then is not known, because the side file is gone or damaged too; look whether your last \
             changes are there"
                .to_owned()
        }
        Kept::Local(rows, _) if backup.is_some() => {
            format!("the changes since then were kept ({})", rows.len() as u64 + taken)
        }
        Kept::Local(rows, _) => format!(
            "what can still be read of it was kept ({} entries)",
            rows.len() as u64 + taken
        ),
    };
    let unread = match unreadable {
        0 => String::new(),
        1 => " One change in it cannot be read any more.".to_owned(),
        count => format!(" {count} changes in it cannot be read any more."),
    };
    match (&identity.hub, replaced) {
        (Some(_), Some(replaced)) => format!("{lost}; {replaced}, and the rest is fetched again from the hub; {kept}."),
        (Some(_), None) => format!("{lost}; the board is fetched again from the hub; {kept}."),
        (None, Some(replaced)) => format!("{lost}; {replaced}, and {kept}.{unread}"),
        (None, None) => format!("{lost}; there is no backup, and {kept}.{unread}"),
    }
}

/// A board without a hub of which no log is left.
pub fn nothing_left(files: &Files) -> String {
    let asides = files.asides();
    let aside = if asides.is_empty() {
        String::new()
    } else {
        format!(" What is left was put aside: {}.", asides.join(", "))
    };
    format!(
        "The board's log is lost: log.db in {dir} is gone or damaged, and there is no sound backup. This board was never \
         shared, so nothing can be fetched again.{aside} Restore a backup: put a copy of log.db into that folder, or a \
         backup into its folder backups, and open the board again. Or found the board anew (sidedesk init); what is left \
         stays in the folder.",
        dir = files.dir().display()
    )
}

/// The log ends before what was shown.
pub fn view_ahead(aside: &Path, shown: u64, head: u64, identity: &Identity, files: &Files) -> String {
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    let lost = format!(
        "log.db has gone back in time: it ends with entry {head}, and entry {shown} was shown already. What was shown was \
         put aside as {name}"
    );
    match identity.hub {
        Some(_) => format!("{lost}. What is missing is fetched again from the hub; what had reached it is not lost."),
        None => format!(
            "{lost}; the {} entries between are in no backup. If you have a newer copy of log.db, close the program and put \
             it back into {}.",
            shown.saturating_sub(head),
            files.dir().display()
        ),
    }
}

/// A shared board's log ends before its backup does.
pub fn backup_ahead(backup: &Backup, entries: u64) -> String {
    format!(
        "log.db is older than its backup of {}, which has {entries} entries more. They are fetched again from the hub; \
         nothing that had reached it is lost.",
        time(backup)
    )
}
