//! A second device joins a board of many records over loopback: seconds until it shows everything, and bytes on the wire.

use crate::Figure;
use crate::rows::filled;
use anyhow::Context as _;
use sidedesk_api::{Clock, Desk};
use std::io::{BufRead as _, BufReader};
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
    let start = Instant::now();
    let code = first.share(&address).await?;
    let shared = start.elapsed().as_secs_f64();
    let before = bytes.load(Ordering::Relaxed);

    let second = Desk::open(&dir.path().join("second"), Clock::system()).await?;
    let start = Instant::now();
    second.join_within(&code, "Support lead", "support", PATIENCE).await?;
    second.sync_within(PATIENCE).await?;
    let page = second.board().await?;
    let joined = start.elapsed().as_secs_f64();
    anyhow::ensure!(page.counts.reports == count as i64, "{:?}", page.counts);
    let wire = (bytes.load(Ordering::Relaxed) - before) as f64 / 1e6;
    second.close().await?;
    first.close().await?;
    Ok(vec![
        Figure::plain(format!("catch_up.upload.{count}"), shared, "s", None),
        Figure::plain(format!("catch_up.join.{count}"), joined, "s", None),
        Figure::plain(format!("catch_up.wire.{count}"), wire, "MB", None),
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
