//! What a run leaves behind in files: reports where they were asked for, and a bundle where something failed.

use super::{Outcome, Run, Task};
use crate::{
    scenario::{
        Checked, Report,
        report::{Page, csv, html},
    },
    screen::program,
};
use std::{fs, path::Path};

/// What to do where a file cannot be written.
pub(super) const ELSEWHERE: &str =
    "name another place with --report, --junit or --bundle; nothing else is lost";

impl Run {
    /// Writes what was asked for and what a failure needs.
    pub(super) fn leave(&self, task: &Task, outcome: &Outcome) -> Result<(), String> {
        let Ok(report) = &outcome.ended else { return Ok(()) };
        if let Some(folder) = &self.report {
            write_report(&folder.join(&outcome.name), &task.checked, report)?;
        }
        if report.held() != self.broken {
            return Ok(());
        }
        let folder = self.bundle.join(&outcome.name);
        write_report(&folder, &task.checked, report)?;
        // Not the changed file: the line that runs it again changes it again.
        write(&folder, "scenario.toml", &task.source.text)?;
        write(&folder, "again.txt", &(self.again("scenario.toml", report) + "\n"))?;
        write(&folder, "trace.txt", &(report.trace.join("\n") + "\n"))?;
        let logs = folder.join("logs");
        report.logs.iter().try_for_each(|(name, text)| write(&logs, &format!("{name}.log"), text))
    }

    /// The line for the shell that runs a scenario again as it ran.
    pub(super) fn again(&self, place: &str, report: &Report) -> String {
        let broken = if self.broken { " --broken" } else { "" };
        let (program, place) = (quoted(&program()), quoted(place));
        format!("{program} scenario run {place} --on {} --seed {}{broken}", report.layer, report.seed)
    }
}

/// A word as the shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || "-_./:@%+,=".contains(sign);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn write_report(folder: &Path, checked: &Checked, report: &Report) -> Result<(), String> {
    let said = |finding: &crate::scenario::run::Finding| {
        let facts: Vec<String> =
            finding.facts.iter().map(|(fact, value)| format!("{fact} = {value}")).collect();
        let why = if finding.about.is_empty() { String::new() } else { format!("{} ", finding.about) };
        (finding.expr.clone(), finding.held, format!("{why}({}) {}", finding.found(), facts.join(", ")))
    };
    let page = Page {
        title: report.scenario.clone(),
        about: checked.scenario.about.clone(),
        facts: vec![
            ("ran on".to_owned(), report.layer.to_string()),
            ("seed".to_owned(), report.seed.to_string()),
            ("blocks".to_owned(), report.height.to_string()),
            ("state root".to_owned(), report.root.to_string()),
        ],
        checks: report.findings.iter().map(said).collect(),
        plots: checked.scenario.report.plots.iter().map(|plot| plot.get_ref().clone()).collect(),
    };
    write(folder, "report.html", &html(&page, &report.recording))?;
    let json = serde_json::to_string_pretty(report).unwrap_or_default();
    write(folder, "report.json", &(json + "\n"))?;
    csv(&report.recording).iter().try_for_each(|(name, table)| write(folder, name, table))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let file = folder.join(name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_for_the_shell() {
        let table =
            [("clipping", "clipping"), ("./a b.toml", "'./a b.toml'"), ("it's", r"'it'\''s'"), ("", "''")];
        for (word, shell) in table {
            assert_eq!(quoted(word), shell);
        }
    }
}
