/*
 * Mailboxes: set up, tried, authorized. What a mailbox is signed in with goes
 * into the store of secrets in the same command, and is never answered.
 */
#include "web/route/mailbox.h"

#include <string.h>

#include "base/limits.h"
#include "node/mailbox.h"
#include "store/mailbox.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

static enum status mailbox_check_tree(struct request *request, int64_t id,
                                      const json_t *tree)
{
	const struct agency *agency = node_agency_take(request->web->node);
	bool known = agency_address(agency, body_i64(tree, "address")) != NULL;
	const json_t *imap = body_node(tree, "imap");
	const json_t *smtp = body_node(tree, "smtp");
	bool oauth = str_equal(body_str(imap, "auth"), STR("oauth2")) ||
	             str_equal(body_str(smtp, "auth"), STR("oauth2"));

	(void)id;
	node_agency_return(request->web->node, agency);
	if (!known)
		return problem_set(&request->problem, ST_INVALID, "address",
		                   "There is no such address. Add it first.");
	if (oauth && body_str(body_node(tree, "oauth"), "client").length == 0)
		return problem_set(&request->problem, ST_INVALID, "oauth",
		                   "Signing in by OAuth2 needs the client that "
		                   "the provider gave to this desk.");
	return ST_OK;
}

/* -- Secrets --------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *member;
	enum mailbox_secret which;
	const char *server; /* whose host it is bound to */
} mailbox_secrets[] = {
	{"password",      MAILBOX_PASSWORD,      "imap"},
	{"smtp_password", MAILBOX_SMTP_PASSWORD, "smtp"},
	{"oauth_secret",  MAILBOX_OAUTH_SECRET,  "imap"},
};
static const char *const mailbox_apart[] = {"password", "smtp_password", "oauth_secret", NULL};
/* clang-format on */

/* In the command that saves the item; `tree` is its whole document. */
static enum status mailbox_keep(struct desk *desk, struct arena *arena,
                                int64_t id, const json_t *body,
                                const json_t *tree)
{
	enum status status = ST_OK;

	for (size_t i = 0;
	     i < sizeof(mailbox_secrets) / sizeof(*mailbox_secrets) &&
	     status == ST_OK;
	     i++) {
		const char *member = mailbox_secrets[i].member;
		struct str value = body_str(body, member);

		/* Left out or empty: as it is. */
		if (value.length == 0)
			continue;
		status = mailbox_secret_write(
			desk->db, arena, id, mailbox_secrets[i].which,
			body_str(body_node(tree, mailbox_secrets[i].server),
		                 "host"),
			value);
	}
	return status;
}

/* -- Health ---------------------------------------------------------------- */

static void mailbox_health_of(const struct web *web, int64_t id,
                              struct mailbox_health *health)
{
	*health = (struct mailbox_health){0};
	if (web && web->mailboxes)
		web->mailboxes->health(web->mailboxes->context, id, health);
}

static void mailbox_write_health(struct json_out *out,
                                 const struct mailbox_health *health)
{
	out_key_open(out, "health", '{');
	out_key_text(out, "state", mailbox_state_names[health->state]);
	out_key_at(out, "since_at", health->since_at);
	out_key_str_or_null(out, "said", str_of(health->said));
	out_key_at(out, "last_mail_at", health->last_mail_at);
	out_key_at(out, "next_try_at", health->next_try_at);
	out_key_i64(out, "behind", health->behind);
	out_close(out, '}');
}

/* What nobody has set yet, and how it fares. */
static void mailbox_more(const struct reading *reading, struct json_out *out,
                         const struct view_item *item)
{
	static const char *const nodes[] = {"smtp", "oauth"};
	struct mailbox_health health;
	json_t *tree = item_tree(item);

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
		if (!json_object_get(tree, nodes[i]))
			out_key_null(out, nodes[i]);
	if (!json_object_get(tree, "active"))
		out_key_bool(out, "active", false);
	json_decref(tree);
	mailbox_health_of(reading->web, item->record.id, &health);
	mailbox_write_health(out, &health);
}

static const struct item_noun mailbox_noun = {
	.sort = ITEM_MAILBOX,
	.plural = "mailboxes",
	.singular = "mailbox",
	.shared = SHARED_ALL,
	.check = mailbox_check_tree,
	.more = mailbox_more,
	.apart = mailbox_apart,
	.keep = mailbox_keep,
};

