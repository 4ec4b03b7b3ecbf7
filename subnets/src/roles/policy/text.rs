//! Policies as people write them: `late:1+offline:100..200`. What is written is read back unchanged.

use super::{MinerPolicy, Phase, Policy, Report, Span, TraderPolicy};
use crate::amount::{AmountError, Tao};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The most characters of a method's name: a flag, not a text.
const MAX_METHOD: usize = 64;

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// There is no part of this name; the second names those that there are.
    Unknown(String, &'static str),
    /// This part needs a value, and the one given is not of its form, which the second shows.
    Value(String, &'static str),
    /// This part is given twice, or contradicts an earlier one.
    Twice(String),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyError::Unknown(part, known) => write!(f, "`{part}` is no policy here; use {known}"),
            PolicyError::Value(part, form) => write!(f, "`{part}` is not understood; write it like `{form}`"),
            PolicyError::Twice(part) => {
                write!(f, "`{part}` is given twice or contradicts an earlier part; drop one")
            }
        }
    }
}

impl std::error::Error for PolicyError {}

const VALIDATOR_PARTS: &str = "honest, noisy, copier, cabal:NAME,NAME, self, lazy:TEMPOS, late:EPOCHS, \
    withhold:PERCENT, offline:FROM..UNTIL";
const MINER_PARTS: &str = "the name of a method, drift:BLOCK=METHOD, slow:MS, skips:N, offline:FROM..UNTIL";
const WHALE: &str = "whale:2000@100..200";

/// A part of a policy: its name, and its value if it has one.
struct Part<'a> {
    whole: &'a str,
    name: &'a str,
    value: Option<&'a str>,
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    text.split('+').map(str::trim).map(|whole| match whole.split_once(':') {
        Some((name, value)) => Part { whole, name: name.trim(), value: Some(value.trim()) },
        None => Part { whole, name: whole, value: None },
    })
}

impl Part<'_> {
    fn twice(&self) -> PolicyError {
        PolicyError::Twice(self.whole.to_owned())
    }

    fn wrong(&self, form: &'static str) -> PolicyError {
        PolicyError::Value(self.whole.to_owned(), form)
    }

    fn no_value(&self, form: &'static str) -> Result<(), PolicyError> {
        if self.value.is_none() { Ok(()) } else { Err(self.wrong(form)) }
    }

    /// A number above 0, which fills `place` for the first time.
    fn number<N: FromStr + Default + PartialEq>(
        &self,
        place: &mut N,
        form: &'static str,
    ) -> Result<(), PolicyError> {
        let number: Option<N> = self.value.and_then(|value| value.parse().ok());
        let number = number.filter(|number| *number != N::default()).ok_or_else(|| self.wrong(form))?;
        if *place != N::default() {
            return Err(self.twice());
        }
        *place = number;
        Ok(())
    }

    fn span(&self, place: &mut Option<Span>) -> Result<(), PolicyError> {
        const FORM: &str = "offline:100..200";
        let span = match self.value {
            None => Span::ALWAYS,
            Some(value) => span(value).ok_or_else(|| self.wrong(FORM))?,
        };
        if place.replace(span).is_some() { Err(self.twice()) } else { Ok(()) }
    }
}

/// `100..200`, `100..`, `..200`
fn span(text: &str) -> Option<Span> {
    let (from, until) = text.split_once("..")?;
    let end = |text: &str, open: u64| if text.is_empty() { Some(open) } else { text.parse().ok() };
    let span = Span { from: end(from, 0)?, until: end(until, u64::MAX)? };
    (span.from < span.until).then_some(span)
}

impl FromStr for Policy<String> {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Policy<String>, PolicyError> {
        let mut policy = Policy::default();
        let mut report = None;
        for part in parts(text) {
            match part.name {
                "lazy" => part.number(&mut policy.lazy, "lazy:3")?,
                "late" => part.number(&mut policy.late, "late:1")?,
                "withhold" => {
                    part.number(&mut policy.withheld, "withhold:50")?;
                    if policy.withheld > 100 {
                        return Err(part.wrong("withhold:50"));
                    }
                }
                "offline" => part.span(&mut policy.offline)?,
                _ => {
                    if report.replace(read_report(&part)?).is_some() {
                        return Err(part.twice());
                    }
                }
            }
        }
        policy.report = report.unwrap_or_default();
        Ok(policy)
    }
}

