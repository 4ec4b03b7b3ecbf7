//! Golden vectors: files of inputs and exact results, run against the pure crates.
//!
//! A directory of JSON files goes in, a [`Report`] comes out: one pass per case, and per failure the file, the case,
//! the field, what was expected and what was got. Files are taken in the order of their names. Nothing is passed over
//! in silence: a file that cannot be read, a kind that is not known and a field that is not understood are failures.
//!
//! Equality is on every integer. JSON integers are read as u64 or i64, never as floating point; numbers wider than 64
//! bits are decimal strings.

pub mod econ;
pub mod yuma;

pub use econ::econ;
pub use yuma::yuma;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One difference between a golden vector and this implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Name of the file.
    pub file: String,
    /// Name of the case within it; empty if the whole file is wrong.
    pub case: String,
    /// Which result differs, with the position inside it; empty if the case could not be run.
    pub field: String,
    /// The result in the file.
    pub expected: String,
    /// The result of this implementation, or what is wrong with the file.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, case, field, expected, got } = self;
        write!(f, "{file} / {case} / {field}: expected {expected}, got {got}")
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many cases agree in everything.
    pub passed: u64,
    /// Every difference, in the order of the files and cases. A case may appear with several fields.
    pub failures: Vec<Failure>,
    /// Cases that were left out, each with the file and the reason.
    pub skipped: Vec<String>,
}

impl Report {
    /// How many cases (or whole files) have at least one failure.
    pub fn failed(&self) -> u64 {
        let cases = self.failures.chunk_by(|a, b| (&a.file, &a.case) == (&b.file, &b.case));
        cases.count() as u64
    }
}

impl fmt::Display for Report {
    /// One line per failure and per reason to leave cases out, then the plain line `N passed, N failed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        for skipped in &self.skipped {
            writeln!(f, "skipped {skipped}")?;
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed())
    }
}

/// Why nothing could be run at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory cannot be listed.
    #[error("cannot read the directory {path}: {source}. Give the directory that holds the JSON files.")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The directory has no vectors.
    #[error("no JSON file in {path}. Give the directory that holds the JSON files.")]
    Empty {
        /// The directory.
        path: PathBuf,
    },
}

/// A case or a file that cannot be run as it is written; becomes a failure.
#[derive(Debug)]
pub(crate) struct Malformed(String);

impl<T: fmt::Display> From<T> for Malformed {
    fn from(reason: T) -> Self {
        Self(reason.to_string())
    }
}

/// Runs all JSON files of `dir`: `check` gets each file's cases to report to, its `kind` and its content.
pub(crate) fn run(
    dir: &Path,
    check: impl Fn(&mut Cases<'_>, &str, &Value) -> Result<(), Malformed>,
) -> Result<Report, Error> {
    visit(dir, |cases, path| {
        let (kind, root) = load(path)?;
        check(cases, &kind, &root)
    })
}

/// Visits all JSON files of `dir` in the order of their names: `check` gets each file's cases to report to, and its
/// path.
pub(crate) fn visit(
    dir: &Path,
    check: impl Fn(&mut Cases<'_>, &Path) -> Result<(), Malformed>,
) -> Result<Report, Error> {
    let directory = |source| Error::Directory { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(directory)? {
        let path = entry.map_err(directory)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Error::Empty { path: dir.to_owned() });
    }
    paths.sort();
    let mut report = Report::default();
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let mut cases = Cases { file: &file, report: &mut report };
        if let Err(Malformed(reason)) = check(&mut cases, &path) {
            cases.fail("", "", "a file of golden vectors", reason);
        }
    }
    Ok(report)
}

/// The kind and the content of a file.
fn load(path: &Path) -> Result<(String, Value), Malformed> {
    let root: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    if root["schema"] != 1 {
        return Err("its schema is not 1, the only one this version understands".into());
    }
    let kind = root["kind"].as_str().ok_or("it does not say its kind")?.to_owned();
    Ok((kind, root))
}

/// The cases of one file.
pub(crate) struct Cases<'a> {
    file: &'a str,
    report: &'a mut Report,
}

impl Cases<'_> {
    /// Runs one case and counts it as passed unless `body` compares something unequal or cannot go on; says which.
    pub(crate) fn case(&mut self, name: &str, body: impl FnOnce(&mut Case) -> Result<(), Malformed>) -> bool {
        let mut case = Case::default();
        if let Err(Malformed(reason)) = body(&mut case) {
            case.differences.push((String::new(), "a case that can be run".into(), reason));
        }
        let passed = case.differences.is_empty();
        self.report.passed += u64::from(passed);
        for (field, expected, got) in case.differences {
            self.fail(name, &field, &expected, got);
        }
        passed
    }

    /// Runs `body` as one case per element of the list `items` of the file, called by its `name` or its position.
    pub(crate) fn items(
        &mut self,
        root: &Value,
        body: impl Fn(&mut Case, &Value) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        let items = root["items"].as_array().ok_or("it has no list of items")?;
        for (position, item) in items.iter().enumerate() {
            let name = item["name"].as_str().map_or_else(|| format!("item {position}"), str::to_owned);
            self.case(&name, |case| body(case, item));
        }
        Ok(())
    }

    /// Leaves cases of the file out, for a `reason` that the report names.
    pub(crate) fn skip(&mut self, reason: &str) {
        self.report.skipped.push(format!("{}: {reason}", self.file));
    }

    fn fail(&mut self, case: &str, field: &str, expected: &str, got: String) {
        let [file, case, field, expected] = [self.file, case, field, expected].map(str::to_owned);
        self.report.failures.push(Failure { file, case, field, expected, got });
    }
}

/// One case under way.
#[derive(Default)]
pub(crate) struct Case {
    /// Field, expected, got.
    differences: Vec<(String, String, String)>,
}

impl Case {
    /// Compares a result; what differs first inside it is reported.
    pub(crate) fn equal(
        &mut self,
        field: &str,
        expected: impl Serialize,
        got: impl Serialize,
    ) -> Result<(), Malformed> {
        let (expected, got) = (serde_json::to_value(expected)?, serde_json::to_value(got)?);
        if let Some((path, expected, got)) = first_difference(&expected, &got) {
            self.differences.push((format!("{field}{path}"), expected, got));
        }
        Ok(())
    }
}

/// Where two values differ first, and what is there in each.
fn first_difference(expected: &Value, got: &Value) -> Option<(String, String, String)> {
    match (expected, got) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(position, (a, b))| {
                first_difference(a, b).map(|(path, a, b)| (format!("[{position}]{path}"), a, b))
            })
        }
        _ => (expected != got).then(|| (String::new(), expected.to_string(), got.to_string())),
    }
}

/// Reads a typed value out of a file.
pub(crate) fn parse<T: DeserializeOwned>(value: &Value) -> Result<T, Malformed> {
    Ok(T::deserialize(value)?)
}
