//! A trade, for people.

use super::{Page, exact, grouped, percent};
use crate::explain::price::{Price, Refused, Trade};

/// The text of a trade that would be made.
pub fn price(told: &Price) -> String {
    let buys = told.side == "buy";
    let (give, get) = if buys { ("τ", "α") } else { ("α", "τ") };
    let mut page = Page::default();
    let verb = if buys { "Buying with" } else { "Selling" };
    page.line(&format!(
        "{verb} {} {give} on subnet {} {}, on the state after block {}",
        exact(told.amount),
        told.netuid,
        told.name,
        grouped(told.height)
    ));
    if told.fixed {
        page.step(" 1 price", "this subnet has no market: 1 α is 1 τ, without fee or slippage");
    } else {
        page.step(" 1 pool", &format!("{} τ and {} α", exact(told.tao), exact(told.alpha)));
        page.step(" 2 weights", &format!("{:.6} for τ, {:.6} for α", told.tao_weight, 1.0 - told.tao_weight));
        page.step(
            " 3 price",
            &format!("{:.9} τ = (α's weight / τ's weight) × (τ reserve / α reserve)", told.price),
        );
    }
    match (&told.trade, &told.refusal) {
        (Some(trade), refusal) => {
            outcome(&mut page, told, trade, (give, get));
            if let Some(refusal) = refusal {
                refused(&mut page, refusal);
                page.step("", "above is what the pool alone would do");
            }
        }
        (None, Some(refusal)) => refused(&mut page, refusal),
        (None, None) => {}
    }
    limits(&mut page, told, give);
    page.finish()
}

fn refused(page: &mut Page, refusal: &Refused) {
    page.step(" refused", &format!("{}: {}", refusal.name, refusal.sentence));
}

fn outcome(page: &mut Page, told: &Price, trade: &Trade, (give, get): (&str, &str)) {
    page.step(
        " 4 fee",
        &format!("{} {give} ({}) for the author of the block", exact(trade.fee), percent(told.fee_rate)),
    );
    page.step(
        " 5 in",
        &format!("{} {give}: {} of the reserve", exact(trade.paid_in), percent(trade.input_share)),
    );
    if told.fixed {
        page.step(" 6 out", &format!("{} {get}", exact(trade.paid_out)));
    } else {
        page.step(
            " 6 out",
            &format!(
                "{} {get}; at the price before it would be {} {get}, so {} is lost to slippage",
                exact(trade.paid_out),
                exact(trade.at_old_price),
                percent(trade.slippage)
            ),
        );
        page.step("", "because each bit of the trade moves the price for the next bit");
    }
    page.step(
        " 7 after",
        &format!(
            "price {:.9} τ ({:+.4} %), reserves {} τ and {} α",
            trade.price_after,
            if told.price > 0.0 { (trade.price_after / told.price - 1.0) * 100.0 } else { 0.0 },
            exact(trade.tao_after),
            exact(trade.alpha_after)
        ),
    );
    page.step(" 8 you pay", &format!("{:.9} τ for 1 α on average, fee included", trade.average));
    if trade.left > 0 {
        page.step(
            " 9 left",
            &format!("{} {give} are not taken: the price reaches the limit first", exact(trade.left)),
        );
    }
}

fn limits(page: &mut Page, told: &Price, give: &str) {
    if told.fixed {
        return;
    }
    let most = told.most.map_or_else(|| "nothing".into(), |most| format!("{} {give}", exact(most)));
    page.step(" limits", &format!("until the price is {} τ: {most}", told.limit));
    page.step(
        "",
        &format!(
            "a pool takes at most {} {give} at once; a stake has at least {} τ beside the fee",
            exact(told.largest),
            exact(told.min_stake)
        ),
    );
}
