//! `cargo xtask test`: everything that has to hold before a change is shared, the cheapest first.
//!
//! Every step runs even when an earlier one has failed, unless it stands on that one: whoever reads the end of the
//! output learns all there is to repair. The last line is `N passed, N failed`, where a step without tests of its own
//! counts as one.
//!
//! The invocations are fixed. `cargo build --workspace --all-targets` builds exactly what `cargo test --workspace` and
//! the generated files need afterwards; `-p` would choose other features and compile the same crates again.

mod counts;
mod steps;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use self::counts::Counts;
use crate::licences;
use crate::needs::{self, For};
use crate::progress::{Progress, note, seconds};
use crate::tree::Tree;

/// A step of the test run, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Step {
    /// rustfmt
    Fmt,
    /// The conventions that no compiler checks
    Tidy,
    /// Licences, doubles and sources of dependencies
    Deny,
    /// Known holes in dependencies, where the database of them is here
    Advisories,
    /// npm packages, type check, lint, tests and build of the pages
    Ui,
    /// clippy, warnings are failures
    Clippy,
    /// Every program and test
    Build,
    /// Every Rust test, with real processes and windows
    Test,
    /// Generated files are what would be generated
    Generated,
}

/// What came of a step.
enum Outcome {
    Passed(Counts),
    Failed(Counts, String),
    NotRun(String),
}

struct Report {
    step: Step,
    outcome: Outcome,
    took: Duration,
}

/// The whole run, or one step of it.
pub fn test(tree: &Tree, only: Option<Step>) -> Result<ExitCode> {
    let steps: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|step| only.is_none_or(|o| o == *step))
        .collect();
    let mut progress = Progress::new(steps.len() + 1);
    if let Some(code) = progress.step("needs", || needed_for(tree, only)).0? {
        return Ok(code);
    }
    let mut reports: Vec<Report> = Vec::new();
    for step in steps {
        if let Some(why) = in_the_way(step, &reports) {
            reports.push(Report {
                step,
                outcome: Outcome::NotRun(why),
                took: Duration::ZERO,
            });
            continue;
        }
        let (outcome, took) = progress.step(name(step), || run_one(tree, step));
        if let Outcome::Failed(_, why) = &outcome {
            note(&format!("{} failed: {why}", name(step)));
        }
        reports.push(Report { step, outcome, took });
    }
    let total = summary(&reports);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn needed_for(tree: &Tree, only: Option<Step>) -> Result<Option<ExitCode>> {
    match only {
        Some(Step::Fmt | Step::Tidy | Step::Deny | Step::Advisories) => Ok(None),
        _ => needs::ensure(tree, For::Test),
    }
}

fn run_one(tree: &Tree, step: Step) -> Outcome {
    let result = match step {
        Step::Fmt => steps::fmt(tree),
        Step::Tidy => steps::tidy(tree),
        Step::Deny => match (licences::check(tree), steps::deny(tree)) {
            (Err(bad), _) => Err(bad),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => {
                let why = "licences are right; the rest was NOT CHECKED: cargo-deny is not installed";
                return Outcome::NotRun(why.to_owned());
            }
        },
        Step::Advisories => match steps::no_advisories() {
            Some(why) => return Outcome::NotRun(why.to_owned()),
            None => steps::advisories(tree),
        },
        Step::Ui => steps::ui(tree),
        Step::Clippy => steps::clippy(tree),
        Step::Build => steps::build(tree),
        Step::Test => steps::test(tree),
        Step::Generated => steps::generated(tree),
    };
    judge(result)
}

/// A step that ran to its end says how many tests it had and whether it was good; one that could not run says why.
fn judge(result: Result<(Counts, bool)>) -> Outcome {
    match result {
        Ok((counts, true)) if counts.failed == 0 => Outcome::Passed(counts.or_one_passed()),
        Ok((counts, _)) => Outcome::Failed(counts.or_one_failed(), "see above".to_owned()),
        Err(error) => Outcome::Failed(Counts::default().or_one_failed(), format!("{error:#}")),
    }
}

