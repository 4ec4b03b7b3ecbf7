//! Faults of nodes: killed, paused, started again.
//!
//! Rules:
//! 1. Only processes that are known to be this network's are touched ([`super::process`], rule 1).
//! 2. What is asked for has happened when a function returns: a killed node is gone, a paused one stands still, a
//!    resumed or restarted one answers.
//! 3. A node is not started where somebody else answers: he would be taken for it.

use super::{
    process::{Process, stop_all},
    ready::{self, Failure, Node},
    record::{NodeRecord, Record},
    start,
};

/// What a node's process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It runs.
    Running,
    /// It stands still until it is resumed.
    Paused,
    /// There is no process.
    Ended,
}

impl Life {
    /// What a process does.
    pub fn of(process: Option<Process>) -> Life {
        match process {
            Some(process) if process.is_paused() => Life::Paused,
            Some(process) if process.is_running() => Life::Running,
            _ => Life::Ended,
        }
    }

    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Life::Running => "running",
            Life::Paused => "paused",
            Life::Ended => "stopped",
        }
    }
}

/// That a node has no process, and what to do about it.
pub fn not_running(node: &NodeRecord) -> Failure {
    let remedy = format!("start it again: taonet net restart {}", node.name);
    Failure { remedy: Some(remedy), ..Failure::of(node, "it does not run") }
}

/// The process of a node that has one.
fn process(node: &NodeRecord) -> Result<Process, Failure> {
    node.process.filter(Process::is_running).ok_or_else(|| not_running(node))
}

/// Ends a node at once (SIGKILL): it can neither say goodbye nor write anything more.
///
/// # Errors
/// It does not run.
pub fn kill(node: &NodeRecord) -> Result<(), Failure> {
    process(node)?.kill();
    Ok(())
}

/// Stops a node where it is (SIGSTOP); its connections stay open.
///
/// # Errors
/// It does not run.
pub fn pause(node: &NodeRecord) -> Result<(), Failure> {
    if process(node)?.pause() { Ok(()) } else { Err(Failure::of(node, "it ended before it could be paused")) }
}

/// Lets a paused node go on (SIGCONT), and waits until it answers.
///
/// # Errors
/// It does not run, or does not answer.
pub async fn resume(node: &NodeRecord) -> Result<Node, Failure> {
    process(node)?.resume();
    ready::connect(node).await
}

/// Starts a node from its folder, after it was asked to go if it runs, and waits until it answers.
///
/// # Errors
/// Somebody else is in its place (rule 3), or it does not start, or does not answer.
pub async fn restart(record: &mut Record, index: usize) -> Result<Node, Failure> {
    let system = |error| Failure::of_system("a node could not be started", &error);
    let node = record.nodes.get(index).ok_or_else(|| system(std::io::ErrorKind::NotFound.into()))?;
    stop_all(&node.process.into_iter().collect::<Vec<_>>());
    if node.connect().await.is_ok() {
        let remedy = format!("end the process that listens at {}, then restart the node", node.way_in().0);
        let check = format!("another process answers at {}", node.way_in().0);
        return Err(Failure { remedy: Some(remedy), ..Failure::of(node, check) });
    }
    let process = start::node(record, node).map_err(system)?;
    record.nodes[index].process = Some(process);
    record.write().map_err(system)?;
    ready::connect(&record.nodes[index]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::ready::tests::{record, stranger};

    #[tokio::test]
    async fn a_node_is_not_started_where_a_stranger_answers() {
        let (_listener, address) = stranger().await;
        let mut network = record(&address);
        let failure = restart(&mut network, 0).await.err().expect("its place is taken");
        assert_eq!(failure.check, format!("another process answers at {address}"));
        assert_eq!(network.nodes[0].process, None, "nothing was started");
    }
}
