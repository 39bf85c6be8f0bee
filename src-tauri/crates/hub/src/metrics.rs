//! What the hub counts, printed for Prometheus at `/metrics`. Numbers only: nothing names a board or a device.

use sidedesk_protocol::message::{DeniedWhy, RefusedWhy};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the histogram of commits, in milliseconds: a good disk is at the second, a bad one at the last.
const COMMIT_MS: [u64; 12] = [1, 2, 4, 8, 16, 32, 64, 125, 250, 500, 1000, 5000];

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Entries stored by this process.
    pub entries: Counter,
    /// Entries that another replica stored and this one read.
    pub entries_of_others: Counter,
    /// Receipts that were given again.
    pub resent: Counter,
    /// Pages handed out from memory.
    pub pages_live: Counter,
    /// Pages read for somebody who was behind.
    pub pages_pulled: Counter,
    /// Transactions that failed; everybody in them was told to come back.
    pub failed_commits: Counter,
    /// Histories that do not fit: the alarm.
    pub forks: Counter,
    turned_away: [Counter; TURNED_AWAY.len()],
    refused: [Counter; 5],
    denied: [Counter; 8],
    commits: [Counter; COMMIT_MS.len()],
    commits_slower: Counter,
    commit_micros: Counter,
}

/// Why a connection did not become a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedAway {
    /// There are too many in all.
    Full,
    /// There are too many from its address.
    Address,
    /// Its address comes too often.
    Often,
    /// Its address proved nothing too often.
    Proofs,
    /// No TLS came about.
    Tls,
    /// It took too long.
    Slow,
    /// No head of a request.
    Nonsense,
}

const TURNED_AWAY: [(TurnedAway, &str); 7] = [
    (TurnedAway::Full, "full"),
    (TurnedAway::Address, "address"),
    (TurnedAway::Often, "often"),
    (TurnedAway::Proofs, "proofs"),
    (TurnedAway::Tls, "tls"),
    (TurnedAway::Slow, "slow"),
    (TurnedAway::Nonsense, "nonsense"),
];

/// What is asked at the moment of printing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauges {
    /// Sockets open now.
    pub connections: usize,
    /// Boards open now.
    pub boards: usize,
    /// Jobs that wait for a writer, over all boards.
    pub jobs: usize,
    /// Bytes of frames that wait for a writer.
    pub waiting_len: usize,
}

const REFUSED: [(RefusedWhy, &str); 5] = [
    (RefusedWhy::Gap, "gap"),
    (RefusedWhy::SealAgain, "seal_again"),
    (RefusedWhy::Cloned, "cloned"),
    (RefusedWhy::Never, "never"),
    (RefusedWhy::Later, "later"),
];
const DENIED: [(DeniedWhy, &str); 8] = [
    (DeniedWhy::Version, "version"),
    (DeniedWhy::NotAMember, "not_a_member"),
    (DeniedWhy::Proof, "proof"),
    (DeniedWhy::NoWorkspace, "no_board"),
    (DeniedWhy::Fork, "fork"),
    (DeniedWhy::Invite, "invite"),
    (DeniedWhy::Nonsense, "nonsense"),
    (DeniedWhy::Busy, "busy"),
];

impl Metrics {
    /// An op was not taken.
    pub fn refused(&self, why: RefusedWhy) {
        count(&self.refused, REFUSED.iter().position(|(known, _)| *known == why));
    }

    /// A connection did not become a conversation.
    pub fn turned_away(&self, why: TurnedAway) {
        count(
            &self.turned_away,
            TURNED_AWAY.iter().position(|(known, _)| *known == why),
        );
    }

    /// The door stayed shut.
    pub fn denied(&self, why: DeniedWhy) {
        count(&self.denied, DENIED.iter().position(|(known, _)| *known == why));
        if why == DeniedWhy::Fork {
            self.forks.add(1);
        }
    }

