//! Who comes, who may what, who goes, and how somebody would come back: two windows, a hub, and nothing but what stands on
//! the screen.

use sidedesk_tests::desktop::board::{card, member};
use sidedesk_tests::desktop::hub::Hub;
use sidedesk_tests::desktop::keys::ESC;
use sidedesk_tests::desktop::window::{Window, id};

/// Words on a recovery sheet.
const WORDS: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_gets_a_role_goes_and_the_words_are_on_paper() {
    let (data_m, data_s) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = Hub::start();
    let marketing = Window::open("people-lead", data_m.path()).await;
    marketing.start_board("marketing", "empty", "Outdoor shop").await;
    marketing.add_line("complaint", "Late parcels North !4").await;

    let code = three_clicks(&marketing, hub.address()).await;
    let support = Window::open("people-support", data_s.path()).await;
    one_paste(&marketing, &support, &code).await;
    two_leads(&marketing, &support).await;
    another_role(&marketing, &support).await;
    goes_and_hands_over(&marketing, &support).await;
    let paper = words_on_paper(&marketing).await;
    drop((marketing, support));
    come_back(&paper).await;
}

/// Share, type the hub's address, share, copy: three clicks (product F15).
async fn three_clicks(lead: &Window, hub: &str) -> String {
    lead.find(&id("go_board")).await;
    lead.click(&id("open-share")).await;
    lead.fill(&id("hub-address"), hub).await;
    lead.click(&id("share-run")).await;
    lead.find(&id("invite-code")).await;
    lead.until_text(&id("share-dialog"), "Invite as Support lead").await;
    lead.click(&id("copy-invite")).await;
    lead.until_text(&id("copy-invite"), "Copied").await;
    lead.until_count(&id("voice-word"), 4).await;
    lead.picture("50-invited").await;
    lead.text(&id("invite-code")).await
}

/// The other side pastes once, and both screens show the same four words before anybody is let in.
async fn one_paste(lead: &Window, newcomer: &Window, code: &str) {
    newcomer.click(&id("function-support")).await;
    newcomer.click(&id("start-join")).await;
    newcomer.fill(&id("join-code"), &code[..code.len() - 1]).await;
    newcomer.until_count(&id("voice-word"), 0).await;
    newcomer.fill(&id("join-code"), code).await;
    newcomer.until_count(&id("voice-word"), 4).await;
    let words = lead.texts(&id("voice-word")).await;
    assert_eq!(newcomer.texts(&id("voice-word")).await, words);
    newcomer.picture("51-joining").await;
    newcomer.click(&id("first-open")).await;
    newcomer.find("#sheet").await;
    newcomer.go("board").await;
    newcomer.find(&card("Late parcels North")).await;
    lead.press(ESC).await;
    lead.until_count(&id("share-dialog"), 0).await;
}

/// The page about people, with the founder in its list.
async fn to_team(window: &Window) {
    window.to_team().await;
    window.find(&member("Marketing lead")).await;
}

/// Both invite, and neither is reminded of anything.
async fn two_leads(marketing: &Window, support: &Window) {
    for window in [marketing, support] {
        to_team(window).await;
        window.until_count(&id("member"), 2).await;
        window.find(&id("make-invite")).await;
        window.find(&id("invite-own")).await;
        window.until_count(&id("safety"), 0).await;
        // Nobody changes or removes themselves.
        window.until_count(&id("member-role"), 1).await;
        window.until_count(&id("member-remove"), 1).await;
    }
    let letters = format!("{} .name", id("your-device"));
    assert_ne!(marketing.text(&letters).await, support.text(&letters).await);
    marketing.picture("52-team").await;
}

/// The lead gives the other one a smaller role: what only a lead does is gone there, and the reminder comes.
async fn another_role(marketing: &Window, support: &Window) {
    let theirs = member("Support lead");
    marketing.click(&format!("{theirs} {}", id("member-role"))).await;
    marketing.choose(&id("role-choice"), "support").await;
    marketing.until_text(&id("role-dialog"), "Invites nobody.").await;
    marketing.picture("53-role").await;
    marketing.click(&id("role-give")).await;
    marketing.until_count(&id("role-dialog"), 0).await;
    let changed = format!("{theirs}[data-role=support]");
    for window in [marketing, support] {
        window.find(&changed).await;
        window.until_text(&theirs, "writes for Support").await;
    }
    support.until_text(&id("no-lead"), "Ask Marketing lead").await;
    support.until_count(&id("make-invite"), 0).await;
    support.until_count(&id("member-remove"), 0).await;
    support.until_count(&id("print-words"), 0).await;
    support.picture("54-no-lead").await;
    marketing.find(&id("safety")).await;
}

