//! The tasks of subnets under test: who judges, and by which methods miners work.
//!
//! Rules:
//! 1. A [`Workshop`] belongs to one [`Task`]: one judge, of which every validator gets a copy, and methods by name, of
//!    which every miner that uses them gets a copy. A copy keeps its own state from question to question.
//! 2. Challenges and answers travel as the JSON that real processes send each other, so a test also tests how they are
//!    written and read. An answer that cannot be read counts as missing.
//! 3. Everything can be copied, because a checkpoint holds the participants as well. Chance belongs in a seed of the
//!    author's own.

use super::SetupError;
use std::{collections::BTreeMap, marker::PhantomData};
use taonet_subnets::{
    task::{Malformed, Miner, Task, Validator, Verdict},
    tour::{Judge, Method, Tour},
};

/// The task in the form in which it travels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text;

impl Task for Text {
    type Challenge = String;
    type Answer = String;
    const NAME: &'static str = "text";

    fn write_challenge(challenge: &String) -> String {
        challenge.clone()
    }

    fn read_challenge(json: &str) -> Result<String, Malformed> {
        Ok(json.to_owned())
    }

    fn write_answer(answer: &String) -> String {
        answer.clone()
    }

    fn read_answer(json: &str) -> Result<String, Malformed> {
        Ok(json.to_owned())
    }
}

/// A judge of any task.
pub(super) trait AnyJudge: Validator<Text> + Send {
    fn copy(&self) -> Box<dyn AnyJudge>;
}

/// A miner of any task: the answer to a challenge that it can read.
pub(super) trait AnyMiner: Send {
    fn answer(&mut self, challenge: &str) -> Option<String>;
    fn copy(&self) -> Box<dyn AnyMiner>;
}

/// Somebody of a task, behind the JSON of that task.
struct Typed<T, W>(W, PhantomData<fn() -> T>);

impl<T: Task, V: Validator<T>> Validator<Text> for Typed<T, V> {
    fn forward(&mut self, seed: u64) -> String {
        T::write_challenge(&self.0.forward(seed))
    }

    fn score(&mut self, challenge: &String, answers: &[Option<String>]) -> Vec<Verdict> {
        // What this task wrote it can read.
        let Ok(challenge) = T::read_challenge(challenge) else { return Vec::new() };
        let read = |answer: &Option<String>| T::read_answer(answer.as_ref()?).ok();
        let answers: Vec<Option<T::Answer>> = answers.iter().map(read).collect();
        self.0.score(&challenge, &answers)
    }
}

impl<T: Task + 'static, V: Validator<T> + Clone + Send + 'static> AnyJudge for Typed<T, V> {
    fn copy(&self) -> Box<dyn AnyJudge> {
        Box::new(Typed(self.0.clone(), PhantomData::<fn() -> T>))
    }
}

impl<T: Task + 'static, M: Miner<T> + Clone + Send + 'static> AnyMiner for Typed<T, M> {
    fn answer(&mut self, challenge: &str) -> Option<String> {
        let challenge = T::read_challenge(challenge).ok()?;
        Some(T::write_answer(&self.0.forward(&challenge)))
    }

    fn copy(&self) -> Box<dyn AnyMiner> {
        Box::new(Typed(self.0.clone(), PhantomData::<fn() -> T>))
    }
}

impl Validator<Text> for Box<dyn AnyJudge> {
    fn forward(&mut self, seed: u64) -> String {
        (**self).forward(seed)
    }

    fn score(&mut self, challenge: &String, answers: &[Option<String>]) -> Vec<Verdict> {
        (**self).score(challenge, answers)
    }
}

impl Clone for Box<dyn AnyJudge> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

impl Clone for Box<dyn AnyMiner> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

/// Who judges a task, and by which methods miners work on it.
///
/// ```
/// use taonet_testnet::harness::Workshop;
/// use taonet_subnets::tour::{Judge, Method, Tour};
///
/// let workshop = Workshop::<Tour>::new(Judge).method("quick", Method::Greedy).method("good", Method::OrOpt);
/// ```
pub struct Workshop<T> {
    tools: Tools,
    task: PhantomData<fn() -> T>,
}

/// A workshop of any task.
#[derive(Clone)]
pub struct Tools {
    judge: Box<dyn AnyJudge>,
    judges: BTreeMap<String, Box<dyn AnyJudge>>,
    methods: BTreeMap<String, Box<dyn AnyMiner>>,
    /// What a miner without a method of its own uses.
    usual: String,
}

impl<T: Task + 'static> Workshop<T> {
    /// A workshop in which this judge judges.
    pub fn new<V: Validator<T> + Clone + Send + 'static>(judge: V) -> Workshop<T> {
        let judge: Box<dyn AnyJudge> = Box::new(Typed::<T, V>(judge, PhantomData));
        let (judges, methods) = (BTreeMap::new(), BTreeMap::new());
        Workshop { tools: Tools { judge, judges, methods, usual: String::new() }, task: PhantomData }
    }

    /// Miners may work by this method. The first one is what miners use who name none.
    pub fn method<M: Miner<T> + Clone + Send + 'static>(mut self, name: &str, miner: M) -> Workshop<T> {
        if self.tools.methods.is_empty() {
            name.clone_into(&mut self.tools.usual);
        }
        self.tools.methods.insert(name.to_owned(), Box::new(Typed::<T, M>(miner, PhantomData)));
        self
    }

    /// The validator with this name judges in its own way.
    pub fn judge_of<V: Validator<T> + Clone + Send + 'static>(mut self, name: &str, judge: V) -> Workshop<T> {
        self.tools.judges.insert(name.to_owned(), Box::new(Typed::<T, V>(judge, PhantomData)));
        self
    }
}

impl<T> From<Workshop<T>> for Tools {
    fn from(workshop: Workshop<T>) -> Tools {
        workshop.tools
    }
}

impl Tools {
    /// Those of the built-in task: its judge, and its five methods.
    pub fn tour() -> Tools {
        let usual = Workshop::<Tour>::new(Judge).method(Method::TwoOpt.name(), Method::TwoOpt);
        Method::ALL.into_iter().fold(usual, |workshop, method| workshop.method(method.name(), method)).into()
    }

    /// A judge for the validator with this name.
    pub(super) fn judge(&self, validator: &str) -> Box<dyn AnyJudge> {
        self.judges.get(validator).unwrap_or(&self.judge).clone()
    }

    /// A miner that works by this method; no name means the usual one.
    pub(super) fn miner(&self, method: &str) -> Result<Box<dyn AnyMiner>, SetupError> {
        let name = if method.is_empty() { &self.usual } else { method };
        self.methods.get(name).cloned().ok_or_else(|| SetupError::Unknown {
            name: name.to_owned(),
            known: format!("the methods {}", known(self.methods.keys())),
        })
    }
}

/// Names as a list for people.
pub(super) fn known<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
