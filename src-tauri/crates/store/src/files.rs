//! The files of a data directory, and the one process that may write them.
//!
//! `log.db` the truth · `view.db` the cache · `identity` this device's secret and which board it belongs to ·
//! `newcomer` a device that asks to join · `waiting` the side file · `backups/` copies of the log and of the identity ·
//! `suspect`, `suspect-view` a database turned out to be damaged while it was open · `lock` who writes. A damaged file is
//! put aside under a new name, never deleted.

use crate::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// As long as the file that SQLite lays beside a WAL database.
const PROBE_LEN: usize = 32 * 1024;

/// Where everything lies.
#[derive(Debug, Clone)]
pub struct Files {
    dir: PathBuf,
}

impl Files {
    /// The files of this directory, which is made if it is missing.
    pub fn at(dir: &Path) -> Result<Self, Error> {
        let missing: Vec<&Path> = dir.ancestors().take_while(|one| !one.is_dir()).collect();
        fs::create_dir_all(dir).map_err(Error::file(dir))?;
        missing.into_iter().for_each(sync_dir);
        Ok(Self { dir: dir.to_owned() })
    }

    /// `log.db`.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log.db")
    }

    /// `view.db`.
    pub fn view(&self) -> PathBuf {
        self.dir.join("view.db")
    }

    /// `identity`.
    pub fn identity(&self) -> PathBuf {
        self.dir.join("identity")
    }

    /// `backups/identity`: the second copy.
    pub fn identity_copy(&self) -> PathBuf {
        self.backups().join("identity")
    }

    /// `newcomer`: who asked to join from here and was not let in yet.
    pub fn newcomer(&self) -> PathBuf {
        self.dir.join("newcomer")
    }

    /// `waiting`: see [`crate::side_file`].
    pub fn side(&self) -> PathBuf {
        self.dir.join("waiting")
    }

    /// `backups`, a directory: see [`crate::backup`].
    pub fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }

    /// `suspect`: while it is there, the next opening looks at every page of the log.
    pub fn suspect(&self) -> PathBuf {
        self.dir.join("suspect")
    }

    /// `suspect-view`: while it is there, the next opening reads all of the view, and builds it again if need be.
    pub fn suspect_view(&self) -> PathBuf {
        self.dir.join("suspect-view")
    }

    /// `anchor`: by what a device that joined knows the truth, until it has checked the whole history.
    pub fn anchor(&self) -> PathBuf {
        self.dir.join("anchor")
    }

    /// `history.db`: the history folded again beside the view, to compare.
    pub fn history(&self) -> PathBuf {
        self.dir.join("history.db")
    }

    /// `snapshot.new`: sealed chunks of a snapshot on its way to the hub.
    pub fn snapshot(&self) -> PathBuf {
        self.dir.join("snapshot.new")
    }

    /// The directory itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Puts a damaged database aside, with its WAL, and returns its new name.
    pub fn quarantine(&self, path: &Path, now: i64) -> Result<PathBuf, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let aside = self.unused(&format!("{name}.damaged-{now}"));
        let aside_name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for suffix in ["", "-wal", "-shm"] {
            let beside = self.dir.join(format!("{name}{suffix}"));
            let target = self.dir.join(format!("{aside_name}{suffix}"));
            match fs::rename(&beside, target) {
                Ok(()) => {}
                // There is none, or SQLite has just tidied it up.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::file(beside)(error)),
            }
        }
        sync_dir(path);
        Ok(aside)
    }

    /// The names of what was put aside, without their WALs.
    pub fn asides(&self) -> Vec<String> {
        let Ok(dir) = fs::read_dir(&self.dir) else {
            return Vec::new();
        };
        let names = dir
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut asides: Vec<String> = names
            .filter(|name| name.contains(".damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm"))
            .collect();
        asides.sort();
        asides
    }

    /// The names of files that once were the identity, or a newcomer's.
    pub fn old_identities(&self) -> Vec<String> {
        let Ok(dir) = fs::read_dir(&self.dir) else {
            return Vec::new();
        };
        let names = dir
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut old: Vec<String> = names.filter(|name| name.starts_with("identity.")).collect();
        old.sort();
        old
    }

    /// Nobody can write here, and no WAL waits to be read: the databases can be read as they lie, and only so, because
    /// reading a WAL database needs a file beside it.
    pub fn is_still(&self) -> bool {
        let wal = |name: &str| fs::metadata(self.dir.join(name)).is_ok_and(|meta| meta.len() > 0);
        let probe = self.dir.join("probe");
        let written = fs::write(&probe, [0; PROBE_LEN]);
        let _ = fs::remove_file(&probe);
        written.is_err() && !wal("log.db-wal") && !wal("view.db-wal")
    }

    /// A sentence for each second copy that cannot be kept because something else lies there.
    pub fn in_the_way(&self) -> Vec<String> {
        let (backups, side) = (self.backups(), self.side());
        let no_backups = (backups.exists() && !backups.is_dir()).then(|| {
            format!(
                "{} is a file where the folder of backups belongs: there are no backups. Move it away, and the next copy \
                 makes the folder.",
                backups.display()
            )
        });
        let no_side = side.is_dir().then(|| {
            format!(
                "{} is a folder where a file of the board belongs: what waits has no second copy. Move it away, and open \
                 the board again.",
                side.display()
            )
        });
        no_backups.into_iter().chain(no_side).collect()
    }

    /// A directory where a file belongs is nothing that SQLite says clearly: its sentence for people.
    pub fn no_directories(&self) -> Result<(), Error> {
        let files = [
            "log.db",
            "log.db-wal",
            "log.db-shm",
            "view.db",
            "view.db-wal",
            "view.db-shm",
            "identity",
            "lock",
        ];
        let found = files
            .map(|name| self.dir.join(name))
            .into_iter()
            .find(|path| path.is_dir());
        found.map_or(Ok(()), |path| {
            Err(Error::Unusable(format!(
                "{} is a folder where a file of the board belongs. Move it away, and open the board again.",
                path.display()
            )))
        })
    }

    /// This name, or the first of its kind that is free: what was put aside before is never written over.
    fn unused(&self, name: &str) -> PathBuf {
        let first = self.dir.join(name);
        let others = (2..).map(|number| self.dir.join(format!("{name}-{number}")));
        let mut all = std::iter::once(first.clone()).chain(others);
        all.find(|path| !path.exists()).unwrap_or(first)
    }

    /// Gives a file another name, or one like it that is free.
    pub fn set_aside(&self, path: &Path, name: &str) -> Result<(), Error> {
        fs::rename(path, self.unused(name)).map_err(Error::file(path))?;
        sync_dir(path);
        Ok(())
    }

    /// Removes a file, when it is there.
    pub fn forget(&self, file: &Path) -> Result<(), Error> {
        match fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(file)(error)),
            _ => Ok(()),
        }
    }

    /// Removes a database that can be made again, with its WAL.
    pub fn discard(&self, path: &Path) -> Result<(), Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for suffix in ["", "-wal", "-shm"] {
            self.forget(&self.dir.join(format!("{name}{suffix}")))?;
        }
        Ok(())
    }
}

