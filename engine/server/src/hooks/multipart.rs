//! Bodies of `multipart/form-data`: text fields become text, file parts become files of the run.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use causeway_model::{INLINE_LIMIT, Value, text};
use multer::{Field, Multipart};
use serde_json::Map;

use super::body::{Intake, Keep};
use super::trigger::add;
use crate::problem::Problem;

/// How many parts a body may have.
const MOST_PARTS: usize = 500;
/// The library reads on for as long as bytes come, so from here on it has to look at what it has first ...
const LOOK_AFTER: usize = 64 * 1024;
/// ... and what holds no part by then is none: nobody's headers are so long.
const MOST_UNSEEN: usize = 512 * 1024;
/// The longest name of a field or a file, in characters.
const LONGEST_NAME: usize = 200;

pub(super) async fn read(place: Keep<'_>, boundary: String, mut intake: Intake) -> Result<Value, Problem> {
    let mut fields = Map::new();
    let unseen = AtomicUsize::new(0);
    {
        let unseen = &unseen;
        let parts = futures::stream::try_unfold(&mut intake, move |intake| async move {
            match unseen.load(Ordering::Relaxed) {
                MOST_UNSEEN.. => return Err(not_a_form()),
                LOOK_AFTER.. => tokio::task::yield_now().await,
                _ => {}
            }
            let next = intake.next().await?;
            unseen.fetch_add(next.as_ref().map_or(0, Bytes::len), Ordering::Relaxed);
            Ok::<_, Problem>(next.map(|part| (part, intake)))
        });
        let mut form = Multipart::new(parts, boundary);
        let (mut count, mut inline) = (0, 0);
        while let Some(field) = form.next_field().await.map_err(broken)? {
            unseen.store(0, Ordering::Relaxed);
            count += 1;
            if count > MOST_PARTS {
                return Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    "too_many_fields",
                    text!("The form has more than {MOST_PARTS} parts", "表單超過 {MOST_PARTS} 個欄位"),
                ));
            }
            let name = cut(field.name().unwrap_or_default());
            let value = part(place, Seen { field, unseen }, &mut inline).await?;
            add(&mut fields, name, value);
        }
    }
    intake.finish().await?;
    Ok(Value::Object(fields))
}

/// A part, of which each piece shows that the form goes on.
struct Seen<'a, 'f> {
    field: Field<'f>,
    unseen: &'a AtomicUsize,
}

impl Seen<'_, '_> {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        let piece = self.field.chunk().await.map_err(broken)?;
        self.unseen.store(0, Ordering::Relaxed);
        Ok(piece)
    }
}

/// `inline`: the bytes of text fields so far; what passes the limit becomes a file.
async fn part(place: Keep<'_>, mut part: Seen<'_, '_>, inline: &mut usize) -> Result<Value, Problem> {
    let field = &part.field;
    let media_type = field.content_type().map(|kind| kind.essence_str().to_owned());
    let is_file = field.file_name().is_some()
        || media_type.as_ref().is_some_and(|kind| !kind.starts_with("text/") && kind != "application/json");
    let name = cut(field.file_name().unwrap_or("field"));
    let mut head = BytesMut::new();
    let mut next: Option<Bytes> = None;
    if !is_file {
        while let Some(piece) = part.chunk().await? {
            if *inline + head.len() + piece.len() > INLINE_LIMIT {
                next = Some(piece);
                break;
            }
            head.extend_from_slice(&piece);
        }
        if next.is_none()
            && let Ok(text) = std::str::from_utf8(&head)
        {
            *inline += text.len();
            return Ok(Value::String(text.to_owned()));
        }
    }
    let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
    let mut file = place.store.create_file(place.run, &name, media_type).await?;
    if !head.is_empty() {
        file.write(head.freeze()).await?;
    }
    if let Some(piece) = next {
        file.write(piece).await?;
    }
    while let Some(piece) = part.chunk().await? {
        file.write(piece).await?;
    }
    Ok(file.finish().await?.into_value())
}

fn cut(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// What the intake refused comes back as it was.
fn broken(error: multer::Error) -> Problem {
    if let multer::Error::StreamReadFailed(cause) = error {
        return match cause.downcast::<Problem>() {
            Ok(problem) => *problem,
            Err(_) => Problem::internal(),
        };
    }
    not_a_form()
}

fn not_a_form() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "form_broken",
        text!("The form's parts cannot be told apart; send it again", "無法解析表單內容，請重新傳送"),
    )
}
