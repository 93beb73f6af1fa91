#include "app/demo_story.h"

#include "app/demo_field.h"
#include "base/asset.h"
#include "core/record.h"
#include "core/time/calendar_text.h"
#include "node/zones.h"

#define STORY_PEOPLE_MAX 120

/*
 * The desk is open when the demo is looked at: from early to late every day,
 * and at night, when somebody looks at night, in three shifts.
 */
#define STORY_DAY_FROM (8 * 60)
#define STORY_DAY_TO   (19 * 60 + 30)
static const char story_two_shifts[] = "[[\"07:00\", \"22:00\"]]";
static const char story_three_shifts[] = "[[\"00:00\", \"24:00\"]]";

struct demo_person *demo_story_person(const struct demo_story *story,
                                      struct str key)
{
	for (size_t i = 0; i < story->person_count; i++) {
		if (str_equal(story->people[i].key, key))
			return &story->people[i];
	}
	return NULL;
}

struct demo_member *demo_story_member(const struct demo_story *story,
                                      struct str key)
{
	for (size_t i = 0; i < story->member_count; i++) {
		if (str_equal(story->members[i].key, key))
			return &story->members[i];
	}
	return NULL;
}

struct str demo_first_name(struct str name)
{
	return str_sub(name, 0, str_find_char(name, ' ', 0));
}

/* -- The agency and its people --------------------------------------------- */

static bool agency_zone(struct demo_field *f, void *object)
{
	struct demo_story *story = object;

	story->zone_name = f->value;
	return zones_load(story->arena, f->value, &story->zone, NULL) == ST_OK;
}

static bool agency_desk(struct demo_field *f, void *object)
{
	((struct demo_story *)object)->desk = f->value;
	return true;
}

static bool agency_hello(struct demo_field *f, void *object)
{
	((struct demo_story *)object)->hello = f->value;
	return true;
}

static bool member_name(struct demo_field *f, void *object)
{
	((struct demo_member *)object)->name = f->value;
	return true;
}

static bool member_address(struct demo_field *f, void *object)
{
	((struct demo_member *)object)->address = f->value;
	return true;
}

static bool member_role(struct demo_field *f, void *object)
{
	return demo_field_name(f, role_names, ROLE_COUNT,
	                       &((struct demo_member *)object)->role);
}

static bool client_name(struct demo_field *f, void *object)
{
	((struct demo_client *)object)->name = f->value;
	return true;
}

static bool client_domain(struct demo_field *f, void *object)
{
	((struct demo_client *)object)->domain = f->value;
	return true;
}

static bool client_product(struct demo_field *f, void *object)
{
	((struct demo_client *)object)->product = f->value;
	return true;
}

static bool person_name(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->name = f->value;
	return true;
}

static bool person_address(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->address = f->value;
	return true;
}

static bool person_lang(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->lang = f->value;
	return true;
}

static bool person_product(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->product = f->value;
	return true;
}

static bool person_program(struct demo_field *f, void *object)
{
	static const char *const names[DEMO_SOFTWARE_COUNT] = {
		[DEMO_PLAIN] = "plain",
		[DEMO_GMAIL] = "gmail",
		[DEMO_OUTLOOK] = "outlook",
		[DEMO_APPLE] = "apple",
	};
	int64_t value;

	if (!demo_field_name(f, names, DEMO_SOFTWARE_COUNT, &value))
		return false;
	((struct demo_person *)object)->software = (enum demo_software)value;
	return true;
}

static bool person_charset(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->latin1 =
		str_equal(f->value, STR("latin-1"));
	return str_equal(f->value, STR("latin-1")) ||
	       str_equal(f->value, STR("utf-8"));
}

static bool person_past(struct demo_field *f, void *object)
{
	((struct demo_person *)object)->left = str_equal(f->value, STR("no"));
	return true;
}

