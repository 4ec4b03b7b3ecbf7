//! `taonet scenario`: stories in files, with what must hold.
//!
//! Exit codes: 0 everything held; 1 something did not; 2 something could not be run. With `--broken` everything must
//! fail: 0 if it did, 1 if something held all the same.

use crate::{
    scenario::{
        Checked, Layer, Refusal, Report, broken,
        change::of_change,
        fit,
        library::{LIBRARY, bundled},
        read,
        report::{Case, junit},
        run::distinct,
        stages,
    },
    screen::{Screen, failure, result},
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

mod leave;
mod source;

use source::{Source, Trouble, sources};

/// The exit code of a run that could not be made.
const COULD_NOT_RUN: u8 = 2;

/// What to do with scenarios.
#[derive(Debug, Args)]
pub(super) struct Scenario {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the scenarios that come with the program
    List,
    /// Write a scenario to start from
    New {
        /// Its name: lower-case letters, digits and dashes; the file is NAME.toml
        name: String,
        /// The bundled scenario to copy
        #[arg(long, default_value = "first-epoch")]
        like: String,
    },
    /// Say whether scenario files make sense, and where they do not
    Check {
        /// Files, folders of them, or names of bundled scenarios
        #[arg(required = true)]
        which: Vec<String>,
    },
    /// Run scenarios and say what held
    Run(Run),
}

#[derive(Debug, Args)]
struct Run {
    /// Files, folders of them, or names of bundled scenarios [default: all bundled ones]
    which: Vec<String>,
    /// Where to run them, instead of where each says
    #[arg(long, value_enum)]
    on: Option<On>,
    /// Another seed than the file's
    #[arg(long)]
    seed: Option<u64>,
    /// Run each with the one change that must make it fail
    #[arg(long)]
    broken: bool,
    /// Write a verdict for continuous integration to this file
    #[arg(long, value_name = "FILE.xml")]
    junit: Option<PathBuf>,
    /// Write a page and tables of each scenario into this folder
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// Where to leave what is needed to look into a failure
    #[arg(long, value_name = "FOLDER", default_value = "scenario-failures")]
    bundle: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum On {
    /// One chain in this process
    Sim,
    /// Many replicas over a simulated network
    Cluster,
    /// Real nodes
    Processes,
}

impl From<On> for Layer {
    fn from(on: On) -> Layer {
        match on {
            On::Sim => Layer::Sim,
            On::Cluster => Layer::Cluster,
            On::Processes => Layer::Processes,
        }
    }
}

impl Scenario {
    /// Does what is asked.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        match self.what {
            What::List => list(as_json),
            What::New { name, like } => new(&name, &like, as_json),
            What::Check { which } => check(&which, as_json),
            What::Run(run) => run.run(as_json, quiet),
        }
    }
}

fn list(as_json: bool) -> ExitCode {
    let all: Vec<Checked> = LIBRARY.iter().filter_map(|(_, text)| read(text).ok()).collect();
    if as_json {
        let row = |one: &Checked| {
            let scenario = &one.scenario;
            json!({ "name": scenario.name.get_ref(), "on": scenario.on, "about": scenario.about })
        };
        result(json!(all.iter().map(row).collect::<Vec<_>>()));
    } else {
        for Checked { scenario, .. } in &all {
            result(format!(
                "{:<30} {:<9} {}",
                scenario.name.get_ref(),
                scenario.on,
                first_sentence(&scenario.about)
            ));
        }
    }
    ExitCode::SUCCESS
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim()
}

fn new(name: &str, like: &str, as_json: bool) -> ExitCode {
    let Some(text) = bundled(like) else {
        return failure(
            as_json,
            format!("no scenario `{like}` comes with the program"),
            "taonet scenario list",
        );
    };
    let text = text.replacen(&format!("name = \"{like}\""), &format!("name = \"{name}\""), 1);
    if let Err(refusal) = read(&text) {
        return failure(as_json, refusal.sentence, "choose another name");
    }
    let file = PathBuf::from(format!("{name}.toml"));
    let written = fs::OpenOptions::new().write(true).create_new(true).open(&file);
    if let Err(error) = written.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes())) {
        let what = format!("{} cannot be written: {error}", file.display());
        return failure(as_json, what, "choose another name, or move what is there");
    }
    result(if as_json { json!({ "file": file }).to_string() } else { file.display().to_string() });
    ExitCode::SUCCESS
}

