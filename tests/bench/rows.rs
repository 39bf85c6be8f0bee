//! Reports as an export would hold them, and the barest way to put them into SQLite.

use sidedesk_api::{Clock, Desk};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Sqlite, SqliteConnection};
use std::fmt::Write as _;
use std::path::Path;

/// The moment all benches take place at: Thursday 19 November 2026, 10:42 UTC.
pub const NOW: i64 = 1_795_084_920_000;

const CAUSES: [&str; 12] = [
    "parcel late in the north",
    "code BOOT10 rejected at checkout",
    "login loops back to the start",
    "invoice sent twice",
    "refund wording unclear",
    "size guide wrong for children",
    "pick-up not ready on time",
    "chat closes in the middle of a reply",
    "unsubscribe link does not work",
    "address change needs a call",
    "warranty asked for twice",
    "delivery slot disappears",
];
const PRODUCTS: [&str; 5] = ["Boots", "Jackets", "Tents", "Socks", "Gift cards"];

/// One row of the export.
pub struct Row {
    pub id: String,
    pub subject: String,
    pub body: String,
    pub created: String,
    pub product: &'static str,
    pub customer: String,
    pub cause: &'static str,
}

/// `count` rows, the same every time.
pub fn rows(count: usize) -> Vec<Row> {
    let pick = |list: &[&'static str], i: usize| list.get(i % list.len()).copied().unwrap_or("");
    let row = |i: usize| {
        let cause = pick(&CAUSES, i * 7 + i / 97);
        let (day, minute) = (1 + i % 28, i % 60);
        Row {
            id: format!("T{i:06}"),
            subject: format!("{cause}, order {}", 1000 + i % 900),
            body: format!("I ordered last week and the {cause}. This is message {i} about it; when will it be solved?"),
            created: format!("2026-{:02}-{day:02} {:02}:{minute:02}", 8 + i % 4, i % 24),
            product: pick(&PRODUCTS, i / 3),
            customer: format!("customer{}@example.com", i % 40_000),
            cause,
        }
    };
    (0..count).map(row).collect()
}

/// The rows as a CSV file.
pub fn csv(rows: &[Row]) -> String {
    let mut text = String::from("Id,Subject,Body,Created,Product,Customer,Cause\n");
    for r in rows {
        let _ = writeln!(
            text,
            "{},\"{}\",\"{}\",{},{},{},{}",
            r.id, r.subject, r.body, r.created, r.product, r.customer, r.cause
        );
    }
    text
}

/// How the file's columns are read.
pub fn mapping() -> Vec<(String, String)> {
    [
        ("Id", "id"),
        ("Subject", "title"),
        ("Body", "body"),
        ("Created", "created"),
        ("Product", "product"),
        ("Customer", "customer"),
        ("Cause", "complaint"),
    ]
    .map(|(column, field)| (column.to_owned(), field.to_owned()))
    .to_vec()
}

/// A local board in `dir`.
pub async fn board(dir: &Path) -> anyhow::Result<Desk> {
    board_at(dir, Clock::fixed(NOW)).await
}

async fn board_at(dir: &Path, clock: Clock) -> anyhow::Result<Desk> {
    let desk = Desk::open(dir, clock).await?;
    desk.init("Bench", "Support lead", "support").await?;
    Ok(desk)
}

/// A bare database with the durability of the log.
pub async fn bare(path: &Path) -> anyhow::Result<SqliteConnection> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::raw_sql(
        "create table report (id text primary key not null, subject text not null, body text not null,
                              created text not null, product text not null, customer text not null,
                              cause text not null) strict",
    )
    .execute(&mut connection)
    .await?;
    Ok(connection)
}

/// All rows in one transaction, many to a statement.
pub async fn bare_bulk(connection: &mut SqliteConnection, rows: &[Row]) -> anyhow::Result<()> {
    let mut tx = connection.begin_with("begin immediate").await?;
    for chunk in rows.chunks(1000) {
        let mut insert =
            QueryBuilder::<Sqlite>::new("insert into report (id, subject, body, created, product, customer, cause) ");
        insert.push_values(chunk, |mut line, r| {
            line.push_bind(&r.id)
                .push_bind(&r.subject)
                .push_bind(&r.body)
                .push_bind(&r.created)
                .push_bind(r.product)
                .push_bind(&r.customer)
                .push_bind(r.cause);
        });
        insert.build().execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Rows of one file: what one may hold is bounded.
const PART: usize = 100_000;

/// A board with `count` reports imported.
pub async fn filled(dir: &Path, count: usize, clock: Clock) -> anyhow::Result<Desk> {
    let desk = board_at(dir, clock).await?;
    let options = sidedesk_api::dto::ImportOptionsDto {
        map: mapping(),
        ..Default::default()
    };
    for rows in rows(count).chunks(PART) {
        let file = csv(rows);
        let result = desk.run_import("reports.csv", file.as_bytes(), &options, false).await?;
        anyhow::ensure!(result.new == rows.len() as u64, "{} of {} new", result.new, rows.len());
    }
    Ok(desk)
}
