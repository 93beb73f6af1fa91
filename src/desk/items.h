/*
 * Settings of which there are several: brands, mailboxes, saved views, canned
 * replies, webhooks, and one a member for keys and warnings. All are one kind
 * of record with a name and a JSON document; what a document may hold is
 * declared by the shape of the route that takes it.
 */
#ifndef DESK_ITEMS_H
#define DESK_ITEMS_H

#include "desk/desk.h"

#define ITEMS_MAX           1000 /* of one sort */
#define ITEM_DOCUMENT_BYTES (256u << 10)

struct item_command {
	int64_t id; /* 0: a new one */
	enum item_sort sort;
	int64_t owner;
	enum item_shared shared;
	int64_t position;
	bool active; /* false: removed; its words stay in the log */
	struct str name, document;
};

/*
 * outcome->record is the item. ST_NOT_FOUND: no such item of that sort;
 * ST_LIMIT: too many of them.
 */
CHECKED enum status desk_item_save(struct desk *desk, const struct turn *turn,
                                   const struct item_command *asked,
                                   struct outcome *outcome_out,
                                   struct problem *problem_out);

#endif
