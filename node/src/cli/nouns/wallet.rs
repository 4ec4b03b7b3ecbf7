//! `taonet wallet`: keys, balances, transfers, and what belongs to a coldkey.

use crate::{
    cli::{
        Action, Intent,
        intent::{
            AnnounceColdkeySwap, AssociateHotkey, ClearColdkeySwap, DisputeColdkeySwap, ResetColdkeySwap,
            SetIdentity, Signed, SwapColdkeyAnnounced, SwapHotkey, Transfer,
        },
        keys,
        output::Output,
        read::{OneAccount, Read},
        table::{Column, Table},
    },
    fault::Fault,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use taonet_chain::keys::DEV_ACCOUNTS;

/// Keys, balances, transfers.
#[derive(Debug, Subcommand)]
pub enum Wallet {
    /// All keys on this computer, and the development accounts
    List,
    /// Make a new key
    #[command(visible_aliases = ["new-coldkey", "new-hotkey"])]
    Create(NewKey),
    /// Balance, nonce and stakes of an account
    #[command(visible_alias = "overview")]
    Balance(OneAccount),
    /// What a coldkey decided, and whether it is about to be swapped
    #[command(visible_aliases = ["get-identity", "swap-check"], aliases = ["get_identity", "swap_check"])]
    Show(OneAccount),
    /// Move TAO to another account
    Transfer(Signed<Transfer>),
    /// Own a hotkey that has no owner
    #[command(alias = "associate_hotkey")]
    AssociateHotkey(Signed<AssociateHotkey>),
    /// Say who the signer is
    #[command(alias = "set_identity")]
    SetIdentity(Signed<SetIdentity>),
    /// Let another hotkey take the place of one of the signer's
    #[command(alias = "swap_hotkey")]
    SwapHotkey(Signed<SwapHotkey>),
    /// Replace the signer by another coldkey, after a while
    #[command(subcommand, alias = "swap_coldkey")]
    SwapColdkey(ColdkeySwap),
}

/// Replace the signer by another coldkey.
#[derive(Debug, Subcommand)]
pub enum ColdkeySwap {
    /// Announce the coldkey that will replace the signer
    Announce(Signed<AnnounceColdkeySwap>),
    /// Replace the signer by the coldkey it announced
    Execute(Signed<SwapColdkeyAnnounced>),
    /// Freeze the signer, whose announcement is somebody else's
    Dispute(Signed<DisputeColdkeySwap>),
    /// Take the announcement back
    Clear(Signed<ClearColdkeySwap>),
    /// End the announcement of a coldkey, disputed or not; the sudo account signs
    Reset(Signed<ResetColdkeySwap>),
}

impl Wallet {
    pub(in crate::cli) fn action(self) -> Action {
        match self {
            Wallet::List => Action::ListKeys,
            Wallet::Create(key) => Action::MakeKey(key),
            Wallet::Balance(account) => Action::Read(Read::Account(account)),
            Wallet::Show(account) => Action::Read(Read::Coldkey(account)),
            Wallet::Transfer(intent) => Action::sign(Intent::Transfer(intent)),
            Wallet::AssociateHotkey(intent) => Action::sign(Intent::AssociateHotkey(intent)),
            Wallet::SetIdentity(intent) => Action::sign(Intent::SetIdentity(intent)),
            Wallet::SwapHotkey(intent) => Action::sign(Intent::SwapHotkey(intent)),
            Wallet::SwapColdkey(swap) => Action::sign(swap.intent()),
        }
    }
}

impl ColdkeySwap {
    fn intent(self) -> Intent {
        match self {
            ColdkeySwap::Announce(intent) => Intent::AnnounceColdkeySwap(intent),
            ColdkeySwap::Execute(intent) => Intent::SwapColdkeyAnnounced(intent),
            ColdkeySwap::Dispute(intent) => Intent::DisputeColdkeySwap(intent),
            ColdkeySwap::Clear(intent) => Intent::ClearColdkeySwap(intent),
            ColdkeySwap::Reset(intent) => Intent::ResetColdkeySwap(intent),
        }
    }
}

/// A key to make.
#[derive(Debug, Args)]
pub struct NewKey {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Keep this key (URI or seed) instead of a new random one
    #[arg(long, value_name = "KEY")]
    seed: Option<String>,
}

/// A key as it is listed.
#[derive(Serialize)]
struct ListedKey {
    name: String,
    account: String,
    file: Option<String>,
}

impl NewKey {
    pub(in crate::cli) fn run(self, output: Output) -> Result<(), Fault> {
        let from = self.seed.as_deref().map(keys::key).transpose()?;
        let (key, file) = keys::create(&self.name, from)?;
        let file = file.display().to_string();
        let listed =
            ListedKey { name: self.name, account: key.account().to_string(), file: Some(file.clone()) };
        output.talk("Whoever reads this file owns the key; there is no other copy.");
        output.result(&listed, || format!("{}  {}\nfile  {file}", listed.name, listed.account));
        Ok(())
    }
}

pub(in crate::cli) fn list_keys(output: Output) -> Result<(), Fault> {
    let folder = keys::folder();
    let own = keys::list()?.into_iter().map(|(name, account)| {
        let file = folder.join(&name).display().to_string();
        ListedKey { name, account: account.to_string(), file: Some(file) }
    });
    let mut listed: Vec<ListedKey> = own.collect();
    for uri in DEV_ACCOUNTS {
        listed.push(ListedKey { name: uri.into(), account: keys::account(uri)?.to_string(), file: None });
    }
    output.result(&listed, || {
        let mut table =
            Table::new(&[(Column::Text, "KEY"), (Column::Address, "ACCOUNT"), (Column::Text, "KIND")]);
        for key in &listed {
            let kind = if key.file.is_some() { "yours" } else { "development" };
            table.row([key.name.clone(), key.account.clone(), kind.into()]);
        }
        table.to_string()
    });
    Ok(())
}
