//! Two people decide: both signatures, proposals that cross, one standup on two screens, and what happened since.

use crate::two_devices::{agree, pair};
use serde_json::Value;
use sidedesk_tests::device::Device;
use sidedesk_tests::hub::Hub;

/// A Friday, before the default standup.
const FRIDAY: &str = "2026-11-20T09:00:00Z";

/// Two desks at this moment with one clash between them: (marketing, support, the clash).
fn with_clash(hub: &Hub, clock: &str) -> (Device, Device, Value) {
    let (marketing, support) = pair(hub);
    let (marketing, support) = (marketing.at(clock), support.at(clock));
    let when = ["start=2026-11-24 12:00", "end=2026-11-30", "product=Boots"];
    marketing.add("campaign", "Free shipping EU", &when);
    let what = ["severity=5", "state=confirmed", "product=Boots", "opened=2026-11-01"];
    support.add("complaint", "Late parcels North", &what);
    agree(&[&support, &marketing]);
    let clash = only(&marketing);
    assert_eq!(clash["state"], "open", "{clash}");
    (marketing, support, clash)
}

fn only(device: &Device) -> Value {
    let found = device.json(["clashes"]);
    assert_eq!(found["clashes"].as_array().unwrap().len(), 1, "{found}");
    found["clashes"][0].clone()
}

/// The only clash, which this decision settled.
fn decided_by(device: &Device, decision: &Value) -> Value {
    let clash = only(device);
    assert_eq!((text(&clash["state"]), &clash["decision"]["id"]), ("decided", decision));
    clash
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn mitigate(device: &Device, clash: &Value) -> Value {
    let words = [
        "--word",
        "mitigate",
        "--text",
        "banner on the tracking page",
        "--owner",
        "MK",
    ];
    let mut args = vec!["decide", "clash", text(&clash["id"])];
    args.extend(words);
    device.json(args)
}

fn decisions(device: &Device, kind: &str, id: &Value) -> Vec<Value> {
    device.json(["decisions", kind, text(id)]).as_array().unwrap().clone()
}

#[test]
fn a_clash_is_decided_when_both_have_signed_and_stays_known_when_it_is_gone() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);

    let proposal = mitigate(&marketing, &clash);
    assert_eq!(
        (&proposal["signed"], &proposal["pending"]),
        (&false.into(), &true.into()),
        "{proposal}"
    );
    let refusal = marketing.refused(["agree", text(&proposal["id"])]);
    assert!(
        refusal.contains("your own proposal") && refusal.contains("support"),
        "{refusal}"
    );
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        let clash = only(device);
        assert_eq!(
            (text(&clash["state"]), &clash["waits_for"]),
            ("waiting", &serde_json::json!(["support"]))
        );
        assert_eq!(clash["decision"]["text"], "banner on the tracking page");
        let item = &device.json(["agenda"])["items"][0];
        assert_eq!(
            (text(&item["state"]), text(&item["speaker"])),
            ("waiting", "support"),
            "{item}"
        );
    }

    support.json(["agree", text(&proposal["id"])]);
    let head = support.verified().head;
    let refusal = support.refused(["agree", text(&proposal["id"])]);
    assert!(refusal.contains("nothing left to sign"), "{refusal}");
    agree(&[&support, &marketing]);
    assert_eq!(support.verified().head, head + 1, "one signature, one op");
    for device in [&marketing, &support] {
        let clash = only(device);
        assert_eq!(
            (text(&clash["state"]), clash["waits_for"].as_array().unwrap().len()),
            ("decided", 0)
        );
        let decision = &clash["decision"];
        assert_eq!(text(&decision["marketing"]["by"]), "Marketing lead");
        assert_eq!(text(&decision["support"]["by"]), "Support lead");
        assert!(device.json(["agenda"])["items"].as_array().unwrap().is_empty());
    }
    assert_eq!(only(&marketing)["decision"]["marketing"]["me"], true);
    assert_eq!(only(&support)["decision"]["marketing"]["me"], false);

    // Undo takes back the signature, redo brings it back.
    assert_eq!(support.json(["undo"])["name"], "decision.sign");
    agree(&[&support, &marketing]);
    assert_eq!(only(&marketing)["state"], "waiting");
    support.json(["redo"]);
    agree(&[&support, &marketing]);
    assert_eq!(only(&marketing)["state"], "decided");

    // The complaint is mended: there is no clash any more, and what was decided about it is still there.
    support.json(["complaint", "set", text(&clash["complaint"]), "state=solved"]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let found = device.json(["clashes"]);
        assert_eq!(
            (found["total"].as_u64(), found["past"].as_array().unwrap().len()),
            (Some(0), 1)
        );
        let past = &found["past"][0];
        assert_eq!(
            (&past["id"], text(&past["campaign_name"])),
            (&clash["id"], "Free shipping EU")
        );
        assert_eq!(past["decision"]["id"], proposal["id"]);
        assert_eq!(decisions(device, "clash", &clash["id"]).len(), 1);
    }
    let history = marketing.json(["history", text(&proposal["id"])]);
    assert!(
        history
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["field"] == "support" && line["by"] == "Support lead")
    );
}

