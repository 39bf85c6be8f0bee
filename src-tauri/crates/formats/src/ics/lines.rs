//! Content lines: unfolding, names, parameters, escapes, and vCalendar's quoted-printable.

use crate::encoding;
use crate::ledger::Ledger;

/// `DTSTART;TZID=Europe/Berlin:20260301T100000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Physical line where it begins.
    pub number: u64,
    /// Upper case.
    pub name: String,
    /// Upper-case names, quotes taken off the values.
    pub params: Vec<(String, String)>,
    /// As in the file, still escaped.
    pub value: String,
}

impl Line {
    /// A parameter's value.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value as a text.
    pub fn text(&self) -> String {
        unescape(&self.value)
    }
}

/// Content lines of a file; a line that is none is noted and left out.
pub(crate) fn read(bytes: &[u8], ledger: &mut Ledger) -> Vec<Line> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = Vec::new();
    for (number, raw) in unfold(bytes) {
        let text = encoding::decode_line(&raw);
        if text.trim().is_empty() {
            continue;
        }
        match parse(number, &text) {
            Some(line) => lines.push(line),
            None => {
                let shown: String = text.trim().chars().take(40).collect();
                ledger.note(number, format!("\"{shown}\" is not a calendar line; it was left out"));
            }
        }
    }
    lines
}

/// Folded lines put together: (number of the first, bytes). A line that starts with a blank goes on with the one before;
/// so does the line after a quoted-printable one that ends in `=`.
fn unfold(bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut lines: Vec<(u64, Vec<u8>)> = Vec::new();
    for (raw, number) in bytes.split(|b| *b == end).zip(1..) {
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        match (lines.last_mut(), raw) {
            (Some((_, line)), [b' ' | b'\t', rest @ ..]) => line.extend_from_slice(rest),
            (Some((_, line)), rest) if line.ends_with(b"=") && is_quoted_printable(line) => {
                line.pop();
                line.extend_from_slice(rest);
            }
            _ => lines.push((number, raw.to_vec())),
        }
    }
    lines
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line
        .split(|b| *b == b':')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    head.windows(16).any(|part| part == b"QUOTED-PRINTABLE")
}

fn parse(number: u64, text: &str) -> Option<Line> {
    let (head, value) = split_unquoted(text, ':')?;
    let mut parts = Vec::new();
    let mut rest = head;
    while let Some((part, more)) = split_unquoted(rest, ';') {
        parts.push(part);
        rest = more;
    }
    parts.push(rest);
    let (name, params) = parts.split_first()?;
    let name = name.rsplit('.').next()?.trim();
    let sound = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !sound {
        return None;
    }
    let params: Vec<(String, String)> = params
        .iter()
        .map(|param| {
            let (key, value) = param.split_once('=').unwrap_or((param, ""));
            (
                key.trim().to_ascii_uppercase(),
                value.trim().trim_matches('"').to_owned(),
            )
        })
        .collect();
    let quoted = params.iter().any(|(key, value)| {
        // vCalendar 1.0 writes the bare word.
        let word = if value.is_empty() { key } else { value };
        word.eq_ignore_ascii_case("QUOTED-PRINTABLE")
    });
    let charset = params
        .iter()
        .find(|(key, _)| key == "CHARSET")
        .map(|(_, value)| value.as_str());
    Some(Line {
        number,
        name: name.to_ascii_uppercase(),
        value: if quoted {
            decode_quoted_printable(value, charset)
        } else {
            value.to_owned()
        },
        params,
    })
}

/// Cuts at the first `sign` that is not between quotes.
fn split_unquoted(text: &str, sign: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if c == sign && !quoted {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    // A lone quote in the head must not hide the value.
    if quoted { text.split_once(sign) } else { None }
}

fn decode_quoted_printable(value: &str, charset: Option<&str>) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more
            .get(..2)
            .filter(|_| *first == b'=')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = more.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    match charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes())) {
        Some(encoding) => encoding.decode(&bytes).0.into_owned(),
        None => encoding::decode_line(&bytes),
    }
}

/// `\n`, `\,`, `\;`, `\\`.
pub(crate) fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            '\r' => {}
            c => out.push(c),
        }
    }
    out
}

/// The elements of a value parted at commas that are not escaped, unescaped.
pub(crate) fn split_list(value: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        if c == ',' && !escaped {
            items.push(String::new());
        } else if let Some(item) = items.last_mut() {
            item.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    let items = items.iter().map(|item| unescape(item).trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[(u64, &str, &str)]) {
        let mut ledger = Ledger::default();
        let got = read(bytes, &mut ledger);
        let got: Vec<(u64, &str, &str)> = got
            .iter()
            .map(|l| (l.number, l.name.as_str(), l.value.as_str()))
            .collect();
        assert_eq!(got, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn lines_are_unfolded_as_bytes() {
        check(
            b"SUMMARY:Caf\xC3\r\n \xA9 noir\r\nURL:x\r\n",
            &[(1, "SUMMARY", "Café noir"), (3, "URL", "x")],
        );
        check(b"A:1\n\tb\n  c\nB:2", &[(1, "A", "1b c"), (4, "B", "2")]);
        check(b"A:1\rB:2\r", &[(1, "A", "1"), (2, "B", "2")]);
        check(b"\xEF\xBB\xBFA:1", &[(1, "A", "1")]);
        check(b"A:gr\xF6\xDFer", &[(1, "A", "größer")]);
        check(b"no line at all\nB:2", &[(2, "B", "2")]);
    }

    #[test]
    fn parameters_keep_what_is_quoted() {
        let line = parse(1, "item1.organizer;CN=\"Doe; Jane: x\";ROLE=CHAIR:mailto:a@b.c").unwrap();
        assert_eq!((line.name.as_str(), line.value.as_str()), ("ORGANIZER", "mailto:a@b.c"));
        assert_eq!(
            (line.param("CN"), line.param("ROLE")),
            (Some("Doe; Jane: x"), Some("CHAIR"))
        );
    }

    #[test]
    fn old_calendars_write_quoted_printable() {
        check(
            b"DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9=0D=0Aand =\nmore\nURL:x",
            &[(1, "DESCRIPTION", "café\r\nand more"), (3, "URL", "x")],
        );
        check(b"NOTE;QUOTED-PRINTABLE:a=3Db=", &[(1, "NOTE", "a=b=")]);
    }

    #[test]
    fn texts_and_lists_are_unescaped() {
        assert_eq!(unescape("a\\, b\\; c\\nd\\\\e\\"), "a, b; c\nd\\e\\");
        assert_eq!(split_list("Sale, Big\\, bold,,x"), ["Sale", "Big, bold", "x"]);
    }
}
