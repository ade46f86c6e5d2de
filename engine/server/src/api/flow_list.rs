//! The list of flows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{FlowId, Slug, Time, TriggerKind};
use causeway_store::{FlowFilter, FlowOrder, FlowPlace, FlowRecord, FlowState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Listing;
use super::{paging, schemas};
use crate::auth::Viewer;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_flows))
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// By slug.
    #[default]
    Slug,
    /// Those changed last, first.
    Updated,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Published,
    Draft,
    Archived,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FlowQuery {
    /// Stands in the slug or the name.
    text: Option<String>,
    /// Has this tag.
    tag: Option<String>,
    /// Published, a draft only, or archived; all that are not archived unless said.
    #[param(inline)]
    state: Option<Condition>,
    /// The same as `state=archived`.
    archived: Option<bool>,
    /// Of the published version's trigger; of the draft's where none is published.
    #[param(inline, value_type = Option<schemas::TriggerKind>)]
    trigger: Option<TriggerKind>,
    /// Whether it is switched on.
    enabled: Option<bool>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct FlowList {
    #[schema(value_type = Vec<schemas::Flow>)]
    flows: Vec<FlowRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Flows, by slug or those changed last first
#[utoipa::path(get, path = "/flows", operation_id = "list_flows", tag = "flows", params(FlowQuery),
    responses((status = 200, body = FlowList), Listing))]
async fn list_flows(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<FlowQuery>,
) -> Result<Json<FlowList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let cursor = query.cursor.as_deref();
    let (order, after) = match query.sort {
        Sort::Slug => (FlowOrder::Slug, paging::after::<Slug>(cursor)?.map(FlowPlace::Slug)),
        Sort::Updated => {
            let place = paging::after::<(Time, FlowId)>(cursor)?;
            (FlowOrder::Updated, place.map(|(at, id)| FlowPlace::Updated(at, id)))
        }
    };
    let state = match (query.state, query.archived) {
        (Some(Condition::Published), _) => FlowState::Published,
        (Some(Condition::Draft), _) => FlowState::Draft,
        (Some(Condition::Archived), _) | (None, Some(true)) => FlowState::Archived,
        (None, _) => FlowState::InService,
    };
    let filter = FlowFilter {
        text: query.text,
        tag: query.tag,
        state,
        trigger: query.trigger,
        enabled: query.enabled,
        order,
        after,
        limit,
    };
    let page = web.app.list_flows(filter).await?;
    let next_cursor = match query.sort {
        Sort::Slug => paging::next(&page, |flow| flow.slug.clone()),
        Sort::Updated => paging::next(&page, |flow| (flow.updated_at, flow.id)),
    };
    Ok(Json(FlowList { flows: page.rows, next_cursor }))
}
