#include "app/demo_seen.h"

#include "desk/notices.h"
#include "store/people.h"

#define SEEN_PAGE 100

struct seen_call {
	int64_t up_to;
};

static enum status seen_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct seen_call *call = arguments;

	(void)problem_out;
	return desk_notices_seen(desk, turn, call->up_to, outcome_out);
}

/* The newest notice that a member had before then; 0: none. */
static enum status seen_newest(struct node *node, struct arena *arena,
                               int64_t member, instant_ms before,
                               int64_t *newest_out)
{
	struct notice *page = arena_array(arena, SEEN_PAGE, sizeof(*page));
	struct sql_db *reader = node_reader_take(node);
	size_t count = SEEN_PAGE;
	int64_t after = 0;
	enum status status = ST_OK;

	*newest_out = 0;
	while (status == ST_OK && count == SEEN_PAGE && *newest_out == 0) {
		status = people_notices(reader, member, after, page, SEEN_PAGE,
		                        &count);
		for (size_t i = 0; i < count && *newest_out == 0; i++) {
			after = page[i].id;
			if (page[i].at < before)
				*newest_out = page[i].id;
		}
	}
	node_reader_return(node, reader);
	return status;
}

enum status demo_seen(struct node *node, struct arena *arena,
                      const struct demo_story *story, instant_ms before)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < story->member_count && status == ST_OK; i++) {
		struct seen_call call = {0};
		const struct node_asked asked = {
			.arena = arena,
			.actor = story->members[i].id,
			.run = seen_run,
			.arguments = &call,
		};
		struct outcome outcome;

		status = seen_newest(node, arena, story->members[i].id, before,
		                     &call.up_to);
		if (status == ST_OK && call.up_to)
			status = node_run(node, &asked, &outcome, NULL);
	}
	return status;
}
