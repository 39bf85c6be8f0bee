//! One thing that is not as agreed.

use std::fmt;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
    /// What to do about it.
    pub repair: &'static str,
    /// A remark does not fail the run.
    pub fails: bool,
}

impl Finding {
    pub fn new(path: &str, line: usize, what: impl Into<String>, repair: &'static str) -> Finding {
        Finding {
            path: path.to_owned(),
            line,
            what: what.into(),
            repair,
            fails: true,
        }
    }

    pub fn remark(path: &str, line: usize, what: impl Into<String>, repair: &'static str) -> Finding {
        Finding {
            fails: false,
            ..Finding::new(path, line, what, repair)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.fails { "" } else { "remark: " };
        write!(
            out,
            "{}:{}: {kind}{}. {}.",
            self.path, self.line, self.what, self.repair
        )
    }
}

/// For tests: the lines and the words of what was found.
#[cfg(test)]
pub fn seen(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{}: {}", finding.line, finding.what))
        .collect()
}
