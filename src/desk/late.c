#include "desk/late.h"

#include <stdlib.h>
#include <string.h>

#include "core/playbook/playbook.h"
#include "store/import.h"

/* Questions of one import that are looked at. */
#define LATE_QUESTIONS_MAX ((size_t)1 << 22)

struct late_walk {
	const struct agency *agency;
	struct arena *arena;
	struct late_report *report;
	struct late_question *list;
	size_t count, capacity;
	int64_t ticket;
	bool open, counted, answered_before;
};

static const struct playbook_clock *late_clock(const struct agency *agency,
                                               int64_t type, bool next)
{
	const struct playbook *playbook = rules_playbook(&agency->rules);
	enum request_type asked = (enum request_type)type;
	const struct playbook_clock *clock = NULL;

	if (type == REQUEST_TYPE_NONE || !request_type_is_request(asked))
		return NULL;
	if (next)
		clock = playbook_clock(playbook, asked, PROMISE_NEXT_RESPONSE);
	if (!clock)
		clock = playbook_clock(playbook, asked, PROMISE_FIRST_RESPONSE);
	if (!clock)
		clock = playbook_clock(playbook, asked, PROMISE_ACKNOWLEDGE);
	return clock;
}

static struct late_question *late_add(struct late_walk *walk)
{
	if (walk->count == walk->capacity) {
		size_t capacity = walk->capacity ? walk->capacity * 2 : 256;
		struct late_question *list =
			arena_array(walk->arena, capacity, sizeof(*list));

		if (walk->count > 0)
			memcpy(list, walk->list, walk->count * sizeof(*list));
		walk->list = list;
		walk->capacity = capacity;
	}
	return &walk->list[walk->count++];
}

static void late_ask(struct late_walk *walk, const struct import_word *word)
{
	const struct playbook_clock *clock =
		late_clock(walk->agency, word->type, walk->answered_before);

	if (!clock || walk->count == LATE_QUESTIONS_MAX)
		return;
	*late_add(walk) = (struct late_question){
		.ticket = word->ticket,
		.client = word->client,
		.message = word->message,
		.asked_at = word->at,
		/* Until it is known how long it took: by which calendar. */
		.took = clock->within.hours,
		.target = clock->within.span,
	};
	walk->open = true;
	walk->report->threads += !walk->counted;
	walk->counted = true;
}

static void late_settle(struct late_walk *walk, struct late_question *question,
                        instant_ms until)
{
	question->took = calendar_span(
		rules_hours(&walk->agency->rules, 0, (int64_t)question->took),
		question->asked_at, until, NULL);
}

static enum status late_word(void *context, const struct import_word *word)
{
	struct late_walk *walk = context;
	struct late_report *report = walk->report;

	if (word->ticket != walk->ticket)
		walk->open = walk->counted = walk->answered_before = false;
	walk->ticket = word->ticket;
	if (report->since_at == 0 || word->at < report->since_at)
		report->since_at = word->at;
	if (word->at > report->until_at)
		report->until_at = word->at;
	if (word->automatic)
		return ST_OK;
	if (word->kind == MESSAGE_IN) {
		if (word->counts && !walk->open)
			late_ask(walk, word);
		return ST_OK;
	}
	if (walk->open) {
		struct late_question *question = &walk->list[walk->count - 1];

		question->answered_at = word->at;
		late_settle(walk, question, word->at);
	}
	walk->open = false;
	walk->answered_before = true;
	return ST_OK;
}

static int late_order(const void *a, const void *b)
{
	const struct late_question *left = a, *right = b;
	span_ms over = left->took - left->target;
	span_ms other = right->took - right->target;

	if (over != other)
		return over > other ? -1 : 1;
	return (left->message > right->message) -
	       (left->message < right->message);
}

static int late_span_order(const void *a, const void *b)
{
	const span_ms *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The middle one, or the mean of the two in the middle. */
static span_ms late_median(span_ms *spans, size_t count)
{
	if (count == 0)
		return 0;
	qsort(spans, count, sizeof(*spans), late_span_order);
	if (count % 2)
		return spans[count / 2];
	return (spans[count / 2 - 1] + spans[count / 2]) / 2;
}

static void late_sum(struct late_walk *walk)
{
	struct late_report *report = walk->report;
	span_ms *spans =
		arena_array(walk->arena, walk->count + 1, sizeof(*spans));
	size_t answered = 0, late = 0;

	for (size_t i = 0; i < walk->count; i++) {
		struct late_question *question = &walk->list[i];

		if (question->answered_at) {
			spans[answered++] = question->took;
			report->late += question->took > question->target;
			if (question->took > report->worst)
				report->worst = question->took;
		} else {
			late_settle(walk, question, report->until_at);
			report->never += question->took > question->target;
		}
		if (question->took > question->target)
			walk->list[late++] = *question;
	}
	report->asked = (int64_t)walk->count;
	report->answered = (int64_t)answered;
	report->median = late_median(spans, answered);
	if (late > 1)
		qsort(walk->list, late, sizeof(*walk->list), late_order);
	report->rows = walk->list;
	report->row_count = late < LATE_ROWS_MAX ? late : LATE_ROWS_MAX;
}

enum status late_report(struct sql_db *db, const struct agency *agency,
                        struct arena *arena, int64_t import,
                        struct late_report *report_out)
{
	struct late_report report = {0};
	struct late_walk walk = {
		.agency = agency, .arena = arena, .report = &report};
	enum status status = import_words(db, import, late_word, &walk);

	if (status != ST_OK)
		return status;
	late_sum(&walk);
	*report_out = report;
	return ST_OK;
}
