#include "desk/views.h"

#include "core/content.h"

/* clang-format off */
static const struct {
	const char *name, *query, *order;
} views[] = {
	{"Needs a reply now",     "due:1h",                            "due"},
	{"Due in 15 minutes",     "due:15m",                           "due"},
	{"Due today",             "due:today",                         "due"},
	{"Flagged",               "is:flagged",                        "due"},
	{"Waiting on client",     "is:open state:waiting_client",      "oldest"},
	{"Waiting on production", "is:open state:waiting_production",  "oldest"},
	{"Undelivered",           "is:undelivered",                    "newest"},
	{"Snoozed",               "is:snoozed",                        "newest"},
};
/* clang-format on */

void desk_views_begin(struct decision *d)
{
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		int64_t item =
			decide(d, EV_ITEM_SAVED, 0, 0, d->now,
		               DATA(item_saved, .sort = ITEM_VIEW,
		                    .shared = SHARED_ALL,
		                    .position = (int64_t)i + 1, .active = 1));

		decide_words(d, item, SLOT_NAME, str_of(views[i].name));
		decide_words(d, item, SLOT_DOCUMENT,
		             str_printf(d->arena,
		                        "{\"query\":\"%s\",\"order\":\"%s\","
		                        "\"members\":[]}",
		                        views[i].query, views[i].order));
	}
}
