//! Scenario files by the words of the command line, and what to do where that is not possible.

use super::COULD_NOT_RUN;
use crate::{
    scenario::{
        Refusal,
        library::{LIBRARY, bundled},
        read::nearest,
    },
    screen::{failure, program},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Why nothing could be run, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Trouble {
    pub(super) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Trouble {
        Trouble { what: what.into(), remedy: remedy.into() }
    }

    /// Says so.
    pub(super) fn told(&self, as_json: bool) -> ExitCode {
        failure(as_json, &self.what, &self.remedy);
        ExitCode::from(COULD_NOT_RUN)
    }
}

/// A scenario file: where it is from, and its text.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) place: String,
    pub(super) text: String,
}

impl Source {
    /// It is no scenario.
    pub(super) fn refused(&self, refusal: &Refusal) -> Trouble {
        Trouble::new(format!("{}: {refusal}", self.place), "correct this line of the file, and run it again")
    }

    /// It is to be broken, and says not how.
    pub(super) fn unbreakable(&self) -> Trouble {
        let what = format!("{} names no change that must make it fail", self.place);
        Trouble::new(what, "add [fails_if] with `path`, `to` and `about` to the file, or leave out --broken")
    }
}

/// The files that words mean; without words, all that come with the program.
pub(super) fn sources(which: &[String]) -> Result<Vec<Source>, Trouble> {
    if which.is_empty() {
        let source = |(name, text): &(&str, &str)| Source { place: (*name).into(), text: (*text).into() };
        return Ok(LIBRARY.iter().map(source).collect());
    }
    let mut found = Vec::new();
    for word in which {
        match (bundled(word), Path::new(word)) {
            (_, path) if path.is_dir() => found.extend(folder(path)?),
            (_, path) if path.is_file() => found.push(source(path)?),
            (Some(text), _) => found.push(Source { place: word.clone(), text: text.to_owned() }),
            (None, _) => return Err(unknown(word)),
        }
    }
    Ok(found)
}

fn unknown(word: &str) -> Trouble {
    let remedy = match nearest(word, LIBRARY.iter().map(|(name, _)| *name)) {
        Some(right) => {
            format!("did you mean `{right}`? Name a file, a folder, or one of `{} scenario list`", program())
        }
        None => format!("name a file, a folder, or one of `{} scenario list`", program()),
    };
    Trouble::new(format!("there is no scenario `{word}`"), remedy)
}

fn folder(path: &Path) -> Result<Vec<Source>, Trouble> {
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        let what = format!("there is no scenario in {}", path.display());
        return Err(Trouble::new(what, "name a folder with .toml files"));
    }
    files.iter().map(|file| source(file)).collect()
}

fn source(path: &Path) -> Result<Source, Trouble> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    Ok(Source { place: path.display().to_string(), text })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(format!("{} cannot be read: {error}", path.display()), "name a text file that you may read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_names_nothing_is_told_the_nearest_story() {
        let trouble = sources(&["cliping".to_owned()]).expect_err("there is no such story");
        assert_eq!(trouble.what, "there is no scenario `cliping`");
        assert!(trouble.remedy.starts_with("did you mean `clipping`?"), "{trouble:?}");
        let folder = tempfile::tempdir().expect("a folder");
        let trouble = sources(&[folder.path().display().to_string()]).expect_err("it is empty");
        assert_eq!(trouble.remedy, "name a folder with .toml files");
    }
}
