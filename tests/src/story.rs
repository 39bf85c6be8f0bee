//! The outdoor shop of the design pictures, on Thursday 19 November 2026 at 10:42 in London: nine campaigns, eleven
//! complaints with eight weeks of tickets, a proposal that Marketing has signed, and four weeks of standups. Two people
//! on one real hub; for pictures and for tests that want a board as it looks after a month.

use sidedesk_api::dto::{DecideDto, FieldInputDto, ImportOptionsDto};
use sidedesk_api::{Clock, Desk, DeskOptions, Tz};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// 19 November 2026, 10:42 in London.
pub const NOW: i64 = 1_795_084_920_000;
/// The same for `--clock`.
pub const NOW_TEXT: &str = "2026-11-19T10:42:00Z";
const DAY: i64 = 86_400_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// name, state, start, end, product, region, channel, reach, owner
const CAMPAIGNS: [[&str; 9]; 9] = [
    ["Refer a friend", "idea", "", "", "", "", "app", "", "EM"],
    [
        "Spring trail week",
        "idea",
        "2027-03-08",
        "2027-03-15",
        "Trail shoes",
        "",
        "",
        "",
        "CM",
    ],
    [
        "Free shipping EU",
        "draft",
        "2026-11-21 14:42",
        "2026-11-29",
        "Boots",
        "EU",
        "email",
        "48000",
        "CM",
    ],
    [
        "Gift cards by post",
        "draft",
        "2026-12-10",
        "2026-12-19",
        "Gift cards",
        "",
        "site",
        "",
        "EM",
    ],
    [
        "Winter boots launch",
        "ready",
        "2026-11-25",
        "2026-12-07",
        "Boots",
        "UK",
        "email",
        "21000",
        "CM",
    ],
    [
        "New-customer 15 %",
        "ready",
        "2026-11-27",
        "2026-12-01",
        "Jackets",
        "",
        "ads",
        "30000",
        "EM",
    ],
    [
        "Loyalty double points",
        "live",
        "2026-11-09",
        "2026-11-23",
        "Jackets",
        "",
        "app",
        "12000",
        "EM",
    ],
    [
        "Advent calendar teaser",
        "live",
        "2026-11-16",
        "2026-12-01",
        "Gift cards",
        "",
        "social",
        "22000",
        "CM",
    ],
    [
        "Autumn clear-out",
        "winding_down",
        "2026-11-02",
        "2026-11-23",
        "Tents",
        "",
        "site",
        "9000",
        "CM",
    ],
];

struct Cause {
    title: &'static str,
    state: &'static str,
    severity: &'static str,
    product: &'static str,
    region: &'static str,
    channel: &'static str,
    owner: &'static str,
    returned: &'static str,
    /// Tickets of each week, the oldest first.
    weeks: [u32; 8],
    said: &'static str,
}

