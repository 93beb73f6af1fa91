/*
 * Settings of which there are several, for the handlers of each sort: list,
 * create, change and remove. The body's members "name", "shared" and
 * "position" are the record's; all others are the document's and come back as
 * they were sent. Who may see an item: its owner, with "team" the members
 * that it names, with "all" everybody. Who may change it: its owner; with
 * "all", or without an owner's own sort, whoever may write settings.
 */
#ifndef WEB_ITEM_H
#define WEB_ITEM_H

#include "desk/items.h"
#include "store/view.h"
#include "web/request.h"
#include "web/route/act.h"

struct item_noun {
	enum item_sort sort;
	const char *plural, *singular; /* members of the answers */
	enum item_shared shared;       /* when the body does not say */
	/* Refuses a document; may be NULL. `tree` has the new whole. */
	enum status (*check)(struct request *request, int64_t id,
	                     const json_t *tree);
	/* After it was saved or removed; may be NULL. */
	enum status (*saved)(struct request *request, int64_t id);
	/* Writes more members into an item's object; may be NULL. */
	void (*more)(const struct reading *reading, struct json_out *out,
	             const struct view_item *item);
	/*
	 * Members of the body that the document never holds (ends with NULL),
	 * and who keeps them, in the same command; both may be NULL.
	 */
	const char *const *apart;
	enum status (*keep)(struct desk *desk, struct arena *arena, int64_t id,
	                    const json_t *body, const json_t *tree);
};

CHECKED enum status item_list(struct request *request,
                              struct response *response,
                              const struct item_noun *noun);
/* The item of ids[0], answered alone. */
CHECKED enum status item_show(struct request *request,
                              struct response *response,
                              const struct item_noun *noun);
CHECKED enum status item_create(struct request *request,
                                struct response *response,
                                const struct item_noun *noun);
/* Members that are given replace what was; the rest stays. */
CHECKED enum status item_change(struct request *request,
                                struct response *response,
                                const struct item_noun *noun);
CHECKED enum status item_remove(struct request *request,
                                struct response *response,
                                const struct item_noun *noun);

/* Whether that member sees it. */
bool item_visible(const struct view_item *item, int64_t member);
/* Its document as a tree, to be json_decref'd; an empty object if erased. */
json_t *item_tree(const struct view_item *item);
/* One item as it is answered. */
void item_write(const struct reading *reading, struct json_out *out,
                const struct item_noun *noun, const struct view_item *item);

#endif
