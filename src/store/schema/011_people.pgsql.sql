-- Derived: who follows which thread, and who was told of what. Columns as in
-- core/record.h.

CREATE TABLE follower (
	id BIGINT PRIMARY KEY,
	ticket BIGINT NOT NULL,
	member BIGINT NOT NULL,
	following BIGINT NOT NULL,
	mentioned BIGINT NOT NULL    -- the newest message that names them
);
CREATE UNIQUE INDEX follower_ticket ON follower (ticket, member);
CREATE INDEX follower_member ON follower (member, ticket);

CREATE TABLE notice (
	id BIGINT PRIMARY KEY,
	ticket BIGINT NOT NULL,
	member BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	level BIGINT NOT NULL,
	promise BIGINT NOT NULL,
	message BIGINT NOT NULL,     -- the newest from the client then
	about BIGINT NOT NULL,       -- the event
	origin BIGINT NOT NULL,      -- the first told of the same
	at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	acknowledged_at BIGINT NOT NULL,
	rise_at BIGINT NOT NULL      -- goes up a level then; 0: never
);
CREATE INDEX notice_member ON notice (member, id);
CREATE INDEX notice_unseen ON notice (member) WHERE seen_at = 0;
CREATE INDEX notice_origin ON notice (origin);
CREATE INDEX notice_ticket ON notice (ticket);

-- Permanent, but not history.

CREATE TABLE draft (
	ticket   BIGINT PRIMARY KEY,
	member   BIGINT NOT NULL,    -- who writes it
	version  BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	ready    BIGINT NOT NULL,
	document TEXT NOT NULL   -- JSON: text, html, to, cc, attachments, kind
);
CREATE INDEX draft_at ON draft (at);

CREATE TABLE notice_mail (       -- to be told by mail
	notice BIGINT PRIMARY KEY,
	member BIGINT NOT NULL,
	due_at BIGINT NOT NULL
);
CREATE INDEX notice_mail_due ON notice_mail (due_at);

CREATE TABLE letter (            -- mail to a member, not to a client
	id         BIGINT PRIMARY KEY,
	member     BIGINT NOT NULL,
	kind       BIGINT NOT NULL,  -- notices, or words about an answer
	created_at BIGINT NOT NULL,
	next_at    BIGINT NOT NULL,  -- 0: sent or given up
	attempts   BIGINT NOT NULL,
	address    TEXT NOT NULL,
	subject    TEXT NOT NULL,
	text       TEXT NOT NULL,
	sender     TEXT NOT NULL,
	reply_to   TEXT NOT NULL,
	message_id TEXT NOT NULL
);
CREATE INDEX letter_next ON letter (next_at) WHERE next_at > 0;
CREATE INDEX letter_address ON letter (address, created_at);
