//! The agenda and the standup of a day, on one desk whose clock is turned by hand.

use crate::desk::{add, set};
use sidedesk_api::dto::{AgendaDto, DecideDto};
use sidedesk_api::{Clock, Desk, DeskOptions, Tz};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// A desk with a clock that stands until it is turned.
pub struct Turned {
    _dir: TempDir,
    pub desk: Desk,
    clock: Arc<AtomicI64>,
}

impl Turned {
    /// Of somebody of both functions, in London.
    pub async fn at(time: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(ms(time)));
        let read = Arc::clone(&clock);
        let options = DeskOptions {
            clock: Clock::from_fn(move || read.load(Ordering::Relaxed)),
            zone: Some(Tz::Europe__London),
            ..DeskOptions::new()
        };
        let desk = Desk::open_with(dir.path(), options).await.unwrap();
        desk.init("Winter board", "Iva Horn", "both").await.unwrap();
        Self { _dir: dir, desk, clock }
    }

    pub fn turn(&self, time: &str) {
        self.clock.store(ms(time), Ordering::Relaxed);
    }

    pub async fn agenda(&self) -> AgendaDto {
        self.desk.agenda(None).await.unwrap()
    }

    pub async fn complaint(&self, title: &str, fields: &[(&str, &str)]) -> String {
        let mut all = vec![("title", title)];
        all.extend(fields);
        if !fields.iter().any(|(field, _)| *field == "product") {
            all.push(("product", "Boots"));
        }
        add(&self.desk, "complaint", &all).await
    }

    pub async fn reports(&self, complaint: &str, count: usize, created: &str) {
        for number in 0..count {
            let title = format!("Where is my parcel {number}");
            let fields = [
                ("title", title.as_str()),
                ("complaint", complaint),
                ("created", created),
            ];
            add(&self.desk, "report", &fields).await;
        }
    }

    pub async fn decide(&self, kind: &str, id: &str, word: &str, due: Option<&str>) {
        let decide = DecideDto {
            about_kind: kind.into(),
            about: id.into(),
            word: word.into(),
            text: Some("as agreed".into()),
            owner: Some("MK".into()),
            due: due.map(Into::into),
            standup: Some("2026-11-20".into()),
        };
        self.desk.decide(&decide).await.unwrap();
    }
}

pub fn ms(time: &str) -> i64 {
    sidedesk_api::parse_instant(time, Tz::Europe__London).unwrap()
}

pub fn kinds(agenda: &AgendaDto) -> Vec<(&str, &str)> {
    agenda
        .items
        .iter()
        .map(|item| (item.kind.as_str(), item.title.as_str()))
        .collect()
}

#[tokio::test]
async fn the_agenda_names_what_moved_and_forgets_what_was_settled() {
    let board = Turned::at("2026-11-19 10:42").await; // a Thursday
    let campaign = [
        ("name", "Free shipping EU"),
        ("start", "2026-11-21 14:42"),
        ("product", "Boots"),
    ];
    add(&board.desk, "campaign", &campaign).await;
    let late = board
        .complaint("Late parcels", &[("severity", "5"), ("state", "confirmed")])
        .await;
    let code = board.complaint("Code rejected", &[("product", "Socks")]).await;
    let back = board
        .complaint("Login loop", &[("product", "Shoes"), ("state", "confirmed")])
        .await;
    set(&board.desk, "complaint", &back, &[("returned", "1")]).await;
    board.reports(&late, 6, "2026-11-18 09:00").await;

    let agenda = board.agenda().await;
    let expected = [
        ("clash", "Free shipping EU"),
        ("returned", "Login loop"),
        ("new", "Code rejected"),
        ("growing", "Late parcels"),
    ];
    assert_eq!(kinds(&agenda), expected);
    assert_eq!(
        (agenda.date.as_str(), agenda.minutes, agenda.also),
        ("2026-11-19", 3, 0)
    );
    assert_eq!(agenda.next_standup_ms, ms("2026-11-20 09:15"));
    let clash = &agenda.items[0];
    assert_eq!(clash.due_ms, clash.clash.as_ref().map(|clash| clash.decide_by_ms));
    assert_eq!(clash.key, format!("clash/{}", clash.about));
    assert_eq!(agenda.items[3].complaint.as_ref().unwrap().last7, 6);
    assert_eq!(agenda.items[3].complaint.as_ref().unwrap().weeks.len(), 8);
    let voice = agenda.voice.as_ref().unwrap();
    assert_eq!((voice.title.as_str(), voice.reports), ("Late parcels", 6));
    assert!(voice.text.starts_with("Where is my parcel"), "{voice:?}");
    assert_eq!(agenda.campaign.as_ref().unwrap().name, "Free shipping EU");

    board.decide("complaint", &late, "decide", None).await;
    board
        .decide("complaint", &code, "defer", Some("2026-11-23 09:00"))
        .await;
    board.decide("complaint", &back, "hand_off", None).await;
    board.decide("clash", &clash.about, "mitigate", None).await;
    let left = board.agenda().await;
    assert_eq!(kinds(&left), [("clash", "Free shipping EU")]);
    let item = &left.items[0];
    assert_eq!((item.state.as_str(), item.speaker.as_str()), ("waiting", "support"));
    board.desk.agree(&item.decision.as_ref().unwrap().id).await.unwrap();
    assert!(board.agenda().await.items.is_empty());
    assert_eq!(board.agenda().await.minutes, 0);

    board.turn("2026-11-23 09:00");
    board.reports(&late, 4, "2026-11-20 09:00").await;
    let monday = board.agenda().await;
    let expected = [
        ("growing", "Late parcels"),
        ("deferred", "Code rejected"),
        ("handed_over", "Login loop"),
    ];
    assert_eq!(kinds(&monday), expected, "grown from six to ten");
    assert_eq!(monday.items[2].due_ms, Some(ms("2026-11-20 12:00")));
}

