//! The program as it is typed: exit codes, one document on standard output, sentences beside it.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Output, Stdio};

    fn sidedesk(data: &Path, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidedesk"));
        command
            .arg("--data")
            .arg(data)
            .args(args)
            .env_remove("SIDEDESK_LOG")
            // A machine without people: no keyring, no terminal.
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("SIDEDESK_KEYS")
            .env_remove("SIDEDESK_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn words_for_people_and_documents_for_scripts() {
        let dir = tempfile::tempdir().unwrap();
        let founded = sidedesk(
            dir.path(),
            &["init", "--function", "marketing", "--me", "Iva", "--name", "Winter"],
        );
        assert_eq!(text(&founded.stdout), "Board \"Winter\", you are Iva (marketing).\n");
        let said = text(&founded.stderr);
        assert!(
            said.contains("in the clear"),
            "a script is not asked, and not left in the dark: {said}"
        );
        let added = sidedesk(
            dir.path(),
            &[
                "campaign",
                "add",
                "Newsletter",
                "start=2026-12-01 09:00",
                "product=Boots",
            ],
        );
        let id = text(&added.stdout).trim().to_owned();
        let listed = text(&sidedesk(dir.path(), &["campaign", "list"]).stdout);
        assert!(listed.contains(&id) && listed.contains("Newsletter"), "{listed}");
        let shown = text(&sidedesk(dir.path(), &["campaign", "show", &id]).stdout);
        assert!(
            shown.contains("name         Newsletter") && !shown.contains("audience"),
            "{shown}"
        );
        let document = sidedesk(dir.path(), &["--json", "campaign", "show", &id]);
        assert_eq!(text(&document.stdout).lines().count(), 1);
        assert!(text(&document.stdout).contains("\"audience\":null"));
        let status = text(&sidedesk(dir.path(), &["status"]).stdout);
        let lines: Vec<&str> = status.lines().collect();
        assert_eq!(lines.first(), Some(&"Local board, not shared"));
        assert!(lines.iter().any(|line| line.contains("in the clear")), "{status}");
        let clashes = text(&sidedesk(dir.path(), &["--clock", "2026-11-19 10:42", "clashes"]).stdout);
        assert_eq!(clashes, "No open clashes. Last check 2026-11-19T10:42:00Z.\n");
        assert_eq!(text(&sidedesk(dir.path(), &["undo"]).stdout), "Undone: campaign.add.\n");
        assert_eq!(text(&sidedesk(dir.path(), &["campaign", "list"]).stdout), "");
    }

    #[test]
    fn a_refusal_is_a_sentence_beside_and_exit_1() {
        let dir = tempfile::tempdir().unwrap();
        let refused = sidedesk(dir.path(), &["--json", "campaign", "list"]);
        assert_eq!(refused.status.code(), Some(1));
        assert_eq!(
            (text(&refused.stdout), text(&refused.stderr)),
            (
                String::new(),
                "there is no board here yet; found one or join one\n".to_owned()
            )
        );
        for wrong in [
            &["--clock"][..],
            &["import", "x", "--day-first", "--month-first"],
            &["import", "x", "--kind", "member"],
        ] {
            assert_eq!(sidedesk(dir.path(), wrong).status.code(), Some(2), "{wrong:?}");
        }
        sidedesk(dir.path(), &["init", "--function", "support"]);
        for (refused, part) in [
            (&["campaign", "add", "x", "name"][..], "\"name\" is not field=value"),
            (&["report", "list"], "--complaint ID"),
            (
                &["import", "/dev/null", "--map", "subject"],
                "\"subject\" is not column=field",
            ),
            (&["--clock", "yesterday", "clashes"], "\"yesterday\" is not a time"),
        ] {
            let output = sidedesk(dir.path(), refused);
            assert_eq!(output.status.code(), Some(1), "{refused:?}");
            assert!(
                text(&output.stderr).contains(part),
                "{refused:?}: {}",
                text(&output.stderr)
            );
        }
    }
}
