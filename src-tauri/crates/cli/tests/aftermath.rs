//! What follows reports, in the terminal's own words.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};

    fn said(data: &Path, clock: &str, args: &[&str]) -> String {
        let done = Command::new(env!("CARGO_BIN_EXE_sidedesk"))
            .args(["--keys", "file", "--clock", clock, "--data"])
            .arg(data)
            .args(args)
            .env_remove("SIDEDESK_LOG")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
        text(&done.stdout)
    }

    /// Says every one of these.
    fn check(said: &str, expected: &[&str]) {
        for words in expected {
            assert!(said.contains(words), "{words:?} is not in:\n{said}");
        }
    }

    #[test]
    fn a_return_a_quiet_one_a_loud_one_and_what_waits_are_said() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("board");
        let say = |clock: &str, args: &[&str]| said(&data, clock, args);
        say(
            "2026-11-01 09:00",
            &[
                "init",
                "--function",
                "both",
                "--me",
                "Anna Gray",
                "--zone",
                "Europe/London",
            ],
        );
        let rows: String = (0..27)
            .map(|number| format!("{number},Late again,2026-11-01 08:{number:02},Late parcels\n"))
            .collect();
        let file = folder.path().join("tickets.csv");
        std::fs::write(
            &file,
            format!("id,subject,created,cause\n99,No cause,2026-11-01 08:00,\n{rows}"),
        )
        .unwrap();
        say(
            "2026-11-02 09:00",
            &["import", file.to_str().unwrap(), "--map", "cause=complaint"],
        );
        let list = say("2026-11-02 09:00", &["complaint", "list"]);
        check(&list, &["27 in 7 days", "(27 in a day)"]);
        let id = list.split_whitespace().next().unwrap();
        check(
            &say("2026-11-02 09:00", &["complaint", "show", id]),
            &["27 reports in a day: write one answer for all", "answer=\"…\""],
        );
        check(
            &say("2026-11-20 09:00", &["agenda"]),
            &[
                "new",
                "(quiet for 19 days)",
                "1 report has no complaint for 3 working days.",
            ],
        );
        check(
            &say("2026-11-20 09:00", &["complaint", "show", id]),
            &["No report for 19 days. To close it", "state=solved"],
        );
        check(
            &say("2026-11-20 09:00", &["unlinked"]),
            &["1 report has no complaint for 3 working days.", "No cause"],
        );

        say(
            "2026-11-20 09:00",
            &["complaint", "set", id, "state=solved", "fix=A second depot"],
        );
        let created = ["created=2026-11-22 09:00".to_owned(), format!("complaint={id}")];
        say(
            "2026-11-23 09:00",
            &["report", "add", "Late once more", &created[0], &created[1]],
        );
        let back = ["(returned, 2nd time)", "(1 report since it was mended 2026-11-20"];
        check(&say("2026-11-23 09:00", &["complaint", "list"]), &back);
        check(&say("2026-11-23 09:00", &["agenda"]), &back);
        let shown = say("2026-11-23 09:00", &["complaint", "show", id]);
        check(
            &shown,
            &[
                "returned, 2nd time.",
                "by Anna Gray: A second depot",
                "Mended 2026-11-20",
            ],
        );

        check(
            &say("2026-11-23 09:00", &["bounds"]),
            &["after 14 days", "above 25 reports"],
        );
        let asked = ["bounds", "--quiet-days", "0", "--one-answer-from", "100"];
        check(
            &say("2026-11-23 09:00", &asked),
            &["never offered", "above 100 reports"],
        );
    }
}
