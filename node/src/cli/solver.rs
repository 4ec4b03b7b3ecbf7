//! Proof of work for a registration: all cores look for a seal worth the difficulty (registration.md section 5).
//!
//! Rules:
//! 1. Work on an old block is worth nothing, and trials do not remember each other: whenever there is a new block, all
//!    threads turn to it at once, and nothing is lost.
//! 2. A node knows the hash of a block for sure when the next one has been decided. So what was found waits for that.
//! 3. Whoever drops a [`Solver`] stops its threads; nothing is handed in here.

use super::{output::Output, session::Session};
use crate::{Client, fault::Fault, proto};
use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use taonet_chain::{AccountId, Hash};
use taonet_subnets::registration::seal::Work;
use tokio::sync::mpsc;

/// How many nonces a thread tries before it looks whether there is a new block: a few milliseconds.
const NONCES: u64 = 4_096;
/// How often progress is shown.
const PROGRESS: Duration = Duration::from_secs(1);
/// How many finds wait to be looked at; the first good one is enough.
const FINDS: usize = 16;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
struct Task {
    number: u64,
    work: Work,
    difficulty: u64,
}

/// A seal that is worth the difficulty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The block on which the work was done.
    pub(super) number: u64,
    /// What makes the seal small enough.
    pub(super) nonce: u64,
    /// The seal.
    pub(super) seal: [u8; 32],
}

/// What the threads share.
struct Shared {
    task: RwLock<Task>,
    next: AtomicU64,
    tried: AtomicU64,
    stop: AtomicBool,
}

impl Shared {
    fn task(&self) -> Task {
        *self.task.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Threads that look for seals.
struct Solver {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    finds: mpsc::Receiver<Found>,
}

impl Solver {
    /// Starts so many threads on nonces from `first` on.
    fn start(task: Task, first: u64, threads: usize) -> Solver {
        let (found, finds) = mpsc::channel(FINDS);
        let shared = Arc::new(Shared {
            task: RwLock::new(task),
            next: AtomicU64::new(first),
            tried: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let look = |_| {
            let (shared, found) = (shared.clone(), found.clone());
            std::thread::spawn(move || look(&shared, &found))
        };
        let threads = (0..threads.max(1)).map(look).collect();
        Solver { shared, threads, finds }
    }

    /// Turns all threads to another block.
    fn turn_to(&self, task: Task) {
        *self.shared.task.write().unwrap_or_else(std::sync::PoisonError::into_inner) = task;
    }

    /// How many nonces were tried.
    fn tried(&self) -> u64 {
        self.shared.tried.load(Ordering::Relaxed)
    }
}

impl Drop for Solver {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn look(shared: &Shared, found: &mpsc::Sender<Found>) {
    while !shared.stop.load(Ordering::Relaxed) {
        let Task { number, work, difficulty } = shared.task();
        let first = shared.next.fetch_add(NONCES, Ordering::Relaxed);
        if let Some((nonce, seal)) = work.solve(difficulty, first..first.saturating_add(NONCES)) {
            // When so many wait already, one more does not matter.
            let _ = found.try_send(Found { number, nonce, seal });
        }
        shared.tried.fetch_add(NONCES, Ordering::Relaxed);
    }
}

/// Finds work for a hotkey that the node will take, showing how far it is.
pub(super) async fn find(
    session: &Session,
    hotkey: AccountId,
    difficulty: u64,
    threads: usize,
) -> Result<Found, Fault> {
    let client = &session.client;
    let mut heads = client.heads(None).await?;
    let last = client.last_block().await?;
    let mut tip = last.height;
    let task = |head: proto::Head| Task {
        number: head.height,
        work: Work::new(&Hash::from_hex(&head.hash).unwrap_or_default().0, &hotkey.0),
        difficulty,
    };
    let last = proto::Head { height: last.height, hash: last.hash, timestamp_ms: last.timestamp_ms };
    let entropy = super::keys::entropy()?;
    let first = u64::from_le_bytes(*entropy.first_chunk().unwrap_or(&[0; 8]));
    let mut solver = Solver::start(task(last), first, threads);
    let progress = Progress { output: session.output, started: Instant::now(), difficulty, threads };
    let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + PROGRESS, PROGRESS);
    loop {
        tokio::select! {
            head = heads.message() => {
                let head = head?.ok_or_else(Fault::stopping)?;
                tip = head.height;
                solver.turn_to(task(head));
            }
            found = solver.finds.recv() => match found {
                Some(found) if found.number.saturating_add(1) >= tip => {
                    progress.end(solver.tried(), found.number);
                    drop(solver);
                    return known(client, found).await;
                }
                _ => {}
            },
            _ = tick.tick() => progress.show(solver.tried(), tip),
        }
    }
}

/// Waits until the node knows the block for sure (rule 2).
async fn known(client: &Client, found: Found) -> Result<Found, Fault> {
    client.wait_for_height(found.number.saturating_add(1)).await?;
    Ok(found)
}

/// How far it is, said on the way.
struct Progress {
    output: Output,
    started: Instant,
    difficulty: u64,
    threads: usize,
}

impl Progress {
    fn show(&self, tried: u64, tip: u64) {
        let text = sentence(tried, self.started.elapsed(), self.difficulty, self.threads, tip);
        self.output.progress(&text, false);
    }

    fn end(&self, tried: u64, number: u64) {
        let took = self.started.elapsed().as_secs_f64();
        self.output.progress(&format!("found on block {number} after {tried} hashes in {took:.1} s"), true);
    }
}

/// Speed and expected time: on average as many hashes are needed as the difficulty says.
fn sentence(tried: u64, elapsed: Duration, difficulty: u64, threads: usize, tip: u64) -> String {
    let rate = tried as f64 / elapsed.as_secs_f64().max(1e-3);
    let expected = match rate > 0.0 {
        true => format!("about {:.0} s are expected", difficulty as f64 / rate),
        false => "starting".into(),
    };
    format!("block {tip}: {:.2} million hashes a second on {threads} threads, {expected}", rate / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use taonet_subnets::registration::seal::meets;

    fn task(number: u64, difficulty: u64) -> Task {
        Task { number, work: Work::new(&[number as u8; 32], &[9; 32]), difficulty }
    }

    #[test]
    fn all_threads_find_seals_that_are_worth_it_and_turn_to_new_blocks() {
        let mut solver = Solver::start(task(1, 1_000), 0, 3);
        let found = solver.finds.blocking_recv().expect("one in a thousand");
        assert_eq!(found.number, 1);
        assert!(meets(&found.seal, 1_000) && task(1, 0).work.seal(found.nonce) == found.seal);
        solver.turn_to(task(2, 1_000));
        let found = std::iter::from_fn(|| solver.finds.blocking_recv()).find(|found| found.number == 2);
        let found = found.expect("they turned to block 2");
        assert!(task(2, 0).work.seal(found.nonce) == found.seal);
    }

    #[test]
    fn a_solver_that_is_dropped_ends_its_threads() {
        let solver = Solver::start(task(1, u64::MAX), 0, 2);
        let shared = Arc::downgrade(&solver.shared);
        drop(solver);
        assert!(shared.upgrade().is_none(), "nobody works any more");
    }

    #[test]
    fn progress_says_speed_and_expected_time() {
        let text = sentence(2_000_000, Duration::from_secs(2), 10_000_000, 2, 77);
        assert_eq!(text, "block 77: 1.00 million hashes a second on 2 threads, about 10 s are expected");
        assert!(sentence(0, Duration::ZERO, 1, 1, 7).ends_with("starting"));
    }
}