/// What somebody owns is listed, and goes to whoever is chosen before they go.
async fn goes_and_hands_over(marketing: &Window, support: &Window) {
    support.go("board").await;
    support.edit("Late parcels North", &[("owner", "Support lead")]).await;
    support.until_synced().await;
    marketing.go("board").await;
    let owner = format!("{} [aria-label=\"Support lead\"]", card("Late parcels North"));
    marketing.find(&owner).await;

    to_team(marketing).await;
    marketing
        .click(&format!("{} {}", member("Support lead"), id("member-remove")))
        .await;
    marketing.until_text(&id("owned"), "Late parcels North").await;
    let run = id("remove-run");
    marketing.until_count(&format!("{run}:disabled"), 1).await;
    let me = "return [...document.querySelector(a).options].find((one) => one.textContent.includes('(you)')).value";
    let me = marketing.run(me, &[&id("remove-heir")]).await;
    marketing.choose(&id("remove-heir"), me.as_str().unwrap()).await;
    marketing.until_count(&format!("{run}:enabled"), 1).await;
    marketing.picture("55-remove").await;
    marketing.click(&run).await;
    marketing.until_count(&id("remove-dialog"), 0).await;
    marketing.until_count(&id("member"), 1).await;
    marketing.until_text(&id("members-left"), "Support lead").await;
    support.until_text(&id("sync-pill"), "removed from the board").await;
    support.picture("56-removed").await;
    marketing.go("board").await;
    let owner = format!("{} [aria-label=\"Marketing lead\"]", card("Late parcels North"));
    marketing.find(&owner).await;
}

/// What stands on the sheet.
struct Paper {
    words: Vec<String>,
    board_code: String,
}

/// Today reminds of it, the team page prints it, two words come back from the paper, and Today is quiet.
async fn words_on_paper(lead: &Window) -> Paper {
    lead.go("today").await;
    lead.find(&id("safety")).await;
    lead.picture("57-reminder").await;
    lead.click(&id("safety-go")).await;
    lead.click(&id("print-words")).await;
    lead.until_count(&id("sheet-word"), WORDS as u64).await;
    let board_code = lead.text(&id("sheet-code")).await;
    let words = lead.texts(&id("sheet-word")).await;
    lead.picture("58-sheet").await;
    lead.click(&id("sheet-next")).await;
    lead.until_count(&id("sheet-word"), 0).await;
    let mut asked = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let field = id(&format!("sheet-word-{}", index + 1));
        if lead.count(&field).await == 1 {
            asked.push((field, word));
        }
    }
    assert_eq!(asked.len(), 2);
    lead.fill(&asked[0].0, asked[0].1).await;
    lead.fill(&asked[1].0, "zebra-crossing").await;
    lead.click(&id("sheet-confirm")).await;
    lead.until_count(&format!("{}[aria-invalid=true]", asked[1].0), 1).await;
    lead.picture("59-wrong-word").await;
    lead.fill(&asked[1].0, asked[1].1).await;
    lead.click(&id("sheet-confirm")).await;
    lead.find(&id("sheet-holds")).await;
    lead.click(&id("sheet-done")).await;
    lead.until_count(&id("sheet-dialog"), 0).await;
    lead.until_count(&id("safety"), 0).await;
    lead.until_text(&id("sheet-state"), "printed and holds").await;
    lead.go("today").await;
    lead.find(&id("rhythm")).await;
    lead.until_count(&id("safety"), 0).await;
    // Nothing of it is kept by the window.
    let kept = "return document.body.innerText.includes(a)";
    assert_eq!(lead.run(kept, &[&board_code]).await, false);
    Paper { words, board_code }
}

/// Every computer is lost. A mistyped word is named at its place; then the board is there again, with a lead.
async fn come_back(paper: &Paper) {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open("people-back", data.path()).await;
    window.click(&id("function-marketing")).await;
    window.click(&id("start-recover")).await;
    let mut mistyped = paper.words.clone();
    mistyped[6] = "abandom".into();
    window.fill(&id("recover-words"), &mistyped.join(" ")).await;
    window.fill(&id("recover-code"), &paper.board_code).await;
    window.fill(&id("first-me"), "New lead").await;
    window.click(&id("first-open")).await;
    window
        .until_count(&format!("{}[aria-invalid=true]", id("recover-words")), 1)
        .await;
    window
        .until_text(&id("first-run"), "No sheet has this word: 7. abandom → abandon.")
        .await;
    window.picture("60-mistyped").await;
    window.fill(&id("recover-words"), &paper.words.join(" ")).await;
    window.click(&id("first-open")).await;
    window.find("#sheet").await;
    window.go("board").await;
    window.find(&card("Late parcels North")).await;
    to_team(&window).await;
    window.find(&format!("{}[data-role$=lead]", member("New lead"))).await;
    window.find(&id("make-invite")).await;
    window.picture("61-back").await;
}
