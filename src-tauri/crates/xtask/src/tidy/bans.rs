//! What must not come into the build: the bans of `deny.toml`, held against `Cargo.lock`.
//!
//! cargo-deny checks them too, and more; but it is not installed everywhere, and a second TLS stack that came in with
//! some update is not a thing to learn weeks later. The list is written once, in `deny.toml`, one ban on a line.

use super::finding::Finding;
use crate::lock::Locked;

const FILE: &str = "deny.toml";
const REPAIR: &str = "deny.toml says why it is banned; find out who brings it with `cargo tree --invert`";

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Ban<'a> {
    line: usize,
    name: &'a str,
    /// Only versions below this one.
    below: Option<&'a str>,
    /// It may be there once.
    once: bool,
}

pub fn check(deny: &str, crates: &[Locked]) -> Vec<Finding> {
    let (bans, mut findings) = read(deny);
    if bans.is_empty() {
        findings.push(Finding::new(
            FILE,
            1,
            "no ban could be read",
            "Keep one ban on a line of `deny = [`",
        ));
    }
    for ban in bans {
        let there: Vec<&Locked> = crates.iter().filter(|locked| locked.name == ban.name).collect();
        let bad: Vec<&str> = there
            .iter()
            .filter(|locked| match ban.below {
                _ if ban.once => there.len() > 1,
                Some(bound) => numbers(&locked.version) < numbers(bound),
                None => true,
            })
            .map(|locked| locked.version.as_str())
            .collect();
        if !bad.is_empty() {
            let what = format!("{} {} is in Cargo.lock", ban.name, bad.join(" and "));
            findings.push(Finding::new(FILE, ban.line, what, REPAIR));
        }
    }
    findings
}

fn read(deny: &str) -> (Vec<Ban<'_>>, Vec<Finding>) {
    let (mut bans, mut findings) = (Vec::new(), Vec::new());
    let lines = deny
        .lines()
        .zip(1..)
        .skip_while(|(line, _)| *line != "deny = [")
        .skip(1);
    for (text, line) in lines.take_while(|(line, _)| *line != "]") {
        let entry = text.trim();
        if entry.is_empty() || entry.starts_with('#') {
            continue;
        }
        let quoted = entry
            .split_once("crate = \"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let Some((spec, rest)) = quoted else {
            findings.push(Finding::new(
                FILE,
                line,
                "a ban that cannot be read",
                "Write { crate = \"name\", … }",
            ));
            continue;
        };
        let (name, below) = match spec.split_once(":<") {
            Some((name, below)) => (name, Some(below)),
            None => (spec, None),
        };
        let once = rest.contains("deny-multiple-versions = true");
        bans.push(Ban {
            line,
            name,
            below,
            once,
        });
    }
    (bans, findings)
}

/// `0.37.0-rc` as 0, 37, 0.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.')
        .map(|number| number.parse().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::seen;
    use super::*;
    use crate::lock;
    use crate::tree::Tree;

    fn locked(packages: &[(&str, &str)]) -> Vec<Locked> {
        let package = |(name, version): &(&str, &str)| Locked {
            name: (*name).to_owned(),
            version: (*version).to_owned(),
            source: Some("registry".to_owned()),
            checksum: None,
            needs: Vec::new(),
        };
        packages.iter().map(package).collect()
    }

    const DENY: &str = "[bans]\ndeny = [\n    # why\n    { crate = \"openssl\", reason = \"x\" },\n    { crate = \
                        \"sqlite:<0.37\", reason = \"x\" },\n    { crate = \"tls\", deny-multiple-versions = true },\n]\n";

    #[test]
    fn a_banned_crate_an_old_one_and_a_second_copy_are_caught() {
        let good = locked(&[("tls", "1.0.0"), ("sqlite", "0.37.0"), ("other", "1.0.0")]);
        assert_eq!(seen(&check(DENY, &good)), Vec::<String>::new());
        let bad = locked(&[
            ("openssl", "1.0.0"),
            ("sqlite", "0.36.9"),
            ("tls", "1.0.0"),
            ("tls", "2.0.0"),
        ]);
        assert_eq!(
            seen(&check(DENY, &bad)),
            [
                "4: openssl 1.0.0 is in Cargo.lock",
                "5: sqlite 0.36.9 is in Cargo.lock",
                "6: tls 1.0.0 and 2.0.0 is in Cargo.lock",
            ]
        );
    }

    #[test]
    fn a_list_that_cannot_be_read_is_not_an_empty_one() {
        assert_eq!(check("deny = [\n    \"openssl\",\n]\n", &[]).len(), 2);
        assert_eq!(check("", &[]).len(), 1);
    }

    /// The real list, and the real lock with each of its bans planted.
    #[test]
    fn every_ban_of_this_project_is_caught_when_it_comes() {
        let root = Tree::find().unwrap().root;
        let deny = std::fs::read_to_string(root.join("deny.toml")).unwrap();
        let crates = lock::crates(&std::fs::read_to_string(root.join("Cargo.lock")).unwrap()).unwrap();
        assert_eq!(seen(&check(&deny, &crates)), Vec::<String>::new());
        let (bans, _) = read(&deny);
        for ban in &bans {
            let mut planted = crates.clone();
            planted.extend(locked(&[(ban.name, "0.0.1"), (ban.name, "0.0.2")]));
            assert!(!check(&deny, &planted).is_empty(), "{ban:?}");
        }
        for name in [
            "openssl-sys",
            "native-tls",
            "aws-lc-rs",
            "libsqlite3-sys",
            "rustls",
            "ring",
        ] {
            assert!(bans.iter().any(|ban| ban.name == name), "{name} is not in the list");
        }
    }
}