/// The failed step that `step` stands on, if there is one.
fn in_the_way(step: Step, reports: &[Report]) -> Option<String> {
    let stands_on: &[Step] = match step {
        Step::Fmt | Step::Tidy | Step::Deny | Step::Advisories | Step::Ui => &[],
        Step::Clippy | Step::Build => &[Step::Ui],
        Step::Test | Step::Generated => &[Step::Build],
    };
    let bad = reports.iter().find(|report| {
        stands_on.contains(&report.step)
            && match &report.outcome {
                Outcome::Passed(_) => false,
                Outcome::NotRun(_) => true,
                // Failing page tests are no reason to keep quiet about the rest: only a missing build is.
                Outcome::Failed(counts, _) => report.step != Step::Ui || counts.passed == 0,
            }
    })?;
    Some(format!("{} comes first", name(bad.step)))
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Fmt => "fmt",
        Step::Tidy => "tidy",
        Step::Deny => "deny",
        Step::Advisories => "advisories",
        Step::Ui => "ui",
        Step::Clippy => "clippy",
        Step::Build => "build",
        Step::Test => "test",
        Step::Generated => "generated",
    }
}

/// The table of steps and, as the last line of stdout, the sum.
fn summary(reports: &[Report]) -> Counts {
    let mut total = Counts::default();
    println!("\n{:<11}{:>9}  result", "step", "seconds");
    for report in reports {
        let (counts, words) = match &report.outcome {
            Outcome::Passed(counts) => (*counts, "passed".to_owned()),
            Outcome::Failed(counts, why) => (*counts, format!("FAILED: {}", why.lines().next().unwrap_or_default())),
            Outcome::NotRun(why) => (Counts::default(), format!("not run: {why}")),
        };
        println!(
            "{:<11}{:>9}  {words}",
            name(report.step),
            seconds(report.took).trim_end_matches(" s")
        );
        total.add(counts);
    }
    println!("\n{total}");
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(step: Step, outcome: Outcome) -> Report {
        Report {
            step,
            outcome,
            took: Duration::ZERO,
        }
    }

    fn failed(passed: u64) -> Outcome {
        Outcome::Failed(Counts { passed, failed: 1 }, "why".to_owned())
    }

    #[test]
    fn a_step_waits_for_what_it_stands_on_and_for_nothing_else() {
        let reports = [report(Step::Fmt, failed(0)), report(Step::Ui, failed(0))];
        assert_eq!(in_the_way(Step::Tidy, &reports), None);
        assert_eq!(in_the_way(Step::Clippy, &reports), Some("ui comes first".to_owned()));
        let reports = [report(Step::Build, Outcome::NotRun("x".to_owned()))];
        assert_eq!(in_the_way(Step::Test, &reports), Some("build comes first".to_owned()));
        let reports = [report(Step::Ui, failed(12)), report(Step::Clippy, failed(0))];
        assert_eq!(
            in_the_way(Step::Build, &reports),
            None,
            "a failing page test leaves a built page"
        );
    }

    #[test]
    fn no_failure_is_lost_in_the_sum() {
        let sum = |outcome| summary(&[report(Step::Test, outcome)]);
        assert_eq!(
            sum(judge(Ok((Counts { passed: 7, failed: 0 }, true)))),
            Counts { passed: 7, failed: 0 }
        );
        assert_eq!(
            sum(judge(Ok((Counts { passed: 7, failed: 2 }, false)))),
            Counts { passed: 7, failed: 2 }
        );
        assert_eq!(
            sum(judge(Ok((Counts { passed: 7, failed: 2 }, true)))),
            Counts { passed: 7, failed: 2 }
        );
        assert_eq!(
            sum(judge(Ok((Counts { passed: 7, failed: 0 }, false)))),
            Counts { passed: 7, failed: 1 }
        );
        assert_eq!(
            sum(judge(Ok((Counts::default(), true)))),
            Counts { passed: 1, failed: 0 }
        );
        assert_eq!(sum(judge(Err(anyhow::anyhow!("x")))), Counts { passed: 0, failed: 1 });
    }
}
