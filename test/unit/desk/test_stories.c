/*
 * Stories about the desk, in text files: what happened when, and what must be
 * true then. test/case/story/README.md has the grammar; a new story needs no C.
 * After each story the log must prove the rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record.h"
#include "store/content.h"
#include "store/log.h"
#include "support/story.h"
#include "support/world.h"

/* reply LABEL to L [then wait|close] [later|firmly D T]: text */
static void story_reply(struct story *s, struct str rest)
{
	struct str text = story_text(&rest), label = story_word(&rest), word;
	struct reply reply = {.seen = INT64_MAX};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;
	struct str id;

	word = story_word(&rest);
	if (!str_equal(word, STR("to")))
		story_fail(s, "reply LABEL to L");
	reply.ticket = story_ticket(s, &rest);
	reply.text = text.length ? text : STR("Yes.");
	while ((word = story_word(&rest)).length > 0) {
		if (str_equal(word, STR("then"))) {
			word = story_word(&rest);
			reply.then = str_equal(word, STR("wait")) ? THEN_WAIT
			                                          : THEN_CLOSE;
		} else {
			reply.firm = str_equal(word, STR("firmly"));
			reply.send_at = story_instant(s, &rest);
		}
	}
	if (desk_reply(&s->w.desk, &turn, &reply, &outcome, &s->w.problem) !=
	    ST_OK)
		story_fail(s, "reply refused");
	if (content_read(s->w.db, s->w.arena, outcome.message, SLOT_MESSAGE_ID,
	                 &id) != ST_OK)
		story_fail(s, "no message id");
	story_name(s, label, outcome.message, id);
}

static int64_t story_number(struct story *s, const char *const *names,
                            size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i] && str_equal(str_of(names[i]), name))
			return (int64_t)i;
	}
	story_fail(s, "no such name");
	return 0;
}

static void story_run(struct story *s, desk_ticket_command run,
                      struct ticket_command *asked)
{
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (run(&s->w.desk, &turn, asked, &outcome, &s->w.problem) != ST_OK)
		story_fail(s, "refused");
}

static void story_type(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};
	enum request_type type;

	if (!request_type_find(story_word(&rest), &type))
		story_fail(s, "no such type");
	asked.value = type;
	story_run(s, desk_ticket_type, &asked);
}

static void story_state(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};

	asked.value = story_number(s, ticket_state_names, TICKET_STATE_COUNT,
	                           story_word(&rest));
	story_run(s, desk_ticket_state, &asked);
}

static void story_note(struct story *s, struct str rest)
{
	struct ticket_command asked = {.text = story_text(&rest)};

	asked.ticket = story_ticket(s, &rest);
	story_run(s, desk_ticket_note, &asked);
}

/* call L spoke|voicemail [at D T]: text */
static void story_call(struct story *s, struct str rest)
{
	struct ticket_command asked = {.text = story_text(&rest),
	                               .outward = true};

	asked.ticket = story_ticket(s, &rest);
	asked.spoke = str_equal(story_word(&rest), STR("spoke"));
	if (str_equal(story_word(&rest), STR("at")))
		asked.at = story_instant(s, &rest);
	story_run(s, desk_ticket_call, &asked);
}

static void story_merge(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};

	story_word(&rest);
	asked.value = story_ticket(s, &rest);
	story_run(s, desk_ticket_merge, &asked);
}

static void story_unmerge(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};

	story_run(s, desk_ticket_unmerge, &asked);
}

static void story_split(struct story *s, struct str rest)
{
	int64_t message = story_label(s, story_word(&rest));
	struct ticket_command asked = {
		.ticket = world_message(&s->w, message).ticket,
		.value = message,
	};

	story_run(s, desk_ticket_split, &asked);
}

static void story_undo(struct story *s, struct str rest)
{
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (desk_reply_undo(&s->w.desk, &turn,
	                    story_label(s, story_word(&rest)), &outcome,
	                    &s->w.problem) != ST_OK)
		story_fail(s, "undo refused");
}

