/*
 * Adding up what the phrase lists heard. Each list counts once, at its first
 * hit; in the subject alone it counts for the type only, and less. A signal is
 * reported when the evidence for it reaches the playbook's threshold, with the
 * clauses that held the evidence as quotes.
 */
#include "core/text/triage.h"

#include <assert.h>
#include <stdlib.h>

#include "core/text/phrases.h"

#define QUOTE_BYTES_MAX     240u
#define QUOTES_OF_KIND      3u
#define NO_ANSWER_WORDS_MAX 45u
#define NEARBY_DAYS         3
#define ASKED_LEAST         500

/* What a time in the text is worth as evidence of a deadline. */
#define DEADLINE_BINDING 1000
#define DEADLINE_HOURS   700
#define DEADLINE_BARE    500
/* What times do to urgency, in levels. */
#define PRESSURE_HOURS  1000
#define PRESSURE_NEARBY 600
#define PRESSURE_DATE   200
#define PRESSURE_SIGNAL 1400

/* Where a list first spoke, and how often. */
struct heard {
	const struct phrase_hit *hit; /* NULL: it did not */
	bool in_subject;
	uint32_t count;
};

struct sum {
	const struct playbook *playbook;
	struct arena *arena;
	const struct triage_input *input;
	struct words words;
	struct heard *heard; /* per list */
	int32_t evidence[SIGNAL_KIND_COUNT];
	int32_t pressure;
	int32_t sentiment;
	int32_t no_answer;
	int32_t no_request[REQUEST_TYPE_COUNT];
	/* The most that lists, not biases, say for a request. */
	int32_t asked;
	struct triage_reason *reasons;
	size_t reasons_count;
	struct triage *triage;
};

static void hear(struct sum *sum, const struct words *words, bool in_subject)
{
	const struct phrase_hit *hits;
	size_t count =
		phrases_match(sum->playbook->phrases, words, sum->arena, &hits);
	for (size_t i = 0; i < count; i++) {
		struct heard *heard = &sum->heard[hits[i].list];
		if (!heard->hit)
			*heard = (struct heard){&hits[i], in_subject, 0};
		heard->count++;
	}
}

/* The language that most of the small words belong to; "" when they tie. */
static struct str language_of(const struct sum *sum)
{
	struct str best = {"", 0};
	uint32_t most = 0;
	for (size_t i = 0; i < sum->playbook->lists_count; i++) {
		const struct playbook_list *list = &sum->playbook->lists[i];
		if (list->target != LIST_TARGET_LANGUAGE ||
		    sum->heard[i].count < most || sum->heard[i].count == 0)
			continue;
		best = sum->heard[i].count > most ? list->lang
		                                  : (struct str){"", 0};
		most = sum->heard[i].count;
	}
	return best;
}

/* A word of one language may be another in the next: those lists keep still. */
static void hush_other_languages(struct sum *sum)
{
	struct str language = language_of(sum);
	for (size_t i = 0; i < sum->playbook->lists_count; i++) {
		const struct playbook_list *list = &sum->playbook->lists[i];
		if (list->target == LIST_TARGET_LANGUAGE ||
		    (language.length && list->lang.length &&
		     !str_equal(list->lang, language)))
			sum->heard[i].hit = NULL;
	}
}

static void add_reason(struct sum *sum, const struct playbook_list *list,
                       const struct heard *heard, int32_t milli)
{
	sum->reasons[sum->reasons_count++] = (struct triage_reason){
		.list = list,
		.in_subject = heard->in_subject,
		.start = heard->hit->start,
		.end = heard->hit->end,
		.milli = milli,
	};
}

/* The largest of a list's points, which is what its reason shows. */
static int32_t add_points(struct sum *sum, const struct playbook_list *list,
                          const struct heard *heard)
{
	int32_t share = heard->in_subject ? sum->playbook->subject_milli : 1000;
	int32_t shown = 0;
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++) {
		int32_t points = list->points_milli[i] * share / 1000;
		sum->triage->scores_milli[i] += points;
		if (abs(points) > abs(shown))
			shown = points;
	}
	return shown;
}

