//! Explanations of a real chain in memory: they agree with it, add up, and notice when it is tampered with.

use super::{
    Disagreement, Record, Witness,
    emission::{Emission, emission},
    epoch::{Epoch, NoEpoch, epoch},
    names::Names,
    price::{Order, price},
    screen, witness,
};
use taonet_chain::{
    AccountId, Body, Call, DevOptions, Genesis, Keypair, Transaction,
    genesis::{DEV_MINERS, DEV_NETUID, DEV_VALIDATORS},
    ledger::{accounts, children, stakes, subnets},
    memory::MemoryChain,
    params::ParamId,
    replay::{Write, write},
    state::{MemoryState, Overlay, StateRead, tree::Tree},
};
use taonet_subnets::amount::Tao;

/// A block with the states around it.
struct Seen {
    chain: MemoryChain,
    before: MemoryState,
    record: Record,
}

impl Seen {
    fn witness(&self) -> Witness {
        witness(&self.chain.network, &self.before, &self.chain.state, &self.record).expect("it agrees")
    }

    fn epoch(&self) -> Epoch {
        epoch(&self.witness(), &self.before, DEV_NETUID, 0, &Names::dev()).expect("an epoch ran")
    }
}

fn dev_chain() -> MemoryChain {
    MemoryChain::new(&Genesis::dev(DevOptions::default())).expect("the preset builds")
}

fn signed(chain: &MemoryChain, uri: &str, call: Call) -> Transaction {
    let key = Keypair::from_uri(uri).expect("a URI");
    let nonce = accounts::nonce(&chain.state, &key.account());
    let (genesis, tip) = (chain.genesis(), Tao::ZERO);
    let body = Body { signer: key.account(), nonce, genesis, valid_from: 0, valid_until: 100_000, tip, call };
    Transaction::sign(&key, body)
}

/// Weights of a validator: two agree about the miners 3 to 6, the third thinks of miner 7 alone.
fn weights(chain: &MemoryChain, validator: usize) -> Transaction {
    let (uids, values) = match validator {
        2 => (vec![7], vec![u16::MAX]),
        _ => (vec![3, 4, 5, 6], vec![40_000, 30_000, 20_000, 10_000]),
    };
    let call = Call::SetWeights { netuid: DEV_NETUID, uids, values, version_key: 0 };
    signed(chain, DEV_VALIDATORS[validator].0, call)
}

fn transactions(chain: &MemoryChain, height: u64) -> Vec<Transaction> {
    match height % 20 {
        5 => (0..3).map(|validator| weights(chain, validator)).collect(),
        0 | 7 => {
            let hotkey = Keypair::from_uri("//val-b").expect("a URI").account();
            let call = Call::AddStake { hotkey, netuid: DEV_NETUID, amount: Tao::whole(3) };
            vec![signed(chain, "//Alice", call)]
        }
        _ => Vec::new(),
    }
}

/// Makes blocks up to a height, and shows each to `look` with the states around it.
fn run(until: u64, look: impl FnMut(&Seen)) -> Seen {
    run_on(dev_chain(), until, look)
}

/// The same without automatic claims: whom they draw follows from hashes, which change with every table of the state.
fn run_without_draws(until: u64) -> Seen {
    let mut genesis = Genesis::dev(DevOptions::default());
    genesis.params.insert("num_root_claims".to_owned(), 0.into());
    run_on(MemoryChain::new(&genesis).expect("the preset builds"), until, |_| {})
}

fn run_on(mut chain: MemoryChain, until: u64, mut look: impl FnMut(&Seen)) -> Seen {
    loop {
        let before = chain.state.clone();
        let (block, outcome) = chain.produce(transactions(&chain, chain.tip.height + 1));
        let record = Record { block, receipts: outcome.receipts, events: outcome.events };
        let seen = Seen { chain: chain.clone(), before, record };
        look(&seen);
        if seen.chain.tip.height >= until {
            return seen;
        }
    }
}

