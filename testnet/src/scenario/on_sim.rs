//! A scenario on one chain in this process.

use super::{
    acts::{self, Deed},
    file::{Act, Layer, Scenario},
    fit,
    stage::{Stage, StageError},
};
use crate::harness::{Setup, Sim, Tools, View};
use taonet_chain::Hash;

/// A [`Sim`] as a stage.
pub struct OnSim {
    sim: Sim,
    began: u64,
}

impl OnSim {
    /// The network of a scenario.
    ///
    /// # Errors
    /// It needs more than one chain, or its description makes no sense.
    pub fn new(scenario: &Scenario) -> Result<OnSim, StageError> {
        OnSim::working(scenario, Tools::tour())
    }

    /// The network of a scenario, all of whose subnets work on a task of one's own.
    ///
    /// # Errors
    /// It needs more than one chain, or its description makes no sense.
    pub fn working(scenario: &Scenario, tools: impl Into<Tools>) -> Result<OnSim, StageError> {
        if scenario.needs_network() {
            return Err(StageError(fit::NO_NETWORK.to_owned()));
        }
        let tools = tools.into();
        let tools = scenario.subnets.iter().map(|subnet| (subnet.name.clone(), tools.clone())).collect();
        let sim = Sim::new(scenario.setup(), &tools).map_err(StageError::of)?;
        let began = sim.time();
        Ok(OnSim { sim, began })
    }

    fn setup(&self) -> &Setup {
        self.sim.setup()
    }
}

impl Stage for OnSim {
    fn layer(&self) -> Layer {
        Layer::Sim
    }

    fn advance(&mut self) -> Result<(), StageError> {
        self.sim.run_blocks(1);
        Ok(())
    }

    fn act(&mut self, act: &Act) -> Result<(), StageError> {
        match acts::deed(act, self.setup())? {
            Deed::Send(calls) => calls
                .into_iter()
                .try_for_each(|(who, call)| self.sim.send(&who, call).map(drop).map_err(StageError::of)),
            Deed::Fault(_) => Err(StageError("one chain has no links and no nodes to break".to_owned())),
        }
    }

    fn view(&self) -> Result<View<'_>, StageError> {
        Ok(self.sim.view())
    }

    fn root(&self) -> Hash {
        self.sim.root()
    }

    fn seconds(&self) -> f64 {
        (self.sim.time() - self.began) as f64 / 1_000.0
    }

    fn nodes(&self) -> Vec<(String, u64)> {
        Vec::new()
    }

    fn trace(&self) -> Vec<String> {
        self.sim.events().map(|(height, event)| format!("{height} {event:?}")).collect()
    }
}
