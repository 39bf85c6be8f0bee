//! The `.deb` as a file: what is in it, and putting it together again.
//!
//! Tauri's packager names libraries without versions and keeps the order and the dates that the disk happens to have.
//! So its package is taken apart once more: `dpkg-shlibdeps` reads from the programs which libraries they need and
//! since which version, the checksums are sorted, and `dpkg-deb` writes files in order, owned by root, dated alike.
//! The same programs then give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{PACKAGE, PROGRAMS};
use crate::process;

/// The fields of the control file by name. Folded lines are kept with their line ends.
pub type Fields = BTreeMap<String, String>;

/// A line of the package's table of contents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// From the root, without a slash at the end.
    pub path: String,
    /// As `ls -l` shows it, `-rwxr-xr-x`.
    pub mode: String,
    /// `root/root`
    pub owner: String,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        self.mode.starts_with('d')
    }
}

/// Put the package `bundled` together again as `finished`.
pub fn settle(bundled: &Path, staging: &Path, finished: &Path, date: Option<&str>) -> Result<()> {
    let unpacked = staging.join("deb");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).context("the last package's folder cannot be removed")?;
    }
    process::run(Command::new("dpkg-deb").arg("-R").arg(bundled).arg(&unpacked))?;
    let depends = depends(staging, &unpacked)?;
    rewrite(&unpacked.join("DEBIAN/control"), |control| {
        with_depends(control, &depends)
    })?;
    rewrite(&unpacked.join("DEBIAN/md5sums"), sorted)?;
    let mut build = Command::new("dpkg-deb");
    // xz: every dpkg of the last ten years reads it. Its widest window, because the two programs hold much the same.
    build
        .args(["--root-owner-group", "-Zxz", "-z9", "--build"])
        .arg(&unpacked)
        .arg(finished);
    if let Some(date) = date {
        build.env("SOURCE_DATE_EPOCH", date);
    }
    process::run(&mut build)
}

/// The libraries that the programs are linked with, as a `Depends` line wants them.
fn depends(staging: &Path, unpacked: &Path) -> Result<String> {
    // The tool was made for source packages and insists on the control file of one.
    let source = staging.join("shlibs");
    fs::create_dir_all(source.join("debian")).context("the folder for dpkg-shlibdeps cannot be made")?;
    let control = format!("Source: {PACKAGE}\n\nPackage: {PACKAGE}\nArchitecture: any\n");
    fs::write(source.join("debian/control"), control)
        .context("the control file for dpkg-shlibdeps cannot be written")?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.arg("-O").current_dir(&source);
    for program in PROGRAMS {
        command.arg(format!("-e{}", unpacked.join("usr/bin").join(program).display()));
    }
    let said = process::output(&mut command)?;
    let depends = said.trim().strip_prefix("shlibs:Depends=");
    Ok(depends
        .with_context(|| format!("dpkg-shlibdeps answered {said:?}"))?
        .to_owned())
}

fn rewrite(path: &Path, change: impl FnOnce(&str) -> String) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    fs::write(path, change(&text)).with_context(|| format!("{} cannot be written", path.display()))
}

/// `control` with `depends` in place of what it says.
fn with_depends(control: &str, depends: &str) -> String {
    let line = |line: &str| match line.strip_prefix("Depends:") {
        Some(_) => format!("Depends: {depends}\n"),
        None => format!("{line}\n"),
    };
    control.lines().map(line).collect()
}

/// Checksum lines in the order of their paths.
fn sorted(sums: &str) -> String {
    let mut lines: Vec<&str> = sums.lines().collect();
    lines.sort_by_key(|line| line.split_once("  ").map_or(*line, |(_, path)| path));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The control file of `package`.
pub fn control(package: &Path) -> Result<Fields> {
    Ok(fields(&process::output(
        Command::new("dpkg-deb").arg("--field").arg(package),
    )?))
}

fn fields(text: &str) -> Fields {
    let mut fields = Fields::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        if let (true, Some(name)) = (line.starts_with(' '), &current) {
            if let Some(value) = fields.get_mut(name) {
                value.push('\n');
                value.push_str(line.trim_start());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.insert(name.to_owned(), value.trim().to_owned());
            current = Some(name.to_owned());
        }
    }
    fields
}

/// The names of the files that say how `package` is installed: `control`, checksums, scripts.
pub fn control_files(package: &Path, folder: &Path) -> Result<Vec<String>> {
    process::run(Command::new("dpkg-deb").arg("--control").arg(package).arg(folder))?;
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    Ok(names.collect())
}

/// The table of contents of `package`.
pub fn contents(package: &Path) -> Result<Vec<Entry>> {
    let table = process::output(Command::new("dpkg-deb").arg("--contents").arg(package))?;
    table.lines().filter(|line| !line.is_empty()).map(entry).collect()
}

/// `drwxr-xr-x root/root         0 2026-11-21 22:56 ./usr/share/`
fn entry(line: &str) -> Result<Entry> {
    let read = || {
        let (mode, rest) = line.split_once(' ')?;
        let (owner, rest) = rest.trim_start().split_once(' ')?;
        let (_size, rest) = rest.trim_start().split_once(' ')?;
        let (_day, rest) = rest.trim_start().split_once(' ')?;
        let (_time, path) = rest.trim_start().split_once(' ')?;
        let path = path.trim_start_matches('.').trim_end_matches('/');
        Some(Entry {
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            mode: mode.to_owned(),
            owner: owner.to_owned(),
        })
    };
    read().with_context(|| format!("dpkg-deb lists {line:?}, which is not understood"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_fields_belong_to_the_one_above() {
        let found = fields("Package: sidedesk\nDescription: Short\n One: two\n .\n Three\nSize: 1\n");
        assert_eq!(found.get("Package").map(String::as_str), Some("sidedesk"));
        assert_eq!(
            found.get("Description").map(String::as_str),
            Some("Short\nOne: two\n.\nThree")
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn only_depends_is_replaced() {
        let control = "Package: a\nDepends: x, y\nRecommends: z\nDescription: s\n Depends: no\n";
        assert_eq!(
            with_depends(control, "b (>= 1)"),
            "Package: a\nDepends: b (>= 1)\nRecommends: z\nDescription: s\n Depends: no\n"
        );
    }

    #[test]
    fn checksums_are_sorted_by_path() {
        assert_eq!(
            sorted("ff  usr/a\n00  usr/b b\n11  usr/a/c\n"),
            "ff  usr/a\n11  usr/a/c\n00  usr/b b\n"
        );
    }

    #[test]
    fn the_table_of_contents_is_read_with_blanks_in_names() {
        let found = entry("-rwxr-xr-x root/root  33595760 2026-11-21 22:56 ./usr/bin/side desk").unwrap();
        assert_eq!(
            (found.path.as_str(), found.mode.as_str(), found.owner.as_str()),
            ("/usr/bin/side desk", "-rwxr-xr-x", "root/root")
        );
        let root = entry("drwxr-xr-x root/root         0 2026-11-21 22:56 ./").unwrap();
        assert!(root.is_folder() && root.path == "/");
        assert!(entry("nonsense").is_err());
    }
}
