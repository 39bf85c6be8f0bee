//! What is taken off a text before its words are looked at: markup, addresses, numbers of one case, quotes, signatures.
//!
//! All of these are shared by reports that have nothing else in common, or by none at all. Source of the rule:
//! product.md §8.5. Works on text that is lower case already.

/// A tag that does not end within so many bytes is not a tag.
const MAX_TAG_BYTES: usize = 400;
/// Digits that make a token the number of one case: an order, a telephone, a year with a month.
const MIN_NUMBER_DIGITS: usize = 4;

/// Beginnings of a line that end what somebody had to say. Short on purpose: a closing that is missed costs little, a
/// sentence that is cut costs a report.
const CLOSINGS: [&str; 16] = [
    "best regards",
    "kind regards",
    "warm regards",
    "regards,",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "best wishes",
    "sent from my",
    "get outlook for",
    "mit freundlichen gr",
    "freundliche gr",
    "viele gr",
    "beste gr",
    "gesendet von",
    "von meinem iphone",
];

/// The text without markup, quoted lines and the signature; one line stays one line.
pub fn without_frame(lower: &str) -> String {
    let plain = without_tags(lower);
    let mut kept = String::with_capacity(plain.len());
    for line in plain.lines() {
        let line = line.trim();
        let is_closing = line == "--" || CLOSINGS.iter().any(|closing| line.starts_with(closing));
        if is_closing && !kept.trim().is_empty() {
            break;
        }
        if !line.starts_with('>') {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Tags and entities become a space.
fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let length = if from.starts_with('<') { tag(from) } else { entity(from) };
        match length.and_then(|length| from.get(length..)) {
            Some(after) => {
                // A paragraph's end is a line's end.
                kept.push(if from.starts_with("</p") || from.starts_with("<br") {
                    '\n'
                } else {
                    ' '
                });
                rest = after;
            }
            None => {
                kept.push(' ');
                rest = from.get(1..).unwrap_or("");
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// The bytes of the tag that `text` begins with.
fn tag(text: &str) -> Option<usize> {
    let second = text.chars().nth(1)?;
    if !second.is_ascii_alphabetic() && second != '/' && second != '!' {
        return None;
    }
    let end = text.bytes().take(MAX_TAG_BYTES).position(|byte| byte == b'>')?;
    Some(end + 1)
}

/// The bytes of the entity that `text` begins with: `&nbsp;`, `&#39;`.
fn entity(text: &str) -> Option<usize> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    is_name.then_some(end + 1)
}

/// Whether a piece of text between blanks says something about one case only: an address, a link, an order's number.
pub fn is_of_one_case(token: &str) -> bool {
    if token.contains("://") || token.starts_with("www.") {
        return true;
    }
    if let Some((name, host)) = token.split_once('@')
        && name.ends_with(char::is_alphanumeric)
        && host.contains('.')
    {
        return true;
    }
    let digits = token.chars().filter(|c| c.is_numeric()).count();
    let letters = token.chars().filter(|c| c.is_alphabetic()).count();
    digits >= MIN_NUMBER_DIGITS && digits >= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_taken_off() {
        let check = |text: &str, expected: &str| assert_eq!(without_frame(text).trim(), expected, "{text}");
        check("<p>my card</p><p>is&nbsp;lost</p>", "my card\nis lost");
        check("5 < 6 & 7 > 6", "5   6   7 > 6");
        check("card lost\n> you wrote\n> so\nstill", "card lost\nstill");
        check("card lost\nkind regards\nann", "card lost");
        check("card lost\n--\nann, sales", "card lost");
        check("viele grüße sind angekommen", "viele grüße sind angekommen");
        check("", "");
    }

    #[test]
    fn numbers_and_addresses_of_one_case() {
        for token in [
            "https://a.b/c",
            "www.shop.de",
            "ann@b.org,",
            "#10045",
            "inv-2024-001",
            "+49-170-1234",
        ] {
            assert!(is_of_one_case(token), "{token}");
        }
        for token in ["card", "2fa", "@home", "24/7", "a@b", "404", "covid-19", "$15"] {
            assert!(!is_of_one_case(token), "{token}");
        }
    }
}
