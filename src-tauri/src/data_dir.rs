//! Where this window's board lies: `--data DIR`, else `SIDEDESK_DATA`, else the platform's data folder.
//!
//! Everything that belongs to one board is in one folder, also what the web view keeps, so two windows with two
//! folders never meet.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

const USAGE: &str = "usage: sidedesk-desktop [--data DIR]";
/// Beside other apps in the platform's data folder; the command line looks there too.
const FOLDER: &str = "sidedesk";

/// What was asked for, before the platform is known.
#[derive(Debug, PartialEq)]
pub struct DataDir {
    asked: Option<PathBuf>,
}

impl DataDir {
    /// Reads the arguments and the variable; an error is the sentence to say.
    pub fn from_args(mut args: impl Iterator<Item = OsString>, variable: Option<OsString>) -> Result<Self, String> {
        let mut asked = variable.filter(|dir| !dir.is_empty()).map(PathBuf::from);
        while let Some(arg) = args.next() {
            if arg != "--data" {
                return Err(format!("{} is not known; {USAGE}", arg.to_string_lossy()));
            }
            let dir = args.next().ok_or_else(|| format!("--data needs a folder; {USAGE}"))?;
            asked = Some(PathBuf::from(dir));
        }
        Ok(Self { asked })
    }

    /// The folder, made if it is not there. `platform` is the system's data folder, where it has one.
    pub fn resolve(&self, platform: Option<PathBuf>) -> io::Result<PathBuf> {
        let dir = match (&self.asked, platform) {
            (Some(dir), _) => dir.clone(),
            (None, Some(platform)) => platform.join(FOLDER),
            (None, None) => return Err(io::Error::other("this system names no data folder; use --data DIR")),
        };
        std::fs::create_dir_all(&dir)?;
        dir.canonicalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], variable: Option<&str>, expected: Result<Option<&str>, &str>) {
        let found = DataDir::from_args(args.iter().map(OsString::from), variable.map(OsString::from));
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.asked, expected.map(PathBuf::from), "{args:?}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => panic!("{args:?}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn the_argument_wins_over_the_variable_and_the_variable_over_the_platform() {
        check(&[], None, Ok(None));
        check(&[], Some(""), Ok(None));
        check(&[], Some("/b"), Ok(Some("/b")));
        check(&["--data", "/a"], Some("/b"), Ok(Some("/a")));
        check(&["--data"], None, Err("needs a folder"));
        check(&["--dta", "/a"], None, Err("--dta is not known"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_made() {
        let base = std::env::temp_dir().join(format!("sidedesk-data-dir-{}", std::process::id()));
        let data = DataDir { asked: None };
        let found = data.resolve(Some(base.clone())).unwrap();
        assert!(found.ends_with(FOLDER) && found.is_dir());
        assert!(data.resolve(None).is_err());
        std::fs::remove_dir_all(base).unwrap();
    }
}
