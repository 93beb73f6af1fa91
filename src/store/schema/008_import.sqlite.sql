-- Permanent, but not history: what is being moved in, and how far it is. The
-- history itself is in the log.

CREATE TABLE import (
	id INTEGER PRIMARY KEY,  -- seq of its event
	source INTEGER NOT NULL,  -- core/states.h
	mailbox INTEGER NOT NULL,
	state INTEGER NOT NULL,  -- store/import.h
	size INTEGER NOT NULL,  -- bytes; 0: not known
	received INTEGER NOT NULL,  -- bytes that are here
	total INTEGER NOT NULL,  -- mails; 0: not counted yet
	read INTEGER NOT NULL,  -- mails that are done with: the cursor
	threads INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	duplicates INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	takeover_at INTEGER NOT NULL,  -- 0: none
	taken INTEGER NOT NULL,  -- last thread that was looked at for taking over
	created_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	name TEXT NOT NULL,
	folder TEXT NOT NULL,
	labels TEXT NOT NULL,  -- JSON, as it was asked for
	mine TEXT NOT NULL,  -- addresses, a line each
	said TEXT NOT NULL
);
-- Which thread of the source became which ticket; a thread is known by where
-- its first mail stands.
CREATE TABLE import_thread (
	import INTEGER NOT NULL,
	thread INTEGER NOT NULL,
	ticket INTEGER NOT NULL,
	PRIMARY KEY (import, thread)
) WITHOUT ROWID;
-- What there is to say about single mails.
CREATE TABLE import_error (
	import INTEGER NOT NULL,
	n INTEGER NOT NULL,  -- place in the source, from 1
	said TEXT NOT NULL,
	PRIMARY KEY (import, n)
) WITHOUT ROWID;

-- What goes on in slices, and behind what; store/pending.h
CREATE TABLE pending (
	name TEXT PRIMARY KEY,
	after INTEGER NOT NULL
);

-- Words of messages: history (106) and what was sent elsewhere (109) too.
DROP VIEW search_source;
CREATE VIEW search_source AS
SELECT e.seq AS id,
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 5), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 9), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 10), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 11), '') || char(10) ||
	SUBSTR(COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 7),
		(SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 6), ''), 1, 65536) AS words
FROM event e WHERE e.kind IN (41, 42, 43, 90, 106, 109);