static void add_list(struct sum *sum, const struct playbook_list *list,
                     const struct heard *heard)
{
	int32_t milli = list->weight_milli;
	/* A subject is often old: only the type listens to it. */
	if (heard->in_subject && list->target != LIST_TARGET_TYPES &&
	    list->target != LIST_TARGET_NO_REQUEST)
		return;
	switch (list->target) {
	case LIST_TARGET_TYPES:
		milli = add_points(sum, list, heard);
		break;
	case LIST_TARGET_SIGNAL:
		sum->evidence[list->signal] += milli;
		break;
	case LIST_TARGET_PRESSURE:
		sum->pressure += milli;
		break;
	case LIST_TARGET_NO_ANSWER:
		sum->no_answer += milli;
		if (milli > 0 && !sum->triage->no_answer_list)
			sum->triage->no_answer_list = list;
		break;
	case LIST_TARGET_NO_REQUEST:
		sum->no_request[list->no_request] += milli;
		break;
	case LIST_TARGET_SENTIMENT:
		milli = list->sentiment_milli;
		break;
	case LIST_TARGET_LANGUAGE: /* hushed before */
	case LIST_TARGET_NONE:
	case LIST_TARGET_COUNT:
		break;
	}
	if (!heard->in_subject)
		sum->sentiment += list->sentiment_milli;
	add_reason(sum, list, heard, milli);
}

/*
 * "Thanks!" is nothing else, whichever type has the largest bias: one that is
 * asked for nothing and is thanked is of type other.
 */
static void judge_asked(struct sum *sum)
{
	int32_t asked[REQUEST_TYPE_COUNT] = {0};
	for (size_t i = 0; i < sum->playbook->lists_count; i++) {
		const struct playbook_list *list = &sum->playbook->lists[i];
		if (!sum->heard[i].hit || list->target != LIST_TARGET_TYPES)
			continue;
		for (int t = 1; t < REQUEST_OTHER; t++)
			asked[t] += list->points_milli[t];
	}
	for (int t = 1; t < REQUEST_OTHER; t++)
		if (asked[t] > sum->asked)
			sum->asked = asked[t];
}

static enum request_type best_type(const struct triage *triage)
{
	enum request_type best = REQUEST_OTHER;
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
		if (request_type_is_request((enum request_type)i) &&
		    triage->scores_milli[i] > triage->scores_milli[best])
			best = (enum request_type)i;
	return best;
}

/* The clause around bytes [start, end): its sentence, trimmed to a length. */
static void quote_of(const struct words *words, const struct phrase_hit *hit,
                     struct triage_signal *signal)
{
	const struct word *list = words->list;
	uint32_t first = hit->first, last = hit->last;
	while (first && list[first - 1].sentence == list[hit->first].sentence &&
	       list[hit->last].end - list[first - 1].start <= QUOTE_BYTES_MAX)
		first--;
	while (last + 1 < words->count &&
	       list[last + 1].sentence == list[hit->last].sentence &&
	       list[last + 1].end - list[first].start <= QUOTE_BYTES_MAX)
		last++;
	signal->start = list[first].start;
	signal->end = list[last].end;
	/* The stop that ends the sentence belongs to it. */
	struct str text = words->text;
	if (signal->end < text.length &&
	    str_find_char(STR(".!?"), text.text[signal->end], 0) < 3)
		signal->end++;
}

static int32_t strength_of(int32_t evidence)
{
	int32_t strength = evidence / 3;
	return strength < 1 ? 1 : strength > 1000 ? 1000 : strength;
}

static bool quoted_already(const struct triage_signal *signals, size_t count,
                           const struct triage_signal *signal)
{
	for (size_t i = 0; i < count; i++)
		if (signals[i].kind == signal->kind &&
		    signals[i].start < signal->end &&
		    signal->start < signals[i].end)
			return true;
	return false;
}

/* The strongest list for a kind that is not yet quoted, or lists_count. */
static void add_signals_of(struct sum *sum, enum signal_kind kind,
                           struct triage_signal *signals, size_t *count)
{
	const struct playbook *playbook = sum->playbook;
	size_t first = *count;
	for (size_t i = 0; i < playbook->lists_count; i++) {
		const struct playbook_list *list = &playbook->lists[i];
		const struct heard *heard = &sum->heard[i];
		if (!heard->hit || heard->in_subject || list->signal != kind ||
		    list->target != LIST_TARGET_SIGNAL ||
		    list->weight_milli <= 0)
			continue;
		struct triage_signal signal = {
			.kind = kind,
			.strength_milli = strength_of(sum->evidence[kind]),
			.list_code = list->code,
		};
		quote_of(&sum->words, heard->hit, &signal);
		if (quoted_already(signals + first, *count - first, &signal))
			continue;
		if (*count - first < QUOTES_OF_KIND)
			signals[(*count)++] = signal;
	}
}

