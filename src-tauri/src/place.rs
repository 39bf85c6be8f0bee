//! Where the window was, and where it may be now. Everything in logical pixels, so that a window saved on a sharp screen
//! has the same size on another.
//!
//! tauri-plugin-window-state saves only when the program ends in order and does not ask which screens there are.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::durable;

/// The smallest window in which every screen of the app works; tauri.conf.json says the same.
pub const MIN: (i32, i32) = (900, 600);

/// A window's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// From the left edge of the first screen.
    pub x: i32,
    /// From its upper edge.
    pub y: i32,
    /// Without the frame.
    pub width: i32,
    /// Without the frame.
    pub height: i32,
    /// Fills its screen; the other numbers are those to go back to.
    pub maximized: bool,
}

/// The part of a screen that a window may cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// The place that was kept, moved and shrunk so that all of it can be seen: on the screen that shows most of it, and on
/// the first one when its own is gone. Without any screen to ask it stays as it was.
pub fn fitted(place: Place, screens: &[Screen]) -> Place {
    let best = screens
        .iter()
        .enumerate()
        // The last of equals wins in `max_by_key`; the first screen is the better guess.
        .max_by_key(|(index, screen)| (overlap(place, **screen), std::cmp::Reverse(*index)));
    let Some((_, screen)) = best else {
        return Place {
            width: place.width.max(MIN.0),
            height: place.height.max(MIN.1),
            ..place
        };
    };
    let width = place.width.min(screen.width).max(MIN.0);
    let height = place.height.min(screen.height).max(MIN.1);
    Place {
        x: within(place.x, screen.x, screen.width, width),
        y: within(place.y, screen.y, screen.height, height),
        width,
        height,
        maximized: place.maximized,
    }
}

/// On a screen smaller than the window its upper left corner counts: there are the title and the menu.
fn within(at: i32, from: i32, room: i32, len: i32) -> i32 {
    let last = from.saturating_add(room).saturating_sub(len).max(from);
    at.clamp(from, last)
}

fn overlap(place: Place, screen: Screen) -> i64 {
    let along = |at: i32, len: i32, from: i32, room: i32| {
        let (at, len, from, room) = (i64::from(at), i64::from(len), i64::from(from), i64::from(room));
        ((at + len).min(from + room) - at.max(from)).max(0)
    };
    along(place.x, place.width, screen.x, screen.width) * along(place.y, place.height, screen.y, screen.height)
}

/// What was kept; a damaged file is put aside and reads as none.
pub fn kept(path: &Path) -> Option<Place> {
    let bytes = std::fs::read(path).ok()?;
    match serde_json::from_slice(&bytes) {
        Ok(place) => Some(place),
        Err(_) => {
            durable::put_aside(path);
            None
        }
    }
}

/// Keeps it for the next start.
pub fn keep(path: &Path, place: Place) -> io::Result<()> {
    durable::write(path, &serde_json::to_vec(&place)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Screen = Screen {
        x: 0,
        y: 0,
        width: 1920,
        height: 1080,
    };
    const RIGHT: Screen = Screen {
        x: 1920,
        y: 0,
        width: 1280,
        height: 800,
    };

    fn place(x: i32, y: i32, width: i32, height: i32) -> Place {
        Place {
            x,
            y,
            width,
            height,
            maximized: false,
        }
    }

    fn check(screens: &[Screen], saved: Place, expected: Place) {
        assert_eq!(fitted(saved, screens), expected, "{saved:?} on {screens:?}");
    }

    #[test]
    fn a_place_that_can_be_seen_stays() {
        check(&[LEFT], place(100, 50, 1280, 800), place(100, 50, 1280, 800));
        check(&[LEFT, RIGHT], place(2000, 20, 1000, 700), place(2000, 20, 1000, 700));
        check(&[], place(5000, 20, 1000, 700), place(5000, 20, 1000, 700));
    }

    #[test]
    fn a_window_whose_screen_is_gone_comes_back() {
        check(&[LEFT], place(2000, 20, 1000, 700), place(920, 20, 1000, 700));
        check(&[LEFT], place(-3000, -3000, 1000, 700), place(0, 0, 1000, 700));
        check(&[RIGHT, LEFT], place(9000, 0, 1000, 700), place(2200, 0, 1000, 700));
        check(&[LEFT], place(i32::MAX, i32::MIN, 1000, 700), place(920, 0, 1000, 700));
    }

    #[test]
    fn a_window_larger_than_its_screen_shrinks_but_never_below_what_works() {
        check(&[RIGHT], place(1920, 0, 1900, 1000), place(1920, 0, 1280, 800));
        check(&[LEFT], place(0, 0, 10, 10), place(0, 0, 900, 600));
        let small = Screen {
            x: 0,
            y: 0,
            width: 800,
            height: 480,
        };
        check(&[small], place(100, 100, 1000, 700), place(0, 0, 900, 600));
    }

    #[test]
    fn the_screen_that_shows_most_of_it_is_its_own() {
        check(&[LEFT, RIGHT], place(1800, 0, 1000, 700), place(1920, 0, 1000, 700));
        check(&[LEFT, RIGHT], place(1000, 0, 1000, 700), place(920, 0, 1000, 700));
    }

    #[test]
    fn it_is_found_again_and_damage_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("place.json");
        assert_eq!(kept(&path), None);
        let place = Place {
            maximized: true,
            ..place(1, 2, 1000, 700)
        };
        keep(&path, place).unwrap();
        assert_eq!(kept(&path), Some(place));
        std::fs::write(&path, "{").unwrap();
        assert_eq!(kept(&path), None);
        assert!(!path.exists());
    }
}
