/*
 * What a story needs to be told: its words and labels, and mail of every kind.
 * The grammar is in test/case/story/README.md.
 */
#ifndef TEST_SUPPORT_STORY_H
#define TEST_SUPPORT_STORY_H

#include "support/world.h"

#define STORY_LABELS 64

struct story {
	struct world w;
	const char *file;
	int line;
	struct {
		struct str name;
		int64_t message;
		char id[96]; /* Message-ID */
	} labels[STORY_LABELS];
	size_t label_count;
};

void story_fail(struct story *s, const char *what);
/* The next word of the line; a "quoted one" may hold spaces. */
struct str story_word(struct str *rest);
instant_ms story_instant(struct story *s, struct str *rest);
int64_t story_label(struct story *s, struct str name);
const char *story_id(struct story *s, struct str name);
int64_t story_ticket(struct story *s, struct str *rest);
void story_name(struct story *s, struct str name, int64_t message,
                struct str id);
/* Takes ": words" off the end of the line; a colon in quotes is none. */
struct str story_text(struct str *rest);

/* story_mail.c: verbs, and expectations about one message or its thread. */
void story_mail(struct story *s, struct str rest);
void story_file(struct story *s, struct str rest);
void story_huge(struct story *s, struct str rest);
void story_address(struct story *s, struct str rest);
void story_role(struct story *s, struct str rest);
void story_ring(struct story *s, struct str rest);
void story_next(struct story *s, struct str rest);
/* False: no such expectation. */
bool story_expect_mail(struct story *s, struct str label, struct str what,
                       struct str rest);
/* "expect set-aside 1" and other counts of the whole desk. */
bool story_expect_desk(struct story *s, struct str what, struct str rest);

/* story_people.c: members, and what they are told. */
void story_member_new(struct story *s, struct str rest);
void story_member_gone(struct story *s, struct str rest);
void story_as(struct story *s, struct str rest);
void story_assign(struct story *s, struct str rest);
void story_follow(struct story *s, struct str rest);
void story_mention(struct story *s, struct str rest);
void story_wish(struct story *s, struct str rest);
void story_take(struct story *s, struct str rest);
void story_expect_told(struct story *s, int64_t ticket, bool told,
                       struct str rest);

#endif