#[test]
fn every_block_is_explained_to_the_last_unit() {
    let (mut minted, mut epochs, mut claimed) = (0, 0, 0);
    let genesis = dev_chain().state;
    let end = run(60, |seen| {
        let witness = seen.witness();
        let told = emission(&witness, &seen.before).expect("it adds up");
        assert_eq!(told.tao_in + told.spent + told.refused + told.destroyed, told.minted);
        minted += told.minted - told.destroyed;
        let sold_for: u64 = told.claims.iter().map(|claim| claim.sold_for).sum();
        assert_eq!(
            root_stake(&seen.chain.state) - root_stake(&seen.before),
            sold_for,
            "all that root gained"
        );
        claimed += sold_for;
        let told_by_screen = screen::emission(&told, false).contains("Root dividends claimed");
        assert_eq!(told_by_screen, told.claims.iter().any(|claim| !claim.paid.is_empty()));
        match epoch(&witness, &seen.before, DEV_NETUID, 0, &Names::dev()) {
            Ok(told) => {
                epochs += 1;
                balances_agree(seen, &told);
            }
            Err(error) => assert_eq!(error, NoEpoch::NotThen(DEV_NETUID, witness.block)),
        }
    });
    assert_eq!(epochs, 3);
    assert!(claimed > 0, "root dividends were claimed by lot");
    let supply = |state: &MemoryState| taonet_chain::ledger::issuance::issuance(state).total.units();
    assert_eq!(supply(&end.chain.state) - supply(&genesis), minted);
}

fn root_stake(state: &MemoryState) -> u64 {
    subnets::state_of(state, subnets::ROOT).map_or(0, |root| root.pool.tao.units())
}

/// Alpha that the epoch says it paid is there: as stake with the hotkeys, or as root dividends that can be claimed.
fn balances_agree(seen: &Seen, told: &Epoch) {
    // A user staked with val-b in the same block, by the pool's own trade.
    let traded = seen.record.events.iter().find_map(|event| match event {
        taonet_chain::Event::StakeAdded { alpha_out, .. } => Some(alpha_out.units()),
        _ => None,
    });
    let total = |state: &dyn StateRead| -> u64 {
        stakes::share_pools(state, DEV_NETUID).iter().map(|(_, pool)| pool.value.units()).sum()
    };
    let grown = total(&seen.chain.state) - total(&seen.before) - traded.unwrap_or(0);
    let sums = told.sums;
    assert_eq!(grown, sums.owner + sums.miners + sums.takes + sums.stakers);
    let paid = grown + sums.root + sums.withheld + sums.unearned + sums.dust;
    assert_eq!(paid, told.pending.total());
    for neuron in &told.neurons {
        let paid: u64 = told
            .payments
            .iter()
            .filter(|paid| paid.uid == Some(neuron.uid) && paid.reason == "incentive")
            .map(|paid| paid.amount)
            .sum();
        assert!(paid == neuron.mined || paid == 0, "{neuron:?}");
    }
}

#[test]
fn the_lesson_of_an_epoch_names_who_was_clipped_and_why() {
    let told = run(20, |_| {}).epoch();
    let val_c = told.neurons.iter().find(|neuron| neuron.name == "val-c").expect("a dev validator");
    assert_eq!((val_c.validator_trust, val_c.dividends), (0.0, 0.0));
    let m5 = told.neurons.iter().find(|neuron| neuron.name == "m5").expect("a dev miner");
    assert_eq!((m5.consensus, m5.incentive, m5.mined), (0.0, 0.0, 0));
    assert!((m5.support - val_c.vote).abs() < 1e-9 && val_c.vote > 0.0);
    let text = screen::epoch(&told, true);
    for line in ["← m5 has only", "val-c lost 1.0000 → vtrust 0.0000", "8 paid", "(blocks 1–20)", "∎ rank"]
    {
        assert!(text.contains(line), "`{line}` is missing in\n{text}");
    }
    fits(&text);
    let of_m5 = screen::neuron(&told, 7, true).expect("a neuron");
    assert!(of_m5.contains("val-c") && of_m5.contains("consensus 0.0000"), "{of_m5}");
    fits(&of_m5);
    fits(&screen::neuron(&told, 0, false).expect("a neuron"));
    assert_eq!(screen::neuron(&told, 99, false), None);
}

fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= screen::WIDTH, "too wide: {line}");
    }
}

#[test]
fn the_lesson_of_an_epoch_is_the_same_text_every_time() {
    let told = run_without_draws(20).epoch();
    insta::assert_snapshot!(screen::epoch(&told, true));
    insta::assert_snapshot!(screen::neuron(&told, 1, false).expect("a validator"));
}

