//! How much of a flow a test run runs: a function of the plan and of what was asked for, so that every worker sees the same.

use std::collections::BTreeSet;

use causeway_model::{StepId, TestPart, TestPlan};

use super::{Action, Body, Plan, PlanStep};

/// Which steps a test run may begin, and how.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The steps that may begin; `None` for all.
    only: Option<BTreeSet<StepId>>,
    /// Steps that begin at once, whatever comes before them.
    forced: BTreeSet<StepId>,
    /// Loops that go over their first item only.
    first_item: BTreeSet<StepId>,
    /// The loop that is given its only item.
    given_item: Option<StepId>,
    /// What the test is about.
    target: Option<StepId>,
    /// Steps of effect are shown, not performed.
    pub dry_run: bool,
}

impl Scope {
    pub fn holds(&self, step: &StepId) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(step))
    }

    pub fn forces(&self, step: &StepId) -> bool {
        self.forced.contains(step)
    }

    pub fn first_item_only(&self, step: &StepId) -> bool {
        self.first_item.contains(step)
    }

    pub fn gives_item(&self, step: &StepId) -> bool {
        self.given_item.as_ref() == Some(step)
    }

    /// The step whose output is the run's.
    pub fn target(&self) -> Option<&StepId> {
        self.target.as_ref()
    }
}

impl Plan {
    /// `None` where the plan has no such step.
    pub fn scope(&self, test: &TestPlan) -> Option<Scope> {
        let mut scope = Scope { dry_run: test.dry_run, ..Scope::default() };
        if test.dry_run {
            loops_with_effects(&self.body, &mut scope.first_item);
        }
        let Some(target) = test.part.step() else { return Some(scope) };
        let path = self.path(target)?;
        let mut only = test.kept.clone();
        let (around, last) = path.split_at(path.len() - 1);
        for (body, index) in &path {
            let step = &body.steps[*index];
            only.insert(step.id.clone());
            match &test.part {
                TestPart::Step { .. } => {
                    scope.forced.insert(step.id.clone());
                }
                _ => {
                    for before in body.ancestors(*index) {
                        insert_whole(&body.steps[before], &mut only);
                    }
                }
            }
        }
        for (body, index) in last {
            insert_whole(&body.steps[*index], &mut only);
        }
        if matches!(test.part, TestPart::Step { .. }) {
            scope.first_item.extend(around.iter().map(|(body, index)| body.steps[*index].id.clone()));
            if test.item.is_some() {
                scope.given_item = around.last().map(|(body, index)| body.steps[*index].id.clone());
            }
        }
        scope.only = Some(only);
        scope.target = Some(target.clone());
        Some(scope)
    }

    /// Where a step stands: the loops around it, from outside in, and itself; each with the body that it stands in.
    pub fn path(&self, step: &StepId) -> Option<Vec<(&Body, usize)>> {
        fn find<'b>(body: &'b Body, step: &StepId, path: &mut Vec<(&'b Body, usize)>) -> bool {
            for (index, known) in body.steps.iter().enumerate() {
                path.push((body, index));
                if known.id == *step {
                    return true;
                }
                if let Action::ForEach(each) = &known.action
                    && find(&each.body, step, path)
                {
                    return true;
                }
                path.pop();
            }
            false
        }
        let mut path = Vec::new();
        find(&self.body, step, &mut path).then_some(path)
    }
}

impl Body {
    /// All steps that come before one, in the same body.
    pub fn ancestors(&self, step: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            open.extend(
                self.steps[step].after.iter().map(|edge| edge.from).filter(|from| found.insert(*from)),
            );
        }
        found
    }

    /// Whether anything in it could be seen from outside.
    pub fn has_effects(&self) -> bool {
        self.steps.iter().any(|step| match &step.action {
            Action::ForEach(each) => each.body.has_effects(),
            action => action.is_effect(),
        })
    }
}

impl Action {
    /// Whether performing it could be seen from outside, or takes more than computing.
    pub fn is_effect(&self) -> bool {
        match self {
            Self::Operation { .. } | Self::Wait | Self::Approval | Self::CallFlow => true,
            Self::Script(_) | Self::Branch { .. } | Self::ForEach(_) | Self::Respond | Self::Stop => false,
        }
    }
}

impl PlanStep {
    /// The steps whose outputs the step's own formulas name, by references that `counts`.
    pub fn reads(&self, counts: impl Fn(&causeway_script::Reference) -> bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut take = |reference: &causeway_script::Reference| {
            if reference.root == "steps"
                && counts(reference)
                && let Some(name) = &reference.name
            {
                found.insert(name.clone());
            }
        };
        self.input.references().iter().for_each(|(_, reference)| take(reference));
        match &self.action {
            Action::Script(script) => script.references().iter().for_each(take),
            Action::Branch { cases, .. } => {
                cases.iter().for_each(|(_, when)| when.references().iter().for_each(&mut take));
            }
            Action::ForEach(each) => {
                each.items.references().iter().for_each(|(_, reference)| take(reference));
                each.key.iter().for_each(|key| key.references().iter().for_each(&mut take));
            }
            _ => {}
        }
        found
    }
}

