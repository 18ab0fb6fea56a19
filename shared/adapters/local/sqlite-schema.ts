import type { DatabaseSync } from 'node:sqlite';

/** Raised with every change of the tables below; a database of a higher version is refused. */
const schemaVersion = 1;

/** Text is compared bytewise (BINARY, SQLite's default) and kept as UTF-8, so keys sort as DynamoDB sorts them. */
const tables = `
  CREATE TABLE IF NOT EXISTS records (
    pk TEXT NOT NULL, sk TEXT NOT NULL, document TEXT NOT NULL, expires_at REAL,
    PRIMARY KEY (pk, sk)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0, receipt TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible_at, seq);
  CREATE INDEX IF NOT EXISTS messages_by_age ON messages (queue, sent_at);

  CREATE TABLE IF NOT EXISTS dead_letters (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, code TEXT,
    receive_count INTEGER NOT NULL, sent_at INTEGER NOT NULL, dead_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS dead_letters_by_queue ON dead_letters (queue, seq);

  CREATE TABLE IF NOT EXISTS notices (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, id TEXT NOT NULL, subject TEXT, message TEXT NOT NULL,
    attributes TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS notices_by_topic ON notices (topic, seq);

  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, content_type TEXT,
    metadata TEXT NOT NULL, modified_at INTEGER NOT NULL, expires_at INTEGER,
    PRIMARY KEY (bucket, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS objects_by_content ON objects (sha256);
  CREATE INDEX IF NOT EXISTS objects_by_expiry ON objects (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE IF NOT EXISTS mailbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, email_id TEXT NOT NULL UNIQUE,
    mail_from TEXT NOT NULL, rcpt_to TEXT NOT NULL, subject TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS mailbox_by_time ON mailbox (at);
`;

/**
 * Sets the database up so that a commit that was answered survives a power cut, and makes the tables.
 * @throws Error when the file was written by a later version, or its pages no longer hold together
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const row = database.prepare('PRAGMA user_version').get();
  const found = Number(row?.user_version ?? 0);
  if (found > schemaVersion) {
    throw new Error(`the data folder has schema version ${found}, this version reads up to ${schemaVersion}`);
  }
  assertWhole(database);
  database.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
}

/**
 * A damaged page is told at the start, where someone looks, and not by the first mail that meets it. Reads every page
 * once: a second for a gigabyte.
 * @see https://www.sqlite.org/pragma.html#pragma_quick_check
 */
function assertWhole(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA quick_check(1)').get();
  const found = String(row?.quick_check);
  if (found !== 'ok') throw new Error('lightermail.db in the data folder is damaged: restore it from a backup');
}
