/*
 * Access tokens, and the flow by which a person gives leave. One thread at a
 * time asks for a mailbox's token; what the provider hands out for the next
 * time is on disk before this one is used.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "channel/mailboxes_private.h"
#include "desk/items.h"
#include "node/wire.h"
#include "store/view.h"

/* Asked for anew when it has less than this left. */
#define TOKEN_MARGIN (2 * SPAN_MINUTE)

static struct mailbox_token *token_of(struct mailboxes *boxes, int64_t mailbox)
{
	struct mailbox_token *token;

	pthread_mutex_lock(&boxes->lock);
	token = boxes->tokens;
	while (token && token->mailbox != mailbox)
		token = token->next;
	if (!token) {
		token = calloc(1, sizeof(*token));
		if (!token)
			abort();
		token->mailbox = mailbox;
		pthread_mutex_init(&token->lock, NULL);
		token->next = boxes->tokens;
		boxes->tokens = token;
	}
	pthread_mutex_unlock(&boxes->lock);
	return token;
}

void mailbox_access_forget(struct mailboxes *boxes, int64_t mailbox)
{
	struct mailbox_token *token = token_of(boxes, mailbox);

	pthread_mutex_lock(&token->lock);
	token->until = 0;
	pthread_mutex_unlock(&token->lock);
}

/* -- Keeping --------------------------------------------------------------- */

struct token_keeping {
	int64_t mailbox;
	struct str host, refresh;
};

static enum status token_keep_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	const struct token_keeping *keeping = arguments;

	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return mailbox_secret_write(desk->db, turn->arena, keeping->mailbox,
	                            MAILBOX_REFRESH_TOKEN, keeping->host,
	                            keeping->refresh);
}

static enum status token_keep(struct mailboxes *boxes, struct arena *arena,
                              const struct mailbox_settings *settings,
                              struct str refresh)
{
	struct token_keeping keeping = {settings->id, settings->imap.host,
	                                refresh};
	struct node_asked asked = {
		.arena = arena, .run = token_keep_run, .arguments = &keeping};
	struct outcome outcome;

	return node_run(boxes->config.node, &asked, &outcome, NULL);
}

static enum status token_client(struct mailboxes *boxes, struct arena *arena,
                                const struct mailbox_settings *settings,
                                struct oauth_client *client,
                                struct oauth_ends *ends)
{
	enum status status =
		mailbox_secret(boxes, arena, settings->id, MAILBOX_OAUTH_SECRET,
	                       settings->imap.host, &client->secret);

	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	return oauth_ends_of(arena, client, boxes->config.oauth_base, ends);
}

static enum status token_say(struct imap_said *said, enum status status,
                             const char *words)
{
	said->fault = status == ST_FORBIDDEN ? IMAP_FAULT_SIGN_IN
	                                     : IMAP_FAULT_CONNECT;
	snprintf(said->text, sizeof(said->text), "%s", words);
	return status;
}

/* -- Asking for one -------------------------------------------------------- */

/* Under the token's lock. */
static enum status token_ask(struct mailboxes *boxes, struct arena *arena,
                             const struct mailbox_settings *settings,
                             struct mailbox_token *token,
                             struct imap_said *said)
{
	struct oauth_client client = settings->oauth;
	struct oauth_tokens tokens;
	struct oauth_ends ends;
	char words[OAUTH_SAID_BYTES] = "";
	struct str refresh = STR("");
	enum status status = mailbox_secret(boxes, arena, settings->id,
	                                    MAILBOX_REFRESH_TOKEN,
	                                    settings->imap.host, &refresh);

