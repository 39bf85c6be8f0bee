//! The window as a person feels it, in a release build: from the start to the first paint, from a key to the painted
//! change, and how even the frames are while a lane of a large board scrolls and a card is dragged.
//!
//! The baseline of each is the same on an empty board: what the web view and this machine take anyway. Times are the
//! page's own: an event's time stamp, and the task after the frame that shows its effect.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::{Client, Locator};
use serde_json::Value;
use sidedesk_tests::desktop::driver;
use sidedesk_tests::desktop::keys::{DOWN, ESC, LEFT, RIGHT, UP};
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::large;

use crate::Figure;

const PROBE: &str = include_str!("probe.js");
/// Starts that are timed; the first one after a build reads cold files and counts like the others.
const STARTS: usize = 5;
/// Presses of each key.
const PRESSES: usize = 60;
/// Frames that are timed while scrolling.
const FRAMES: usize = 240;
/// Steps of a drag, each a message to the driver.
const DRAG_STEPS: i64 = 60;
/// After a key that redraws much, so that the next one is not measured on its back.
const REST: Duration = Duration::from_millis(400);

/// A board of `cards` cards against an empty one.
pub async fn run(cards: usize) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let (full, empty) = (dir.path().join("full"), dir.path().join("empty"));
    large::board(&full, cards).await?.close().await?;
    large::board(&empty, 0).await?.close().await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        theirs.push(first_paint(&empty).await?);
        ours.push(first_paint(&full).await?);
    }
    let mut figures = vec![Figure::against(
        format!("window.first_paint.{cards}"),
        crate::median(ours),
        "ms",
        ("empty_board", crate::median(theirs)),
        Some("<= 1000 ms"),
    )];
    let (base, felt) = (feel(&empty).await?, feel(&full).await?);
    for (felt, base) in felt.into_iter().zip(base) {
        figures.push(Figure::against(
            format!("window.{}.{cards}", felt.name),
            felt.value,
            "ms",
            ("empty_board", base.value),
            Some(felt.aim),
        ));
    }
    Ok(figures)
}

/// From the process's start to the page's first paint with content.
async fn first_paint(dir: &Path) -> anyhow::Result<f64> {
    let opened = driver::open(dir, &[]).await;
    let painted = page_number(
        &opened.client,
        "const paint = performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint'); \
         return paint ? performance.timeOrigin + paint.startTime : 0",
    )
    .await?;
    anyhow::ensure!(painted > 0.0, "the page does not say when it painted");
    Ok(painted - started_ms(dir)?)
}

/// The folder in `/proc` of the window on this board.
pub fn process_of(dir: &Path) -> anyhow::Result<PathBuf> {
    let dir = dir.canonicalize()?;
    for entry in std::fs::read_dir("/proc")? {
        let path = entry?.path();
        let Ok(arguments) = std::fs::read_to_string(path.join("cmdline")) else {
            continue;
        };
        let mut words = arguments.split('\0');
        let is_window = words
            .next()
            .is_some_and(|program| program.ends_with("sidedesk-desktop"));
        if is_window && words.any(|word| Path::new(word) == dir) {
            return Ok(path);
        }
    }
    anyhow::bail!("no window on {} runs", dir.display())
}

/// When the window's process began, in milliseconds since 1970. The kernel counts hundredths of a second since its boot.
fn started_ms(dir: &Path) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(process_of(dir)?.join("stat"))?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name.split_whitespace().nth(19).unwrap_or_default().parse()?;
    let boot = std::fs::read_to_string("/proc/stat")?;
    let boot = boot
        .lines()
        .find_map(|line| line.strip_prefix("btime "))
        .unwrap_or_default();
    let uptime = std::fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split_whitespace().next().unwrap_or_default().parse()?;
    // btime is whole seconds; now minus uptime is finer.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs_f64();
    anyhow::ensure!(
        (now - uptime - boot.trim().parse::<f64>()?).abs() < 2.0,
        "the clock was set"
    );
    Ok((now - uptime + ticks / 100.0) * 1000.0)
}

struct Felt {
    name: &'static str,
    value: f64,
    aim: &'static str,
}

