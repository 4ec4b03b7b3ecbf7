//! Why an epoch paid whom what (yuma.md sections 4 to 8, emission.md section 8).
//!
//! Rules:
//! 1. The epoch runs once more, on what it read, with a trace; what it then pays each neuron must be what it paid.
//! 2. What was set aside is what was paid, withheld, earned by nobody ([`settle`]), and left over by rounding. The last
//!    two are stake of nobody; they stay counted in the alpha outside the pool.

mod settle;

pub use settle::Unearned;

use super::{
    Disagreement, Witness,
    names::Names,
    ratio,
    steps::{Steps, entry},
    wide_decimal,
    witness::Ran,
};
use serde::Serialize;
use taonet_chain::{
    AccountId, Event,
    ledger::{identities, subnets::Pending},
    state::StateRead,
    step::{Note, Payment},
};
use taonet_subnets::yuma::{
    self, Ballot, Output, Step,
    mechanisms::{self, Combined},
};

/// An epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Epoch {
    /// The block in which it ran.
    pub block: u64,
    /// The subnet.
    pub netuid: u16,
    /// Its name.
    pub name: String,
    /// The number of the epoch, from 1.
    pub index: u64,
    /// The first block whose alpha it paid out: the one after the last epoch.
    pub since: u64,
    /// What was set aside for it.
    pub pending: PendingAlpha,
    /// Which of the subnet's mechanisms is told about, from 0; payments are those of all together.
    pub mechanism: usize,
    /// How much alpha each mechanism distributed.
    pub mechanisms: Vec<u64>,
    /// The numbers by which it ran.
    pub rules: Rules,
    /// The neurons, by UID.
    pub neurons: Vec<Neuron>,
    /// What validating earned each hotkey, after sharing with those who lent it stake.
    pub earned: Vec<EarnedBy>,
    /// What was paid, in the order in which it was.
    pub payments: Vec<Paid>,
    /// The same in sums.
    pub sums: Sums,
    /// What nobody could earn, and why.
    pub unearned: Vec<Unearned>,
    /// Entries of the state that were compared with the chain's.
    pub entries_checked: usize,
    /// Events and receipts that were compared with the chain's.
    pub events_checked: usize,
}

/// What was set aside for an epoch: alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PendingAlpha {
    /// For miners.
    pub miners: u64,
    /// For validators and those who staked with them.
    pub validators: u64,
    /// For root's stakers.
    pub root: u64,
    /// For the owner.
    pub owner: u64,
}

impl From<Pending> for PendingAlpha {
    fn from(pending: Pending) -> PendingAlpha {
        PendingAlpha {
            miners: pending.server.units(),
            validators: pending.validator.units(),
            root: pending.root.units(),
            owner: pending.owner.units(),
        }
    }
}

impl PendingAlpha {
    /// All of it.
    pub fn total(&self) -> u64 {
        self.miners + self.validators + self.root + self.owner
    }
}

/// The numbers by which an epoch ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rules {
    /// The share of stake that must support a weight.
    pub kappa: f64,
    /// Which bond formula: 2 when bonds follow weights whatever the stake, else 1.
    pub bond_formula: u8,
    /// How much of a bond comes from this epoch.
    pub bond_rate: f64,
    /// Whether each pair has a rate of its own.
    pub liquid: bool,
    /// How much a validator's excess above the consensus costs it bonds.
    pub bond_penalty: f64,
    /// Blocks after which a validator is silent.
    pub activity_cutoff: u64,
    /// Validator seats.
    pub seats: u16,
    /// What one TAO on root weighs in alpha.
    pub tao_weight: f64,
}

