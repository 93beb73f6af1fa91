-- Permanent, but not history: what lets a member in beside the password.

ALTER TABLE session ADD COLUMN id BIGINT NOT NULL DEFAULT 0;   -- shown; opens nothing
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- where it began
ALTER TABLE sign_in ADD COLUMN inviter BIGINT NOT NULL DEFAULT 0; -- member who asked for it

CREATE TABLE api_token (
	id         BIGINT PRIMARY KEY, -- seq of the event that made it
	hash       BYTEA NOT NULL,       -- BLAKE2b of what is sent
	member     BIGINT NOT NULL,
	name       TEXT NOT NULL,
	rights     TEXT NOT NULL,       -- names with spaces between
	created_at BIGINT NOT NULL,
	used_at    BIGINT NOT NULL,    -- 0: never
	expires_at BIGINT NOT NULL     -- 0: never
);
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
CREATE INDEX api_token_member ON api_token (member, id);

CREATE TABLE totp (
	member BIGINT PRIMARY KEY,
	secret BYTEA NOT NULL,
	active BIGINT NOT NULL,        -- 0: not confirmed by a code yet
	step   BIGINT NOT NULL         -- the last one whose code was used
);
CREATE TABLE recovery_code (
	hash   BYTEA PRIMARY KEY,
	member BIGINT NOT NULL
);
CREATE INDEX recovery_code_member ON recovery_code (member);

-- What a command said, so that another under its id is noticed.
CREATE TABLE command_body (
	command BYTEA PRIMARY KEY,
	digest  BYTEA NOT NULL,
	at      BIGINT NOT NULL
);
CREATE INDEX command_body_at ON command_body (at);

-- One a webhook (an item): how far it is, and how it goes.
CREATE TABLE webhook (
	id         BIGINT PRIMARY KEY, -- of the item
	secret     BYTEA NOT NULL,
	cursor     BIGINT NOT NULL,    -- events up to it have their deliveries
	stopped    BIGINT NOT NULL,    -- the receiver said 410, or nobody is left
	failing_at BIGINT NOT NULL,    -- since; 0: it goes well
	ok_at      BIGINT NOT NULL,
	said       TEXT NOT NULL        -- the last complaint
);
CREATE TABLE webhook_delivery (
	id       BIGINT PRIMARY KEY,
	webhook  BIGINT NOT NULL,
	event    BIGINT NOT NULL,      -- 0: a test
	kind     BIGINT NOT NULL,
	ticket   BIGINT NOT NULL,
	state    BIGINT NOT NULL,      -- enum delivery_state of desk/webhook.h
	attempts BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	next_at  BIGINT NOT NULL,
	status   BIGINT NOT NULL,      -- HTTP; 0: none came
	said     TEXT NOT NULL
);
CREATE INDEX webhook_delivery_next ON webhook_delivery (state, next_at, id);
CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook, ticket, state, id);
CREATE INDEX webhook_delivery_own ON webhook_delivery (webhook, state, next_at, id);
CREATE INDEX webhook_delivery_old ON webhook_delivery (state, at);

-- The audit by member; most events are nobody's.
CREATE INDEX event_actor ON event (actor, seq) WHERE actor > 0;
