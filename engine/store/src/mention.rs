//! Which flows have a text in their documents: candidates, which somebody who understands documents looks through.

use causeway_model::{Flow, Slug};
use sea_orm::DatabaseTransaction;

use crate::db::{Ask, Dialect};
use crate::listing::Page;
use crate::{Error, Result, Store, json};

/// A flow whose draft or published version has the text.
pub struct Mention {
    pub slug: Slug,
    pub name: String,
    pub draft: Flow,
    /// The newest published version with its document.
    pub published: Option<(i32, Flow)>,
}

fn find(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    }
}

fn slug_of(text: String) -> Result<Slug> {
    text.parse().map_err(|_| Error::corrupt(format!("slug {text}")))
}

/// The published versions in use whose document has the text, by the slugs of their flows.
pub(crate) async fn published(tx: &DatabaseTransaction, text: &str) -> Result<Vec<(Slug, Flow)>> {
    let find = find(tx.dialect());
    let find = format!(
        "SELECT f.slug, v.document FROM flow f JOIN flow_version v ON v.flow = f.id AND v.version = f.published \
         WHERE f.archived_at IS NULL AND {find}(v.document, $1) > 0 ORDER BY f.slug"
    );
    let rows = tx.all(find, vec![text.into()]).await?;
    rows.iter()
        .map(|row| {
            let document: String = row.try_get_by_index(1)?;
            Ok((slug_of(row.try_get_by_index(0)?)?, json::parse(&document, "document of a version")?))
        })
        .collect()
}

impl Store {
    /// Flows in service whose draft or published version names the connection, or only looks as if it did; by slug.
    pub async fn connection_mentions(&self, name: &str, most: u64) -> Result<Page<Mention>> {
        let db = &self.core.db.read;
        let find = find(db.dialect());
        let find = format!(
            "SELECT f.slug, f.name, f.draft, v.version, v.document FROM flow f \
             LEFT JOIN flow_version v ON v.flow = f.id AND v.version = f.published \
             WHERE f.archived_at IS NULL AND ({find}(f.draft, $1) > 0 OR {find}(v.document, $1) > 0) \
             ORDER BY f.slug LIMIT {}",
            most + 1
        );
        let rows = db.all(find, vec![crate::connection::mention_of(name).into()]).await?;
        let mentions = rows.iter().map(|row| {
            let (draft, version): (String, Option<i32>) =
                (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            let document: Option<String> = row.try_get_by_index(4)?;
            let document: Option<Flow> = json::parse_opt(document.as_deref(), "document of a version")?;
            Ok(Mention {
                slug: slug_of(row.try_get_by_index(0)?)?,
                name: row.try_get_by_index(1)?,
                draft: json::parse(&draft, "draft of a flow")?,
                published: version.zip(document),
            })
        });
        Ok(Page::of(mentions.collect::<Result<_>>()?, most))
    }
}
