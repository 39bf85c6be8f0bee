//! Opening: a workspace of many records to its first page, and the refold of as many single ops.

use crate::rows::{NOW, bare, bare_bulk, filled, rows};
use crate::{Figure, median, memory};
use sidedesk_api::{Clock, Desk};
use sidedesk_domain::fields::report;
use sidedesk_domain::{Action, ActionId, Edit, Kind, OpId, RecordEdit, RecordId, Space};
use sidedesk_protocol::author::{self, Stand, encode_action};
use sidedesk_protocol::keys::{Entropy, Keyring};
use sidedesk_protocol::membership::Public;
use sidedesk_store::{Access, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: usize = 5;

pub async fn run(count: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let mut figures = opening(&dir.path().join("board"), count, "<= 100 ms").await?;
    figures.extend(refold(&dir.path().join("ops"), count).await?);
    Ok(figures)
}

/// Nothing but the first page.
pub async fn opening_only(count: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    opening(&dir.path().join("board"), count, "<= 200 ms").await
}

/// A board with `count` reports: its first page, its clashes, its memory.
async fn opening(board: &Path, count: usize, aim: &'static str) -> anyhow::Result<Vec<Figure>> {
    let desk = filled(board, count, Clock::fixed(NOW)).await?;
    desk.add(
        "campaign",
        &[
            sidedesk_api::dto::FieldInputDto {
                field: "name".into(),
                value: Some("Free shipping EU".into()),
            },
            sidedesk_api::dto::FieldInputDto {
                field: "start".into(),
                value: Some("2026-11-21 14:42".into()),
            },
            sidedesk_api::dto::FieldInputDto {
                field: "product".into(),
                value: Some("Boots".into()),
            },
        ],
    )
    .await?;
    desk.close().await?;
    let (mut first_page, mut clashes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let desk = Desk::open(board, Clock::fixed(NOW)).await?;
        let page = desk.board().await?;
        first_page.push(start.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(page.counts.reports == count as i64, "{:?}", page.counts);
        let start = Instant::now();
        anyhow::ensure!(!desk.clashes(None).await?.clashes.is_empty(), "no clash");
        clashes.push(start.elapsed().as_secs_f64() * 1000.0);
        desk.close().await?;
    }
    Ok(vec![
        Figure::plain(format!("board.first_page.{count}"), median(first_page), "ms", Some(aim)),
        Figure::plain(format!("board.clashes.{count}"), median(clashes), "ms", None),
        Figure::plain(
            format!("board.memory.{count}"),
            memory::of(board)?,
            "MB",
            Some("<= 80 MB"),
        ),
    ])
}

/// Nothing but the refold.
pub async fn refold_only(count: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    refold(&dir.path().join("ops"), count).await
}

/// A log of `count` single ops, folded from nothing.
async fn refold(dir: &Path, count: usize) -> anyhow::Result<Vec<Figure>> {
    crate::rows::board(dir).await?.close().await?;
    write_single_ops(dir, count).await?;
    let rows = rows(count);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..3 {
        std::fs::remove_file(dir.join("view.db"))?;
        let start = Instant::now();
        let desk = Desk::open(dir, Clock::fixed(NOW)).await?;
        ours.push(start.elapsed().as_secs_f64());
        anyhow::ensure!(desk.board().await?.counts.reports == count as i64, "not all folded");
        desk.close().await?;
        let mut connection = bare(&dir.join(format!("bare{round}.db"))).await?;
        let start = Instant::now();
        bare_bulk(&mut connection, &rows).await?;
        theirs.push(start.elapsed().as_secs_f64());
    }
    let baseline = ("sqlx.bulk_insert", median(theirs));
    Ok(vec![Figure::against(
        format!("board.refold.{count}_ops"),
        median(ours),
        "s",
        baseline,
        None,
    )])
}

/// Appends ops as sync would: one report each, signed and sealed one by one.
async fn write_single_ops(dir: &Path, count: usize) -> anyhow::Result<()> {
    let store = Store::open(dir, Access::Write, Arc::new(|| NOW)).await?;
    let mut chain = store.chain().await?;
    let secret = store.secret().clone();
    let mut keyring = Keyring::default();
    for entry in store.entries_after(0, 1, usize::MAX).await? {
        let header = entry.op.parse()?;
        if let Some(public) = Public::read(header.kind, &entry.op)? {
            keyring.open_wraps(&secret, public.wraps())?;
        }
    }
    let mut entropy = Entropy::new([7; 32]);
    let mut batch = Vec::new();
    for i in 0..count {
        let record = RecordEdit {
            kind: Kind::Report,
            id: RecordId::of("bench", &[&i.to_le_bytes()]),
            seen: 0,
            edits: vec![
                (report::AT, Edit::Set(NOW.into())),
                (report::PRODUCT, Edit::Set("Boots".into())),
                (report::STATUS, Edit::Set("open".into())),
            ],
        };
        let id = ActionId::v7(NOW, entropy.bytes());
        let action = Action {
            id,
            name: "report.add".into(),
            undoes: None,
            redoes: None,
            records: vec![record],
        };
        let what = (OpId::v7(NOW, entropy.bytes()), Space::Board, NOW);
        let stand = Stand::on(&chain, secret.id());
        let op = author::action(&stand, &secret, &keyring, what, &encode_action(&action)?, &mut entropy)?;
        let entry = chain.place(op, NOW);
        chain.append(&entry)?;
        batch.push(entry);
        if batch.len() == 500 || i + 1 == count {
            store.append(std::mem::take(&mut batch), chain.clone()).await?;
        }
    }
    store.close().await?;
    Ok(())
}