fn check(which: &[String], as_json: bool) -> ExitCode {
    let sources = match sources(which) {
        Ok(sources) => sources,
        Err(trouble) => return trouble.told(as_json),
    };
    let refusals: Vec<_> =
        sources.iter().filter_map(|source| Some((source, whole(&source.text).err()?))).collect();
    if as_json {
        let row = |(source, refusal): &(&Source, Refusal)| {
            let (line, column) = (refusal.line, refusal.column);
            json!({ "file": source.place, "line": line, "column": column, "sentence": refusal.sentence })
        };
        result(json!({ "checked": sources.len(), "refused": refusals.iter().map(row).collect::<Vec<_>>() }));
    } else {
        for (source, refusal) in &refusals {
            result(format!("{}:{}:{}: {}", source.place, refusal.line, refusal.column, refusal.sentence));
        }
        if refusals.is_empty() {
            result(format!("{} make sense", plural(sources.len())));
        }
    }
    ExitCode::from(if refusals.is_empty() { 0 } else { COULD_NOT_RUN })
}

fn plural(count: usize) -> String {
    if count == 1 { "1 scenario does".to_owned() } else { format!("{count} scenarios") }
}

/// Whether a scenario can run where it says, as it is and with the change that must make it fail.
fn whole(text: &str) -> Result<(), Refusal> {
    let checked = read(text)?;
    fit::check(&checked)?;
    match broken(&checked) {
        Some(changed) => fit::check(&changed?).map_err(|refusal| of_change(text, &refusal)),
        None => Ok(()),
    }
}

/// What became of one scenario.
struct Outcome {
    place: String,
    name: String,
    seconds: f64,
    ended: Result<Report, String>,
}

/// What is to be run: the file, and what is made of it.
struct Task {
    source: Source,
    checked: Checked,
}

