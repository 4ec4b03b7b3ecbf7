//! Recorded runs of the public network's code, block by block, through this chain's own block step and calls.
//!
//! A run starts from an empty network. In each of its blocks, in this order:
//! 1. the chain's block step is executed. Where an epoch runs, its outcome is taken from the record; that it runs, and
//!    what was set aside for it, is compared (block 0 has no step);
//! 2. what users did is executed through `dispatch`, and the result of each call is compared; what the recorder wrote
//!    directly goes through [`taonet_chain::replay`];
//! 3. all state is compared, where the run recorded it;
//! 4. the invariants of economics.md section 5 are checked after every block, but for what the run itself explains: the
//!    TAO behind a pool that was written by hand, and the alpha outside it.
//!
//! One block is one case. A run ends with its first block that differs: what follows would only repeat the difference.

mod compare;
mod ops;
mod records;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use taonet_chain::ledger::epochs::Earnings;
use taonet_chain::memory::MemoryChain;
use taonet_chain::replay::record_epoch;
use taonet_chain::state::{MemoryState, Overlay};
use taonet_chain::step::{Note, step_watched};
use taonet_chain::{
    AccountId, BlockContext, Event, Genesis, Hash, MainnetOptions, Violation, dispatch, query, violations,
};
use taonet_subnets::amount::Alpha;

use self::ops::Op;
use self::records::{Drained, Epoch, NewSubnet, Step, account};
use crate::conformance::{Case, Cases, Malformed, parse};

/// Who makes the blocks of every run.
const AUTHOR: u64 = 12_345;

/// Replays a file of blocks.
pub(super) fn run(cases: &mut Cases<'_>, root: &Map<String, Value>) -> Result<(), Malformed> {
    for (name, content) in root {
        if name != "steps" && !content.is_string() {
            return Err(format!("{name:?} is neither the list of steps nor a remark").into());
        }
    }
    let steps: Vec<Step> = parse(&root["steps"])?;
    if !steps.is_sorted_by(|a, b| a.block < b.block) {
        return Err("its blocks are not in ascending order".into());
    }
    let last = steps.last().ok_or("it has no steps")?.block;
    let mut replay = Replay::new()?;
    let mut steps = steps.iter().peekable();
    for number in 0..=last {
        let step = steps.next_if(|step| step.block == number);
        if !cases.case(&format!("block {number}"), |case| replay.block(case, number, step)) {
            if number < last {
                cases.skip(&format!("blocks {} to {last}, as block {number} differs", number + 1));
            }
            break;
        }
    }
    Ok(())
}

/// A run under way.
struct Replay {
    /// The state after the last block.
    state: MemoryState,
    /// What the state cannot tell.
    history: History,
}

/// What a run did that its state does not show.
#[derive(Default)]
struct History {
    /// How often each netuid was created.
    created: BTreeMap<u16, u64>,
    /// The subnets whose reserves were written by hand, without the TAO behind them.
    unbacked: BTreeSet<u16>,
}

impl Replay {
    /// A network with nothing in it but root.
    fn new() -> Result<Self, Malformed> {
        let genesis = Genesis::mainnet(MainnetOptions {
            id: "run".to_owned(),
            // The origin of operations without one.
            sudo: AccountId::default(),
            authorities: vec![account(AUTHOR)],
            accounts: Vec::new(),
        });
        Ok(Self { state: MemoryChain::new(&genesis)?.state, history: History::default() })
    }

    fn block(&mut self, case: &mut Case, number: u64, step: Option<&Step>) -> Result<(), Malformed> {
        let block = BlockContext {
            number,
            author: Some(account(AUTHOR)),
            parent_hash: Hash(Sha256::digest(number.to_le_bytes()).into()),
        };
        let mut state = Overlay::new(&self.state);
        let none = Step::default();
        let step = step.unwrap_or(&none);
        if number > 0 {
            execute_step(case, &mut state, &block, &step.epochs)?;
        }
        for (position, op) in step.ops.iter().enumerate() {
            let place = format!("ops[{position}]");
            self.history.execute(case, &mut state, &block, op, &place)?;
        }
        if let Some(expected) = &step.state {
            compare::state(case, &state, expected, "state")?;
        }
        let broken: Vec<String> = violations(&state)
            .iter()
            .filter(|found| !self.history.explains(found))
            .map(ToString::to_string)
            .collect();
        case.equal("invariants", Vec::<String>::new(), broken)?;
        let changes = state.into_changes();
        self.state.apply(&changes);
        Ok(())
    }
}

