//! A second device joins a board of many records over loopback: seconds until it shows everything, and bytes on the wire;
//! then the history behind it. And a week of edits made offline, until all devices are equal.

use crate::Figure;
use crate::rows::filled;
use anyhow::Context as _;
use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Clock, Desk, DeskOptions};
use sidedesk_protocol::author::open_action;
use sidedesk_protocol::chain::Chain;
use sidedesk_protocol::entry::OpKind;
use sidedesk_protocol::keys::Keyring;
use sidedesk_store::{Access, Store};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

/// Longest wait for a step.
const PATIENCE: Duration = Duration::from_secs(300);

pub async fn run(count: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let hub = Hub::start(&dir.path().join("hub"))?;
    let (address, bytes) = counting_proxy(hub.address.clone()).await?;
    let first = filled(&dir.path().join("first"), count, Clock::system()).await?;
    // A board that a latecomer joins was searched before: else its search index, of an import that this bench has made a
    // moment ago, would be built on the same two cores while the newcomer arrives.
    first.search("invoice twice").await?;
    let start = Instant::now();
    let code = first.share(&address, "lead").await?;
    let shared = start.elapsed().as_secs_f64();
    // A late newcomer finds a snapshot at the hub.
    first.settled_within(PATIENCE).await?;
    let kept = start.elapsed().as_secs_f64();
    let before = bytes.load(Ordering::Relaxed);
    let sent = || (bytes.load(Ordering::Relaxed) - before) as f64 / 1e6;

    let second = Desk::open(&dir.path().join("second"), Clock::system()).await?;
    let start = Instant::now();
    second.join_within(&code, "Support lead", "support", PATIENCE).await?;
    let page = second.board().await?;
    let joined = start.elapsed().as_secs_f64();
    let wire = sent();
    anyhow::ensure!(page.counts.reports == count as i64, "{:?}", page.counts);
    // The history is only on its way after a moment of rest.
    tokio::time::sleep(Duration::from_secs(1)).await;
    while second.settled_within(PATIENCE).await?.job.is_some() {}
    let whole = start.elapsed().as_secs_f64();
    let status = second.status().await?;
    anyhow::ensure!(status.alarm.is_none(), "{:?}", status.alarm);
    let (ours, theirs) = (second.verify().await?, first.verify().await?);
    anyhow::ensure!(
        ours.ok && theirs.ok && ours.view_digest == theirs.view_digest,
        "{:?}",
        ours.problems
    );
    second.close().await?;
    first.close().await?;
    let (verified, opened) = verify_and_open(&dir.path().join("second")).await?;
    let share = 100.0 * (verified + opened) / whole;
    let aim = |at_100k: &'static str, at_10k: &'static str| match count {
        100_000 => Some(at_100k),
        10_000 => Some(at_10k),
        _ => None,
    };
    Ok(vec![
        Figure::plain(format!("catch_up.upload.{count}"), shared, "s", None),
        Figure::plain(format!("catch_up.snapshot_kept.{count}"), kept, "s", None),
        Figure::plain(format!("catch_up.join.{count}"), joined, "s", aim("<= 2 s", "<= 0.3 s")),
        Figure::plain(format!("catch_up.wire.{count}"), wire, "MB", aim("<= 20 MB", "")),
        Figure::plain(format!("catch_up.history_checked.{count}"), whole, "s", None),
        Figure::plain(format!("catch_up.wire_in_all.{count}"), sent(), "MB", None),
        Figure::plain(format!("catch_up.verified.{count}"), verified, "s", None),
        Figure::plain(format!("catch_up.opened.{count}"), opened, "s", None),
        Figure::plain(format!("catch_up.verify_and_open.{count}"), share, "%", Some("<= 35 %")),
    ])
}

/// The cryptography of that join once more and alone, in seconds: every entry verified as it is when it comes, and every
/// body opened. The newcomer did each once, in between everything else.
async fn verify_and_open(dir: &Path) -> anyhow::Result<(f64, f64)> {
    let store = Store::open(dir, Access::Write, Arc::new(|| 0)).await?;
    let entries = store.entries_after(0, usize::MAX >> 1, usize::MAX).await?;
    let (secret, workspace) = (store.secret(), store.identity().workspace);
    store.close().await?;
    let (mut chain, mut keyring) = (Chain::empty(workspace), Keyring::default());
    let start = Instant::now();
    for entry in &entries {
        let checked = chain.append(entry)?;
        keyring.open_wraps(&secret, checked.public.as_ref().map_or(&[], |public| public.wraps()))?;
    }
    let verified = start.elapsed().as_secs_f64();
    let start = Instant::now();
    for entry in &entries {
        let header = entry.op.parse()?;
        if header.kind == OpKind::Action {
            std::hint::black_box(open_action(&header, &entry.op, &keyring)?);
        }
    }
    Ok((verified, start.elapsed().as_secs_f64()))
}

