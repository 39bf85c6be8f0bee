//! What was asked for on the command line, and the folder that follows from it.
//!
//! Everything that belongs to one board is in one folder, also what the web view and the window keep, so two windows
//! with two folders never meet.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use sidedesk_api::{Clock, KeysChoice, Tz, parse_instant};

/// What `--help` says.
pub const USAGE: &str = "\
usage: sidedesk-desktop [--data DIR] [--sample] [--clock TIME] [--keys WHERE]

  --data DIR    the board's folder; without it SIDEDESK_DATA, else Sidedesk's folder in the system's data folder
  --sample      open a sample board; it lies in the folder `sample` inside that folder. What you change in it stays.
                To start over, close it and delete the folder `sample`
  --keys WHERE  where a new device's secret goes: auto (the system's keyring, else a passphrase), keyring, passphrase, or
                file (in the clear); without it SIDEDESK_KEYS, else auto
  --clock TIME  take TIME (RFC 3339) as now and go on from there";

/// A sample is never in the folder of a real board.
const SAMPLE: &str = "sample";

/// The command line, understood.
#[derive(Debug, PartialEq)]
pub struct Arguments {
    data: Option<PathBuf>,
    /// Open the sample board.
    pub sample: bool,
    /// Say what can be asked for, and nothing else.
    pub help: bool,
    /// Now, where somebody says so.
    clock_ms: Option<i64>,
    keys: KeysChoice,
}

impl Arguments {
    /// Reads the arguments and the variables for folder and keys; an error is the sentence to say.
    pub fn read(mut args: impl Iterator<Item = OsString>, variables: [Option<OsString>; 2]) -> Result<Self, String> {
        let [dir, keys] = variables.map(|variable| variable.filter(|word| !word.is_empty()));
        let mut asked = Self {
            data: dir.map(PathBuf::from),
            sample: false,
            help: false,
            clock_ms: None,
            keys: keys.map_or(Ok(KeysChoice::Auto), |word| choice(Some(word)))?,
        };
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("--data") => asked.data = Some(PathBuf::from(args.next().ok_or("--data needs a folder")?)),
                Some("--clock") => asked.clock_ms = Some(instant(args.next())?),
                Some("--keys") => asked.keys = choice(args.next())?,
                Some("--sample") => asked.sample = true,
                Some("--help" | "-h") => asked.help = true,
                _ => return Err(format!("{} is not known", arg.to_string_lossy())),
            }
        }
        Ok(asked)
    }

    /// The folder, made if it is not there. `usual` is where boards lie on this system, where it says.
    pub fn folder(&self, usual: Option<PathBuf>) -> io::Result<PathBuf> {
        let mut dir = match (&self.data, usual) {
            (Some(dir), _) => dir.clone(),
            (None, Some(usual)) => usual,
            (None, None) => return Err(io::Error::other("this system names no data folder; use --data DIR")),
        };
        if self.sample {
            dir.push(SAMPLE);
        }
        std::fs::create_dir_all(&dir)?;
        dir.canonicalize()
    }

    /// Where a new device's secret goes. A sample is nobody's: it asks for no passphrase and fills no keyring.
    pub fn keys(&self) -> KeysChoice {
        if self.sample { KeysChoice::File } else { self.keys }
    }

    /// The clock that the program goes by.
    pub fn clock(&self) -> Clock {
        self.clock_ms.map_or_else(Clock::system, Clock::starting_at)
    }
}

fn choice(typed: Option<OsString>) -> Result<KeysChoice, String> {
    let typed = typed.ok_or("--keys needs a place")?;
    let word = typed.to_string_lossy();
    KeysChoice::from_word(&word).ok_or_else(|| format!("--keys {word} is none of auto, keyring, passphrase, file"))
}

fn instant(typed: Option<OsString>) -> Result<i64, String> {
    let typed = typed.ok_or("--clock needs a time")?;
    let text = typed.to_string_lossy();
    parse_instant(&text, Tz::UTC).ok_or_else(|| format!("--clock {text} is not a time such as 2026-11-21T09:10:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str], variable: Option<&str>) -> Result<Arguments, String> {
        Arguments::read(args.iter().map(OsString::from), [variable.map(OsString::from), None])
    }

    fn check(args: &[&str], variable: Option<&str>, expected: Option<&str>) {
        assert_eq!(
            read(args, variable).unwrap().data,
            expected.map(PathBuf::from),
            "{args:?}"
        );
    }

    fn refused(args: &[&str], expected: &str) {
        let found = read(args, None).unwrap_err();
        assert!(found.contains(expected), "{args:?}: {found}");
    }

    #[test]
    fn the_argument_wins_over_the_variable_and_the_variable_over_the_platform() {
        check(&[], None, None);
        check(&[], Some(""), None);
        check(&[], Some("/b"), Some("/b"));
        check(&["--data", "/a"], Some("/b"), Some("/a"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        refused(&["--data"], "needs a folder");
        refused(&["--clock"], "needs a time");
        refused(&["--clock", "soon"], "soon is not a time");
        refused(&["--keys"], "needs a place");
        refused(&["--keys", "drawer"], "drawer is none of");
        refused(&["--dta", "/a"], "--dta is not known");
    }

    #[test]
    fn the_clock_starts_where_it_is_asked_to() {
        let asked = read(&["--clock", "2026-11-23T09:10:00Z", "--sample"], None).unwrap();
        assert!(asked.sample);
        let from = parse_instant("2026-11-23T09:10:00Z", Tz::UTC).unwrap();
        assert!((from..from + 60_000).contains(&asked.clock().now()));
    }

    #[test]
    fn a_folder_that_is_not_there_is_made_and_a_sample_has_its_own() {
        let base = std::env::temp_dir().join(format!("sidedesk-folder-{}", std::process::id()));
        let found = read(&[], None).unwrap().folder(Some(base.join("usual"))).unwrap();
        assert!(found.ends_with("usual") && found.is_dir());
        let sample = read(&["--sample"], None).unwrap();
        assert_eq!(sample.folder(Some(found.clone())).unwrap(), found.join(SAMPLE));
        assert!(read(&[], None).unwrap().folder(None).is_err());
        std::fs::remove_dir_all(base).unwrap();
    }
}
