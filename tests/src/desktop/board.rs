//! What people do on a board, in the words of the window.

use std::path::{Path, PathBuf};

use super::keys::{ENTER, PALETTE};
use super::window::{Window, id};

/// A file that some other tool wrote.
pub fn foreign(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/foreign")
        .join(name)
}

/// The selector of the card with this name.
pub fn card(name: &str) -> String {
    format!("[data-name=\"{name}\"]")
}

/// The selector of a member in the list of the team.
pub fn member(name: &str) -> String {
    format!("[data-testid=\"member\"][data-name=\"{name}\"]")
}

impl Window {
    /// Goes to the settings' page about people and devices.
    pub async fn to_team(&self) {
        self.press("g,").await;
        self.click(&id("settings-team")).await;
        self.find(&id("member")).await;
    }

    /// Answers the two questions. `start` is `files`, `sample` or `empty`.
    pub async fn start_board(&self, function: &str, start: &str, board: &str) {
        self.click(&id(&format!("function-{function}"))).await;
        self.click(&id(&format!("start-{start}"))).await;
        self.click(&id("first-rename")).await;
        self.fill(&id("first-name"), board).await;
        self.click(&id("first-open")).await;
        self.until_text(&id("board-name"), board).await;
    }

    /// Takes a seat with an invite code.
    pub async fn join(&self, function: &str, code: &str) {
        self.click(&id(&format!("function-{function}"))).await;
        self.click(&id("start-join")).await;
        self.fill(&id("join-code"), code).await;
        self.click(&id("first-open")).await;
        self.find("#sheet").await;
        self.go("board").await;
    }

    /// Goes to a page by the rail.
    pub async fn go(&self, view: &str) {
        self.click(&id(&format!("go_{view}"))).await;
        let current = format!("{}[aria-current=page]", id(&format!("go_{view}")));
        self.find(&current).await;
    }

    /// A new card, by its key and the whole form. `fields` are names and what is typed.
    pub async fn add(&self, kind: &str, fields: &[(&str, &str)]) {
        self.press(if kind == "campaign" { "c" } else { "f" }).await;
        let Some((_, name)) = fields.iter().find(|(field, _)| ["name", "title"].contains(field)) else {
            self.give_up("a card has a name").await
        };
        self.fill(&id("quick-line"), name).await;
        self.click(&id("quick-more")).await;
        self.find(&id("card-dialog")).await;
        self.type_fields(fields).await;
        self.click(&id("card-save")).await;
        self.until_count(&id("card-dialog"), 0).await;
        self.go("board").await;
        self.find(&card(name)).await;
    }

    /// A new card from one typed line.
    pub async fn add_line(&self, kind: &str, line: &str) {
        self.press(if kind == "campaign" { "c" } else { "f" }).await;
        self.fill(&id("quick-line"), line).await;
        self.press(ENTER).await;
        self.until_count(&id("quick-dialog"), 0).await;
    }

    /// Opens a card and changes some fields.
    pub async fn edit(&self, name: &str, fields: &[(&str, &str)]) {
        self.open_form(name).await;
        self.type_fields(fields).await;
        self.save().await;
    }

    /// Opens a card with all its fields.
    pub async fn open_form(&self, name: &str) {
        self.open_card(name).await;
        self.click(&id("card-edit")).await;
        self.find(&id("card-form")).await;
    }

    /// Opens a card's panel.
    pub async fn open_card(&self, name: &str) {
        self.click(&format!("{} {}", card(name), id("card-open"))).await;
        self.find(&id("card-panel")).await;
    }

    /// Finds one thing by its words in the palette; Enter goes there.
    pub async fn find_in_palette(&self, words: &str) {
        self.press(PALETTE).await;
        self.until_focus(&id("palette-input")).await;
        self.press(words).await;
        let found = format!("{}[aria-selected=true]", id("palette-found"));
        self.until_text(&found, words).await;
    }

