-- The twin of 008_import.sqlite.sql, where it is explained.

CREATE TABLE import (
	id BIGINT PRIMARY KEY,  -- seq of its event
	source BIGINT NOT NULL,  -- core/states.h
	mailbox BIGINT NOT NULL,
	state BIGINT NOT NULL,  -- store/import.h
	size BIGINT NOT NULL,  -- bytes; 0: not known
	received BIGINT NOT NULL,  -- bytes that are here
	total BIGINT NOT NULL,  -- mails; 0: not counted yet
	read BIGINT NOT NULL,  -- mails that are done with: the cursor
	threads BIGINT NOT NULL,
	messages BIGINT NOT NULL,
	duplicates BIGINT NOT NULL,
	skipped BIGINT NOT NULL,
	takeover_at BIGINT NOT NULL,  -- 0: none
	taken BIGINT NOT NULL,  -- last thread that was looked at for taking over
	created_at BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	name TEXT NOT NULL,
	folder TEXT NOT NULL,
	labels TEXT NOT NULL,  -- JSON, as it was asked for
	mine TEXT NOT NULL,  -- addresses, a line each
	said TEXT NOT NULL
);
CREATE TABLE import_thread (
	import BIGINT NOT NULL,
	thread BIGINT NOT NULL,
	ticket BIGINT NOT NULL,
	PRIMARY KEY (import, thread)
);
CREATE TABLE import_error (
	import BIGINT NOT NULL,
	n BIGINT NOT NULL,  -- place in the source, from 1
	said TEXT NOT NULL,
	PRIMARY KEY (import, n)
);

CREATE TABLE pending (
	name TEXT PRIMARY KEY,
	after BIGINT NOT NULL
);

-- Words of messages: history (106) and what was sent elsewhere (109) too.
DROP VIEW search_source;
CREATE VIEW search_source AS
SELECT e.seq AS id,
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 5), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 9), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 10), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 11), '') || chr(10) ||
	SUBSTR(COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 7),
		(SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 6), ''), 1, 65536) AS words
FROM event e WHERE e.kind IN (41, 42, 43, 90, 106, 109);
