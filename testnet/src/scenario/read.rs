//! From text to a scenario, or to what is wrong with it: line, column, and the nearest right name.

use super::{
    change::broken,
    expr::{self, Call, Expr},
    facts,
    file::{Act, SCHEMA, Scenario},
    fit::MAX_PROCESSES,
    place,
    report::plot_names,
    sense,
};
use crate::harness::Setup;
use serde::de::DeserializeOwned;
use std::{fmt, ops::Range};

/// Names at least this similar, from 0 to 1, are taken for misspellings of each other.
const SIMILAR: f64 = 0.6;

/// Why a file is no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub sentence: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.sentence)
    }
}

/// A scenario whose every name and assertion has been checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The scenario.
    pub scenario: Scenario,
    /// Its assertions as expressions, in order.
    pub expressions: Vec<Expr>,
    /// Its text.
    pub text: String,
}

/// Reads a scenario.
///
/// # Errors
/// The first thing that is wrong with it, or with the change that must make it fail.
pub fn read(text: &str) -> Result<Checked, Refusal> {
    let checked = read_plain(text)?;
    broken(&checked).transpose()?;
    Ok(checked)
}

/// Reads a scenario, whatever the change that must make it fail would make of it.
pub(super) fn read_plain(text: &str) -> Result<Checked, Refusal> {
    let scenario: Scenario = parse(text)?;
    let expressions = Checker { text, scenario: &scenario }.check()?;
    sense::network(text, &scenario.setup(), &sense::SCENARIO)?;
    sense::story(text, &scenario)?;
    Ok(Checked { scenario, expressions, text: text.to_owned() })
}

/// Reads the description of a network of processes.
///
/// # Errors
/// The first thing that is wrong.
pub fn read_setup(text: &str) -> Result<Setup, Refusal> {
    let setup: Setup = parse(text)?;
    sense::network(text, &setup, &sense::SETUP)?;
    sense::methods(text, &setup, &sense::SETUP, sense::OR_COMMAND)?;
    if setup.authorities > MAX_PROCESSES {
        let sentence = format!("at most {MAX_PROCESSES} nodes run as processes");
        return Err(refuse(text, place::of_value(text, "authorities"), sentence));
    }
    Ok(setup)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        refuse(text, span.start, with_nearest(error.message()))
    })
}

pub(super) fn refuse(text: &str, at: usize, sentence: impl Into<String>) -> Refusal {
    let head = text.get(..at).unwrap_or(text);
    let line_start = head.rfind('\n').map_or(0, |newline| newline + 1);
    Refusal {
        line: head.matches('\n').count() + 1,
        column: head[line_start..].chars().count() + 1,
        sentence: sentence.into(),
    }
}

/// A message of the TOML reader, with the nearest of the names that it lists.
fn with_nearest(message: &str) -> String {
    let message = message.trim_end_matches('.').replace('\n', "; ");
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match names.split_first() {
        Some((wrong, known)) if message.starts_with("unknown") => match nearest(wrong, known.iter().copied())
        {
            Some(right) => format!("{message}; did you mean `{right}`?"),
            None => message,
        },
        _ => message,
    }
}

/// The most similar name, if any is similar at all.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |name: &&str| strsim::jaro_winkler(wrong, name);
    let best = names.into_iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (similarity(&best) >= SIMILAR).then_some(best)
}

/// Whether there is something of this name; else the nearest name, or all there are.
pub(super) fn known<'n>(
    what: &str,
    name: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Result<(), String> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = nearest(name, names.clone()).map(|right| format!("; did you mean `{right}`?"));
    let all =
        || format!("; there are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
    Err(format!("there is no {what} `{name}`{}", hint.unwrap_or_else(all)))
}

struct Checker<'a> {
    text: &'a str,
    scenario: &'a Scenario,
}

