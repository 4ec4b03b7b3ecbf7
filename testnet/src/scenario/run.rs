//! Running a scenario: block by block, what happens, what is recorded, what must hold.
//!
//! Rules:
//! 1. After each block, in this order: it is recorded; what must hold then is asked; what happens then happens.
//! 2. The first assertion that does not hold after a block ends the run; those of the end are all asked.
//! 3. What must hold in a block that never came does not hold, and what was to happen then did not: both fail the run,
//!    unless another failure had ended it before.
//! 4. A run that cannot go on is no failure of an assertion: it is told apart, and has its own exit code.

use super::{
    answer::Now,
    expr::Expr,
    file::{Assertion, Layer, Until, When},
    read::Checked,
    record::Recording,
    stage::{Stage, StageError},
};
use crate::harness::View;
use serde::Serialize;
use std::{collections::BTreeSet, fmt};
use taonet_chain::{Hash, query};

/// The most blocks of a run: a day of the public network, which is more than any story needs.
pub const MAX_BLOCKS: u64 = 7_200;

/// What became of an assertion.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Finding {
    /// What it says.
    pub expr: String,
    /// What it means.
    pub about: String,
    /// When it is asked.
    pub when: String,
    /// Whether it held each time.
    pub held: bool,
    /// How often it was asked.
    pub asked: u64,
    /// The block in which it was last asked.
    pub block: u64,
    /// The facts that it rested on then.
    pub facts: Vec<(String, String)>,
    /// Why nothing was found, where the run ended before there was anything to find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<String>,
}

impl Finding {
    /// When it was found, or why it was not.
    pub fn found(&self) -> String {
        self.missed.clone().unwrap_or_else(|| format!("block {}", self.block))
    }
}

/// What a run gave.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario.
    pub scenario: String,
    /// Where it ran.
    pub layer: Layer,
    /// Its seed.
    pub seed: u64,
    /// The last block.
    pub height: u64,
    /// The state root after it.
    pub root: Hash,
    /// Every assertion, in the order of the file; after them, what was to happen and did not.
    pub findings: Vec<Finding>,
    /// The numbers of the run.
    #[serde(skip)]
    pub recording: Recording,
    /// What happened last; newest last.
    #[serde(skip)]
    pub trace: Vec<String>,
    /// What its processes logged, by name, if an assertion did not hold.
    #[serde(skip)]
    pub logs: Vec<(String, String)>,
}

impl Report {
    /// Whether every assertion held.
    pub fn held(&self) -> bool {
        self.findings.iter().all(|finding| finding.held)
    }
}

/// What did not hold, and the facts that it rested on; nothing if everything held.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in self.findings.iter().filter(|finding| !finding.held) {
            writeln!(f, "    {}: {}", finding.found(), finding.expr)?;
            for (fact, value) in &finding.facts {
                writeln!(f, "      {fact} = {value}")?;
            }
        }
        Ok(())
    }
}

/// Runs a scenario on a stage, telling `progress` of every block.
///
/// # Errors
/// It could not be run to its end.
pub fn run(
    checked: &Checked,
    stage: &mut dyn Stage,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, StageError> {
    let mut run = Run::new(checked);
    while !run.is_over(stage.view()?) {
        if stage.view()?.height() >= MAX_BLOCKS {
            return Err(StageError(format!("it did not end within {MAX_BLOCKS} blocks; let it end earlier")));
        }
        stage.advance()?;
        let height = stage.view()?.height();
        progress(height);
        run.record(stage)?;
        if !run.after_block(stage)? {
            return run.report(stage);
        }
        for happening in checked.scenario.happenings.iter().filter(|one| one.block == height) {
            stage.act(happening.act.get_ref())?;
        }
    }
    run.ask(stage, |when| when == When::End)?;
    run.report(stage)
}

struct Run<'a> {
    checked: &'a Checked,
    recording: Recording,
    findings: Vec<Finding>,
}

