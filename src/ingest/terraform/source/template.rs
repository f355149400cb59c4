//! Templates in quotes and heredocs (HCL native syntax specification, "Templates").

use super::evaluator::Evaluator;
use super::scope::Scope;
use super::symbolic::{Invalid, Outcome};
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip};

impl Evaluator<'_> {
    /// The value of a template. One that is a single interpolation is the value itself.
    pub(super) fn template<'e>(
        &self,
        elements: impl IntoIterator<Item = &'e Element>,
        scope: &Scope<'_>,
    ) -> Outcome {
        let elements: Vec<&Element> = elements.into_iter().collect();
        match elements.as_slice() {
            [Element::Interpolation(only)] => self.eval(&only.expr, scope),
            all => self.text(all, scope, (false, false)),
        }
    }

    /// The text of a template; of one inside a directive, `strip` says whether white space at its ends is taken off.
    fn text(&self, elements: &[&Element], scope: &Scope<'_>, strip: (bool, bool)) -> Outcome {
        let mut out = self.budget.drafter();
        for (n, element) in elements.iter().enumerate() {
            let before = n.checked_sub(1).map_or(strip.0, |before| {
                elements.get(before).is_some_and(|before| strips(before).1)
            });
            let after = elements.get(n + 1).map_or(strip.1, |after| strips(after).0);
            match element {
                Element::Literal(text) => {
                    let text = text.as_str();
                    let text = if before { text.trim_start() } else { text };
                    out.push(if after { text.trim_end() } else { text })?;
                }
                Element::Interpolation(interpolation) => {
                    out.value(&self.eval(&interpolation.expr, scope)?)?
                }
                Element::Directive(directive) => out.value(&self.directive(directive, scope)?)?,
            }
        }
        Ok(out.text_or_attribute())
    }

    fn directive(&self, directive: &Directive, scope: &Scope<'_>) -> Outcome {
        self.deeper(|| match directive {
            Directive::If(directive) => self.if_directive(directive, scope),
            Directive::For(directive) => self.for_directive(directive, scope),
        })
    }

    fn if_directive(&self, directive: &IfDirective, scope: &Scope<'_>) -> Outcome {
        let condition = self.eval(&directive.if_expr.cond_expr, scope)?;
        let end = directive.endif_expr.strip.strip_start();
        let then = || {
            let middle = directive
                .else_expr
                .as_ref()
                .map_or(end, |own| own.strip.strip_start());
            self.inner(
                &directive.if_expr.template,
                scope,
                (directive.if_expr.strip.strip_end(), middle),
            )
        };
        let otherwise = || match &directive.else_expr {
            Some(own) => self.inner(&own.template, scope, (own.strip.strip_end(), end)),
            None => self.budget.text(""),
        };
        match condition.bool() {
            Some(true) => then(),
            Some(false) => otherwise(),
            None if condition.is_known() => Err(Invalid),
            None => Ok(self.budget.some_of(&[then()?, otherwise()?])),
        }
    }

    fn for_directive(&self, directive: &ForDirective, scope: &Scope<'_>) -> Outcome {
        let own = &directive.for_expr;
        let collection = self.eval(&own.collection_expr, scope)?;
        let Some(pairs) = self.pairs(&collection)?.filter(|pairs| pairs.ordered) else {
            return Ok(self.budget.some_of([&collection]));
        };
        let mut out = self.budget.drafter();
        for (key, value) in pairs.items {
            self.budget.spend(1)?;
            let key_frame = own
                .key_var
                .as_ref()
                .map(|name| scope.frame(name.as_str(), key));
            let outer = key_frame
                .as_ref()
                .map_or_else(|| scope.clone(), |frame| scope.within(frame));
            let frame = outer.frame(own.value_var.as_str(), value);
            let strip = (
                own.strip.strip_end(),
                directive.endfor_expr.strip.strip_start(),
            );
            out.value(&self.inner(&own.template, &outer.within(&frame), strip)?)?;
        }
        Ok(out.text())
    }

    fn inner<'e>(
        &self,
        elements: impl IntoIterator<Item = &'e Element>,
        scope: &Scope<'_>,
        strip: (bool, bool),
    ) -> Outcome {
        self.text(&elements.into_iter().collect::<Vec<_>>(), scope, strip)
    }
}

/// Whether an element takes white space off what stands before it, and off what follows.
fn strips(element: &Element) -> (bool, bool) {
    let both = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(own) => both(own.strip, own.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(own) => both(own.if_expr.strip, own.endif_expr.strip),
            Directive::For(own) => both(own.for_expr.strip, own.endfor_expr.strip),
        },
    }
}
