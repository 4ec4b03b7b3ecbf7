//! An epoch as a lesson: eight steps from stake to payment, then who was paid what.

use super::{Page, exact, grouped, percent, share, table};
use crate::explain::epoch::{Epoch, Neuron, Weight};

/// Weights below this are shown as nothing.
const VISIBLE: f64 = 0.000_05;

/// The text of an epoch.
pub fn epoch(told: &Epoch, formulas: bool) -> String {
    let mut page = Page::default();
    headline(&mut page, told);
    stake(&mut page, told, formulas);
    weights(&mut page, told, formulas);
    consensus(&mut page, told, formulas);
    clipped(&mut page, told, formulas);
    incentive(&mut page, told, formulas);
    bonds(&mut page, told, formulas);
    dividends(&mut page, told, formulas);
    paid(&mut page, told, formulas);
    verdict(&mut page, told);
    page.finish()
}

pub(super) fn headline(page: &mut Page, told: &Epoch) {
    page.line(&format!(
        "Epoch {} of subnet {} {} (blocks {}–{}), {} α to pay",
        told.index,
        told.netuid,
        told.name,
        grouped(told.since),
        grouped(told.block),
        exact(told.pending.total()),
    ));
    if let [_, _, ..] = told.mechanisms.as_slice() {
        let part = told.mechanisms.get(told.mechanism).copied().unwrap_or_default();
        page.line(&format!(
            "Steps 1 to 7 are those of mechanism {} of {} (--mechanism), which distributes {} α of it",
            told.mechanism,
            told.mechanisms.len(),
            exact(part)
        ));
    }
}

fn stake(page: &mut Page, told: &Epoch, formulas: bool) {
    let mut with_stake: Vec<&Neuron> =
        told.neurons.iter().filter(|neuron| neuron.stake_share >= VISIBLE).collect();
    with_stake.sort_by_key(|neuron| std::cmp::Reverse(neuron.stake));
    let entry = |neuron: &&Neuron| format!("{} {}", neuron.name, share(neuron.stake_share));
    page.list(" 1 stake", &with_stake.iter().map(entry).collect::<Vec<_>>());
    let silent = told.neurons.iter().filter(|neuron| neuron.vote == 0.0);
    // Not `sum`, whose nothing is a negative zero.
    let silent = silent.fold(0.0, |sum, neuron| sum + neuron.stake_share);
    let voters = told.neurons.iter().filter(|neuron| neuron.vote > 0.0).count();
    page.step("", &format!("{voters} vote; {} of the stake is silent or has no seat", percent(silent)));
    if silent > 0.5 {
        page.step("", "← most of the stake does not speak: what the others say may have too little support");
    }
    page.formula(
        formulas,
        &format!("stake = α + {:.4} × τ on root, over the sum of all", told.rules.tao_weight),
    );
    page.formula(
        formulas,
        &format!(
            "votes: one of {} seats, and weights set in the last {} blocks",
            told.rules.seats, told.rules.activity_cutoff
        ),
    );
}

fn voters(told: &Epoch) -> impl Iterator<Item = &Neuron> {
    told.neurons.iter().filter(|neuron| neuron.vote > 0.0)
}

fn name_of(told: &Epoch, uid: usize) -> &str {
    told.neurons.get(uid).map_or("nobody", |neuron| neuron.name.as_str())
}

fn row(told: &Epoch, voter: &Neuron, value: impl Fn(&Weight) -> f64) -> String {
    let mut cells: Vec<(usize, f64)> =
        voter.weights.iter().map(|weight| (weight.uid, value(weight))).collect();
    cells.retain(|(_, value)| *value >= VISIBLE);
    cells.sort_by_key(|(uid, _)| *uid);
    let shown: Vec<String> = cells
        .iter()
        .take(8)
        .map(|(uid, value)| format!("{} {}", name_of(told, *uid), share(*value)))
        .collect();
    let more = cells.len().saturating_sub(8);
    let more = if more > 0 { format!(" … {more} more") } else { String::new() };
    let cells = if shown.is_empty() { "nobody".into() } else { shown.join("  ") };
    format!("{} → {cells}{more}", voter.name)
}

