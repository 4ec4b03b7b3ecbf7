//! Trades with a subnet's pool and what they mean for the books (pools.md section 8, staking.md sections 3 and 4).
//!
//! Rules:
//! 1. A buy: alpha out grows by what came out; the books count the whole amount as staked and as volume, fee included
//!    (a quirk to keep).
//! 2. A sale: alpha out falls by what went in; stake and volume by, and by, what came out.
//! 3. The TAO itself is in the subnet's account: a buy finds it there, a sale is paid from there.
//! 4. The author of the block gets the whole fee: of a buy as TAO; of a sale as alpha that is sold for the author
//!    without fee, at the price the user's own sale left.

use super::{
    accounts, claims, issuance, locks, params, stakes,
    subnets::{self, ROOT, SubnetState},
};
use crate::{
    calls::BlockContext,
    crypto::AccountId,
    error::CallError,
    event::Event,
    state::{Overlay, StateRead},
};
use taonet_subnets::{
    amount::{Alpha, Tao},
    pool::{Buy, DEFAULT_SELL_LIMIT, PoolError, Sell},
};

impl From<PoolError> for CallError {
    fn from(error: PoolError) -> CallError {
        match error {
            PoolError::SwapInputTooLarge => CallError::SwapInputTooLarge,
            PoolError::ReservesTooLow => CallError::ReservesTooLow,
            PoolError::PriceLimitExceeded => CallError::PriceLimitExceeded,
            PoolError::InsufficientLiquidity => CallError::InsufficientLiquidity,
        }
    }
}

/// Whose stake a trade is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// Who owns the stake.
    pub(crate) coldkey: AccountId,
    /// With whom.
    pub(crate) hotkey: AccountId,
    /// Where.
    pub(crate) netuid: u16,
}

/// How a trade for a coldkey is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// The price at which it stops, RAO per whole alpha.
    pub(crate) limit: u64,
    /// Whether the pool's fee is due; stake that moves between subnets pays it once.
    pub(crate) with_fee: bool,
}

impl Terms {
    /// With the fee, up to a limit price.
    pub(crate) const fn up_to(limit: u64) -> Terms {
        Terms { limit, with_fee: true }
    }

    fn fee_rate(self, state: &dyn StateRead, netuid: u16) -> u16 {
        if self.with_fee { params::subnet(state, netuid).fee_rate } else { 0 }
    }
}

/// Buys alpha with TAO that is in the subnet's account.
pub(crate) fn buy(
    state: &mut Overlay<'_>,
    netuid: u16,
    amount: Tao,
    limit: u64,
    fee_rate: u16,
) -> Result<Buy, CallError> {
    let mut subnet = subnets::state_of(state, netuid).ok_or(CallError::SubnetNotExists)?;
    let trade = subnet.pool.buy(amount, limit, fee_rate)?;
    book_buy(&mut subnet, amount, trade.paid_out);
    subnets::put_state(state, netuid, &subnet);
    issuance::stake(state, amount);
    Ok(trade)
}

/// What a buy means for the subnet's own books.
pub(crate) fn book_buy(subnet: &mut SubnetState, amount: Tao, bought: Alpha) {
    subnet.alpha_out = subnet.alpha_out.saturating_add(bought);
    subnet.volume = subnet.volume.saturating_add(amount.units().into());
}

/// Sells alpha; the TAO stays in the subnet's account until it is paid.
pub(crate) fn sell(
    state: &mut Overlay<'_>,
    netuid: u16,
    amount: Alpha,
    limit: u64,
    fee_rate: u16,
) -> Result<Sell, CallError> {
    let mut subnet = subnets::state_of(state, netuid).ok_or(CallError::SubnetNotExists)?;
    let trade = subnet.pool.sell(amount, limit, fee_rate)?;
    subnet.alpha_out = subnet.alpha_out.saturating_sub(trade.paid_in);
    subnet.volume = subnet.volume.saturating_add(trade.paid_out.units().into());
    subnets::put_state(state, netuid, &subnet);
    issuance::unstake(state, trade.paid_out);
    Ok(trade)
}