/* snooze L until D T: what for */
static void story_snooze(struct story *s, struct str rest)
{
	struct ticket_command asked = {.text = story_text(&rest)};

	asked.ticket = story_ticket(s, &rest);
	story_word(&rest);
	asked.at = story_instant(s, &rest);
	story_run(s, desk_ticket_snooze, &asked);
}

static void story_wake(struct story *s, struct str rest)
{
	struct ticket_command asked = {.ticket = story_ticket(s, &rest)};

	story_run(s, desk_ticket_snooze, &asked);
}

static void story_flag(struct story *s, struct str rest)
{
	struct ticket_command asked = {.text = story_text(&rest)};

	asked.ticket = story_ticket(s, &rest);
	story_run(s, desk_ticket_flag, &asked);
}

static void story_send_now(struct story *s, struct str rest)
{
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (desk_reply_send_now(&s->w.desk, &turn,
	                        story_label(s, story_word(&rest)), &outcome,
	                        &s->w.problem) != ST_OK)
		story_fail(s, "send now refused");
}

/* bounce L: a permanent delivery failure of our mail L arrives */
static void story_bounce(struct story *s, struct str rest)
{
	struct str label = story_word(&rest);
	char raw[4096];
	const char *id = "";

	for (size_t i = 0; i < s->label_count; i++) {
		if (str_equal(s->labels[i].name, label))
			id = s->labels[i].id;
	}
	snprintf(raw, sizeof(raw),
	         "From: MAILER-DAEMON@mx.example\nTo: desk@ours.example\n"
	         "Subject: Undelivered Mail Returned to Sender\n"
	         "Message-ID: <bounce-%d@mx.example>\n"
	         "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
	         "Content-Type: multipart/report; report-type=delivery-status;"
	         " boundary=\"b\"\n\n"
	         "--b\nContent-Type: text/plain\n\nIt could not be delivered."
	         "\n\n--b\nContent-Type: message/delivery-status\n\n"
	         "Reporting-MTA: dns; mx.example\n\n"
	         "Final-Recipient: rfc822; hannah@marlow.example\n"
	         "Action: failed\nStatus: 5.1.1\n"
	         "Diagnostic-Code: smtp; 550 5.1.1 No such user\n\n"
	         "--b\nContent-Type: text/rfc822-headers\n\n"
	         "Message-ID: <%s>\nSubject: Re: A question\n\n--b--\n",
	         s->line, id);
	world_mail(&s->w, raw);
}

static void story_at(struct story *s, struct str rest)
{
	world_run_until(&s->w, story_instant(s, &rest));
}

/* down D T: the program was off until then, and nothing fired meanwhile */
static void story_down(struct story *s, struct str rest)
{
	s->w.now = story_instant(s, &rest);
	world_run_until(&s->w, s->w.now);
}

static void story_calendar(struct story *s, struct str rest)
{
	struct settings_command asked = {.document = str_trim(rest)};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;
	int64_t last = 1;

	if (desk_calendar_save(&s->w.desk, &turn, &asked, &outcome,
	                       &s->w.problem) != ST_OK)
		story_fail(s, "calendar refused");
	for (int64_t after = 0; last != 0; after = last) {
		turn = world_turn(&s->w);
		if (desk_promises_recompute(&s->w.desk, &turn, after, 100,
		                            &last, &outcome) != ST_OK)
			story_fail(s, "recompute failed");
	}
}

/* -- What must be true ----------------------------------------------------- */

static void story_same_instant(struct story *s, const char *what,
                               instant_ms found, struct str *rest)
{
	instant_ms wanted = story_instant(s, rest);
	char a[INSTANT_TEXT_SIZE], b[INSTANT_TEXT_SIZE];

	if (found == wanted)
		return;
	instant_print(found, a);
	instant_print(wanted, b);
	fail_msg("%s:%d: %s is %s, not %s", s->file, s->line, what, a, b);
}

/* expect L KIND due|warn|late|kept D T, or open|paused|running|none ... */
static void story_expect_promise(struct story *s, int64_t ticket,
                                 enum promise_kind kind, struct str rest)
{
	struct promise p = world_promise(&s->w, ticket, kind);
	struct str what = story_word(&rest);

