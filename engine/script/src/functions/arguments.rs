//! What a function was called with, and the complaints about it.

use causeway_model::text;
use rhai::{Array, Dynamic, FnPtr, INT, ImmutableString, Map, NativeCallContext};
use rust_decimal::Decimal;

use crate::evaluation;
use crate::fault::{Fault, Result, type_names};
use crate::limits::Limits;
use crate::secrets::Opaque;
use crate::values::{BigNumber, Opaques, dynamic_to_text};

pub(crate) struct Arguments<'a, 'b> {
    pub name: &'static str,
    context: NativeCallContext<'a>,
    values: &'a mut [&'b mut Dynamic],
}

impl<'a, 'b> Arguments<'a, 'b> {
    pub fn new(
        name: &'static str,
        context: NativeCallContext<'a>,
        values: &'a mut [&'b mut Dynamic],
    ) -> Self {
        Self { name, context, values }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn value(&self, position: usize) -> &Dynamic {
        self.values[position]
    }

    /// The argument itself; what was passed by name is copied.
    pub fn take(&mut self, position: usize) -> Dynamic {
        if position == 0 {
            self.values[0].flatten_clone()
        } else {
            std::mem::take(self.values[position]).flatten()
        }
    }

    pub fn has(&self, position: usize) -> bool {
        self.values.get(position).is_some_and(|value| !value.is_unit())
    }

    /// Text, or what is plainly written as text: numbers and booleans; nothing is the empty text.
    pub fn text(&self, position: usize) -> Result<ImmutableString> {
        let value = self.value(position);
        if let Ok(text) = value.as_immutable_string_ref() {
            return Ok(text.clone());
        }
        if value.is_map() || value.is_array() || value.is_fnptr() || value.is::<Opaque>() {
            return Err(self.wrong(position, "text", "文字"));
        }
        Ok(dynamic_to_text(value.flatten_clone(), Opaques::Refuse)?)
    }

    pub fn text_or(&self, position: usize, otherwise: &str) -> Result<ImmutableString> {
        if self.has(position) { self.text(position) } else { Ok(otherwise.into()) }
    }

    /// A number, also one written as text (`"1,234.50"` too).
    pub fn decimal(&self, position: usize) -> Result<Decimal> {
        decimal_of(self.value(position)).ok_or_else(|| self.wrong(position, "a number", "數字"))
    }

    pub fn int(&self, position: usize) -> Result<INT> {
        let value = self.value(position);
        if let Ok(int) = value.as_int() {
            return Ok(int);
        }
        decimal_of(value)
            .filter(|decimal| decimal.fract().is_zero())
            .and_then(|decimal| INT::try_from(decimal).ok())
            .ok_or_else(|| self.wrong(position, "a whole number", "整數"))
    }

    /// A count from 0 to `most`.
    pub fn count(&self, position: usize, most: usize) -> Result<usize> {
        let name = self.name;
        let given = self.int(position)?;
        usize::try_from(given).ok().filter(|count| *count <= most).ok_or_else(|| {
            let argument = position + 1;
            Fault::failed(text!(
                "Argument {argument} of `{name}` is {given}; it may be 0 to {most}",
                "`{name}` 的第 {argument} 個參數是 {given}，應為 0 到 {most}"
            ))
            .into()
        })
    }

    pub fn flag_or(&self, position: usize, otherwise: bool) -> Result<bool> {
        if !self.has(position) {
            return Ok(otherwise);
        }
        self.value(position).as_bool().map_err(|_| self.wrong(position, "true or false", "布林值"))
    }

    /// A list of items; the interpreter is charged for them.
    pub fn list(&mut self, position: usize) -> Result<Array> {
        if !self.value(position).is_array() {
            return Err(self.wrong(position, "a list", "陣列"));
        }
        let items = self.take(position).cast::<Array>();
        evaluation::charge(items.len() / 8)?;
        Ok(items)
    }

    pub fn map(&mut self, position: usize) -> Result<Map> {
        if !self.value(position).is_map() {
            return Err(self.wrong(position, "a map", "物件"));
        }
        let map = self.take(position).cast::<Map>();
        evaluation::charge(map.len() / 8)?;
        Ok(map)
    }

    pub fn call(&self, function: &FnPtr, arguments: Vec<Dynamic>) -> Result<Dynamic> {
        function.call_raw(&self.context, None, arguments)
    }

    /// That argument number `position` (from 0) should be something else.
    pub fn wrong(&self, position: usize, wanted_en: &str, wanted_zh: &str) -> Box<rhai::EvalAltResult> {
        let value = self.value(position);
        if value.is::<Opaque>() {
            evaluation::note_secret_misuse();
            return Fault::secret_misused().into();
        }
        let (en, zh) = type_names(value.type_name());
        let (name, argument) = (self.name, position + 1);
        Fault::failed(text!(
            "Argument {argument} of `{name}` should be {wanted_en}, but it is {en}",
            "`{name}` 的第 {argument} 個參數應為{wanted_zh}，卻是{zh}"
        ))
        .into()
    }

    /// A failure of this function.
    pub fn fail(&self, en: &str, zh: &str) -> Box<rhai::EvalAltResult> {
        let name = self.name;
        Fault::failed(text!("`{name}`: {en}", "`{name}`：{zh}")).into()
    }

    /// The most bytes that a text may have.
    pub fn most_bytes(&self) -> usize {
        match self.context.engine().max_string_size() {
            0 => Limits::default().string_bytes,
            most => most,
        }
    }

    /// Refuses a text that would be longer than the limit, before it is made.
    pub fn check_bytes(&self, bytes: usize) -> Result<()> {
        let most = self.most_bytes();
        if bytes > most {
            let name = self.name;
            return Err(Fault::too_large(text!(
                "`{name}` would make a text of {bytes} bytes; the limit is {most}",
                "`{name}` 會產生 {bytes} 位元組的文字，上限為 {most}"
            ))
            .into());
        }
        Ok(())
    }

    /// Refuses a list that would be longer than the limit, before it is made.
    pub fn check_items(&self, items: usize) -> Result<()> {
        let most = self.context.engine().max_array_size();
        if most > 0 && items > most {
            let name = self.name;
            return Err(Fault::too_large(text!(
                "`{name}` would make a list of {items} items; the limit is {most}",
                "`{name}` 會產生 {items} 項的陣列，上限為 {most}"
            ))
            .into());
        }
        evaluation::charge(items / 8)?;
        Ok(())
    }

    /// A text as result, within the limit.
    pub fn give(&self, text: impl Into<ImmutableString>) -> Result<Dynamic> {
        let text = text.into();
        self.check_bytes(text.len())?;
        Ok(Dynamic::from(text))
    }
}

/// The number that a value is or plainly spells.
pub(crate) fn decimal_of(value: &Dynamic) -> Option<Decimal> {
    if let Ok(int) = value.as_int() {
        return Some(Decimal::from(int));
    }
    if let Ok(decimal) = value.as_decimal() {
        return Some(decimal);
    }
    if value.is::<BigNumber>() {
        return None;
    }
    let text = value.as_immutable_string_ref().ok()?;
    super::numbers::parse(&text)
}

/// A decimal as the smallest number that it is: whole ones become integers.
pub(crate) fn whole(decimal: Decimal) -> Dynamic {
    match INT::try_from(decimal) {
        Ok(int) if decimal.scale() == 0 => Dynamic::from_int(int),
        _ => Dynamic::from_decimal(decimal),
    }
}
