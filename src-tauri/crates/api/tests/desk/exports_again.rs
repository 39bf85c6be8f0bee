//! Real ticket exports, imported and then imported again when they are newer: every figure against a slow second count.

use crate::standup::{Turned, ms};
use chrono::{DateTime, NaiveDateTime};
use sidedesk_api::dto::{ComplaintDto, ImportOptionsDto};
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// The rows of a CSV file, cells with their quotes off.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

/// One export as the test reads it, with nothing of the program.
struct Export {
    name: &'static str,
    text: String,
    /// Ticket time and cause of every row.
    tickets: Vec<(i64, String)>,
    options: ImportOptionsDto,
}

impl Export {
    fn read(name: &'static str, [created, cause]: [&str; 2], time: fn(&str) -> i64) -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/foreign");
        let text = std::fs::read_to_string(path.join(name)).unwrap();
        let rows = rows(&text);
        let column = |name: &str| rows[0].iter().position(|header| header == name).unwrap();
        let (created, at) = (column(created), column(cause));
        let tickets = rows[1..]
            .iter()
            .map(|row| (time(&row[created]), row[at].trim().to_lowercase()));
        let tickets = tickets.collect();
        let map = vec![(cause.to_owned(), "complaint".to_owned())];
        Self {
            name,
            tickets,
            text,
            options: ImportOptionsDto {
                map,
                ..Default::default()
            },
        }
    }

    /// The same export as it was at `until`: without the tickets that came later.
    fn as_of(&self, until: i64) -> String {
        let mut lines = self
            .text
            .replace("\r\n", "\n")
            .split('\n')
            .map(str::to_owned)
            .collect::<Vec<_>>();
        // A row of several lines belongs together.
        let mut whole: Vec<String> = Vec::new();
        for line in lines.drain(..) {
            match whole.last_mut().filter(|row| row.matches('"').count() % 2 == 1) {
                Some(row) => row.push_str(&format!("\n{line}")),
                None => whole.push(line),
            }
        }
        let kept = whole[1..].iter().zip(&self.tickets).filter(|(_, (at, _))| *at <= until);
        let kept: Vec<&str> = kept.map(|(row, _)| row.as_str()).collect();
        format!("{}\n{}\n", whole[0], kept.join("\n"))
    }

    /// By cause: all until `seen`, of these those of the seven days before `now`, and those of the loudest of its days.
    fn counted(&self, seen: i64, now: i64) -> BTreeMap<String, (i64, i64, i64)> {
        let now = now / MINUTE * MINUTE;
        let mut by_cause: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (at, cause) in self
            .tickets
            .iter()
            .filter(|(at, cause)| *at <= seen && !cause.is_empty())
        {
            by_cause.entry(cause.clone()).or_default().push(*at);
        }
        let count = |times: Vec<i64>| {
            let within =
                |from: i64, until: i64| times.iter().filter(|at| (from + 1..=until).contains(*at)).count() as i64;
            let days = (0..7).map(|day| within(now - (day + 1) * DAY, now - day * DAY));
            (times.len() as i64, within(now - 7 * DAY, now), days.max().unwrap_or(0))
        };
        by_cause
            .into_iter()
            .map(|(cause, times)| (cause, count(times)))
            .collect()
    }

    /// Imports it as of `seen`, turns the clock to `now`, and compares every complaint.
    async fn check(&self, board: &Turned, seen: i64, now: &str) -> BTreeMap<String, ComplaintDto> {
        board.turn(now);
        let file = self.as_of(seen);
        board
            .desk
            .run_import(self.name, file.as_bytes(), &self.options, false)
            .await
            .unwrap();
        let page = board.desk.board().await.unwrap();
        let complaints: BTreeMap<String, ComplaintDto> = page
            .complaints
            .into_iter()
            .map(|one| (one.title.trim().to_lowercase(), one))
            .collect();
        let expected = self.counted(seen, ms(now));
        assert!(!expected.is_empty());
        assert_eq!(
            complaints.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>()
        );
        for (cause, (total, last7, loudest)) in &expected {
            let found = &complaints[cause];
            assert_eq!((found.reports, found.last7), (*total, *last7), "{cause}");
            assert_eq!(found.too_many, Some(*loudest).filter(|count| *count > 25), "{cause}");
            let trend = board.desk.trend(&found.id).await.unwrap();
            let weeks: Vec<i64> = trend.weeks.iter().map(|week| week.count).collect();
            assert_eq!(weeks, found.weeks, "{cause}");
            assert_eq!(weeks.last(), Some(last7), "{cause}");
        }
        complaints
    }
}