#[rustfmt::skip]
const CAUSES: [Cause; 11] = [
    Cause { title: "Address change needs a call", state: "new", severity: "2", product: "Jackets", region: "", channel: "", owner: "AG", returned: "0", weeks: [3, 4, 3, 4, 5, 5, 7, 11], said: "I just wanted to change my address. I had to call twice." },
    Cause { title: "Chat closes mid-reply", state: "new", severity: "2", product: "Tents", region: "", channel: "", owner: "TL", returned: "0", weeks: [2, 2, 3, 2, 3, 3, 4, 6], said: "The chat window went away while the answer was being typed." },
    Cause { title: "Late parcels North", state: "confirmed", severity: "4", product: "Boots", region: "EU", channel: "email", owner: "SL", returned: "0", weeks: [8, 9, 8, 9, 9, 9, 9, 37], said: "The tracking page says delivered today since Monday." },
    Cause { title: "Warranty asked twice", state: "confirmed", severity: "3", product: "Backpacks", region: "", channel: "", owner: "AG", returned: "0", weeks: [5, 5, 6, 5, 7, 6, 7, 8], said: "Why does everybody ask for the receipt again?" },
    Cause { title: "Pick-up not ready", state: "confirmed", severity: "3", product: "Stoves", region: "", channel: "", owner: "TL", returned: "0", weeks: [3, 4, 4, 3, 5, 4, 6, 7], said: "The shop did not know about my order." },
    Cause { title: "Code BOOT10 rejected at checkout", state: "fixing", severity: "3", product: "Boots", region: "UK", channel: "", owner: "AG", returned: "2", weeks: [2, 3, 9, 6, 3, 2, 7, 14], said: "BOOT10 is in your mail and the checkout does not take it." },
    Cause { title: "Size guide wrong, kids", state: "fixing", severity: "2", product: "Trail shoes", region: "", channel: "", owner: "TL", returned: "0", weeks: [4, 5, 6, 8, 9, 9, 8, 9], said: "Two sizes too small, as the guide said they would fit." },
    Cause { title: "Refund wording unclear", state: "fixing", severity: "2", product: "Gift cards", region: "", channel: "", owner: "SL", returned: "0", weeks: [2, 2, 2, 3, 4, 4, 5, 5], said: "Do I get the money or a voucher?" },
    Cause { title: "Login loop in the app", state: "watching", severity: "3", product: "App", region: "", channel: "", owner: "TL", returned: "0", weeks: [18, 22, 25, 20, 11, 4, 1, 0], said: "It sends me back to the start." },
    Cause { title: "Unsubscribe link dead", state: "watching", severity: "2", product: "Newsletter", region: "", channel: "", owner: "SL", returned: "0", weeks: [15, 14, 16, 12, 5, 2, 2, 1], said: "I cannot get off your list." },
    Cause { title: "Duplicate invoice mail", state: "solved", severity: "2", product: "Invoices", region: "", channel: "", owner: "AG", returned: "0", weeks: [9, 10, 7, 4, 2, 0, 0, 0], said: "The same invoice came twice." },
];

/// Working days ago on which there was no standup; today's is still to come.
const MISSED: [usize; 2] = [8, 16];

/// Writes the board into both folders. `hub` is a hub's address.
pub async fn tell(marketing: &Path, support: &Path, hub: &str) -> anyhow::Result<()> {
    let time = Arc::new(AtomicI64::new(NOW - 35 * DAY));
    let clock = || {
        let time = Arc::clone(&time);
        Clock::from_fn(move || time.load(Ordering::Relaxed))
    };
    let options = |clock| DeskOptions {
        clock,
        zone: Some(Tz::Europe__London),
        ..DeskOptions::new()
    };
    let m = Desk::open_with(marketing, options(clock())).await?;
    m.init("Outdoor shop", "Marketing lead", "marketing").await?;
    let settings = m.settings().await?;
    m.set("board", &settings.id, settings.seen, &fields(&[("standup", "11:00")]))
        .await?;
    for (days_ago, minute) in working_days() {
        time.store(minute, Ordering::Relaxed);
        if !MISSED.contains(&days_ago) {
            m.start_standup().await?;
            time.fetch_add(5 * 60_000, Ordering::Relaxed);
            m.end_standup().await?;
        }
    }
    time.store(NOW - DAY, Ordering::Relaxed);
    for [name, state, start, end, product, region, channel, reach, owner] in CAMPAIGNS {
        let all = [
            ("name", name),
            ("state", state),
            ("start", start),
            ("end", end),
            ("product", product),
            ("region", region),
            ("channel", channel),
            ("reach", reach),
            ("owner", owner),
        ];
        m.add("campaign", &fields(&all)).await?;
    }
    let code = m.share(hub, "lead").await?;
    let s = Desk::open_with(support, options(clock())).await?;
    s.join_within(&code, "Support lead", "support", PATIENCE).await?;
    complaints(&s).await?;
    time.store(NOW - 24 * 60_000, Ordering::Relaxed);
    s.sync_within(PATIENCE).await?;
    m.sync_within(PATIENCE).await?;
    propose(&m).await?;
    m.sync_within(PATIENCE).await?;
    s.sync_within(PATIENCE).await?;
    s.close().await?;
    m.close().await?;
    Ok(())
}

