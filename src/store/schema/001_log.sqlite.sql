-- Permanent: the log, its words, the raw bytes. Everything else but the
-- tables of 002 is derived from these and can be dropped and rebuilt.

CREATE TABLE event (
	seq         INTEGER PRIMARY KEY,  -- gapless, from 1
	client      INTEGER NOT NULL,     -- 0: the agency itself
	kind        INTEGER NOT NULL,     -- core/event.h
	subject     INTEGER NOT NULL,     -- the record it is about, mostly a ticket
	actor       INTEGER NOT NULL,     -- member, 0: Holdfast or an outsider
	occurred_at INTEGER NOT NULL,     -- ms since 1970 UTC
	recorded_at INTEGER NOT NULL,
	known_at    INTEGER NOT NULL,
	cause       INTEGER NOT NULL,     -- event that led to it, 0: none
	command     BLOB NOT NULL,        -- 16 bytes chosen by who asked
	position    INTEGER NOT NULL,     -- place in that command's answer, from 0
	data        TEXT NOT NULL,        -- integers in the order that the kind declares
	content     BLOB NOT NULL,        -- 32-byte commitments to its words, in slot order
	hash        BLOB NOT NULL         -- BLAKE2b of the former hash and all above
);
CREATE UNIQUE INDEX event_command ON event (command, position);
CREATE INDEX event_subject ON event (subject, seq);

-- Words. Erasing empties text and salt; the commitment in the event stays.
CREATE TABLE content (
	event  INTEGER NOT NULL,  -- the event whose words they are
	slot   INTEGER NOT NULL,  -- core/content.h
	salt   BLOB,              -- 16 bytes; NULL: erased
	text   BLOB,
	PRIMARY KEY (event, slot)
) WITHOUT ROWID;

-- Bytes in pieces of 256 KB: raw mail (zstd) and uploaded files.
CREATE TABLE blob (
	id       INTEGER PRIMARY KEY,
	size     INTEGER NOT NULL,  -- bytes before compression
	packed   INTEGER NOT NULL,  -- 0 as is, 1 zstd
	salt     BLOB,              -- 16 bytes; NULL: erased
	hash     BLOB NOT NULL      -- BLAKE2b of salt and the bytes
);
CREATE TABLE blob_piece (
	blob   INTEGER NOT NULL,
	number INTEGER NOT NULL,  -- from 0
	bytes  BLOB NOT NULL,
	PRIMARY KEY (blob, number)
) WITHOUT ROWID;

-- Settings, members and calendars are few among many events.
CREATE INDEX event_agency ON event (kind, seq) WHERE client = 0 AND kind < 20;