    /// Closes it.
    pub async fn close_card(&self) {
        self.click(&id("panel-close")).await;
        self.until_count(&id("card-panel"), 0).await;
    }

    /// Types into an open card.
    pub async fn type_fields(&self, fields: &[(&str, &str)]) {
        for (field, value) in fields {
            let css = id(&format!("field-{field}"));
            if ["state", "severity"].contains(field) {
                self.choose(&css, value).await;
            } else {
                self.fill(&css, value).await;
            }
        }
    }

    /// Saves the whole form of the open card, and closes the card.
    pub async fn save(&self) {
        self.click(&id("card-save")).await;
        self.until_count(&id("card-form"), 0).await;
        self.close_card().await;
    }

    /// Imports a file, with some columns mapped by hand.
    pub async fn import(&self, file: &str, map: &[(&str, &str)]) {
        if self.count(&id("drop-zone")).await == 0 {
            self.click(&id("open-import")).await;
        }
        self.give_file(&foreign(file)).await;
        self.find(&id("import-preview")).await;
        for (column, field) in map {
            let row = format!("[data-column=\"{column}\"] {}", id("column-field"));
            self.choose(&row, field).await;
            self.until(
                &format!("{column} becomes {field}"),
                "return document.querySelector(a)?.value === b && document.querySelector(a).closest('tr').querySelector('.lucide-check') !== null",
                &[&row, field],
            )
            .await;
        }
    }

    /// The complaints' page has looked for what keeps coming back, and shows the single tickets.
    pub async fn tickets(&self) {
        self.looked().await;
        if self.count(&id("tab-tickets")).await > 0 {
            self.click(&id("tab-tickets")).await;
        }
    }

    /// The complaints' page has looked for what keeps coming back.
    pub async fn looked(&self) {
        self.find(&format!("{}[data-looked=true]", id("complaints-page"))).await;
    }

    /// Drops text files on the window, all at once, as the page gets them from a file manager: name and content.
    pub async fn drop_files(&self, files: &[(&str, &str)]) {
        let script = "const data = new DataTransfer();
            for (const [name, text] of JSON.parse(a)) data.items.add(new File([text], name));
            for (const type of ['dragover', 'drop']) {
              document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            return true";
        self.run(script, &[&serde_json::to_string(files).unwrap()]).await;
    }

    /// Says yes to the preview and goes to the board.
    pub async fn run_import(&self) {
        self.click(&id("import-run")).await;
        self.find(&id("import-result")).await;
    }

    /// Shares with the hub and answers the invite code.
    pub async fn share(&self, hub: &str) -> String {
        self.click(&id("open-share")).await;
        self.fill(&id("hub-address"), hub).await;
        self.click(&id("share-run")).await;
        self.find(&id("invite-code")).await;
        self.text(&id("invite-code")).await
    }

    /// Waits until the hub has everything.
    pub async fn until_synced(&self) {
        let script =
            "const p = document.querySelector(a); return p?.dataset.state === 'synced' && p.dataset.waiting === '0'";
        self.until("everything is at the hub", script, &[&id("sync-pill")])
            .await;
    }

    /// Waits until the window knows that the hub is away.
    pub async fn until_offline(&self) {
        self.until_text(&id("sync-pill"), "Offline since").await;
    }

    /// A start that is two days away, as it is typed.
    pub async fn in_two_days(&self) -> String {
        let script = "return new Date(Date.now() + 172800000).toISOString().slice(0, 16).replace('T', ' ')";
        self.run(script, &[]).await.as_str().unwrap().to_owned()
    }

    /// Hands over a file and waits for what it would do.
    pub async fn preview(&self, file: &Path) {
        self.give_file(file).await;
        self.find(&id("import-preview")).await;
    }

    /// Back to choosing a file.
    pub async fn give_up_file(&self) {
        self.click(&id("import-change")).await;
        self.find(&id("drop-zone")).await;
    }
}
