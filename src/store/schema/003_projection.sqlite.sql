-- Derived: what the fold makes of the log. Every table here is listed in
-- store/project.c, dropped and rebuilt by `holdfast rebuild`. The columns are
-- those of core/record.h, where each is explained; all are integers.

-- People of the agency.
CREATE TABLE member (
	id INTEGER PRIMARY KEY,
	role INTEGER NOT NULL,
	active INTEGER NOT NULL,
	named_by INTEGER NOT NULL,
	added_at INTEGER NOT NULL
);

-- Our own mail addresses.
CREATE TABLE address (
	id INTEGER PRIMARY KEY,
	active INTEGER NOT NULL,
	named_by INTEGER NOT NULL
);

-- Companies.
CREATE TABLE client (
	id INTEGER PRIMARY KEY,
	stage INTEGER NOT NULL,
	named_by INTEGER NOT NULL,
	first_at INTEGER NOT NULL,
	last_in_at INTEGER NOT NULL,
	last_out_at INTEGER NOT NULL,
	unanswered INTEGER NOT NULL,
	unanswered_since INTEGER NOT NULL,
	counted_at INTEGER NOT NULL,
	merged_into INTEGER NOT NULL,
	open_tickets INTEGER NOT NULL
);
CREATE INDEX client_recent ON client (last_in_at, id);
CREATE INDEX client_merged ON client (merged_into) WHERE merged_into > 0;

-- People at companies.
CREATE TABLE contact (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	named_by INTEGER NOT NULL,
	role INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	merged_into INTEGER NOT NULL,
	erased INTEGER NOT NULL
);
CREATE INDEX contact_client ON contact (client, id);

-- One request of a client. rank and rank_at order the inbox.
CREATE TABLE ticket (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	address INTEGER NOT NULL,
	subject_by INTEGER NOT NULL,
	state INTEGER NOT NULL,
	why INTEGER NOT NULL,
	type INTEGER NOT NULL,
	type_by INTEGER NOT NULL,
	playbook INTEGER NOT NULL,
	assignee INTEGER NOT NULL,
	opened_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	last_in_at INTEGER NOT NULL,
	last_out_at INTEGER NOT NULL,
	unanswered INTEGER NOT NULL,
	unanswered_since INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	newest_message INTEGER NOT NULL,
	newest_in INTEGER NOT NULL,
	closed_at INTEGER NOT NULL,
	merged_into INTEGER NOT NULL,
	undelivered INTEGER NOT NULL,
	points INTEGER NOT NULL,
	clock_promise INTEGER NOT NULL,
	rank INTEGER NOT NULL,
	rank_at INTEGER NOT NULL
);
CREATE INDEX ticket_inbox ON ticket (rank, rank_at, id, merged_into, assignee, type);
CREATE INDEX ticket_client ON ticket (client, rank, rank_at, id);
CREATE INDEX ticket_assignee ON ticket (assignee, rank, rank_at, id);
CREATE INDEX ticket_type ON ticket (type, rank, rank_at, id);
CREATE INDEX ticket_closed ON ticket (closed_at, id) WHERE closed_at > 0;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into > 0;

-- What is or was owed; times in ms since 1970 UTC, spans in ms.
CREATE TABLE promise (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	ticket INTEGER NOT NULL,
	origin INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	rule INTEGER NOT NULL,
	playbook INTEGER NOT NULL,
	hours INTEGER NOT NULL,
	target INTEGER NOT NULL,
	warn_before INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	used INTEGER NOT NULL,
	since INTEGER NOT NULL,
	due_at INTEGER NOT NULL,
	warn_at INTEGER NOT NULL,
	state INTEGER NOT NULL,
	warned_at INTEGER NOT NULL,
	broken_at INTEGER NOT NULL,
	level INTEGER NOT NULL,
	escalate_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	evidence INTEGER NOT NULL,
	why INTEGER NOT NULL,
	owner INTEGER NOT NULL,
	held_by INTEGER NOT NULL,
	message INTEGER NOT NULL,
	flag INTEGER NOT NULL,
	running INTEGER NOT NULL
);
CREATE INDEX promise_ticket ON promise (ticket, state);
CREATE INDEX promise_client ON promise (client, state);
CREATE INDEX promise_evidence ON promise (evidence) WHERE evidence > 0;

