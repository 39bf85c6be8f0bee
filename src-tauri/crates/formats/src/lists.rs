//! Cells that hold several things: `a; b`, `["a","b"]`, `On site (green), Online (sky)`, Zendesk's `tag_a tag_b`.
//! Which sign parts them is judged over the whole column.

use crate::empty::is_empty;

/// What parts the elements of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// One element per cell.
    None,
    /// This character.
    Char(char),
    /// Any blank (Zendesk tags hold none).
    Blank,
}

/// Votes on the separator.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListVotes {
    semicolon: bool,
    pipe: bool,
    line: bool,
    comma: bool,
    prose: bool,
}

impl ListVotes {
    /// Looks at one cell.
    pub fn count(&mut self, cell: &str) {
        self.semicolon |= cell.contains(';');
        self.pipe |= cell.contains('|');
        self.line |= cell.trim().contains('\n');
        self.comma |= cell.contains(',');
        self.prose |= cell.contains(", or ") || cell.contains(", and ");
    }

    /// The separator; `commas` says whether the column may be parted at commas at all, and even then "a, b, or c" is
    /// one name.
    pub fn separator(self, commas: bool) -> Separator {
        if self.semicolon {
            Separator::Char(';')
        } else if self.pipe {
            Separator::Char('|')
        } else if self.line {
            Separator::Char('\n')
        } else if self.comma && commas && !self.prose {
            Separator::Char(',')
        } else {
            Separator::None
        }
    }
}

/// Columns of these names hold lists even where the parts are only parted by commas.
const LIST_NAMES: &[&str] = &[
    "tags",
    "labels",
    "topics",
    "categories",
    "tickettags",
    "components",
    "conversationtag",
];

/// True when a column of this normal form may be parted at commas.
pub(crate) fn is_list_name(normal: &str) -> bool {
    LIST_NAMES.contains(&normal)
}

/// The elements of a cell, blanks and empty words taken off.
pub(crate) fn split(cell: &str, separator: Separator) -> Vec<String> {
    let cell = cell.trim();
    if cell.starts_with('[')
        && cell.ends_with(']')
        && let Ok(items) = serde_json::from_str::<Vec<String>>(cell)
    {
        return keep(items.iter().map(String::as_str));
    }
    // ClickUp writes `[sale,mail]`.
    let bare = cell.strip_prefix('[').and_then(|cell| cell.strip_suffix(']'));
    let cell = bare.filter(|_| separator == Separator::Char(',')).unwrap_or(cell);
    match separator {
        Separator::None => keep(std::iter::once(cell)),
        Separator::Char(c) => keep(cell.split(c)),
        Separator::Blank => keep(cell.split_whitespace()),
    }
}

fn keep<'a>(items: impl Iterator<Item = &'a str>) -> Vec<String> {
    let trimmed = items.map(|item| item.trim().replace("\r\n", "\n"));
    trimmed.filter(|item| !is_empty(item)).collect()
}

/// Trello's `On site (green)` is the label "On site"; a label without a name is called by its colour.
pub(crate) fn without_colour(label: &str) -> String {
    match label.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, colour)) if name.trim().is_empty() => colour.to_owned(),
        Some((name, colour)) if is_colour(colour) => name.trim().to_owned(),
        _ => label.to_owned(),
    }
}

fn is_colour(word: &str) -> bool {
    let base = word
        .trim_end_matches("_dark")
        .trim_end_matches("_light")
        .trim_end_matches(" dark")
        .trim_end_matches(" light");
    const COLOURS: [&str; 11] = [
        "green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black", "null",
    ];
    COLOURS.contains(&base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_decides_what_parts_its_cells() {
        let check = |column: &[&str], commas: bool, expected: &[&str]| {
            let mut votes = ListVotes::default();
            column.iter().for_each(|cell| votes.count(cell));
            let got: Vec<String> = column
                .iter()
                .flat_map(|cell| split(cell, votes.separator(commas)))
                .collect();
            assert_eq!(got, expected, "{column:?}");
        };
        check(&["a; b", "c, d"], true, &["a", "b", "c, d"]);
        check(&["a, b", "c"], true, &["a", "b", "c"]);
        check(&["a, b", "c"], false, &["a, b", "c"]);
        check(
            &["Payday loan, title loan, or personal loan", "x"],
            true,
            &["Payday loan, title loan, or personal loan", "x"],
        );
        check(&["[\"a, b\", \"c\"]", "[]", "-", "None"], true, &["a, b", "c"]);
        check(&["[sale,mail]", "[]"], true, &["sale", "mail"]);
        check(&["download-and-install_1;"], false, &["download-and-install_1"]);
        assert_eq!(split("one two", Separator::Blank), ["one", "two"]);
    }

    #[test]
    fn label_colours_are_taken_off() {
        let check = |label: &str, expected: &str| assert_eq!(without_colour(label), expected);
        check("On site (green)", "On site");
        check("(sky)", "sky");
        check("Sale (up to 30 %)", "Sale (up to 30 %)");
        check("Plain", "Plain");
    }
}
