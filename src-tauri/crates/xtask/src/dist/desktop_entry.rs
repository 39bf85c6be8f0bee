//! The entry in the desktop's menu, as far as the check of a package reads it.

use std::collections::BTreeMap;

/// The keys of the group `[Desktop Entry]`.
pub struct DesktopEntry {
    keys: BTreeMap<String, String>,
}

impl DesktopEntry {
    pub fn parse(text: &str) -> DesktopEntry {
        let mut inside = false;
        let mut keys = BTreeMap::new();
        for line in text.lines() {
            if line.starts_with('[') {
                inside = line.trim_end() == "[Desktop Entry]";
            } else if let (true, false, Some((key, value))) = (inside, line.starts_with('#'), line.split_once('=')) {
                keys.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
        DesktopEntry { keys }
    }

    /// What `key` says; nothing if it is not there.
    pub fn get(&self, key: &str) -> &str {
        self.keys.get(key).map_or("", String::as_str)
    }

    /// The program that it starts, without arguments and quotes.
    pub fn program(&self) -> &str {
        let exec = self.get("Exec");
        exec.split_whitespace().next().unwrap_or("").trim_matches('"')
    }

    pub fn has_category(&self, category: &str) -> bool {
        self.get("Categories").split(';').any(|found| found == category)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_group_is_read() {
        let entry = DesktopEntry::parse(
            "# Exec=no\n[Desktop Entry]\nName=A\nName[de]=B\nExec=\"a-b\" %U\nCategories=Office;X;\n\n[Desktop Action c]\nName=C\n",
        );
        assert_eq!(
            (entry.get("Name"), entry.get("Name[de]"), entry.get("Icon")),
            ("A", "B", "")
        );
        assert_eq!(entry.program(), "a-b");
        assert!(entry.has_category("Office") && !entry.has_category("Off"));
    }
}