#[tokio::test]
async fn no_more_than_twelve_and_the_rest_is_counted() {
    let board = Turned::at("2026-11-20 09:00").await;
    for number in 0..15 {
        board.complaint(&format!("Complaint {number}"), &[]).await;
    }
    let agenda = board.agenda().await;
    assert_eq!((agenda.items.len(), agenda.also, agenda.minutes), (12, 3, 9));
    let speakers: Vec<&str> = agenda.items.iter().take(3).map(|item| item.speaker.as_str()).collect();
    assert_eq!(speakers, ["support", "marketing", "support"]);
}

#[tokio::test]
async fn a_standup_keeps_its_order_and_shows_what_becomes_of_each_item() {
    let board = Turned::at("2026-11-20 09:15").await;
    assert_eq!(board.desk.move_standup(None).await.unwrap_err().code(), "no_standup");
    assert_eq!(board.desk.end_standup().await.unwrap_err().code(), "no_standup");
    let first = board.complaint("Late parcels", &[]).await;
    let second = board.complaint("Code rejected", &[]).await;
    let standup = board.desk.start_standup().await.unwrap();
    assert_eq!((standup.date.as_str(), standup.by.as_str()), ("2026-11-20", "Iva Horn"));
    assert_eq!(standup.items.len(), 2);
    assert_eq!(standup.current, Some(standup.items[0].key.clone()));
    let order: Vec<String> = standup.items.iter().map(|item| item.key.clone()).collect();

    let head = board.desk.verify().await.unwrap().head;
    let joined = board.desk.start_standup().await.unwrap();
    let stayed = board.desk.move_standup(standup.current.as_deref()).await.unwrap();
    assert_eq!(joined, stayed, "who starts it again joins it");
    assert_eq!(
        (joined.id, joined.current_since_ms),
        (standup.id.clone(), standup.current_since_ms)
    );
    assert_eq!(board.desk.verify().await.unwrap().head, head, "no new op");

    board.turn("2026-11-20 09:16");
    board
        .decide("complaint", order[0].trim_start_matches("complaint/"), "decide", None)
        .await;
    let moved = board.desk.move_standup(Some(&order[1])).await.unwrap();
    assert_eq!(moved.current.as_deref(), Some(order[1].as_str()));
    assert_eq!(moved.current_since_ms, ms("2026-11-20 09:16"));
    let states: Vec<(&str, &str)> = moved.items.iter().map(|i| (i.key.as_str(), i.state.as_str())).collect();
    assert_eq!(states, [(order[0].as_str(), "settled"), (order[1].as_str(), "open")]);
    assert_eq!(
        moved.items[0].decision.as_ref().unwrap().standup.as_deref(),
        Some("2026-11-20")
    );
    assert_eq!(board.agenda().await.standup, Some(moved));
    for bad in ["complaint/x", "clash/00000000-0000-0000-0000-000000000000", ""] {
        assert_eq!(
            board.desk.move_standup(Some(bad)).await.unwrap_err().code(),
            "not_found",
            "{bad}"
        );
    }

    let ended = board.desk.end_standup().await.unwrap();
    assert_eq!((ended.ended_ms, ended.current), (Some(ms("2026-11-20 09:16")), None));
    assert_eq!(board.desk.end_standup().await.unwrap_err().code(), "no_standup");
    assert_eq!(board.agenda().await.rhythm.held, 1);

    // Undo takes back the decision, not where people looked.
    assert_eq!(board.desk.undo().await.unwrap().name, "decision.add");
    board.turn("2026-11-20 14:00");
    let third = board.complaint("Login loop", &[]).await;
    let again = board.desk.start_standup().await.unwrap();
    assert_eq!((again.id, again.ended_ms), (standup.id, None), "one a day");
    let keys: Vec<&str> = again.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(
        keys,
        [order[0].as_str(), order[1].as_str(), &format!("complaint/{third}")]
    );
    assert_eq!(again.started_ms, standup.started_ms);
    assert!(
        [first, second]
            .iter()
            .all(|id| keys.contains(&format!("complaint/{id}").as_str()))
    );
    assert_eq!(board.agenda().await.rhythm.held, 0, "it runs again");
}