impl History {
    fn execute(
        &mut self,
        case: &mut Case,
        state: &mut Overlay<'_>,
        block: &BlockContext,
        op: &Value,
        place: &str,
    ) -> Result<(), Malformed> {
        let place = format!("{place} {}", op["op"].as_str().unwrap_or_default());
        match Op::read(op)? {
            Op::Nothing => Ok(()),
            Op::Writes(writes) => {
                for write in writes {
                    self.unbacked.extend(writes::unbacks(&write));
                    taonet_chain::replay::write(state, write)?;
                }
                Ok(())
            }
            Op::ObserveState(expected) => compare::state(case, state, expected, &place),
            Op::ObserveNewSubnet(expected) => self.compare_new(case, state, &expected, &place),
            Op::Call(recorded) => {
                if let Some(expected) = recorded.lock_cost_before {
                    let found = query::lock_cost(state, block.number);
                    case.equal(&format!("{place} lock_cost_before"), expected, found.units())?;
                }
                let result = dispatch(state, block, &recorded.origin, &recorded.call);
                let found = result.as_ref().map_or_else(|error| error.name(), |_| "Ok");
                case.equal(&format!("{place} result"), recorded.result, found)?;
                self.count_creations(&result.unwrap_or_default());
                Ok(())
            }
        }
    }

    fn count_creations(&mut self, events: &[Event]) {
        for event in events {
            if let Event::NetworkAdded { netuid, .. } = event {
                *self.created.entry(*netuid).or_default() += 1;
            }
        }
    }

    fn compare_new(
        &self,
        case: &mut Case,
        state: &Overlay<'_>,
        expected: &NewSubnet,
        place: &str,
    ) -> Result<(), Malformed> {
        let created = self.created.get(&expected.netuid).copied().unwrap_or_default();
        case.equal(place, Some(expected), compare::new_subnet(state, expected.netuid, created))
    }

    /// Whether an invariant is broken because the recorder wrote so, or by a quirk: an addition to a pool that is worth
    /// nothing but has a denominator gets no share, so the shares of its stakers may come to less than it has.
    fn explains(&self, violation: &Violation) -> bool {
        match violation {
            Violation::Backing { netuid, .. } | Violation::AlphaOut { netuid, .. } => {
                self.unbacked.contains(netuid)
            }
            Violation::Short { .. } => true,
            _ => false,
        }
    }
}

/// Executes the block step, with the recorded outcome of each epoch.
fn execute_step(
    case: &mut Case,
    state: &mut Overlay<'_>,
    block: &BlockContext,
    epochs: &[Epoch],
) -> Result<(), Malformed> {
    let replay = |state: &mut Overlay<'_>, netuid: u16, _: u64, _: Alpha| {
        let recorded = epochs.iter().find(|epoch| epoch.netuid == netuid);
        let earnings = recorded.map(Epoch::earnings).unwrap_or_default();
        record_epoch(state, netuid, &earnings);
        earnings
    };
    let mut notes = Vec::new();
    step_watched(state, block, &replay, &mut notes);
    let drained = notes.iter().filter_map(|note| match note {
        Note::Took { netuid, pending } => Some(Drained::of(*netuid, pending)),
        _ => None,
    });
    let recorded: Vec<Drained> = epochs.iter().map(Epoch::drained).collect();
    case.equal("epochs", recorded, drained.collect::<Vec<_>>())
}

impl Epoch {
    /// What the epoch gave, as the step wants it.
    fn earnings(&self) -> Vec<Earnings> {
        let earned = |&(hotkey, incentive, dividend): &(u64, u64, u64)| Earnings {
            hotkey: account(hotkey),
            incentive: Alpha::new(incentive),
            dividend,
        };
        self.epoch_output_hotkey_incentive_dividend.iter().map(earned).collect()
    }
}

#[cfg(test)]
mod tests;
