//! Holding a network while something is done, whatever comes in between.
//!
//! Rules:
//! 1. A signal ends what can be left half done, mining and waiting, and then the network goes on as before.
//! 2. What must be whole, a checkpoint or going back, is brought to its end first: it takes seconds.

use crate::network::time::Conductor;
use taonet_chain::Code;
use taonet_node::fault::Fault;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The name of the fault of a command that a signal ended.
pub(super) const STOPPED: &str = "Stopped";

/// The signals that end a command. They end it no more while this lives: it has something to put right first.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> Result<Signals, Fault> {
        let watched = |kind| {
            signal(kind).map_err(|error| {
                let sentence = format!("no signal handler: {error}");
                Fault::new(Code::Internal, "System", sentence, "Check the limits of this user (`ulimit -a`).")
            })
        };
        Ok(Signals {
            interrupt: watched(SignalKind::interrupt())?,
            terminate: watched(SignalKind::terminate())?,
            hangup: watched(SignalKind::hangup())?,
        })
    }

    /// Rule 1: what the work comes to, or that a signal ended it.
    pub(super) async fn end<T>(&mut self, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let why = tokio::select! {
            done = work => return done,
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "terminated",
            _ = self.hangup.recv() => "the terminal is gone",
        };
        let sentence = format!("{why}: stopped before the end; blocks that were mined stay");
        Err(Fault::new(Code::Internal, STOPPED, sentence, "See how far it came: taonet status"))
    }
}

/// Does something while the network stands still, and lets it go again whatever came of it.
pub(super) async fn held<T>(
    conductor: &Conductor,
    work: impl AsyncFnOnce(&mut Signals) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut signals = Signals::listen()?;
    let before = conductor.production().await?;
    let done = match signals.end(conductor.hold()).await {
        Ok(_) => work(&mut signals).await,
        Err(fault) => Err(fault),
    };
    match (done, conductor.release(before).await) {
        (done, Ok(())) => done,
        (Ok(_), Err(left)) => Err(left),
        (Err(fault), Err(left)) => {
            let sentence = format!("{fault}; {left}");
            Err(Fault { sentence, ..left })
        }
    }
}
