//! `webhook_route`: which flow each webhook path belongs to. The key is the path's shape, so that two flows cannot have one.

use causeway_model::{FlowId, text};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};
use serde::Serialize;

use crate::{Error, Result, Store, flow};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_route")]
pub struct Model {
    /// The path with `{}` for each parameter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub shape: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub method: String,
    pub path: String,
    pub flow: Uuid,
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How a published flow is reached by webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookRoute {
    pub flow: FlowId,
    pub version: i32,
    /// Without a leading slash, `{name}` for one segment.
    pub path: String,
    /// Upper case; `*` for any.
    pub method: String,
}

/// `orders/{no}/lines` has the shape `orders/{}/lines`.
pub(crate) fn shape(path: &str) -> String {
    let segments = path
        .trim_matches('/')
        .split('/')
        .map(|segment| if segment.starts_with('{') && segment.ends_with('}') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Puts the routes of a flow in the place of those it had. The caller's transaction has raised the revision first, which
/// lets only one publish look at a time.
pub(crate) async fn replace(
    tx: &sea_orm::DatabaseTransaction,
    id: FlowId,
    version: i32,
    routes: &[(String, String)],
) -> Result<()> {
    Entity::delete_many().filter(Column::Flow.eq(id.0)).exec(tx).await?;
    for (path, method) in routes {
        let path = path.trim_matches('/');
        let method = method.to_ascii_uppercase();
        free(tx, id, path, &method).await?;
        let row = ActiveModel {
            shape: Set(shape(path)),
            method: Set(method),
            path: Set(path.to_owned()),
            flow: Set(id.0),
            version: Set(version),
        };
        Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Refuses routes of which another flow has one.
pub(crate) async fn must_be_free(
    tx: &sea_orm::DatabaseTransaction,
    id: FlowId,
    routes: &[(String, String)],
) -> Result<()> {
    for (path, method) in routes {
        free(tx, id, path.trim_matches('/'), &method.to_ascii_uppercase()).await?;
    }
    Ok(())
}

async fn free(tx: &sea_orm::DatabaseTransaction, id: FlowId, path: &str, method: &str) -> Result<()> {
    let mut same_shape = Entity::find().filter(Column::Shape.eq(shape(path))).filter(Column::Flow.ne(id.0));
    if method != "*" {
        same_shape = same_shape.filter(Column::Method.is_in([method, "*"]));
    }
    match same_shape.limit(1).one(tx).await? {
        Some(taken) => Err(taken_by(tx, path, method, taken).await?),
        None => Ok(()),
    }
}

async fn taken_by(
    tx: &sea_orm::DatabaseTransaction,
    path: &str,
    method: &str,
    taken: Model,
) -> Result<Error> {
    let slug = flow::row(tx, FlowId(taken.flow)).await?.slug;
    let (other_path, other_method) = (taken.path, taken.method);
    Ok(Error::conflict(
        "webhook_path_taken",
        text!(
            "{method} /hooks/{path} is taken: flow {slug} already has {other_method} /hooks/{other_path}. Choose another path or method.",
            "{method} /hooks/{path} 已被使用：流程 {slug} 已有 {other_method} /hooks/{other_path}。請改用其他路徑或方法。"
        ),
    ))
}

impl Store {
    /// Every webhook route of published, enabled flows.
    pub async fn webhook_routes(&self) -> Result<Vec<WebhookRoute>> {
        self.routes_of(true).await
    }

    /// The routes of published flows that are switched off: they answer 503, not 404.
    pub async fn disabled_webhook_routes(&self) -> Result<Vec<WebhookRoute>> {
        self.routes_of(false).await
    }

    async fn routes_of(&self, enabled: bool) -> Result<Vec<WebhookRoute>> {
        let flows: Vec<Uuid> = flow::Entity::find()
            .select_only()
            .column(flow::Column::Id)
            .filter(flow::Column::Enabled.eq(enabled))
            .into_tuple()
            .all(&self.core.db.read)
            .await?;
        let flows: std::collections::HashSet<Uuid> = flows.into_iter().collect();
        let rows = Entity::find().order_by_asc(Column::Shape).all(&self.core.db.read).await?;
        Ok(rows
            .into_iter()
            .filter(|row| flows.contains(&row.flow))
            .map(|row| WebhookRoute {
                flow: FlowId(row.flow),
                version: row.version,
                path: row.path,
                method: row.method,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_do_not_tell_paths_apart() {
        assert_eq!(shape("/orders/{no}/lines/"), "orders/{}/lines");
        assert_eq!(shape("orders/{id}/lines"), shape("orders/{no}/lines"));
        assert_ne!(shape("orders/a"), shape("orders/{a}"));
    }
}