fn rows(page: &mut Page, label: &str, told: &Epoch, value: impl Fn(&Weight) -> f64 + Copy) {
    let mut lines: Vec<String> = voters(told).map(|voter| row(told, voter, value)).collect();
    let more = lines.len().saturating_sub(12);
    lines.truncate(12);
    if more > 0 {
        lines.push(format!("… {more} more validators (--json has all)"));
    }
    if lines.is_empty() {
        lines.push("nobody votes".into());
    }
    for (index, line) in lines.iter().enumerate() {
        page.step(if index == 0 { label } else { "" }, line);
    }
}

fn weights(page: &mut Page, told: &Epoch, formulas: bool) {
    rows(page, " 2 weights", told, |weight| weight.weight);
    page.formula(
        formulas,
        "each validator's row without itself and without replaced neurons, as shares of 1",
    );
}

fn consensus(page: &mut Page, told: &Epoch, formulas: bool) {
    let rated = || told.neurons.iter().filter(|neuron| neuron.support > 0.0);
    let entry = |neuron: &Neuron| format!("{} {}", neuron.name, share(neuron.consensus));
    let entries: Vec<String> = rated().map(entry).collect();
    let none = ["nobody is rated".to_owned()];
    page.list(" 3 consensus", if entries.is_empty() { &none } else { &entries });
    let kappa = percent(told.rules.kappa);
    for neuron in rated().filter(|neuron| neuron.consensus < VISIBLE).take(5) {
        let support = percent(neuron.support);
        page.step("", &format!("← {} has only {support} of the stake behind it; κ = {kappa}", neuron.name));
    }
    page.formula(
        formulas,
        &format!("the highest weight that at least κ = {kappa} of the voting stake supports"),
    );
}

fn clipped(page: &mut Page, told: &Epoch, formulas: bool) {
    let lost =
        |voter: &Neuron| voter.weights.iter().map(|weight| weight.weight - weight.clipped).sum::<f64>();
    let entry = |voter: &Neuron| {
        format!("{} lost {} → vtrust {}", voter.name, share(lost(voter)), share(voter.validator_trust))
    };
    let losers: Vec<String> = voters(told).filter(|voter| lost(voter) >= VISIBLE).map(entry).collect();
    let none = ["nobody: every weight is supported".to_owned()];
    page.list(" 4 clipped", if losers.is_empty() { &none } else { &losers });
    page.formula(formulas, "weight above the consensus is cut off; vtrust = what is left of a row");
}

fn incentive(page: &mut Page, told: &Epoch, formulas: bool) {
    let entry = |neuron: &Neuron| format!("{} {}", neuron.name, share(neuron.incentive));
    let earning = told.neurons.iter().filter(|neuron| neuron.incentive > 0.0);
    let entries: Vec<String> = earning.map(entry).collect();
    let none = ["nobody earns: validators get the miners' half too".to_owned()];
    page.list(" 5 incentive", if entries.is_empty() { &none } else { &entries });
    page.formula(formulas, "rank = Σ stake × clipped weight; incentive = rank over the sum of all ranks");
}

fn bonds(page: &mut Page, told: &Epoch, formulas: bool) {
    let rules = &told.rules;
    let rate = if rules.liquid {
        "a rate of its own for each pair (liquid)".to_owned()
    } else {
        format!("{} of each bond is new", share(rules.bond_rate))
    };
    let kind = if rules.bond_formula == 2 { "absolute" } else { "relative" };
    page.step(
        " 6 bonds",
        &format!("{kind} bonds, {rate}; below, whose part of each neuron's bonds is whose:"),
    );
    rows(page, "", told, |weight| weight.bond);
    page.formula(
        formulas,
        &format!("bond = rate × weight (clipped by {}) + (1 − rate) × old bond", percent(rules.bond_penalty)),
    );
}

fn dividends(page: &mut Page, told: &Epoch, formulas: bool) {
    let entry = |neuron: &Neuron| format!("{} {}", neuron.name, share(neuron.dividends));
    let earning = told.neurons.iter().filter(|neuron| neuron.dividends > 0.0);
    let entries: Vec<String> = earning.map(entry).collect();
    let none = ["nobody has a bond in a neuron that earned".to_owned()];
    page.list(" 7 dividends", if entries.is_empty() { &none } else { &entries });
    let formula = match told.rules.bond_formula {
        2 => "Σ bond × incentive, times the validator's stake, over the sum of all",
        _ => "Σ bond × incentive, over the sum of all",
    };
    page.formula(formulas, formula);
}

