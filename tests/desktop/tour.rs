//! The way through the screens of a board that is in use, by keys alone.

use sidedesk_tests::desktop::keys::{CTRL_ENTER, DOWN, ENTER, ESC, PALETTE, RIGHT, UP};
use sidedesk_tests::desktop::window::{Window, id};

/// More items than an agenda has.
const ITEMS: usize = 40;

/// One walk; what was wrong on the way.
pub struct Tour<'a> {
    pub window: &'a Window,
    name: &'static str,
    pub faults: Vec<String>,
}

impl<'a> Tour<'a> {
    /// `name` begins the names of its pictures.
    pub fn new(window: &'a Window, name: &'static str) -> Self {
        Self {
            window,
            name,
            faults: Vec::new(),
        }
    }

    /// Takes a picture of what is in front and notes its faults.
    pub async fn look(&mut self, screen: &str) {
        let name = format!("{}-{screen}", self.name);
        self.faults.extend(self.window.look_over(&name).await);
    }

    /// By Tab to a button, and Enter.
    pub async fn enter(&self, css: &str) {
        self.window.tab_to(css).await;
        self.window.press(ENTER).await;
    }

    /// Esc, until this is gone.
    async fn leave(&self, css: &str) {
        self.window.press(ESC).await;
        self.window.until_count(css, 0).await;
    }

    /// Tickets become a complaint, join one, and wait.
    pub async fn inbox(&mut self) {
        let window = self.window;
        let row = format!("{} [data-stop]", id("inbox-row"));
        window.looked().await;
        if window.count(&id("tab-groups")).await > 0 {
            window.until_focus(&format!("{} [data-stop]", id("group-row"))).await;
            self.look("inbox-groups").await;
            window.press("1").await;
            window.until_focus(&id("make-title")).await;
            self.look("inbox-groups-make").await;
            self.leave(&id("make-title")).await;
            window.tab_to(&id("tab-groups")).await;
            window.press(RIGHT).await;
            window.tab_to(&row).await;
        }
        window.until_focus(&row).await;
        self.look("inbox").await;
        for keys in ["x", DOWN, "x"] {
            window.press(keys).await;
        }
        window.find(&id("selected-count")).await;
        self.look("inbox-selected").await;
        window.press("1").await;
        window.until_focus(&id("make-title")).await;
        self.look("inbox-make").await;
        window.press(ENTER).await;
        window.find(&id("known-row")).await;
        window.until_focus(&row).await;
        window.press("2").await;
        window.find(&id("adding")).await;
        self.look("inbox-add").await;
        self.leave(&id("adding")).await;
        window.press("z").await;
        window.find(&id("inbox-later")).await;
        self.look("inbox-later").await;
        self.enter(&id("open-share")).await;
        window.find(&id("share-dialog")).await;
        self.look("share").await;
        window.press("no address").await;
        window.press(ENTER).await;
        window.find("[aria-invalid=true]").await;
        self.look("share-refused").await;
        self.leave(&id("share-dialog")).await;
    }

    /// Every page of the rail.
    pub async fn pages(&mut self) {
        let window = self.window;
        window.press("gt").await;
        window.until_text(&id("agenda"), "Free shipping EU").await;
        self.look("today").await;
        window.press("j").await;
        window.press("j").await;
        self.look("today-next").await;
        window.press("z").await;
        window.find(&id("composer")).await;
        self.look("today-composer").await;
        self.leave(&id("composer")).await;

        window.press("gb").await;
        window.find(&id("clash-link")).await;
        self.look("board").await;
        window.press("/").await;
        window.find(&id("filter-row")).await;
        self.look("board-filter").await;
        window.press("parcels").await;
        self.look("board-filtered").await;
        window.type_over(&id("filter-words"), "nothing like it").await;
        window.find(&id("empty-filter")).await;
        self.look("board-none").await;
        window.press(ESC).await;
        window.until_count(&id("empty-filter"), 0).await;

        window.press("gx").await;
        window.find(&id("clash-detail")).await;
        self.look("clashes").await;
        window.press("3").await;
        window.find(&id("composer")).await;
        self.look("clashes-composer").await;
        window.press(CTRL_ENTER).await;
        window.find("[aria-invalid=true]").await;
        self.look("clashes-refused").await;
        self.leave(&id("composer")).await;
        window.tab_to("[role=tab][aria-selected=true]").await;
        for tab in ["waiting", "decided"] {
            window.press(RIGHT).await;
            window
                .until_focus(&format!("{}[aria-selected=true]", id(&format!("tab-{tab}"))))
                .await;
            self.look(&format!("clashes-{tab}")).await;
        }

        window.press("gk").await;
        window.find(&id("known-row")).await;
        self.look("complaints").await;
    }

