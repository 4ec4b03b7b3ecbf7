//! The registry as a page of the book: what the tables of `docs/book/parameters.md` are made of.

use super::{Param, Rate, Scope, Unit, Who, Window};
use std::fmt::Write;

/// Two tables in Markdown: the parameters of each subnet, and those of the whole network.
pub fn table_markdown() -> String {
    let mut text = String::from("\n## Of each subnet\n\n");
    table(&mut text, |scope| scope != Scope::Network);
    text.push_str("\n## Of the whole network\n\n");
    table(&mut text, |scope| scope == Scope::Network);
    text.push('\n');
    text
}

fn table(text: &mut String, wanted: impl Fn(Scope) -> bool) {
    text.push_str("| number | name | type | default (new) | range | who | meaning |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for param in Param::all().filter(|param| wanted(param.scope)) {
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | `{}` | {}, {} | {} | {} | {} | {}{} Error: `{}`. |",
            param.id.0,
            param.name,
            param.kind,
            param.unit.text(),
            default(param),
            range(param),
            who(param),
            param.doc,
            if param.scope == Scope::UserSubnet { " Not of root." } else { "" },
            param.error.name(),
        );
    }
}

fn default(param: &Param) -> String {
    let default = param.show(param.default);
    if param.new == param.default { default } else { format!("{default} ({})", param.show(param.new)) }
}

fn range(param: &Param) -> String {
    let span = |min, max| format!("{} … {}", param.show(min), param.show(max));
    match (param.unit, param.who) {
        (Unit::Flag, _) => "true, false".to_owned(),
        (_, Who::Constant) => param.show(param.min),
        _ if is_whole_type(param) => "any".to_owned(),
        (_, Who::Owner(min, max)) if (min, max) != (param.min, param.max) => {
            format!("{}; owner {}", span(param.min, param.max), span(min, max))
        }
        _ => span(param.min, param.max),
    }
}

/// Whether every value of the type is in the range, the owner's included.
fn is_whole_type(param: &Param) -> bool {
    let types = [
        ("u8", u8::MAX.into()),
        ("u16", u16::MAX.into()),
        ("u32", u32::MAX.into()),
        ("u64", u64::MAX.into()),
    ];
    let whole = types.into_iter().find(|(kind, _)| *kind == param.kind).map(|(_, max)| (0, max));
    let owner = match param.who {
        Who::Owner(min, max) => (min, max),
        _ => (param.min, param.max),
    };
    whole == Some((param.min, param.max)) && whole == Some(owner)
}

fn who(param: &Param) -> String {
    let who = match param.who {
        Who::Owner(..) => "owner, root",
        Who::Root => "root",
        Who::Fixed => return "genesis".to_owned(),
        Who::Constant => return "nobody".to_owned(),
    };
    let window = match param.window {
        Window::Open => "",
        Window::Frozen => "; F",
        Window::FrozenOwner => "; F for the owner",
    };
    let rate = match param.rate {
        Rate::Free => String::new(),
        Rate::Setting => "; R".to_owned(),
        Rate::Tempos(tempos) => format!("; every {tempos} tempos"),
        Rate::Blocks(blocks) => format!("; every {blocks} blocks"),
    };
    format!("{who}{window}{rate}")
}
