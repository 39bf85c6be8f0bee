//! The pages: only one folder knows Tauri, components stay short, and the lock file names no server.

use super::finding::Finding;

const TAURI: &str = "@tauri-apps/";
const IPC: &str = "ui/src/lib/ipc/";
const SVELTE_LINES: usize = 400;

pub fn check(path: &str, source: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_code = [".ts", ".js", ".svelte"].iter().any(|ending| path.ends_with(ending));
    if is_code && !path.starts_with(IPC) {
        for (index, line) in source.lines().enumerate() {
            if [format!("'{TAURI}"), format!("\"{TAURI}"), format!("`{TAURI}")]
                .iter()
                .any(|import| line.contains(import))
            {
                let repair = "Only ui/src/lib/ipc knows Tauri; export a function there";
                findings.push(Finding::new(path, index + 1, format!("{TAURI}… is imported"), repair));
            }
        }
    }
    let lines = source.lines().count();
    if path.ends_with(".svelte") && lines > SVELTE_LINES {
        let what = format!("{lines} lines, at most {SVELTE_LINES}");
        findings.push(Finding::new(
            path,
            lines,
            what,
            "Give a part of it a component of its own",
        ));
    }
    findings
}

/// Where packages come from is a setting of the machine. An address in the lock file would overrule it.
pub fn check_lock(path: &str, source: &str) -> Vec<Finding> {
    let mut lines = source
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("\"resolved\""));
    let Some((index, _)) = lines.next() else {
        return Vec::new();
    };
    let what = format!("{} addresses of a package server", lines.count() + 1);
    let repair = "Set `omit-lockfile-registry-resolved=true` in ui/.npmrc and write the lock file again";
    vec![Finding::new(path, index + 1, what, repair)]
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::*;

    #[test]
    fn tauri_outside_its_folder_is_caught() {
        let source = "import { x } from 'y';\nimport { invoke } from '@tauri-apps/api/core';\n";
        assert_eq!(
            seen(&check("ui/src/views/Board.svelte", source)),
            ["2: @tauri-apps/… is imported"]
        );
        assert_eq!(
            seen(&check("ui/src/a.ts", "await import(\"@tauri-apps/api\")")),
            ["1: @tauri-apps/… is imported"]
        );
        assert!(check("ui/src/lib/ipc/commands.ts", source).is_empty());
    }

    #[test]
    fn a_long_component_is_caught() {
        assert!(check("ui/src/A.svelte", &"\n".repeat(400)).is_empty());
        assert_eq!(
            seen(&check("ui/src/A.svelte", &"\n".repeat(401))),
            ["401: 401 lines, at most 400"]
        );
        assert!(check("ui/src/a.ts", &"\n".repeat(401)).is_empty());
    }

    #[test]
    fn addresses_in_the_lock_file_are_caught_once() {
        let lock = "{\n  \"version\": \"1\",\n  \"resolved\": \"x\",\n  \"resolved\": \"y\"\n}";
        assert_eq!(
            seen(&check_lock("ui/package-lock.json", lock)),
            ["3: 2 addresses of a package server"]
        );
        assert!(check_lock("ui/package-lock.json", "{ \"integrity\": \"x\" }").is_empty());
    }
}
