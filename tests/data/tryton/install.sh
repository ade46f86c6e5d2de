#!/usr/bin/env bash
# Tryton 8.0 from PyPI, and a small company's database for it as a dump, in the folder that is named. Tests copy the database
# and start a server of their own on it. Takes about three minutes, once.
set -eu
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
database=causeway_tryton_seed_$$
server=(-h 127.0.0.1 -p 5432 -U postgres)

modules=(party company currency country product stock account account_product account_invoice account_invoice_stock account_statement
  account_payment sale bank)
python3 -m venv --clear "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check 'trytond==8.0.*' 'proteus==8.0.*' 'psycopg[binary,pool]' \
  $(printf 'trytond_%s==8.0.* ' "${modules[@]}")

printf '[database]\nuri = postgresql://postgres@127.0.0.1:5432/\n' >"$folder/seed.conf"
printf 'causeway-Test-1\n' >"$folder/password"
createdb "${server[@]}" "$database"
trap 'dropdb "${server[@]}" --if-exists -f "$database"' EXIT
TRYTONPASSFILE=$folder/password "$folder/bin/trytond-admin" -c "$folder/seed.conf" -d "$database" --email admin@example.com \
  -u sale account_invoice_stock account_statement account_payment --activate-dependencies
"$folder/bin/python" "$here/seed.py" "$folder/seed.conf" "$database" "$folder/key"
pg_dump "${server[@]}" -Fc -f "$folder/company.dump" "$database"
