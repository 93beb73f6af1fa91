/* Members in stories, and what they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/record.h"
#include "desk/follow.h"
#include "desk/items.h"
#include "desk/notices.h"
#include "store/people.h"
#include "support/story.h"

static void people_run(struct story *s, desk_ticket_command run,
                       struct ticket_command *asked)
{
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (run(&s->w.desk, &turn, asked, &outcome, &s->w.problem) != ST_OK)
		story_fail(s, "refused");
}

static void people_instant(struct story *s, const char *what, instant_ms found,
                           struct str *rest)
{
	instant_ms wanted = story_instant(s, rest);
	char a[INSTANT_TEXT_SIZE], b[INSTANT_TEXT_SIZE];

	if (found == wanted)
		return;
	instant_print(found, a);
	instant_print(wanted, b);
	fail_msg("%s:%d: %s is %s, not %s", s->file, s->line, what, a, b);
}

SQL(story_mail_row, "SELECT due_at FROM notice_mail WHERE notice = $1");

static int64_t story_member(struct story *s, struct str *rest)
{
	struct str name = story_word(rest);
	const struct agency *agency = s->w.desk.agency;

	for (size_t i = 0; i < agency->member_count; i++)
		if (str_starts_nocase(agency->members[i].name, name))
			return agency->members[i].record.id;
	story_fail(s, "no such member");
	return 0;
}

/* member NAME partner|agent; gone NAME */
void story_member_new(struct story *s, struct str rest)
{
	struct str name = story_word(&rest);
	struct settings_command asked = {
		.has_name = true,
		.name = name,
		.has_address = true,
		.address = str_printf(s->w.arena, "%.*s@people.example",
	                              STR_ARG(name)),
	};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;
	struct str role;

	asked.has_role = true;
	role = story_word(&rest);
	for (int i = 1; i < ROLE_COUNT; i++)
		if (str_equal(str_of(role_names[i]), role))
			asked.role = i;
	if (desk_member_save(&s->w.desk, &turn, &asked, &outcome,
	                     &s->w.problem) != ST_OK)
		story_fail(s, "member refused");
}

void story_member_gone(struct story *s, struct str rest)
{
	struct settings_command asked = {.id = story_member(s, &rest),
	                                 .has_active = true};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (desk_member_save(&s->w.desk, &turn, &asked, &outcome,
	                     &s->w.problem) != ST_OK)
		story_fail(s, "member refused");
}

/* as NAME: who acts from here on */
void story_as(struct story *s, struct str rest)
{
	s->w.actor = story_member(s, &rest);
}

void story_assign(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};

	asked.value = story_member(s, &rest);
	people_run(s, desk_ticket_assign, &asked);
}

void story_follow(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest),
	                               .value = 1};

	people_run(s, desk_ticket_follow, &asked);
}

/* mention L NAME: words */
void story_mention(struct story *s, struct str rest)
{
	int64_t member;
	struct ticket_command asked = {.text = story_text(&rest),
	                               .mentions = &member,
	                               .mention_count = 1};

	asked.ticket = story_ticket(s, &rest);
	member = story_member(s, &rest);
	people_run(s, desk_ticket_note, &asked);
}

/* wish NAME {...}: how they want to be told */
void story_wish(struct story *s, struct str rest)
{
	struct item_command asked = {.sort = ITEM_NOTICES,
	                             .owner = story_member(s, &rest),
	                             .active = true,
	                             .name = STR("notices"),
	                             .document = str_trim(rest)};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (desk_item_save(&s->w.desk, &turn, &asked, &outcome,
	                   &s->w.problem) != ST_OK)
		story_fail(s, "wish refused");
}

/* The newest notice of a kind that a member has of a ticket; id 0: none. */
static struct notice story_notice(struct story *s, int64_t ticket,
                                  int64_t member, struct str kind)
{
	struct notice *all = arena_array(s->w.arena, 200, sizeof(*all));
	size_t count = 0;

	if (people_notices(s->w.db, member, 0, all, 200, &count) != ST_OK)
		story_fail(s, "notices");
	for (size_t i = 0; i < count; i++)
		if (all[i].ticket == ticket &&
		    str_equal(str_of(notice_kind_names[all[i].kind]), kind))
			return all[i];
	return (struct notice){0};
}

/* take NAME L KIND: acknowledges it */
void story_take(struct story *s, struct str rest)
{
	int64_t member = story_member(s, &rest), actor = s->w.actor;
	int64_t ticket = story_ticket(s, &rest);
	struct notice notice =
		story_notice(s, ticket, member, story_word(&rest));
	struct outcome outcome;
	struct turn turn;

	s->w.actor = member;
	turn = world_turn(&s->w);
	s->w.actor = actor;
	if (desk_notice_acknowledge(&s->w.desk, &turn, notice.id, &outcome,
	                            &s->w.problem) != ST_OK)
		story_fail(s, "not taken");
}

/* expect L told NAME KIND [level N] [at D T] [mail D T|none], or untold */
void story_expect_told(struct story *s, int64_t ticket, bool told,
                       struct str rest)
{
	int64_t member = story_member(s, &rest), level;
	struct notice notice =
		story_notice(s, ticket, member, story_word(&rest));
	struct sql_query query;
	instant_ms mail = 0;
	struct str what;

	if (told != (notice.id != 0))
		story_fail(s, told ? "was not told" : "was told");
	sql_begin(&query, s->w.db, &story_mail_row);
	sql_bind_i64(&query, 1, notice.id);
	if (sql_next(&query))
		mail = sql_i64(&query, 0);
	assert_int_equal(sql_end(&query), ST_OK);
	while ((what = story_word(&rest)).length > 0) {
		if (str_equal(what, STR("level"))) {
			if (!str_to_i64(story_word(&rest), &level) ||
			    level != notice.level)
				story_fail(s, "another level");
		} else if (str_equal(what, STR("at"))) {
			people_instant(s, "told", notice.at, &rest);
		} else if (str_starts(str_trim(rest), STR("none"))) {
			story_word(&rest);
			if (mail)
				story_fail(s, "it goes by mail");
		} else {
			people_instant(s, "mail", mail, &rest);
		}
	}
}