	if (str_equal(what, STR("none"))) {
		if (p.id != 0)
			story_fail(s, "there is such a promise");
		return;
	}
	if (p.id == 0)
		story_fail(s, "there is no such promise");
	if (str_equal(what, STR("due"))) {
		if (p.state != PROMISE_OPEN)
			story_fail(s, "it has ended");
		story_same_instant(s, "due", p.due_at, &rest);
	} else if (str_equal(what, STR("warn"))) {
		story_same_instant(s, "warned", p.warned_at, &rest);
	} else if (str_equal(what, STR("late"))) {
		story_same_instant(s, "late", p.broken_at, &rest);
	} else if (str_equal(what, STR("kept"))) {
		if (p.state != PROMISE_KEPT)
			story_fail(s, "it is not kept");
		story_same_instant(s, "kept", p.ended_at, &rest);
	} else if (str_equal(what, STR("intime"))) {
		if (p.state != PROMISE_KEPT || p.broken_at)
			story_fail(s, "it was not kept in time");
	} else if (str_equal(what, STR("running"))) {
		if (p.state != PROMISE_OPEN || !p.running)
			story_fail(s, "it does not run");
	} else if (str_equal(what, STR("paused"))) {
		if (p.state != PROMISE_OPEN || p.running)
			story_fail(s, "it is not paused");
	} else if (str_equal(what, STR("withdrawn"))) {
		if (p.state != PROMISE_WITHDRAWN)
			story_fail(s, "it was not withdrawn");
	} else if (str_equal(what, STR("level"))) {
		int64_t level;

		if (!str_to_i64(story_word(&rest), &level) || p.level != level)
			story_fail(s, "another level");
	} else {
		story_fail(s, "expect what of the promise?");
	}
}

static bool story_has_flag(struct story *s, int64_t ticket, struct str id)
{
	struct view_ticket view;

	if (view_ticket(s->w.db, s->w.arena, ticket, &view) != ST_OK)
		story_fail(s, "no ticket");
	for (size_t i = 0; i < view.flag_count; i++) {
		if (view.flags[i].record.rule == (int64_t)playbook_code(id))
			return true;
	}
	return false;
}

static void story_expect_ticket(struct story *s, int64_t id, struct str what,
                                struct str rest)
{
	struct ticket ticket = world_ticket(&s->w, id);
	struct str value = story_word(&rest);
	int64_t number = 0;

	if (str_equal(what, STR("state"))) {
		if (!str_equal(str_of(ticket_state_names[ticket.state]), value))
			story_fail(s, ticket_state_names[ticket.state]);
	} else if (str_equal(what, STR("type"))) {
		const char *name =
			request_type_name((enum request_type)ticket.type);

		if (!str_equal(str_of(name), value))
			story_fail(s, name);
	} else if (str_equal(what, STR("unanswered"))) {
		if (!str_to_i64(value, &number) || ticket.unanswered != number)
			story_fail(s, "another count");
	} else if (str_equal(what, STR("messages"))) {
		if (!str_to_i64(value, &number) || ticket.messages != number)
			story_fail(s, "another count");
	} else if (str_equal(what, STR("flag"))) {
		if (!story_has_flag(s, id, value))
			story_fail(s, "no such flag");
	} else if (str_equal(what, STR("snoozed"))) {
		if (!ticket.snoozed_until || ticket.rank != RANK_SNOOZED)
			story_fail(s, "it is not put aside");
	} else if (str_equal(what, STR("awake"))) {
		if (ticket.snoozed_until || ticket.rank == RANK_SNOOZED)
			story_fail(s, "it is put aside");
	} else if (str_equal(what, STR("assigned"))) {
		if ((ticket.assignee != 0) != str_equal(value, STR("yes")))
			story_fail(s, "assignee");
	} else if (str_equal(what, STR("noflag"))) {
		if (story_has_flag(s, id, value))
			story_fail(s, "the flag is up");
	} else {
		story_fail(s, "expect what?");
	}
}

