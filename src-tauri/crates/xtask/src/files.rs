//! Walking the checkout and telling whether files have changed.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// Paths below the repository, with forward slashes, and what is in them.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Folders that hold what somebody else wrote: cargo, npm, Vite, Tauri, the message compiler, a coverage tool.
const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", "gen", "paraglide", "coverage"];

/// Every file of ours below `folder`, as path relative to `root` with forward slashes, with its bytes. Dot folders and
/// dot files are left out. A folder that is not there holds no files.
pub fn read_all(root: &Path, folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Files> {
    let mut found = BTreeMap::new();
    let start = root.join(folder);
    if start.is_dir() {
        collect(root, &start, wanted, &mut found)?;
    }
    Ok(found)
}

fn collect(root: &Path, folder: &Path, wanted: &dyn Fn(&str) -> bool, found: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("{} cannot be listed", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(root, &path, wanted, found)?;
            }
            continue;
        }
        let relative = relative(root, &path);
        if wanted(&relative) {
            let bytes = fs::read(&path).with_context(|| format!("{relative} cannot be read"))?;
            found.insert(relative, bytes);
        }
    }
    Ok(())
}

/// `path` seen from `root`, with forward slashes on every system.
pub fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// One number for names and contents. Another Rust release may count differently; then one build too many is made.
pub fn fingerprint(files: &Files) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_sees_a_new_name_and_a_new_byte() {
        let one = BTreeMap::from([("a".to_owned(), vec![1, 2])]);
        let renamed = BTreeMap::from([("b".to_owned(), vec![1, 2])]);
        let changed = BTreeMap::from([("a".to_owned(), vec![1, 3])]);
        assert_eq!(fingerprint(&one), fingerprint(&one.clone()));
        assert_ne!(fingerprint(&one), fingerprint(&renamed));
        assert_ne!(fingerprint(&one), fingerprint(&changed));
    }

    #[test]
    fn walking_this_crate_finds_this_file_and_nothing_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = read_all(root, "src", &|path| path.ends_with(".rs")).unwrap();
        assert!(found.contains_key("src/files.rs"));
        assert!(read_all(root, "no-such-folder", &|_| true).unwrap().is_empty());
    }
}