fn insert_whole(step: &PlanStep, into: &mut BTreeSet<StepId>) {
    into.insert(step.id.clone());
    if let Action::ForEach(each) = &step.action {
        each.body.steps.iter().for_each(|step| insert_whole(step, into));
    }
}

fn loops_with_effects(body: &Body, into: &mut BTreeSet<StepId>) {
    for step in &body.steps {
        if let Action::ForEach(each) = &step.action {
            if each.body.has_effects() {
                into.insert(step.id.clone());
            }
            loops_with_effects(&each.body, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use causeway_connector::Catalogue;
    use causeway_script::{Engine, Limits, Sealer};
    use serde_json::json;

    use super::*;
    use crate::Compiler;

    fn plan() -> Plan {
        let document = json!({"causeway": 1, "kind": "flow", "name": "t", "trigger": {"use": "manual"}, "steps": [
            {"id": "a", "use": "script", "with": {"code": "[1]"}},
            {"id": "each", "use": "for_each", "after": ["a"], "with": {"items": "{{ steps.a }}", "body": [
                {"id": "in", "use": "script", "with": {"code": "item + steps.a.len()"}},
                {"id": "out", "use": "script", "with": {"code": "steps.in"}, "after": ["in"]},
                {"id": "side", "use": "wait", "with": {"for": "1s"}}]}},
            {"id": "b", "use": "script", "with": {"code": "steps.a"}, "after": ["a"]},
            {"id": "c", "use": "script", "with": {"code": "steps.each"}, "after": ["each"]}]});
        let compiler = Compiler {
            engine: Engine::new(Limits::default(), Sealer::new([7; 32])),
            catalogue: Catalogue::default(),
        };
        let flow = serde_json::from_value(document).expect("a flow");
        compiler.compile(&flow).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn id(name: &str) -> StepId {
        name.parse().expect("a step id")
    }

    fn held(test: TestPlan) -> Vec<&'static str> {
        let scope = plan().scope(&test).expect("a known step");
        ["a", "each", "in", "out", "side", "b", "c"]
            .into_iter()
            .filter(|name| scope.holds(&id(name)))
            .collect()
    }

    #[test]
    fn until_takes_what_comes_before_in_every_body_on_the_way() {
        let until = |step| held(TestPlan { part: TestPart::Until { step: id(step) }, ..TestPlan::default() });
        assert_eq!(until("b"), ["a", "b"]);
        assert_eq!(until("out"), ["a", "each", "in", "out"]);
        assert_eq!(until("c"), ["a", "each", "in", "out", "side", "c"]);
        assert_eq!(held(TestPlan::default()).len(), 7);
    }

    #[test]
    fn one_step_begins_at_once_in_the_first_item_of_the_loops_around_it() {
        let test = TestPlan {
            part: TestPart::Step { step: id("out") },
            kept: [id("in")].into(),
            item: Some(json!(7)),
            ..TestPlan::default()
        };
        assert_eq!(held(test.clone()), ["each", "in", "out"]);
        let scope = plan().scope(&test).expect("a known step");
        assert!(scope.forces(&id("each")) && scope.forces(&id("out")) && !scope.forces(&id("in")));
        assert!(scope.first_item_only(&id("each")) && scope.gives_item(&id("each")));
        assert!(
            plan()
                .scope(&TestPlan { part: TestPart::Step { step: id("zz") }, ..TestPlan::default() })
                .is_none()
        );
    }

    #[test]
    fn a_dry_run_goes_over_the_first_item_where_the_body_has_effects() {
        let scope = plan().scope(&TestPlan { dry_run: true, ..TestPlan::default() }).expect("whole");
        assert!(scope.dry_run && scope.first_item_only(&id("each")));
    }

    #[test]
    fn formulas_tell_which_outputs_they_read() {
        let plan = plan();
        let reads =
            |step: &str| plan.step(step).expect("a step").reads(|_| true).into_iter().collect::<Vec<_>>();
        assert_eq!(reads("each"), ["a"]);
        assert_eq!(reads("in"), ["a"]);
        assert_eq!(reads("out"), ["in"]);
        let c = plan.step("c").expect("a step");
        assert!(c.reads(|reference| !reference.safe).is_empty());
        assert!(c.reads(|reference| reference.whole).contains("each"));
    }
}
