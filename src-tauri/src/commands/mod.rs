//! The commands of the window, one per user action: parse, call the api, map the error.

mod board;
mod imports;
mod kept;
mod links;
mod records;
mod sharing;
mod standup;

use tauri::Wry;
use tauri::ipc::Invoke;

/// Every command there is. The page cannot reach anything else.
pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        board::state,
        board::init,
        board::board,
        board::clashes,
        board::search,
        records::add,
        records::set,
        records::delete,
        records::restore,
        records::report,
        records::reports,
        records::history,
        records::undo,
        records::redo,
        imports::preview_import,
        imports::repreview_import,
        imports::run_import,
        kept::kept,
        kept::keep,
        links::open_link,
        sharing::share,
        sharing::invite,
        sharing::join,
        sharing::members,
        sharing::status,
        standup::decide,
        standup::agree,
        standup::decisions,
        standup::agenda,
        standup::since,
        standup::start_standup,
        standup::move_standup,
        standup::end_standup,
    ]
}
