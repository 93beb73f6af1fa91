-- Derived: settings of which there are several. Columns as in core/record.h;
-- name and document are words of the event named_by.

CREATE TABLE item (
	id INTEGER PRIMARY KEY,
	sort INTEGER NOT NULL,
	owner INTEGER NOT NULL,
	shared INTEGER NOT NULL,
	position INTEGER NOT NULL,
	active INTEGER NOT NULL,
	named_by INTEGER NOT NULL
);
CREATE INDEX item_sort ON item (sort, position, id);
