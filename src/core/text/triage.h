/*
 * What a message says, by the playbook's readable phrase rules alone: its
 * request type with scores and reasons, signals with quotes, sentiment,
 * urgency, a deadline, and whether it needs an answer at all. Pure: `now` and
 * the zone are arguments. Only the sender's own new words count; the
 * caller hands in the reply text without quote and signature.
 */
#ifndef CORE_TRIAGE_H
#define CORE_TRIAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/str.h"
#include "core/playbook/playbook.h"
#include "core/text/deadline.h"

struct triage_input {
	struct str subject;
	struct str text; /* the new words, UTF-8 */
	struct str from; /* address, for the sender rules; may be empty */
	instant_ms now;  /* when it arrived; 0: deadlines stay unresolved */
	const struct zone *zone; /* of the reader; NULL is UTC */
};

/* One list that spoke, with the words that it heard. Bytes of its source. */
struct triage_reason {
	const struct playbook_list *list;
	bool in_subject; /* start and end are in the subject, not the text */
	size_t start;
	size_t end;
	int32_t milli; /* what it added: points, evidence, sentiment */
};

struct triage_signal {
	enum signal_kind kind;
	int32_t strength_milli; /* 1 to 1000 */
	bool in_subject;
	size_t start; /* the quote: the clause around the words that hit */
	size_t end;
	uint32_t list_code; /* the strongest list */
};

struct triage {
	enum request_type type; /* a request; never NONE */
	int32_t scores_milli[REQUEST_TYPE_COUNT];
	/* Vendor, applicant, newsletter or spam; NONE when it is a request. */
	enum request_type no_request;
	bool no_answer_needed; /* thanks and the like, nothing asked */
	const struct playbook_list
		*no_answer_list;             /* the reason; may be NULL */
	const struct triage_reason *reasons; /* strongest first */
	size_t reasons_count;
	const struct triage_signal *signals; /* by kind, then start */
	size_t signals_count;
	int32_t sentiment_milli;  /* -1000 to 1000 */
	int urgency;              /* 0 none to 3 now */
	struct deadline deadline; /* .found tells */
};

void triage_message(const struct playbook *playbook, struct arena *arena,
                    const struct triage_input *input,
                    struct triage *triage_out);

/* NULL when the message has no such signal. */
const struct triage_signal *triage_signal(const struct triage *triage,
                                          enum signal_kind kind);

#endif
