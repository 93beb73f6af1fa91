-- What agents work with: threads put aside, replies that wait, and jobs over
-- many threads.

-- Derived; core/record.h.
ALTER TABLE ticket ADD COLUMN snoozed_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN snoozed_by INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_scheduled ON message (ticket) WHERE delivery IN (9, 10);

-- Permanent, but not history: what each thread was given is in the log.
CREATE TABLE bulk (
	id         INTEGER PRIMARY KEY,
	member     INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	act        INTEGER NOT NULL,   -- enum bulk_act
	value      INTEGER NOT NULL,   -- member, state, type or instant
	reason     TEXT NOT NULL,
	total      INTEGER NOT NULL,
	done       INTEGER NOT NULL,   -- looked at, in the present direction
	state      INTEGER NOT NULL,   -- enum bulk_state
	command    BLOB NOT NULL       -- that began it
);
CREATE UNIQUE INDEX bulk_command ON bulk (command);
CREATE INDEX bulk_going ON bulk (id) WHERE state IN (1, 3);
CREATE TABLE bulk_item (
	bulk    INTEGER NOT NULL,
	place   INTEGER NOT NULL,      -- from 0
	ticket  INTEGER NOT NULL,
	state   INTEGER NOT NULL,      -- enum bulk_item_state
	was     INTEGER NOT NULL,      -- the value before
	seq     INTEGER NOT NULL,      -- of the log after it was done
	refusal TEXT NOT NULL,
	PRIMARY KEY (bulk, place)
) WITHOUT ROWID;
CREATE INDEX bulk_item_waiting ON bulk_item (bulk, state, place);