#[test]
fn a_proposal_can_be_taken_back_until_somebody_signs_it() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    mitigate(&marketing, &clash);
    agree(&[&marketing, &support]);
    assert_eq!(marketing.json(["undo"])["name"], "decision.add");
    agree(&[&marketing, &support]);
    assert_eq!(only(&support)["state"], "open");
    assert!(decisions(&support, "clash", &clash["id"]).is_empty());

    // Taken back here while it is signed there: the agreement stands.
    marketing.json(["redo"]);
    agree(&[&marketing, &support]);
    let proposal = only(&support)["decision"]["id"].clone();
    marketing.json(["undo"]);
    support.json(["agree", text(&proposal)]);
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        assert_eq!(only(device)["state"], "decided");
    }
}

#[test]
fn two_proposals_that_cross_are_both_kept_and_one_of_them_is_agreed_to() {
    let mut hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    hub.kill();
    let support = support.at("2026-11-20T09:01:00Z");
    let ours = mitigate(&marketing, &clash);
    let theirs = support.json(["decide", "clash", text(&clash["id"]), "--word", "move"]);
    assert_eq!(only(&marketing)["decision"]["id"], ours["id"]);
    assert_eq!(only(&support)["decision"]["id"], theirs["id"]);
    hub.come_back();
    agree(&[&marketing, &support]);
    for device in [&marketing, &support] {
        let clash = only(device);
        assert_eq!(
            (text(&clash["state"]), &clash["waits_for"]),
            ("waiting", &serde_json::json!(["marketing"]))
        );
        assert_eq!(clash["decision"]["id"], theirs["id"], "the newest is in front");
        let ids: Vec<Value> = decisions(device, "clash", &clash["id"])
            .iter()
            .map(|d| d["id"].clone())
            .collect();
        assert_eq!(ids, [theirs["id"].clone(), ours["id"].clone()]);
    }
    let support = support.at("2026-11-20T09:02:00Z");
    support.json(["agree", text(&ours["id"])]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let clash = decided_by(device, &ours["id"]);
        assert_eq!(decisions(device, "clash", &clash["id"]).len(), 2);
    }
}

#[test]
fn a_proposal_that_was_replaced_meanwhile_is_not_agreed_to() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    let read = mitigate(&marketing, &clash);
    let marketing = marketing.at("2026-11-20T09:01:00Z");
    let newer = marketing.json(["decide", "clash", text(&clash["id"]), "--word", "move"]);
    agree(&[&marketing, &support]);
    let support = support.at("2026-11-20T09:02:00Z");
    let sentence = support.refused(["agree", text(&read["id"])]);
    assert!(sentence.contains("another proposal stands there by now"), "{sentence}");
    assert_eq!(only(&support)["waits_for"], serde_json::json!(["support"]));
    support.json(["agree", text(&newer["id"])]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        decided_by(device, &newer["id"]);
    }
}

