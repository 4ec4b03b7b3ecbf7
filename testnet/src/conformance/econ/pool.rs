//! Swaps, prices, injections and limits of a pool (pools.md, and the limits of staking.md sections 3 to 5).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use taonet_subnets::amount::{Alpha, Tao};
use taonet_subnets::fixed::U64F64;
use taonet_subnets::pool::{self, DEFAULT_BUY_LIMIT, DEFAULT_SELL_LIMIT, Pool, PoolError, QuoteWeight, Side};

use super::Text;
use crate::conformance::{Case, Cases, Malformed, parse};

/// The fee rate at which the largest amounts for a limit were recorded.
const LIMITS_FEE_RATE: u16 = 33;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Buy,
    Sell,
}

impl From<Kind> for Side {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Buy => Self::Buy,
            Kind::Sell => Self::Sell,
        }
    }
}

/// An initialised pool with these reserves and this weight.
fn pool(tao: u64, alpha: u64, quote_weight: u64) -> Result<Pool, Malformed> {
    let quote_weight = QuoteWeight::new(quote_weight).ok_or("the weight is not between 0.01 and 0.99")?;
    Ok(Pool { quote_weight, initialised: true, ..Pool::new(Tao::new(tao), Alpha::new(alpha)) })
}

/// A pool of which only the reserve that a trade pays into matters.
fn half_pool(side: Side, reserve: u64, quote_weight: u64) -> Result<Pool, Malformed> {
    match side {
        Side::Buy => pool(reserve, 0, quote_weight),
        Side::Sell => pool(0, reserve, quote_weight),
    }
}

pub(super) fn remaining_factor(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        kind: Kind,
        quote_weight: u64,
        reserve_in: u64,
        delta_in: u64,
        e_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    let side = file.kind.into();
    let pool = half_pool(side, file.reserve_in, file.quote_weight)?;
    case.equal("e_bits", file.e_bits, Text(pool.remaining_factor(side, file.delta_in).to_bits()))
}

pub(super) fn price(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
        price_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    let pool = pool(file.tao_reserve, file.alpha_reserve, file.quote_weight)?;
    case.equal("price_bits", file.price_bits, Text(pool.price().to_bits()))
}

pub(super) fn weight_update(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
        alpha_delta: u64,
        tao_delta: u64,
        accepted: bool,
        new_quote_weight: u64,
    }
    let file: File = parse(item)?;
    let mut pool = pool(file.tao_reserve, file.alpha_reserve, file.quote_weight)?;
    let accepted = pool.reweigh(Tao::new(file.tao_delta), Alpha::new(file.alpha_delta));
    case.equal("accepted", file.accepted, accepted)?;
    case.equal("new_quote_weight", file.new_quote_weight, pool.quote_weight.quote())
}

pub(super) fn amount_to_reach(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        kind: Kind,
        quote_weight: u64,
        reserve_in: u64,
        price_bits: Text<u128>,
        limit_price_bits: Text<u128>,
        delta_in: u64,
    }
    let file: File = parse(item)?;
    let side = file.kind.into();
    let pool = half_pool(side, file.reserve_in, file.quote_weight)?;
    let [price, limit] = [file.price_bits, file.limit_price_bits].map(|Text(bits)| U64F64::from_bits(bits));
    case.equal("delta_in", file.delta_in, pool.amount_to_reach(side, price, limit))
}

/// What a trade took and gave, whichever way it went.
#[derive(Clone, Copy, Default, Serialize)]
struct Flat {
    paid_in: u64,
    paid_out: u64,
    fee: u64,
}

/// Trades, and tells the amounts without their units.
fn trade(pool: &mut Pool, side: Side, amount: u64, limit: u64, fee_rate: u16) -> Result<Flat, PoolError> {
    match side {
        Side::Buy => pool.buy(Tao::new(amount), limit, fee_rate).map(|trade| Flat {
            paid_in: trade.paid_in.units(),
            paid_out: trade.paid_out.units(),
            fee: trade.fee.units(),
        }),
        Side::Sell => pool.sell(Alpha::new(amount), limit, fee_rate).map(|trade| Flat {
            paid_in: trade.paid_in.units(),
            paid_out: trade.paid_out.units(),
            fee: trade.fee.units(),
        }),
    }
}

/// The name under which a result is recorded.
fn name<T>(result: &Result<T, PoolError>) -> String {
    result.as_ref().map_or_else(|error| format!("{error:?}"), |_| "Ok".into())
}

pub(super) fn swap(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        kind: Kind,
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
        amount: u64,
        price_limit_rao: u64,
        fee_rate: u16,
        drop_fees: bool,
        result: String,
        paid_in: u64,
        paid_out: u64,
        fee: u64,
        alpha_reserve_after: u64,
        tao_reserve_after: u64,
        price_before_bits: Text<u128>,
        price_after_bits: Text<u128>,
    }
    let file: File = parse(item)?;
    let mut pool = pool(file.tao_reserve, file.alpha_reserve, file.quote_weight)?;
    case.equal("price_before_bits", file.price_before_bits, Text(pool.price().to_bits()))?;
    let fee_rate = if file.drop_fees { 0 } else { file.fee_rate };
    let result = trade(&mut pool, file.kind.into(), file.amount, file.price_limit_rao, fee_rate);
    case.equal("result", file.result, name(&result))?;
    let flat = result.unwrap_or_default();
    case.equal("paid_in", file.paid_in, flat.paid_in)?;
    case.equal("paid_out", file.paid_out, flat.paid_out)?;
    case.equal("fee", file.fee, flat.fee)?;
    case.equal("alpha_reserve_after", file.alpha_reserve_after, pool.alpha.units())?;
    case.equal("tao_reserve_after", file.tao_reserve_after, pool.tao.units())?;
    case.equal("price_after_bits", file.price_after_bits, Text(pool.price().to_bits()))
}

