//! Which links leave the window: only those that a browser or a mail program opens.

use tauri::Url;

/// Longer ones are no links that a person typed or a tool wrote.
const MAX_LINK_LEN: usize = 2000;

/// The address as it may be handed to the system; `None` for everything that is not `https` or `mailto`.
pub fn allowed(typed: &str) -> Option<Url> {
    if typed.len() > MAX_LINK_LEN {
        return None;
    }
    let url = typed.trim().parse::<Url>().ok()?;
    match url.scheme() {
        "https" => url.host_str().map(|_| ()),
        "mailto" => Some(()),
        _ => None,
    }?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_are_opened() {
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(allowed(typed).as_ref().map(Url::as_str), expected, "{typed}")
        };
        check("https://example.com/a?b=c#d", Some("https://example.com/a?b=c#d"));
        check(" HTTPS://Example.com ", Some("https://example.com/"));
        check("mailto:lead@example.com", Some("mailto:lead@example.com"));
        check("http://example.com", None);
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
        check("smb://example.com/share", None);
        check("data:text/html,x", None);
        check("example.com", None);
        check("-h", None);
        check("https://", None);
        check(&format!("https://example.com/{}", "x".repeat(2000)), None);
        // Nothing that a shell or a program would take for more than one word.
        check("https://example.com/a b\"c", Some("https://example.com/a%20b%22c"));
    }
}
