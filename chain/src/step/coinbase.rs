//! Where a block's new TAO and alpha go (emission.md sections 4 to 6).
//!
//! Rules:
//! 1. The terms of all subnets are computed first, then applied one by one in ascending order.
//! 2. TAO moves from the block's credit into a subnet's account before it counts in its pool. What cannot be placed, or
//!    is nobody's share, stays in the credit.
//! 3. Injection reweighs the pool, then the excess buys alpha at the old reserves, then the reserves grow.
//! 4. After all injections each subnet's own alpha is set aside for its participants.

use super::{Live, Note, Watch, proportion, root_tao, rules};
use crate::{
    ledger::{accounts, issuance, pools},
    params::NetworkParams,
    state::Overlay,
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    emission::{
        accrual::accrue,
        shares::{Candidate, emissions, root_sells},
        tao_weight,
        terms::{InjectionRule, Terms, TermsInput, terms},
    },
    fixed::U96F32,
    halving::alpha_emission,
    pool::DEFAULT_BUY_LIMIT,
};

/// Places the block's TAO and each subnet's alpha; returns what is left of the credit.
pub(super) fn run(
    state: &mut Overlay<'_>,
    live: &mut [Live],
    network: &NetworkParams,
    credit: Tao,
    watch: &mut dyn Watch,
) -> Tao {
    let root_tao = root_tao(live);
    let weight = tao_weight(network.tao_weight);
    rules::average_flows(live, network);
    let candidates: Vec<Candidate> = live.iter().filter(|live| live.is_eligible()).map(candidate).collect();
    let (shares, rule) = (rules::share_rule(network), rules::injection_rule(network));
    watch.note(Note::Ruled { shares, injection: rule });
    let emissions = emissions(shares, credit, &candidates);
    let eligible = || live.iter().filter(|live| live.is_eligible());
    let mut all_terms: Vec<Terms> = Vec::with_capacity(candidates.len());
    for ((live, emission), candidate) in eligible().zip(emissions).zip(&candidates) {
        let input = terms_input(live, emission, credit, proportion(&live.subnet, root_tao, weight));
        let terms = terms(rule, &input);
        watch.note(Note::Offered { netuid: live.netuid, candidate: *candidate, input, terms });
        all_terms.push(terms);
    }

    let mut left = credit;
    for (live, terms) in live.iter_mut().filter(|live| live.is_eligible()).zip(&all_terms) {
        inject(state, live, (rule, terms), &mut left, watch);
    }
    let root_sells = root_sells(&candidates);
    for (live, terms) in live.iter_mut().filter(|live| live.is_eligible()).zip(&all_terms) {
        set_aside(live, Alpha::new(terms.alpha_out.to_u64()), network, (root_tao, weight), root_sells, watch);
    }
    left
}

fn candidate(live: &Live) -> Candidate {
    Candidate {
        mechanism: live.subnet.pool.mechanism,
        moving_price: live.subnet.moving_price,
        miner_burned: live.subnet.miner_burned,
        emission_enabled: live.params.emission_enabled,
        flow: live.subnet.flow_averages.into(),
    }
}

fn terms_input(live: &Live, emission: U96F32, block_emission: Tao, root_proportion: U96F32) -> TermsInput {
    let alpha_emission = alpha_emission(live.subnet.alpha_issuance());
    TermsInput { emission, block_emission, alpha_emission, price: live.subnet.pool.price(), root_proportion }
}