/// An amount, or the name of the error.
fn amount_or_error(result: Result<u64, PoolError>) -> Value {
    result.map_or_else(|error| format!("{error:?}").into(), Value::from)
}

pub(super) fn limits(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Reserves {
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        origin: Reserves,
        destination: Reserves,
        buy_limit_rao: u64,
        sell_limit_rao: u64,
        move_limit: u64,
        max_add: Value,
        max_remove: Value,
        max_move: Value,
    }
    let file: File = parse(item)?;
    let read =
        |reserves: &Reserves| pool(reserves.tao_reserve, reserves.alpha_reserve, reserves.quote_weight);
    let (origin, destination) = (read(&file.origin)?, read(&file.destination)?);
    let add = origin.max_buy(file.buy_limit_rao, LIMITS_FEE_RATE).map(Tao::units);
    let remove = origin.max_sell(file.sell_limit_rao, LIMITS_FEE_RATE).map(Alpha::units);
    let transfer = pool::max_move(&origin, &destination, file.move_limit, LIMITS_FEE_RATE).map(Alpha::units);
    case.equal("max_add", file.max_add, amount_or_error(add))?;
    case.equal("max_remove", file.max_remove, amount_or_error(remove))?;
    case.equal("max_move", file.max_move, amount_or_error(transfer))
}

pub(super) fn init_with_price(case: &mut Case, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        alpha_reserve: u64,
        tao_reserve: u64,
        price_bits: Text<u128>,
        initialized: bool,
        quote_weight: u64,
    }
    let file: File = parse(item)?;
    let mut pool = Pool::new(Tao::new(file.tao_reserve), Alpha::new(file.alpha_reserve));
    let initialised = pool.init_with_price(U64F64::from_bits(file.price_bits.0));
    case.equal("initialized", file.initialized, initialised)?;
    case.equal("quote_weight", file.quote_weight, pool.quote_weight.quote())
}

pub(super) fn sequence(cases: &mut Cases<'_>, name: &str, item: &Value) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
        fee_rate: u16,
        steps: Vec<Value>,
    }
    let file: File = parse(item)?;
    let mut pool = pool(file.tao_reserve, file.alpha_reserve, file.quote_weight)?;
    for (position, item) in file.steps.iter().enumerate() {
        cases.case(&format!("{name}.steps[{position}]"), |case| step(case, &mut pool, item, file.fee_rate));
    }
    Ok(())
}

/// One step of a sequence: what is done, and the pool afterwards.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
enum Operation {
    Buy(Order),
    Sell(Order),
    Inject { tao: u64, alpha: u64, injected_tao: u64, injected_alpha: u64 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    amount: u64,
    paid_in: u64,
    paid_out: u64,
    fee: u64,
}

fn step(case: &mut Case, pool: &mut Pool, item: &Value, fee_rate: u16) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    struct After {
        alpha_reserve: u64,
        tao_reserve: u64,
        quote_weight: u64,
        price_bits: Text<u128>,
    }
    let after: After = parse(item)?;
    let mut rest = item.clone();
    let fields = rest.as_object_mut().ok_or("a step is an object")?;
    for field in ["alpha_reserve", "tao_reserve", "quote_weight", "price_bits"] {
        fields.remove(field);
    }
    match parse(&rest)? {
        Operation::Buy(order) => execute(case, pool, Side::Buy, &order, fee_rate)?,
        Operation::Sell(order) => execute(case, pool, Side::Sell, &order, fee_rate)?,
        Operation::Inject { tao, alpha, injected_tao, injected_alpha } => {
            let injected = if pool.reweigh(Tao::new(tao), Alpha::new(alpha)) { (tao, alpha) } else { (0, 0) };
            pool.deposit(Tao::new(injected.0), Alpha::new(injected.1));
            case.equal("injected_tao, injected_alpha", (injected_tao, injected_alpha), injected)?;
        }
    }
    case.equal("alpha_reserve", after.alpha_reserve, pool.alpha.units())?;
    case.equal("tao_reserve", after.tao_reserve, pool.tao.units())?;
    case.equal("quote_weight", after.quote_weight, pool.quote_weight.quote())?;
    case.equal("price_bits", after.price_bits, Text(pool.price().to_bits()))
}

fn execute(
    case: &mut Case,
    pool: &mut Pool,
    side: Side,
    order: &Order,
    fee_rate: u16,
) -> Result<(), Malformed> {
    let limit = match side {
        Side::Buy => DEFAULT_BUY_LIMIT,
        Side::Sell => DEFAULT_SELL_LIMIT,
    };
    let flat = trade(pool, side, order.amount, limit, fee_rate)?;
    case.equal("paid_in", order.paid_in, flat.paid_in)?;
    case.equal("paid_out", order.paid_out, flat.paid_out)?;
    case.equal("fee", order.fee, flat.fee)
}