/// Keys, scrolling and dragging on this board.
async fn feel(dir: &Path) -> anyhow::Result<Vec<Felt>> {
    let window = Window::open("bench", dir).await;
    window.find("#sheet").await;
    window.press("gb").await;
    window.find(&id("lane-marketing")).await;
    window.run(PROBE, &[]).await;
    let client = window.client();
    let mut felt = Vec::new();
    let has_cards = window.count(&id("campaign-card")).await > 0;
    if has_cards {
        window
            .run(
                "document.querySelector('#lane-marketing [data-stop][tabindex=\"0\"]').focus()",
                &[],
            )
            .await;
    }
    for keys in [DOWN, RIGHT, UP, LEFT] {
        for _ in 0..PRESSES / 4 {
            window.press(keys).await;
        }
    }
    felt.push(key_figure(&window, "arrow_to_paint.p95").await);
    for _ in 0..PRESSES / 6 {
        for keys in ["c", ESC] {
            window.press(keys).await;
            tokio::time::sleep(REST).await;
        }
    }
    felt.push(key_figure(&window, "composer_to_paint.p95").await);
    for _ in 0..PRESSES / 6 {
        for page in ["t", "b"] {
            window.press("g").await;
            window.run("probe.keys = []", &[]).await;
            window.press(page).await;
            tokio::time::sleep(REST).await;
            window
                .run("probe.pages = [...(probe.pages ?? []), ...probe.keys]", &[])
                .await;
        }
    }
    window.run("probe.keys = probe.pages", &[]).await;
    felt.push(key_figure(&window, "page_to_paint.p95").await);
    if has_cards {
        window.press("m").await;
    }
    window.run("probe.keys = []", &[]).await;
    for keys in [RIGHT, LEFT].iter().cycle().take(PRESSES / 3) {
        window.press(keys).await;
    }
    felt.push(key_figure(&window, "move_to_paint.p95").await);
    window.press(ESC).await;
    let frames = scroll(client, has_cards).await?;
    felt.push(Felt {
        name: "scroll_frame.p95",
        value: percentile(frames.clone(), 95),
        aim: "<= 20 ms",
    });
    felt.push(Felt {
        name: "scroll_frame.p99",
        value: percentile(frames, 99),
        aim: "<= 50 ms",
    });
    let frames = drag(client, has_cards).await?;
    felt.push(Felt {
        name: "drag_frame.p95",
        value: percentile(frames.clone(), 95),
        aim: "<= 20 ms",
    });
    felt.push(Felt {
        name: "drag_frame.p99",
        value: percentile(frames, 99),
        aim: "<= 50 ms",
    });
    Ok(felt)
}

/// What the keys since the last figure took, each to the frame that shows what it did.
async fn key_figure(window: &Window, name: &'static str) -> Felt {
    tokio::time::sleep(REST).await;
    let keys = numbers(
        &window
            .run("const keys = probe.keys; probe.keys = []; return keys", &[])
            .await,
    );
    Felt {
        name,
        value: percentile(keys, 95),
        aim: "<= 50 ms",
    }
}

async fn scroll(client: &Client, has_cards: bool) -> anyhow::Result<Vec<f64>> {
    let script = if has_cards {
        format!("const done = arguments[0]; probe.scroll({FRAMES}, done)")
    } else {
        format!(
            "const done = arguments[0]; probe.frames = []; probe.watching = true; setTimeout(() => {{ probe.watching = false; done(true) }}, {FRAMES} * 17)"
        )
    };
    let scrolled = client.execute_async(&script, Vec::new()).await?;
    anyhow::ensure!(scrolled == Value::Bool(true), "nothing scrolls");
    Ok(numbers(&client.execute("return probe.frames", Vec::new()).await?))
}

/// A card is picked up, carried over both lanes and dropped where it was.
async fn drag(client: &Client, has_cards: bool) -> anyhow::Result<Vec<f64>> {
    client
        .execute("probe.frames = []; probe.watching = true", Vec::new())
        .await?;
    let mut mouse = MouseActions::new("mouse".into());
    if has_cards {
        let card = client.find(Locator::Css(&id("campaign-card"))).await?;
        let (x, y, width, height) = card.rectangle().await?;
        let (x, y) = ((x + width / 2.0) as i64, (y + height / 2.0) as i64);
        let to = |x, y| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(16)),
            x: x as f64,
            y: y as f64,
        };
        mouse = mouse.then(to(x, y)).then(PointerAction::Down { button: 0 });
        for step in 1..=DRAG_STEPS {
            mouse = mouse.then(to(x + step * 10, y + step % 7));
        }
        mouse = mouse.then(to(x, y)).then(PointerAction::Up { button: 0 });
    } else {
        for step in 0..DRAG_STEPS {
            let moved = PointerAction::MoveTo {
                duration: Some(Duration::from_millis(16)),
                x: (300 + step * 10) as f64,
                y: 300.0,
            };
            mouse = mouse.then(moved);
        }
    }
    client.perform_actions(mouse).await?;
    client.execute("probe.watching = false", Vec::new()).await?;
    Ok(numbers(&client.execute("return probe.frames", Vec::new()).await?))
}

/// What the script answers as soon as it is more than nothing.
pub async fn page_number(client: &Client, script: &str) -> anyhow::Result<f64> {
    for _ in 0..100 {
        let found = client.execute(script, Vec::new()).await?.as_f64().unwrap_or(0.0);
        if found > 0.0 {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(0.0)
}

/// The numbers of a list.
pub fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

/// The value that `percent` of them do not exceed.
pub fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}
