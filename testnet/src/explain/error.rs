//! What an error means, what to do about it, and which calls raise it.
//!
//! Rule: nothing is written twice. Sentence and remedy are those of [`CallError`]; which family of calls raises an
//! error is read off the chain's sources when this crate is built, so it cannot grow old.

use serde::Serialize;
use taonet_chain::CallError;

/// What each file of the chain's calls and ledger is about, and the names of the errors in it.
const FAMILIES: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/families.rs"));

/// An error and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Its stable number.
    pub number: u16,
    /// The public network's name.
    pub name: &'static str,
    /// The kind of failure.
    pub code: String,
    /// What is wrong.
    pub sentence: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Which calls raise it.
    pub raised_by: Vec<&'static str>,
}

/// The errors that a word means: a number, a name (in any case), the beginning of one, or a code, which many share.
pub fn explain(word: &str) -> Vec<Explained> {
    let number = word.parse::<u16>().ok();
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    let wanted = plain(word);
    let exact = |error: &&CallError| Some(error.number()) == number || plain(error.name()) == wanted;
    let of_kind = |error: &&CallError| plain(error.code().text()) == wanted;
    let similar = |error: &&CallError| wanted.len() >= 3 && plain(error.name()).contains(&wanted);
    let all = || CallError::ALL.iter();
    let found: Vec<&CallError> = all().filter(exact).collect();
    let found = if found.is_empty() { all().filter(of_kind).collect() } else { found };
    let found = if found.is_empty() { all().filter(similar).collect() } else { found };
    found.into_iter().map(|&error| explained(error)).collect()
}

fn explained(error: CallError) -> Explained {
    let raises = |(_, errors): &&(&str, &[&str])| errors.contains(&error.name());
    Explained {
        number: error.number(),
        name: error.name(),
        code: error.code().to_string(),
        sentence: error.sentence(),
        remedy: error.remedy(),
        raised_by: FAMILIES.iter().filter(raises).map(|(family, _)| *family).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_by_number_by_name_and_by_kind() {
        let by_number = explain("200");
        let [error] = by_number.as_slice() else { panic!("{by_number:?}") };
        assert_eq!((error.name, error.code.as_str()), ("NotEnoughBalanceToStake", "insufficient_balance"));
        assert!(error.raised_by.contains(&"Staking TAO"), "{:?}", error.raised_by);
        assert_eq!(explain("not_enough_balance_to_stake"), by_number);
        assert!(explain("rate_limited").len() > 1);
        assert!(explain("slippage").iter().any(|error| error.name == "SlippageTooHigh"));
        assert_eq!(explain("nonsense"), []);
        assert_eq!(explain(""), []);
    }

    #[test]
    fn an_error_that_no_call_raises_would_have_no_reason_to_be() {
        // The two that come from outside calls: what a stored transaction or the program itself may be.
        let orphans = CallError::ALL.iter().map(|&error| explained(error));
        let orphans: Vec<&str> = orphans.filter(|e| e.raised_by.is_empty()).map(|e| e.name).collect();
        assert!(orphans.len() * 4 < CallError::ALL.len(), "the sources are not read well: {orphans:?}");
    }
}
