/*
 * Older threads of the demo, composed by the seed from the parts of
 * sim/demo/past.txt: who asks what on which day, who answers when, how often
 * late, and whether thanks come back.
 */
#include "app/demo_fill.h"
#include "core/record.h"

/* How the days go; of a hundred. */
#define PAST_ASSIGNED  70
#define PAST_CORRECTED 60
#define PAST_THANKED   35
#define PAST_AGAIN     25

#define PAST_TRIES 20

struct past {
	struct demo_story *story;
	struct random random;
	const struct demo_recipe *recipe;
	const struct demo_person *person;
	const struct demo_member *member;
	struct demo_thread *thread;
	/* Companies that wrote on the day at hand. */
	const struct demo_client *wrote[32];
	size_t wrote_count;
};

static const struct demo_recipe *past_recipe(struct past *p)
{
	const struct demo_story *story = p->story;
	int64_t total = 0, pick;

	for (size_t i = 0; i < story->recipe_count; i++)
		total += story->recipes[i].weight;
	pick = random_between(&p->random, 1, total);
	for (size_t i = 0; i < story->recipe_count; i++) {
		pick -= story->recipes[i].weight;
		if (pick <= 0)
			return &story->recipes[i];
	}
	return NULL;
}

static bool past_fits(const struct past *p, const struct demo_person *person)
{
	if (!person->client || person->left ||
	    !str_equal(person->lang, p->recipe->lang))
		return false;
	for (size_t i = 0; i < p->wrote_count; i++) {
		if (p->wrote[i] == person->client)
			return false;
	}
	return true;
}

/* Somebody of that language whose company has not written that day. */
static const struct demo_person *past_person(struct past *p)
{
	const struct demo_story *story = p->story;

	for (int i = 0; i < PAST_TRIES; i++) {
		const struct demo_person *person = &story->people[random_below(
			&p->random, story->person_count)];

		if (past_fits(p, person))
			return person;
	}
	return NULL;
}

/* Agents answer, not partners. */
static const struct demo_member *past_member(struct past *p)
{
	const struct demo_story *story = p->story;

	for (int i = 0; i < PAST_TRIES; i++) {
		const struct demo_member *member = &story->members[random_below(
			&p->random, story->member_count)];

		if (member->role == ROLE_AGENT)
			return member;
	}
	return &story->members[0];
}

/* One of the recipe's parts of a kind, filled in; empty when it has none. */
static struct str past_words(struct past *p, const char *kind, instant_ms at)
{
	struct demo_fill fill = {
		.arena = p->story->arena,
		.random = &p->random,
		.zone = p->story->zone,
		.at = at,
		.person = p->person,
		.member = p->member,
		.numbers = p->thread->numbers,
	};
	struct str words = STR(""), wrong;
	uint64_t seen = 0;

	for (size_t i = 0; i < p->recipe->part_count; i++) {
		const struct demo_part *part = &p->recipe->parts[i];

		/* Each of those seen so far is kept with the same chance. */
		if (str_equal(part->kind, str_of(kind)) &&
		    random_below(&p->random, ++seen) == 0)
			words = part->words;
	}
	if (!demo_fill(&fill, words, &words, &wrong))
		return words;
	return words;
}

static struct demo_step *past_step(struct past *p, enum demo_act act,
                                   instant_ms at)
{
	struct demo_step *step = &p->thread->steps[p->thread->step_count++];

	step->act = act;
	step->at = at;
	if (act == DEMO_ACT_MAIL)
		step->from = p->person;
	else
		step->by = p->member;
	return step;
}

/* When the desk answers: in time, or for once not. */
static span_ms past_delay(struct past *p)
{
	const struct demo_recipe *recipe = p->recipe;
	span_ms delay = random_between(&p->random, recipe->answer_from,
	                               recipe->answer_to);

	if (random_chance(&p->random, (unsigned)recipe->late_percent))
		delay = recipe->answer_to +
		        random_between(&p->random, recipe->answer_to / 2,
		                       recipe->answer_to * 2);
	return delay;
}

