//! A large board, made as people make one: out of a plan and a ticket export.

use std::path::Path;

use sidedesk_api::dto::{FieldInputDto, ImportOptionsDto};
use sidedesk_api::{Clock, Desk};

const CAMPAIGN_STATES: [&str; 5] = ["idea", "draft", "ready", "live", "winding_down"];
const COMPLAINT_STATES: [&str; 5] = ["new", "confirmed", "fixing", "watching", "solved"];

/// A new board of `cards` cards, half campaigns, half complaints of three tickets each, in every column. The caller closes it.
pub async fn board(dir: &Path, cards: usize) -> anyhow::Result<Desk> {
    let desk = Desk::open(dir, Clock::system()).await?;
    desk.init("Outdoor shop", "Marketing lead", "marketing").await?;
    if cards == 0 {
        return Ok(desk);
    }
    let half = cards / 2;
    let campaign = ImportOptionsDto {
        kind: Some("campaign".into()),
        ..ImportOptionsDto::default()
    };
    desk.run_import("plan.csv", plan(half).as_bytes(), &campaign, false)
        .await?;
    let tickets: String = (0..half * 3)
        .map(|i| ticket(i, &format!("Complaint {}", i % half)))
        .collect();
    tickets_of(&desk, "tickets.csv", &tickets).await?;
    let complaints = desk.board().await?.complaints;
    for (card, state) in complaints.iter().zip(COMPLAINT_STATES.iter().cycle()) {
        let fields = [FieldInputDto {
            field: "state".into(),
            value: Some((*state).into()),
        }];
        desk.set("complaint", &card.id, card.seen, &fields).await?;
    }
    let page = desk.board().await?;
    anyhow::ensure!(
        page.campaigns.len() + page.complaints.len() == cards,
        "{:?}",
        page.counts
    );
    Ok(desk)
}

/// Imports rows of `ticket`.
pub async fn tickets_of(desk: &Desk, file: &str, rows: &str) -> anyhow::Result<()> {
    let options = ImportOptionsDto {
        kind: Some("report".into()),
        map: vec![
            ("Cause".into(), "complaint".into()),
            ("Product".into(), "product".into()),
        ],
        ..ImportOptionsDto::default()
    };
    let text = format!("Id,Subject,Created,Cause,Product\n{rows}");
    desk.run_import(file, text.as_bytes(), &options, false).await?;
    Ok(())
}

/// One row of an export. Without a cause it belongs to no complaint.
pub fn ticket(number: usize, cause: &str) -> String {
    format!(
        "{number},Ticket {number},2026-11-{:02},{cause},Product {}\n",
        1 + number % 20,
        number % 40
    )
}

fn plan(campaigns: usize) -> String {
    let states = CAMPAIGN_STATES.iter().cycle().take(campaigns).enumerate();
    let row = |(i, state): (usize, &&str)| {
        format!(
            "Campaign {i},{state},2027-{:02}-{:02},Product {}\n",
            1 + i % 12,
            1 + i % 28,
            i % 40
        )
    };
    format!("Name,State,Start,Product\n{}", states.map(row).collect::<String>())
}
