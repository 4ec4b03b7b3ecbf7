//! The worked example of the specification, step by step, and properties of every split.

use proptest::prelude::*;

use super::accrual::{Accrual, accrue};
use super::dividends::{Earned, split_by_stake, split_take, validator_alpha};
use super::flow::{FLOW_SMOOTHING, FlowAverages, FlowRule, flow_shares};
use super::parents::{ChildTerms, HotkeyStake, Parent, self_contribution, share_with_parents};
use super::shares::{Candidate, ShareRule, emissions, root_sells, shares};
use super::terms::{InjectionRule, TermsInput, terms};
use super::*;
use crate::fixed::{I64F64, I96F32, U64F64};
use crate::halving::alpha_emission;
use crate::pool::{DEFAULT_BUY_LIMIT, Mechanism, Pool};

/// The default weight of TAO, as stored.
const TAO_WEIGHT: u64 = 971_718_665_099_567_868;
/// The default owner cut.
const OWNER_CUT: u16 = 11_796;

fn candidate(price: i128) -> Candidate {
    Candidate { moving_price: I96F32::from_bits(price), emission_enabled: true, ..Candidate::default() }
}

#[test]
fn the_worked_example_of_the_specification() {
    let pool = Pool::new(Tao::whole(20_000), Alpha::whole(500_000));
    let mut pool = Pool { initialised: true, ..pool };
    let alpha = Alpha::whole(1_500_000);
    let proportion = root_proportion(Tao::whole(5_900_000), tao_weight(TAO_WEIGHT), alpha);
    let emission = alpha_emission(alpha);
    let input = TermsInput {
        emission: U96F32::from_int(25_000_000u64),
        block_emission: Tao::new(500_000_000),
        alpha_emission: emission,
        price: pool.price(),
        root_proportion: proportion,
    };
    let terms = terms(InjectionRule::RootProportion, &input);
    let amounts = [terms.alpha_in, terms.tao_in, terms.excess].map(U96F32::to_u64);
    assert_eq!(amounts, [171_634_168, 6_865_366, 18_134_633]);

    assert!(pool.reweigh(Tao::new(6_865_366), Alpha::new(171_634_168)));
    assert_eq!(pool.quote_weight.quote(), 499_999_999_999_991_000);
    let bought = pool.buy(Tao::new(18_134_633), DEFAULT_BUY_LIMIT, 0).expect("the pool is large");
    assert_eq!(bought.paid_out, Alpha::new(453_365_413));

    let grown = Alpha::new(alpha.units() + 171_634_168 + emission.units());
    let proportion = root_proportion(Tao::whole(5_900_000), tao_weight(TAO_WEIGHT), grown);
    let expected = Accrual {
        owner: Alpha::new(179_995_422),
        server: Alpha::new(410_002_288),
        validator: Alpha::new(339_631_932),
        root: Alpha::new(70_370_356),
        recycled: Alpha::ZERO,
    };
    assert_eq!(accrue(emission, Some(OWNER_CUT), proportion, true), expected);
    let recycling = Accrual { root: Alpha::ZERO, recycled: expected.root, ..expected };
    assert_eq!(accrue(emission, Some(OWNER_CUT), proportion, false), recycling);
}

#[test]
fn shares_follow_prices_and_lose_what_owners_mined() {
    let half_burned = Candidate { miner_burned: U96F32::from_bits(1 << 31), ..candidate(1 << 32) };
    let subnets = [candidate(1 << 32), half_burned, candidate(0)];
    let half = U64F64::ONE.to_bits() / 2;
    let of = |rule| shares(rule, &subnets).into_iter().map(U64F64::to_bits).collect::<Vec<_>>();
    assert_eq!(of(ShareRule::Price), [half, half, 0]);
    let third = U64F64::from_ratio(1, 3).to_bits();
    assert_eq!(of(ShareRule::PriceAndMiners), [2 * third, third, 0]);
    let all_burned = [Candidate { miner_burned: U96F32::MAX, ..candidate(7) }; 2];
    assert_eq!(shares(ShareRule::PriceAndMiners, &all_burned)[0].to_bits(), half, "then prices alone decide");
}

#[test]
fn disabled_subnets_leave_their_share_to_the_others() {
    let off = Candidate { emission_enabled: false, ..candidate(1 << 32) };
    let emitted = emissions(ShareRule::default(), Tao::new(1_000), &[candidate(1 << 32), off]);
    assert_eq!(emitted, [U96F32::from_int(1_000), U96F32::ZERO]);
    assert_eq!(emissions(ShareRule::default(), Tao::new(1_000), &[off, off]), [U96F32::ZERO; 2]);
    assert!(root_sells(&[candidate(1 << 31), candidate((1 << 31) + 1)]));
    assert!(!root_sells(&[candidate(1 << 31), candidate(1 << 31)]), "strictly above 1");
    let stable = Candidate { mechanism: Mechanism::Stable, ..off };
    assert!(root_sells(&[stable, candidate(1)]), "a fixed price counts 1, switched off or not");
}

