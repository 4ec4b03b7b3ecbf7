//! The stage that a scenario asks for.

use super::{
    OnCluster, OnSim, Stage, StageError,
    file::{Layer, Scenario},
};

/// The network of a scenario, on the layer that it names.
///
/// # Errors
/// The layer cannot do what the scenario needs, or the description makes no sense.
pub fn on(scenario: &Scenario) -> Result<Box<dyn Stage>, StageError> {
    match scenario.on {
        Layer::Sim => Ok(Box::new(OnSim::new(scenario)?)),
        Layer::Cluster => Ok(Box::new(OnCluster::new(scenario)?)),
        Layer::Processes => Err(StageError(
            "scenarios run on sim and cluster; `taonet up` and `taonet net` break real processes".to_owned(),
        )),
    }
}
