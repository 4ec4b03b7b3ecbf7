//! What must hold after every block, whatever was called (economics.md section 5).
//!
//! Rules:
//! 1. TAO: what exists is what accounts hold, and never more than the cap.
//! 2. Every subnet's account holds at least the TAO reserve of its pool.
//! 3. Alpha outside a pool covers what is staked, pending, unclaimed, and the protocol's own.
//! 4. The stakers of a hotkey own together what the hotkey has, up to what rounding explains. It can be more by a few
//!    units where nearly all have left a large pool: see the quirks of share pools.
//! 5. A trade never lowers the weighted product of the reserves, and
//! 6. an injection keeps the price: both are about a step from one state to the next, so the tests of the pool hold
//!    them, and nothing here.
//! 7. On root, one alpha is one TAO.
//! 8. Tables that say the same thing twice agree, and nothing is left of what is gone (`structure`).
//!
//! Every table is read whole, so a node asks only when it is told to: tests do after what they call, simulation for
//! every height it decides.

mod structure;

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
    /// Stakers own less than their hotkey has, by more than rounding explains.
    Short {
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
    /// A hotkey is not among those of the coldkey that owns it, or among those of another one.
    Owner {
        /// Which hotkey.
        hotkey: AccountId,
    },
    /// An account holds less than one may.
    Dust {
        /// Which account.
        account: AccountId,
        /// What it holds.
        held: Tao,
    },
    /// The index of slots does not know a hotkey where it is.
    Slot {
        /// On which subnet.
        netuid: u16,
        /// Which hotkey.
        hotkey: AccountId,
    },
    /// The index of slots does not have as many entries as there are slots.
    Index {
        /// The entries of the index.
        indexed: usize,
        /// The slots of all subnets.
        slots: usize,
    },
    /// A vector of a subnet's epochs has not an entry for each slot.
    Vectors {
        /// Which subnet.
        netuid: u16,
        /// How many slots it has.
        slots: usize,
    },
    /// A link between a hotkey and one that lends to it is kept at one end only, or differs.
    Link {
        /// Which subnet.
        netuid: u16,
        /// The hotkey at the end where it was found.
        hotkey: AccountId,
    },
    /// The index of locks by hotkey has not the lock of a coldkey, or another one.
    Lock {
        /// Which subnet.
        netuid: u16,
        /// Whose lock.
        coldkey: AccountId,
    },
    /// The list of coldkeys for whom root dividends are claimed has gaps, or its index differs.
    Claimants {
        /// How many it says there are.
        listed: u64,
        /// How many of the index are in it where the index says.
        indexed: usize,
        /// How many entries it has.
        entries: usize,
    },
    /// An account is an authority without serving a term, the other way round, or although it is jailed.
    Authority {
        /// Which.
        authority: AccountId,
    },
    /// A table has entries of a subnet that does not exist.
    Leftover {
        /// Which table.
        table: &'static str,
        /// Which subnet.
        netuid: u16,
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
            Violation::Short { netuid, hotkey, owned, total } => {
                write!(f, "{hotkey} has {total} alpha on subnet {netuid}, but its stakers own only {owned}")
            }
            Violation::Owner { hotkey } => {
                write!(f, "the owner of {hotkey} and the list of its owner's hotkeys disagree")
            }
            Violation::Dust { account, held } => {
                write!(f, "{account} holds {held} TAO, which is too little to exist")
            }
            Violation::Slot { netuid, hotkey } => {
                write!(f, "{hotkey} holds a slot of subnet {netuid} that the index does not know")
            }
            Violation::Index { indexed, slots } => {
                write!(f, "the index of slots has {indexed} entries for {slots} slots")
            }
            Violation::Vectors { netuid, slots } => {
                write!(f, "an epoch vector of subnet {netuid} has not {slots} entries")
            }
            Violation::Link { netuid, hotkey } => {
                write!(f, "a link of {hotkey} on subnet {netuid} is not the same at its other end")
            }
            Violation::Lock { netuid, coldkey } => {
                write!(f, "the index of locks on subnet {netuid} is wrong about {coldkey}")
            }
            Violation::Claimants { listed, indexed, entries } => {
                write!(
                    f,
                    "{listed} claimants are listed, but {entries} have entries and {indexed} are indexed"
                )
            }
            Violation::Authority { authority } => {
                write!(f, "{authority} is an authority and may not be, or is none and serves a term")
            }
            Violation::Leftover { table, netuid } => {
                write!(f, "table {table} has entries of subnet {netuid}, which does not exist")
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
    found.extend(structure::violations(state));
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
        let (total, rounding) = (pool.value, pool.rounding(stakers.len()));
        if owned > total.saturating_add(rounding) {
            return Some(Violation::Shares { netuid, hotkey, owned, total });
        }
        // What is distributed to a hotkey that nobody stakes to waits for the next one who does.
        let is_short = !stakers.is_empty() && owned.saturating_add(rounding) < total;
        is_short.then_some(Violation::Short { netuid, hotkey, owned, total })
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
