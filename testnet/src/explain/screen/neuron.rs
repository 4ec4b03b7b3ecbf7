//! One neuron in an epoch: how each of its numbers came about.

use super::{Page, epoch::headline, epoch::verdict, exact, grouped, percent, share, table};
use crate::explain::epoch::{Epoch, Neuron, Weight};

/// The text about one neuron of an epoch; `None` if there is none with this number.
pub fn neuron(told: &Epoch, uid: usize, formulas: bool) -> Option<String> {
    let neuron = told.neurons.get(uid)?;
    let mut page = Page::default();
    headline(&mut page, told);
    page.line(&format!("UID {uid}: {} ({})", neuron.name, neuron.hotkey));
    page.line("");
    standing(&mut page, told, neuron, formulas);
    as_miner(&mut page, told, neuron, formulas);
    as_validator(&mut page, told, neuron, formulas);
    payments(&mut page, told, uid);
    verdict(&mut page, told);
    Some(page.finish())
}

fn standing(page: &mut Page, told: &Epoch, neuron: &Neuron, formulas: bool) {
    page.step(
        " 1 stake",
        &format!(
            "{} α here and {} τ on root weigh {} α: {} of all",
            exact(neuron.alpha_stake),
            exact(neuron.tao_stake),
            exact(neuron.stake),
            percent(neuron.stake_share)
        ),
    );
    page.formula(formulas, &format!("{:.4} × τ on root is added to the α", told.rules.tao_weight));
    let votes = match (neuron.permit, neuron.active, neuron.vote > 0.0) {
        (_, _, true) => format!("it votes with {} of the voting stake", percent(neuron.vote)),
        (false, ..) => "it has no validator seat, so it does not vote".into(),
        (_, false, _) => format!(
            "it is silent: its last weights are of block {}, and the limit is {} blocks",
            grouped(neuron.last_update),
            told.rules.activity_cutoff
        ),
        _ => "it has no stake to vote with".into(),
    };
    let next = match (neuron.permit, neuron.new_permit) {
        (true, false) => "; it loses its seat now",
        (false, true) => "; it gets a seat from now on",
        _ => "",
    };
    page.step("", &format!("{votes}{next}"));
}

/// The scores a neuron was given, highest first, with the stake that supports each: how its median came about.
fn as_miner(page: &mut Page, told: &Epoch, neuron: &Neuron, formulas: bool) {
    let score = |voter: &Neuron| weight_of(voter, neuron.uid).map_or(0.0, |weight| weight.weight);
    let mut voters: Vec<&Neuron> = told.neurons.iter().filter(|voter| voter.vote > 0.0).collect();
    voters.sort_by(|a, b| score(b).total_cmp(&score(a)));
    if voters.iter().all(|voter| score(voter) == 0.0) {
        page.step(" 2 as miner", "no voter rates it, so it earns nothing by mining");
        return;
    }
    page.step(" 2 as miner", "what the voters think of it, the highest first:");
    let mut support = 0.0;
    let mut rows = Vec::new();
    for voter in voters.iter().take(16) {
        support += voter.vote;
        let clipped = weight_of(voter, neuron.uid).map_or(0.0, |weight| weight.clipped);
        let reached = if support >= told.rules.kappa { "≥ κ" } else { "" };
        rows.push(vec![
            voter.name.clone(),
            share(score(voter)),
            share(voter.vote),
            share(support),
            reached.into(),
            share(clipped),
            share(voter.vote * clipped),
        ]);
    }
    table(page, 14, &["VOTER", "WEIGHT", "STAKE", "SO FAR", "", "CLIPPED", "RANK"], &rows);
    page.step(
        "",
        &format!(
            "consensus {}: the highest weight that at least κ = {} of the stake supports",
            share(neuron.consensus),
            percent(told.rules.kappa)
        ),
    );
    let ranks: f64 = told.neurons.iter().map(|neuron| neuron.rank).sum();
    page.step(
        "",
        &format!(
            "incentive {} = rank {} / all ranks {}",
            share(neuron.incentive),
            share(neuron.rank),
            share(ranks)
        ),
    );
    page.formula(formulas, "rank = Σ stake × clipped weight");
}

fn weight_of(voter: &Neuron, uid: usize) -> Option<&Weight> {
    voter.weights.iter().find(|weight| weight.uid == uid)
}

/// A validator's row: what was clipped, and what its bonds earn.
fn as_validator(page: &mut Page, told: &Epoch, neuron: &Neuron, formulas: bool) {
    if neuron.weights.is_empty() {
        return;
    }
    page.step(" 3 as voter", "what it thinks of others, and what that earns:");
    let mut weights = neuron.weights.clone();
    weights.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let more = weights.len().saturating_sub(24);
    let row = |weight: &Weight| {
        let rated = told.neurons.get(weight.uid);
        let incentive = rated.map_or(0.0, |rated| rated.incentive);
        vec![
            rated.map_or_else(String::new, |rated| rated.name.clone()),
            share(weight.weight),
            share(rated.map_or(0.0, |rated| rated.consensus)),
            share(weight.clipped),
            share(weight.bond_before),
            share(weight.bond),
            share(incentive),
            share(weight.bond * incentive),
        ]
    };
    let rows: Vec<Vec<String>> = weights.iter().take(24).map(row).collect();
    let titles = ["RATED", "WEIGHT", "CONSENSUS", "CLIPPED", "OLD BOND", "BOND", "INCENTIVE", "EARNS"];
    table(page, 14, &titles, &rows);
    if more > 0 {
        page.step("", &format!("… {more} more (--json has all)"));
    }
    page.step("", &format!("vtrust {}: what the consensus leaves of its row", share(neuron.validator_trust)));
    let earned: f64 = weights
        .iter()
        .map(|weight| weight.bond * told.neurons.get(weight.uid).map_or(0.0, |rated| rated.incentive))
        .sum();
    let stake = if told.rules.bond_formula == 2 { " × its stake" } else { "" };
    page.step(
        "",
        &format!(
            "dividends {}: its bonds earn {}{stake}, over the sum of all",
            share(neuron.dividends),
            share(earned)
        ),
    );
    page.formula(formulas, "bond = its part of all bonds in a neuron, after this epoch");
}

fn payments(page: &mut Page, told: &Epoch, uid: usize) {
    let mine: Vec<_> = told.payments.iter().filter(|paid| paid.uid == Some(uid) && paid.amount > 0).collect();
    let rows: Vec<Vec<String>> =
        mine.iter().map(|paid| vec![paid.reason.to_owned(), exact(paid.amount)]).collect();
    if rows.is_empty() {
        page.step(" 5 paid", "nothing");
        return;
    }
    page.step(" 5 paid", &format!("{} α in all:", exact(mine.iter().map(|paid| paid.amount).sum())));
    table(page, 14, &["FOR", "ALPHA"], &rows);
}
