//! Claiming root dividends (emission.md section 9).
//!
//! Rules:
//! 1. A claim goes through all hotkeys that a coldkey stakes to, and for each through the subnets, ascending.
//! 2. Less than the subnet's threshold, or than one unit, waits.
//! 3. What is sold pays no fee, and its TAO joins the root stake; that raises the watermarks of all subnets, so that
//!    the new stake has no part in what was earned before it.
//! 4. If one sale or payment fails, nothing of the claim has happened.
//! 5. A claim says what it paid, in the order in which it did.
//!
//! A sale touches the watermarks of every subnet that the hotkey earns from, and there may be a thousand sales in a
//! claim: so they are read once, kept at hand, and written once.

use super::{CLAIMED, RootClaimType, claim_type, claimed, rates};
use crate::{
    crypto::AccountId,
    error::CallError,
    ledger::{
        accounts, issuance, params, pools, stakes,
        subnets::{self, ROOT},
    },
    state::{Overlay, StateRead},
};
use std::collections::BTreeSet;
use taonet_subnets::{
    amount::{Alpha, Tao},
    claims,
    fixed::I96F32,
    pool::DEFAULT_SELL_LIMIT,
};

/// What a claim paid for one subnet's dividends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The subnet.
    pub netuid: u16,
    /// The hotkey that earned it.
    pub hotkey: AccountId,
    /// The dividends: alpha.
    pub amount: Alpha,
    /// The root stake that they were sold for; none if they were kept as stake on the subnet.
    pub sold_for: Option<Tao>,
}

/// Claims what a coldkey is owed, of all subnets or of those given; returns what it got.
///
/// # Errors
/// That of the first sale or payment that fails; then nothing has changed.
pub(crate) fn claim(
    state: &mut Overlay<'_>,
    coldkey: &AccountId,
    only: Option<&BTreeSet<u16>>,
) -> Result<Vec<Claimed>, CallError> {
    state.attempt(|state| {
        let choice = claim_type(state, coldkey);
        let mut paid = Vec::new();
        for hotkey in stakes::staking_hotkeys(state, coldkey) {
            let root_stake = root_stake(state, &hotkey, coldkey);
            // Without root stake nothing is owed.
            if !root_stake.is_zero() {
                Claim::open(state, hotkey, *coldkey, root_stake).run(state, &choice, only, &mut paid)?;
            }
        }
        Ok(paid)
    })
}

fn root_stake(state: &dyn StateRead, hotkey: &AccountId, coldkey: &AccountId) -> Tao {
    Tao::new(stakes::stake(state, ROOT, hotkey, coldkey).units())
}

/// The dividends of one subnet.
struct Line {
    netuid: u16,
    rate: I96F32,
    claimed: u128,
    /// Whether the watermark has to be written.
    touched: bool,
}

/// A claim on what one hotkey earned.
struct Claim {
    hotkey: AccountId,
    coldkey: AccountId,
    root_stake: Tao,
    /// By subnet, ascending.
    lines: Vec<Line>,
}

impl Claim {
    fn open(state: &dyn StateRead, hotkey: AccountId, coldkey: AccountId, root_stake: Tao) -> Claim {
        let line = |(netuid, rate)| Line {
            netuid,
            rate,
            claimed: claimed(state, netuid, &hotkey, &coldkey),
            touched: false,
        };
        let lines = rates(state, &hotkey).into_iter().map(line).collect();
        Claim { hotkey, coldkey, root_stake, lines }
    }

    fn run(
        mut self,
        state: &mut Overlay<'_>,
        choice: &RootClaimType,
        only: Option<&BTreeSet<u16>>,
        paid: &mut Vec<Claimed>,
    ) -> Result<(), CallError> {
        for index in 0..self.lines.len() {
            let Some((netuid, amount)) = self.due(state, index, only) else { continue };
            let sold_for = if choice.keeps(netuid) {
                stakes::increase(state, netuid, &self.hotkey, &self.coldkey, amount);
                None
            } else {
                Some(self.swap(state, netuid, amount)?)
            };
            paid.push(Claimed { netuid, hotkey: self.hotkey, amount, sold_for });
            if let Some(line) = self.lines.get_mut(index) {
                line.claimed = line.claimed.saturating_add(amount.units().into());
                line.touched = true;
            }
        }
        for line in self.lines.iter().filter(|line| line.touched) {
            CLAIMED.put(state, &(line.netuid, self.hotkey, self.coldkey), &line.claimed);
        }
        Ok(())
    }

    /// What is to be claimed of the subnet of a line, if anything.
    fn due(&self, state: &dyn StateRead, index: usize, only: Option<&BTreeSet<u16>>) -> Option<(u16, Alpha)> {
        let line = self.lines.get(index)?;
        let owed = claims::owed(line.rate, self.root_stake, line.claimed);
        let is_wanted = only.is_none_or(|only| only.contains(&line.netuid));
        // The threshold is looked up only where there is something to claim at all.
        if !is_wanted || owed.to_u64() == 0 {
            return None;
        }
        let threshold = I96F32::from_int(params::subnet(state, line.netuid).root_claim_threshold);
        claims::claimable(owed, threshold).map(|amount| (line.netuid, amount))
    }

    /// Sells alpha for root stake; returns that stake.
    fn swap(&mut self, state: &mut Overlay<'_>, netuid: u16, amount: Alpha) -> Result<Tao, CallError> {
        let tao = pools::sell(state, netuid, amount, DEFAULT_SELL_LIMIT, 0)?.paid_out;
        accounts::transfer(state, &accounts::subnet_account(netuid), &accounts::subnet_account(ROOT), tao)?;
        subnets::update(state, netuid, |subnet| {
            let flow = i64::try_from(tao.units()).unwrap_or(i64::MAX);
            subnet.protocol_flow = subnet.protocol_flow.saturating_sub(flow);
            subnet.last.root_sold = subnet.last.root_sold.saturating_add(tao);
        });
        let staked = Alpha::new(tao.units());
        stakes::increase(state, ROOT, &self.hotkey, &self.coldkey, staked);
        subnets::update(state, ROOT, |root| {
            root.pool.tao = root.pool.tao.saturating_add(tao);
            root.alpha_out = root.alpha_out.saturating_add(staked);
        });
        issuance::stake(state, tao);
        self.root_stake = root_stake(state, &self.hotkey, &self.coldkey);
        for line in &mut self.lines {
            line.claimed = claims::watermark_after_stake(line.claimed, line.rate, tao);
            line.touched = true;
        }
        Ok(tao)
    }
}