/// A neuron in an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Neuron {
    /// Its number.
    pub uid: usize,
    /// What to call it.
    pub name: String,
    /// Its hotkey.
    pub hotkey: String,
    /// Alpha with it, inheritance included.
    pub alpha_stake: u64,
    /// TAO on root with it, inheritance included.
    pub tao_stake: u64,
    /// Both together as the subnet weighs them: alpha.
    pub stake: u64,
    /// Its share of all stake.
    pub stake_share: f64,
    /// Its share of the stake that votes; 0 for those who are silent or have no seat.
    pub vote: f64,
    /// Whether it spoke lately enough.
    pub active: bool,
    /// Whether it had a seat, and whether it has one now.
    pub permit: bool,
    /// See `permit`.
    pub new_permit: bool,
    /// The block in which it last set weights.
    pub last_update: u64,
    /// Its weights in force, as shares; what consensus left of each; its bonds.
    pub weights: Vec<Weight>,
    /// The weight that enough stake supports.
    pub consensus: f64,
    /// How much stake gives it any weight at all.
    pub support: f64,
    /// The sum of stake times clipped weight.
    pub rank: f64,
    /// What part of its weights the consensus supports.
    pub validator_trust: f64,
    /// Its share of miners' pay.
    pub incentive: f64,
    /// Its share of validators' pay.
    pub dividends: f64,
    /// What the epoch gave it as a miner: alpha.
    pub mined: u64,
    /// What the epoch gave it as a validator: the key by which dividends are shared.
    pub validated: u64,
}

/// What a validator thinks of a neuron.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Weight {
    /// The neuron.
    pub uid: usize,
    /// Its weight.
    pub weight: f64,
    /// The same, clipped at the consensus.
    pub clipped: f64,
    /// The validator's part of the neuron's bonds, before and now.
    pub bond_before: f64,
    /// See `bond_before`.
    pub bond: f64,
}

/// What validating earned a hotkey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EarnedBy {
    /// The hotkey; one that only lends stake has no number here.
    pub hotkey: String,
    /// Its number, if it has one here.
    pub uid: Option<usize>,
    /// What to call it.
    pub name: String,
    /// What the epoch said it earned.
    pub before_sharing: u64,
    /// The same after sharing with those who lent it stake, or after getting its part from those it lent to.
    pub dividend: u64,
    /// Alpha staked with it, and TAO staked with it on root.
    pub alpha_stake: u64,
    /// See `alpha_stake`.
    pub root_stake: u64,
    /// The alpha that it is paid for each.
    pub for_alpha: f64,
    /// See `for_alpha`.
    pub for_root: f64,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paid {
    /// For what.
    pub reason: &'static str,
    /// The hotkey that earned it.
    pub hotkey: String,
    /// Its number, if it has one here.
    pub uid: Option<usize>,
    /// What to call it.
    pub name: String,
    /// How much: alpha.
    pub amount: u64,
}

