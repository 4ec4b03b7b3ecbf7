//! Where a block's TAO and alpha went, for people.

use super::{Page, exact, grouped, percent, share, table};
use crate::explain::{
    emission::{AutomaticClaim, ClaimedDividend, Emission, SubnetEmission},
    names::short,
};

/// The text of an emission.
pub fn emission(told: &Emission, formulas: bool) -> String {
    let mut page = Page::default();
    page.line(&format!("Emission of block {}: {} τ minted", grouped(told.block), exact(told.minted)));
    page.step(" became", &format!("{} τ liquidity in pools", exact(told.tao_in)));
    page.step("", &format!("{} τ that bought alpha for the chain", exact(told.spent)));
    if told.refused > 0 {
        page.step("", &format!("{} τ on accounts of subnets whose pool refused it", exact(told.refused)));
    }
    page.step(
        "",
        &format!("{} τ destroyed: what rounding left over and nobody could take", exact(told.destroyed)),
    );
    let verdict =
        if told.root_sells { "above 1: root's part is kept" } else { "not above 1: it is recycled" };
    page.step(" root", &format!("the moving prices sum to {:.6}, {verdict}", told.price_sum));
    page.line("");
    page.line(&format!("1 Shares of the TAO: {}", told.share_rule));
    if formulas && told.share_rule.starts_with("moving price, less") {
        page.step("", "∎ share = price × (1 − withheld), over the sum of all; offer = share × minted");
    }
    let row = |subnet: &SubnetEmission| {
        vec![
            named(subnet),
            format!("{:.6}", subnet.moving_price),
            percent(subnet.price_share),
            percent(subnet.miner_burned),
            percent(subnet.share),
            if subnet.enabled { format!("{:.3}", subnet.offered) } else { "switched off".into() },
        ]
    };
    let titles = ["SUBNET", "MOVING PRICE(τ)", "OF ALL", "WITHHELD", "SHARE", "OFFER(rao)"];
    table(&mut page, 2, &titles, &told.subnets.iter().map(row).collect::<Vec<_>>());
    told.subnets.iter().for_each(|subnet| of_subnet(&mut page, subnet, told.injection_rule, formulas));
    claims(&mut page, &told.claims);
    page.line("");
    page.line(&format!(
        "✔ every part adds up, and {} state entries that the block changed are the chain's own",
        grouped(told.entries_checked as u64)
    ));
    page.finish()
}

/// What was claimed by lot; nothing is said of coldkeys for whom nothing was worth claiming.
fn claims(page: &mut Page, claims: &[AutomaticClaim]) {
    let paid: Vec<_> = claims.iter().filter(|claim| !claim.paid.is_empty()).collect();
    if paid.is_empty() {
        return;
    }
    page.line("");
    page.line("Root dividends claimed for coldkeys that the hash of the block before drew");
    let rows: Vec<_> = paid.iter().flat_map(|claim| claim.paid.iter().map(|line| row(claim, line))).collect();
    table(page, 2, &["COLDKEY", "SUBNET", "ALPHA", "BECAME"], &rows);
}

fn row(claim: &AutomaticClaim, line: &ClaimedDividend) -> Vec<String> {
    let became = match line.sold_for {
        Some(tao) => format!("{} τ of root stake", exact(tao)),
        None => "stake on the subnet".to_owned(),
    };
    vec![short(&claim.coldkey), line.netuid.to_string(), exact(line.alpha), became]
}

fn named(subnet: &SubnetEmission) -> String {
    format!("{} {}", subnet.netuid, subnet.name).trim().to_owned()
}

fn of_subnet(page: &mut Page, subnet: &SubnetEmission, rule: &str, formulas: bool) {
    page.line("");
    page.line(&format!("Subnet {}", named(subnet)));
    let capped = subnet.wanted_alpha > subnet.alpha_allowed + 1.0;
    page.step(
        " 2 liquidity",
        &format!(
            "at a price of {:.6} τ the offer wants {:.9} α beside it; {:.9} α may come{}",
            subnet.price,
            subnet.wanted_alpha / 1e9,
            subnet.alpha_allowed / 1e9,
            if capped { ", and the rest of the TAO buys" } else { ": nothing is left to buy with" },
        ),
    );
    page.step("", &format!("({rule}; root's part is {})", percent(subnet.root_proportion)));
    page.formula(formulas, "alpha = offer / price, but no more than may come; τ = alpha × price");
    page.step("", &format!("{} τ and {} α into the pool", exact(subnet.tao_in), exact(subnet.alpha_in)));
    page.step(
        " 3 bought",
        &format!("{} α for {} τ, kept by the chain", exact(subnet.bought), exact(subnet.spent)),
    );
    let aside = subnet.set_aside;
    page.step(
        " 4 alpha",
        &format!("{} α for its participants, to wait for the next epoch:", exact(subnet.alpha_out)),
    );
    page.formula(
        formulas,
        "owner's cut first; half of the rest to miners; root's part out of the other half",
    );
    let all = subnet.alpha_out.max(1) as f64;
    let parts = [
        ("owner", aside.owner),
        ("miners", aside.miners),
        ("validators", aside.validators),
        ("root", aside.root),
        ("recycled", aside.recycled),
        ("dust", aside.dust),
    ];
    let shown = parts.iter().filter(|(name, amount)| *amount > 0 || *name != "recycled");
    let rows: Vec<Vec<String>> = shown
        .map(|(name, amount)| vec![(*name).into(), exact(*amount), share(*amount as f64 / all)])
        .collect();
    table(page, 16, &["FOR", "ALPHA", "PART"], &rows);
}