#[test]
fn the_emission_of_a_block_in_words() {
    let seen = run_without_draws(21);
    let told: Emission = emission(&seen.witness(), &seen.before).expect("it adds up");
    let [subnet] = told.subnets.as_slice() else { panic!("one subnet emits: {told:?}") };
    assert_eq!((subnet.netuid, subnet.share), (DEV_NETUID, 1.0));
    assert!(subnet.alpha_in > 0 && subnet.spent > 0);
    let text = screen::emission(&told, true);
    fits(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_trade_is_what_the_chain_then_does() {
    let mut seen = run(10, |_| {});
    let height = seen.chain.tip.height;
    let amount = Tao::whole(50);
    let told =
        price(&seen.chain.state, height, DEV_NETUID, Order::Buy(amount.units()), None).expect("a subnet");
    let hotkey = Keypair::from_uri("//val-b").expect("a URI").account();
    let call = Call::AddStake { hotkey, netuid: DEV_NETUID, amount };
    let transaction = signed(&seen.chain, "//Alice", call);
    // The block step comes before the trade, so the trade is compared on the state after it.
    let mut after_step = seen.chain.clone();
    after_step.produce(Vec::new());
    let told_then = price(&after_step.state, height + 1, DEV_NETUID, Order::Buy(amount.units()), None);
    let trade = told_then.expect("a subnet").trade.expect("it works");
    let (_, outcome) = seen.chain.produce(vec![transaction]);
    let staked = outcome.events.iter().find_map(|event| match event {
        taonet_chain::Event::StakeAdded { alpha_out, fee, .. } => Some((alpha_out.units(), fee.units())),
        _ => None,
    });
    assert_eq!(staked, Some((trade.paid_out, trade.fee)));
    let pool = subnets::state_of(&seen.chain.state, DEV_NETUID).expect("a subnet").pool;
    assert_eq!((pool.tao.units(), pool.alpha.units()), (trade.tao_after, trade.alpha_after));
    let text = screen::price(&told);
    fits(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_trade_that_is_refused_says_why_and_a_limit_stops_it() {
    let state = dev_chain().state;
    let sale = price(&state, 0, DEV_NETUID, Order::Sell(1_000_000_000), Some(u64::MAX)).expect("a subnet");
    let refusal = sale.refusal.as_ref().expect("the price is below that limit");
    assert_eq!(refusal.name, "PriceLimitExceeded");
    assert!(screen::price(&sale).contains("refused"));
    let order = Order::Buy(1_000_000_000_000);
    let limited = price(&state, 0, DEV_NETUID, order, Some(1_300_000_000)).expect("a subnet");
    let trade = limited.trade.expect("part of it works");
    assert!(trade.left > 0 && trade.price_after <= 1.3 + 1e-9, "{trade:?}");
    assert_eq!(limited.most, Some(trade.paid_in + trade.fee));
    let root = price(&state, 0, 0, Order::Buy(5), None).expect("root");
    assert!(screen::price(&root).contains("AmountTooLow") && !screen::price(&root).contains("lost to"));
    assert!(root.fixed && root.trade.is_some_and(|trade| trade.paid_out == 5));
    let least = taonet_chain::query::least_stake(&state, DEV_NETUID).units();
    for (rao, error) in [(least - 1, Some("AmountTooLow")), (least, None)] {
        let told = price(&state, 0, DEV_NETUID, Order::Buy(rao), None).expect("a subnet");
        assert_eq!(told.refusal.as_ref().map(|refusal| refusal.name.as_str()), error, "{rao}");
    }
    assert_eq!(price(&state, 0, 99, Order::Buy(5), None), None);
}

#[test]
fn an_explanation_that_disagrees_with_the_chain_is_an_error() {
    let seen = run(20, |_| {});
    let again = |before: &MemoryState, after: &MemoryState, record: &Record| {
        witness(&seen.chain.network, before, after, record).expect_err("something is wrong")
    };
    let (before, after, record) = (&seen.before, &seen.chain.state, &seen.record);
    let mut fewer = record.clone();
    fewer.events.pop();
    assert_eq!(again(before, after, &fewer), Disagreement::Events(20));
    let mut lighter = record.clone();
    lighter.receipts.clear();
    assert_eq!(again(before, after, &lighter), Disagreement::Receipts(20));
    assert!(matches!(again(before, before, record), Disagreement::State { block: 20, .. }));
    let mut witness = seen.witness();
    witness.epochs[0].emission += 1_000;
    let told = epoch(&witness, before, DEV_NETUID, 0, &Names::dev());
    assert!(matches!(told, Err(NoEpoch::Disagrees(Disagreement::Epoch { .. }))), "{told:?}");
}

fn account(uri: &str) -> AccountId {
    Keypair::from_uri(uri).expect("a URI").account()
}

/// A chain on which val-b lends half of its stake to val-a, and the subnet has two mechanisms.
fn chain_of_families() -> MemoryChain {
    let mut chain = dev_chain();
    let mut state = Overlay::new(&chain.state);
    let mechanisms = Write::Param { netuid: Some(DEV_NETUID), param: ParamId(43), value: 2 };
    write(&mut state, mechanisms).expect("two are allowed");
    let link = (u64::MAX / 2, account("//val-a"));
    children::set(&mut state, DEV_NETUID, &account("//val-b"), vec![link]);
    let changes = state.into_changes();
    chain.state.apply(&changes);
    chain.tree = Tree::of(&chain.state);
    chain
}

#[test]
fn child_keys_and_mechanisms_are_part_of_the_explanation() {
    let mut chain = chain_of_families();
    chain.produce((0..3).map(|validator| weights(&chain, validator)).collect());
    let second = Call::SetMechanismWeights {
        netuid: DEV_NETUID,
        mechanism: 1,
        uids: vec![7],
        values: vec![u16::MAX],
        version_key: 0,
    };
    chain.produce(DEV_VALIDATORS.iter().map(|(uri, ..)| signed(&chain, uri, second.clone())).collect());
    while chain.tip.height < 19 {
        chain.produce(Vec::new());
    }
    let before = chain.state.clone();
    let (block, outcome) = chain.produce(Vec::new());
    let record = Record { block, receipts: outcome.receipts, events: outcome.events };
    let seen = Seen { chain, before, record };
    let witness = seen.witness();
    let of = |mechanism| epoch(&witness, &seen.before, DEV_NETUID, mechanism, &Names::dev());
    let (first, second) = (of(0).expect("an epoch ran"), of(1).expect("it has two"));
    assert_eq!(of(2), Err(NoEpoch::NoMechanism(DEV_NETUID, 2)));
    balances_agree(&seen, &first);
    assert_eq!((&first.payments, &first.sums), (&second.payments, &second.sums));
    assert_eq!(first.mechanisms.iter().sum::<u64>(), first.pending.total() - first.pending.owner);
    assert_eq!((first.neurons[7].incentive, second.neurons[7].incentive), (0.0, 1.0));
    assert!(first.neurons[7].mined > 0, "the second mechanism pays it");
    assert!(first.neurons[0].stake > first.neurons[1].stake, "val-a votes with what val-b lends it");
    let val_b = first.earned.iter().find(|earned| earned.name == "val-b").expect("it lends stake");
    assert!(val_b.dividend > val_b.before_sharing, "{val_b:?}");
    let text = screen::epoch(&first, true);
    assert!(text.contains("mechanism 0 of 2") && text.contains("after sharing with"), "{text}");
    fits(&text);
}

/// The epoch at block 20 of a chain whose three validators weigh, in the first mechanism alone.
fn first_epoch(mut chain: MemoryChain) -> Epoch {
    chain.produce((0..3).map(|validator| weights(&chain, validator)).collect());
    while chain.tip.height < 19 {
        chain.produce(Vec::new());
    }
    let before = chain.state.clone();
    let (block, outcome) = chain.produce(Vec::new());
    let record = Record { block, receipts: outcome.receipts, events: outcome.events };
    let seen = Seen { chain, before, record };
    let told = seen.epoch();
    balances_agree(&seen, &told);
    told
}

#[test]
fn what_nobody_could_earn_is_said_with_its_reason() {
    // Half of the miners' alpha is for a mechanism that nobody weighs in.
    let told = first_epoch(chain_of_families());
    let [idle] = told.unearned.as_slice() else { panic!("{:?}", told.unearned) };
    assert!(idle.because.contains("mechanism") && idle.amount.abs_diff(told.pending.miners / 2) < 10_000);
    // All of root trusts a miner, so no validator has stake there.
    let mut genesis = Genesis::dev(DevOptions::default());
    for stake in &mut genesis.root.stakes {
        stake.hotkey = account(DEV_MINERS[0].0);
    }
    let told = first_epoch(MemoryChain::new(&genesis).expect("it builds"));
    let [root] = told.unearned.as_slice() else { panic!("{:?}", told.unearned) };
    assert!(root.because.contains("root") && root.amount == told.pending.root && root.amount > 0);
    let text = screen::epoch(&told, false);
    assert!(text.contains("nobody got") && text.contains("+ nobody's + dust"), "{text}");
    fits(&text);
}