    /// A campaign, a complaint, their menus, forms and histories; a new one from a line and from the form.
    pub async fn cards(&mut self) {
        for (words, kind, menus) in [
            ("Free shipping EU", "campaign", ["s", "a", "d", "l"].as_slice()),
            ("Late parcels North", "complaint", ["s", "a", "p"].as_slice()),
            ("Donaudampf", "campaign-long", ["s", "a"].as_slice()),
        ] {
            self.card(words, kind, menus).await;
        }
        for (key, line, name) in [
            ("c", "Free shipping CH 12-19 Dec @email #boots ^CM", "quick-campaign"),
            ("f", "Chat closes mid-reply again #Tents !2 ^TL", "quick-complaint"),
        ] {
            let window = self.window;
            window.press(key).await;
            window.until_focus(&id("quick-line")).await;
            self.look(&format!("{name}-empty")).await;
            window.press(line).await;
            window.find(&id("quick-chip")).await;
            self.look(name).await;
            self.enter(&id("quick-more")).await;
            window.find(&id("card-dialog")).await;
            self.look(&format!("{name}-form")).await;
            self.leave(&id("card-dialog")).await;
            window.find(&id("toast")).await;
            self.look(&format!("{name}-kept")).await;
        }
    }

    async fn card(&mut self, words: &str, kind: &str, menus: &[&str]) {
        let window = self.window;
        window.press("gb").await;
        window.find_in_palette(words).await;
        window.press(ENTER).await;
        window.until_text(&id("panel-title"), words).await;
        self.look(kind).await;
        for menu in menus {
            window.press(menu).await;
            window.find(&id("card-menu")).await;
            self.look(&format!("{kind}-menu-{menu}")).await;
            self.leave(&id("card-menu")).await;
        }
        self.enter(&id("card-history")).await;
        window.find(&id("history-line")).await;
        self.look(&format!("{kind}-history")).await;
        window.press(DOWN).await;
        window.press(ENTER).await;
        window.find("[data-line][aria-expanded=true]").await;
        self.look(&format!("{kind}-history-compare")).await;
        self.leave(&id("history")).await;
        self.enter(&id("card-edit")).await;
        window.find(&id("card-form")).await;
        self.look(&format!("{kind}-form")).await;
        self.leave(&id("card-form")).await;
        self.leave(&id("card-panel")).await;
    }

    /// What lies over a page, and the search page.
    pub async fn over_the_page(&mut self) {
        let window = self.window;
        window.press("gb").await;
        window.press("?").await;
        window.find(&id("key-sheet")).await;
        self.look("keys").await;
        self.leave(&id("key-sheet")).await;
        window.press(PALETTE).await;
        window.until_focus(&id("palette-input")).await;
        self.look("palette-empty").await;
        window.press("boot").await;
        window.find(&id("palette-found")).await;
        self.look("palette").await;
        window.type_over(&id("palette-input"), "qqqq").await;
        window.find(&id("palette-none")).await;
        self.look("palette-none").await;
        // The last row leads to the search page.
        window.press(UP).await;
        window.press(ENTER).await;
        window.find(&id("search-none")).await;
        self.look("search-none").await;
        window.type_over(&id("search"), "is:complaint parcels").await;
        window.find(&id("search-token")).await;
        window.find(&id("search-result")).await;
        self.look("search").await;
        window.type_over(&id("search"), "Donau").await;
        window.until_text(&id("search-results"), "Donau").await;
        self.look("search-long").await;
        window.press(ESC).await;
        window.find(&id("search-empty")).await;
        self.look("search-empty").await;
        self.enter(&id("sync-pill")).await;
        window.find(&id("sync-popover")).await;
        self.look("sync").await;
        self.enter(&id("popover-share")).await;
        window.find(&id("share-dialog")).await;
        window.find(&id("member")).await;
        self.look("share-team").await;
        self.enter(&id("make-invite")).await;
        window.find(&id("invite-code")).await;
        self.look("share-invite").await;
        self.leave(&id("share-dialog")).await;
    }