enum status mailbox_write_states(const struct web *web,
                                 const struct reading *reading,
                                 struct json_out *out)
{
	struct view_item *items = NULL;
	size_t count = 0;
	enum status status = view_items(reading->db, reading->arena,
	                                ITEM_MAILBOX, &items, &count);

	out_key_open(out, "mailboxes", '[');
	for (size_t i = 0; i < count; i++) {
		struct mailbox_health health;

		mailbox_health_of(web, items[i].record.id, &health);
		out_open(out, '{');
		out_key_i64(out, "id", items[i].record.id);
		out_key_str(out, "name", items[i].name);
		out_key_text(out, "state", mailbox_state_names[health.state]);
		out_key_at(out, "since_at", health.since_at);
		out_key_str_or_null(out, "said", str_of(health.said));
		out_close(out, '}');
	}
	out_close(out, ']');
	return status;
}

/* To the stream: as the list has it. */
void mailbox_publish(const struct web *web, int64_t mailbox)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES * 8);
	struct reading reading = {.arena = arena, .web = web};
	struct stream_item event = {
		.event = "mailbox",
		.right = RIGHT_SETTINGS_READ,
		.passing = true,
	};
	struct view_item item;
	struct json_out out;
	struct buf buf;
	bool found;

	reading.db = node_reader_take(web->node);
	found = view_item(reading.db, arena, mailbox, &item) == ST_OK &&
	        item.record.active && item.record.sort == ITEM_MAILBOX;
	buf_init(&buf, LIMIT_TEXT_BYTES);
	out_init(&out, &buf);
	if (found) {
		out_open(&out, '{');
		out_key(&out, "mailbox");
		item_write(&reading, &out, &mailbox_noun, &item);
		out_close(&out, '}');
		event.json = buf_view(&buf);
		hub_publish(web->hub, &event, 1);
	}
	node_reader_return(web->node, reading.db);
	buf_release(&buf);
	arena_free(&arena);
}

/* -- Routes ---------------------------------------------------------------- */

enum status route_mailbox_list(struct request *request,
                               struct response *response)
{
	return item_list(request, response, &mailbox_noun);
}

/* `authorized_at` is ours to say, and stays while the client does. */
static enum status mailbox_settle_oauth(struct request *request)
{
	json_t *body = (json_t *)(uintptr_t)request->body;
	json_t *oauth = json_object_get(body, "oauth");
	json_t *at = json_null(), *was = NULL;
	struct view_item item;
	struct reading reading;
	enum status status;

	if (!json_is_object(oauth))
		return ST_OK;
	if (request->ids[0] > 0) {
		status = act_read(request, &reading);
		if (status != ST_OK)
			return status;
		status = view_item(reading.db, reading.arena, request->ids[0],
		                   &item);
		if (status == ST_OK && item.record.sort == ITEM_MAILBOX)
			was = item_tree(&item);
		act_read_end(request, &reading);
	}
	if (was &&
	    str_equal(body_str(body_node(was, "oauth"), "client"),
	              body_str(oauth, "client")) &&
	    str_equal(body_str(body_node(was, "oauth"), "tenant"),
	              body_str(oauth, "tenant")) &&
	    json_object_get(json_object_get(was, "oauth"), "authorized_at"))
		at = json_object_get(json_object_get(was, "oauth"),
		                     "authorized_at");
	json_object_set(oauth, "authorized_at", at);
	if (!json_object_get(oauth, "tenant"))
		json_object_set_new(oauth, "tenant", json_null());
	json_decref(was);
	return ST_OK;
}

static void mailbox_look(const struct request *request, enum status status)
{
	const struct mailbox_port *port = request->web->mailboxes;

	if (status == ST_OK && port)
		port->look(port->context);
}

enum status route_mailbox_create(struct request *request,
                                 struct response *response)
{
	json_t *body = (json_t *)(uintptr_t)request->body;
	enum status status;

	/* A mailbox that somebody adds is meant to be read. */
	if (!body_has(body, "active"))
		json_object_set_new(body, "active", json_true());
	status = mailbox_settle_oauth(request);
	if (status == ST_OK)
		status = item_create(request, response, &mailbox_noun);
	mailbox_look(request, status);
	return status;
}

