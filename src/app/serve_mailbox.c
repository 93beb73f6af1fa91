#include "app/serve_mailbox.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/serve_web.h"

/*
 * For tests: patience, idle, first and last retry and when to shout, in
 * milliseconds, apart by commas.
 */
static void serve_mailbox_hurry(struct mailboxes_config *config)
{
	span_ms *spans[] = {&config->patience, &config->idle,
	                    &config->retry_first, &config->retry_last,
	                    &config->shout_after};
	struct str rest = str_of(getenv("HOLDFAST_TEST_MAILBOX")), piece;

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans) &&
	                   str_split(&rest, ',', &piece);
	     i++) {
		if (!str_to_i64(piece, spans[i]))
			*spans[i] = 0;
	}
}

static void serve_mailbox_changed(void *context, int64_t mailbox)
{
	serve_web_mailbox(context, mailbox);
}

enum status serve_mailbox_start(struct serve *serve, const char *url,
                                struct problem *problem)
{
	const struct config *settings = &serve->line->config;
	struct mailboxes_config config = {
		.node = serve->node,
		.program = {.ca_file = config_get(settings, CONFIG_MAILBOX_CA)},
		.url = str_of(url),
		.oauth_base = config_get(settings, CONFIG_OAUTH),
		.changed = serve_mailbox_changed,
		.log = serve_log,
		.context = serve,
	};
	struct mailboxes *boxes = NULL;

	serve_mailbox_hurry(&config);
	if (mailboxes_start(&config, &boxes) != ST_OK)
		return problem_set(problem, ST_BUSY, "mailboxes",
		                   "There is no thread for the mailboxes.");
	serve->box_port = mailboxes_port(boxes);
	atomic_store(&serve->boxes, boxes);
	return ST_OK;
}

void serve_mailbox_stop(struct serve *serve)
{
	struct mailboxes *boxes = atomic_load(&serve->boxes);

	if (boxes)
		mailboxes_stop(boxes);
}

void serve_mailbox_release(struct serve *serve)
{
	struct mailboxes *boxes = atomic_exchange(&serve->boxes, NULL);

	mailboxes_release(&boxes);
}

bool serve_mailbox_skips(struct serve *serve)
{
	struct mailboxes *boxes = atomic_load(&serve->boxes);

	return !boxes || mailboxes_skips(boxes);
}

void serve_mailbox_committed(struct serve *serve, const struct event *events,
                             size_t count)
{
	struct mailboxes *boxes = atomic_load(&serve->boxes);

	if (boxes)
		mailboxes_committed(boxes, events, count);
}

enum status serve_mailbox_target(struct serve *serve, struct arena *arena,
                                 int64_t address,
                                 struct smtp_target *target_out,
                                 struct node_sent *sent_out)
{
	struct mailboxes *boxes = atomic_load(&serve->boxes);
	struct imap_said said = {0};
	enum status status;

	if (!boxes)
		return ST_NOT_FOUND;
	status = mailboxes_smtp(boxes, arena, address, target_out, &said);
	if (status == ST_OK)
		target_out->helo =
			config_get(&serve->line->config, CONFIG_HOST);
	else if (status != ST_NOT_FOUND) {
		/* A person mends it; until then the mail waits. */
		*sent_out = (struct node_sent){.outcome = OUTBOUND_TEMPORARY};
		snprintf(sent_out->reason, sizeof(sent_out->reason), "%s",
		         said.text);
	}
	return status;
}

void serve_mailbox_refused(struct serve *serve, struct arena *arena,
                           int64_t address)
{
	struct mailboxes *boxes = atomic_load(&serve->boxes);

	if (boxes)
		mailboxes_smtp_refused(boxes, arena, address);
}
