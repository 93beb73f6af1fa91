#include "app/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "app/explain_file.h"
#include "app/serve_mailbox.h"
#include "app/serve_movein.h"
#include "app/serve_web.h"
#include "base/limits.h"
#include "channel/sink.h"
#include "node/jail_mail.h"

#define SERVE_PASSWORD_BYTES 1024

void serve_log(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "holdfast: %s\n", line);
}

/* What a system manager that asked to be told is told. */
static void serve_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, strlen(path));
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	           (struct sockaddr *)&address,
	           (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	                       strlen(path))) < 0)
		serve_log(NULL, "the system manager could not be told");
	close(fd);
}

/* -- Mail in ------------------------------------------------------------- */

static enum status serve_check_recipient(void *context, struct str address)
{
	struct serve *serve = context;

	return node_knows_address(serve->node, address) ? ST_OK : ST_NOT_FOUND;
}

static void serve_accept_mail(void *context, const struct envelope *envelope,
                              struct str raw, enum status results[])
{
	struct serve *serve = context;
	struct mail_in mail = {
		.sender = envelope->sender,
		.recipients = envelope->recipients,
		.recipient_count = envelope->recipient_count,
		.raw = raw,
		.source = SOURCE_LMTP,
		.at = node_now(serve->node),
	};

	node_accept_mail(serve->node, &mail, results);
}

/* -- Mail out ------------------------------------------------------------ */

static const enum outbound_outcome serve_outcomes[SMTP_OUTCOME_COUNT] = {
	[SMTP_SENT] = OUTBOUND_SENT,
	[SMTP_TEMPORARY] = OUTBOUND_TEMPORARY,
	[SMTP_PERMANENT] = OUTBOUND_PERMANENT,
	[SMTP_UNCERTAIN] = OUTBOUND_UNKNOWN,
	/* A person mends these; until then the mail waits. */
	[SMTP_AUTH] = OUTBOUND_TEMPORARY,
	[SMTP_UNTRUSTED] = OUTBOUND_TEMPORARY,
};

/* "Bad destination mailbox address", RFC 3463: there is no such person. */
static bool serve_is_gone(const struct smtp_answer *answer)
{
	struct str text = str_of(answer->text);

	return answer->outcome == SMTP_PERMANENT && answer->code == 550 &&
	       str_find(text, STR("5.1.1"), 0) < text.length;
}

static void serve_line(struct arena *arena, struct str *lines, struct str line)
{
	*lines = lines->length ? str_printf(arena, "%.*s\n%.*s",
	                                    STR_ARG(*lines), STR_ARG(line))
	                       : line;
}

/* Who has it, who was put off and who is refused; the first of them last. */
static bool serve_recipients(struct arena *arena,
                             const struct smtp_result *result,
                             const struct str *recipients, size_t count,
                             struct node_sent *sent)
{
	bool any = false;

	for (size_t i = count; i-- > 0;) {
		const struct smtp_answer *answer = &result->recipients[i];

		any = any || answer->outcome == SMTP_SENT;
		if (serve_is_gone(answer))
			serve_line(arena, &sent->gone, recipients[i]);
		else if (answer->outcome == SMTP_TEMPORARY)
			serve_line(arena, &sent->again, recipients[i]);
	}
	return any;
}

/*
 * One mail, several recipients, one state: whoever has it does not get it
 * again; those who were put off are tried again; the reason names the others.
 */
static void serve_sum_up(struct arena *arena, const struct smtp_result *result,
                         const struct str *recipients, size_t count,
                         struct node_sent *sent)
{
	bool any;