enum status route_mailbox_change(struct request *request,
                                 struct response *response)
{
	enum status status = mailbox_settle_oauth(request);

	if (status == ST_OK)
		status = item_change(request, response, &mailbox_noun);
	mailbox_look(request, status);
	return status;
}

/* The port, if there is such a mailbox. */
static enum status mailbox_port_of(struct request *request,
                                   const struct mailbox_port **port_out)
{
	struct view_item item;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_item(reading.db, reading.arena, request->ids[0], &item);
	if (status == ST_OK &&
	    (!item.record.active || item.record.sort != ITEM_MAILBOX))
		status = ST_NOT_FOUND;
	act_read_end(request, &reading);
	*port_out = request->web->mailboxes;
	return status == ST_OK && !*port_out ? ST_BUSY : status;
}

enum status route_mailbox_check(struct request *request,
                                struct response *response)
{
	struct mailbox_step steps[MAILBOX_STEPS_MAX];
	const struct mailbox_port *port;
	struct json_out *out;
	size_t count;
	enum status status = mailbox_port_of(request, &port);

	if (status != ST_OK)
		return status;
	count = port->check(port->context, request->ids[0], steps);
	out = response_begin(response);
	out_key_bool(out, "ok", count > 0 && steps[count - 1].ok);
	out_key_open(out, "steps", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_text(out, "step", steps[i].step);
		out_key_bool(out, "ok", steps[i].ok);
		out_key_str_or_null(out, "said", str_of(steps[i].said));
		out_close(out, '}');
	}
	out_close(out, ']');
	response_end(response);
	return ST_OK;
}

enum status route_mailbox_folders(struct request *request,
                                  struct response *response)
{
	struct mailbox_folder *folders = NULL;
	const struct mailbox_port *port;
	struct json_out *out;
	size_t count = 0;
	enum status status = mailbox_port_of(request, &port);

	if (status == ST_OK)
		status = port->folders(port->context, request->ids[0],
		                       request->arena, &folders, &count,
		                       &request->problem);
	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_open(out, "folders", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_str(out, "name", folders[i].name);
		if (folders[i].messages < 0)
			out_key_null(out, "messages");
		else
			out_key_i64(out, "messages", folders[i].messages);
		out_key_bool(out, "sent", folders[i].sent);
		out_close(out, '}');
	}
	out_close(out, ']');
	response_end(response);
	return ST_OK;
}

enum status route_mailbox_authorize(struct request *request,
                                    struct response *response)
{
	const struct mailbox_port *port;
	struct json_out *out;
	struct str url = STR("");
	enum status status = mailbox_port_of(request, &port);

	if (status == ST_OK)
		status = port->authorize(
			port->context, request->ids[0], request->session.member,
			request->arena, &url, &request->problem);
	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_str(out, "url", url);
	response_end(response);
	return ST_OK;
}

/* Words as a part of an address. */
static struct str mailbox_escape(struct arena *arena, const char *words)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t length = strlen(words), at = 0;
	char *text = arena_alloc(arena, length * 3 + 1);

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)words[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9')) {
			text[at++] = (char)c;
			continue;
		}
		text[at++] = '%';
		text[at++] = digits[c >> 4];
		text[at++] = digits[c & 15];
	}
	return (struct str){text, at};
}

/*
 * The provider sends a person's browser here. The cookie does not come along,
 * because another site sends it; `state`, which only they were given, says who
 * it is. Whatever came of it, they end at their settings.
 */
enum status route_oauth_callback(struct request *request,
                                 struct response *response)
{
	const struct mailbox_port *port = request->web->mailboxes;
	struct problem problem = {0};
	struct str place = STR("/settings/mailboxes");
	enum status status = ST_BUSY;

	if (port)
		status = port->authorized(port->context, request->arena,
		                          body_str(request->filter, "state"),
		                          body_str(request->filter, "code"),
		                          body_str(request->filter, "error"),
		                          &problem);
	if (status != ST_OK)
		place = str_printf(
			request->arena, "%.*s?refused=%.*s", STR_ARG(place),
			STR_ARG(mailbox_escape(request->arena,
		                               problem.text[0]
		                                       ? problem.text
		                                       : status_name(status))));
	response->kind = RESPONSE_EMPTY;
	response->status = 303;
	response_header(response, "Location", str_cstr(request->arena, place));
	return ST_OK;
}
