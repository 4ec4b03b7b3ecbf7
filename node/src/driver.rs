//! The loop: timers, peers and clients into the replica, what it wants out of it. It decides nothing.
//!
//! Rules:
//! 1. The driver is a thread of its own: the replica writes to disk and waits for it, which must not hold up those
//!    who carry messages.
//! 2. Due timers come first; then, as chance decides when both wait, the most urgent event of the network or a
//!    demand of a client. The network's lanes are ordered and bounded (crate `p2p`), and so is the clients' queue
//!    ([`DEMANDS`]).
//! 3. After each step everything the replica wants has been handed over, and the counters are right.
//! 4. A store that fails, and a broken invariant of agreement, unwind to [`spawn`]: nothing else is done with that
//!    replica.
//! 5. Where the operator asked for it, the invariants of the economy are checked on the committed state: when the
//!    replica is open, and after every step that decided. The driver ends at the first that does not hold, before
//!    anybody is told of the block.
//!
//! [`DEMANDS`]: crate::shared::DEMANDS

mod mining;

use crate::{
    error::Error,
    shared::{Demand, Progress, Provable, Standing},
    store::StoreError,
    telemetry::Metrics,
};
use mining::Mining;
use std::{
    any::Any,
    collections::{BTreeMap, btree_map::OccupiedEntry},
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use taonet_chain::{Tip, Transaction, state::StateRead, violations};
use taonet_consensus::{
    CannotMine, Committed, Incoming, Outgoing, Rejection, Replica, Step, Store, Time, Timer, Verdict,
};
use taonet_p2p::{Command, Event, GossipId, Network};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot, watch},
};

/// The loop looks around at least this often: the clock may have been set.
const LONGEST_PAUSE_MS: Time = 1_000;

/// What a driver is made of.
pub(crate) struct Parts {
    pub(crate) network: Network,
    pub(crate) demands: mpsc::Receiver<Demand>,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) metrics: Metrics,
    /// Whether the economy's invariants are checked after every block.
    pub(crate) check_invariants: bool,
    /// What waited at the checkpoint from which the node goes on.
    pub(crate) waiting: Vec<Transaction>,
    /// Told when the replica is open.
    pub(crate) ready: oneshot::Sender<()>,
    /// Resolves when the driver shall stop.
    pub(crate) stop: oneshot::Receiver<()>,
}

/// Starts the driver's thread, where `open` opens the replica. What is returned resolves with the reason why the
/// driver ended; the network is stopped by then.
pub(crate) fn spawn<S: Store>(
    parts: Parts,
    open: impl FnOnce(Time, &mut Vec<Outgoing>) -> Result<Replica<S>, Error> + Send + 'static,
) -> Result<oneshot::Receiver<Result<(), Error>>, Error> {
    let runtime = Handle::current();
    let (ending, ended) = oneshot::channel();
    let body = move || {
        let run = AssertUnwindSafe(|| runtime.block_on(run(parts, open)));
        let result = panic::catch_unwind(run).unwrap_or_else(|reason| Err(reason_of(&*reason)));
        if let Err(error) = &result {
            tracing::error!("{error}; what to try: {}", error.remedy());
        }
        // Whoever waits may have gone.
        let _ = ending.send(result);
    };
    let thread = thread::Builder::new().name("driver".into()).spawn(body);
    thread.map_err(|source| Error::System { doing: "start the driver's thread", source })?;
    Ok(ended)
}

/// Why a driver unwound: a failed store says so itself, everything else is a panic with a message.
fn reason_of(reason: &(dyn Any + Send)) -> Error {
    if let Some(error) = reason.downcast_ref::<StoreError>() {
        return Error::Store(error.clone());
    }
    let text = reason.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| reason.downcast_ref::<&str>().copied());
    Error::Broken(text.unwrap_or("no reason was given").to_owned())
}

/// The milliseconds since the Unix epoch.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::try_from(since.as_millis()).unwrap_or(Time::MAX)
}

