//! What people see: progress lines, tables and one line that rewrites itself.
//!
//! Rules:
//! 1. stdout is the result, stderr is talk. Progress and the status line are talk.
//! 2. Colours only on a terminal, and never with `NO_COLOR`; the rewriting line only on a terminal.
//! 3. `--quiet` leaves only results and errors; `--json` leaves only the JSON and errors.
//! 4. No line is longer than [`WIDTH`] columns.

use std::{
    env,
    fmt::Display,
    io::{IsTerminal, Write, stderr},
    time::Instant,
};

/// The most columns a line may take.
pub const WIDTH: usize = 100;

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

    /// Something failed, with what to try.
    pub fn failed(&mut self, what: &str, remedy: &str) {
        self.end_status();
        eprintln!("{} {what}", self.paint("31", "error:"));
        eprintln!("what to try: {remedy}");
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
    fn end_status(&mut self) {
        if std::mem::take(&mut self.rewriting) {
            eprint!("\r\x1b[2K");
        }
    }
}
