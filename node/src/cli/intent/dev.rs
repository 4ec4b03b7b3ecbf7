//! What anybody may ask for on a development network: money, parameters, and the name of others.

use super::{Asks, Intent, Planned, Plans, admin::SetParam};
use crate::{
    cli::{keys, session::Session},
    fault::Fault,
};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, parser::ValueSource};
use taonet_chain::{AccountId, Call, Inner};
use taonet_subnets::amount::Tao;

/// The word that stands for the whole network where a subnet could be named.
const WHOLE_NETWORK: &str = "network";

/// Mint TAO for an account.
#[derive(Clone, Debug, Args)]
pub struct DevFund {
    /// The account
    account: String,
    /// How much, in TAO
    amount: Tao,
}

impl Asks for DevFund {
    fn call(&self, _: AccountId) -> Result<Call, Fault> {
        Ok(Call::DevFund { account: keys::account(&self.account)?, amount: self.amount })
    }
}

/// Set any parameter at any time.
#[derive(Clone, Debug, Args)]
pub struct DevSetParam {
    /// The subnet, or `network` for a parameter of the whole network
    #[arg(value_name = "NETUID")]
    place: String,
    /// Its name, as `taonet hparams list` shows it
    name: String,
    /// Its new value
    #[arg(allow_hyphen_values = true)]
    value: String,
}

impl Asks for DevSetParam {
    fn call(&self, signer: AccountId) -> Result<Call, Fault> {
        let netuid = match self.place.as_str() {
            WHOLE_NETWORK => None,
            number => Some(number.parse().map_err(|_| {
                let sentence = format!("`{number}` is no subnet");
                Fault::invalid(
                    sentence,
                    "Give its number, or `network` for a parameter of the whole network.",
                )
            })?),
        };
        let ordinary = SetParam { name: self.name.clone(), value: self.value.clone(), netuid };
        match ordinary.call(signer)? {
            Call::SetParam { netuid, param, value } => Ok(Call::DevSetParam { netuid, param, value }),
            call => Ok(call),
        }
    }
}

/// Make any call in the name of another account.
#[derive(Clone, Debug, Args)]
pub struct DevImpersonate {
    /// In whose name; no key is needed
    account: String,
    /// What, in the words of `taonet tx`
    #[arg(last = true, required = true, value_name = "TRANSACTION")]
    words: Vec<String>,
}

/// The words after `--`.
#[derive(Debug, Parser)]
#[command(name = "taonet tx", no_binary_name = true, disable_help_flag = true)]
struct Inside {
    #[command(subcommand)]
    intent: Intent,
}

impl DevImpersonate {
    fn intent(&self) -> Result<Intent, Fault> {
        let unreadable = |error: clap::Error| {
            let text = error.to_string();
            let sentence = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Fault::invalid(
                sentence,
                "Write after `--` what would follow `taonet tx`; see `taonet tx --help`.",
            )
        };
        let words = Inside::command().try_get_matches_from(&self.words).map_err(unreadable)?;
        match words.subcommand().and_then(|(_, words)| signing_word(words)) {
            Some(option) => {
                let sentence = format!("`--{option}` says how the development call is signed and handed in");
                Err(Fault::invalid(sentence, "Write it before the `--`."))
            }
            None => Ok(Inside::from_arg_matches(&words).map_err(unreadable)?.intent),
        }
    }
}

/// An option about signing that stands among the words of a transaction; what the environment says does not count.
fn signing_word(words: &ArgMatches) -> Option<String> {
    let options = ["key", "dry_run", "no_wait", "wait"];
    let given = options.into_iter().find(|id| words.value_source(id) == Some(ValueSource::CommandLine));
    given.map(|id| id.replace('_', "-"))
}

impl Plans for DevImpersonate {
    async fn plan(&self, session: &Session, _: AccountId) -> Result<Planned, Fault> {
        let account = keys::account(&self.account)?;
        let planned = self.intent()?.plan(session, account).await?;
        let call = Inner::new(planned.call).ok_or_else(|| {
            let sentence = "a development call cannot be made in the name of another account";
            Fault::invalid(sentence, "Make it in your own name: anybody may.")
        })?;
        Ok(Planned { call: Call::DevImpersonate { account, call }, ..planned })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::intent::tests::{account, call, refused, words};

    #[test]
    fn words_become_development_calls() {
        let amount = "1.5".parse().expect("an amount");
        assert_eq!(call::<DevFund>("//Bob 1.5"), Call::DevFund { account: account("//Bob"), amount });
        let Call::DevSetParam { netuid: Some(1), value: 20, .. } = call::<DevSetParam>("1 tempo 20") else {
            panic!("a parameter of a subnet")
        };
        let Call::DevSetParam { netuid: None, .. } = call::<DevSetParam>("network tx-rate-limit 3") else {
            panic!("a parameter of the network")
        };
        assert_eq!(refused::<DevSetParam>("one tempo 20").sentence, "`one` is no subnet");
        assert!(refused::<DevSetParam>("network tempo 20").sentence.contains("belongs to a subnet"));
    }

    #[test]
    fn what_follows_the_dashes_is_read_like_any_transaction() {
        let inside = |text: &str| words::<DevImpersonate>(text).intent();
        assert!(matches!(inside("//Bob -- transfer --to //Eve --amount 1"), Ok(Intent::Transfer(_))));
        assert!(matches!(inside("//Bob -- set_param tempo 20 -u 1"), Ok(Intent::SetParam(_))));
        let unknown = inside("//Bob -- fly").expect_err("no such transaction");
        assert!(unknown.sentence.contains("fly") && unknown.remedy.contains("taonet tx"), "{unknown:?}");
        assert!(inside("//Bob -- transfer --to //Eve").is_err(), "without an amount");
        for option in ["--dry-run", "--no-wait", "--key //Eve", "-k //Eve"] {
            let misplaced = inside(&format!("//Bob -- transfer --to //Eve --amount 1 {option}"));
            assert!(misplaced.expect_err(option).remedy.contains("before the `--`"), "{option}");
        }
    }
}