impl Checker<'_> {
    fn check(&self) -> Result<Vec<Expr>, Refusal> {
        let scenario = self.scenario;
        if *scenario.schema.get_ref() != SCHEMA {
            let sentence = format!("this program reads schema {SCHEMA} only");
            return Err(self.refuse(&scenario.schema.span(), sentence));
        }
        let name = scenario.name.get_ref();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            let sentence =
                "a scenario's name has 1 to 64 lower-case letters, digits and dashes: it names files";
            return Err(self.refuse(&scenario.name.span(), sentence));
        }
        for plot in &scenario.report.plots {
            self.known("plot", plot.get_ref(), plot_names(), &plot.span())?;
        }
        for happening in &scenario.happenings {
            self.act(happening.act.get_ref(), &happening.act.span())?;
        }
        scenario
            .assertions
            .iter()
            .map(|assertion| self.expression(assertion.expr.get_ref(), &assertion.expr.span()))
            .collect()
    }

    fn act(&self, act: &Act, span: &Range<usize>) -> Result<(), Refusal> {
        match act {
            Act::Partition(groups) => groups.iter().flatten().try_for_each(|node| self.node(node, span)),
            Act::Stand(nodes) => nodes.keys().try_for_each(|node| self.node(node, span)),
            Act::Crash(node) | Act::Start(node) => self.node(node, span),
            Act::Link { from, to, .. } => self.node(from, span).and_then(|()| self.node(to, span)),
            Act::SetParam { subnet, .. } => {
                subnet.iter().try_for_each(|subnet| self.known("subnet", subnet, self.subnets(), span))
            }
            Act::Dissolve(subnet) => self.known("subnet", subnet, self.subnets(), span),
            Act::Heal | Act::StakeMode => Ok(()),
        }
    }

    fn node(&self, name: &str, span: &Range<usize>) -> Result<(), Refusal> {
        let nodes = self.nodes();
        self.known("node", name, nodes.iter().map(String::as_str), span)
    }

    fn expression(&self, text: &str, span: &Range<usize>) -> Result<Expr, Refusal> {
        // One more for the quote. An escape before the place moves it by as much; lines of TOML rarely have one.
        let place = |at: usize| span.start + 1 + at;
        let mistaken = |mistake: expr::Mistake| refuse(self.text, place(mistake.at), mistake.sentence);
        let expression = expr::parse(text).map_err(mistaken)?;
        let mut check = |call: &Call| {
            let nodes = self.nodes();
            let names = facts::Names {
                subnets: &self.subnets().collect::<Vec<_>>(),
                participants: &self.participants(),
                nodes: &nodes.iter().map(String::as_str).collect::<Vec<_>>(),
            };
            facts::check(call, &names)
        };
        expression.each_call(&mut check).map_err(mistaken)?;
        Ok(expression)
    }

    fn known<'n>(
        &self,
        what: &str,
        name: &str,
        names: impl Iterator<Item = &'n str> + Clone,
        span: &Range<usize>,
    ) -> Result<(), Refusal> {
        known(what, name, names).map_err(|sentence| self.refuse(span, sentence))
    }

    fn refuse(&self, span: &Range<usize>, sentence: impl Into<String>) -> Refusal {
        refuse(self.text, span.start, sentence)
    }

    fn nodes(&self) -> Vec<String> {
        (0..self.scenario.network.authorities).map(|index| format!("n{index}")).collect()
    }

    fn subnets(&self) -> impl Iterator<Item = &str> + Clone {
        self.scenario.subnets.iter().map(|subnet| subnet.name.as_str())
    }

    /// Everybody who has a name.
    fn participants(&self) -> Vec<&str> {
        let scenario = self.scenario;
        let neurons = scenario.subnets.iter().flat_map(|subnet| {
            let validators = subnet.validators.iter().map(|validator| validator.name.as_str());
            let miners = subnet.miners.iter().map(|miner| miner.name.as_str());
            validators.chain(miners).chain([subnet.owner.as_str()])
        });
        neurons.chain(scenario.accounts.iter().map(|account| account.name.as_str())).collect()
    }
}

#[cfg(test)]
mod tests;