async fn run<S: Store>(
    parts: Parts,
    open: impl FnOnce(Time, &mut Vec<Outgoing>) -> Result<Replica<S>, Error>,
) -> Result<(), Error> {
    let Parts { network, mut demands, progress, metrics, check_invariants, waiting, ready, mut stop } = parts;
    let mut wanted = Vec::new();
    let replica = open(now(), &mut wanted)?;
    let timers = Timers::default();
    let mining = None;
    let mut driver =
        Driver { replica, network, progress, metrics, timers, check_invariants, last_block_ms: None, mining };
    driver.check()?;
    driver.carry_out(wanted, Cause::Itself).await;
    for transaction in waiting {
        driver.step(Incoming::Submitted(transaction), Cause::Itself).await?;
    }
    // Whoever starts the node may have given up.
    let _ = ready.send(());
    let ended = driver.run(&mut demands, &mut stop).await;
    driver.network.stop().await;
    ended
}

/// The first invariant of the economy that does not hold in a committed state, as the reason to stop.
fn check_invariants(state: &dyn StateRead, height: u64) -> Result<(), Error> {
    match violations(state).into_iter().next() {
        Some(violation) => Err(Error::Invariant { height, violation }),
        None => Ok(()),
    }
}

/// Who is told what came of a step.
enum Cause {
    /// Nobody.
    Itself,
    /// The network, which passes a message on only after the verdict.
    Message(Option<GossipId>),
    /// A client.
    Client(oneshot::Sender<Result<(), Rejection>>),
}

struct Driver<S: Store> {
    replica: Replica<S>,
    network: Network,
    progress: watch::Sender<Progress>,
    metrics: Metrics,
    timers: Timers,
    check_invariants: bool,
    last_block_ms: Option<u64>,
    /// Blocks are being mined.
    mining: Option<Mining>,
}

