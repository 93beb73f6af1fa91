-- What agents work with. The twin of 010_tools.sqlite.sql, where the columns
-- are explained.

ALTER TABLE ticket ADD COLUMN snoozed_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN snoozed_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX message_scheduled ON message (ticket) WHERE delivery IN (9, 10);

CREATE TABLE bulk (
	id         BIGINT PRIMARY KEY,
	member     BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	act        BIGINT NOT NULL,
	value      BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	total      BIGINT NOT NULL,
	done       BIGINT NOT NULL,
	state      BIGINT NOT NULL,
	command    BYTEA NOT NULL
);
CREATE UNIQUE INDEX bulk_command ON bulk (command);
CREATE INDEX bulk_going ON bulk (id) WHERE state IN (1, 3);
CREATE TABLE bulk_item (
	bulk    BIGINT NOT NULL,
	place   BIGINT NOT NULL,
	ticket  BIGINT NOT NULL,
	state   BIGINT NOT NULL,
	was     BIGINT NOT NULL,
	seq     BIGINT NOT NULL,
	refusal TEXT NOT NULL,
	PRIMARY KEY (bulk, place)
);
CREATE INDEX bulk_item_waiting ON bulk_item (bulk, state, place);
