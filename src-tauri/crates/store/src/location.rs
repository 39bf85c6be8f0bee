//! Where a data directory lies. A database in a folder that another program copies or locks behind its back gets damaged:
//! on a network drive two computers may both believe that they are alone, and a folder that is synchronised exchanges
//! half-written files. A shared board needs neither: the hub brings it to every computer.

use std::path::{Component, Path, PathBuf};

/// File systems of other computers, as Linux names them in its list of mounts.
const NETWORK: [&str; 16] = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "ncpfs", "coda", "gfs2", "ocfs2", "lustre", "beegfs",
    "davfs", "vboxsf",
];
/// `fuse.…` file systems that lie on this computer's own disk.
const LOCAL_FUSE: [&str; 6] = [
    "fuse.ntfs-3g",
    "fuse.exfat",
    "fuse.encfs",
    "fuse.gocryptfs",
    "fuse.cryfs",
    "fuse.fuse-overlayfs",
];
/// Folders that a program keeps the same on several computers, by what their names begin with, and that program.
const FOLDERS: [(&str, &str); 11] = [
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("icloud", "iCloud"),
    ("com~apple~clouddocs", "iCloud"),
    ("mobile documents", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pcloud", "pCloud"),
];
/// What such programs leave in the folder that they keep.
const MARKERS: [(&str, &str); 6] = [
    (".dropbox.cache", "Dropbox"),
    (".dropbox", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".tmp.drivedownload", "Google Drive"),
];

/// A place where a database does not belong. As text it is one sentence, in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskyPlace {
    /// The directory, as the system names it.
    pub dir: PathBuf,
    /// What is wrong with it.
    pub why: PlaceRisk,
}

/// What is wrong with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceRisk {
    /// It is on a network drive of this kind.
    Network(String),
    /// This program keeps it the same on several computers.
    Synchronised(&'static str),
}

impl std::fmt::Display for RiskyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "The board's files lie ")?;
        match &self.why {
            PlaceRisk::Network(kind) => write!(f, "on a network drive ({kind})")?,
            PlaceRisk::Synchronised(program) => write!(f, "in a folder that {program} synchronises")?,
        }
        write!(
            f,
            ": {}. They can be damaged there. Move them to a folder on this computer's own disk; to have the board on \
             several computers, share it through a hub.",
            self.dir.display()
        )
    }
}

/// Why this directory is no place for a database; `None` when nothing is known against it.
pub fn warning(dir: &Path) -> Option<RiskyPlace> {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let why = network(&dir, &mounts)
        .map(PlaceRisk::Network)
        .or_else(|| synchronised(&dir).map(PlaceRisk::Synchronised))?;
    Some(RiskyPlace { dir, why })
}

/// The kind of network drive that this path is on.
fn network(path: &Path, mounts: &str) -> Option<String> {
    // Windows: \\server\share.
    if let Some(Component::Prefix(prefix)) = path.components().next() {
        use std::path::Prefix::{UNC, VerbatimUNC};
        if matches!(prefix.kind(), UNC(..) | VerbatimUNC(..)) {
            return Some("a share".into());
        }
    }
    let found = mounts
        .lines()
        .filter_map(mount)
        .filter(|(point, _)| path.starts_with(point));
    // The deepest one; of several at one place the last one covers the others.
    let (_, kind) = found.max_by_key(|(point, _)| point.components().count())?;
    let is_network = NETWORK.contains(&kind) || (kind.starts_with("fuse.") && !LOCAL_FUSE.contains(&kind));
    is_network.then(|| kind.to_owned())
}

/// Where something is mounted, and its type: fields 5 and the first behind the lone hyphen (man 5 proc).
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (place, kind) = line.split_once(" - ")?;
    let point = place.split(' ').nth(4)?;
    Some((PathBuf::from(unescaped(point)), kind.split(' ').next()?))
}

/// Blanks and the like are written as three octal digits.
fn unescaped(text: &str) -> String {
    let mut plain = text.to_owned();
    for (code, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        plain = plain.replace(code, character);
    }
    plain
}

/// The program that keeps this folder, or one above it, the same on several computers.
fn synchronised(dir: &Path) -> Option<&'static str> {
    let mut by_name = dir.components().filter_map(|component| {
        let Component::Normal(name) = component else {
            return None;
        };
        let name = name.to_string_lossy().to_lowercase();
        FOLDERS.iter().find(|(begins, _)| begins_as_a_word(&name, begins))
    });
    let by_marker = || {
        let marked = |above: &Path| MARKERS.iter().find(|(marker, _)| above.join(marker).exists());
        dir.ancestors().find_map(marked)
    };
    let found = by_name.next_back().or_else(by_marker);
    found.map(|(_, program)| *program)
}

/// `Dropbox (Work)` and `OneDrive - Example` are; `dropboxes` is not.
fn begins_as_a_word(name: &str, begins: &str) -> bool {
    name.strip_prefix(begins)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
40 22 0:40 / /home/iva/shared\\040files rw shared:9 - nfs4 files.example.com:/export rw,vers=4.2
41 22 0:41 / /mnt/office rw - cifs //files.example.com/office rw
42 22 0:42 / /home/iva/remote rw - fuse.sshfs iva@example.com: rw
43 22 0:43 / /home/iva/vault rw - fuse.gocryptfs /home/iva/.vault rw
44 41 8:2 / /mnt/office/own rw - xfs /dev/sdb1 rw
45 22 0:45 / /mnt/c rw - 9p C:\\134 rw
";

    #[test]
    fn network_drives_are_known_by_their_mount() {
        for (path, expected) in [
            ("/home/iva/board", None),
            ("/home/iva/shared files/board", Some("nfs4")),
            ("/home/iva/shared filesystem", None),
            ("/mnt/office/board", Some("cifs")),
            ("/mnt/office/own/board", None),
            ("/home/iva/remote", Some("fuse.sshfs")),
            ("/home/iva/vault/board", None),
            ("/mnt/c/Users", Some("9p")),
        ] {
            assert_eq!(network(Path::new(path), MOUNTS).as_deref(), expected, "{path}");
        }
        assert_eq!(network(Path::new("/tmp"), ""), None, "no list, no word");
    }

    #[test]
    fn synchronised_folders_are_known_by_name_and_by_what_lies_in_them() {
        for (path, expected) in [
            ("/home/iva/Dropbox/board", Some("Dropbox")),
            ("/home/iva/Dropbox (Example Ltd)/board", Some("Dropbox")),
            ("/home/iva/dropboxes/board", None),
            ("/Users/iva/OneDrive - Example/board", Some("OneDrive")),
            (
                "/Users/iva/Library/Mobile Documents/com~apple~CloudDocs/board",
                Some("iCloud"),
            ),
            (
                "/Users/iva/Library/CloudStorage/GoogleDrive-iva@example.com/board",
                Some("Google Drive"),
            ),
            ("/home/iva/Nextcloud/board", Some("Nextcloud")),
            ("/home/iva/.local/share/sidedesk", None),
        ] {
            assert_eq!(synchronised(Path::new(path)), expected, "{path}");
        }
        let home = tempfile::tempdir().unwrap();
        let board = home.path().join("synced/deep/board");
        std::fs::create_dir_all(&board).unwrap();
        assert_eq!(warning(&board), None);
        std::fs::create_dir(home.path().join("synced/.stfolder")).unwrap();
        let said = warning(&board).unwrap().to_string();
        assert!(
            said.contains("Syncthing") && said.contains("share it through a hub"),
            "{said}"
        );
    }
}
