//! The commands of the window, one per user action: parse, call the api, map the error.

mod board;
mod cards;
mod imports;
mod inbox;
mod kept;
mod keys;
mod links;
mod people;
mod privacy;
mod quick;
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
        cards::cards,
        cards::campaign,
        cards::complaint,
        cards::trend,
        cards::settings,
        cards::upgrade_rules,
        quick::quick,
        quick::fill_sample,
        records::add,
        records::set,
        records::delete,
        records::restore,
        records::deleted,
        records::merge_complaint,
        records::part_complaint,
        records::proposals,
        records::answer_proposal,
        records::report,
        records::reports,
        records::history,
        records::undo,
        records::redo,
        imports::begin_file,
        imports::file_part,
        imports::let_go_of_file,
        imports::preview_import,
        imports::run_import,
        imports::stop_import,
        inbox::loose_reports,
        inbox::make_complaint,
        inbox::add_reports,
        inbox::nearest,
        inbox::file_under,
        inbox::lens,
        inbox::split_group,
        inbox::refuse_group,
        inbox::recall_groups,
        keys::unlock,
        keys::choose_passphrase,
        keys::secret_place,
        keys::move_secret,
        kept::kept,
        kept::keep,
        links::open_link,
        people::members,
        people::safety,
        people::owned_by,
        people::set_role,
        people::remove_member,
        people::remove_device,
        people::recovery_sheet,
        people::confirm_sheet,
        people::recover,
        privacy::export,
        privacy::erase,
        sharing::share,
        sharing::invite,
        sharing::invite_own,
        sharing::voice_words,
        sharing::join,
        sharing::status,
        sharing::cancel_job,
        standup::decide,
        standup::agree,
        standup::take_back,
        standup::decisions,
        standup::agenda,
        standup::since,
        standup::start_standup,
        standup::move_standup,
        standup::end_standup,
    ]
}
