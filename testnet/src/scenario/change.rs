//! The one change that must make a scenario fail.

use super::{
    file::Change,
    place,
    read::{Checked, Refusal, read_plain, refuse},
};
use toml::Value;

/// The scenario with the change that must make it fail; `None` if it names none.
///
/// # Errors
/// The change leads nowhere, or what comes out is no scenario.
pub fn broken(checked: &Checked) -> Option<Result<Checked, Refusal>> {
    let change = checked.scenario.fails_if.as_ref()?;
    let here = |refusal| of_change(&checked.text, &refusal);
    Some(changed(&checked.text, change).and_then(|text| read_plain(&text).map_err(here)))
}

/// What is wrong with the changed scenario, at the change: the places of the changed text are nowhere to be seen.
pub fn of_change(text: &str, refusal: &Refusal) -> Refusal {
    let sentence = format!("what comes out of this change is no scenario: {}", refusal.sentence);
    refuse(text, place::of_value(text, "fails_if.to"), sentence)
}

fn changed(text: &str, change: &Change) -> Result<String, Refusal> {
    let nowhere = || {
        let sentence = format!("the path `{}` leads nowhere in this file", change.path);
        refuse(text, place::of_value(text, "fails_if.path"), sentence)
    };
    let mut root: Value = toml::from_str(text).map_err(|_| nowhere())?;
    let (parents, last) = change.path.rsplit_once('.').unwrap_or(("", &change.path));
    let mut place = &mut root;
    for key in parents.split('.').filter(|key| !key.is_empty()) {
        place = match place {
            Value::Table(table) => table.get_mut(key),
            Value::Array(array) => key.parse().ok().and_then(|index: usize| array.get_mut(index)),
            _ => None,
        }
        .ok_or_else(nowhere)?;
    }
    match (place, &change.to) {
        (Value::Table(table), Some(value)) => drop(table.insert(last.to_owned(), value.clone())),
        (Value::Table(table), None) => drop(table.remove(last).ok_or_else(nowhere)?),
        (Value::Array(array), to) => {
            let index: usize = last.parse().map_err(|_| nowhere())?;
            let old = array.get_mut(index).ok_or_else(nowhere)?;
            match to {
                Some(value) => *old = value.clone(),
                None => drop(array.remove(index)),
            }
        }
        _ => return Err(nowhere()),
    }
    toml::to_string(&root).map_err(|_| nowhere())
}