	if (status == ST_NOT_FOUND)
		return token_say(said, ST_FORBIDDEN,
		                 "Nobody has given leave at the provider yet. "
		                 "Authorize the mailbox.");
	if (status == ST_OK)
		status = token_client(boxes, arena, settings, &client, &ends);
	if (status != ST_OK)
		return token_say(
			said, status == ST_NOT_FOUND ? ST_FORBIDDEN : ST_BUSY,
			"Nothing is known of that provider.");
	status = oauth_refresh(arena, &ends, &client, refresh,
	                       boxes->config.program.ca_file, &tokens, words);
	if (status != ST_OK)
		return token_say(said, status, words);
	/* The old one may be worth nothing any more: first of all, keep it. */
	if (tokens.refresh.length > 0 && !str_equal(tokens.refresh, refresh) &&
	    token_keep(boxes, arena, settings, tokens.refresh) != ST_OK)
		return token_say(said, ST_BUSY,
		                 "The new token could not be stored.");
	snprintf(token->access, sizeof(token->access), "%.*s",
	         STR_ARG(tokens.access));
	token->version = settings->version;
	token->until = wire_tick() + tokens.lasts;
	return ST_OK;
}

enum status mailbox_access(struct mailboxes *boxes, struct arena *arena,
                           const struct mailbox_settings *settings,
                           struct str *out, struct imap_said *said)
{
	struct mailbox_token *token = token_of(boxes, settings->id);
	enum status status = ST_OK;

	pthread_mutex_lock(&token->lock);
	if (token->version != settings->version ||
	    token->until < wire_tick() + TOKEN_MARGIN)
		status = token_ask(boxes, arena, settings, token, said);
	if (status == ST_OK)
		*out = str_copy(arena, str_of(token->access));
	pthread_mutex_unlock(&token->lock);
	return status;
}

/* -- Leave from a person --------------------------------------------------- */

static struct str token_random(struct arena *arena)
{
	unsigned char bytes[OAUTH_SECRET_BYTES];

	node_random(bytes, sizeof(bytes));
	return oauth_text(arena, bytes);
}

static struct str token_redirect(struct mailboxes *boxes, struct arena *arena)
{
	return str_printf(arena, "%.*s/oauth/callback",
	                  STR_ARG(boxes->config.url));
}

/* A place for one more; the oldest goes. */
static void token_flow_put(struct mailboxes *boxes, int64_t mailbox,
                           int64_t member, struct str state,
                           struct str verifier)
{
	struct mailbox_flow *flow = &boxes->flows[0];

	pthread_mutex_lock(&boxes->lock);
	for (size_t i = 1; i < MAILBOX_FLOWS; i++) {
		if (boxes->flows[i].until < flow->until)
			flow = &boxes->flows[i];
	}
	*flow = (struct mailbox_flow){
		.mailbox = mailbox,
		.member = member,
		.until = wire_tick() + MAILBOX_FLOW_MS,
	};
	snprintf(flow->state, sizeof(flow->state), "%.*s", STR_ARG(state));
	snprintf(flow->verifier, sizeof(flow->verifier), "%.*s",
	         STR_ARG(verifier));
	pthread_mutex_unlock(&boxes->lock);
}

/* Once. False: nobody of us set out with that state, or too long ago. */
static bool token_flow_take(struct mailboxes *boxes, struct str state,
                            struct mailbox_flow *flow_out)
{
	bool found = false;

	pthread_mutex_lock(&boxes->lock);
	for (size_t i = 0; i < MAILBOX_FLOWS && !found; i++) {
		struct mailbox_flow *flow = &boxes->flows[i];

		found = flow->until > wire_tick() &&
		        strlen(flow->state) == state.length &&
		        sodium_memcmp(flow->state, state.text, state.length) ==
		                0;
		if (found) {
			*flow_out = *flow;
			*flow = (struct mailbox_flow){0};
		}
	}
	pthread_mutex_unlock(&boxes->lock);
	return found;
}

enum status mailbox_authorize(void *context, int64_t mailbox, int64_t member,
                              struct arena *arena, struct str *url_out,
                              struct problem *problem_out)
{
	struct mailboxes *boxes = context;
	struct mailbox_settings settings;
	struct oauth_asking asking;
	struct oauth_ends ends;
	enum status status = mailbox_load(boxes, arena, mailbox, &settings);