	*sent = (struct node_sent){
		.outcome = serve_outcomes[result->overall.outcome]};
	any = serve_recipients(arena, result, recipients, count, sent);
	if (!any || sent->outcome == OUTBOUND_UNKNOWN) {
		snprintf(sent->reason, sizeof(sent->reason), "%s",
		         result->overall.text);
		sent->again = STR("");
		if (!any)
			return;
	}
	for (size_t i = count; i-- > 0;) {
		if (result->recipients[i].outcome != SMTP_SENT)
			snprintf(sent->reason, sizeof(sent->reason),
			         "Not to %.*s: %s", STR_ARG(recipients[i]),
			         result->recipients[i].text);
	}
	if (sent->outcome == OUTBOUND_UNKNOWN)
		return;
	/* The first is whom it is to: without them nothing was answered. */
	if (result->recipients[0].outcome != SMTP_SENT &&
	    result->recipients[0].outcome != SMTP_TEMPORARY) {
		sent->outcome = OUTBOUND_PERMANENT;
		serve_line(arena, &sent->again, recipients[0]);
	} else if (sent->again.length > 0) {
		sent->outcome = OUTBOUND_TEMPORARY;
	} else {
		sent->outcome = OUTBOUND_SENT;
	}
}

/* Through the mailbox that the address belongs to, else as configured. */
static enum status serve_target(struct serve *serve, struct arena *arena,
                                const struct node_outgoing *mail,
                                struct smtp_target *target,
                                struct node_sent *sent_out)
{
	enum status status = ST_NOT_FOUND;

	if (!mail->to_member || !serve->can_send)
		status = serve_mailbox_target(serve, arena, mail->address,
		                              target, sent_out);
	if (status != ST_NOT_FOUND)
		return status;
	*target = serve->target;
	if (serve->can_send)
		return ST_OK;
	*sent_out = (struct node_sent){
		.outcome = OUTBOUND_TEMPORARY,
		.reason = "No server is set to send through: start "
			  "with --smtp or --sink, or give the mailbox one.",
	};
	return ST_BUSY;
}

static void serve_send(void *context, struct arena *arena,
                       const struct node_outgoing *mail,
                       struct node_sent *sent_out)
{
	struct serve *serve = context;
	const struct smtp_message message = {mail->sender, mail->recipients,
	                                     mail->recipient_count, mail->raw};
	struct smtp_result result = {0};
	struct smtp_target target;
	struct problem problem = {0};
	enum status status = ST_OK;

	if (!serve->sink)
		status = serve_target(serve, arena, mail, &target, sent_out);
	if (status != ST_OK)
		return;
	if (serve->sink)
		status = sink_send(serve->sink, arena, &message, &result,
		                   &problem);
	else
		status = smtp_send(arena, &target, &message, &result, &problem);
	if (status == ST_OK && result.overall.outcome == SMTP_AUTH)
		serve_mailbox_refused(serve, arena, mail->address);
	if (status == ST_OK) {
		serve_sum_up(arena, &result, mail->recipients,
		             mail->recipient_count, sent_out);
		return;
	}
	*sent_out = (struct node_sent){.outcome = status == ST_INVALID
	                                                  ? OUTBOUND_PERMANENT
	                                                  : OUTBOUND_TEMPORARY};
	snprintf(sent_out->reason, sizeof(sent_out->reason), "%s",
	         problem.text);
}

static enum status serve_read_password(struct serve *serve,
                                       struct problem *problem)
{
	struct arena *arena = serve->line->arena;
	struct str path =
		config_get(&serve->line->config, CONFIG_SMTP_PASSWORD_FILE);
	struct str rest, line = STR("");
	struct buf buf;
	bool read;

	if (path.length == 0)
		return ST_OK;
	buf_init(&buf, SERVE_PASSWORD_BYTES);
	read = explain_file_read(str_cstr(arena, path), &buf);
	rest = buf_view(&buf);
	if (read && str_line(&rest, &line))
		serve->target.password = str_copy(arena, line);
	buf_release(&buf);
	return read ? ST_OK
	            : problem_set(problem, ST_INVALID, "smtp-password-file",
	                          "%.*s cannot be read.", STR_ARG(path));
}

/* "smtps://host:port" and "smtp://host:port" */
static enum status serve_read_target(struct serve *serve,
                                     struct problem *problem)
{
	const struct config *config = &serve->line->config;
	struct str url = config_get(config, CONFIG_SMTP);
	struct str rest;
	size_t colon;
	int64_t port;