/* By where they stand; the few of one kind are put in order by insertion. */
static void sort_signals(struct triage_signal *signals, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct triage_signal moved = signals[i];
		size_t j = i;
		for (; j > 0 && signals[j - 1].start > moved.start; j--)
			signals[j] = signals[j - 1];
		signals[j] = moved;
	}
}

static void collect_signals(struct sum *sum)
{
	struct triage_signal *signals =
		arena_array(sum->arena, SIGNAL_KIND_COUNT * QUOTES_OF_KIND + 1,
	                    sizeof(*signals));
	struct triage *triage = sum->triage;
	size_t count = 0;
	for (int kind = 1; kind < SIGNAL_KIND_COUNT; kind++) {
		const struct playbook_signal *row =
			&sum->playbook->signals[kind];
		if (row->kind == SIGNAL_NONE ||
		    sum->evidence[kind] < row->threshold_milli ||
		    sum->evidence[kind] <= 0)
			continue;
		size_t first = count;
		if (kind == SIGNAL_DEADLINE && triage->deadline.found)
			signals[count++] = (struct triage_signal){
				.kind = SIGNAL_DEADLINE,
				.strength_milli =
					strength_of(sum->evidence[kind]),
				.start = triage->deadline.start,
				.end = triage->deadline.end,
			};
		else
			add_signals_of(sum, (enum signal_kind)kind, signals,
			               &count);
		sort_signals(signals + first, count - first);
		if (count == first)
			continue;
		sum->sentiment += row->sentiment_milli;
		for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
			triage->scores_milli[i] += row->points_milli[i];
	}
	triage->signals = signals;
	triage->signals_count = count;
}

/* The first time that binds, else the first bare one; past ones never. */
static void find_deadline(struct sum *sum)
{
	const struct deadline *found;
	const struct deadline *best = NULL;
	size_t count = deadline_scan(&sum->words, sum->input->now,
	                             sum->input->zone, sum->arena, &found);
	for (size_t i = 0; i < count; i++) {
		if (found[i].past)
			continue;
		if (!best || (found[i].binding && !best->binding))
			best = &found[i];
	}
	if (!best)
		return;
	sum->triage->deadline = *best;
	sum->evidence[SIGNAL_DEADLINE] += best->binding ? DEADLINE_BINDING
	                                  : best->hours ? DEADLINE_HOURS
	                                                : DEADLINE_BARE;
}

static void judge_deadline(struct sum *sum)
{
	const struct deadline *deadline = &sum->triage->deadline;
	const struct playbook_signal *row =
		&sum->playbook->signals[SIGNAL_DEADLINE];
	if (sum->evidence[SIGNAL_DEADLINE] < row->threshold_milli)
		sum->triage->deadline = (struct deadline){0};
	if (!deadline->found)
		return;
	span_ms left = deadline->at - sum->input->now;
	if (deadline->hours)
		sum->pressure += PRESSURE_HOURS;
	else if (deadline->resolved && left < NEARBY_DAYS * SPAN_DAY)
		sum->pressure += PRESSURE_NEARBY;
	else
		sum->pressure += PRESSURE_DATE;
}

static void judge_urgency(struct sum *sum)
{
	int32_t milli = sum->pressure;
	if (triage_signal(sum->triage, SIGNAL_URGENCY))
		milli += PRESSURE_SIGNAL;
	/* 0 is for what asks nothing or says that there is no hurry. */
	if (sum->triage->type != REQUEST_OTHER)
		milli += 1000;
	int level = (milli + 500) / 1000;
	sum->triage->urgency = milli < 500 ? 0 : level > 3 ? 3 : level;
}

static void judge_sentiment(struct sum *sum)
{
	int32_t s = sum->sentiment;
	sum->triage->sentiment_milli =
		(int32_t)((int64_t)s * 1000 / (1000 + abs(s)));
}