static void story_expect(struct story *s, struct str rest)
{
	struct str first = story_word(&rest), what;
	enum promise_kind kind;
	int64_t ticket;

	if (str_equal(first, STR("same")) || str_equal(first, STR("other"))) {
		bool same = story_ticket(s, &rest) == story_ticket(s, &rest);

		if (same != str_equal(first, STR("same")))
			story_fail(s, "threads");
		return;
	}
	if (str_equal(first, STR("nomessage"))) {
		if (story_label(s, story_word(&rest)) != 0)
			story_fail(s, "it became a message");
		return;
	}
	if (story_expect_desk(s, first, rest))
		return;
	ticket = world_message(&s->w, story_label(s, first)).ticket;
	what = story_word(&rest);
	if (story_expect_mail(s, first, what, rest))
		return;
	if (str_equal(what, STR("delivery"))) {
		struct message message =
			world_message(&s->w, story_label(s, first));

		if (!str_equal(str_of(delivery_names[message.delivery]),
		               story_word(&rest)))
			story_fail(s, delivery_names[message.delivery]);
		return;
	}
	if (str_equal(what, STR("told")) || str_equal(what, STR("untold")))
		story_expect_told(s, ticket, str_equal(what, STR("told")),
		                  rest);
	else if (promise_kind_find(what, &kind))
		story_expect_promise(s, ticket, kind, rest);
	else
		story_expect_ticket(s, ticket, what, rest);
}

/* authserv NAME: the server whose word is taken; "" for none */
static void story_authserv(struct story *s, struct str rest)
{
	s->w.desk.authserv = story_word(&rest);
}

/* clang-format off */
static const struct {
	const char *word;
	void (*run)(struct story *s, struct str rest);
} story_verbs[] = {
	{"at", story_at},         {"down", story_down},
	{"mail", story_mail},     {"reply", story_reply},
	{"undo", story_undo},     {"bounce", story_bounce},
	{"note", story_note},     {"call", story_call},
	{"type", story_type},     {"state", story_state},
	{"merge", story_merge},   {"unmerge", story_unmerge},
	{"split", story_split},   {"calendar", story_calendar},
	{"expect", story_expect}, {"snooze", story_snooze},
	{"wake", story_wake},     {"flag", story_flag},
	{"sendnow", story_send_now}, {"file", story_file},
	{"huge", story_huge},     {"address", story_address},
	{"role", story_role},     {"next", story_next},
	{"as", story_as},         {"member", story_member_new},
	{"gone", story_member_gone}, {"assign", story_assign},
	{"follow", story_follow}, {"mention", story_mention},
	{"wish", story_wish},     {"take", story_take},
	{"authserv", story_authserv},
	{"ring", story_ring},
};
/* clang-format on */

static void story_line(struct story *s, struct str line)
{
	struct str rest = line, word = story_word(&rest);

	for (size_t i = 0; i < sizeof(story_verbs) / sizeof(*story_verbs);
	     i++) {
		if (str_equal(str_of(story_verbs[i].word), word)) {
			story_verbs[i].run(s, rest);
			return;
		}
	}
	story_fail(s, "no such verb");
}

static char *story_read(const char *file)
{
	FILE *in = fopen(file, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(in);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
	fclose(in);
	return text;
}

static void story_tell(void **state)
{
	const char *file = *state;
	char *text = story_read(file);
	struct str rest = str_of(text), line;
	struct story *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->file = file;
	world_open(&s->w, ":memory:");
	while (str_line(&rest, &line)) {
		s->line++;
		line = str_trim(line);
		if (line.length > 0 && line.text[0] != '#')
			story_line(s, line);
	}
	world_prove(&s->w);
	world_close(&s->w);
	free(s);
	free(text);
}

int main(void)
{
	struct CMUnitTest tests[200];
	size_t count = 0;
	glob_t files;
	int failed;

	(void)mail_warm();
	if (glob("test/case/story/*.txt", 0, NULL, &files) != 0 ||
	    glob("test/case/vectors/*.txt", GLOB_APPEND, NULL, &files) != 0)
		return 1;
	for (size_t i = 0; i < files.gl_pathc && i < 200; i++)
		tests[count++] = (struct CMUnitTest){
			.name = strrchr(files.gl_pathv[i], '/') + 1,
			.test_func = story_tell,
			.initial_state = files.gl_pathv[i]};
	failed = _cmocka_run_group_tests("stories", tests, count, NULL, NULL);
	globfree(&files);
	return failed;
}
