//! Importing reports through `api`, file bytes to durable and on the board, against a bare bulk insert of the same rows.

use crate::rows::{bare, bare_bulk, board, csv, mapping, rows};
use crate::{Figure, median};
use sidedesk_api::dto::ImportOptionsDto;
use std::time::Instant;

const ROUNDS: usize = 3;

pub async fn run(count: usize) -> anyhow::Result<Vec<Figure>> {
    let rows = rows(count);
    let file = csv(&rows);
    let options = ImportOptionsDto {
        map: mapping(),
        ..Default::default()
    };
    let (mut ours, mut theirs, mut again, mut undone, mut found) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let dir = tempfile::tempdir()?;
        let desk = board(&dir.path().join("board")).await?;
        let start = Instant::now();
        let result = desk.run_import("reports.csv", file.as_bytes(), &options, false).await?;
        ours.push(start.elapsed().as_secs_f64());
        anyhow::ensure!(result.new == count as u64, "{result:?}");

        let mut connection = bare(&dir.path().join("bare.db")).await?;
        let start = Instant::now();
        bare_bulk(&mut connection, &rows).await?;
        theirs.push(start.elapsed().as_secs_f64());

        let start = Instant::now();
        let second = desk.run_import("reports.csv", file.as_bytes(), &options, false).await?;
        again.push(start.elapsed().as_secs_f64());
        anyhow::ensure!(second.same == count as u64, "{second:?}");

        let start = Instant::now();
        anyhow::ensure!(
            !desk.search("invoice twice").await?.found.is_empty(),
            "the search finds nothing"
        );
        found.push(start.elapsed().as_secs_f64());

        let start = Instant::now();
        desk.undo().await?;
        undone.push(start.elapsed().as_secs_f64());
        anyhow::ensure!(desk.board().await?.counts.reports == 0, "undo left reports");
        desk.close().await?;
    }
    let baseline = ("sqlx.bulk_insert", median(theirs));
    let name = |what: &str| format!("import.{what}.{count}");
    Ok(vec![
        Figure::against(name("new"), median(ours), "s", baseline, Some("ratio <= 4")),
        Figure::against(name("same"), median(again), "s", baseline, None),
        Figure::plain(name("first_search"), median(found), "s", None),
        Figure::against(name("undo"), median(undone), "s", baseline, None),
    ])
}