/// What was paid, in sums: alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// The owner's cut.
    pub owner: u64,
    /// Miners' incentive.
    pub miners: u64,
    /// Incentive withheld from the owner's own keys.
    pub withheld: u64,
    /// Validators' takes, root's included.
    pub takes: u64,
    /// Those who staked alpha with validators, themselves included.
    pub stakers: u64,
    /// Root's stakers, who may claim it.
    pub root: u64,
    /// What nobody could earn.
    pub unearned: u64,
    /// What rounding left over.
    pub dust: u64,
    /// Recycled beside all this, because dividends were shared between keys of different owners.
    pub recycled_beside: u64,
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEpoch {
    /// No epoch of this subnet ran in the block.
    #[error("no epoch of subnet {0} ran in block {1}")]
    NotThen(u16, u64),
    /// The subnet has no such mechanism.
    #[error("subnet {0} has no mechanism {1}")]
    NoMechanism(u16, usize),
    /// The chain says otherwise.
    #[error(transparent)]
    Disagrees(#[from] Disagreement),
}

/// Explains the epoch of a subnet that ran in the block that was witnessed, by one of its mechanisms. `before` is the
/// state before that block.
///
/// # Errors
/// None ran, or the explanation disagrees with the chain.
pub fn epoch(
    witness: &Witness,
    before: &dyn StateRead,
    netuid: u16,
    mechanism: usize,
    names: &Names,
) -> Result<Epoch, NoEpoch> {
    let ran = witness.epochs.iter().find(|ran| ran.netuid == netuid);
    let ran = ran.ok_or(NoEpoch::NotThen(netuid, witness.block))?;
    let ballots = ran.ballots.get(mechanism).ok_or(NoEpoch::NoMechanism(netuid, mechanism))?;
    let Combined { parts: mechanisms, incentive, .. } = run_again(ran)?;
    let part = mechanisms.get(mechanism).copied().unwrap_or_default();
    let mut steps = Steps::default();
    let output = yuma::epoch_traced(&ran.subnet, ballots, ran.block, part, &mut steps);
    // The parts of mechanisms in which no miner earned anything.
    let idle =
        incentive.iter().zip(&mechanisms).filter(|(incentive, _)| incentive.iter().all(|one| *one == 0));
    let idle = idle.map(|(_, part)| part).sum();
    let mut told = Epoch {
        block: witness.block,
        netuid,
        name: identities::subnet_name(before, netuid),
        since: ran.subnet.last_step_block.saturating_add(1),
        rules: rules(ran, &steps),
        mechanism,
        mechanisms,
        neurons: neurons(ran, ballots, (&output, &steps), names),
        entries_checked: witness.entries,
        events_checked: witness.events.len() + witness.receipts,
        ..Epoch::default()
    };
    account(&mut told, witness, ran, names);
    settle::settle(&mut told, idle)?;
    Ok(told)
}

/// Takes in what the chain noted about the epoch: which one it was, what it had, what it paid.
fn account(told: &mut Epoch, witness: &Witness, ran: &Ran, names: &Names) {
    let netuid = told.netuid;
    for event in &witness.events {
        if let Event::EpochRan { netuid: of, index, .. } = event
            && *of == netuid
        {
            told.index = *index;
        }
    }
    let uid = |hotkey: &AccountId| ran.earnings.iter().position(|earned| earned.hotkey == *hotkey);
    for note in &witness.notes {
        match note {
            Note::Took { netuid: of, pending } if *of == netuid => told.pending = (*pending).into(),
            Note::Paid { netuid: of, payment, hotkey, amount } if *of == netuid => {
                told.payments.push(Paid {
                    reason: reason(*payment),
                    hotkey: hotkey.map_or_else(String::new, |hotkey| hotkey.to_string()),
                    uid: hotkey.as_ref().and_then(uid),
                    name: hotkey.map_or_else(|| "nobody".into(), |hotkey| names.of(&hotkey)),
                    amount: amount.units(),
                });
                *sum_of(&mut told.sums, *payment) += amount.units();
            }
            Note::Earned { netuid: of, hotkey, earned, dividends } if *of == netuid => {
                let mine = ran.earnings.iter().filter(|earned| earned.hotkey == *hotkey);
                told.earned.push(EarnedBy {
                    hotkey: hotkey.to_string(),
                    uid: uid(hotkey),
                    name: names.of(hotkey),
                    before_sharing: mine.map(|earned| earned.dividend).sum(),
                    dividend: earned.dividend,
                    alpha_stake: earned.stake.alpha.units(),
                    root_stake: earned.stake.root.units(),
                    for_alpha: wide_decimal(dividends.alpha),
                    for_root: wide_decimal(dividends.root),
                });
            }
            Note::Recycled { netuid: of, amount } if *of == netuid => {
                told.sums.recycled_beside += amount.units();
            }
            _ => {}
        }
    }
}

/// Runs an epoch on what it read and compares what it pays.
fn run_again(ran: &Ran) -> Result<Combined, Disagreement> {
    let split = ran.split.as_deref();
    let combined = mechanisms::epochs(&ran.subnet, &ran.ballots, split, ran.block, ran.emission);
    let paid = combined.total.server_emission.iter().zip(&combined.total.validator_emission);
    let other = paid.zip(&ran.earnings).position(|((&server, &validator), earned)| {
        (server, validator) != (earned.incentive.units(), earned.dividend)
    });
    match other {
        Some(uid) => Err(Disagreement::Epoch { netuid: ran.netuid, uid }),
        None => Ok(combined),
    }
}

fn rules(ran: &Ran, steps: &Steps) -> Rules {
    let params = &ran.subnet.params;
    Rules {
        kappa: steps.scalar(Step::Kappa),
        bond_formula: if params.yuma3 { 2 } else { 1 },
        bond_rate: steps.scalar(Step::BondsAlpha),
        liquid: params.liquid_alpha && params.yuma3,
        bond_penalty: steps.scalar(Step::BondsPenalty),
        activity_cutoff: yuma::activity_cutoff(params),
        seats: params.max_allowed_validators,
        tao_weight: ratio(params.tao_weight, u64::MAX),
    }
}

fn neurons(ran: &Ran, ballots: &[Ballot], (output, steps): (&Output, &Steps), names: &Names) -> Vec<Neuron> {
    let count = ran.subnet.neurons.len();
    let votes: f64 = (0..count).map(|uid| steps.of(Step::ActiveStake, uid)).sum();
    let vote = |uid| if votes > 0.0 { steps.of(Step::ActiveStake, uid) / votes } else { 0.0 };
    let support = |uid| {
        let backs = |voter: &usize| entry(steps.row(Step::WeightsNorm, *voter), uid) > 0.0;
        // A sum of nothing would be a negative zero.
        (0..count).filter(backs).map(vote).fold(0.0, |sum, vote| sum + vote)
    };
    let neuron = |(uid, neuron): (usize, &yuma::Neuron)| {
        let earned = ran.earnings.get(uid);
        let hotkey = earned.map(|earned| earned.hotkey).unwrap_or_default();
        Neuron {
            uid,
            name: names.of(&hotkey),
            hotkey: hotkey.to_string(),
            alpha_stake: neuron.alpha_stake,
            tao_stake: neuron.tao_stake,
            stake: output.stake.get(uid).copied().unwrap_or_default(),
            stake_share: steps.of(Step::Stake, uid),
            vote: vote(uid),
            active: output.active.get(uid).copied().unwrap_or_default(),
            permit: neuron.validator_permit,
            new_permit: output.validator_permit.get(uid).copied().unwrap_or_default(),
            last_update: ballots.get(uid).map_or(0, |ballot| ballot.last_update),
            weights: weights(steps, uid),
            consensus: steps.of(Step::Consensus, uid),
            support: support(uid),
            rank: steps.of(Step::RanksRaw, uid),
            validator_trust: steps.of(Step::ValidatorTrust, uid),
            incentive: steps.of(Step::Incentive, uid),
            dividends: steps.of(Step::Dividends, uid),
            mined: earned.map_or(0, |earned| earned.incentive.units()),
            validated: earned.map_or(0, |earned| earned.dividend),
        }
    };
    ran.subnet.neurons.iter().enumerate().map(neuron).collect()
}

fn weights(steps: &Steps, uid: usize) -> Vec<Weight> {
    let weight = |&(uid_of, weight): &(usize, f64)| Weight {
        uid: uid_of,
        weight,
        clipped: entry(steps.row(Step::WeightsClipped, uid), uid_of),
        bond_before: entry(steps.row(Step::BondsPrev, uid), uid_of),
        bond: entry(steps.row(Step::BondsEmaNorm, uid), uid_of),
    };
    let mut weights: Vec<Weight> = steps.row(Step::WeightsNorm, uid).iter().map(weight).collect();
    let bonds_only = steps.row(Step::BondsEmaNorm, uid).iter();
    let known: Vec<usize> = weights.iter().map(|weight| weight.uid).collect();
    let bonds_only = bonds_only.filter(|(uid, _)| !known.contains(uid));
    weights.extend(bonds_only.map(|&(uid, _)| weight(&(uid, 0.0))));
    weights
}

fn reason(payment: Payment) -> &'static str {
    match payment {
        Payment::OwnerCut => "owner's cut",
        Payment::Incentive => "incentive",
        Payment::Withheld { recycled: true } => "withheld and recycled",
        Payment::Withheld { recycled: false } => "withheld and burned",
        Payment::Take => "take",
        Payment::Stakers => "dividends to stakers",
        Payment::RootTake => "take of root dividends",
        Payment::RootStakers => "root dividends to claim",
    }
}

fn sum_of(sums: &mut Sums, payment: Payment) -> &mut u64 {
    match payment {
        Payment::OwnerCut => &mut sums.owner,
        Payment::Incentive => &mut sums.miners,
        Payment::Withheld { .. } => &mut sums.withheld,
        Payment::Take | Payment::RootTake => &mut sums.takes,
        Payment::Stakers => &mut sums.stakers,
        Payment::RootStakers => &mut sums.root,
    }
}
