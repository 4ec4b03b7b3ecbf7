//! What happened last, one short line each, in columns.
//!
//! Statuses, transactions and timers without consequence are left out: a trace is read by people.

use super::world::EPOCH_MS;
use std::{collections::VecDeque, fmt};
use taonet_chain::BlockId;
use taonet_consensus::{Message, Step, Time, Timer};

/// How many lines are remembered unless told otherwise.
pub const LINES: usize = 60;

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    at: Time,
    node: usize,
    height: u64,
    what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Heard { from: usize, gist: Gist },
    TimedOut { height: u64, round: u32, step: Step },
    Decided { round: u32, value: BlockId },
    Crashed { lost: u64 },
    Started,
    Wiped,
    Cut { to: usize },
    Healed { to: usize },
}

/// What a message is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gist {
    Proposal {
        height: u64,
        round: u32,
        value: BlockId,
        again: bool,
    },
    Vote {
        height: u64,
        round: u32,
        kind: taonet_chain::VoteKind,
        value: Option<BlockId>,
    },
    Votes(usize),
    Fetch(u64),
    Blocks(usize),
    /// A snapshot of a height, or a part of one.
    Snapshot(u64),
    Turns(usize),
}

impl Gist {
    pub(super) fn of(message: &Message) -> Option<Gist> {
        Some(match message {
            Message::Proposal(proposed) => {
                let proposal = &proposed.proposal;
                let (height, round, value) = (proposal.height, proposal.round, proposal.value);
                Gist::Proposal { height, round, value, again: proposal.valid_round.is_some() }
            }
            Message::Vote(vote) => {
                Gist::Vote { height: vote.height, round: vote.round, kind: vote.kind, value: vote.value }
            }
            Message::Votes(votes) => Gist::Votes(votes.len()),
            Message::Fetch(height) => Gist::Fetch(*height),
            Message::Blocks(blocks) => Gist::Blocks(blocks.len()),
            Message::Snapshot(offer) => Gist::Snapshot(offer.height()),
            Message::Chunks { height, .. } => Gist::Snapshot(*height),
            Message::Turns(turns) => Gist::Turns(turns.len()),
            Message::Transaction(_)
            | Message::Status(_)
            | Message::FetchTurns(_)
            | Message::FetchChunks { .. } => return None,
        })
    }
}

/// The last lines.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    lines: VecDeque<Line>,
    limit: usize,
}

impl Trace {
    pub(super) fn new(limit: usize) -> Trace {
        Trace { lines: VecDeque::new(), limit }
    }

    pub(super) fn add(&mut self, at: Time, node: usize, height: u64, what: What) {
        if self.lines.len() >= self.limit {
            self.lines.pop_front();
        }
        if self.limit > 0 {
            self.lines.push_back(Line { at, node, height, what });
        }
    }

    pub(super) fn timer(&mut self, at: Time, node: usize, tip: u64, timer: Timer) {
        if let Timer::Timeout { height, round, step } = timer
            && height == tip + 1
        {
            self.add(at, node, tip, What::TimedOut { height, round, step });
        }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }
}

/// The names of the columns of a [`Line`].
pub const COLUMNS: &str = "    SECONDS  NODE  TIP  EVENT      DETAIL";

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.at.saturating_sub(EPOCH_MS);
        let (name, detail) = self.what.describe();
        write!(f, "{:>7}.{:03}", since / 1_000, since % 1_000)?;
        write!(f, "{:>6}{:>5}  {name:<9}  {detail}", self.node, self.height)
    }
}

impl What {
    fn describe(&self) -> (&'static str, String) {
        match self {
            What::Heard { from, gist } => gist.describe(*from),
            What::TimedOut { height, round, step } => {
                ("timeout", format!("height {height} round {round} {}", format!("{step:?}").to_lowercase()))
            }
            What::Decided { round, value } => ("decided", format!("{} in round {round}", value.short())),
            What::Crashed { lost } => ("crash", format!("{lost} unsynced operations lost")),
            What::Started => ("start", String::new()),
            What::Wiped => ("wiped", "its disk is empty, its key is not".to_owned()),
            What::Cut { to } => ("cut", format!("node {to} no longer hears it")),
            What::Healed { to } => ("heal", format!("node {to} hears it again")),
        }
    }
}

impl Gist {
    fn describe(&self, from: usize) -> (&'static str, String) {
        match self {
            Gist::Proposal { height, round, value, again } => {
                let again = if *again { ", again" } else { "" };
                ("proposal", format!("height {height} round {round} {}{again} from {from}", value.short()))
            }
            Gist::Vote { height, round, kind, value } => {
                let kind = match kind {
                    taonet_chain::VoteKind::Prevote => "prevote",
                    taonet_chain::VoteKind::Precommit => "precommit",
                };
                let value = value.map_or_else(|| "nil".to_owned(), |value| value.short());
                (kind, format!("height {height} round {round} {value} from {from}"))
            }
            Gist::Votes(count) => ("votes", format!("{count} from {from}")),
            Gist::Fetch(height) => ("fetch", format!("from height {height} on, by {from}")),
            Gist::Blocks(count) => ("blocks", format!("{count} from {from}")),
            Gist::Snapshot(height) => ("snapshot", format!("of height {height} from {from}")),
            Gist::Turns(count) => ("turns", format!("{count} from {from}")),
        }
    }
}