/// (Working days ago, the minute of its standup), the oldest first.
fn working_days() -> Vec<(usize, i64)> {
    let standup = NOW - (10 * 60 + 42) * 60_000 + 11 * 60 * 60_000;
    // The nineteenth is a Thursday: day 3 of the week when Monday is 0.
    let is_working = |days_ago: &i64| (3 - days_ago).rem_euclid(7) < 5;
    let mut found: Vec<_> = (1..28)
        .filter(is_working)
        .take(19)
        .enumerate()
        .map(|(i, day)| (i + 1, standup - day * DAY))
        .collect();
    found.reverse();
    found
}

/// Tickets by the file a help desk would export, each naming its cause; then what the desk knows of each.
async fn complaints(desk: &Desk) -> anyhow::Result<()> {
    let mut csv = String::from("Id,Subject,Body,Created,Cause,Product,Region,Customer\n");
    let mut id = 1000;
    for (which, cause) in CAUSES.iter().enumerate() {
        for (week, count) in cause.weeks.iter().enumerate() {
            let start = NOW - (8 - week as i64) * 7 * DAY;
            for i in 0..i64::from(*count) {
                let at = start + 3_600_000 + i * (7 * DAY - 7_200_000) / i64::from(*count);
                // Every sixth wrote before.
                let customer = format!("c{which}-{}", if i % 6 == 5 { 0 } else { i + week as i64 * 100 });
                writeln!(
                    csv,
                    "{id},\"{} ({id})\",\"{}\",{},\"{}\",{},{},{customer}@example.com",
                    cause.title,
                    cause.said,
                    sidedesk_api::time_text(at),
                    cause.title,
                    cause.product,
                    cause.region
                )?;
                id += 1;
            }
        }
    }
    let options = ImportOptionsDto {
        kind: Some("report".into()),
        account: Some("Help desk".into()),
        map: [
            ("Cause", "complaint"),
            ("Product", "product"),
            ("Region", "region"),
            ("Customer", "customer"),
        ]
        .map(|(column, field)| (column.to_owned(), field.to_owned()))
        .to_vec(),
        ..ImportOptionsDto::default()
    };
    let done = desk.run_import("tickets.csv", csv.as_bytes(), &options, false).await?;
    anyhow::ensure!(done.complaints == CAUSES.len() as u64, "{done:?}");
    for card in desk.board().await?.complaints {
        let Some(cause) = CAUSES.iter().find(|cause| cause.title == card.title) else {
            continue;
        };
        let all = [
            ("state", cause.state),
            ("severity", cause.severity),
            ("product", cause.product),
            ("region", cause.region),
            ("channel", cause.channel),
            ("owner", cause.owner),
            ("returned", cause.returned),
        ];
        desk.set("complaint", &card.id, card.seen, &fields(&all)).await?;
    }
    Ok(())
}

/// Marketing signs what it proposes about the strongest clash.
async fn propose(desk: &Desk) -> anyhow::Result<()> {
    let clashes = desk.clashes(None).await?;
    let strongest = clashes.clashes.first().ok_or_else(|| anyhow::anyhow!("no clash"))?;
    anyhow::ensure!(
        strongest.score == 78 && strongest.campaign_name == "Free shipping EU",
        "{strongest:?}"
    );
    let decision = DecideDto {
        about_kind: "clash".into(),
        about: strongest.id.clone(),
        word: "mitigate".into(),
        text: Some("Leave the 412 out, banner on the tracking page".into()),
        owner: Some("EM".into()),
        due: Some("2026-11-19 14:00".into()),
        standup: None,
    };
    desk.decide(&decision).await?;
    Ok(())
}

fn fields(all: &[(&str, &str)]) -> Vec<FieldInputDto> {
    let filled = all.iter().filter(|(_, value)| !value.is_empty());
    filled
        .map(|(field, value)| FieldInputDto {
            field: (*field).into(),
            value: Some((*value).into()),
        })
        .collect()
}