/// Turns TAO of a coldkey into stake; returns how much alpha that is. All checks have been made; what can still fail is
/// what only shows now.
pub(crate) fn stake_into_subnet(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Tao,
    terms: Terms,
) -> Result<(Alpha, Event), CallError> {
    let Position { coldkey, hotkey, netuid } = position;
    let account = accounts::subnet_account(netuid);
    let tao_in = amount.min(accounts::spendable(state, &coldkey));
    if tao_in.is_zero() && !amount.is_zero() {
        return Err(CallError::InsufficientBalance);
    }
    accounts::transfer(state, &coldkey, &account, tao_in)?;
    let trade = buy(state, netuid, tao_in, terms.limit, terms.fee_rate(state, netuid))?;
    if trade.paid_out.is_zero() {
        return Err(CallError::AmountTooLow);
    }
    if !stakes::share_pool(state, netuid, &hotkey).accepts(trade.paid_out) {
        return Err(CallError::InsufficientLiquidity);
    }
    stakes::increase(state, netuid, &hotkey, &coldkey, trade.paid_out);
    pay_author(state, block, &account, trade.fee)?;
    let flow = i64::try_from(trade.paid_in.units()).unwrap_or(i64::MAX);
    subnets::update(state, netuid, |subnet| subnet.user_flow = subnet.user_flow.saturating_add(flow));
    locks::roll(state, netuid, &coldkey, block.number);
    if netuid == ROOT {
        claims::root_stake_added(state, &hotkey, &coldkey, Tao::new(trade.paid_out.units()));
        claims::enter(state, &coldkey);
    }
    let alpha_out = trade.paid_out;
    Ok((alpha_out, Event::StakeAdded { coldkey, hotkey, tao_in, alpha_out, netuid, fee: trade.fee }))
}

/// Turns stake into TAO of its coldkey; returns how much TAO that is. All checks have been made; what can still fail is
/// what only shows now.
pub(crate) fn unstake_from_subnet(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
    terms: Terms,
) -> Result<(Tao, Event), CallError> {
    let (trade, to_author) = unstake(state, block, position, amount, (terms, position.coldkey))?;
    book_unstake(state, block, position, amount, trade.paid_out.saturating_add(to_author));
    let (tao_out, alpha_in, fee) = (trade.paid_out, trade.paid_in, trade.fee);
    let Position { coldkey, hotkey, netuid } = position;
    Ok((tao_out, Event::StakeRemoved { coldkey, hotkey, tao_out, alpha_in, netuid, fee }))
}

/// Sells stake without a fee for somebody else; returns what that one got.
pub(crate) fn sell_stake_for(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    position: Position,
    amount: Alpha,
    receiver: AccountId,
) -> Result<Tao, CallError> {
    let terms = Terms { limit: DEFAULT_SELL_LIMIT, with_fee: false };
    let (trade, _) = unstake(state, block, position, amount, (terms, receiver))?;
    book_unstake(state, block, position, amount, trade.paid_out);
    Ok(trade.paid_out)
}

/// Sells stake and pays for it; returns the trade and what the block's author got.
fn unstake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    Position { coldkey, hotkey, netuid }: Position,
    amount: Alpha,
    (terms, receiver): (Terms, AccountId),
) -> Result<(Sell, Tao), CallError> {
    stakes::decrease(state, netuid, &hotkey, &coldkey, amount);
    let trade = sell(state, netuid, amount, terms.limit, terms.fee_rate(state, netuid))?;
    let unused = amount.saturating_sub(trade.paid_in).saturating_sub(trade.fee);
    stakes::increase(state, netuid, &hotkey, &coldkey, unused);
    accounts::transfer(state, &accounts::subnet_account(netuid), &receiver, trade.paid_out)?;
    let to_author = sell_fee(state, block, netuid, trade.fee)?;
    Ok((trade, to_author))
}

/// What follows from stake that has left, and from the TAO that left with it.
fn book_unstake(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    Position { coldkey, hotkey, netuid }: Position,
    amount: Alpha,
    tao: Tao,
) {
    if netuid == ROOT {
        claims::root_stake_removed(state, &hotkey, &coldkey, Tao::new(amount.units()));
        claims::leave_without_stake(state, &coldkey);
    }
    let flow = i64::try_from(tao.units()).unwrap_or(i64::MAX);
    subnets::update(state, netuid, |subnet| subnet.user_flow = subnet.user_flow.saturating_sub(flow));
    locks::roll(state, netuid, &coldkey, block.number);
}

/// Sells the alpha fee of a sale for the block's author; without an author the alpha is nobody's.
fn sell_fee(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    netuid: u16,
    fee: Alpha,
) -> Result<Tao, CallError> {
    match block.author {
        Some(author) if !fee.is_zero() => {
            let trade = sell(state, netuid, fee, DEFAULT_SELL_LIMIT, 0)?;
            accounts::transfer(state, &accounts::subnet_account(netuid), &author, trade.paid_out)?;
            Ok(trade.paid_out)
        }
        _ => Ok(Tao::ZERO),
    }
}

/// Pays a TAO fee to the block's author; without an author it is burned, and a failure of that is ignored.
fn pay_author(
    state: &mut Overlay<'_>,
    block: &BlockContext,
    from: &AccountId,
    fee: Tao,
) -> Result<(), CallError> {
    match block.author {
        Some(author) => accounts::transfer(state, from, &author, fee),
        None => {
            // Too small a fee to open the burn account stays where it is.
            let _ = accounts::transfer(state, from, &accounts::BURN_ACCOUNT, fee);
            Ok(())
        }
    }
}