#[tokio::test]
async fn a_clash_that_was_resolved_elsewhere_still_has_its_name() {
    let board = Turned::at("2026-11-20 09:15").await;
    let fields = [
        ("name", "Free shipping EU"),
        ("start", "2026-11-21 14:42"),
        ("product", "Boots"),
    ];
    let campaign = add(&board.desk, "campaign", &fields).await;
    board
        .complaint("Late parcels", &[("severity", "5"), ("state", "confirmed")])
        .await;
    let standup = board.desk.start_standup().await.unwrap();
    assert_eq!(standup.items[0].kind, "clash");
    set(&board.desk, "campaign", &campaign, &[("state", "paused")]).await;
    let after = board.agenda().await.standup.unwrap();
    let item = &after.items[0];
    assert_eq!(
        (item.title.as_str(), item.state.as_str(), &item.clash),
        ("Free shipping EU", "settled", &None)
    );
}

#[tokio::test]
async fn with_nothing_to_decide_a_standup_is_short_and_counts() {
    let board = Turned::at("2026-11-19 08:00").await; // Thursday
    for (at, held, of) in [
        ("2026-11-19 09:15", 1, 1),
        ("2026-11-20 09:20", 2, 2),
        ("2026-11-21 12:00", 2, 2),
    ] {
        board.turn(at);
        let standup = board.desk.start_standup().await.unwrap();
        assert_eq!((standup.items.len(), standup.current), (0, None));
        board.desk.end_standup().await.unwrap();
        let rhythm = board.agenda().await.rhythm;
        assert_eq!(
            (rhythm.held, rhythm.of),
            (held, of),
            "{at}: a Saturday is no working day"
        );
    }
    board.turn("2026-11-24 09:00");
    let rhythm = board.agenda().await.rhythm;
    assert_eq!(
        rhythm.days,
        [true, true, false],
        "Monday was left out, Tuesday's time has not come"
    );
    assert_eq!(board.agenda().await.next_standup_ms, ms("2026-11-24 09:15"));
    assert!(board.desk.verify().await.unwrap().ok);
}

#[tokio::test]
async fn a_standup_goes_on_over_midnight_and_can_be_ended() {
    let board = Turned::at("2026-11-19T23:50:00Z").await;
    let started = board.desk.start_standup().await.unwrap();
    board.turn("2026-11-20T00:20:00Z");
    let joined = board.desk.start_standup().await.unwrap();
    assert_eq!(
        (joined.id.as_str(), joined.date.as_str()),
        (started.id.as_str(), "2026-11-19")
    );
    let ended = board.desk.end_standup().await.unwrap();
    assert_eq!(
        (ended.id, ended.ended_ms),
        (started.id, Some(ms("2026-11-20T00:20:00Z")))
    );
    // The day that has begun has its own.
    assert!(board.agenda().await.standup.is_none());
    assert_eq!(board.desk.start_standup().await.unwrap().date, "2026-11-20");

    // One that was forgotten is not what the next morning starts with.
    board.turn("2026-11-20T22:00:00Z");
    board.desk.start_standup().await.unwrap();
    board.turn("2026-11-21T09:00:00Z");
    assert!(board.agenda().await.standup.is_none());
}
