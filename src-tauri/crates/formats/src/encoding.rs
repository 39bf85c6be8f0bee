//! Bytes to text: UTF-8 with or without a mark, UTF-16 in either order with or without one, else Windows-1252.
//!
//! UTF-8 is borrowed, not copied. A file that is UTF-8 but for a few bytes stays UTF-8: one broken character must not
//! turn every umlaut of the file into two letters.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A file as text.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    /// The text without its mark.
    pub text: Cow<'a, str>,
    /// Lines in which bytes could not be read and stand as `�`; the first hundred.
    pub lossy_lines: Vec<u64>,
}

/// Bytes looked at to recognise UTF-16 without a mark.
const LOOK: usize = 4_096;

/// Lines with unreadable bytes that are listed.
const MAX_LOSSY_LINES: usize = 100;

/// Decodes `bytes`.
pub(crate) fn decode(bytes: &[u8]) -> Text<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return decode_as(rest, encoding);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_as(bytes, encoding);
    }
    if std::str::from_utf8(bytes).is_ok() || is_nearly_utf8(bytes) {
        return decode_as(bytes, UTF_8);
    }
    decode_as(bytes, WINDOWS_1252)
}

fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Text<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let lossy_lines = if had_errors { replaced_lines(&text) } else { Vec::new() };
    Text { text, lossy_lines }
}

fn replaced_lines(text: &str) -> Vec<u64> {
    let lines = text.split('\n').zip(1_u64..);
    let marked = lines.filter(|(line, _)| line.contains('\u{FFFD}'));
    marked.map(|(_, number)| number).take(MAX_LOSSY_LINES).collect()
}

/// One line of a file that mixes encodings: UTF-8, else Windows-1252.
pub(crate) fn decode_line(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// In UTF-16 of any European language every second byte is nearly always zero, and never the other one.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..LOOK.min(bytes.len())).unwrap_or_default();
    let pairs = head.chunks_exact(2);
    let count = pairs.len();
    if count < 2 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (mut first_zero, mut second_zero) = (0, 0);
    for pair in pairs {
        if let [first, second] = pair {
            first_zero += usize::from(*first == 0);
            second_zero += usize::from(*second == 0);
        }
    }
    let (many, few) = (count * 6 / 10, count / 20);
    if second_zero > many && first_zero <= few {
        Some(UTF_16LE)
    } else if first_zero > many && second_zero <= few {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Holds multi-byte characters, and far more of them than broken ones (a cut at the end of a cell or of the file).
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= bad * 10 || (bad == 1 && is_cut_in_a_character(bytes))
}

/// The only broken character is an unfinished one at the very end.
fn is_cut_in_a_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str) {
        let decoded = decode(bytes);
        assert_eq!(decoded.text, text);
        assert!(decoded.lossy_lines.is_empty(), "{text}");
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn encodings_are_recognised_with_and_without_a_mark() {
        let text = "Titel;Größe\r\nSchuhe;42\r\n";
        check(text.as_bytes(), text);
        check(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), text);
        check(&utf16(text, u16::to_le_bytes), text);
        check(&utf16(text, u16::to_be_bytes), text);
        check(&[b"\xFF\xFE".to_vec(), utf16(text, u16::to_le_bytes)].concat(), text);
        check(&[b"\xFE\xFF".to_vec(), utf16(text, u16::to_be_bytes)].concat(), text);
        check(b"Titel;Gr\xF6\xDFe \x80", "Titel;Größe €");
        check(b"", "");
    }

    #[test]
    fn one_broken_byte_does_not_turn_a_file_into_another_encoding() {
        let mut bytes = "ä".repeat(50).into_bytes();
        bytes.extend(b"\n\xFFend");
        let decoded = decode(&bytes);
        assert!(decoded.text.starts_with("ää"));
        assert_eq!(decoded.lossy_lines, [2]);
        assert_eq!(
            decode(b"a,b\nx,gr\xC3").text,
            "a,b\nx,gr\u{FFFD}",
            "cut in the middle of a character"
        );
    }
}