/// Edits made one by one while the hub is away; then everybody comes back.
pub async fn offline_week(edits: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let hub = Hub::start(&dir.path().join("hub"))?;
    let first = filled(&dir.path().join("first"), 1000, Clock::system()).await?;
    let code = first.share(&format!("ws://{}", hub.address), "lead").await?;
    let place = dir.path().join("second");
    let second = Desk::open(&place, Clock::system()).await?;
    second.join_within(&code, "Support lead", "support", PATIENCE).await?;
    second.sync_within(PATIENCE).await?;
    second.close().await?;
    let options = DeskOptions {
        online: false,
        ..DeskOptions::new()
    };
    let second = Desk::open_with(&place, options).await?;
    let name = |text: String| {
        [FieldInputDto {
            field: "name".into(),
            value: Some(text),
        }]
    };
    let mut cards = Vec::new();
    for i in 0..edits / 20 {
        cards.push(second.add("campaign", &name(format!("Campaign {i}"))).await?.id);
    }
    for i in cards.len()..edits {
        let card = cards.get(i % cards.len()).context("no card")?;
        second
            .set("campaign", card, u64::MAX, &name(format!("Version {i}")))
            .await?;
    }
    second.close().await?;
    let last = format!("Version {}", edits - 1);
    let start = Instant::now();
    let second = Desk::open(&place, Clock::system()).await?;
    let opened = start.elapsed().as_secs_f64();
    second.sync_within(PATIENCE).await?;
    let sent = start.elapsed().as_secs_f64();
    let card = cards.get((edits - 1) % cards.len()).context("no card")?;
    while first.campaign(card).await.map_or(true, |dto| dto.name != last) {
        anyhow::ensure!(start.elapsed() < PATIENCE, "it never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let equal = start.elapsed().as_secs_f64();
    let (ours, theirs) = (second.verify().await?, first.verify().await?);
    anyhow::ensure!(
        ours.ok && theirs.ok && ours.view_digest == theirs.view_digest,
        "{:?}",
        ours.problems
    );
    second.close().await?;
    first.close().await?;
    Ok(vec![
        Figure::plain(format!("catch_up.offline.opened.{edits}"), opened, "s", None),
        Figure::plain(format!("catch_up.offline.sent.{edits}"), sent, "s", None),
        Figure::plain(
            format!("catch_up.offline.all_equal.{edits}"),
            equal,
            "s",
            Some("<= 5 s"),
        ),
    ])
}

struct Hub {
    child: Child,
    address: String,
}

impl Hub {
    fn start(dir: &std::path::Path) -> anyhow::Result<Self> {
        let bin = std::env::var_os("SIDEDESK_BIN_DIR").map(std::path::PathBuf::from);
        let bin = bin
            .or_else(|| Some(std::env::current_exe().ok()?.parent()?.to_owned()))
            .context("no binaries")?;
        let mut child = Command::new(bin.join("sidedesk-hub"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .context("sidedesk-hub is not built")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line
            .trim()
            .strip_prefix("listening on ws://")
            .context("no address")?
            .to_owned();
        Ok(Self { child, address })
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes connections on to the hub and counts the bytes from it.
async fn counting_proxy(hub: String) -> anyhow::Result<(String, Arc<AtomicU64>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("ws://{}", listener.local_addr()?);
    let bytes = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&bytes);
    tokio::spawn(async move {
        while let Ok((device, _)) = listener.accept().await {
            let (hub, counted) = (hub.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                let Ok(hub) = TcpStream::connect(hub).await else { return };
                let (mut from_device, mut to_device) = device.into_split();
                let (mut from_hub, mut to_hub) = hub.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from_device, &mut to_hub).await });
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(len @ 1..) = tokio::io::AsyncReadExt::read(&mut from_hub, &mut buffer).await {
                    counted.fetch_add(len as u64, Ordering::Relaxed);
                    let Some(chunk) = buffer.get(..len) else { return };
                    if tokio::io::AsyncWriteExt::write_all(&mut to_device, chunk)
                        .await
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    Ok((address, bytes))
}
