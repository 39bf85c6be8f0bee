//! A large ticket export in a window of a release build: how even the frames are while it is read and imported, how long Stop
//! takes, and what the window's process needs for it. The file is handed over by the page as a person would do it.

use std::time::Duration;

use fantoccini::Client;
use serde_json::Value;
use sidedesk_tests::desktop::keys::CTRL_ENTER;
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::large;

use crate::window::{numbers, page_number, percentile, process_of};
use crate::{Figure, memory, ticket_file};

const PROBE: &str = include_str!("probe.js");
/// Bytes of text in each ticket.
const TEXT_LEN: usize = 1_800;
/// How far the import is, in percent, when somebody stops it.
const STOPS: [u32; 3] = [5, 40, 90];
/// A step of the import may take so long.
const PATIENCE: Duration = Duration::from_secs(300);
/// Clicks Stop, and tells how long it took until the page says that nothing was imported, painted.
const STOP: &str = "const done = arguments[0]; const css = '[data-testid=import-stopped]'; \
    const begun = performance.now(); \
    const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))); \
    const watch = new MutationObserver(() => { \
        if (document.querySelector(css)) { watch.disconnect(); painted() } \
    }); \
    watch.observe(document.body, { childList: true, subtree: true }); \
    document.querySelector('[data-testid=import-stop]').click()";

/// A file of `tickets`, previewed, stopped a few times, imported.
pub async fn run(tickets: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let (board, file) = (dir.path().join("board"), dir.path().join("tickets.csv"));
    large::board(&board, 0).await?.close().await?;
    ticket_file::write(&file, tickets, TEXT_LEN)?;
    let window = Window::open("bench-import", &board).await;
    window.find("#sheet").await;
    let process = process_of(&board)?;
    let before = memory::megabytes_of(&process, "VmRSS:")?;
    window.click(&id("open-import")).await;
    window.find(&id("drop-zone")).await;
    window.run(PROBE, &[]).await;
    let client = window.client();
    client
        .update_timeouts(fantoccini::wd::TimeoutConfiguration::new(Some(PATIENCE), None, None))
        .await?;

    let begun = watch(client).await?;
    window.give_file(&file).await;
    window.find(&id("import-preview")).await;
    let (reading, read) = watched(client, begun).await?;

    let mut stopped: Vec<f64> = Vec::new();
    for percent in STOPS {
        window.press(CTRL_ENTER).await;
        until_percent(&window, percent).await;
        let took = client.execute_async(STOP, Vec::new()).await?.as_f64();
        stopped.extend(took);
    }
    anyhow::ensure!(stopped.len() == STOPS.len(), "Stop never came through");

    let begun = watch(client).await?;
    window.press(CTRL_ENTER).await;
    window.find(&id("import-result")).await;
    let (importing, imported) = watched(client, begun).await?;
    let peak = memory::megabytes_of(&process, "VmHWM:")?;
    window.go("complaints").await;
    window.until_text(&id("groups-wait"), "Looking for groups among").await;

    let name = |what: &str| format!("window.import.{what}.{tickets}");
    let longest = |frames: &[f64]| frames.iter().copied().fold(0.0, f64::max);
    let aim = Some("<= 50 ms");
    Ok(vec![
        Figure::plain(name("reading"), read / 1000.0, "s", None),
        Figure::plain(name("reading_frame.p99"), percentile(reading.clone(), 99), "ms", aim),
        Figure::plain(name("reading_frame.longest"), longest(&reading), "ms", None),
        Figure::plain(name("importing"), imported / 1000.0, "s", None),
        Figure::plain(
            name("importing_frame.p99"),
            percentile(importing.clone(), 99),
            "ms",
            aim,
        ),
        Figure::plain(name("importing_frame.longest"), longest(&importing), "ms", None),
        Figure::plain(name("stop.longest"), longest(&stopped), "ms", Some("<= 200 ms")),
        Figure::plain(name("memory.before"), before, "MB", None),
        Figure::plain(name("memory.peak"), peak, "MB", Some("<= 300 MB")),
    ])
}

/// From here on frames are timed. Answers the page's clock.
async fn watch(client: &Client) -> anyhow::Result<f64> {
    let script = "probe.frames = []; probe.watching = true; return performance.now()";
    page_number(client, script).await
}

/// The frames since `begun`, and the milliseconds until now.
async fn watched(client: &Client, begun: f64) -> anyhow::Result<(Vec<f64>, f64)> {
    let script = "probe.watching = false; return [performance.now(), probe.frames]";
    let answer = client.execute(script, Vec::new()).await?;
    let now = answer.get(0).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let frames = numbers(answer.get(1).unwrap_or(&Value::Null));
    anyhow::ensure!(!frames.is_empty(), "the window paints nothing");
    Ok((frames, now - begun))
}

async fn until_percent(window: &Window, percent: u32) {
    let script = "const bar = document.querySelector('[data-testid=import-progress][data-stage=importing] rect'); \
        return parseFloat(bar?.getAttribute('width') ?? '-1') >= Number(a)";
    window
        .until(&format!("{percent} % are imported"), script, &[&percent.to_string()])
        .await;
}

/// The file that the bench reads is also what the window is handed: it has to fit.
const _: () = assert!(50_000 * (TEXT_LEN + 200) <= 100 * 1024 * 1024);
