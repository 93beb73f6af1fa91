-- Permanent, but not history: secrets and what must never be restored to life.
-- The twin of 002_secret.sqlite.sql, where the columns are explained.

CREATE TABLE credential (
	member   BIGINT PRIMARY KEY,
	password TEXT NOT NULL
);
CREATE TABLE session (
	id_hash    BYTEA PRIMARY KEY,
	member     BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	agent      TEXT NOT NULL
);
CREATE INDEX session_member ON session (member);
CREATE TABLE sign_in (
	token_hash BYTEA PRIMARY KEY,
	member     BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE TABLE upload (
	id         BIGINT PRIMARY KEY,
	member     BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	message    BIGINT NOT NULL,
	name       TEXT NOT NULL,
	type       TEXT NOT NULL
);
CREATE TABLE secret (
	name  TEXT PRIMARY KEY,
	value BYTEA NOT NULL
);
CREATE TABLE erasure (
	contact BIGINT PRIMARY KEY,
	at      BIGINT NOT NULL
);