/* clang-format off */
static const struct demo_field_row agency_fields[] = {
	{"zone",    "a zone of this machine, such as Europe/Lisbon", agency_zone},
	{"desk",    "an address",                                   agency_desk},
	{"hello",   "an address",                                   agency_hello},
	{0},
};
static const struct demo_field_row member_fields[] = {
	{"name",    "a name",           member_name},
	{"address", "an address",       member_address},
	{"role",    "partner or agent", member_role},
	{0},
};
static const struct demo_field_row client_fields[] = {
	{"name",    "a name",               client_name},
	{"domain",  "a domain",             client_domain},
	{"product", "one word, as in lamp", client_product},
	{0},
};
static const struct demo_field_row person_fields[] = {
	{"name",    "a name",                          person_name},
	{"address", "an address",                      person_address},
	{"lang",    "en, de, fr, es or pt",            person_lang},
	{"product", "one word, as in lamp",            person_product},
	{"program", "plain, gmail, outlook or apple",  person_program},
	{"charset", "utf-8 or latin-1",                person_charset},
	{"past",    "no: has no older threads",        person_past},
	{0},
};
/* clang-format on */

static enum status story_person(struct demo_story *story,
                                const struct demo_text *text,
                                const struct demo_block *block,
                                struct problem *problem)
{
	struct demo_person *person = &story->people[story->person_count];

	if (story->person_count == STORY_PEOPLE_MAX)
		return demo_text_wrong(problem, text->file, block->line,
		                       "at most %d people", STORY_PEOPLE_MAX);
	*person = (struct demo_person){
		.key = block->name,
		.lang = STR("en"),
		.product = STR("picture"),
		.signature = block->body,
		.client = block->inside && story->client_count > 0
	                          ? &story->clients[story->client_count - 1]
	                          : NULL,
	};
	story->person_count++;
	return demo_fields(text, block, person_fields, person, problem);
}

static enum status story_block(struct demo_story *story,
                               const struct demo_text *text,
                               const struct demo_block *block,
                               struct problem *problem)
{
	if (str_equal(block->kind, STR("agency"))) {
		story->agency = block->name;
		story->signature = block->body;
		return demo_fields(text, block, agency_fields, story, problem);
	}
	if (str_equal(block->kind, STR("member"))) {
		struct demo_member *member =
			&story->members[story->member_count++];

		member->key = block->name;
		return demo_fields(text, block, member_fields, member, problem);
	}
	if (str_equal(block->kind, STR("client"))) {
		struct demo_client *client =
			&story->clients[story->client_count++];

		client->key = block->name;
		return demo_fields(text, block, client_fields, client, problem);
	}
	if (str_equal(block->kind, STR("contact")) ||
	    str_equal(block->kind, STR("stranger")))
		return story_person(story, text, block, problem);
	return demo_text_wrong(problem, text->file, block->line,
	                       "\"%.*s\" is none of agency, member, client, "
	                       "contact and stranger",
	                       STR_ARG(block->kind));
}

enum status demo_story_agency(struct demo_story *story,
                              const struct demo_text *text,
                              struct problem *problem)
{
	enum status status = ST_OK;
	size_t room = text->block_count + 1;

	story->members =
		arena_array(story->arena, room, sizeof(*story->members));
	story->clients =
		arena_array(story->arena, room, sizeof(*story->clients));
	story->people = arena_array(story->arena, STORY_PEOPLE_MAX,
	                            sizeof(*story->people));
	for (size_t i = 0; i < text->block_count && status == ST_OK; i++)
		status = story_block(story, text, &text->blocks[i], problem);
	if (status == ST_OK && (!story->zone || story->desk.length == 0 ||
	                        story->member_count == 0))
		status = demo_text_wrong(problem, text->file, 1,
		                         "an agency with zone and desk, and "
		                         "its members, are needed");
	return status;
}

/* -- Its hours ------------------------------------------------------------- */