impl Run {
    fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        let tasks = match self.read_all() {
            Ok(tasks) => tasks,
            Err(trouble) => return trouble.told(as_json),
        };
        let mut screen = Screen::new(quiet || as_json);
        let (mut outcomes, mut unwritten) = (Vec::new(), None);
        for task in tasks {
            let outcome = self.one(&task, &mut screen);
            screen.end_status();
            if !as_json {
                result(self.told(&task, &outcome).trim_end());
            }
            // What cannot be written is said in the end: no result is lost for it.
            unwritten = unwritten.or(self.leave(&task, &outcome).err());
            outcomes.push(outcome);
        }
        if as_json {
            result(json!(outcomes.iter().map(Outcome::json).collect::<Vec<_>>()));
        }
        let cases = || outcomes.iter().flat_map(Outcome::cases).collect::<Vec<_>>();
        if let Some(file) = &self.junit
            && let Err(error) = fs::write(file, junit(&cases()))
        {
            unwritten = unwritten.or(Some(format!("{} cannot be written: {error}", file.display())));
        }
        match unwritten {
            Some(what) => Trouble::new(what, leave::ELSEWHERE).told(as_json),
            None => verdict(&outcomes, !self.broken),
        }
    }

    fn read_all(&self) -> Result<Vec<Task>, Trouble> {
        let mut all = Vec::new();
        for source in sources(&self.which)? {
            let mut checked = read(&source.text).map_err(|refusal| source.refused(&refusal))?;
            if self.broken {
                let changed = broken(&checked).ok_or_else(|| source.unbreakable())?;
                checked = changed.map_err(|refusal| source.refused(&refusal))?;
            }
            checked.scenario.seed = self.seed.unwrap_or(checked.scenario.seed);
            checked.scenario.on = self.on.map_or(checked.scenario.on, Layer::from);
            all.push(Task { source, checked });
        }
        let names = all.iter().map(|task| task.checked.scenario.name.get_ref().as_str());
        distinct(names)
            .map_err(|what| Trouble::new(what, "give each file a `name` of its own, or run one"))?;
        Ok(all)
    }

    fn one(&self, task: &Task, screen: &mut Screen) -> Outcome {
        let (checked, place) = (&task.checked, task.source.place.clone());
        let (name, began) = (checked.scenario.name.get_ref().clone(), Instant::now());
        let mut progress = |height: u64| {
            if height.is_multiple_of(10) {
                screen.status(&format!(" {name}: block {height}"));
            }
        };
        let ended = stages::on(checked)
            .and_then(|mut stage| crate::scenario::run(checked, &mut *stage, &mut progress))
            .map_err(|error| error.to_string());
        Outcome { place, seconds: began.elapsed().as_secs_f64(), ended, name }
    }

    fn told(&self, task: &Task, outcome: &Outcome) -> String {
        let Outcome { place, name, seconds, ended } = outcome;
        let report = match ended {
            Err(what) => return format!("✘ {name:<30} could not be run: {what}"),
            Ok(report) => report,
        };
        let mark = if report.held() == self.broken { '✘' } else { '✔' };
        let word = match (report.held(), self.broken) {
            (true, _) => "held",
            (false, true) => "failed",
            (false, false) => "FAILED",
        };
        let mut text = format!(
            "{mark} {name:<30} {word:<7} {:<9} {:>5} blocks {seconds:>7.2}s  root {}\n",
            report.layer.to_string(),
            report.height,
            report.root.to_string().chars().take(8).collect::<String>()
        );
        text.push_str(&report.to_string());
        if report.held() && self.broken {
            text.push_str(&format!("    {}\n", task.unbroken()));
        }
        if report.held() == self.broken {
            text.push_str(&format!("    again: {}\n", self.again(place, report)));
        }
        text
    }
}

impl Task {
    /// What to say where the change that must make it fail does not.
    fn unbroken(&self) -> String {
        let Some(change) = &self.checked.scenario.fails_if else { return String::new() };
        let to = change.to.as_ref().map_or_else(|| "removed".to_owned(), |to| format!("set to {to}"));
        format!("everything holds in spite of the change: with `{}` {to}, something must fail", change.path)
    }
}

impl Outcome {
    fn json(&self) -> serde_json::Value {
        match &self.ended {
            Ok(report) => {
                json!({ "file": self.place, "held": report.held(), "seconds": self.seconds, "report": report })
            }
            Err(what) => json!({ "file": self.place, "scenario": self.name, "error": what }),
        }
    }

    fn cases(&self) -> Vec<Case> {
        let case = |name: &str, failure, error| Case {
            suite: self.name.clone(),
            name: name.to_owned(),
            seconds: self.seconds,
            failure,
            error,
        };
        match &self.ended {
            Err(what) => vec![case("run", None, Some(what.clone()))],
            Ok(report) => {
                let of = |finding: &crate::scenario::run::Finding| {
                    let facts: Vec<String> =
                        finding.facts.iter().map(|(fact, value)| format!("{fact} = {value}")).collect();
                    let failure = (!finding.held)
                        .then(|| format!("{} ({})\n{}", finding.expr, finding.found(), facts.join("\n")));
                    case(&finding.expr, failure, None)
                };
                report.findings.iter().map(of).collect()
            }
        }
    }
}

fn verdict(outcomes: &[Outcome], should_hold: bool) -> ExitCode {
    let could_not = outcomes.iter().any(|outcome| outcome.ended.is_err());
    let as_it_should = |report: &Report| report.held() == should_hold;
    let all = outcomes.iter().all(|outcome| outcome.ended.as_ref().is_ok_and(as_it_should));
    match (could_not, all) {
        (true, _) => ExitCode::from(COULD_NOT_RUN),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests;
