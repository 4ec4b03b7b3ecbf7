//! `taonet scenario`: stories in files, with what must hold.
//!
//! Exit codes: 0 everything held; 1 something did not; 2 something could not be run. With `--broken` everything must
//! fail: 0 if it did, 1 if something held all the same.

use crate::{
    scenario::{
        Checked, Layer, Report, broken,
        library::{LIBRARY, bundled},
        read,
        report::{Case, junit},
        run::distinct,
        stages,
    },
    screen::{Screen, failure, program, result},
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

mod leave;

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

/// A scenario file: where it is from, and its text.
struct Source {
    place: String,
    text: String,
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
        Err(what) => return could_not_run(as_json, what),
    };
    let refusals: Vec<_> =
        sources.iter().filter_map(|source| Some((source, read(&source.text).err()?))).collect();
    if as_json {
        let row = |(source, refusal): &(&Source, crate::scenario::Refusal)| {
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

fn could_not_run(as_json: bool, what: impl std::fmt::Display) -> ExitCode {
    failure(as_json, what, "name a file, a folder, or one of `taonet scenario list`");
    ExitCode::from(COULD_NOT_RUN)
}

/// The files that words mean; without words, all that come with the program.
fn sources(which: &[String]) -> Result<Vec<Source>, String> {
    if which.is_empty() {
        let source = |(name, text): &(&str, &str)| Source { place: (*name).into(), text: (*text).into() };
        return Ok(LIBRARY.iter().map(source).collect());
    }
    let mut found = Vec::new();
    for word in which {
        match (bundled(word), Path::new(word)) {
            (_, path) if path.is_dir() => {
                let entries =
                    fs::read_dir(path).map_err(|error| format!("{word} cannot be read: {error}"))?;
                let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
                files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
                files.sort();
                found.extend(files.iter().map(|file| source(file)).collect::<Result<Vec<_>, _>>()?);
            }
            (_, path) if path.is_file() => found.push(source(path)?),
            (Some(text), _) => found.push(Source { place: word.clone(), text: text.to_owned() }),
            (None, _) => return Err(format!("there is no scenario `{word}`")),
        }
    }
    if found.is_empty() { Err("there is no scenario there".to_owned()) } else { Ok(found) }
}

fn source(path: &Path) -> Result<Source, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(Source { place: path.display().to_string(), text })
}

/// What became of one scenario.
struct Outcome {
    place: String,
    name: String,
    seconds: f64,
    ended: Result<Report, String>,
}

impl Run {
    fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        let all = match self.read_all() {
            Ok(all) => all,
            Err(what) => return could_not_run(as_json, what),
        };
        let mut screen = Screen::new(quiet || as_json);
        let mut outcomes = Vec::new();
        for (place, checked) in all {
            let outcome = self.one(place, &checked, &mut screen);
            screen.end_status();
            if !as_json {
                result(self.told(&outcome).trim_end());
            }
            if let Err(what) = self.leave(&checked, &outcome) {
                return could_not_run(as_json, what);
            }
            outcomes.push(outcome);
        }
        if as_json {
            result(json!(outcomes.iter().map(Outcome::json).collect::<Vec<_>>()));
        }
        if let Some(file) = &self.junit
            && let Err(error) =
                fs::write(file, junit(&outcomes.iter().flat_map(Outcome::cases).collect::<Vec<_>>()))
        {
            return could_not_run(as_json, format!("{} cannot be written: {error}", file.display()));
        }
        verdict(&outcomes, !self.broken)
    }

    fn read_all(&self) -> Result<Vec<(String, Checked)>, String> {
        let mut all = Vec::new();
        for Source { place, text } in sources(&self.which)? {
            let mut checked = read(&text).map_err(|refusal| format!("{place}: {refusal}"))?;
            if self.broken {
                let changed =
                    broken(&checked).ok_or(format!("{place} names no change that must make it fail"))?;
                checked = changed.map_err(|refusal| format!("{place}, changed: {refusal}"))?;
            }
            checked.scenario.seed = self.seed.unwrap_or(checked.scenario.seed);
            checked.scenario.on = self.on.map_or(checked.scenario.on, Layer::from);
            all.push((place, checked));
        }
        distinct(all.iter().map(|(_, checked)| checked.scenario.name.get_ref().as_str()))?;
        Ok(all)
    }

    fn one(&self, place: String, checked: &Checked, screen: &mut Screen) -> Outcome {
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

    fn told(&self, outcome: &Outcome) -> String {
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
        if !report.held() && !self.broken {
            text.push_str(&format!(
                "    again: {} scenario run {place} --on {} --seed {}\n",
                program(),
                report.layer,
                report.seed
            ));
        }
        text
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
                        .then(|| format!("{} (block {})\n{}", finding.expr, finding.block, facts.join("\n")));
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
