//! `crash_writer DIR PREFIX [BUG]`: a device that lives for long and says what is saved, for the crash test to kill.
//!
//! It hears `commit FROM COUNT`, `sync`, `quit` on stdin and prints `ack PREFIX-I` after each commit. When the board is
//! shared it is online. A bug: `ack-early` prints before the commit, `double-apply` does the last action once more when it
//! is opened.
#![expect(clippy::print_stdout, reason = "how it acknowledges")]

use anyhow::{Context as _, Result};
use sidedesk_api::dto::FieldInputDto;
use sidedesk_api::{Clock, Desk};
use std::path::PathBuf;
use std::time::Duration;

/// In step or not after so long.
const PATIENCE: Duration = Duration::from_secs(45);

struct Writer {
    desk: Desk,
    prefix: String,
    bug: String,
}

/// Listens and acts until it is told to stop.
#[tokio::main]
pub async fn main() {
    if let Err(error) = work().await {
        println!("error {error:#}");
        std::process::exit(1);
    }
}

async fn work() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().context("which directory?")?);
    let prefix = args.next().context("which prefix?")?;
    let desk = Desk::open(&dir, Clock::system()).await?;
    let writer = Writer {
        desk,
        prefix,
        bug: args.next().unwrap_or_default(),
    };
    println!("open");
    if writer.bug == "double-apply" {
        writer.again().await?;
    }
    let lines = std::io::stdin().lines();
    for line in lines {
        let line = line?;
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["commit", from, count] => writer.commit(from.parse()?, count.parse()?).await?,
            ["sync"] => match writer.desk.sync_within(PATIENCE).await {
                Ok(_) => println!("in step:"),
                Err(error) => println!("out of step: {error}"),
            },
            _ => break,
        }
    }
    writer.desk.close().await?;
    println!("bye");
    Ok(())
}

impl Writer {
    async fn commit(&self, from: usize, count: usize) -> Result<()> {
        for i in from..from + count {
            let name = format!("{}-{i}", self.prefix);
            if self.bug == "ack-early" {
                println!("ack {name}");
            }
            let id = self.desk.add("campaign", &[input("name", &name)]).await?.id;
            if self.bug != "ack-early" {
                println!("ack {name}");
            }
            if i % 4 == 3 {
                self.desk
                    .set("campaign", &id, u64::MAX, &[input("reach", &i.to_string())])
                    .await?;
            }
        }
        println!("done");
        Ok(())
    }

    /// The bug of a replay that does not know how far it was.
    async fn again(&self) -> Result<()> {
        let board = self.desk.board().await?;
        if let Some(last) = board.campaigns.last() {
            self.desk.add("campaign", &[input("name", &last.name)]).await?;
        }
        Ok(())
    }
}

fn input(field: &str, value: &str) -> FieldInputDto {
    FieldInputDto {
        field: field.into(),
        value: Some(value.into()),
    }
}
