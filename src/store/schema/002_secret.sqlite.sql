-- Permanent, but not history: secrets and what must never be restored to life.

CREATE TABLE credential (
	member   INTEGER PRIMARY KEY,
	password TEXT NOT NULL         -- Argon2id, as libsodium writes it
);
CREATE TABLE session (
	id_hash    BLOB PRIMARY KEY,   -- BLAKE2b of the cookie's value
	member     INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,   -- last gesture of the person
	agent      TEXT NOT NULL       -- what the browser calls itself
) WITHOUT ROWID;
CREATE INDEX session_member ON session (member);
CREATE TABLE sign_in (
	token_hash BLOB PRIMARY KEY,   -- one-time links
	member     INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE upload (
	id         INTEGER PRIMARY KEY, -- of the blob
	member     INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	message    INTEGER NOT NULL,   -- that it left with, 0: none yet
	name       TEXT NOT NULL,
	type       TEXT NOT NULL
);
CREATE TABLE secret (
	name  TEXT PRIMARY KEY,         -- 'reply_token' and such
	value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE erasure (
	contact INTEGER PRIMARY KEY,    -- applied again to every restored copy
	at      INTEGER NOT NULL
);