fn read_report(part: &Part<'_>) -> Result<Report<String>, PolicyError> {
    const CABAL: &str = "cabal:alice,bob";
    let report = match part.name {
        "honest" => Report::Honest,
        "noisy" => Report::LastRound,
        "copier" => Report::Copied,
        "self" => Report::Itself,
        "cabal" => {
            let names =
                part.value.ok_or_else(|| part.wrong(CABAL))?.split(',').map(|name| name.trim().to_owned());
            let names: BTreeSet<String> = names.collect();
            return if names.contains("") { Err(part.wrong(CABAL)) } else { Ok(Report::Members(names)) };
        }
        _ => return Err(PolicyError::Unknown(part.whole.to_owned(), VALIDATOR_PARTS)),
    };
    part.no_value("honest")?;
    Ok(report)
}

impl fmt::Display for Policy<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.report {
            Report::Honest => f.write_str("honest")?,
            Report::LastRound => f.write_str("noisy")?,
            Report::Copied => f.write_str("copier")?,
            Report::Members(members) => {
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                write!(f, "cabal:{}", members.join(","))?;
            }
            Report::Itself => f.write_str("self")?,
        }
        number(f, "lazy", self.lazy)?;
        number(f, "late", self.late)?;
        number(f, "withhold", self.withheld.into())?;
        offline(f, self.offline)
    }
}

fn number(f: &mut fmt::Formatter<'_>, name: &str, number: u64) -> fmt::Result {
    if number == 0 { Ok(()) } else { write!(f, "+{name}:{number}") }
}

fn offline(f: &mut fmt::Formatter<'_>, span: Option<Span>) -> fmt::Result {
    span.map_or(Ok(()), |span| write!(f, "+offline:{span}"))
}

impl FromStr for MinerPolicy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<MinerPolicy, PolicyError> {
        let mut policy = MinerPolicy::default();
        for part in parts(text) {
            match part.name {
                "drift" => policy.drift.push(phase(&part)?),
                "slow" => part.number(&mut policy.slow_ms, "slow:900")?,
                "skips" => part.number(&mut policy.skips, "skips:4")?,
                "offline" => part.span(&mut policy.offline)?,
                "honest" if part.value.is_none() => {}
                method if part.value.is_none() && is_method(method) => {
                    if !policy.method.is_empty() {
                        return Err(part.twice());
                    }
                    policy.method = method.to_owned();
                }
                _ => return Err(PolicyError::Unknown(part.whole.to_owned(), MINER_PARTS)),
            }
        }
        policy.drift.sort_by_key(|phase| phase.from);
        Ok(policy)
    }
}

fn phase(part: &Part<'_>) -> Result<Phase, PolicyError> {
    let read = |value: &str| {
        let (from, method) = value.split_once('=')?;
        Some(Phase { from: from.trim().parse().ok()?, method: method.trim().to_owned() })
    };
    let phase = part.value.and_then(read).filter(|phase| is_method(&phase.method));
    phase.ok_or_else(|| part.wrong("drift:100=sweep"))
}

fn is_method(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.len() <= MAX_METHOD && name.bytes().all(plain)
}

/// A miner without a method of its own is written `honest`.
impl fmt::Display for MinerPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.method.is_empty() { "honest" } else { &self.method })?;
        for Phase { from, method } in &self.drift {
            write!(f, "+drift:{from}={method}")?;
        }
        number(f, "slow", self.slow_ms)?;
        number(f, "skips", self.skips)?;
        offline(f, self.offline)
    }
}

impl FromStr for TraderPolicy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<TraderPolicy, PolicyError> {
        let wrong = || PolicyError::Value(text.to_owned(), WHALE);
        let value = text.trim().strip_prefix("whale:").ok_or_else(wrong)?;
        let (tao, when) = value.split_once('@').ok_or_else(wrong)?;
        let rao = tao.trim().parse().map(Tao::units).map_err(|_: AmountError| wrong())?;
        let span = match when.contains("..") {
            true => span(when).ok_or_else(wrong)?,
            false => Span { from: when.trim().parse().map_err(|_| wrong())?, until: u64::MAX },
        };
        let sells_at = (span.until != u64::MAX).then_some(span.until);
        Ok(TraderPolicy { rao, buys_at: span.from, sells_at })
    }
}

impl fmt::Display for TraderPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = Span { from: self.buys_at, until: self.sells_at.unwrap_or(u64::MAX) };
        let tao = Tao::new(self.rao).to_string();
        write!(f, "whale:{}@{span}", tao.trim_end_matches('0').trim_end_matches('.'))
    }
}