	serve->can_send = url.length > 0 || serve->sink;
	if (url.length == 0)
		return ST_OK;
	if (str_starts(url, STR("smtps://"))) {
		serve->target.tls = SMTP_TLS_IMPLICIT;
		rest = str_sub(url, 8, url.length);
		port = 465;
	} else if (str_starts(url, STR("smtp://"))) {
		serve->target.tls = SMTP_TLS_STARTTLS;
		rest = str_sub(url, 7, url.length);
		port = 587;
	} else {
		return problem_set(problem, ST_INVALID, "smtp",
		                   "Write smtps://host:465 or "
		                   "smtp://host:587.");
	}
	if (!str_equal(config_get(config, CONFIG_SMTP_PLAIN), STR("yes")) &&
	    !str_equal(config_get(config, CONFIG_SMTP_PLAIN), STR("no")))
		return problem_set(problem, ST_INVALID, "smtp-plain",
		                   "Write yes or no.");
	if (str_equal(config_get(config, CONFIG_SMTP_PLAIN), STR("yes"))) {
		serve->target.tls = SMTP_TLS_NONE;
		serve->target.plain_allowed = true;
	}
	colon = str_find_char(rest, ':', 0);
	if (colon < rest.length &&
	    (!str_to_i64(str_sub(rest, colon + 1, rest.length), &port) ||
	     port < 1 || port > 65535))
		return problem_set(problem, ST_INVALID, "smtp",
		                   "Behind the colon comes a port, such as "
		                   "587.");
	serve->target.host = str_sub(rest, 0, colon);
	serve->target.port = (unsigned)port;
	serve->target.user = config_get(config, CONFIG_SMTP_USER);
	serve->target.ca_file = config_get(config, CONFIG_SMTP_CA);
	serve->target.helo = config_get(config, CONFIG_HOST);
	return serve_read_password(serve, problem);
}

/* -- Webhooks ------------------------------------------------------------ */

static void serve_hook(void *context, struct arena *arena,
                       const struct node_hook *hook,
                       struct node_hooked *hooked_out)
{
	const struct serve *serve = context;
	const struct webhook_post post = {
		.url = hook->url,
		.id = hook->id,
		.body = hook->body,
		.secret = hook->secret,
		.timestamp = hook->at / SPAN_SECOND,
		.stop = hook->stop,
	};
	struct webhook_posted posted;

	webhook_post(arena, &serve->networks, &post, &posted);
	*hooked_out = (struct node_hooked){
		.status = posted.status,
		.refused = posted.refused,
		.wait = posted.wait,
	};
	snprintf(hooked_out->said, sizeof(hooked_out->said), "%s", posted.said);
}

/* -- Start and stop ------------------------------------------------------ */

static bool serve_skips(void *context, int64_t seq)
{
	return serve_mailbox_skips(context) && serve_web_skips(context, seq);
}

static void serve_committed(void *context, struct sql_db *reader,
                            struct arena *arena, const struct event *events,
                            size_t count)
{
	serve_mailbox_committed(context, events, count);
	serve_web_committed(context, reader, arena, events, count);
}

static enum status serve_start_node(struct serve *serve,
                                    struct problem *problem)
{
	struct node_config config = {
		.file = workspace_file(serve->line->arena,
	                               &serve->line->config),
		.jail = serve->jail,
		.plain_addresses = str_equal(
			config_get(&serve->line->config, CONFIG_SUB_ADDRESSES),
			STR("no")),
		.authserv =
			config_get(&serve->line->config, CONFIG_AUTHSERV_ID),
		.driver = {.context = serve,
	                   .send = serve_send,
	                   .skips = serve_skips,
	                   .committed = serve_committed,
	                   .hook_body = serve_web_hook_body,
	                   .hook_send = serve_hook,
	                   .moved = serve_web_moved,
	                   .fetch = serve_fetch,
	                   .log = serve_log},
		.now = serve->now,
		.now_context = serve->now_context,
	};

