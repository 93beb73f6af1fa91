/* The threads of the demo's story, and the parts that others are made of. */
#include <assert.h>

#include "app/demo_field.h"
#include "app/demo_fill.h"
#include "core/record.h"
#include "core/text/request_type.h"

struct thread_reader {
	struct demo_story *story;
	const struct demo_text *text;
	struct demo_thread *thread;
	struct demo_step *step;
	struct demo_recipe *recipe;
	struct random random; /* of this thread */
	struct problem *problem;
};

/* clang-format off */
static const struct {
	const char *name;
	enum demo_act act;
	unsigned form;
} thread_acts[] = {
	{"mail",   DEMO_ACT_MAIL,   0},
	{"away",   DEMO_ACT_MAIL,   DEMO_FORM_AWAY},
	{"bounce", DEMO_ACT_BOUNCE, 0},
	{"reply",  DEMO_ACT_REPLY,  0},
	{"note",   DEMO_ACT_NOTE,   0},
	{"call",   DEMO_ACT_CALL,   0},
	{"assign", DEMO_ACT_ASSIGN, 0},
	{"type",   DEMO_ACT_TYPE,   0},
	{"state",  DEMO_ACT_STATE,  0},
	{"flag",   DEMO_ACT_FLAG,   0},
};
static const struct {
	const char *name;
	unsigned form;
} thread_forms[] = {
	{"html",       DEMO_FORM_HTML},
	{"remote",     DEMO_FORM_HTML | DEMO_FORM_REMOTE},
	{"list",       DEMO_FORM_LIST},
	{"newsletter", DEMO_FORM_HTML | DEMO_FORM_NEWSLETTER | DEMO_FORM_REMOTE},
	{"damaged",    DEMO_FORM_DAMAGED},
	{"fresh",      DEMO_FORM_FRESH},
	{"twice",      DEMO_FORM_TWICE},
	{"forward",    DEMO_FORM_FORWARD},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- Headers of a step ----------------------------------------------------- */

static bool step_at(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	return demo_when_parse(f->value, &r->step->when);
}

static bool step_from(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	r->step->from = demo_story_person(r->story, f->value);
	return r->step->from != NULL;
}

static bool step_by(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	r->step->by = demo_story_member(r->story, f->value);
	return r->step->by != NULL;
}

static bool step_to(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	if (r->step->act == DEMO_ACT_MAIL) {
		r->step->hello = str_equal(f->value, STR("hello"));
		return r->step->hello || str_equal(f->value, STR("desk"));
	}
	r->step->member = demo_story_member(r->story, f->value);
	return r->step->member != NULL;
}

static bool step_cc(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;
	struct str rest = f->value, key;

	while (str_split(&rest, ',', &key)) {
		const struct demo_person *person =
			demo_story_person(r->story, str_trim(key));

		if (!person || r->step->cc_count == DEMO_CC_MAX)
			return false;
		r->step->cc[r->step->cc_count++] = person;
	}
	return true;
}

static bool step_form(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;
	struct str rest = f->value, name;

	while (str_split(&rest, ',', &name)) {
		unsigned form = 0;

		for (size_t i = 0; i < COUNT(thread_forms); i++) {
			if (str_equal(str_trim(name),
			              str_of(thread_forms[i].name)))
				form = thread_forms[i].form;
		}
		if (form == 0)
			return false;
		r->step->form |= form;
	}
	return true;
}

static bool step_files(struct demo_field *f, void *object)
{
	((struct thread_reader *)object)->step->files = f->value;
	return true;
}

static bool step_subject(struct demo_field *f, void *object)
{
	((struct thread_reader *)object)->step->subject = f->value;
	return true;
}

static bool step_reason(struct demo_field *f, void *object)
{
	((struct thread_reader *)object)->step->reason = f->value;
	return true;
}

static bool step_then(struct demo_field *f, void *object)
{
	static const char *const names[] = {
		[THEN_NOTHING] = "nothing",
		[THEN_WAIT] = "wait",
		[THEN_CLOSE] = "close",
	};

	return demo_field_name(f, names, COUNT(names),
	                       &((struct thread_reader *)object)->step->value);
}

static bool step_type(struct demo_field *f, void *object)
{
	enum request_type type;

	if (!request_type_find(f->value, &type))
		return false;
	((struct thread_reader *)object)->step->value = type;
	return true;
}

static bool step_state(struct demo_field *f, void *object)
{
	return demo_field_name(f, ticket_state_names, TICKET_STATE_COUNT,
	                       &((struct thread_reader *)object)->step->value);
}

static bool step_call(struct demo_field *f, void *object)
{
	static const char *const names[] = {"out", "in", "missed"};
	struct thread_reader *r = object;
	int64_t which;

	if (!demo_field_name(f, names, COUNT(names), &which))
		return false;
	r->step->inward = which == 1;
	r->step->missed = which == 2;
	return true;
}

/* clang-format off */
static const struct demo_field_row step_fields[] = {
	{"at",        "-3h10m, -20h clock, -2d 14:05 or +18m",  step_at},
	{"from",      "a contact or stranger of agency.txt",    step_from},
	{"with",      "a contact of agency.txt",                step_from},
	{"by",        "a member of agency.txt",                 step_by},
	{"to",        "a member; of a mail: desk or hello",     step_to},
	{"cc",        "at most four contacts, commas between",  step_cc},
	{"form",      "html, remote, list, newsletter, damaged, fresh, twice or forward", step_form},
	{"files",     "names of files, with commas between",    step_files},
	{"subject",   "a subject",                              step_subject},
	{"reason",    "a reason",                               step_reason},
	{"then",      "wait, close or nothing",                 step_then},
	{"type",      "a request type of the playbook",         step_type},
	{"state",     "a state, such as waiting_production",    step_state},
	{"direction", "out, in or missed",                      step_call},
	{0},
};
/* clang-format on */

/* -- Steps and threads ----------------------------------------------------- */

/* Whose language and names the words of a step are about. */
static const struct demo_person *thread_person(const struct demo_thread *thread,
                                               const struct demo_step *step)
{
	if (step->from)
		return step->from;
	for (size_t i = thread->step_count; i > 0; i--) {
		if (thread->steps[i - 1].act == DEMO_ACT_MAIL)
			return thread->steps[i - 1].from;
	}
	return NULL;
}

static enum status thread_fill(struct thread_reader *r, int line,
                               struct str *words)
{
	struct demo_fill fill = {
		.arena = r->story->arena,
		.random = &r->random,
		.zone = r->story->zone,
		.at = r->step->at,
		.person = thread_person(r->thread, r->step),
		.member = r->step->by,
		.numbers = r->thread->numbers,
	};
	struct str wrong;

	if (demo_fill(&fill, *words, words, &wrong))
		return ST_OK;
	return demo_text_wrong(r->problem, r->text->file, line,
	                       "\"%.*s}\" cannot be filled in", STR_ARG(wrong));
}

static enum status thread_time(struct thread_reader *r)
{
	const struct demo_thread *thread = r->thread;
	instant_ms before = thread->step_count
	                            ? thread->steps[thread->step_count - 1].at
	                            : 0;
	enum status status =
		demo_when_find(r->story, &r->step->when, before, &r->step->at);

	if (status != ST_OK || r->step->when.span == 0)
		return demo_text_wrong(r->problem, r->text->file, r->step->line,
		                       "say when, with \"at\"");
	if (r->step->at > r->story->start || r->step->at < before ||
	    r->step->at <= r->story->first)
		return demo_text_wrong(
			r->problem, r->text->file, r->step->line,
			"it would happen before the step before, before the "
			"agency was set up, or after the start");
	return ST_OK;
}

static enum status thread_check(struct thread_reader *r)
{
	const struct demo_step *step = r->step;
	const char *missing = NULL;

	if (step->act == DEMO_ACT_MAIL && !step->from)
		missing = "from";
	else if (step->act != DEMO_ACT_MAIL && step->act != DEMO_ACT_BOUNCE &&
	         !step->by)
		missing = "by";
	else if ((step->act == DEMO_ACT_TYPE || step->act == DEMO_ACT_STATE) &&
	         !step->value)
		missing = "type or state";
	else if (r->thread->step_count == 0 && step->act != DEMO_ACT_MAIL)
		missing = "a mail that begins the thread";
	if (!missing)
		return ST_OK;
	return demo_text_wrong(r->problem, r->text->file, step->line,
	                       "it needs %s", missing);
}

static enum status thread_step(struct thread_reader *r,
                               const struct demo_block *block)
{
	struct demo_step *step;
	enum status status;

	/* The format begins no file inside a block. */
	assert(r->thread);
	if (r->thread->step_count == DEMO_STEPS_MAX)
		return demo_text_wrong(r->problem, r->text->file, block->line,
		                       "a thread has at most %d steps",
		                       DEMO_STEPS_MAX);
	step = &r->thread->steps[r->thread->step_count];
	step->line = block->line;
	step->text = block->body;
	for (size_t i = 0; i < COUNT(thread_acts); i++) {
		if (!str_equal(block->kind, str_of(thread_acts[i].name)))
			continue;
		step->act = thread_acts[i].act;
		step->form = thread_acts[i].form;
	}
	if (!step->act)
		return demo_text_wrong(r->problem, r->text->file, block->line,
		                       "nobody knows how to \"%.*s\"",
		                       STR_ARG(block->kind));
	r->step = step;
	status = demo_fields(r->text, block, step_fields, r, r->problem);
	if (status == ST_OK)
		status = thread_check(r);
	if (status == ST_OK)
		status = thread_time(r);
	if (status == ST_OK)
		status = thread_fill(r, block->line, &step->text);
	if (status == ST_OK)
		status = thread_fill(r, block->line, &step->subject);
	if (status == ST_OK)
		r->thread->step_count++;
	return status;
}

static bool thread_subject(struct demo_field *f, void *object)
{
	((struct thread_reader *)object)->thread->subject = f->value;
	return true;
}

/* clang-format off */
static const struct demo_field_row thread_fields[] = {
	{"subject", "a subject", thread_subject},
	{0},
};
/* clang-format on */

static enum status thread_begin(struct thread_reader *r,
                                const struct demo_block *block)
{
	struct demo_story *story = r->story;

	if (!str_equal(block->kind, STR("thread")))
		return demo_text_wrong(r->problem, r->text->file, block->line,
		                       "a thread begins with \"=== thread "
		                       "name\"");
	if (story->thread_count == DEMO_THREADS_MAX)
		return demo_text_wrong(r->problem, r->text->file, block->line,
		                       "at most %d threads", DEMO_THREADS_MAX);
	r->thread = &story->threads[story->thread_count++];
	r->thread->name = block->name;
	r->thread->file = r->text->file;
	r->thread->steps = arena_array(story->arena, DEMO_STEPS_MAX,
	                               sizeof(*r->thread->steps));
	r->random = random_branch(&story->random, story->thread_count);
	return demo_fields(r->text, block, thread_fields, r, r->problem);
}

enum status demo_story_threads(struct demo_story *story,
                               const struct demo_text *text,
                               struct problem *problem)
{
	struct thread_reader r = {
		.story = story, .text = text, .problem = problem};
	enum status status = ST_OK;

	for (size_t i = 0; i < text->block_count && status == ST_OK; i++) {
		const struct demo_block *block = &text->blocks[i];

		status = block->inside ? thread_step(&r, block)
		                       : thread_begin(&r, block);
		/* The subject's days are those of the first mail. */
		if (status == ST_OK && block->inside &&
		    r.thread->step_count == 1)
			status = thread_fill(&r, block->line,
			                     &r.thread->subject);
	}
	return status;
}

/* -- Recipes --------------------------------------------------------------- */

static bool recipe_weight(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	return str_to_i64(f->value, &r->recipe->weight) &&
	       r->recipe->weight > 0 && r->recipe->weight < 1000;
}

static bool recipe_type(struct demo_field *f, void *object)
{
	enum request_type type;

	if (!request_type_find(f->value, &type))
		return false;
	((struct thread_reader *)object)->recipe->type = type;
	return true;
}

static bool recipe_late(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;

	return str_to_i64(f->value, &r->recipe->late_percent) &&
	       r->recipe->late_percent >= 0 && r->recipe->late_percent <= 100;
}

static bool recipe_lang(struct demo_field *f, void *object)
{
	((struct thread_reader *)object)->recipe->lang = f->value;
	return true;
}

/* "+6m +25m" */
static bool recipe_answer(struct demo_field *f, void *object)
{
	struct thread_reader *r = object;
	size_t space = str_find_char(f->value, ' ', 0);
	struct demo_when from, to;

	if (!demo_when_parse(str_sub(f->value, 0, space), &from) ||
	    !demo_when_parse(
		    str_trim(str_sub(f->value, space, f->value.length)), &to) ||
	    from.kind != DEMO_WHEN_AFTER || to.kind != DEMO_WHEN_AFTER ||
	    from.span > to.span)
		return false;
	r->recipe->answer_from = from.span;
	r->recipe->answer_to = to.span;
	return true;
}

/* clang-format off */
static const struct demo_field_row recipe_fields[] = {
	{"weight", "a number from 1 to 999",           recipe_weight},
	{"type",   "a request type of the playbook",   recipe_type},
	{"late",   "a percentage",                     recipe_late},
	{"lang",   "en, de, fr, es or pt",             recipe_lang},
	{"answer", "two spans, such as +6m +25m",      recipe_answer},
	{0},
};
static const struct demo_field_row part_fields[] = {{0}};
/* clang-format on */

enum status demo_story_recipes(struct demo_story *story,
                               const struct demo_text *text,
                               struct demo_recipe **recipes_out,
                               size_t *count_out, struct problem *problem)
{
	struct thread_reader r = {
		.story = story, .text = text, .problem = problem};
	struct demo_recipe *recipes = arena_array(
		story->arena, text->block_count + 1, sizeof(*recipes));
	struct demo_part *parts = arena_array(
		story->arena, text->block_count + 1, sizeof(*parts));
	enum status status = ST_OK;
	size_t count = 0, used = 0;

	for (size_t i = 0; i < text->block_count && status == ST_OK; i++) {
		const struct demo_block *block = &text->blocks[i];

		if (!block->inside) {
			r.recipe = &recipes[count++];
			r.recipe->name = block->name;
			r.recipe->weight = 1;
			r.recipe->lang = STR("en");
			r.recipe->parts = &parts[used];
		} else {
			assert(r.recipe);
			parts[used++] =
				(struct demo_part){block->kind, block->body};
			r.recipe->part_count++;
		}
		status =
			demo_fields(text, block,
		                    block->inside ? part_fields : recipe_fields,
		                    &r, problem);
	}
	*recipes_out = recipes;
	*count_out = count;
	return status;
}