/* What is asked, and what is answered. Gives when that was. */
static instant_ms past_round(struct past *p, instant_ms at, const char *ask,
                             const char *answer, bool first)
{
	span_ms delay = past_delay(p);
	struct demo_step *step = past_step(p, DEMO_ACT_MAIL, at);

	step->text = past_words(p, ask, at);
	step->hello = first && random_chance(&p->random, 8);
	if (first && random_chance(&p->random, PAST_ASSIGNED)) {
		step = past_step(p, DEMO_ACT_ASSIGN, at + delay / 3);
		step->member = p->member;
	}
	if (first && random_chance(&p->random, PAST_CORRECTED)) {
		step = past_step(p, DEMO_ACT_TYPE, at + delay / 2);
		step->value = p->recipe->type;
	}
	at += delay;
	step = past_step(p, DEMO_ACT_REPLY, at);
	step->text = past_words(p, answer, at);
	return at;
}

static void past_close(struct past *p)
{
	for (size_t i = p->thread->step_count; i > 0; i--) {
		if (p->thread->steps[i - 1].act == DEMO_ACT_REPLY) {
			p->thread->steps[i - 1].value = THEN_CLOSE;
			return;
		}
	}
}

static bool past_has(const struct past *p, const char *kind)
{
	for (size_t i = 0; i < p->recipe->part_count; i++) {
		if (str_equal(p->recipe->parts[i].kind, str_of(kind)))
			return true;
	}
	return false;
}

static void past_thread(struct past *p, instant_ms at)
{
	struct demo_story *story = p->story;
	struct demo_step *step;

	if (story->thread_count == DEMO_THREADS_MAX)
		return;
	p->recipe = past_recipe(p);
	p->person = p->recipe ? past_person(p) : NULL;
	if (!p->person)
		return;
	p->member = past_member(p);
	p->wrote[p->wrote_count++] = p->person->client;
	p->thread = &story->threads[story->thread_count++];
	p->thread->file = STR("past.txt");
	p->thread->name =
		str_printf(story->arena, "past-%zu", story->thread_count);
	p->thread->steps = arena_array(story->arena, DEMO_STEPS_MAX,
	                               sizeof(*p->thread->steps));
	p->thread->subject = past_words(p, "subject", at);
	at = past_round(p, at, "ask", "answer", true);
	if (past_has(p, "again") && random_chance(&p->random, PAST_AGAIN)) {
		at += random_between(&p->random, 12, 90) * SPAN_MINUTE;
		at = past_round(p, at, "again", "answer-again", false);
	}
	past_close(p);
	if (past_has(p, "thanks") && random_chance(&p->random, PAST_THANKED)) {
		at += random_between(&p->random, 4, 70) * SPAN_MINUTE;
		step = past_step(p, DEMO_ACT_MAIL, at);
		step->text = past_words(p, "thanks", at);
		/* Whoever answered looks at it, unless the rules did. */
		at += random_between(&p->random, 1, 7) * SPAN_MINUTE;
		step = past_step(p, DEMO_ACT_STATE, at);
		step->value = TICKET_CLOSED;
	}
	/* Only what is over by now is history. */
	if (at > story->start - 4 * SPAN_HOUR)
		story->thread_count--;
}

static void past_day(struct past *p, int days)
{
	struct civil day =
		zone_civil(p->story->zone, p->story->start - days * SPAN_DAY);
	bool weekend =
		civil_weekday(civil_days(day.year, day.month, day.day)) > 4;
	int64_t count = weekend ? random_between(&p->random, 1, 3)
	                        : random_between(&p->random, 6, 10);

	p->wrote_count = 0;
	for (int64_t i = 0; i < count; i++) {
		int64_t minute =
			random_between(&p->random, 8 * 60 + 5, 18 * 60 + 20);

		day.hour = (int)(minute / 60);
		day.minute = (int)(minute % 60);
		day.second = (int)random_between(&p->random, 0, 59);
		day.millisecond = 0;
		past_thread(p, zone_to_utc(p->story->zone, &day, ZONE_FIRST));
	}
}

void demo_story_past(struct demo_story *story)
{
	struct past past = {.story = story,
	                    .random = random_branch(&story->random, 1000)};

	if (story->recipe_count == 0 || story->person_count == 0)
		return;
	for (int days = DEMO_DAYS; days >= 1; days--)
		past_day(&past, days);
}
