//! Politics in a storm in stake mode: stakes grow and shrink, candidates come and go, the jailed ask for freedom, and
//! governance asks for the other mode.
//!
//! Rule: whatever of it is executed, in whatever order, villains have less than a third of the power of every set that
//! an era may begin with. Theirs never grows; nobody else's falls below what it was at genesis; of those, at most one,
//! whom the others do not need, leaves the candidates. A call says what its node's ledger suggests and carries the
//! nonce of that ledger, so it is executed on just that stake, or not at all.

use super::{
    super::{Options, Random, Violation, World, load},
    PATIENCE,
    plan::Plan,
    report::Report,
};
use taonet_chain::{
    AccountId, AuthoritySet, Call, ConsensusMode, Genesis, Keypair,
    genesis::{GenesisAccount, GenesisRootStake, ParamText},
    ledger::{
        authorities::{appointed, candidates, era, ranked, sentence},
        stakes,
        subnets::ROOT,
    },
    state::StateRead,
};
use taonet_subnets::amount::{Alpha, Tao};

/// What one unit of power is worth at genesis, in whole TAO: ten times what a candidate must have.
const UNIT: u64 = 10_000;

/// What everyone has besides, in whole TAO.
const FREE: u64 = 100_000;

/// The share of a liar's stake that burns: an eighth, of 65,535.
const BURN_SHARE: u64 = 8_192;

/// The genesis of such a storm: the authorities of `options`, elected by stakes in proportion to their powers.
pub(super) fn found(mut options: Options, plan: &Plan) -> Options {
    let genesis = &mut options.genesis;
    genesis.consensus = ConsensusMode::Stake;
    let stakes = genesis.authorities.iter().map(|authority| GenesisRootStake {
        hotkey: authority.account,
        coldkey: authority.account,
        tao: Tao::whole(UNIT * authority.power),
    });
    genesis.root.stakes.extend(stakes);
    give_to_all(genesis, plan);
    let params = [
        ("era_length", plan.era_length),
        ("jail_blocks", plan.era_length / 2),
        ("jail_burn_share", BURN_SHARE),
    ];
    genesis.params.extend(params.map(|(name, value)| (name.to_owned(), ParamText::from(value))));
    options
}

/// Everyone can pay for what it asks.
fn give_to_all(genesis: &mut Genesis, plan: &Plan) {
    let authorities = genesis.authorities.iter().map(|authority| authority.account);
    let observers = (usize::from(plan.authorities)..plan.singles()).map(observer);
    let poor: Vec<AccountId> = authorities
        .chain(observers)
        .filter(|account| genesis.accounts.iter().all(|known| known.account != *account))
        .collect();
    let balance = Tao::whole(FREE);
    genesis.accounts.extend(poor.into_iter().map(|account| GenesisAccount { account, balance }));
}

fn observer(index: usize) -> AccountId {
    super::super::node::observer_key(index).account()
}

/// Somebody asks for something that changes who decides.
pub(super) fn change(
    world: &mut World,
    plan: &Plan,
    random: &mut Random,
    report: &mut Report,
) -> Result<(), Violation> {
    let through = random.below(world.len() as u64) as usize;
    let node = random.below(plan.singles() as u64) as usize;
    let Some(ledger) = world.ledger(through).filter(|_| world.is_up(through)) else { return Ok(()) };
    let asked = if random.chance(4) {
        governance(ledger)
    } else {
        candidate(ledger, plan, node, world.id(node), random).map(|call| (world.key(node).clone(), call))
    };
    let Some((signer, call)) = asked else { return Ok(()) };
    report.set_changes += 1;
    load::submit(world, through, &signer, call, Tao::whole(1), PATIENCE)
}

/// Governance wants the other mode.
fn governance(ledger: &dyn StateRead) -> Option<(Keypair, Call)> {
    let mode = match era(ledger).next_mode {
        ConsensusMode::Stake => ConsensusMode::Authority,
        ConsensusMode::Authority => ConsensusMode::Stake,
    };
    Keypair::from_uri("//Alice").ok().map(|sudo| (sudo, Call::SetConsensusMode { mode }))
}

/// What a node asks for itself: it is hotkey and coldkey in one.
fn candidate(
    ledger: &dyn StateRead,
    plan: &Plan,
    node: usize,
    hotkey: AccountId,
    random: &mut Random,
) -> Option<Call> {
    if plan.is_villain(node) {
        return sentence(ledger, &hotkey).map(|_| Call::UnjailAuthority { authority: hotkey });
    }
    let least = Alpha::whole(UNIT * plan.powers.get(node).copied().unwrap_or(1)).units();
    let stake = stakes::stake(ledger, ROOT, &hotkey, &hotkey).units();
    let stands = candidates(ledger).iter().any(|(candidate, _)| *candidate == hotkey);
    let add = |units| Some(Call::AddStake { hotkey, netuid: ROOT, amount: Tao::new(units) });
    match random.below(6) {
        _ if stakes::owner(ledger, &hotkey).is_none() => Some(Call::TryAssociateHotkey { hotkey }),
        _ if stake < least => add(least - stake),
        _ if !stands => Some(Call::JoinAuthorities { hotkey }),
        0 if plan.may_leave(node) => Some(Call::LeaveAuthorities { hotkey }),
        0..=3 => add(random.between(1, UNIT) * Tao::whole(1).units()),
        _ if stake > least => {
            let amount = Alpha::new(random.between(1, stake - least));
            Some(Call::RemoveStake { hotkey, netuid: ROOT, amount })
        }
        _ => None,
    }
}

/// Who decides if an era ends before anybody asks for anything else, nobody having been jailed.
pub(super) fn next_set(ledger: &dyn StateRead) -> AuthoritySet {
    match era(ledger).next_mode {
        ConsensusMode::Stake => AuthoritySet::new(ranked(ledger)),
        ConsensusMode::Authority => appointed(ledger),
    }
}
