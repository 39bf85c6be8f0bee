//! Keys as the driver names them; letters and the space are themselves.

/// Enter.
pub const ENTER: &str = "\u{e007}";
/// Esc.
pub const ESC: &str = "\u{e00c}";
/// Space.
pub const SPACE: &str = " ";
/// Tab.
pub const TAB: &str = "\u{e004}";
/// Page down.
pub const PAGE_DOWN: &str = "\u{e00f}";
/// End.
pub const END: &str = "\u{e010}";
/// Home.
pub const HOME: &str = "\u{e011}";
/// Arrow to the left.
pub const LEFT: &str = "\u{e012}";
/// Arrow up.
pub const UP: &str = "\u{e013}";
/// Arrow to the right.
pub const RIGHT: &str = "\u{e014}";
/// Arrow down.
pub const DOWN: &str = "\u{e015}";
/// Delete.
pub const DELETE: &str = "\u{e017}";
/// Selects everything in a field.
pub const ALL: &str = "\u{e009}a\u{e000}";
/// Everything selected, and away with it.
pub const ALL_AWAY: &str = "\u{e009}a\u{e000}\u{e017}";
/// Opens the palette.
pub const PALETTE: &str = "\u{e009}k\u{e000}";
/// Sends what a composer holds.
pub const CTRL_ENTER: &str = "\u{e009}\u{e007}\u{e000}";
/// Takes the last thing back.
pub const UNDO: &str = "\u{e009}z\u{e000}";
/// Brings it again.
pub const REDO: &str = "\u{e009}\u{e008}z\u{e000}";