static bool asks(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].flags & WORD_QUESTION)
			return true;
	return false;
}

/* "Thanks!" and the like: short, asks nothing, and nothing is wrong. */
static void judge_no_answer(struct sum *sum)
{
	static const enum signal_kind weighty[] = {
		SIGNAL_FRUSTRATION,      SIGNAL_URGENCY,
		SIGNAL_REPEAT_CONTACT,   SIGNAL_CHURN_INTENT,
		SIGNAL_BUDGET_CONCERN,   SIGNAL_CONTACT_LEAVING,
		SIGNAL_DIRECTION_CHANGE, SIGNAL_LEGAL_OR_FINANCIAL,
		SIGNAL_DELIVERY_FAULT,   SIGNAL_ESCALATION_REQUEST,
		SIGNAL_SCOPE_HINT,
	};
	struct triage *triage = sum->triage;
	bool quiet = sum->no_answer >= 1000 && triage->no_answer_list &&
	             triage->type == REQUEST_OTHER && !asks(&sum->words) &&
	             sum->words.count <= NO_ANSWER_WORDS_MAX;
	for (size_t i = 0; i < sizeof(weighty) / sizeof(weighty[0]); i++)
		if (triage_signal(triage, weighty[i]))
			quiet = false;
	triage->no_answer_needed = quiet;
	if (!quiet)
		triage->no_answer_list = NULL;
}

/* A known sender decides; words do only where nothing is asked of us. */
static void judge_no_request(struct sum *sum)
{
	struct triage *triage = sum->triage;
	triage->no_request =
		playbook_sender_type(sum->playbook, sum->input->from);
	if (triage->no_request != REQUEST_TYPE_NONE ||
	    triage->type != REQUEST_OTHER)
		return;
	int32_t most = 999;
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++) {
		if (sum->no_request[i] <= most)
			continue;
		most = sum->no_request[i];
		triage->no_request = (enum request_type)i;
	}
}

static int reason_compare(const void *a, const void *b)
{
	const struct triage_reason *x = a, *y = b;
	if (abs(x->milli) != abs(y->milli))
		return abs(x->milli) > abs(y->milli) ? -1 : 1;
	if (x->in_subject != y->in_subject)
		return x->in_subject ? 1 : -1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->list < y->list ? -1 : x->list > y->list;
}

void triage_message(const struct playbook *playbook, struct arena *arena,
                    const struct triage_input *input, struct triage *triage_out)
{
	*triage_out = (struct triage){0};
	struct words subject = words_split(arena, input->subject);
	struct sum sum = {
		.playbook = playbook,
		.arena = arena,
		.input = input,
		.words = words_split(arena, input->text),
		.heard = arena_array(arena, playbook->lists_count + 1,
	                             sizeof(struct heard)),
		.reasons = arena_array(arena, playbook->lists_count + 1,
	                               sizeof(struct triage_reason)),
		.triage = triage_out,
	};
	hear(&sum, &sum.words, false);
	hear(&sum, &subject, true);
	hush_other_languages(&sum);
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
		triage_out->scores_milli[i] = playbook->bias_milli[i];
	for (size_t i = 0; i < playbook->lists_count; i++)
		if (sum.heard[i].hit)
			add_list(&sum, &playbook->lists[i], &sum.heard[i]);
	find_deadline(&sum);
	judge_deadline(&sum);
	collect_signals(&sum);
	judge_asked(&sum);
	triage_out->type = sum.no_answer >= 1000 && sum.asked < ASKED_LEAST
	                           ? REQUEST_OTHER
	                           : best_type(triage_out);
	judge_urgency(&sum);
	judge_sentiment(&sum);
	judge_no_answer(&sum);
	judge_no_request(&sum);
	qsort(sum.reasons, sum.reasons_count, sizeof(*sum.reasons),
	      reason_compare);
	triage_out->reasons = sum.reasons;
	triage_out->reasons_count = sum.reasons_count;
}

const struct triage_signal *triage_signal(const struct triage *triage,
                                          enum signal_kind kind)
{
	for (size_t i = 0; i < triage->signals_count; i++)
		if (triage->signals[i].kind == kind)
			return &triage->signals[i];
	return NULL;
}
