"""Makes an empty Tryton database a small company's: what a sale needs from quotation to payment, and an application key for REST.

seed.py CONFIG DATABASE KEY_FILE
"""
import datetime as dt
import sys
from decimal import Decimal

from proteus import Model, Wizard, config

conf, database, key_file = sys.argv[1:]
context = config.set_trytond(f'postgresql:///{database}', user='admin', config_file=conf)


def model(name):
    return Model.get(name)


def first(name, *domain):
    return model(name).find(list(domain))[0]


def saved(kind, /, **values):
    record = model(kind)(**values)
    record.save()
    return record


# Parties and their addresses need a country, amounts a currency without cents.
saved('country.country', name='Taiwan', code='TW', code3='TWN', code_numeric='158')
money = saved('currency.currency', name='New Taiwan dollar', symbol='NT$', code='TWD', numeric_code='901', rounding=Decimal('1'), digits=0)
money.rates.new(date=dt.date(2020, 1, 1), rate=Decimal('1'))
money.save()

company = saved('company.company', party=saved('party.party', name='Causeway Test Co'), currency=money)
user = model('res.user')(1)
user.companies.append(model('company.company')(company.id))
user.company = model('company.company')(company.id)
user.save()
context._context = dict(model('res.user').get_preferences(True, {}), company=company.id)

chart = Wizard('account.create_chart')
chart.execute('account')
chart.form.account_template = first('account.account.template', ('parent', '=', None))
chart.form.company = company
chart.execute('create_account')
owed = [('closed', '=', False), ('party_required', '=', True), ('reconcile', '=', True)]
chart.form.account_receivable = first('account.account', *owed, ('type.receivable', '=', True))
chart.form.account_payable = first('account.account', *owed, ('type.payable', '=', True))
chart.execute('create_properties')
revenue = first('account.account', ('closed', '=', False), ('type.revenue', '=', True))
expense = first('account.account', ('closed', '=', False), ('type.expense', '=', True))
cash = first('account.account', ('closed', '=', False), ('type.statement', '=', 'balance'), ('party_required', '=', False),
    ('reconcile', '=', False), ('type.receivable', '=', False), ('type.payable', '=', False))

# This year and the next: the database is kept for longer than a day.
invoice_type = first('ir.sequence.type', ('name', '=', 'Invoice'))
move_type = first('ir.sequence.type', ('name', '=', 'Account Move'))
for year in (dt.date.today().year, dt.date.today().year + 1):
    fiscal = model('account.fiscalyear')(name=str(year), start_date=dt.date(year, 1, 1), end_date=dt.date(year, 12, 31), company=company)
    fiscal.move_sequence = saved('ir.sequence.strict', name=f'Account Move {year}', sequence_type=move_type, company=company)
    numbers = saved('ir.sequence.strict', name=f'Invoice {year}', sequence_type=invoice_type, company=company, prefix=f'INV-{year}-')
    own = fiscal.invoice_sequences[0] if fiscal.invoice_sequences else fiscal.invoice_sequences.new()
    for kind in ('out_invoice', 'in_invoice', 'out_credit_note', 'in_credit_note'):
        setattr(own, f'{kind}_sequence', numbers)
    fiscal.save()
    fiscal.click('create_period')

goods = saved('product.category', name='Goods', accounting=True, account_revenue=revenue, account_expense=expense)
unit = first('product.uom', ('name', '=', 'Unit'))
for code, name, price in (('TEA-01', 'Oolong tea 150g', 380), ('CUP-01', 'Ceramic cup', 240)):
    saved('product.template', name=name, code=code, type='goods', default_uom=unit, salable=True, list_price=Decimal(price), account_category=goods)
term = model('account.invoice.payment_term')(name='30 days')
term.lines.new(type='remainder').relativedeltas.new(days=30)
term.save()

journal = saved('account.journal', name='Bank', type='statement')
saved('account.statement.journal', name='Bank', journal=journal, currency=money, company=company, validation='amount', account=cash)
saved('account.payment.journal', name='Transfer', currency=money, company=company, process_method='manual')

application = saved('res.user.application', user=user, application='rest')
with open(key_file, 'w') as file:
    file.write(model('res.user.application')(application.id).key)