fn paid(page: &mut Page, told: &Epoch, formulas: bool) {
    let sums = told.sums;
    let mut parts =
        vec![format!("owner {} α", exact(sums.owner)), format!("miners {} α", exact(sums.miners))];
    if sums.withheld > 0 {
        parts.push(format!("withheld from the owner's own miners {} α", exact(sums.withheld)));
    }
    parts.push(format!("validators' takes {} α", exact(sums.takes)));
    parts.push(format!("stakers {} α", exact(sums.stakers)));
    parts.push(format!("root {} α", exact(sums.root)));
    parts.push(format!("dust {} α", exact(sums.dust)));
    page.list(" 8 paid", &parts);
    for unearned in &told.unearned {
        page.step("", &format!("nobody got {} α: {}", exact(unearned.amount), unearned.because));
    }
    for earned in told.earned.iter().filter(|earned| earned.before_sharing != earned.dividend).take(8) {
        page.step(
            "",
            &format!(
                "← {} earned {} by its own votes; after sharing with keys that lend stake it counts with {}",
                earned.name,
                exact(earned.before_sharing),
                exact(earned.dividend)
            ),
        );
    }
    if sums.recycled_beside > 0 {
        page.step("", &format!("beside that {} α were recycled by sharing", exact(sums.recycled_beside)));
    }
    page.formula(
        formulas,
        "a validator keeps its take; the rest raises all stake with it, root's part can be claimed by root's \
         stakers",
    );
    page.line("");
    payments(page, told);
}

/// The most lines of the table of payments.
const MOST_PAID: usize = 40;

/// Who was paid what, one line for each hotkey.
pub(super) fn payments(page: &mut Page, told: &Epoch) {
    let mut hotkeys: Vec<&str> = Vec::new();
    for paid in &told.payments {
        if !hotkeys.contains(&paid.hotkey.as_str()) {
            hotkeys.push(&paid.hotkey);
        }
    }
    let row = |hotkey: &&str| {
        let of = |reasons: &[&str]| -> u64 {
            let mine = told.payments.iter().filter(|paid| paid.hotkey == **hotkey);
            mine.filter(|paid| reasons.contains(&paid.reason)).map(|paid| paid.amount).sum()
        };
        let first = told.payments.iter().find(|paid| paid.hotkey == **hotkey);
        let uid = first.and_then(|paid| paid.uid);
        let show = |amount: u64| if amount == 0 { "·".to_owned() } else { exact(amount) };
        (
            uid,
            vec![
                first.map_or_else(String::new, |paid| paid.name.clone()),
                uid.map_or_else(|| "–".into(), |uid| uid.to_string()),
                show(of(&["owner's cut", "incentive"])),
                show(of(&["take", "take of root dividends"])),
                show(of(&["dividends to stakers"])),
                show(of(&["root dividends to claim"])),
                show(of(&["withheld and recycled", "withheld and burned"])),
            ],
        )
    };
    let mut rows: Vec<(Option<usize>, Vec<String>)> = hotkeys.iter().map(row).collect();
    rows.retain(|(_, row)| row.iter().skip(2).any(|cell| cell != "·"));
    rows.sort_by_key(|(uid, _)| *uid);
    let more = rows.len().saturating_sub(MOST_PAID);
    let rows: Vec<Vec<String>> = rows.into_iter().take(MOST_PAID).map(|(_, row)| row).collect();
    table(page, 2, &["PAID(α)", "UID", "MINED/CUT", "TAKE", "STAKERS", "ROOT", "WITHHELD"], &rows);
    if more > 0 {
        page.line(&format!("  … {more} more (--json has all)"));
    }
}

pub(super) fn verdict(page: &mut Page, told: &Epoch) {
    page.line("");
    page.line(&format!(
        "✔ block {} executed again: {} state entries and {} events and receipts are the chain's own",
        grouped(told.block),
        grouped(told.entries_checked as u64),
        told.events_checked
    ));
    let nobodys = if told.sums.unearned > 0 { " + nobody's" } else { "" };
    page.line(&format!(
        "  paid + withheld{nobodys} + dust = {} α = what was set aside. More: --uid UID, --formulas, --json",
        exact(told.pending.total())
    ));
}
