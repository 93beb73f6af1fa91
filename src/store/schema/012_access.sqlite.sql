-- Permanent, but not history: what lets a member in beside the password.

ALTER TABLE session ADD COLUMN id INTEGER NOT NULL DEFAULT 0;   -- shown; opens nothing
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- where it began
ALTER TABLE sign_in ADD COLUMN inviter INTEGER NOT NULL DEFAULT 0; -- member who asked for it

CREATE TABLE api_token (
	id         INTEGER PRIMARY KEY, -- seq of the event that made it
	hash       BLOB NOT NULL,       -- BLAKE2b of what is sent
	member     INTEGER NOT NULL,
	name       TEXT NOT NULL,
	rights     TEXT NOT NULL,       -- names with spaces between
	created_at INTEGER NOT NULL,
	used_at    INTEGER NOT NULL,    -- 0: never
	expires_at INTEGER NOT NULL     -- 0: never
);
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
CREATE INDEX api_token_member ON api_token (member, id);

CREATE TABLE totp (
	member INTEGER PRIMARY KEY,
	secret BLOB NOT NULL,
	active INTEGER NOT NULL,        -- 0: not confirmed by a code yet
	step   INTEGER NOT NULL         -- the last one whose code was used
);
CREATE TABLE recovery_code (
	hash   BLOB PRIMARY KEY,
	member INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX recovery_code_member ON recovery_code (member);

-- What a command said, so that another under its id is noticed.
CREATE TABLE command_body (
	command BLOB PRIMARY KEY,
	digest  BLOB NOT NULL,
	at      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX command_body_at ON command_body (at);

-- One a webhook (an item): how far it is, and how it goes.
CREATE TABLE webhook (
	id         INTEGER PRIMARY KEY, -- of the item
	secret     BLOB NOT NULL,
	cursor     INTEGER NOT NULL,    -- events up to it have their deliveries
	stopped    INTEGER NOT NULL,    -- the receiver said 410, or nobody is left
	failing_at INTEGER NOT NULL,    -- since; 0: it goes well
	ok_at      INTEGER NOT NULL,
	said       TEXT NOT NULL        -- the last complaint
);
CREATE TABLE webhook_delivery (
	id       INTEGER PRIMARY KEY,
	webhook  INTEGER NOT NULL,
	event    INTEGER NOT NULL,      -- 0: a test
	kind     INTEGER NOT NULL,
	ticket   INTEGER NOT NULL,
	state    INTEGER NOT NULL,      -- enum delivery_state of desk/webhook.h
	attempts INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	next_at  INTEGER NOT NULL,
	status   INTEGER NOT NULL,      -- HTTP; 0: none came
	said     TEXT NOT NULL
);
CREATE INDEX webhook_delivery_next ON webhook_delivery (state, next_at, id);
CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook, ticket, state, id);
CREATE INDEX webhook_delivery_own ON webhook_delivery (webhook, state, next_at, id);
CREATE INDEX webhook_delivery_old ON webhook_delivery (state, at);

-- The audit by member; most events are nobody's.
CREATE INDEX event_actor ON event (actor, seq) WHERE actor > 0;
