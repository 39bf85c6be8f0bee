//! Every room takes the lints of the workspace.

use super::finding::Finding;
use super::rooms::Room;

pub fn check(rooms: &[Room]) -> Vec<Finding> {
    let without = rooms.iter().filter(|room| !has_lints(&room.manifest_text));
    let finding = |room: &Room| {
        Finding::new(
            &room.manifest,
            1,
            "the lints of the workspace are not taken",
            "Add `[lints]` with `workspace = true`",
        )
    };
    without.map(finding).collect()
}

fn has_lints(manifest: &str) -> bool {
    let lines: Vec<String> = manifest
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").replace(' ', ""))
        .collect();
    let section = lines
        .iter()
        .skip_while(|line| *line != "[lints]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    section.into_iter().any(|line| line == "workspace=true") || lines.iter().any(|line| line == "lints.workspace=true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_without_lints_is_caught() {
        assert!(has_lints("[package]\n[lints]\nworkspace = true\n"));
        assert!(has_lints("lints.workspace = true\n[package]\n"));
        assert!(!has_lints("[package]\nname = \"x\"\n"));
        assert!(!has_lints("[lints]\n[dependencies]\nworkspace = true\n"));
        assert!(!has_lints("[lints]\n# workspace = true\n"));
        let mut room = super::super::rooms::planted("sidedesk-domain", &[]);
        assert!(check(std::slice::from_ref(&room)).is_empty());
        room.manifest_text = "[package]\n".to_owned();
        assert_eq!(check(&[room]).len(), 1);
    }
}