fn inject(
    state: &mut Overlay<'_>,
    live: &mut Live,
    (rule, terms): (InjectionRule, &Terms),
    left: &mut Tao,
    watch: &mut dyn Watch,
) {
    let subnet = &mut live.subnet;
    let (mut tao_in, mut alpha_in) = (Tao::new(terms.tao_in.to_u64()), Alpha::new(terms.alpha_in.to_u64()));
    if !subnet.pool.reweigh(tao_in, alpha_in) {
        (tao_in, alpha_in) = (Tao::ZERO, Alpha::ZERO);
    }
    subnet.last.tao_in = Tao::ZERO;
    subnet.last.excess = Tao::ZERO;
    subnet.last.root_sold = Tao::ZERO;
    let (spent, bought, refused) = chain_buy(state, live, rule, Tao::new(terms.excess.to_u64()), left);

    let subnet = &mut live.subnet;
    subnet.last.alpha_in = alpha_in;
    subnet.pool.deposit(Tao::ZERO, alpha_in);
    if place(state, live.netuid, tao_in, left) {
        subnet.pool.deposit(tao_in, Alpha::ZERO);
        subnet.last.tao_in = tao_in;
        subnet.totals.tao_injected = subnet.totals.tao_injected.saturating_add(tao_in);
        subnet.protocol_flow = grown(subnet.protocol_flow, tao_in);
        issuance::stake(state, tao_in);
    }
    let tao_in = live.subnet.last.tao_in;
    watch.note(Note::Placed { netuid: live.netuid, tao_in, alpha_in, spent, bought, refused });
}

/// Buys alpha for the protocol. If the pool refuses, the TAO stays on the subnet's account. Returns what was spent,
/// bought and refused. Under the first rule of injecting, what was bought left circulation.
fn chain_buy(
    state: &mut Overlay<'_>,
    live: &mut Live,
    rule: InjectionRule,
    excess: Tao,
    left: &mut Tao,
) -> (Tao, Alpha, Tao) {
    let subnet = &mut live.subnet;
    if !place(state, live.netuid, excess, left) {
        return (Tao::ZERO, Alpha::ZERO, Tao::ZERO);
    }
    if let Ok(trade) = subnet.pool.buy(excess, DEFAULT_BUY_LIMIT, 0) {
        pools::book_buy(subnet, excess, trade.paid_out);
        if rule.keeps_bought_alpha() {
            subnet.protocol_alpha = subnet.protocol_alpha.saturating_add(trade.paid_out);
        } else {
            subnet.recycle(trade.paid_out);
        }
        subnet.last.excess = excess;
        subnet.totals.tao_bought = subnet.totals.tao_bought.saturating_add(excess);
        subnet.protocol_flow = grown(subnet.protocol_flow, excess);
        issuance::stake(state, excess);
        return (excess, trade.paid_out, Tao::ZERO);
    }
    (Tao::ZERO, Alpha::ZERO, excess)
}

/// Moves TAO from the credit to a subnet's account; false, and nothing happens, for nothing or where it cannot be
/// placed.
fn place(state: &mut Overlay<'_>, netuid: u16, amount: Tao, left: &mut Tao) -> bool {
    let Some(rest) = left.checked_sub(amount).filter(|_| !amount.is_zero()) else { return false };
    let placed = accounts::deposit(state, &accounts::subnet_account(netuid), amount).is_ok();
    if placed {
        *left = rest;
    }
    placed
}

fn grown(flow: i64, by: Tao) -> i64 {
    flow.saturating_add(i64::try_from(by.units()).unwrap_or(i64::MAX))
}

/// Sets a block's alpha aside for the subnet's participants.
fn set_aside(
    live: &mut Live,
    emission: Alpha,
    network: &NetworkParams,
    (root_tao, weight): (Tao, U96F32),
    root_sells: bool,
    watch: &mut dyn Watch,
) {
    let subnet = &mut live.subnet;
    subnet.alpha_out = subnet.alpha_out.saturating_add(emission);
    subnet.last.alpha_out = emission;
    let owner_cut = live.params.owner_cut_enabled.then_some(network.subnet_owner_cut);
    let accrual = accrue(emission, owner_cut, proportion(subnet, root_tao, weight), root_sells);
    watch.note(Note::SetAside { netuid: live.netuid, emission, accrual });
    let pending = &mut subnet.pending;
    pending.owner = pending.owner.saturating_add(accrual.owner);
    pending.server = pending.server.saturating_add(accrual.server);
    pending.validator = pending.validator.saturating_add(accrual.validator);
    pending.root = pending.root.saturating_add(accrual.root);
    subnet.recycle(accrual.recycled);
}