impl<'a> Run<'a> {
    fn new(checked: &'a Checked) -> Run<'a> {
        let findings = checked.scenario.assertions.iter().map(finding_of).collect();
        Run { checked, recording: Recording::default(), findings }
    }

    fn is_over(&self, view: View<'_>) -> bool {
        match self.checked.scenario.time.until {
            Until::Blocks(blocks) => view.height() >= blocks,
            Until::Epochs(epochs) => {
                query::subnet(view.state(), 1).is_none_or(|subnet| subnet.epochs.ran >= epochs)
            }
        }
    }

    fn record(&mut self, stage: &dyn Stage) -> Result<(), StageError> {
        let view = stage.view()?;
        self.recording.block(view.height(), view.state(), &|account| view.name_of(account));
        let nodes = stage.nodes();
        let furthest = nodes.iter().map(|(_, height)| *height).max().unwrap_or(0);
        for (name, height) in nodes {
            self.recording.node(&name, stage.seconds(), height, furthest - height);
        }
        Ok(())
    }

    /// Whether the run may go on.
    fn after_block(&mut self, stage: &dyn Stage) -> Result<bool, StageError> {
        let view = stage.view()?;
        let height = view.height();
        let ran_now = query::subnets(view.state()).iter().any(|subnet| subnet.epochs.last_block == height);
        self.ask(stage, |when| match when {
            When::EveryBlock => true,
            When::EveryEpoch => ran_now,
            When::Block(block) => block == height,
            When::End => false,
        })
    }

    /// Asks what must hold now; says whether it did.
    fn ask(&mut self, stage: &dyn Stage, is_now: impl Fn(When) -> bool) -> Result<bool, StageError> {
        let assertions = self.checked.scenario.assertions.iter().zip(&self.checked.expressions);
        let mut all = true;
        for ((assertion, expression), finding) in assertions.zip(&mut self.findings) {
            if is_now(assertion.when) {
                all &= ask_one(expression, finding, stage)?;
            }
        }
        Ok(all)
    }

    fn report(mut self, stage: &dyn Stage) -> Result<Report, StageError> {
        let height = stage.view()?.height();
        self.missed(height);
        let held = self.findings.iter().all(|finding| finding.held);
        Ok(Report {
            scenario: self.checked.scenario.name.get_ref().clone(),
            layer: stage.layer(),
            seed: self.checked.scenario.seed,
            height,
            root: stage.root(),
            findings: self.findings,
            recording: self.recording,
            trace: stage.trace(),
            logs: if held { Vec::new() } else { stage.logs() },
        })
    }

    /// Rule 3.
    fn missed(&mut self, height: u64) {
        if self.findings.iter().any(|finding| !finding.held) {
            return;
        }
        let why = |what| Some(format!("never {what}, because the run ended at block {height}"));
        for finding in self.findings.iter_mut().filter(|finding| finding.asked == 0) {
            (finding.held, finding.block, finding.missed) = (false, height, why("asked"));
        }
        for happening in self.checked.scenario.happenings.iter().filter(|one| one.block > height) {
            self.findings.push(Finding {
                expr: format!("what happens after block {}", happening.block),
                when: format!("block {}", happening.block),
                held: false,
                block: height,
                missed: why("reached"),
                ..Finding::default()
            });
        }
    }
}

fn finding_of(assertion: &Assertion) -> Finding {
    Finding {
        expr: assertion.expr.get_ref().clone(),
        about: assertion.about.clone(),
        when: assertion.when.to_string(),
        held: true,
        ..Finding::default()
    }
}

fn ask_one(expression: &Expr, finding: &mut Finding, stage: &dyn Stage) -> Result<bool, StageError> {
    let view = stage.view()?;
    let account = expression.check(&Now { stage, view }).map_err(|mistake| {
        StageError(format!("`{}`, at character {}: {mistake}", finding.expr, mistake.at + 1))
    })?;
    finding.held = account.holds;
    finding.asked += 1;
    finding.block = view.height();
    finding.facts = account.facts.into_iter().map(|(fact, value)| (fact, value.to_string())).collect();
    Ok(account.holds)
}

/// The names of all scenarios must differ: they name files.
///
/// # Errors
/// A name that is used twice.
pub fn distinct<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    names.into_iter().try_for_each(|name| {
        if seen.insert(name) { Ok(()) } else { Err(format!("two scenarios are called `{name}`")) }
    })
}