#[test]
fn one_standup_is_on_both_screens_and_counts_once() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    support.add("complaint", "Code rejected", &["product=Socks"]);
    agree(&[&support, &marketing]);
    assert_eq!(support.json(["standup", "show"]), Value::Null);

    // Support is online; Marketing starts. It is told at once.
    let mut online = support.watch();
    let before = online.lines().all().len();
    let started = marketing.json(["standup", "start"]);
    marketing.sync();
    online.says_after(before, &format!("standup {}", text(&started["id"])));
    assert_eq!(online.stop(), Some(0));
    let keys: Vec<&str> = started["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["key"]))
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], format!("clash/{}", text(&clash["id"])));
    let seen = support.json(["standup", "show"]);
    for name in [
        "id",
        "date",
        "started_ms",
        "by",
        "current",
        "current_since_ms",
        "ended_ms",
    ] {
        assert_eq!(seen[name], started[name], "{name}");
    }

    // A decision of the other desk settles the item on both, in the order it had.
    mitigate(&marketing, &clash);
    marketing.sync();
    support.sync();
    support.json(["agree", text(&only(&support)["decision"]["id"])]);
    let moved = support.json(["standup", "next", keys[1]]);
    assert_eq!(moved["current"], keys[1]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        let shown = device.json(["standup", "show"]);
        assert_eq!(shown["current"], keys[1]);
        let states: Vec<&str> = shown["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| text(&i["state"]))
            .collect();
        assert_eq!(states, ["settled", "open"]);
    }
    marketing.json(["standup", "end"]);
    agree(&[&support, &marketing]);
    for device in [&marketing, &support] {
        assert!(device.json(["standup", "show"])["ended_ms"].is_i64());
        assert_eq!(
            device.json(["undo"])["name"]
                .as_str()
                .map(|name| name.contains("standup")),
            Some(false)
        );
    }
    assert!(support.refused(["standup", "end"]).contains("no standup is running"));
}

#[test]
fn two_who_start_it_offline_have_one() {
    let mut hub = Hub::start();
    let (marketing, support, _) = with_clash(&hub, FRIDAY);
    hub.kill();
    support.add("complaint", "Code rejected", &["product=Socks"]);
    let ours = marketing.json(["standup", "start"]);
    let theirs = support.json(["standup", "start"]);
    assert_eq!(ours["id"], theirs["id"]);
    assert_eq!(
        (
            ours["items"].as_array().unwrap().len(),
            theirs["items"].as_array().unwrap().len()
        ),
        (1, 2)
    );
    hub.come_back();
    agree(&[&marketing, &support]);
    let shown = [&marketing, &support].map(|device| {
        let mut shown = device.json(["standup", "show"]);
        for item in shown["items"].as_array_mut().unwrap() {
            // Whose clash it is differs from desk to desk.
            item["clash"]["mine"] = Value::Null;
        }
        shown
    });
    assert_eq!(shown[0], shown[1]);
    assert_eq!(
        shown[0]["items"].as_array().unwrap().len(),
        2,
        "what either had on the agenda"
    );
    marketing.json(["standup", "end"]);
    agree(&[&marketing, &support]);
    assert!(support.json(["standup", "show"])["ended_ms"].is_i64());
}

#[test]
fn the_rhythm_follows_working_days_and_the_board_s_age() {
    let device = Device::new().at("2026-11-18T08:00:00Z"); // a Wednesday
    device.json([
        "init",
        "--name",
        "Board",
        "--function",
        "both",
        "--zone",
        "Europe/London",
    ]);
    let mut device = device;
    for (clock, held, of) in [
        ("2026-11-18T09:20:00Z", 1, 1),
        ("2026-11-20T16:00:00Z", 2, 3), // Thursday was left out
        ("2026-11-21T12:00:00Z", 2, 3), // on a Saturday it may be held, and counts for nothing
        ("2026-11-23T09:00:00Z", 3, 4), // before its time, held all the same
    ] {
        device = device.at(clock);
        let started = device.json(["standup", "start"]);
        assert_eq!(started["items"], serde_json::json!([]));
        device.json(["standup", "end"]);
        let rhythm = &device.json(["agenda"])["rhythm"];
        assert_eq!(
            (rhythm["held"].as_u64(), rhythm["of"].as_u64()),
            (Some(held), Some(of)),
            "{clock}: {rhythm}"
        );
    }
    for count in 0..5 {
        device.add("complaint", &format!("Complaint {count}"), &[]);
    }
    let agenda = device.json(["agenda", "--at", "2026-11-21T12:00:00Z"]);
    assert_eq!(
        (agenda["date"].as_str(), agenda["minutes"].as_u64()),
        (Some("2026-11-21"), Some(4))
    );
    assert_eq!(
        agenda["next_standup_ms"], 1_795_425_300_000_i64,
        "Monday, 09:15 in London"
    );
}

