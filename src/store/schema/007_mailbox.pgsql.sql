-- Permanent, but not history: how far each mailbox has been read.
-- The twin of 007_mailbox.sqlite.sql, where the columns are explained.

CREATE TABLE mailbox_place (
	mailbox    BIGINT NOT NULL,
	watch      BIGINT NOT NULL,
	folder     TEXT NOT NULL,
	validity   BIGINT NOT NULL,
	uid        BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	last_at    BIGINT NOT NULL,
	skip_since BIGINT NOT NULL,
	skip_until BIGINT NOT NULL,
	copied     BIGINT NOT NULL,
	failed     BIGINT NOT NULL,
	PRIMARY KEY (mailbox, watch)
);
CREATE TABLE mailbox_seen (
	mailbox BIGINT NOT NULL,
	digest  BYTEA NOT NULL,
	PRIMARY KEY (mailbox, digest)
);
