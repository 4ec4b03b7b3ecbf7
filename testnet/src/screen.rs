//! What people see: progress lines, tables and one line that rewrites itself.
//!
//! Rules:
//! 1. stdout is the result, stderr is talk. Progress and the status line are talk.
//! 2. Colours only on a terminal, and never with `NO_COLOR`; the rewriting line only on a terminal.
//! 3. `--quiet` leaves only results and errors; `--json` leaves only the JSON and errors.
//! 4. No line is longer than [`WIDTH`] columns.

use serde_json::json;
use std::{
    env,
    fmt::Display,
    io::{IsTerminal, Write, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

/// The most columns a line may take.
pub const WIDTH: usize = 100;

/// Prints a result. A reader that has gone, such as `head`, is no error.
pub fn result(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// Says why there is no result and what to try: on stderr, or with `--json` as the result.
pub fn failure(as_json: bool, what: impl Display, remedy: &str) -> ExitCode {
    if as_json {
        result(json!({ "error": { "sentence": what.to_string(), "remedy": remedy } }));
    } else {
        eprintln!("error: {what}\ntry:   {remedy}");
    }
    ExitCode::FAILURE
}

/// How this program is called: `taonet` when that is what the shell finds, else the way to the file.
pub fn program() -> String {
    let Ok(here) = env::current_exe() else { return "taonet".to_owned() };
    let found =
        env::var_os("PATH").into_iter().flat_map(|path| env::split_paths(&path).collect::<Vec<PathBuf>>());
    let on_path = found.map(|dir| dir.join("taonet")).find(|file| file.is_file());
    if on_path.and_then(|file| file.canonicalize().ok()) == here.canonicalize().ok() {
        return "taonet".to_owned();
    }
    let below = env::current_dir().ok().and_then(|dir| here.strip_prefix(dir).ok().map(PathBuf::from));
    below.unwrap_or(here).display().to_string()
}

/// Where talk goes, and how.
pub struct Screen {
    started: Instant,
    talk: bool,
    terminal: bool,
    colour: bool,
    rewriting: bool,
}

impl Screen {
    /// A screen on stderr; silent when `quiet`.
    pub fn new(quiet: bool) -> Screen {
        let terminal = stderr().is_terminal();
        let colour = terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Screen { started: Instant::now(), talk: !quiet, terminal, colour, rewriting: false }
    }

    /// Seconds since the screen was made.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Something became true: ` ✔ nodes   n0 n1 …   0.41s`.
    pub fn done(&mut self, what: &str, detail: impl Display) {
        let tick = self.paint("32", "✔");
        let seconds = self.seconds();
        self.line(format!(" {tick} {what:<14} {detail:<64} {seconds:>6.2}s"));
    }

    /// A line of talk.
    pub fn line(&mut self, text: impl Display) {
        self.end_status();
        if self.talk {
            eprintln!("{text}");
        }
    }

    /// The line that rewrites itself; without a terminal it is not shown.
    pub fn status(&mut self, text: &str) {
        if self.talk && self.terminal {
            let text: String = text.chars().take(WIDTH - 1).collect();
            eprint!("\r\x1b[2K{text}");
            let _ = stderr().flush();
            self.rewriting = true;
        }
    }

    /// Text in bold, if colours are on.
    pub fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Takes the rewriting line away, so that the next line stands in its place.
    pub fn end_status(&mut self) {
        if std::mem::take(&mut self.rewriting) {
            eprint!("\r\x1b[2K");
        }
    }
}
