/*
 * Why a ticket has its type. A rule's judgement is not stored word by word: it
 * follows from the text and the playbook's version, so it is made again.
 */
#include "core/text/triage.h"
#include "web/render/render.h"

static const struct view_message *
first_inbound(const struct view_message *messages, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (messages[i].record.kind == MESSAGE_IN)
			return &messages[i];
	return NULL;
}

static void out_reason(struct json_out *out, struct str text, struct str quote,
                       struct str rule)
{
	out_open(out, '{');
	out_key_str(out, "text", text);
	out_key_str_or_null(out, "quote", quote);
	out_key_str(out, "rule", rule);
	out_close(out, '}');
}

/* Did the list speak for this type? */
static bool list_is_for(const struct playbook_list *list,
                        enum request_type type)
{
	switch (list->target) {
	case LIST_TARGET_TYPES:
		return list->points_milli[type] > 0;
	case LIST_TARGET_NO_REQUEST:
		return list->no_request == type;
	case LIST_TARGET_NO_ANSWER:
	case LIST_TARGET_LANGUAGE:
	case LIST_TARGET_NONE:
	case LIST_TARGET_SIGNAL:
	case LIST_TARGET_SENTIMENT:
	case LIST_TARGET_PRESSURE:
	case LIST_TARGET_COUNT:
		return false;
	}
	return false;
}

void render_reasons(const struct reading *reading, struct json_out *out,
                    const struct view_ticket *ticket,
                    const struct view_message *messages, size_t count)
{
	const struct view_message *message = first_inbound(messages, count);
	const struct playbook *playbook = rules_playbook_at(
		&reading->agency->rules, ticket->record.playbook);
	enum request_type type = (enum request_type)ticket->record.type;
	struct triage triage;

	out_open(out, '[');
	if (ticket->record.type_by == TYPE_BY_MEMBER) {
		out_reason(out, STR("Set by a member"), STR(""), STR(""));
	} else if (message && playbook) {
		triage_message(
			playbook, reading->arena,
			&(struct triage_input){.subject = message->subject,
		                               .text = message->text},
			&triage);
		for (size_t i = 0; i < triage.reasons_count; i++) {
			const struct triage_reason *reason = &triage.reasons[i];
			struct str source = reason->in_subject
			                            ? message->subject
			                            : message->text;

			if (!list_is_for(reason->list, type))
				continue;
			out_reason(out,
			           reason->in_subject
			                   ? STR("Words in the subject")
			                   : STR("Words in the message"),
			           str_sub(source, reason->start, reason->end),
			           reason->list->id);
		}
	}
	out_close(out, ']');
}
