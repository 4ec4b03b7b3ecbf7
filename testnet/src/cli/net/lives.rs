//! Killing, pausing, resuming and restarting nodes.
//!
//! Rules:
//! 1. Nodes that are named must all be able to do it; this is looked at before anything is done.
//! 2. `all` are those for whom it changes something; the others are left as they are, and that is said.
//! 3. A node that fails does not keep the others from it.

use super::{Names, words};
use crate::network::{
    control::{self, Life},
    ready::Failure,
    record::Record,
};
use words::{is_all, nodes, shown};

/// What is done to nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Kill,
    Pause,
    Resume,
    Restart,
}

impl Deed {
    /// As it is said when it is done.
    fn done(self) -> &'static str {
        match self {
            Deed::Kill => "killed",
            Deed::Pause => "paused",
            Deed::Resume => "resumed",
            Deed::Restart => "restarted",
        }
    }

    /// Whether it changes what a node does.
    fn changes(self, life: Life) -> bool {
        match self {
            Deed::Kill => life != Life::Ended,
            Deed::Pause => life == Life::Running,
            Deed::Resume => life == Life::Paused,
            Deed::Restart => true,
        }
    }

    /// Does it to nodes by their names, and says to whom.
    ///
    /// # Errors
    /// A node that is named does not run, or something went wrong with one; to whom it was done is said then too.
    pub(super) async fn run(self, record: &mut Record, names: &Names) -> Result<String, Failure> {
        let (chosen, left) = self.choose(record, &names.names)?;
        let (mut done, mut failed) = (Vec::new(), None);
        for index in chosen {
            match self.one(record, index).await {
                Ok(()) => done.push(index),
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        let done = if done.is_empty() { "none".to_owned() } else { shown(record, &done) };
        let said = format!("{}: {done}{}", self.done(), as_they_are(record, &left));
        match failed {
            Some(failure) => Err(Failure { check: format!("{}\n{said}", failure.check), ..failure }),
            None => Ok(said),
        }
    }

    /// Rules 1 and 2: the nodes to do it to, and those that are left as they are.
    fn choose(self, record: &Record, names: &[String]) -> Result<(Vec<usize>, Vec<usize>), Failure> {
        let chosen = nodes(record, names)?;
        let life = |index: &usize| Life::of(record.nodes[*index].process);
        if is_all(names) {
            return Ok(chosen.into_iter().partition(|index| self.changes(life(index))));
        }
        match chosen.iter().find(|index| self != Deed::Restart && life(index) == Life::Ended) {
            Some(&ended) => Err(control::not_running(&record.nodes[ended])),
            None => Ok((chosen, Vec::new())),
        }
    }

    async fn one(self, record: &mut Record, index: usize) -> Result<(), Failure> {
        match self {
            Deed::Kill => control::kill(&record.nodes[index]),
            Deed::Pause => control::pause(&record.nodes[index]),
            Deed::Resume => control::resume(&record.nodes[index]).await.map(drop),
            Deed::Restart => control::restart(record, index).await.map(drop),
        }
    }
}

/// One more line for those to whom nothing was done.
fn as_they_are(record: &Record, left: &[usize]) -> String {
    let one = |&index: &usize| {
        let node = &record.nodes[index];
        format!("{} ({})", node.name, Life::of(node.process).name())
    };
    let left: Vec<String> = left.iter().map(one).collect();
    if left.is_empty() { String::new() } else { format!("\nleft as they are: {}", left.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::{super::words::tests::record, *};
    use crate::network::process::Process;

    fn words(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn all_are_those_for_whom_it_changes_something() {
        let mut record = record(3);
        record.nodes[1].process = Some(Process::this());
        let choose = |deed: Deed| deed.choose(&record, &words(&["all"])).expect("some");
        assert_eq!(choose(Deed::Kill), (vec![1], vec![0, 2]));
        assert_eq!(choose(Deed::Pause), (vec![1], vec![0, 2]));
        assert_eq!(choose(Deed::Resume), (vec![], vec![0, 1, 2]));
        assert_eq!(choose(Deed::Restart), (vec![0, 1, 2], vec![]));
        let left = as_they_are(&record, &[0, 1]);
        assert_eq!(left, "\nleft as they are: n0 (stopped) n1 (running)");
    }

    #[test]
    fn a_named_node_that_does_not_run_stops_it_before_anything_is_done() {
        let mut record = record(3);
        record.nodes[1].process = Some(Process::this());
        let failure = Deed::Pause.choose(&record, &words(&["n1", "n2"])).expect_err("n2 does not run");
        assert_eq!((failure.name.as_str(), failure.check.as_str()), ("n2", "it does not run"));
        assert_eq!(Deed::Pause.choose(&record, &words(&["n1"])).expect("it runs"), (vec![1], vec![]));
    }
}