	return node_start(&config, &serve->node, problem);
}

static enum status serve_start_lmtp(struct serve *serve,
                                    struct problem *problem)
{
	struct lmtp_config config = {
		.address = config_get(&serve->line->config, CONFIG_LMTP),
		.host = config_get(&serve->line->config, CONFIG_HOST),
		.driver = &serve->driver,
	};

	serve->driver = (struct channel_driver){serve, serve_check_recipient,
	                                        serve_accept_mail};
	if (str_equal(config.address, STR("off")))
		return ST_OK;
	return lmtp_start(&config, &serve->lmtp, problem);
}

bool serve_start(struct serve *serve)
{
	const struct config *config = &serve->line->config;
	struct str sink = config_get(config, CONFIG_SINK);
	/* For tests of quarantine; see node/jail_mail.h. */
	const struct jail_mail_config jail = {
		.poison = str_of(getenv("HOLDFAST_TEST_POISON"))};
	struct problem problem = {0};
	enum status status;

	if (!workspace_folder(config))
		return false;
	/* The jail forks; so it comes before every thread. */
	status = jail_mail_start(&jail, &serve->jail, &problem);
	smtp_init();
	/* Two desks on one workspace would overwrite each other's log. */
	if (status == ST_OK)
		status = workspace_lock(config, &problem);
	if (status == ST_OK && sink.length > 0)
		status = sink_open(sink, &serve->sink, &problem);
	if (status == ST_OK)
		status = serve_read_target(serve, &problem);
	if (status == ST_OK)
		status = webhook_networks_parse(
			serve->line->arena,
			config_get(config, CONFIG_WEBHOOK_NETWORKS),
			&serve->networks, &problem);
	if (status == ST_OK)
		status = serve_start_node(serve, &problem);
	if (status == ST_OK)
		status = serve_web_start(serve, &problem);
	if (status == ST_OK)
		status = serve_start_lmtp(serve, &problem);
	if (status == ST_OK)
		return true;
	fprintf(stderr, "holdfast: %.*s%s: %s\n",
	        STR_ARG(config_origin(serve->line->arena, config,
	                              problem.field)),
	        problem.field, problem.text);
	serve_stop(serve);
	return false;
}

void serve_stop(struct serve *serve)
{
	lmtp_stop(&serve->lmtp);
	serve_web_stop(serve);
	serve_mailbox_stop(serve);
	node_stop(&serve->node);
	serve_mailbox_release(serve);
	serve_web_release(serve);
	sink_close(&serve->sink);
	jail_stop(&serve->jail);
}

static volatile sig_atomic_t serve_ended;

static void serve_end(int number)
{
	(void)number;
	serve_ended = 1;
}

/* A program with threads cannot make another jail: its supervisor must. */
static bool serve_broken(struct serve *serve)
{
	if (!node_health(serve->node).jail.broken)
		return false;
	serve_log(serve, "the jail of the parser is gone; start me again");
	return true;
}

int serve_wait(struct serve *serve, void (*tick)(void *context), void *context)
{
	struct sigaction action = {.sa_handler = serve_end};
	const struct timespec second = {.tv_sec = 1};
	bool broken = false;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	serve_notify("READY=1");
	while (!serve_ended && !broken) {
		nanosleep(&second, NULL);
		broken = serve_broken(serve);
		if (tick && !serve_ended && !broken)
			tick(context);
	}
	serve_notify("STOPPING=1");
	return broken ? EX_TEMPFAIL : EX_OK;
}

int app_serve(int argc, char **argv)
{
	struct command_line line;
	struct serve serve = {.line = &line};
	int code;

	if (!command_line_read(argc, argv, &line))
		return EX_CONFIG;
	if (!serve_start(&serve))
		return EX_CONFIG;
	serve_web_announce(&serve);
	code = serve_wait(&serve, NULL, NULL);
	serve_stop(&serve);
	arena_free(&line.arena);
	return code;
}
