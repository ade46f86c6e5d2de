//! Who the company deals with: its customers, their contacts, and its own salespeople.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::records::{Contact, Customer, Level, Salesperson};
use super::words::{FIRST, FORMS, GIVEN, PLACES, SECOND, SURNAMES, TITLES, TRADES};

const CUSTOMERS: usize = 300;

pub(super) fn salespeople() -> Vec<Salesperson> {
    (0..8)
        .map(|no| {
            let (name, name_en) = person(&mut Dice::new("salesperson", no));
            let code = format!("S{:02}", no + 1);
            let email = format!("{}@heyang.example", code.to_lowercase());
            let line_user_id = format!("U{}", Dice::new("salesperson on LINE", no).hex());
            Salesperson { code, name, name_en, email, line_user_id }
        })
        .collect()
}

/// No two have the same name: each pair of signs is used once.
pub(super) fn customers(today: NaiveDate) -> Vec<Customer> {
    (0..CUSTOMERS).map(|no| customer(no, today)).collect()
}

fn customer(no: usize, today: NaiveDate) -> Customer {
    let mut dice = Dice::new("customer", no);
    // 7 and the number of pairs have no common divisor, so every pair comes once.
    let pair = (no * 7) % (FIRST.len() * SECOND.len());
    let (first, second) = (FIRST[pair % FIRST.len()], SECOND[pair / FIRST.len()]);
    let (trade, form) = (*dice.pick(TRADES), *dice.pick(FORMS));
    let place = dice.pick(PLACES);
    let level = match no % 10 {
        0 => Level::A,
        1..=3 => Level::B,
        _ => Level::C,
    };
    let credit_limit = match level {
        Level::A => dice.between(10, 30) * 100_000,
        Level::B => dice.between(6, 16) * 50_000,
        Level::C => dice.between(5, 20) * 10_000,
    };
    let code = format!("C{:04}", no + 1);
    Customer {
        name: format!("{}{}{}{}", first.0, second.0, trade.0, form.0),
        name_en: format!("{} {} {} {}", first.1, second.1, trade.1, form.1),
        tax_id: tax_id(no, &mut dice),
        phone: phone(place.area, place.digits, &mut dice),
        post_code: place.post_code.to_owned(),
        address: address(place.district, dice.pick::<&str>(place.streets), no),
        email: format!("info@{}.example", code.to_lowercase()),
        level,
        credit_limit,
        term_days: *dice.pick(&[30, 30, 45, 60]),
        salesperson: format!("S{:02}", no % 8 + 1),
        since: today - Days::new(dice.between(200, 4000) as u64),
        code,
    }
}

fn address(district: &str, street: &str, no: usize) -> String {
    let mut dice = Dice::new("address", no);
    let house = dice.between(1, 398);
    match dice.between(1, 14) {
        floor @ 2.. => format!("{district}{street} {house} 號 {floor} 樓"),
        _ => format!("{district}{street} {house} 號"),
    }
}

fn phone(area: &str, digits: usize, dice: &mut Dice) -> String {
    let first = dice.between(2, 8);
    let rest: String = (1..digits).map(|_| char::from(b'0' + dice.between(0, 9) as u8)).collect();
    let number = format!("{first}{rest}");
    let (front, back) = number.split_at(digits - 4);
    format!("{area}-{front}-{back}")
}

/// Seven digits that nobody else has, and the last such that the number keeps the check digit's rule.
fn tax_id(no: usize, dice: &mut Dice) -> String {
    let front = format!("{}", 9_010_000 + no * 7);
    let fitting: Vec<String> =
        (0..10).map(|last| format!("{front}{last}")).filter(|number| keeps_rule(number)).collect();
    dice.pick(&fitting).clone()
}

/// The rule of 2023: the sum of the products' digits divides by 5, or, where the seventh digit is 7, one more does.
pub(crate) fn keeps_rule(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 8 || number.len() != 8 {
        return false;
    }
    let products = digits.iter().zip([1, 2, 1, 2, 1, 2, 4, 1]).map(|(digit, weight)| digit * weight);
    let sum: u32 = products.map(|product| product / 10 + product % 10).sum();
    sum.is_multiple_of(5) || digits[6] == 7 && (sum + 1).is_multiple_of(5)
}

pub(super) fn contacts(customers: &[Customer]) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for (no, customer) in customers.iter().enumerate() {
        let mut dice = Dice::new("contact", no);
        for _ in 0..dice.between(1, 3) {
            let (name, name_en) = person(&mut dice);
            let mobile = format!(
                "09{:02}-{:03}-{:03}",
                dice.between(10, 89),
                dice.between(0, 999),
                dice.between(0, 999)
            );
            let user = format!("U{}", dice.hex());
            let given = name_en.split(' ').next().unwrap_or_default().to_lowercase();
            contacts.push(Contact {
                no: format!("CT{:05}", contacts.len() + 1),
                customer: customer.code.clone(),
                title: (*dice.pick(TITLES)).to_owned(),
                email: format!("{given}@{}.example", customer.code.to_lowercase()),
                line_user_id: dice.permille(300).then_some(user),
                name,
                name_en,
                mobile,
            });
        }
    }
    contacts
}

fn person(dice: &mut Dice) -> (String, String) {
    let (surname, given) = (*dice.pick(SURNAMES), *dice.pick(GIVEN));
    (format!("{}{}", surname.0, given.0), format!("{} {}", given.1, surname.1))
}
