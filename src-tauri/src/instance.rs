//! One window per folder: a second start brings the first window to the front and ends.
//!
//! Whoever holds the lock `window/lock` is the first; the operating system gives it back when the process ends, however
//! it ends. The first listens at a local socket and writes its name into `window/door`; the second reads the name,
//! knocks, and is answered. No session bus, no network port, nothing to clean up after a `kill -9`. The board's own
//! lock is another one: the command line may read, and even write, while nobody has a window open.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use interprocess::local_socket::{GenericNamespaced, Listener, ListenerOptions, Stream, prelude::*};

/// How long a second start tries: the first may be about to open its door, or about to end.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);
/// How long either side waits for the other's word.
const WORD: Duration = Duration::from_secs(2);
/// Everybody on this computer may knock; nobody may fill the memory.
const WORD_LEN: usize = 4096;
/// What the first one answers.
const ANSWER: &[u8] = b"shown\n";

/// What came of the start.
pub enum Start {
    /// No other window is open on this folder.
    First(Instance),
    /// Another one is, and is in front now.
    Shown,
    /// Another one is and does not answer.
    Silent,
}

/// The only window on its folder, as long as the value lives.
pub struct Instance {
    /// `None` where the disk knows no locks: then a second start opens a second window, as if this file were not here.
    lock: Option<File>,
    listener: Option<Listener>,
    leaving: Arc<AtomicBool>,
}

/// Becomes the first, or wakes the first. `token` is what the desktop gave this start to come to the front with.
pub fn start(window_dir: &Path, token: &str) -> Start {
    let deadline = Instant::now() + PATIENCE;
    let (lock, door) = (window_dir.join("lock"), window_dir.join("door"));
    loop {
        match take(&lock) {
            Ok(Some(lock)) => return Start::First(Instance::new(Some(lock), &door)),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!("{} cannot be locked: {error}", lock.display());
                return Start::First(Instance::new(None, &door));
            }
        }
        match knock(&door, token) {
            Ok(()) => return Start::Shown,
            Err(error) if Instant::now() > deadline => {
                tracing::info!("the other window does not answer: {error}");
                return Start::Silent;
            }
            Err(_) => std::thread::park_timeout(PAUSE),
        }
    }
}

fn take(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn knock(door: &Path, token: &str) -> io::Result<()> {
    let name = fs::read_to_string(door)?;
    let mut stream = Stream::connect(name.trim().to_ns_name::<GenericNamespaced>()?)?;
    stream.set_recv_timeout(Some(WORD))?;
    stream.set_send_timeout(Some(WORD))?;
    stream.write_all(format!("{}\n", token.replace('\n', "")).as_bytes())?;
    let mut answer = vec![0; ANSWER.len()];
    stream.read_exact(&mut answer)?;
    if answer == ANSWER {
        Ok(())
    } else {
        Err(io::Error::other("somebody else answers"))
    }
}

impl Instance {
    fn new(lock: Option<File>, door: &Path) -> Self {
        let listener = lock.as_ref().and_then(|_| match listen(door) {
            Ok(listener) => Some(listener),
            Err(error) => {
                // A second start then says that it cannot reach this one.
                tracing::warn!("{} cannot be opened: {error}", door.display());
                None
            }
        });
        Self {
            lock,
            listener,
            leaving: Arc::default(),
        }
    }

    /// Answers every further start from now on; `show` brings the window to the front.
    pub fn answer(&mut self, show: impl Fn(String) + Send + 'static) {
        let Some(listener) = self.listener.take() else { return };
        let leaving = Arc::clone(&self.leaving);
        let answering = move || {
            for stream in listener.incoming() {
                if leaving.load(Ordering::Relaxed) {
                    return; // Whoever knocks now waits for the lock and opens a window of its own.
                }
                match stream.and_then(heard) {
                    Ok(token) => show(token),
                    Err(error) => tracing::debug!("a start was not heard: {error}"),
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("door".into()).spawn(answering) {
            tracing::warn!("nobody answers further starts: {error}");
        }
    }

    /// The window is going: nobody is sent to it any more.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        tracing::debug!(locked = self.lock.is_some(), "the window is leaving");
    }
}

fn listen(door: &Path) -> io::Result<Listener> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // A name that was never there before: what another process left behind is in nobody's way.
    let name = format!("sidedesk-{}-{}", std::process::id(), since.as_nanos());
    let options = ListenerOptions::new().name(name.as_str().to_ns_name::<GenericNamespaced>()?);
    let listener = options.create_sync()?;
    let fresh = door.with_extension("new");
    fs::write(&fresh, &name)?;
    fs::rename(fresh, door)?;
    Ok(listener)
}

fn heard(mut stream: Stream) -> io::Result<String> {
    stream.set_recv_timeout(Some(WORD))?;
    stream.set_send_timeout(Some(WORD))?;
    let mut word = Vec::new();
    let mut byte = [0; 1];
    while word.len() < WORD_LEN && stream.read(&mut byte)? == 1 && byte != *b"\n" {
        word.extend(byte);
    }
    stream.write_all(ANSWER)?;
    String::from_utf8(word).map_err(io::Error::other)
}

/// What the desktop hands to a program that may come to the front: without it Wayland only marks the window.
pub fn activation_token() -> String {
    let given = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|token| !token.is_empty()));
    given.unwrap_or_default()
}

/// The folder of what belongs to the window rather than to the board.
pub fn window_dir(data: &Path) -> io::Result<PathBuf> {
    let dir = data.join("window");
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn the_second_start_wakes_the_first_and_the_next_after_it_is_first_again() {
        let dir = tempfile::tempdir().unwrap();
        let Start::First(mut first) = start(dir.path(), "") else {
            panic!("nobody else is there")
        };
        let (shown, was_shown) = mpsc::channel();
        first.answer(move |token| shown.send(token).unwrap());
        assert!(matches!(start(dir.path(), "token 7"), Start::Shown));
        assert_eq!(was_shown.recv_timeout(PATIENCE).unwrap(), "token 7");
        drop(first);
        assert!(matches!(start(dir.path(), ""), Start::First(_)));
    }

    #[test]
    fn other_folders_are_other_windows() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = start(one.path(), "");
        assert!(matches!(first, Start::First(_)));
        assert!(matches!(start(two.path(), ""), Start::First(_)));
    }

    #[test]
    fn what_a_killed_window_left_behind_is_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("lock"), "").unwrap();
        fs::write(dir.path().join("door"), "sidedesk-1-1").unwrap();
        assert!(matches!(start(dir.path(), ""), Start::First(_)));
    }
}
