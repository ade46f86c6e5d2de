//! What starts a flow, for lists, which do not read documents; and who saved its draft last.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Map, Value};

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: &str = "ALTER TABLE flow ADD COLUMN starter TEXT; ALTER TABLE flow ADD COLUMN draft_saved_at {int}; \
    ALTER TABLE flow ADD COLUMN draft_saved_by TEXT";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        run(db, COLUMNS).await?;
        let backend = db.get_database_backend();
        let flows = "SELECT slug FROM flow";
        for row in db.query_all_raw(Statement::from_string(backend, flows)).await? {
            let slug: String = row.try_get_by_index(0)?;
            fill(db, backend, &slug).await?;
        }
        Ok(())
    }
}

async fn fill<C: ConnectionTrait>(db: &C, backend: DbBackend, slug: &str) -> Result<(), DbErr> {
    let find = "SELECT COALESCE((SELECT v.document FROM flow_version v WHERE v.flow = f.id AND v.version = f.published), f.draft) \
         FROM flow f WHERE f.slug = $1";
    let Some(row) = db.query_one_raw(Statement::from_sql_and_values(backend, find, [slug.into()])).await?
    else {
        return Ok(());
    };
    let document: String = row.try_get_by_index(0)?;
    let Some(starter) = starter(&document) else { return Ok(()) };
    let write = "UPDATE flow SET starter = $1 WHERE slug = $2";
    db.execute_raw(Statement::from_sql_and_values(backend, write, [starter.into(), slug.into()])).await?;
    Ok(())
}

/// As the store writes it from now on: the trigger's `use`, its connection, and a webhook's path.
fn starter(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let trigger = &document["trigger"];
    let mut starter = Map::new();
    starter.insert("use".to_owned(), Value::from(trigger["use"].as_str()?));
    if let Some(connection) = trigger["connection"].as_str() {
        starter.insert("connection".to_owned(), Value::from(connection));
    }
    if let Some(path) = trigger["with"]["path"].as_str().filter(|_| trigger["use"] == "webhook") {
        starter.insert("path".to_owned(), Value::from(path));
    }
    Some(Value::Object(starter).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_starter_is_what_lists_show_of_a_trigger() {
        let hook = r#"{"trigger":{"use":"webhook","with":{"path":"orders","reply":"last"}}}"#;
        assert_eq!(starter(hook).as_deref(), Some(r#"{"use":"webhook","path":"orders"}"#));
        let crm = r#"{"trigger":{"use":"danlee-crm.quote_confirmed","connection":"crm"}}"#;
        assert_eq!(
            starter(crm).as_deref(),
            Some(r#"{"use":"danlee-crm.quote_confirmed","connection":"crm"}"#)
        );
        assert_eq!(starter("{}"), None);
    }
}
