//! The tutorial on running a network does what it shows.
//!
//! Rules, which the chapter tells its readers as well:
//! 1. The lines of every block of `sh` are run by a shell, one after the other, in one home; each must end with exit
//!    code 0. `taonet up` alone is watched until what is shown was seen, and is then stopped by Ctrl-C.
//! 2. A block of `text` below them shows what came out: line by line in this order, while others may stand between.
//! 3. Numbers, hashes and the name of the network differ from run to run, and so does the width of a column. `…` stands
//!    for anything.

use crate::home::{Home, TAONET};
use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const CHAPTER: &str = include_str!("../../../docs/book/tutorial-run-a-network.md");
/// The network of the chapter.
const ID: &str = "quiet-falcon-7f3a12";

/// A block of commands, and what they show.
#[derive(Debug, Default)]
struct Step {
    lines: Vec<String>,
    shown: Vec<String>,
}

fn steps(chapter: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut fence = None;
    for line in chapter.lines() {
        match (line.strip_prefix("```"), fence) {
            (Some(kind), None) => {
                fence = Some(kind);
                steps.extend((kind == "sh").then(Step::default));
            }
            (Some(_), Some(_)) => fence = None,
            (None, Some("sh")) => steps.last_mut().expect("a step").lines.push(line.to_owned()),
            (None, Some("text")) => steps.last_mut().expect("commands").shown.push(line.to_owned()),
            _ => {}
        }
    }
    steps
}

/// A line without what differs from run to run.
fn plain(line: &str) -> String {
    let words: Vec<String> = line.split_whitespace().map(without_numbers).collect();
    words.join(" ")
}

fn without_numbers(word: &str) -> String {
    let mut text = String::new();
    for part in word.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != ',') {
        let name = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_hex = name.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase());
        if is_hex && (name.len() >= 8 || name.len() >= 4 && name.contains(|c: char| c.is_ascii_digit())) {
            text.push_str(&part.replacen(name, "0", 1));
            continue;
        }
        let mut last = ' ';
        for c in part.chars() {
            let of_number = last == '0' && (c.is_ascii_digit() || ".,".contains(c));
            let begins = c.is_ascii_digit() && !last.is_ascii_alphabetic();
            last = if begins || of_number { '0' } else { c };
            if !of_number {
                text.push(last);
            }
        }
    }
    text
}

/// Whether a line is as it is shown.
fn fits(shown: &str, line: &str) -> bool {
    let (shown, line) = (plain(shown), plain(line));
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first.trim_end())) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let part = part.trim();
        rest = match (parts.peek(), rest.find(part)) {
            (None, _) if rest.ends_with(part) => "",
            (Some(_), Some(at)) => &rest[at + part.len()..],
            _ => return false,
        };
    }
    rest.is_empty()
}

/// What of the shown lines is still to come.
struct Expected<'s>(std::slice::Iter<'s, String>, Option<&'s String>);

impl<'s> Expected<'s> {
    fn new(shown: &'s [String]) -> Expected<'s> {
        let mut all = shown.iter();
        let next = all.next();
        Expected(all, next)
    }

    fn sees(&mut self, line: &str) {
        while self.1.is_some_and(|next| next.trim().is_empty() || next.trim() == "…") {
            self.1 = self.0.next();
        }
        if self.1.is_some_and(|next| fits(next, line)) {
            self.1 = self.0.next();
        }
    }
}

/// A reader of the chapter.
struct Reader {
    home: Home,
    path: OsString,
}

impl Reader {
    fn new() -> Reader {
        let here = Path::new(TAONET).parent().expect("a folder").to_path_buf();
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([here].into_iter().chain(env::split_paths(&others))).expect("a path");
        Reader { home: Home::new(), path }
    }

    fn shell(&self, line: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env("PATH", &self.path).env("TAONET_HOME", self.home.0.path());
        shell.env_remove("TAONET_RPC").stdin(Stdio::null());
        shell
    }

    fn takes(&self, step: &Step) {
        if step.lines == ["taonet up"] {
            return self.watches(step);
        }
        let mut said = String::new();
        for line in &step.lines {
            let done = self.shell(&format!("exec 2>&1; {line}")).output().expect("a shell");
            let text = String::from_utf8_lossy(&done.stdout).into_owned();
            assert!(done.status.success(), "{line}: {}\n{text}", done.status);
            said.push_str(&text);
        }
        let said = as_in_the_chapter(&said);
        let mut expected = Expected::new(&step.shown);
        said.lines().for_each(|line| expected.sees(line));
        assert_eq!(expected.1, None, "{:?} do not show this, but:\n{said}", step.lines);
    }

    /// Watches a network in the foreground until what is shown was seen, and stops it.
    fn watches(&self, step: &Step) {
        let mut up = self.shell("exec taonet up 2>&1").stdout(Stdio::piped()).spawn().expect("a shell");
        let mut expected = Expected::new(&step.shown);
        let mut said = String::new();
        let mut lines = BufReader::new(up.stdout.take().expect("piped")).lines();
        for line in lines.by_ref() {
            said.push_str(&line.expect("text"));
            said.push('\n');
            expected.sees(as_in_the_chapter(&said).lines().last().expect("a line"));
            if expected.1.is_none() {
                break;
            }
        }
        assert_eq!(expected.1, None, "this did not come:\n{said}");
        let pid = up.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
        assert!(up.wait().expect("it ends").success());
    }
}

/// What was said, with the name of the chapter's network instead of its own.
fn as_in_the_chapter(said: &str) -> String {
    let is_part = |part: &str| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_id = |word: &&str| match word.split('-').collect::<Vec<_>>()[..] {
        [adjective, animal, number] => {
            let is_hex = number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_part(adjective) && is_part(animal) && is_hex
        }
        _ => false,
    };
    let mut words = said.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let Some(id) = words.find(is_id) else { return said.to_owned() };
    let spoken = |id: &str| id.rsplit_once('-').map_or(String::new(), |(name, _)| name.to_owned());
    said.replace(id, ID).replace(&spoken(id), &spoken(ID))
}

#[test]
fn the_tutorial_on_running_a_network_does_what_it_shows() {
    let steps = steps(CHAPTER);
    assert!(steps.len() > 8 && steps.iter().filter(|step| !step.shown.is_empty()).count() > 8);
    let reader = Reader::new();
    steps.iter().for_each(|step| reader.takes(step));
}

#[test]
fn what_differs_from_run_to_run_fits_and_nothing_else() {
    let table = [
        (
            "n0     running         8 812a944d   7d1712e4       3   72M",
            "n0 running 12345 00aa 11bb 3 1.5M",
            true,
        ),
        ("n0     running         8 …", "n0 running 9 812a944d 7d1712e4", true),
        ("n0     running         8 …", "n1 running 9 812a944d 7d1712e4", false),
        ("price 1,253.5 τ", "price 0.5 τ", true),
        ("price 1,253.5 τ", "price 0.5 α", false),
        ("healed: 4 nodes agree", "healed: 4 nodes agree again", false),
        ("root …, after 2.3 s", "root d5315781, after 12 s", true),
        ("root …, after 2.3 s", "root d5315781, before 12 s", false),
        ("epoch 1   α 1.2569 τ  …", "epoch 1   α 1.2569 τ  m5 or-opt .46", true),
    ];
    for (shown, line, does) in table {
        assert_eq!(fits(shown, line), does, "{shown:?} and {line:?}");
    }
    assert_eq!(as_in_the_chapter("bright-owl-00ff1a is \"bright-owl\""), format!("{ID} is \"quiet-falcon\""));
}
