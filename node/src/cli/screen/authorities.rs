//! Who makes blocks, as a table.

use super::Facts;
use crate::{
    cli::{
        output::{amount, grouped},
        table::{Column, Table},
    },
    proto,
};

/// The mode, the era, and how everyone concerned stands.
pub(in crate::cli) fn authorities(answer: &proto::Authorities) -> String {
    let mode = match answer.mode == answer.next_mode {
        true => answer.mode.clone(),
        false => format!("{}, and {} from the next era on", answer.mode, answer.next_mode),
    };
    let facts = Facts::default()
        .add("mode", mode)
        .add("era", format_args!("{}, from block {}", answer.era, grouped(answer.first_block)))
        .add(
            "next choice",
            format_args!(
                "in block {} (in {})",
                grouped(answer.last_block),
                answer.last_block.saturating_sub(answer.height)
            ),
        );
    let total: u128 = answer.accounts.iter().map(|one| u128::from(one.power)).sum();
    let mut table = Table::new(&[
        (Column::Address, "ACCOUNT"),
        (Column::Number, "POWER"),
        (Column::Number, "ROOT STAKE(τ)"),
        (Column::Number, "MISSED"),
        (Column::Text, "STANDING"),
    ]);
    for one in &answer.accounts {
        table.row([
            one.account.clone(),
            power(one.power, total),
            amount(one.stake),
            one.missed_slots.to_string(),
            standing(one),
        ]);
    }
    format!("{}\n{table}", facts.0)
}

/// A part of all power, in tenths of a percent.
fn power(own: u64, total: u128) -> String {
    match (u128::from(own) * 1_000).checked_div(total) {
        Some(part) if own > 0 => format!("{}.{} %", part / 10, part % 10),
        _ => "-".into(),
    }
}

fn standing(one: &proto::Standing) -> String {
    let mut words = Vec::new();
    if one.power > 0 {
        words.push("authority".to_owned());
    }
    if one.appointed {
        words.push("appointed".to_owned());
    }
    if one.candidate_since.is_some() {
        words.push("candidate".to_owned());
    }
    if let Some(jail) = &one.jail {
        words.push(format!("jailed until {} ({})", grouped(jail.until), jail.cause));
    }
    words.join(", ")
}
