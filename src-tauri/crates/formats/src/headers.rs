//! Column names: what stands in the file, and the normal form by which it is matched.

use crate::csv_text::OWN_COLUMN;
use sidedesk_domain::RecordId;
use sidedesk_domain::time::Tz;

/// One column name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// As in the file, outer blanks off.
    pub raw: String,
    /// Lower case, letters and digits only, without a trailing `(…)` and `[type]`: `First Reply (min) [int]` is
    /// `firstreply`.
    pub normal: String,
    /// The zone named in a trailing parenthesis: `Created at (America/New_York)`.
    pub zone: Option<Tz>,
    /// The type in a trailing bracket: `list`.
    pub suffix: Option<String>,
}

impl Header {
    /// Reads a column name.
    pub fn new(raw: &str) -> Self {
        let raw = raw
            .trim()
            .trim_start_matches('\u{FEFF}')
            .replace(['\n', '\r', '\0'], " ");
        let (mut rest, mut zone, mut suffix) = (raw.as_str(), None, None);
        loop {
            let trimmed = rest.trim_end();
            if let Some((before, inside)) = trailing(trimmed, '[', ']') {
                suffix = Some(inside.trim().to_lowercase());
                rest = before;
            } else if let Some((before, inside)) = trailing(trimmed, '(', ')') {
                zone = zone.or_else(|| inside.trim().parse().ok());
                rest = before;
            } else {
                break;
            }
        }
        let mut normal = normal_form(rest);
        if normal.is_empty() {
            normal = normal_form(&raw);
        }
        Self {
            normal,
            zone,
            suffix,
            raw,
        }
    }
}

impl Header {
    /// The column of ids in a table that this program wrote.
    pub fn is_own(&self) -> bool {
        self.raw == OWN_COLUMN
    }
}

/// `abc (x)` → (`abc `, `x`).
fn trailing(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (before, inside) = text.strip_suffix(close)?.rsplit_once(open)?;
    (!before.trim().is_empty()).then_some((before, inside))
}

/// Lower case, letters and digits only.
pub(crate) fn normal_form(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The same for the same columns in any order and spelling.
pub(crate) fn fingerprint(headers: &[Header]) -> String {
    let mut names: Vec<&[u8]> = headers.iter().map(|header| header.normal.as_bytes()).collect();
    names.sort_unstable();
    RecordId::of("columns", &names).to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_their_normal_form() {
        let check = |raw: &str, normal: &str| assert_eq!(Header::new(raw).normal, normal, "{raw}");
        check("Created at", "createdat");
        check(" First reply time (min) ", "firstreplytime");
        check("Ticket Category [list]", "ticketcategory");
        check("Custom field (Story Points)", "customfield");
        check("Größe", "größe");
        check("(only this)", "onlythis");
        check("[x]", "x");
        check("\u{FEFF}Id", "id");
        let intercom = Header::new("Conversation started at (America/New_York)");
        assert_eq!(
            (intercom.normal.as_str(), intercom.zone),
            ("conversationstartedat", Some(Tz::America__New_York))
        );
        assert_eq!(Header::new("Level [list]").suffix.as_deref(), Some("list"));
    }

    #[test]
    fn a_fingerprint_ignores_order_and_spelling() {
        let of = |names: &[&str]| fingerprint(&names.iter().map(|n| Header::new(n)).collect::<Vec<_>>());
        assert_eq!(of(&["Id", "Created at"]), of(&["CREATED_AT", "id"]));
        assert_ne!(of(&["Id", "Created at"]), of(&["Id", "Created"]));
        assert_eq!(of(&["a"]).len(), 32);
    }
}
