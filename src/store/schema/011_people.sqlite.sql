-- Derived: who follows which thread, and who was told of what. Columns as in
-- core/record.h.

CREATE TABLE follower (
	id INTEGER PRIMARY KEY,
	ticket INTEGER NOT NULL,
	member INTEGER NOT NULL,
	following INTEGER NOT NULL,
	mentioned INTEGER NOT NULL    -- the newest message that names them
);
CREATE UNIQUE INDEX follower_ticket ON follower (ticket, member);
CREATE INDEX follower_member ON follower (member, ticket);

CREATE TABLE notice (
	id INTEGER PRIMARY KEY,
	ticket INTEGER NOT NULL,
	member INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	level INTEGER NOT NULL,
	promise INTEGER NOT NULL,
	message INTEGER NOT NULL,     -- the newest from the client then
	about INTEGER NOT NULL,       -- the event
	origin INTEGER NOT NULL,      -- the first told of the same
	at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	acknowledged_at INTEGER NOT NULL,
	rise_at INTEGER NOT NULL      -- goes up a level then; 0: never
);
CREATE INDEX notice_member ON notice (member, id);
CREATE INDEX notice_unseen ON notice (member) WHERE seen_at = 0;
CREATE INDEX notice_origin ON notice (origin);
CREATE INDEX notice_ticket ON notice (ticket);

-- Permanent, but not history.

CREATE TABLE draft (
	ticket   INTEGER PRIMARY KEY,
	member   INTEGER NOT NULL,    -- who writes it
	version  INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	ready    INTEGER NOT NULL,
	document TEXT NOT NULL   -- JSON: text, html, to, cc, attachments, kind
);
CREATE INDEX draft_at ON draft (at);

CREATE TABLE notice_mail (       -- to be told by mail
	notice INTEGER PRIMARY KEY,
	member INTEGER NOT NULL,
	due_at INTEGER NOT NULL
);
CREATE INDEX notice_mail_due ON notice_mail (due_at);

CREATE TABLE letter (            -- mail to a member, not to a client
	id         INTEGER PRIMARY KEY,
	member     INTEGER NOT NULL,
	kind       INTEGER NOT NULL,  -- notices, or words about an answer
	created_at INTEGER NOT NULL,
	next_at    INTEGER NOT NULL,  -- 0: sent or given up
	attempts   INTEGER NOT NULL,
	address    TEXT NOT NULL,
	subject    TEXT NOT NULL,
	text       TEXT NOT NULL,
	sender     TEXT NOT NULL,
	reply_to   TEXT NOT NULL,
	message_id TEXT NOT NULL
);
CREATE INDEX letter_next ON letter (next_at) WHERE next_at > 0;
CREATE INDEX letter_address ON letter (address, created_at);
