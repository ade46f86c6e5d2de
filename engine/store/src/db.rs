//! The connections to the database, and what differs between SQLite and Postgres.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use causeway_model::text;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sea_orm::sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions,
    TransactionTrait, Value,
};

use crate::{Config, Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

pub(crate) struct Db {
    pub(crate) dialect: Dialect,
    /// For accepts, claims and commits. SQLite: the one writing connection, which `main` shares.
    pub(crate) hot: DatabaseConnection,
    /// For all other writes.
    pub(crate) main: DatabaseConnection,
    /// For reads.
    pub(crate) read: DatabaseConnection,
}

impl Db {
    pub(crate) async fn connect(config: &Config) -> Result<Self> {
        match config.url.as_deref() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::connect_postgres(url).await
            }
            None => Self::connect_sqlite(&config.data.join("causeway.db")).await,
            Some(url) => match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
                Some(path) if !path.is_empty() => Self::connect_sqlite(Path::new(path)).await,
                _ => Err(Error::invalid(
                    "database_url_unknown",
                    text!(
                        "DATABASE_URL names no known database. Use postgres://user:password@host/database, or leave it out for SQLite.",
                        "DATABASE_URL 不是已知的資料庫。請使用 postgres://使用者:密碼@主機/資料庫，或省略以使用 SQLite。"
                    ),
                )),
            },
        }
    }

    async fn connect_sqlite(file: &Path) -> Result<Self> {
        let plain = SqliteConnectOptions::new()
            .filename(file)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(15))
            .pragma("cache_size", "-16000");
        let mut writing = plain
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", "67108864")
            .pragma("wal_autocheckpoint", "4000");
        let later = writing.clone();
        if std::fs::metadata(file).map_or(0, |file| file.len()) == 0 {
            // It must be said before the first table is made, and takes the write lock each time that it is.
            writing = writing.auto_vacuum(SqliteAutoVacuum::Incremental);
        }
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(60))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                // SQLite rolls back by itself what does not fit on a full disk, and then refuses the rollback that was counted
                // on: what came next would be written inside a transaction that nobody ever commits.
                let clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(clean) })
            })
            .connect_with(writing)
            .await
            .map_err(connect_error)?;
        write.set_connect_options(later);
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(0)
            .acquire_timeout(Duration::from_secs(30))
            .test_before_acquire(false)
            .connect_lazy_with(plain.pragma("query_only", "1"));
        let write = SqlxSqliteConnector::from_sqlx_sqlite_pool(write);
        Ok(Self {
            dialect: Dialect::Sqlite,
            hot: write.clone(),
            main: write,
            read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        })
    }

    async fn connect_postgres(url: &str) -> Result<Self> {
        let mut options = PgConnectOptions::from_str(url).map_err(|error| {
            let why = error.to_string();
            Error::invalid(
                "database_url_unknown",
                text!("DATABASE_URL does not read: {why}", "DATABASE_URL 無法解讀：{why}"),
            )
        })?;
        let local = matches!(options.get_host(), "127.0.0.1" | "localhost" | "::1");
        if local && !url.contains("sslmode") {
            options = options.ssl_mode(PgSslMode::Disable);
        }
        let options = options.application_name("causeway");
        // A claim or a commit always reaches its rows by a key; a plan made while the tables were small must not stay behind.
        let hot_options = options.clone().options([
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]);
        let hot = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(3))
            .idle_timeout(None)
            .test_before_acquire(false)
            .connect_with(hot_options)
            .await
            .map_err(connect_error)?;
        let main = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(options);
        let main = SqlxPostgresConnector::from_sqlx_postgres_pool(main);
        Ok(Self {
            dialect: Dialect::Postgres,
            hot: SqlxPostgresConnector::from_sqlx_postgres_pool(hot),
            main: main.clone(),
            read: main,
        })
    }

    /// A write transaction apart from the hot path.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.main).await
    }

    /// A write transaction of the hot path.
    pub(crate) async fn begin_hot(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.hot).await
    }

    pub(crate) fn statement(&self, sql: impl Into<String>, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.dialect.backend(), sql, values)
    }

    pub(crate) async fn close(&self) {
        for pool in [&self.read, &self.main, &self.hot] {
            let _ = pool.close_by_ref().await;
        }
    }
}

/// Writers begin by taking SQLite's write lock, so that they wait instead of failing half-way.
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    connection
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await
}

fn connect_error(error: sea_orm::sqlx::Error) -> Error {
    Error::Unavailable(error.to_string())
}

/// Short forms for statements on any connection or transaction.
pub(crate) trait Ask: ConnectionTrait {
    fn ask(&self, sql: impl Into<String>, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.get_database_backend(), sql, values)
    }

    /// How many rows it touched.
    fn run(
        &self,
        sql: impl Into<String>,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<u64, DbErr>> + Send {
        let statement = self.ask(sql, values);
        async move { Ok(self.execute_raw(statement).await?.rows_affected()) }
    }

    fn one(
        &self,
        sql: impl Into<String>,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Option<QueryResult>, DbErr>> + Send {
        let statement = self.ask(sql, values);
        async move { self.query_one_raw(statement).await }
    }

    fn all(
        &self,
        sql: impl Into<String>,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<QueryResult>, DbErr>> + Send {
        let statement = self.ask(sql, values);
        async move { self.query_all_raw(statement).await }
    }

    fn dialect(&self) -> Dialect {
        if self.get_database_backend() == DbBackend::Sqlite { Dialect::Sqlite } else { Dialect::Postgres }
    }
}

impl<C: ConnectionTrait> Ask for C {}
