//! Keys and accounts as people name them.
//!
//! A key is one of: a secret URI (`//Alice`, `//Alice//hot`), a seed of 64 hex digits, a file that holds one, the
//! name of a key made with `taonet wallet create`, or the name of a development account (`alice`). An account is
//! any of these, or an SS58 address.

use super::networks::home;
use crate::{config, fault::Fault};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use taonet_chain::{AccountId, Code, Keypair, keys::DEV_ACCOUNTS};

/// Where keys made here are kept.
pub(super) fn folder() -> PathBuf {
    home().join("keys")
}

/// The key that `text` names.
pub(super) fn key(text: &str) -> Result<Keypair, Fault> {
    if is_uri(text) {
        return Keypair::from_uri(text).map_err(|error| {
            Fault::invalid(format!("`{text}` is no key: {error}"), "Write //Alice, for example.")
        });
    }
    let own = folder().join(text);
    if is_name(text) && own.exists() {
        return read(&own);
    }
    if Path::new(text).exists() {
        return read(Path::new(text));
    }
    let development = DEV_ACCOUNTS.iter().find(|uri| uri.trim_start_matches('/').eq_ignore_ascii_case(text));
    match development {
        Some(uri) => key(uri),
        None => Err(Fault::new(
            Code::NotFound,
            "UnknownKey",
            format!("there is no key `{text}`"),
            "Name a key of `taonet wallet list`, a file, a URI such as //Alice, or a seed of 64 hex digits.",
        )),
    }
}

/// The account that `text` names.
pub(super) fn account(text: &str) -> Result<AccountId, Fault> {
    match text.parse() {
        Ok(account) => Ok(account),
        // An address with a typing error is long; no name is.
        Err(error) if text.len() > 40 && !is_seed(text) && !text.contains('/') => {
            Err(Fault::invalid(format!("`{text}` is no account: {error}"), "Copy the address again."))
        }
        Err(_) => Ok(key(text)?.account()),
    }
}

/// Makes a new key, or keeps `from`, under a name; returns it with its file.
pub(super) fn create(name: &str, from: Option<Keypair>) -> Result<(Keypair, PathBuf), Fault> {
    if !is_name(name) {
        let sentence = format!("`{name}` is no name for a key");
        return Err(Fault::invalid(sentence, "Use letters, digits, `-` and `_`."));
    }
    let key = match from {
        Some(key) => key,
        None => Keypair::from_seed(entropy()?),
    };
    let file = folder().join(name);
    fs::create_dir_all(folder()).and_then(|()| config::save_key(&file, &key)).map_err(|error| match error
        .kind()
    {
        io::ErrorKind::AlreadyExists => Fault::new(
            Code::AlreadyExists,
            "KeyExists",
            format!("there is a key `{name}` already"),
            "Choose another name; a key is never overwritten.",
        ),
        _ => system(&file, &error),
    })?;
    Ok((key, file))
}

/// The keys made here, by name, with their accounts.
pub(super) fn list() -> Result<Vec<(String, AccountId)>, Fault> {
    let entries = match fs::read_dir(folder()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(system(&folder(), &error)),
    };
    let mut keys = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| system(&folder(), &error))?.path();
        let name = file.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        if let Some(name) = name.filter(|name| is_name(name)) {
            keys.push((name, read(&file)?.account()));
        }
    }
    keys.sort();
    Ok(keys)
}

/// Bytes that nobody can foresee.
pub(super) fn entropy() -> Result<[u8; 32], Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        let sentence = format!("the system gives no random numbers: {error}");
        Fault::new(Code::Internal, "NoEntropy", sentence, "Try again, or name a seed or a salt yourself.")
    })?;
    Ok(bytes)
}

fn read(file: &Path) -> Result<Keypair, Fault> {
    config::load_key(file)
        .map_err(|error| Fault::new(Code::InvalidArgument, "BadKeyFile", &error, &error.remedy))
}

fn system(file: &Path, error: &io::Error) -> Fault {
    let sentence = format!("{}: {error}", file.display());
    Fault::new(Code::Internal, "System", sentence, "Check that the folder can be read and written.")
}

/// Whether a text starts like a secret URI: with a junction or a seed.
fn is_uri(text: &str) -> bool {
    text.starts_with("//") || text.split("//").next().is_some_and(is_seed)
}

fn is_seed(text: &str) -> bool {
    let text = text.strip_prefix("0x").unwrap_or(text);
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu";
    const DEV_SEED: &str = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";

    #[test]
    fn an_account_is_named_in_many_ways() {
        for text in [ALICE, "//Alice", "alice", "Alice", &format!("{DEV_SEED}//Alice")] {
            assert_eq!(account(text).expect(text).to_string(), ALICE);
        }
    }

    #[test]
    fn a_typing_error_in_an_address_is_no_name() {
        let fault = account("5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpv").expect_err("wrong checksum");
        assert!(fault.sentence.contains("checksum"), "{fault}");
    }

    #[test]
    fn an_unknown_name_says_what_can_be_named() {
        let fault = key("nobody-has-this-name").expect_err("no such key");
        assert_eq!(fault.name, "UnknownKey");
    }
}