/// The right to write, held until dropped.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
}

impl WriteLock {
    /// Takes it, or says who has it. The operating system gives it back when the process ends, however it ends.
    pub fn take(files: &Files) -> Result<Self, Error> {
        let path = files.dir.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::file(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(200).read_to_string(&mut holder);
                let holder = holder.trim();
                return Err(Error::Held(
                    if holder.is_empty() { "another process" } else { holder }.to_owned(),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(Error::file(&path)(error)),
        }
        let program = std::env::current_exe().ok();
        let name = program
            .as_deref()
            .and_then(Path::file_stem)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // On a full disk the name is missing, and the lock holds.
        let named = file.set_len(0).and_then(|()| file.rewind());
        if let Err(error) = named.and_then(|()| write!(file, "{name} (process {})", std::process::id())) {
            tracing::debug!(%error, "the lock does not say whose it is");
        }
        Ok(Self { file })
    }
}

impl Drop for WriteLock {
    /// Said, not left to the closing: a child that is just being started still holds the open file.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Writes a small secret file so that a crash leaves the old one or the new one, readable by its owner only.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh).map_err(Error::file(&fresh))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::file(&fresh))?;
    fs::rename(&fresh, path).map_err(Error::file(path))?;
    sync_dir(path);
    Ok(())
}

/// Makes a new name in a directory durable: of a file that was renamed, or of a directory that was made. Not every system can open a directory, and then there is nothing to flush.
pub fn sync_dir(path: &Path) {
    if let Some(dir) = path.parent() {
        let here = dir.as_os_str().is_empty();
        let _ = File::open(if here { Path::new(".") } else { dir }).and_then(|dir| dir.sync_all());
    }
}
