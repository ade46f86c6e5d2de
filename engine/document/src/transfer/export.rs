//! Documents as a zip or a folder: `<slug>/flow.json` each.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use causeway_model::{Flow, Slug};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::canonical;

/// A zip with `<slug>/flow.json` for each document. The same documents give the same bytes.
pub fn export_zip<'a>(flows: impl IntoIterator<Item = (&'a Slug, &'a Flow)>) -> io::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (slug, flow) in flows {
        writer.start_file(format!("{slug}/flow.json"), options)?;
        writer.write_all(canonical(flow).as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Writes `<slug>/flow.json` for each document under `folder`, and says which files it wrote.
pub fn export_folder<'a>(
    folder: &Path,
    flows: impl IntoIterator<Item = (&'a Slug, &'a Flow)>,
) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (slug, flow) in flows {
        let inside = folder.join(slug.as_str());
        fs::create_dir_all(&inside)?;
        let (file, fresh) = (inside.join("flow.json"), inside.join(".flow.json.new"));
        fs::write(&fresh, canonical(flow))?;
        fs::rename(&fresh, &file)?;
        written.push(file);
    }
    Ok(written)
}
