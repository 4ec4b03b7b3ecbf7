//! `taonet accounts`: the funded development accounts, with their secrets.

use super::chosen;
use crate::{
    network::{home::Home, record::AccountRecord},
    screen::result,
};
use clap::Args;
use std::process::ExitCode;

/// Whose accounts to show.
#[derive(Debug, Args)]
pub(super) struct Accounts {
    /// The network's id or the beginning of it
    id: Option<String>,
    /// Show the seeds too
    #[arg(long)]
    seeds: bool,
}

impl Accounts {
    /// Prints the table, or all of it as JSON.
    pub(super) fn run(self, network: Option<&str>, as_json: bool) -> ExitCode {
        let record = match chosen(&Home::find(), self.id.as_deref().or(network), as_json) {
            Ok(record) => record,
            Err(code) => return code,
        };
        if as_json {
            result(serde_json::json!(record.accounts));
            return ExitCode::SUCCESS;
        }
        result(heading());
        for account in &record.accounts {
            result(row(account));
            if self.seeds {
                result(format!("            seed 0x{}", account.seed));
            }
        }
        ExitCode::SUCCESS
    }
}

/// The first line of the table.
pub(super) fn heading() -> &'static str {
    "Accounts (ed25519, development only, never reuse; other tools may show sr25519 addresses)"
}

/// One account in one line of at most 100 columns.
pub(super) fn row(account: &AccountRecord) -> String {
    let tao = account.balance_rao / 1_000_000_000;
    format!("  {:<9} {} {:>11} τ  {}", account.uri, account.address, thousands(tao), account.purpose)
}

/// `1000000` as `1,000,000`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|g| std::str::from_utf8(g).ok()).collect();
    groups.join(",")
}
