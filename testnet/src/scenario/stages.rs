//! The stage that a scenario asks for.

use super::{OnCluster, OnSim, Stage, StageError, file::Layer, fit, read::Checked};

/// The network of a scenario, on the layer that it names.
///
/// # Errors
/// The layer cannot do what the scenario needs, or the description makes no sense.
pub fn on(checked: &Checked) -> Result<Box<dyn Stage>, StageError> {
    fit::check(checked).map_err(StageError::of)?;
    let scenario = &checked.scenario;
    match scenario.on {
        Layer::Sim => Ok(Box::new(OnSim::new(scenario)?)),
        Layer::Cluster => Ok(Box::new(OnCluster::new(scenario)?)),
        #[cfg(feature = "processes")]
        Layer::Processes => Ok(Box::new(super::OnProcesses::new(scenario)?)),
        #[cfg(not(feature = "processes"))]
        Layer::Processes => {
            Err(StageError("processes need the program `taonet`, and a build with the feature".to_owned()))
        }
    }
}
