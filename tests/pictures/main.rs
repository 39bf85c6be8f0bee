//! `cargo xtask pictures`: every screen of the real window, light and dark, 1280 × 800 and 900 × 600, from one board.
//!
//! They stand in the README and in docs/guide, and beside the design. A picture that cannot be taken ends the run.
#![cfg(target_os = "linux")]
#![expect(
    clippy::print_stderr,
    clippy::panic,
    reason = "a command-line tool says what it does, and a picture that cannot be taken ends it"
)]

use std::path::{Path, PathBuf};

use clap::Parser as _;
use sidedesk_tests::desktop::board::{card, foreign};
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::keys::{CTRL_ENTER, ENTER, ESC, PALETTE};
use sidedesk_tests::desktop::window::{Window, id};
use sidedesk_tests::story;

#[derive(Debug, clap::Parser)]
struct Args {
    /// Where the pictures go.
    out: PathBuf,
    /// Only screens whose name contains this.
    #[arg(long)]
    only: Option<String>,
}

/// One look: a theme and a size.
struct Look {
    name: &'static str,
    theme: &'static str,
    width: u32,
    height: u32,
}

/// Real questions, all about one product.
const TICKETS: &str = "sumo_thunderbird_questions_2023.csv";
/// What is planned for that product.
const PLAN: &str = "name,start,product,channel,reach\n\
    Autumn release,2026-11-24 09:00,Thunderbird,email,48000\n\
    Thunderbird for teams,2026-12-05,Thunderbird,social,\n";

const LOOKS: [Look; 4] = [
    Look {
        name: "",
        theme: "Adwaita",
        width: 1280,
        height: 800,
    },
    Look {
        name: "-dark",
        theme: "Adwaita:dark",
        width: 1280,
        height: 800,
    },
    Look {
        name: "-small",
        theme: "Adwaita",
        width: 900,
        height: 600,
    },
    Look {
        name: "-small-dark",
        theme: "Adwaita:dark",
        width: 900,
        height: 600,
    },
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    std::fs::create_dir_all(&args.out)?;
    let hub = Hub::start();
    let dir = tempfile::tempdir()?;
    let (marketing, support) = (dir.path().join("marketing"), dir.path().join("support"));
    eprintln!("the board of the story …");
    story::tell(&marketing, &support, hub.address()).await?;
    for look in LOOKS {
        let camera = Camera {
            out: &args.out,
            only: args.only.as_deref(),
            look,
        };
        eprintln!("{} × {} {} …", camera.look.width, camera.look.height, camera.look.theme);
        camera
            .first_minutes(&dir.path().join(format!("new{}", camera.look.name)))
            .await;
        camera
            .groups(&dir.path().join(format!("groups{}", camera.look.name)))
            .await;
        camera.board(&support).await;
    }
    Ok(())
}

struct Camera<'a> {
    out: &'a Path,
    only: Option<&'a str>,
    look: Look,
}

impl Camera<'_> {
    async fn take(&self, window: &Window, screen: &str) {
        if self.only.is_none_or(|only| screen.contains(only)) {
            window
                .picture_at(&self.out.join(format!("{screen}{}.png", self.look.name)))
                .await;
        }
    }

    async fn open(&self, data: &Path) -> Window {
        std::fs::create_dir_all(data).unwrap_or_else(|error| panic!("{}: {error}", data.display()));
        let variables = [("GTK_THEME", self.look.theme), ("TZ", "Europe/London")];
        let window = Window::open_as("pictures", data, &variables, &["--clock", story::NOW_TEXT]).await;
        window.resize(self.look.width, self.look.height).await;
        window
    }

    /// Two questions, an empty board, a file.
    async fn first_minutes(&self, data: &Path) {
        let window = self.open(data).await;
        window.find(&id("first-run")).await;
        self.take(&window, "first-run").await;
        window.start_board("support", "empty", "Outdoor shop").await;
        window.find(&id("today-new")).await;
        self.take(&window, "today-empty").await;
        window.press("gi").await;
        window.find(&id("drop-zone")).await;
        window.give_file(&foreign("zendesk_view_export_layout.csv")).await;
        window.find(&id("import-preview")).await;
        self.take(&window, "import").await;
    }

    /// Two files that are dropped on the first page, and what keeps coming back in them.
    async fn groups(&self, data: &Path) {
        let window = self.open(data).await;
        window.find(&id("first-run")).await;
        let tickets = std::fs::read_to_string(foreign(TICKETS)).unwrap_or_else(|error| panic!("{TICKETS}: {error}"));
        window.drop_files(&[("plan.csv", PLAN), (TICKETS, &tickets)]).await;
        for file in ["plan.csv", TICKETS] {
            window.until_text(&id("import-name"), file).await;
            window.press(CTRL_ENTER).await;
        }
        window.find(&id("group-row")).await;
        // The first file's word lies over the keys.
        window.click(&format!("{} button:last-child", id("toast"))).await;
        window.until_count(&id("toast"), 0).await;
        self.take(&window, "import-groups").await;
        window.press("gk").await;
        window.looked().await;
        window.find(&id("group-row")).await;
        self.take(&window, "groups").await;
    }

    /// Every screen of a board that is a month old.
    async fn board(&self, data: &Path) {
        let window = self.open(data).await;
        window.press("gt").await;
        window.until_text(&id("agenda"), "Free shipping EU").await;
        self.take(&window, "today").await;
        window.press("gb").await;
        window.find(&card("Free shipping EU")).await;
        let face = format!("{} {}", card("Free shipping EU"), id("card-open"));
        window.run("document.querySelector(a).focus()", &[&face]).await;
        self.take(&window, "board").await;
        window.press(ENTER).await;
        window.find(&id("card-panel")).await;
        self.take(&window, "campaign").await;
        window.press(ESC).await;
        let face = format!("{} {}", card("Late parcels North"), id("card-open"));
        window.click(&face).await;
        window.find(&id("card-panel")).await;
        self.take(&window, "complaint").await;
        window.press(ESC).await;
        window.press("gx").await;
        window.click(&id("tab-waiting")).await;
        window.until_text(&id("clash-detail"), "Free shipping EU").await;
        self.take(&window, "clashes").await;
        window.press("gk").await;
        window.looked().await;
        self.take(&window, "complaints").await;
        window.press("c").await;
        window.find(&id("quick-line")).await;
        window
            .fill(&id("quick-line"), "Free shipping CH 12-19 Dec @email #boots ^CM")
            .await;
        window.find(&id("quick-chip")).await;
        self.take(&window, "quick").await;
        window.press(ESC).await;
        window.press(PALETTE).await;
        window.find(&id("palette")).await;
        window.press("boot").await;
        window.find("[role=option]").await;
        self.take(&window, "palette").await;
        window.press(ESC).await;
        window.press("?").await;
        window.find(&id("key-sheet")).await;
        self.take(&window, "keys").await;
        window.press(ESC).await;
        window.press("g,").await;
        window.find(&id("setting-board-name")).await;
        self.take(&window, "settings").await;
        window.press("gt").await;
        window.click(&id("start-standup")).await;
        window.find(&id("standup")).await;
        self.take(&window, "standup").await;
    }
}
