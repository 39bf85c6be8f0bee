//! A large ticket export as a person brings it: previewed, imported, in a process of its own whose memory nothing else fills.
//!
//! The texts are real complaints of the fixtures, cut to length and numbered, so that they compress and mask like tickets.

use crate::Figure;
use crate::rows::{NOW, board};
use anyhow::Context as _;
use sidedesk_api::ImportFile;
use sidedesk_api::dto::ImportOptionsDto;
use sidedesk_formats::{DraftValue, ReadOptions};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// Rows, and bytes of text in each: the file is about 100 MB either way.
const FILES: [(usize, usize); 2] = [(50_000, 1_800), (200_000, 300)];
/// What a process may take for it.
const MEMORY_AIM: &str = "<= 300 MB";
const REAL_TEXTS: &[u8] = include_bytes!("../fixtures/foreign/cfpb_complaints_2023.csv");
const HEADER: &str = "Id,Subject,Description,Status,Priority,Tags,Created at,Product,Requester email\n";
const STATUS: [&str; 4] = ["new", "open", "pending", "solved"];
const PRODUCTS: [&str; 5] = ["Boots", "Jackets", "Tents", "Socks", "Gift cards"];

/// Each file in turn; `scale` makes them shorter.
pub fn run(scale: usize) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for ((rows, text_len), aim) in FILES.into_iter().zip(["<= 10 s", "<= 60 s"]) {
        let rows = rows / scale;
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("tickets.csv");
        write(&path, rows, text_len)?;
        let said = in_a_process(&path)?;
        let [preview, import, memory] = said.as_slice() else {
            anyhow::bail!("{said:?}");
        };
        let name = |what: &str| format!("import_file.{what}.{rows}");
        figures.push(Figure::plain(name("preview"), *preview, "s", None));
        figures.push(Figure::plain(name("import"), *import, "s", None));
        figures.push(Figure::plain(name("both"), preview + import, "s", Some(aim)));
        figures.push(Figure::plain(name("memory"), *memory, "MB", Some(MEMORY_AIM)));
    }
    Ok(figures)
}

/// An export of so many rows, with so many bytes of text in each.
pub fn write(path: &Path, rows: usize, text_len: usize) -> anyhow::Result<()> {
    let parsed = sidedesk_formats::read("texts.csv", REAL_TEXTS, &ReadOptions::new(sidedesk_api::Tz::UTC, NOW))?;
    let body = |draft: &sidedesk_formats::Draft| match draft.get(sidedesk_domain::fields::report::BODY) {
        Some(DraftValue::One(sidedesk_domain::Value::Text(text))) if text.len() > 200 => Some(text.replace('"', "'")),
        _ => None,
    };
    let texts: Vec<String> = parsed.drafts.iter().filter_map(body).collect();
    anyhow::ensure!(texts.len() > 100, "the fixture has lost its texts");
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    file.write_all(HEADER.as_bytes())?;
    let pick = |list: &[&'static str], i: usize| list.get(i % list.len()).copied().unwrap_or("");
    let mut text = String::new();
    for i in 0..rows {
        text.clear();
        for more in 0.. {
            let piece = texts.get((i * 7 + more) % texts.len()).map_or("", String::as_str);
            let _ = write!(text, "{piece} (message {i}) ");
            if text.len() >= text_len {
                break;
            }
        }
        text.truncate(text.floor_char_boundary(text_len));
        writeln!(
            file,
            "{i},\"Ticket {i}, {}\",\"{text}\",{},normal,late parcel,2026-{:02}-{:02} {:02}:{:02},{},customer{}@example.com",
            text.get(..text.floor_char_boundary(40))
                .unwrap_or_default()
                .replace('\n', " "),
            pick(&STATUS, i),
            8 + i % 3,
            1 + i % 28,
            i % 24,
            i % 60,
            pick(&PRODUCTS, i / 3),
            i % 40_000,
        )?;
    }
    file.flush()?;
    Ok(())
}

fn in_a_process(path: &Path) -> anyhow::Result<Vec<f64>> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--import-of")
        .arg(path)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let numbers: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
    numbers.with_context(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The process: a preview and an import in a row, and the most that was resident.
pub async fn child(path: &Path) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let desk = board(&dir.path().join("board")).await?;
    let file = Arc::new(ImportFile {
        name: "tickets.csv".to_owned(),
        bytes: std::fs::read(path)?,
    });
    let options = ImportOptionsDto::default();
    let start = Instant::now();
    let preview = desk.preview_file(&file, &options).await?;
    let previewed = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let result = desk.import_file(&file, &options, false).await?;
    let imported = start.elapsed().as_secs_f64();
    anyhow::ensure!(result.new == preview.new && result.skipped == 0, "{result:?}");
    let peak = crate::memory::megabytes("VmHWM:")?;
    println!("{previewed:.3} {imported:.3} {peak:.1}");
    desk.close().await?;
    Ok(())
}