    /// A transaction took so long, from its beginning until it was durable.
    pub fn committed(&self, took: Duration) {
        let ms = took.as_secs_f64() * 1000.0;
        let bucket = COMMIT_MS.iter().position(|bound| ms <= to_f64(*bound));
        match bucket.and_then(|bucket| self.commits.get(bucket)) {
            Some(counter) => counter.add(1),
            None => self.commits_slower.add(1),
        }
        self.commit_micros
            .add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// The page for Prometheus, text format 0.0.4.
    pub fn print(&self, gauges: Gauges) -> String {
        let mut text = String::new();
        let counters = [
            ("entries_total", "Entries stored by this process", &self.entries),
            (
                "entries_of_others_total",
                "Entries that another replica stored",
                &self.entries_of_others,
            ),
            (
                "receipts_resent_total",
                "Ops that were sent again and had their place",
                &self.resent,
            ),
            ("pages_live_total", "Pages handed out from memory", &self.pages_live),
            (
                "pages_pulled_total",
                "Pages read from the database for a reader that was behind",
                &self.pages_pulled,
            ),
            ("commits_failed_total", "Transactions that failed", &self.failed_commits),
            (
                "forks_total",
                "Histories that do not fit each other: look into the log",
                &self.forks,
            ),
        ];
        for (name, help, counter) in counters {
            put(&mut text, name, help, "counter", &[("", counter.get())]);
        }
        let gauges = [
            ("connections", "Sockets open now", gauges.connections),
            ("boards_open", "Boards open now", gauges.boards),
            ("queue_jobs", "Jobs that wait for a writer", gauges.jobs),
            (
                "queue_bytes",
                "Bytes of frames that wait for a writer",
                gauges.waiting_len,
            ),
        ];
        for (name, help, value) in gauges {
            put(&mut text, name, help, "gauge", &[("", value as u64)]);
        }
        let by_kind = |counters: &[Counter], names: &[&str]| -> Vec<(String, u64)> {
            let label = |name: &&str| format!("{{why=\"{name}\"}}");
            names.iter().map(label).zip(counters.iter().map(Counter::get)).collect()
        };
        let refused = by_kind(&self.refused, &REFUSED.map(|(_, name)| name));
        put(
            &mut text,
            "refused_total",
            "Ops that were not taken",
            "counter",
            &refused,
        );
        let denied = by_kind(&self.denied, &DENIED.map(|(_, name)| name));
        put(
            &mut text,
            "denied_total",
            "Sessions that were denied",
            "counter",
            &denied,
        );
        let turned_away = by_kind(&self.turned_away, &TURNED_AWAY.map(|(_, name)| name));
        let help = "Connections that did not become a conversation";
        put(&mut text, "turned_away_total", help, "counter", &turned_away);
        self.print_commits(&mut text);
        text
    }

    fn print_commits(&self, text: &mut String) {
        const NAME: &str = "sidedesk_hub_commit_seconds";
        let _ = writeln!(text, "# HELP {NAME} Transactions, from begin to durable");
        let _ = writeln!(text, "# TYPE {NAME} histogram");
        let mut sum = 0;
        for (bound, counter) in COMMIT_MS.iter().zip(&self.commits) {
            sum += counter.get();
            let _ = writeln!(text, "{NAME}_bucket{{le=\"{}\"}} {sum}", to_f64(*bound) / 1000.0);
        }
        sum += self.commits_slower.get();
        let seconds = to_f64(self.commit_micros.get()) / 1e6;
        let _ = writeln!(text, "{NAME}_bucket{{le=\"+Inf\"}} {sum}");
        let _ = writeln!(text, "{NAME}_sum {seconds}");
        let _ = writeln!(text, "{NAME}_count {sum}");
    }
}

fn count(counters: &[Counter], index: Option<usize>) {
    if let Some(counter) = index.and_then(|index| counters.get(index)) {
        counter.add(1);
    }
}

fn put(text: &mut String, name: &str, help: &str, kind: &str, values: &[(impl AsRef<str>, u64)]) {
    let _ = writeln!(text, "# HELP sidedesk_hub_{name} {help}");
    let _ = writeln!(text, "# TYPE sidedesk_hub_{name} {kind}");
    for (labels, value) in values {
        let _ = writeln!(text, "sidedesk_hub_{name}{} {value}", labels.as_ref());
    }
}

/// For printing; what is lost beyond 2^53 is not seen.
#[expect(clippy::cast_precision_loss, reason = "printed only")]
fn to_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_was_counted() {
        let metrics = Metrics::default();
        metrics.entries.add(3);
        metrics.refused(RefusedWhy::Cloned);
        metrics.denied(DeniedWhy::Fork);
        metrics.turned_away(TurnedAway::Slow);
        for ms in [1, 3, 3, 9000] {
            metrics.committed(Duration::from_millis(ms));
        }
        let page = metrics.print(Gauges {
            connections: 7,
            ..Gauges::default()
        });
        for line in [
            "sidedesk_hub_entries_total 3",
            "sidedesk_hub_connections 7",
            "sidedesk_hub_refused_total{why=\"cloned\"} 1",
            "sidedesk_hub_refused_total{why=\"later\"} 0",
            "sidedesk_hub_forks_total 1",
            "sidedesk_hub_turned_away_total{why=\"slow\"} 1",
            "sidedesk_hub_commit_seconds_bucket{le=\"0.001\"} 1",
            "sidedesk_hub_commit_seconds_bucket{le=\"0.004\"} 3",
            "sidedesk_hub_commit_seconds_bucket{le=\"+Inf\"} 4",
            "sidedesk_hub_commit_seconds_count 4",
            "sidedesk_hub_commit_seconds_sum 9.007",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
    }
}
