//! Privacy at the door (product §7.6 point 6): e-mail addresses, telephone numbers and long order numbers do not enter
//! the board inside a customer's text.
//!
//! Masked: `jane@example.com` → `[e-mail]`, `+44 20 7946 0958` → `[phone]`, `112-1234567-1234567` → `[number]`.
//! Left alone: dates, times, amounts with decimals, version numbers, IP addresses, years, numbers of up to eight digits.

use std::borrow::Cow;

/// What stands in place of an address.
const EMAIL: &str = "[e-mail]";
/// What stands in place of a telephone number.
const PHONE: &str = "[phone]";
/// What stands in place of an order, account or card number.
const NUMBER: &str = "[number]";

/// Digits from which a number names somebody.
const LONG: usize = 9;
/// Digits from which a number after `#` does.
const LONG_AFTER_HASH: usize = 6;
/// Digits of the longest telephone number (E.164).
const MAX_PHONE: usize = 15;

/// The text with addresses and numbers masked; borrowed when there was nothing to mask.
pub fn mask(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let found = match byte {
            b'@' => email(bytes, at, copied).map(|(from, to)| (from, to, EMAIL)),
            b'0'..=b'9' | b'+' | b'(' if !follows_word(bytes, at) => number(bytes, at),
            _ => None,
        };
        match found {
            Some((from, to, word)) => {
                // Both ends are beside ASCII bytes, so they are borders of characters.
                out.push_str(text.get(copied..from).unwrap_or_default());
                out.push_str(word);
                (copied, at) = (to, to);
            }
            None if byte.is_ascii_digit() => at = end_of(bytes, at, u8::is_ascii_digit),
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

fn end_of(bytes: &[u8], from: usize, fits: impl Fn(&u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|b| fits(b)).count()
}

/// A digit inside a word or a decimal is not the start of a number.
fn follows_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
    before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b',' | b':' | b'/') || *b >= 0x80)
}

/// The borders of an address around the `@`.
fn email(bytes: &[u8], at: usize, floor: usize) -> Option<(usize, usize)> {
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-');
    let host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let before = bytes.get(floor..at)?.iter().rev().take_while(|b| name(b)).count();
    let mut to = end_of(bytes, at + 1, host);
    while to > at && matches!(bytes.get(to - 1), Some(b'.' | b'-')) {
        to -= 1;
    }
    let domain = bytes.get(at + 1..to)?;
    let top = domain.rsplit(|b| *b == b'.').next()?;
    let real = domain.contains(&b'.') && top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic);
    (before > 0 && real).then_some((at - before, to))
}

/// A run of digit groups parted by single signs, from `from`.
fn number(bytes: &[u8], from: usize) -> Option<(usize, usize, &'static str)> {
    let (mut at, mut digits, mut groups, mut years, mut dots) = (from, 0, Vec::new(), Vec::new(), 0);
    let plus = matches!(bytes.get(from), Some(b'+' | b'('));
    let mut to = from;
    loop {
        let end = end_of(bytes, at, u8::is_ascii_digit);
        if end > at {
            groups.push(end - at);
            years.push(
                bytes
                    .get(at..end)
                    .is_some_and(|group| group.starts_with(b"19") || group.starts_with(b"20")),
            );
            digits += end - at;
            to = end;
        }
        // Up to two signs part groups: ") ", "- ", " (".
        let signs = end_of(bytes, end, |b| matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+'));
        if signs == end && end > from || signs > end + 2 || (signs == end && !plus) {
            break;
        }
        dots += usize::from(bytes.get(end) == Some(&b'.'));
        if !bytes.get(signs).is_some_and(u8::is_ascii_digit) {
            break;
        }
        at = signs;
    }
    let next = bytes.get(to);
    let single = groups.len() == 1;
    let hash = from.checked_sub(1).and_then(|i| bytes.get(i)) == Some(&b'#');
    if hash && single && digits >= LONG_AFTER_HASH {
        return Some((from, to, NUMBER));
    }
    let goes_on = next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':' | b'/' | b'%') || *b >= 0x80);
    let dotted = dots > 0 && dots + 1 == groups.len() && groups.iter().all(|len| *len <= 3);
    if digits < LONG || goes_on && !single || dotted || !plus && is_date(&groups, &years) {
        return None;
    }
    if single && !plus {
        return Some((from, to, NUMBER));
    }
    let short_groups = groups.iter().filter(|len| **len == 1).count();
    if groups.len() > 6 || short_groups > 2 {
        return None;
    }
    Some((
        from,
        to,
        if digits <= MAX_PHONE && groups.iter().all(|len| *len < 8) || plus {
            PHONE
        } else {
            NUMBER
        },
    ))
}

/// `2023-07-10 17` and `10.07.2023 17`: the groups of a date with what follows it.
fn is_date(groups: &[usize], years: &[bool]) -> bool {
    match (groups, years) {
        ([4, 2, 2, rest @ ..], [true, ..]) | ([1 | 2, 1 | 2, 4, rest @ ..], [_, _, true, ..]) => rest.len() <= 2,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected, "{text}");
        assert_eq!(mask(expected), expected, "masking twice changes nothing");
    }

    #[test]
    fn addresses_and_numbers_of_people_are_masked() {
        check(
            "Write to jane.doe+x@mail.example.co.uk, soon",
            "Write to [e-mail], soon",
        );
        check("ä@b jane@example.com.", "ä@b [e-mail].");
        check("a@x.de b@y.de", "[e-mail] [e-mail]");
        check("Call +44 20 7946 0958 now", "Call [phone] now");
        check("Call (555) 123-4567 or 555-123-4567", "Call [phone] or [phone]");
        check("Tel: 030 / 1234567, 0301234567", "Tel: 030 / 1234567, [number]");
        check("+4915112345678", "[phone]");
        check("Order 112-1234567-1234567 is late", "Order [number] is late");
        check("order #123456, ticket #12", "order #[number], ticket #12");
        check("IBAN 4111 1111 1111 1111", "IBAN [number]");
        check("account 123456789.", "account [number].");
    }

    #[test]
    fn what_names_nobody_is_left_alone() {
        for text in [
            "",
            "On 2023-07-10 17:02 and 10.07.2023 17:02",
            "version 115.0.1",
            "192.168.100.200",
            "$1,234,567.89",
            "KB4012345",
            "In 2023, 12 of 40",
            "{$200.00}",
            "me @ home",
            "@handle",
            "1. 2. 3.",
            "50 % of 12345678",
            "https://example.com/q/1418039",
            "über 100",
            "a@b",
            "x@y.1",
        ] {
            check(text, text);
        }
        assert!(matches!(mask("nothing here"), Cow::Borrowed(_)));
    }
}
