-- Permanent: the log, its words, the raw bytes. Everything else but the
-- tables of 002 is derived from these and can be dropped and rebuilt.
-- The twin of 001_log.sqlite.sql, where the columns are explained.

CREATE TABLE event (
	seq         BIGINT PRIMARY KEY,
	client      BIGINT NOT NULL,
	kind        BIGINT NOT NULL,
	subject     BIGINT NOT NULL,
	actor       BIGINT NOT NULL,
	occurred_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	known_at    BIGINT NOT NULL,
	cause       BIGINT NOT NULL,
	command     BYTEA NOT NULL,
	position    BIGINT NOT NULL,
	data        TEXT NOT NULL,
	content     BYTEA NOT NULL,
	hash        BYTEA NOT NULL
);
CREATE UNIQUE INDEX event_command ON event (command, position);
CREATE INDEX event_subject ON event (subject, seq);

CREATE TABLE content (
	event  BIGINT NOT NULL,
	slot   BIGINT NOT NULL,
	salt   BYTEA,
	text   BYTEA,
	PRIMARY KEY (event, slot)
);

CREATE TABLE blob (
	id       BIGINT PRIMARY KEY,
	size     BIGINT NOT NULL,
	packed   BIGINT NOT NULL,
	salt     BYTEA,
	hash     BYTEA NOT NULL
);
CREATE TABLE blob_piece (
	blob   BIGINT NOT NULL,
	number BIGINT NOT NULL,
	bytes  BYTEA NOT NULL,
	PRIMARY KEY (blob, number)
);
-- The bytes are packed already, or are not worth it.
ALTER TABLE blob_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Settings, members and calendars are few among many events.
CREATE INDEX event_agency ON event (kind, seq) WHERE client = 0 AND kind < 20;