	if (status != ST_OK)
		return status;
	if (settings.oauth.client.length == 0 ||
	    oauth_ends_of(arena, &settings.oauth, boxes->config.oauth_base,
	                  &ends) != ST_OK)
		return problem_set(problem_out, ST_INVALID, "oauth",
		                   "Enter the client that the provider gave "
		                   "to this desk, and save it first.");
	asking = (struct oauth_asking){
		.redirect = token_redirect(boxes, arena),
		.state = token_random(arena),
		.verifier = token_random(arena),
		.user = settings.user,
	};
	token_flow_put(boxes, mailbox, member, asking.state, asking.verifier);
	*url_out = oauth_page(arena, &ends, &settings.oauth, &asking);
	return ST_OK;
}

struct token_arrival {
	const struct mailbox_settings *settings;
	struct str refresh;
	struct item_command item;
};

/* The token, and that it is there: one command. */
static enum status token_arrive_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	struct token_arrival *arrival = arguments;
	enum status status = mailbox_secret_write(
		desk->db, turn->arena, arrival->settings->id,
		MAILBOX_REFRESH_TOKEN, arrival->settings->imap.host,
		arrival->refresh);

	if (status != ST_OK)
		return status;
	return desk_item_save(desk, turn, &arrival->item, outcome_out,
	                      problem_out);
}

static enum status token_arrive(struct mailboxes *boxes, struct arena *arena,
                                const struct mailbox_flow *flow,
                                const struct mailbox_settings *settings,
                                struct str refresh, struct problem *problem)
{
	struct token_arrival arrival = {.settings = settings,
	                                .refresh = refresh};
	struct node_asked asked = {.arena = arena,
	                           .actor = flow->member,
	                           .run = token_arrive_run,
	                           .arguments = &arrival};
	struct sql_db *reader = node_reader_take(boxes->config.node);
	struct view_item item;
	struct outcome outcome;
	enum status status = view_item(reader, arena, settings->id, &item);

	node_reader_return(boxes->config.node, reader);
	if (status != ST_OK)
		return status;
	arrival.item = (struct item_command){
		.id = settings->id,
		.sort = ITEM_MAILBOX,
		.owner = item.record.owner,
		.shared = (enum item_shared)item.record.shared,
		.position = item.record.position,
		.active = true,
		.name = item.name,
		.document = mailbox_settings_authorized(
			arena, item.document, node_now(boxes->config.node)),
	};
	status = node_run(boxes->config.node, &asked, &outcome, problem);
	mailboxes_look(boxes);
	return status;
}

enum status mailbox_authorized(void *context, struct arena *arena,
                               struct str state, struct str code,
                               struct str error, struct problem *problem_out)
{
	struct mailboxes *boxes = context;
	struct mailbox_settings settings;
	struct oauth_tokens tokens;
	struct oauth_asking asking;
	struct oauth_client client;
	struct mailbox_flow flow;
	struct oauth_ends ends;
	char words[OAUTH_SAID_BYTES] = "";
	enum status status;

	if (!token_flow_take(boxes, state, &flow))
		return problem_set(problem_out, ST_FORBIDDEN, "state",
		                   "Nobody set out from here, or it took too "
		                   "long. Begin again.");
	if (error.length > 0 || code.length == 0)
		return problem_set(problem_out, ST_FORBIDDEN, "error",
		                   "The provider gave no leave: %.*s",
		                   error.length > 100 ? 100 : (int)error.length,
		                   error.length ? error.text : "");
	status = mailbox_load(boxes, arena, flow.mailbox, &settings);
	if (status != ST_OK)
		return status;
	client = settings.oauth;
	status = token_client(boxes, arena, &settings, &client, &ends);
	if (status != ST_OK)
		return status;
	asking = (struct oauth_asking){
		.redirect = token_redirect(boxes, arena),
		.verifier = str_of(flow.verifier),
	};
	status = oauth_redeem(arena, &ends, &client, &asking, code,
	                      boxes->config.program.ca_file, &tokens, words);
	if (status != ST_OK)
		return problem_set(problem_out, status, "code", "%.250s",
		                   words);
	if (tokens.refresh.length == 0)
		return problem_set(problem_out, ST_FORBIDDEN, "code",
		                   "The provider gave leave for an hour only. "
		                   "Allow access while you are away.");
	mailbox_access_forget(boxes, flow.mailbox);
	return token_arrive(boxes, arena, &flow, &settings, tokens.refresh,
	                    problem_out);
}
