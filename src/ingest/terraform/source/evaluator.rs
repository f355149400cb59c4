//! The evaluator: questions about one plan's module instances, each answered once, within bounds of work.

use super::directory::Declared;
use super::question::Question;
use super::scope::Scope;
use super::symbolic::{Budget, Exhausted, Invalid, Limit, Outcome, Symbolic};
use super::tree::{Module, SourceTree, key};
use crate::ingest::terraform::address::{Call, Key, ModulePath};
use crate::ingest::terraform::instances::Instances;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Deepest nesting of expressions, through locals, variables and outputs.
const DEPTH: u32 = 220;

/// Evaluates expressions of one source tree in the module and resource instances of one plan or state.
#[derive(Debug)]
pub struct Evaluator<'t> {
    pub(super) tree: &'t SourceTree,
    pub(super) instances: &'t Instances<'t>,
    realms: RefCell<Vec<Rc<Realm>>>,
    by_path: RefCell<FxHashMap<ModulePath, usize>>,
    /// Answers; none while one is being sought.
    answers: RefCell<FxHashMap<Question, Option<Answer>>>,
    pub(super) budget: Budget,
    depth: Cell<u32>,
}

/// What was found, and whether a limit cut it short.
#[derive(Clone, Debug)]
struct Answer {
    outcome: Outcome,
    cut: bool,
}

/// One module instance.
#[derive(Debug)]
pub(super) struct Realm {
    pub path: ModulePath,
    /// Names of calls with dots between.
    pub key: String,
    /// The calling module instance, and which call.
    pub parent: Option<(usize, Call)>,
}

impl<'t> Evaluator<'t> {
    /// An evaluator with no answers yet.
    #[must_use]
    pub fn new(tree: &'t SourceTree, instances: &'t Instances<'t>) -> Self {
        let root = Realm {
            path: ModulePath::default(),
            key: String::new(),
            parent: None,
        };
        let by_path = FxHashMap::from_iter([(ModulePath::default(), 0)]);
        Evaluator {
            tree,
            instances,
            realms: RefCell::new(vec![Rc::new(root)]),
            by_path: RefCell::new(by_path),
            answers: RefCell::default(),
            budget: Budget::of(instances.count()),
            depth: Cell::new(0),
        }
    }

    /// Starts the account of one resource.
    pub(super) fn begin(&self) {
        self.budget.begin();
        self.depth.set(0);
    }

    /// Runs one level deeper. What is too large or too deep is unknown; where nothing may be spent any more, all ends.
    pub(super) fn deeper(&self, work: impl FnOnce() -> Outcome) -> Outcome {
        self.budget.spend(1)?;
        if self.depth.get() >= DEPTH {
            self.budget.hit(Limit::Depth(u64::from(DEPTH)));
            return Ok(Symbolic::unknown());
        }
        self.depth.set(self.depth.get() + 1);
        let out = work();
        self.depth.set(self.depth.get().saturating_sub(1));
        match out {
            Err(Exhausted) if self.budget.is_open() => Ok(Symbolic::unknown()),
            out => out,
        }
    }

    /// The answer to a question, found once. A question that leads back to itself is unknown. An answer that was cut short
    /// because others had spent too much before is sought again.
    pub(super) fn once(
        &self,
        question: Question,
        find: impl FnOnce(&Question) -> Outcome,
    ) -> Outcome {
        if let Some(known) = self.answers.borrow().get(&question) {
            let Some(answer) = known else {
                return Ok(Symbolic::unknown());
            };
            if answer.cut {
                self.budget.hit_again();
            }
            return answer.outcome.clone();
        }
        self.answers.borrow_mut().insert(question.clone(), None);
        let before = (self.budget.hits().0, self.budget.steps());
        let outcome = find(&question);
        let cut = self.budget.hits().0 != before.0;
        let steps = self.budget.steps().saturating_sub(before.1);
        if self.budget.is_open() || self.budget.is_much(steps) {
            let outcome = match outcome {
                Err(Exhausted) => Ok(Symbolic::unknown()),
                own => own,
            };
            let answer = Answer {
                outcome: outcome.clone(),
                cut,
            };
            self.answers.borrow_mut().insert(question, Some(answer));
            return outcome;
        }
        self.answers.borrow_mut().remove(&question);
        outcome
    }

    pub(super) fn realm(&self, number: usize) -> Rc<Realm> {
        let realms = self.realms.borrow();
        let root = || {
            Rc::new(Realm {
                path: ModulePath::default(),
                key: String::new(),
                parent: None,
            })
        };
        realms.get(number).cloned().unwrap_or_else(root)
    }

    /// The number of a module instance.
    pub(super) fn number(&self, path: &ModulePath) -> usize {
        if let Some(number) = self.by_path.borrow().get(path) {
            return *number;
        }
        // A module instance that is too many is made nevertheless: what is said of it is charged for.
        let depth = path.0.len() + 1;
        let _charged = self.budget.hold(depth, 256);
        let mut parent = path.clone();
        let parent = parent.0.pop().map(|call| (self.number(&parent), call));
        let realm = Realm {
            path: path.clone(),
            key: key(path),
            parent,
        };
        let mut realms = self.realms.borrow_mut();
        realms.push(Rc::new(realm));
        self.by_path
            .borrow_mut()
            .insert(path.clone(), realms.len() - 1);
        realms.len() - 1
    }

    /// The number of the module instance that a call of another leads to.
    pub(super) fn child(&self, realm: usize, name: &str, key: Key) -> usize {
        let mut path = self.realm(realm).path.clone();
        path.0.push(Call {
            name: name.to_owned(),
            key,
        });
        self.number(&path)
    }

    /// The module that an instance is of.
    pub(super) fn module(&self, realm: usize) -> Option<&'t Module> {
        self.tree.modules.get(&self.realm(realm).key)
    }

    /// What the repetition argument of a block gives: the count, or the collection of `for_each`. None where it has neither.
    pub(super) fn repeat(
        &self,
        question: Question,
        realm: usize,
        block: &Declared,
    ) -> Option<Outcome> {
        let argument = ["for_each", "count"]
            .iter()
            .find_map(|name| block.attribute(name))?
            .1;
        Some(self.once(question, |_| {
            self.eval(&argument.value, &Scope::module(realm))
        }))
    }

    /// A local value.
    pub(super) fn local(&self, realm: usize, name: &str) -> Outcome {
        let Some(expression) = self
            .module(realm)
            .and_then(|module| module.directory.locals.get(name))
        else {
            return Ok(Symbolic::unknown());
        };
        self.once(Question::Local(realm, name.to_owned()), |_| {
            self.eval(expression, &Scope::module(realm))
        })
    }

    /// An output of a module instance.
    pub(super) fn output(&self, realm: usize, name: &str) -> Outcome {
        let Some(module) = self.module(realm) else {
            return Ok(Symbolic::unknown());
        };
        let Some(expression) = module.directory.outputs.get(name) else {
            return Err(Invalid);
        };
        self.once(Question::Output(realm, name.to_owned()), |_| {
            self.eval(expression, &Scope::module(realm))
        })
    }
}