static enum status story_calendar(struct demo_story *story,
                                  struct problem *problem)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu",
	                                   "fri", "sat", "sun"};
	struct civil now = zone_civil(story->zone, story->start);
	int minute = now.hour * 60 + now.minute;
	const char *hours = minute >= STORY_DAY_FROM && minute < STORY_DAY_TO
	                            ? story_two_shifts
	                            : story_three_shifts;
	struct calendar_plan plan;
	struct buf buf;
	enum status status;

	buf_init(&buf, 4096);
	buf_printf(&buf, "{\"zone\": \"%.*s\", \"week\": {",
	           STR_ARG(story->zone_name));
	for (int i = 0; i < 7; i++)
		buf_printf(&buf, "%s\"%s\": %s", i ? ", " : "", days[i], hours);
	buf_text(&buf, "}}");
	story->calendar_text = str_copy(story->arena, buf_view(&buf));
	buf_release(&buf);
	status = calendar_text_parse(story->arena, story->calendar_text, &plan,
	                             problem);
	if (status == ST_OK)
		status = calendar_build(story->arena, &plan, story->zone,
		                        &story->calendar.calendar, problem);
	story->hours = (struct calendar_history){&story->calendar, 1};
	return status;
}

/* Early on the first day, so that all history lies behind it. */
static void story_first(struct demo_story *story)
{
	struct civil day = zone_civil(
		story->zone, story->start - (DEMO_DAYS + 1) * SPAN_DAY);

	day.hour = 6;
	day.minute = day.second = day.millisecond = 0;
	story->first = zone_to_utc(story->zone, &day, ZONE_FIRST);
}

/* -- All of it ------------------------------------------------------------- */

static enum status story_text(struct demo_story *story, const char *name,
                              struct demo_text *text_out,
                              struct problem *problem)
{
	for (size_t i = 0; i < assets_demo_count; i++) {
		const struct asset *asset = &assets_demo[i];

		if (!str_equal(str_of(asset->path), str_of(name)))
			continue;
		return demo_text_parse(
			story->arena, str_of(name),
			(struct str){(const char *)asset->bytes, asset->length},
			text_out, problem);
	}
	return problem_set(problem, ST_NOT_FOUND, "demo",
	                   "%s is not in this program.", name);
}

static enum status story_read(struct demo_story *story, struct problem *problem)
{
	struct demo_texts texts = {0};
	enum status status =
		story_text(story, "agency.txt", &texts.agency, problem);

	if (status == ST_OK)
		status = story_text(story, "inbox.txt", &texts.inbox, problem);
	if (status == ST_OK)
		status = story_text(story, "past.txt", &texts.past, problem);
	if (status == ST_OK)
		status = story_text(story, "live.txt", &texts.live, problem);
	if (status == ST_OK)
		status = demo_story_agency(story, &texts.agency, problem);
	if (status == ST_OK)
		status = story_calendar(story, problem);
	if (status != ST_OK)
		return status;
	story_first(story);
	status = demo_story_threads(story, &texts.inbox, problem);
	if (status == ST_OK)
		status = demo_story_recipes(story, &texts.past, &story->recipes,
		                            &story->recipe_count, problem);
	if (status == ST_OK)
		status = demo_story_recipes(story, &texts.live, &story->lines,
		                            &story->line_count, problem);
	return status;
}

enum status demo_story_make(struct arena *arena, instant_ms start,
                            uint64_t seed, struct demo_story **story_out,
                            struct problem *problem_out)
{
	struct demo_story *story = arena_alloc(arena, sizeof(*story));
	enum status status;

	story->arena = arena;
	story->random = random_from(seed);
	story->start = start;
	story->threads =
		arena_array(arena, DEMO_THREADS_MAX, sizeof(*story->threads));
	status = story_read(story, problem_out);
	if (status != ST_OK)
		return status;
	demo_story_past(story);
	*story_out = story;
	return ST_OK;
}
