//! What must hold after every block, whatever was called (economics.md section 5).
//!
//! Rules:
//! 1. TAO: what exists is what accounts hold, and never more than the cap.
//! 2. Every subnet's account holds at least the TAO reserve of its pool.
//! 3. Alpha outside a pool covers what is staked, pending, unclaimed, and the protocol's own.
//! 4. The stakers of a hotkey own together at most what the hotkey has.
//! 5. On root, one alpha is one TAO.
//!
//! Every table is read whole, so no node asks: tests do after what they call, simulation for every height it decides.

use crate::{
    crypto::AccountId,
    ledger::{
        accounts, claims, issuance, stakes,
        subnets::{self, ROOT, SubnetState},
    },
    state::StateRead,
};
use std::fmt;
use taonet_subnets::amount::{Alpha, MAX_SUPPLY, Tao};

/// A rule that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// More TAO exists than the cap allows.
    AboveCap {
        /// How much.
        issued: Tao,
    },
    /// The issuance is not the sum of all balances.
    Issuance {
        /// What is said to exist.
        issued: Tao,
        /// What accounts hold.
        held: Tao,
    },
    /// A subnet's account holds less than its pool's reserve.
    Backing {
        /// Which subnet.
        netuid: u16,
        /// What the account holds.
        held: Tao,
        /// What the pool claims.
        reserve: Tao,
    },
    /// Alpha out does not cover what is owed.
    AlphaOut {
        /// Which subnet.
        netuid: u16,
        /// Staked, pending, unclaimed, and the protocol's.
        owed: Alpha,
        /// Alpha out.
        alpha_out: Alpha,
    },
    /// Stakers own more than their hotkey has.
    Shares {
        /// Which subnet.
        netuid: u16,
        /// Which hotkey.
        hotkey: AccountId,
        /// What they own together.
        owned: Alpha,
        /// What the hotkey has.
        total: Alpha,
    },
    /// Root's TAO is not root's alpha, or does not cover what is staked.
    Root {
        /// The TAO staked to root.
        tao: Tao,
        /// Root's alpha out.
        alpha_out: Alpha,
        /// What hotkeys have.
        staked: Alpha,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::AboveCap { issued } => write!(f, "{issued} TAO exist, which is above the cap"),
            Violation::Issuance { issued, held } => {
                write!(f, "{issued} TAO are said to exist, but accounts hold {held}")
            }
            Violation::Backing { netuid, held, reserve } => {
                write!(f, "the account of subnet {netuid} holds {held} TAO, but its pool claims {reserve}")
            }
            Violation::AlphaOut { netuid, owed, alpha_out } => {
                write!(f, "subnet {netuid} owes {owed} alpha, but only {alpha_out} is out")
            }
            Violation::Shares { netuid, hotkey, owned, total } => {
                write!(f, "stakers of {hotkey} on subnet {netuid} own {owned} alpha, but it has {total}")
            }
            Violation::Root { tao, alpha_out, staked } => {
                write!(f, "root has {tao} TAO, {alpha_out} alpha out and {staked} staked")
            }
        }
    }
}

impl std::error::Error for Violation {}

/// Every rule that does not hold in `state`; none, if all is well.
pub fn violations(state: &dyn StateRead) -> Vec<Violation> {
    let mut found = issuance_violations(state);
    for (netuid, subnet) in subnets::states(state) {
        found.extend(backing_violation(state, netuid, &subnet));
        found.extend(share_violations(state, netuid));
        found.extend(match netuid {
            ROOT => root_violation(state, &subnet),
            _ => alpha_violation(state, netuid, &subnet),
        });
    }
    found
}

fn issuance_violations(state: &dyn StateRead) -> Vec<Violation> {
    let issued = issuance::issuance(state).total;
    let held = accounts::balances(state).iter().fold(Tao::ZERO, |sum, (_, held)| sum.saturating_add(*held));
    let above = (issued.units() > MAX_SUPPLY).then_some(Violation::AboveCap { issued });
    let differs = (issued != held).then_some(Violation::Issuance { issued, held });
    above.into_iter().chain(differs).collect()
}

fn backing_violation(state: &dyn StateRead, netuid: u16, subnet: &SubnetState) -> Option<Violation> {
    let held = accounts::balance(state, &accounts::subnet_account(netuid));
    let reserve = subnet.pool.tao;
    (held < reserve).then_some(Violation::Backing { netuid, held, reserve })
}

fn share_violations(state: &dyn StateRead, netuid: u16) -> Vec<Violation> {
    let check = |(hotkey, pool): (AccountId, taonet_subnets::share_pool::SharePool)| {
        let stakers = stakes::stakers(state, netuid, &hotkey);
        let owned = stakers.iter().fold(Alpha::ZERO, |sum, (_, stake)| sum.saturating_add(*stake));
        let total = pool.value;
        (owned > total).then_some(Violation::Shares { netuid, hotkey, owned, total })
    };
    stakes::share_pools(state, netuid).into_iter().filter_map(check).collect()
}

fn staked(state: &dyn StateRead, netuid: u16) -> Alpha {
    stakes::share_pools(state, netuid)
        .iter()
        .fold(Alpha::ZERO, |sum, (_, pool)| sum.saturating_add(pool.value))
}

fn root_violation(state: &dyn StateRead, root: &SubnetState) -> Option<Violation> {
    let (tao, alpha_out, staked) = (root.pool.tao, root.alpha_out, staked(state, ROOT));
    let holds = tao.units() == alpha_out.units() && staked <= alpha_out;
    (!holds).then_some(Violation::Root { tao, alpha_out, staked })
}

fn alpha_violation(state: &dyn StateRead, netuid: u16, subnet: &SubnetState) -> Option<Violation> {
    let parts = [
        staked(state, netuid),
        subnet.pending.for_epoch(),
        subnet.pending.owner,
        claims::unclaimed(state, netuid),
        subnet.protocol_alpha,
    ];
    let owed = parts.into_iter().fold(Alpha::ZERO, Alpha::saturating_add);
    let alpha_out = subnet.alpha_out;
    (owed > alpha_out).then_some(Violation::AlphaOut { netuid, owed, alpha_out })
}