#[tokio::test]
async fn a_city_s_requests_grow_and_fall_with_the_newer_export() {
    let local = |text: &str| {
        ms(&NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .unwrap()
            .format("%Y-%m-%dT%H:%M:%S")
            .to_string())
    };
    let export = Export::read("nyc311_requests.csv", ["created_date", "complaint_type"], local);
    let board = Turned::at("2026-06-27 12:00").await;
    let first = export.check(&board, ms("2026-06-27 12:00"), "2026-06-27 12:00").await;
    let second = export.check(&board, i64::MAX, "2026-06-28 06:00").await;
    let (noise, before) = (&second["noise - residential"], &first["noise - residential"]);
    assert!(
        before.reports < noise.reports && noise.reports == 816,
        "{}",
        before.reports
    );
    assert!(second.len() > first.len(), "new causes came with it");
    let again = export.check(&board, i64::MAX, "2026-06-28 06:00").await;
    assert_eq!(again, second, "the same file once more changes nothing");

    // Solved, then quiet: nothing comes back without a newer report, and the others are offered for closing.
    let id = noise.id.clone();
    crate::desk::set(&board.desk, "complaint", &id, &[("state", "solved")]).await;
    let later = export.check(&board, i64::MAX, "2026-07-20 06:00").await;
    assert!(later.values().all(|one| one.last7 == 0), "all of them fell");
    assert_eq!(later["noise - residential"].state, "solved");
    assert!(
        later
            .values()
            .all(|one| (one.quiet_days.is_some()) == (one.state != "solved"))
    );
    for one in later.values().filter(|one| one.state == "new") {
        crate::desk::set(&board.desk, "complaint", &one.id, &[("state", "confirmed")]).await;
    }
    let quiet = board.agenda().await;
    assert_eq!(
        quiet.items.iter().filter(|item| item.kind == "quiet").count(),
        3,
        "a few at once"
    );
}

#[tokio::test]
async fn a_support_desk_s_questions_bring_a_solved_topic_back() {
    let time = |text: &str| {
        DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z")
            .unwrap()
            .timestamp_millis()
    };
    let export = Export::read("sumo_thunderbird_questions_2023.csv", ["created", "topic"], time);
    let board = Turned::at("2023-08-01 09:00").await;
    let first = export.check(&board, ms("2023-08-01 09:00"), "2023-08-01 09:00").await;
    let (topic, loud) = first.iter().max_by_key(|(_, one)| one.reports).unwrap();
    crate::desk::set(
        &board.desk,
        "complaint",
        &loud.id,
        &[("state", "watching"), ("fix", "A page for it")],
    )
    .await;
    let second = export.check(&board, i64::MAX, "2023-08-15 09:00").await;
    let back = &second[topic];
    let since = export
        .tickets
        .iter()
        .filter(|(at, of)| of == topic && *at > ms("2023-08-01 09:00") && *at <= ms("2023-08-15 09:00"));
    assert_eq!((back.state.as_str(), back.returned), ("confirmed", 1));
    assert_eq!(back.back.as_ref().unwrap().reports, since.count() as i64);
    board.desk.undo().await.unwrap();
    let undone = board.desk.complaint(&loud.id).await.unwrap();
    assert_eq!(
        (undone.state.as_str(), undone.reports),
        ("watching", loud.reports),
        "one undo takes the return back"
    );
}