impl<S: Store> Driver<S> {
    async fn run(
        &mut self,
        demands: &mut mpsc::Receiver<Demand>,
        stop: &mut oneshot::Receiver<()>,
    ) -> Result<(), Error> {
        loop {
            let timer = self.timers.due(now());
            if timer.is_some() || self.mining.is_some() {
                match timer {
                    Some(timer) => self.step(Incoming::Wake(timer), Cause::Itself).await?,
                    None => self.mine().await?,
                }
                // During a long catch-up a timer is always due, and mining never waits: peers, clients and the stop
                // signal get their turns in between.
                if let Some(event) = self.network.events.try_recv() {
                    self.hear(event).await?;
                }
                if let Ok(demand) = demands.try_recv() {
                    self.serve(demand).await?;
                }
                match stop.try_recv() {
                    Err(oneshot::error::TryRecvError::Empty) => continue,
                    _ => return Ok(()),
                }
            }
            let pause = self.timers.pause(now());
            tokio::select! {
                _ = &mut *stop => return Ok(()),
                event = self.network.events.recv() => match event {
                    Some(event) => self.hear(event).await?,
                    None => return Ok(()),
                },
                Some(demand) = demands.recv() => self.serve(demand).await?,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn check(&self) -> Result<(), Error> {
        if self.check_invariants {
            check_invariants(self.replica.store(), self.replica.tip().height)?;
        }
        Ok(())
    }

    async fn hear(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Connected(node) => self.step(Incoming::Connected(node), Cause::Itself).await,
            Event::Disconnected(node) => self.step(Incoming::Disconnected(node), Cause::Itself).await,
            Event::Received { from, message, id } => {
                self.step(Incoming::Received { from, message }, Cause::Message(id)).await
            }
            Event::Refused { node, network } => {
                tracing::warn!("turned {node} away: it belongs to the network {network}");
                Ok(())
            }
        }
    }

    async fn serve(&mut self, demand: Demand) -> Result<(), Error> {
        match demand {
            Demand::Submit { transaction, reply } => {
                self.step(Incoming::Submitted(*transaction), Cause::Client(reply)).await
            }
            Demand::Provable { reply } => {
                let tree = || self.replica.tree().clone();
                let certified = self.replica.certified_tip();
                // A client may have gone.
                let _ = reply.send(certified.map(|certified| Provable { certified, tree: tree() }));
                Ok(())
            }
            Demand::NextNonce { account, reply } => {
                // A client may have gone.
                let _ = reply.send(self.replica.mempool().next_nonce(self.replica.store(), &account));
                Ok(())
            }
            Demand::Control { change, reply } => {
                if let Some(production) = change {
                    self.step(Incoming::Produce(production), Cause::Itself).await?;
                }
                let _ = reply.send(self.standing());
                Ok(())
            }
            Demand::Waiting { reply } => {
                let _ = reply.send(self.replica.mempool().transactions().cloned().collect());
                Ok(())
            }
            Demand::Mine { goal, answers, reply } => {
                let allowed = match self.mining {
                    Some(_) => Err(CannotMine::InProgress),
                    None => self.replica.check_mining(&mining::development_keys()),
                };
                if allowed.is_ok() {
                    self.mining = Some(Mining::new(goal, answers, self.replica.store()));
                }
                let _ = reply.send(allowed);
                Ok(())
            }
        }
    }

    fn standing(&self) -> Standing {
        let (replica, control) = (&self.replica, self.replica.control());
        let agreement = replica.agreement();
        let tip = replica.tip().clone();
        let started = if agreement.step() == Step::Waiting { tip.height } else { agreement.height() };
        Standing { control, clock_ms: control.clock(now()), tip, started }
    }

    /// Mines the next block, and ends when the goal is reached.
    async fn mine(&mut self) -> Result<(), Error> {
        let Some(mut mining) = self.mining.take() else { return Ok(()) };
        let mut wanted = Vec::new();
        let mined = self.replica.mine(now(), &mining.keys, &mut wanted);
        let committed = wanted.iter().find_map(|outgoing| match outgoing {
            Outgoing::Committed(committed) => Some(Arc::clone(committed)),
            _ => None,
        });
        self.check()?;
        self.carry_out(wanted, Cause::Itself).await;
        if let Some(committed) = &committed {
            mining.count(committed, self.replica.store());
            mining.tell(committed);
        }
        if mined.is_ok() && !mining.is_over(self.replica.store()) {
            self.mining = Some(mining);
            return Ok(());
        }
        let mut wanted = Vec::new();
        self.replica.rest(now(), &mut wanted);
        self.carry_out(wanted, Cause::Itself).await;
        mining.finish(committed.as_deref()).await;
        Ok(())
    }

    async fn step(&mut self, incoming: Incoming, cause: Cause) -> Result<(), Error> {
        let started = Instant::now();
        let mut wanted = Vec::new();
        self.replica.step(now(), incoming, &mut wanted);
        let committed = wanted.iter().any(|outgoing| matches!(outgoing, Outgoing::Committed(_)));
        self.metrics.stepped(started.elapsed(), committed);
        if committed {
            self.check()?;
        }
        self.carry_out(wanted, cause).await;
        Ok(())
    }

    async fn carry_out(&mut self, wanted: Vec<Outgoing>, mut cause: Cause) {
        let mut refusal = None;
        for outgoing in wanted {
            match outgoing {
                Outgoing::Broadcast(message) => self.command(Command::Broadcast(message)).await,
                Outgoing::Send { to, message } => self.command(Command::Send { to, message }).await,
                Outgoing::WakeAt { at, timer } => self.timers.add(at, timer),
                Outgoing::Committed(committed) => self.count_block(&committed),
                Outgoing::Restored(tip) => {
                    let Tip { height, id, .. } = tip;
                    tracing::info!(height, %id, "took the state after this block from a peer");
                }
                Outgoing::Refused { reason, .. } => refusal = Some(reason),
                Outgoing::Verdict { from, verdict } => {
                    let id = if let Cause::Message(id) = &mut cause { id.take() } else { None };
                    if let Verdict::Reject(offence) = verdict {
                        tracing::warn!("peer {from}: {offence}");
                    }
                    self.command(Command::Verdict { from, id, verdict }).await;
                }
                Outgoing::Penalty { peer, offence } => {
                    tracing::warn!("peer {peer}: {offence}");
                    self.command(Command::Penalty { peer, offence }).await;
                }
            }
        }
        if let Cause::Client(reply) = cause {
            // A client may have gone.
            let _ = reply.send(refusal.map_or(Ok(()), Err));
            self.metrics.refused.inc_by(u64::from(refusal.is_some()));
        }
        self.publish();
    }

    /// Hands a command to the network, whose task always takes them; when it has ended, the loop notices by its
    /// events.
    async fn command(&self, command: Command) {
        let _ = self.network.commands.send(command).await;
    }

    fn count_block(&mut self, committed: &Committed) {
        let header = &committed.block.block.header;
        if let Some(before) = self.last_block_ms.replace(header.timestamp_ms) {
            let interval = Duration::from_millis(header.timestamp_ms.saturating_sub(before));
            self.metrics.block_interval.observe(interval.as_secs_f64());
        }
        self.metrics.transactions.inc_by(committed.receipts.len() as u64);
        tracing::debug!(
            height = header.height,
            id = %committed.id.short(),
            root = %header.state_root.short(),
            round = committed.block.certificate.round,
            transactions = committed.receipts.len(),
            "block"
        );
    }

    fn publish(&self) {
        let progress = Progress {
            height: self.replica.tip().height,
            round: self.replica.agreement().round(),
            mempool: self.replica.mempool().len(),
            peers: self.network.peers.borrow().len(),
        };
        self.metrics.show(&progress);
        self.progress.send_if_modified(|published| {
            let changed = *published != progress;
            *published = progress;
            changed
        });
    }
}

/// What the replica wants to be woken for, the soonest first.
#[derive(Default)]
struct Timers {
    /// The second number keeps timers of the same time in the order in which they were asked for.
    waiting: BTreeMap<(Time, u64), Timer>,
    count: u64,
}

impl Timers {
    fn add(&mut self, at: Time, timer: Timer) {
        self.waiting.insert((at, self.count), timer);
        self.count += 1;
    }

    fn due(&mut self, now: Time) -> Option<Timer> {
        let first = self.waiting.first_entry().filter(|first| first.key().0 <= now);
        first.map(OccupiedEntry::remove)
    }

    fn pause(&self, now: Time) -> Duration {
        let next = self.waiting.first_key_value().map_or(now + LONGEST_PAUSE_MS, |(&(at, _), _)| at);
        Duration::from_millis(next.saturating_sub(now).min(LONGEST_PAUSE_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_chain::{
        DevOptions, Genesis, Violation,
        state::{Changes, MemoryState, schema},
    };

    #[test]
    fn timers_come_in_the_order_of_their_times_and_then_of_their_asking() {
        let mut timers = Timers::default();
        timers.add(20, Timer::Heartbeat);
        timers.add(10, Timer::Start { height: 1 });
        timers.add(10, Timer::Work);
        assert_eq!(timers.due(9), None);
        assert_eq!(timers.pause(4), Duration::from_millis(6));
        assert_eq!(timers.due(10), Some(Timer::Start { height: 1 }));
        assert_eq!(timers.due(10), Some(Timer::Work));
        assert_eq!(timers.due(10), None);
        assert_eq!(timers.pause(50), Duration::ZERO);
    }

    #[test]
    fn the_first_invariant_that_is_broken_is_the_reason_to_stop() {
        let genesis = Genesis::dev(DevOptions::default());
        let (_, changes) = genesis.build().expect("the preset builds");
        let mut state = MemoryState::default();
        state.apply(&changes);
        assert!(check_invariants(&state, 0).is_ok());
        // Somebody's balance is gone, and the issuance does not know.
        let balances = state.scan(&[schema::BALANCES]).map(|(key, _)| key);
        let lost: Changes = balances.take(1).map(|key| (key, None)).collect();
        state.apply(&lost);
        let error = check_invariants(&state, 7).expect_err("broken");
        assert!(matches!(error, Error::Invariant { height: 7, violation: Violation::Issuance { .. } }));
        assert!(error.to_string().starts_with("after block 7 an invariant does not hold: "), "{error}");
        assert_eq!(error.exit_code(), 74);
    }

    #[test]
    fn a_failed_store_is_recognised_by_whoever_catches_it() {
        let error = StoreError::Io { dir: "db".into(), detail: "gone".into() };
        let thrown = error.clone();
        let caught = panic::catch_unwind(|| -> () { crate::store::fatal(thrown) }).expect_err("unwinds");
        assert!(matches!(reason_of(&*caught), Error::Store(found) if found == error));
    }
}