#[test]
fn what_the_other_function_did_is_told_in_one_line_each() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    let complaint = text(&clash["complaint"]);
    support.add("report", "Where is it?", &[&format!("complaint={complaint}")]);
    agree(&[&support, &marketing]);
    let everything = marketing.json(["since", "2020-01-01"]);
    assert_eq!(everything["total"], 1, "{everything}");
    assert_eq!(
        (
            text(&everything["changes"][0]["what"]),
            text(&everything["changes"][0]["kind"])
        ),
        ("added", "complaint")
    );

    // From here on: the hub's clock says when, whatever the desks' clocks were set to.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let from = sidedesk_api::time_text(i64::try_from(now.as_millis()).unwrap());
    for number in 0..3 {
        support.add(
            "report",
            &format!("Still not here {number}"),
            &[&format!("complaint={complaint}")],
        );
    }
    let taken_back = support.add("complaint", "Never mind", &[]);
    support.json(["complaint", "delete", &taken_back]);
    let campaign = text(&clash["campaign"]);
    support.json(["campaign", "set", campaign, "reach=48000"]);
    mitigate(&support, &clash);
    agree(&[&support, &marketing]);

    let since = marketing.json(["since", &from]);
    let lines: Vec<(&str, &str, &str, &str)> = since["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (
                text(&c["kind"]),
                text(&c["what"]),
                text(&c["name"]),
                c["new"].as_str().unwrap_or(""),
            )
        })
        .collect();
    let expected = [
        ("decision", "added", "Free shipping EU", "mitigate"),
        ("campaign", "changed", "Free shipping EU", "48000"),
        ("complaint", "reports", "Late parcels North", "4"),
    ];
    assert_eq!(lines, expected, "{since}");
    let changes = &since["changes"];
    assert_eq!(
        (text(&changes[0]["open_kind"]), &changes[0]["id"]),
        ("clash", &clash["id"])
    );
    assert_eq!(
        (text(&changes[2]["old"]), text(&changes[2]["function"])),
        ("1", "support")
    );
    assert_eq!(
        (text(&changes[1]["field"]), text(&changes[1]["by"])),
        ("reach", "Support lead")
    );
    assert_eq!(
        support.json(["since", &from])["total"],
        0,
        "what one did oneself is no news"
    );

    marketing.json(["agree", text(&only(&marketing)["decision"]["id"])]);
    agree(&[&support, &marketing]);
    let news = support.json(["since", &from]);
    assert_eq!(
        (&news["total"], text(&news["changes"][0]["what"])),
        (&1.into(), "signed"),
        "{news}"
    );
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    let hub = Hub::start();
    let (marketing, support, clash) = with_clash(&hub, FRIDAY);
    let id = text(&clash["id"]);
    let head = marketing.verified().head;
    for (args, part) in [
        (
            vec!["decide", "clash", id, "--word", "mitigate"],
            "text: it cannot be empty",
        ),
        (
            vec!["decide", "clash", id, "--word", "mitigate", "--text", "x"],
            "owner: it cannot be empty",
        ),
        (
            vec!["decide", "clash", id, "--word", "defer"],
            "due: it cannot be empty",
        ),
        (
            vec!["decide", "clash", id, "--word", "defer", "--due", "2026-11-19"],
            "lies in the past",
        ),
        (vec!["decide", "clash", id, "--word", "ignore"], "is not one of move"),
        (vec!["decide", "clash", "12", "--word", "move"], "there is no clash"),
        (vec!["decide", "campaign", id, "--word", "move"], "is not one of decide"),
        (vec!["agree", id], "there is no decision"),
        (vec!["standup", "next", "clash/12"], "no standup is running"),
    ] {
        let refusal = marketing.refused(&args);
        assert!(refusal.contains(part), "{args:?}: {refusal}");
    }
    assert_eq!(marketing.run(["decide", "bug", id, "--word", "move"]).code, Some(2));
    assert_eq!(marketing.verified().head, head);

    // A colleague of the same function is told whose word it is.
    let proposal = mitigate(&support, &clash);
    agree(&[&support, &marketing]);
    let code = support.json(["invite"])["code"].as_str().unwrap().to_owned();
    let colleague = Device::new();
    crate::two_devices::join(&support, &colleague, &code, "support");
    let refusal = colleague.refused(["agree", text(&proposal["id"])]);
    assert!(
        refusal.contains("your function does not sign this; marketing does"),
        "{refusal}"
    );
}