    /// A duplicate, its head, where they are merged, and what was deleted.
    pub async fn merged_and_deleted(&mut self) {
        let window = self.window;
        window.press("gb").await;
        window.find_in_palette("Doppelt").await;
        window.press(ENTER).await;
        window.find(&id("duplicate-note")).await;
        self.look("duplicate").await;
        self.enter(&id("duplicate-head")).await;
        window.find(&id("duplicate")).await;
        self.enter(&id("duplicate-of")).await;
        window.find(&id("duplicate-option")).await;
        self.look("duplicate-menu").await;
        window.press("qqqq").await;
        window.until_count(&id("duplicate-option"), 0).await;
        self.look("duplicate-menu-none").await;
        self.leave(&id("card-menu")).await;
        // Tab has brought what is below into sight.
        self.look("duplicate-head").await;
        self.leave(&id("card-panel")).await;
        window.press("g,").await;
        self.enter(&id("settings-deleted")).await;
        window.until_focus(&id("deleted-restore")).await;
        self.look("deleted").await;
        window.press(ENTER).await;
        window.find(&id("deleted-none")).await;
        self.look("deleted-none").await;
    }

    /// Each of its pages.
    pub async fn settings(&mut self) {
        let window = self.window;
        window.press("gb").await;
        window.press("g,").await;
        for page in ["board", "you", "comfort", "team", "keys"] {
            let entry = id(&format!("settings-{page}"));
            self.enter(&entry).await;
            window.find(&format!("{entry}[aria-current=page]")).await;
            self.look(&format!("settings-{page}")).await;
            if page == "team" {
                self.team().await;
            }
        }
    }

    /// What a lead does about people.
    async fn team(&mut self) {
        let window = self.window;
        for (button, dialog) in [
            ("member-role", "role-dialog"),
            ("member-remove", "remove-dialog"),
            ("print-words", "sheet-dialog"),
        ] {
            self.enter(&id(button)).await;
            window.find(&id(dialog)).await;
            window.find(&format!("{} :is(p, li)", id(dialog))).await;
            if dialog == "sheet-dialog" {
                window.find(&id("sheet-word")).await;
                self.look("sheet").await;
                self.enter(&id("sheet-next")).await;
                window.find("#sheet-form").await;
            }
            self.look(dialog).await;
            self.leave(&id(dialog)).await;
        }
    }

    /// From its first item to its minutes.
    pub async fn standup(&mut self) {
        let window = self.window;
        window.press("gt").await;
        self.enter(&id("start-standup")).await;
        window.find(&id("standup-shown")).await;
        self.look("standup").await;
        window.press("1").await;
        window.find(&id("composer")).await;
        self.look("standup-composer").await;
        self.leave(&id("composer")).await;
        let mut kinds = Vec::new();
        for _ in 0..ITEMS {
            let key = window.attribute(&id("standup-shown"), "data-key").await;
            window.press("n").await;
            let script = "return document.querySelector(a)?.dataset.key !== b";
            window.until("it goes on", script, &[&id("standup-shown"), &key]).await;
            if window.count(&id("standup-through")).await == 1 {
                break;
            }
            // One picture of each kind of item.
            let kind = window.text(&format!("{} .kind svg + *", id("standup-shown"))).await;
            let shown = window.attribute(&id("standup-shown"), "data-key").await;
            let kind = format!("{}{kind}", shown.split(['/', ':']).next().unwrap_or_default());
            if !kinds.contains(&kind) {
                self.look(&format!("standup-{}", kinds.len() + 2)).await;
                kinds.push(kind);
            }
        }
        window.find(&id("standup-through")).await;
        self.look("standup-through").await;
        self.enter(&id("standup-finish")).await;
        window.find(&id("standup-ended")).await;
        self.look("standup-ended").await;
        self.enter(&id("back-to-today")).await;
        window.find(&id("rhythm-count")).await;
        self.look("today-held").await;
    }
}