#[test]
fn historic_injections_cap_by_other_amounts() {
    let input = TermsInput {
        emission: U96F32::from_int(100),
        block_emission: Tao::new(500),
        alpha_emission: Alpha::new(300),
        price: U64F64::from_ratio(1, 8),
        root_proportion: U96F32::from_bits(1 << 31),
    };
    let of = |rule, input| {
        let terms = terms(rule, input);
        [terms.tao_in, terms.alpha_in, terms.excess].map(U96F32::to_u64)
    };
    assert_eq!(of(InjectionRule::BlockEmission, &input), [62, 500, 37]);
    assert_eq!(of(InjectionRule::AlphaEmission, &input), [37, 300, 62]);
    assert_eq!(of(InjectionRule::RootProportion, &input), [18, 150, 81]);
    let dear = TermsInput { price: U64F64::from_ratio(1, 2), ..input };
    assert_eq!(of(InjectionRule::BlockEmission, &dear), [100, 200, 0], "the price is above its share of TAO");
    assert!(
        !InjectionRule::BlockEmission.keeps_bought_alpha()
            && InjectionRule::RootProportion.keeps_bought_alpha()
    );
}

#[test]
fn without_a_paid_miner_validators_get_everything() {
    let (server, validator) = (Alpha::new(7), Alpha::new(5));
    assert_eq!(validator_alpha(server, validator, [0, 0]), Alpha::new(12));
    assert_eq!(validator_alpha(server, validator, []), Alpha::new(12));
    assert_eq!(validator_alpha(server, validator, [0, 1]), validator);
}

#[test]
fn flow_averages_move_by_their_weight() {
    let all = i64::MAX as u64;
    let flow = FlowAverages::default().after(all, 5, -3);
    assert_eq!((flow.user, flow.protocol), (I64F64::from_int(5), I64F64::from_int(-3)));
    assert!(FlowAverages::default().after(FLOW_SMOOTHING, 1 << 40, 0).user > I64F64::ZERO);
    let flow = |user| FlowAverages { user: I64F64::from_int(user), protocol: I64F64::ZERO };
    let squared = FlowRule { exponent: U64F64::from_int(2), ..FlowRule::default() };
    let shares = flow_shares(squared, &[flow(3), flow(1), flow(0)]);
    assert_eq!(
        shares.iter().map(|share| share.mul(U64F64::from_int(1_000)).to_u64()).collect::<Vec<_>>(),
        [900, 99, 0]
    );
}

fn any_stake() -> impl Strategy<Value = HotkeyStake> {
    let amount = || prop_oneof![Just(0), 0u64..1 << 54];
    (amount(), amount())
        .prop_map(|(alpha, root)| HotkeyStake { alpha: Alpha::new(alpha), root: Tao::new(root) })
}

fn any_parent() -> impl Strategy<Value = Parent> {
    (any_stake(), any::<u64>(), any::<bool>()).prop_map(|(stake, proportion, same_owner)| Parent {
        stake,
        proportion,
        same_owner,
    })
}

proptest! {
    #[test]
    fn an_accrual_never_exceeds_the_emission(
        emission in 0u64..=1_000_000_000, cut: u16, has_cut: bool, proportion in 0u128..1 << 32, sells: bool,
    ) {
        let proportion = U96F32::from_bits(proportion);
        let accrual = accrue(Alpha::new(emission), has_cut.then_some(cut), proportion, sells);
        let parts = [accrual.owner, accrual.server, accrual.validator, accrual.root, accrual.recycled];
        let sum: u64 = parts.iter().map(|part| part.units()).sum();
        prop_assert!(sum <= emission && emission - sum < 5, "{accrual:?}");
    }

    #[test]
    fn emissions_never_exceed_the_block(prices in prop::collection::vec(0i128..1 << 34, 0..20), emission: u64) {
        let subnets: Vec<Candidate> = prices.into_iter().map(candidate).collect();
        let emitted = emissions(ShareRule::default(), Tao::new(emission), &subnets);
        let sum: u128 = emitted.iter().map(|part| part.to_bits()).sum();
        prop_assert!(sum <= u128::from(emission) << 32);
    }

    #[test]
    fn a_family_never_gets_more_than_the_dividend(
        dividend in 0u64..1 << 50, own in any_stake(), parents in prop::collection::vec(any_parent(), 0..6),
        children in prop::collection::vec(0u64..u64::MAX / 8, 0..5), take in 0u16..=11_796, burn in 0u64..u64::MAX / 2,
    ) {
        let terms = ChildTerms { take, burn, tao_weight: tao_weight(TAO_WEIGHT) };
        let own = self_contribution(own, &children, terms.tao_weight);
        let payout = share_with_parents(dividend, own, &parents, &terms);
        let paid: u64 = payout.parents.iter().map(|part| part.units()).sum();
        let sum = paid + payout.own.units() + payout.recycled.units();
        prop_assert!(sum <= dividend && payout.parents.len() == parents.len(), "{payout:?}");
    }

    #[test]
    fn validators_share_what_was_set_aside_for_them(
        validator in 0u64..1 << 54, root in 0u64..1 << 54,
        hotkeys in prop::collection::vec((0u64..1 << 50, any_stake()), 1..10), take: u16,
    ) {
        let hotkeys: Vec<Earned> =
            hotkeys.into_iter().map(|(dividend, stake)| Earned { dividend, stake }).collect();
        let split = split_by_stake(Alpha::new(validator), Alpha::new(root), tao_weight(TAO_WEIGHT), &hotkeys);
        let (alpha, kept_root): (u128, u128) =
            split.iter().fold((0, 0), |(a, r), part| (a + part.alpha.to_bits(), r + part.root.to_bits()));
        prop_assert!(alpha <= u128::from(validator) << 32 && kept_root <= u128::from(root) << 32);
        for part in split {
            let (own, rest) = split_take(part.alpha, take);
            prop_assert!(own.saturating_add(rest).units() <= part.alpha.to_u64());
        }
    }
}
