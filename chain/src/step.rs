//! What happens in every block before its transactions (economics.md section 3).
//!
//! In this order:
//! 1. `prices`: the price of a registration falls a little on every subnet, root included;
//! 2. the block's new TAO is minted, as a credit that belongs to nobody yet;
//! 3. `reveal`: weights that were committed to be revealed now are;
//! 4. `coinbase`: the credit is shared among subnets, becomes liquidity and buys alpha; each subnet's own alpha is set
//!    aside for its participants; what nobody got of the credit is destroyed;
//! 5. `tempo`: subnets whose epoch is due take what was set aside; then, one after the other, `payout` runs their
//!    epochs and pays;
//! 6. moving prices follow the prices, after they were used; and root's part is noted for display;
//! 7. where an epoch was due, hotkeys get the children that they asked for long enough ago;
//! 8. `claims`: a few coldkeys, drawn by the parent's hash, get the root dividends that they are owed.
//!
//! The epoch is a parameter, so that recorded epochs can be replayed; [`step`] uses the real one. Whoever wants to know
//! more than events tell can watch ([`Watch`]).

mod claims;
mod coinbase;
mod families;
mod ownership;
mod payout;
mod prices;
mod reveal;
mod rules;
mod tempo;
mod watch;

pub(crate) use prices::burn_rule;
pub use watch::{Note, Payment, Watch};

use crate::{
    calls::BlockContext,
    event::Event,
    ledger::{
        children,
        epochs::{self, EpochFunction},
        issuance, params,
        subnets::{self, ROOT, SubnetState},
        work,
    },
    params::{NetworkParams, SubnetParams},
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::Tao,
    emission::{root_proportion, tao_weight},
    fixed::{I96F32, U96F32},
    halving::block_emission,
    pool::{Averaging, moving_price},
};

/// A subnet during the step.
struct Live {
    netuid: u16,
    params: SubnetParams,
    subnet: SubnetState,
}

impl Live {
    /// Whether it emits alpha in this block (emission.md section 3).
    fn is_eligible(&self) -> bool {
        self.netuid != ROOT
            && self.subnet.first_emission_block.is_some()
            && self.params.subtoken_enabled
            && self.params.registration_allowed
    }
}

/// What happens in a block before its transactions.
pub fn step(state: &mut Overlay<'_>, block: &BlockContext) -> Vec<Event> {
    step_with(state, block, &epochs::run)
}

/// [`step`] with another way to find out what an epoch gives.
pub fn step_with(state: &mut Overlay<'_>, block: &BlockContext, epoch: &EpochFunction<'_>) -> Vec<Event> {
    step_watched(state, block, epoch, &mut ())
}

/// [`step_with`], telling `watch` everything it does.
pub fn step_watched(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    epoch: &EpochFunction<'_>,
    watch: &mut dyn Watch,
) -> Vec<Event> {
    let network = params::network(state);
    let mut live = load(state);
    prices::run(state, &mut live, block.number);
    if network.pow_registration {
        work::remember(state, block.number, &block.parent_hash);
    }
    let credit = issuance::mint_block(state, block_emission(issuance::issuance(state).total));
    watch.note(Note::Minted(credit));
    let mut events = reveal::run(state, &live, &network, block);
    let left = coinbase::run(state, &mut live, &network, credit, watch);
    issuance::destroy(state, left);
    watch.note(Note::Destroyed(left));
    let (due, turns) = tempo::take_turns(state, &mut live, &network, block.number);
    events.extend(turns);
    if !due.is_empty() {
        store(state, &live);
    }
    for (netuid, pending) in due {
        events.extend(payout::run(state, netuid, pending, block.number, epoch, watch));
        reload(state, &mut live, netuid);
    }
    follow_prices(&mut live, &network, block.number);
    store(state, &live);
    // A slot that was consumed in this block: nothing else sets this clock before the transactions.
    let slots = live.iter().filter(|live| live.subnet.clock.last_epoch_block == block.number);
    for netuid in slots.map(|live| live.netuid).filter(|netuid| *netuid != ROOT) {
        events.extend(children::set_pending(state, netuid, block.number));
    }
    events.extend(claims::run(state, &block.parent_hash, network.num_root_claims, watch));
    events
}

fn load(state: &dyn StateRead) -> Vec<Live> {
    let live = |(netuid, subnet)| Live { netuid, params: params::subnet(state, netuid), subnet };
    subnets::states(state).into_iter().map(live).collect()
}

fn store(state: &mut Overlay<'_>, live: &[Live]) {
    for Live { netuid, subnet, .. } in live {
        subnets::put_state(state, *netuid, subnet);
    }
}

/// Reads again what paying changed about one subnet; it changes nothing about others.
fn reload(state: &dyn StateRead, live: &mut [Live], netuid: u16) {
    if let Some(live) = live.iter_mut().find(|live| live.netuid == netuid) {
        live.subnet = subnets::state_of(state, netuid).unwrap_or_default();
    }
}

fn follow_prices(live: &mut [Live], network: &NetworkParams, block: u64) {
    let root_tao = root_tao(live);
    let weight = tao_weight(network.tao_weight);
    for live in live.iter_mut().filter(|live| live.is_eligible()) {
        let averaging = Averaging {
            alpha: I96F32::from_bits(network.subnet_moving_alpha.into()),
            halving_blocks: live.params.ema_price_halving,
        };
        let subnet = &mut live.subnet;
        let price = subnet.pool.price();
        subnet.moving_price =
            moving_price(subnet.moving_price, price, averaging, block, subnet.first_emission_block);
        subnet.root_proportion = proportion(subnet, root_tao, weight);
    }
}

/// The TAO staked to root.
fn root_tao(live: &[Live]) -> Tao {
    live.iter().find(|live| live.netuid == ROOT).map_or(Tao::ZERO, |root| root.subnet.pool.tao)
}

/// Root's part of a subnet, now.
fn proportion(subnet: &SubnetState, root_tao: Tao, weight: U96F32) -> U96F32 {
    root_proportion(root_tao, weight, subnet.alpha_issuance())
}

#[cfg(test)]
mod tests;