-- What raised a ticket, and until when.
CREATE TABLE flag (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	ticket INTEGER NOT NULL,
	message INTEGER NOT NULL,
	rule INTEGER NOT NULL,
	cond INTEGER NOT NULL,
	points INTEGER NOT NULL,
	signal INTEGER NOT NULL,
	playbook INTEGER NOT NULL,
	raised_at INTEGER NOT NULL,
	actor INTEGER NOT NULL,
	cleared_at INTEGER NOT NULL,
	why INTEGER NOT NULL
);
CREATE INDEX flag_ticket ON flag (ticket, cleared_at);

-- Mail in and out, notes and calls of a ticket.
CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	ticket INTEGER NOT NULL,
	origin INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	member INTEGER NOT NULL,
	at INTEGER NOT NULL,
	automatic INTEGER NOT NULL,
	intake INTEGER NOT NULL,
	raw INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	has_html INTEGER NOT NULL,
	counts INTEGER NOT NULL,
	verified INTEGER NOT NULL,
	answers INTEGER NOT NULL,
	address INTEGER NOT NULL,
	delivery INTEGER NOT NULL,
	until_at INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	then_do INTEGER NOT NULL,
	outward INTEGER NOT NULL,
	spoke INTEGER NOT NULL,
	failed_by INTEGER NOT NULL,
	unknowns INTEGER NOT NULL
);
CREATE INDEX message_ticket ON message (ticket, id);
CREATE INDEX message_contact ON message (contact, id);
CREATE INDEX message_unsent ON message (delivery) WHERE delivery IN (1, 2, 3, 5, 6, 7);

-- Something noticed in a message: a place in its words.
CREATE TABLE signal (
	id INTEGER PRIMARY KEY,
	client INTEGER NOT NULL,
	ticket INTEGER NOT NULL,
	message INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	strength INTEGER NOT NULL,
	span_start INTEGER NOT NULL,
	span_end INTEGER NOT NULL,
	at INTEGER NOT NULL
);
CREATE INDEX signal_message ON signal (message);

-- Who is on a ticket.
CREATE TABLE participant (
	id INTEGER PRIMARY KEY,
	ticket INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	role INTEGER NOT NULL,
	message INTEGER NOT NULL
);
CREATE UNIQUE INDEX participant_once ON participant (ticket, contact);

-- Mail as accepted, one row a recipient.
CREATE TABLE intake (
	id INTEGER PRIMARY KEY,
	raw INTEGER NOT NULL,
	address INTEGER NOT NULL,
	size INTEGER NOT NULL,
	source INTEGER NOT NULL,
	state INTEGER NOT NULL,
	message INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	at INTEGER NOT NULL,
	why INTEGER NOT NULL
);
CREATE INDEX intake_open ON intake (state, id) WHERE state IN (1, 4);

-- Who has a mail address, in lower case.
CREATE TABLE contact_address (
	address TEXT NOT NULL,
	contact INTEGER NOT NULL,
	PRIMARY KEY (address, contact)
) WITHOUT ROWID;

-- Whose a registrable domain is.
CREATE TABLE client_domain (
	domain TEXT NOT NULL,
	client INTEGER NOT NULL,
	PRIMARY KEY (domain, client)
) WITHOUT ROWID;

-- Message ids that a message has (own 1) or names (own 0).
CREATE TABLE message_ref (
	ref     TEXT NOT NULL,
	own     INTEGER NOT NULL,
	message INTEGER NOT NULL,
	PRIMARY KEY (ref, own, message)
) WITHOUT ROWID;

-- What a mail says, hashed: the same mail to another mailbox is known by it.
CREATE TABLE message_digest (
	digest  BLOB NOT NULL PRIMARY KEY,
	message INTEGER NOT NULL
) WITHOUT ROWID;

-- When something wants attention, whatever it is. kind: store/timer.h
CREATE TABLE timer (
	kind    INTEGER NOT NULL,
	subject INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE INDEX timer_next ON timer (at, kind, subject);

-- How many tickets there are of each sort, so that counts cost nothing.
CREATE TABLE tally (
	rank     INTEGER NOT NULL,
	type     INTEGER NOT NULL,
	assignee INTEGER NOT NULL,
	count    INTEGER NOT NULL,
	PRIMARY KEY (rank, type, assignee)
) WITHOUT ROWID;
