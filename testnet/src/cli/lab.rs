//! `taonet lab`: experiments with the mechanism.

use crate::{
    lab::{
        consensus_map::{Question, answer, kappa},
        picture,
    },
    screen::{Screen, failure, result},
};
use clap::{Args, Subcommand};
use std::{
    env, fs,
    io::{IsTerminal, stdout},
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
};

/// Which experiment.
#[derive(Debug, Args)]
pub(super) struct Lab {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How much an honest majority keeps against a cabal that rates itself, by Monte Carlo
    ConsensusMap(ConsensusMap),
}

#[derive(Debug, Args)]
struct ConsensusMap {
    /// The shares of stake that must support a weight
    #[arg(long, value_delimiter = ',', default_value = "0.4,0.5,0.6", value_parser = fraction)]
    kappa: Vec<f64>,
    /// The cabal's parts of the stake, in percent [default: 5 to 70 in steps of 5]
    #[arg(long, value_delimiter = ',', value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    cabal: Vec<u32>,
    /// Trials for each place in the map
    #[arg(long, default_value_t = Question::default().trials)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    trials: u32,
    /// Epochs of each trial
    #[arg(long, default_value_t = Question::default().epochs)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// Validators, and as many miners
    #[arg(long, default_value_t = Question::default().validators)]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=1_024))]
    validators: u16,
    /// The seed of all chance: the same seed gives the same map
    #[arg(long, default_value_t = Question::default().seed)]
    seed: u64,
    /// How many threads to use [default: one for each core]; the result does not depend on it
    #[arg(long)]
    threads: Option<usize>,
    /// Write the picture to this file as SVG
    #[arg(long, value_name = "FILE.svg")]
    out: Option<PathBuf>,
}

fn fraction(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().ok().filter(|value| (0.0..=1.0).contains(value));
    value.ok_or_else(|| format!("`{text}` is no share; write a number from 0 to 1, such as 0.5"))
}

impl Lab {
    /// Runs the experiment. Exit code 1 if the picture cannot be written.
    pub(super) fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        match self.what {
            What::ConsensusMap(map) => map.run(as_json, quiet),
        }
    }
}

impl ConsensusMap {
    fn run(self, as_json: bool, quiet: bool) -> ExitCode {
        let usual = Question::default();
        let question = Question {
            kappas: self.kappa.iter().map(|&value| kappa(value)).collect(),
            cabals: if self.cabal.is_empty() { usual.cabals.clone() } else { self.cabal },
            trials: self.trials,
            epochs: self.epochs,
            validators: self.validators,
            seed: self.seed,
            ..usual
        };
        let screen = Mutex::new(Screen::new(quiet || as_json));
        let progress = |done: usize, all: usize| {
            // Once for each percent; whoever finds the screen busy leaves it to the other.
            if (done * 100 / all) != ((done - 1) * 100 / all)
                && let Ok(mut screen) = screen.try_lock()
            {
                screen.status(&format!(" {done} of {all} trials ({} %)", done * 100 / all));
            }
        };
        let answer = answer(&question, self.threads, &progress);
        if let Ok(mut screen) = screen.lock() {
            let seconds = screen.seconds();
            screen.line(format!(" {} trials in {seconds:.1} s", question.trials as usize * cells(&question)));
        }
        if let Some(file) = &self.out
            && let Err(error) = fs::write(file, picture::svg(&answer))
        {
            let what = format!("{} cannot be written: {error}", file.display());
            return failure(as_json, what, "name a file in a folder that exists");
        }
        if as_json {
            result(serde_json::to_string_pretty(&answer).unwrap_or_default());
        } else {
            let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            result(picture::text(&answer, stdout().is_terminal() && !plain).trim_end());
        }
        ExitCode::SUCCESS
    }
}

fn cells(question: &Question) -> usize {
    question.kappas.len() * question.cabals.len() * question.agreements.len()
}
