/*
 * Whom smtp_send() believes: a server with GnuTLS on loopback, with good and
 * bad certificates made here, that may withhold or garble STARTTLS, and that
 * may or may not take our password. No secret may leave before trust is there.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "channel/lmtp_socket.h"
#include "channel/smtp.h"

/* Certificates. */

struct identity {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t certificate;
};

static char authority_file[] = "/tmp/holdfast-ca-XXXXXX";
static struct identity authority;

static struct identity identity_make(const char *name, bool is_authority,
                                     long from, long until)
{
	static const unsigned char loopback[4] = {127, 0, 0, 1};
	struct identity made;
	bool loop = strcmp(name, "127.0.0.1") == 0;

	gnutls_x509_privkey_init(&made.key);
	gnutls_x509_crt_init(&made.certificate);
	assert_int_equal(
		gnutls_x509_privkey_generate(made.key, GNUTLS_PK_ECDSA, 256, 0),
		0);
	gnutls_x509_crt_set_version(made.certificate, 3);
	gnutls_x509_crt_set_serial(made.certificate, name, 4);
	gnutls_x509_crt_set_dn_by_oid(made.certificate,
	                              GNUTLS_OID_X520_COMMON_NAME, 0, name,
	                              (unsigned)strlen(name));
	gnutls_x509_crt_set_key(made.certificate, made.key);
	gnutls_x509_crt_set_activation_time(made.certificate, from);
	gnutls_x509_crt_set_expiration_time(made.certificate, until);
	gnutls_x509_crt_set_ca_status(made.certificate, is_authority);
	if (is_authority)
		gnutls_x509_crt_set_key_usage(made.certificate,
		                              GNUTLS_KEY_KEY_CERT_SIGN);
	else
		gnutls_x509_crt_set_subject_alt_name(
			made.certificate,
			loop ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME,
			loop ? (const void *)loopback : name,
			loop ? 4 : (unsigned)strlen(name), GNUTLS_FSAN_SET);
	return made;
}

static void identity_sign(struct identity *made, const struct identity *by)
{
	assert_int_equal(gnutls_x509_crt_sign2(made->certificate,
	                                       by->certificate, by->key,
	                                       GNUTLS_DIG_SHA256, 0),
	                 0);
}

static void identity_release(struct identity *made)
{
	gnutls_x509_crt_deinit(made->certificate);
	gnutls_x509_privkey_deinit(made->key);
}

/* The server. */

struct script {
	const char *name; /* in the certificate */
	bool strange;     /* signed by itself */
	bool expired;
	bool implicit;        /* TLS from the first byte */
	bool no_starttls;     /* not offered */
	bool refuse_starttls; /* offered and then refused */
	const char *behind;   /* sent in the clear right after STARTTLS' 220 */
	const char *auth;     /* reply to AUTH; NULL: not offered */
	bool old;             /* TLS 1.1 only */
};

struct server {
	const struct script *script;
	int listener, fd;
	unsigned port;
	pthread_t thread;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session; /* NULL while in the clear */
	struct buf clear, secret; /* what the client said in either way */
	bool mailed;
};

static bool server_say(struct server *server, const char *text)
{
	size_t length = strlen(text);

	if (server->session)
		return gnutls_record_send(server->session, text, length) > 0;
	return send(server->fd, text, length, MSG_NOSIGNAL) > 0;
}

static bool server_hear(struct server *server, char *line, size_t room)
{
	size_t length = 0;

	while (length + 1 < room) {
		ssize_t n = server->session
		                    ? gnutls_record_recv(server->session,
		                                         line + length, 1)
		                    : recv(server->fd, line + length, 1, 0);

		if (n != 1)
			return false;
		if (line[length++] == '\n')
			break;
	}
	line[length] = '\0';
	buf_text(server->session ? &server->secret : &server->clear, line);
	return true;
}

static bool server_shake_hands(struct server *server)
{
	gnutls_session_t session;
	int code;

	gnutls_init(&session, GNUTLS_SERVER);
	if (server->script->old)
		gnutls_priority_set_direct(
			session, "NORMAL:-VERS-ALL:+VERS-TLS1.1", NULL);
	else
		gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE,
	                       server->credentials);
	gnutls_transport_set_int(session, server->fd);
	do {
		code = gnutls_handshake(session);
	} while (code < 0 && !gnutls_error_is_fatal(code));
	if (code < 0) {
		gnutls_deinit(session);
		return false;
	}
	server->session = session;
	return true;
}

static bool server_starttls(struct server *server)
{
	char reply[256];

	if (server->script->refuse_starttls)
		return server_say(server, "454 not today\r\n");
	snprintf(reply, sizeof(reply), "220 go\r\n%s",
	         server->script->behind ? server->script->behind : "");
	return server_say(server, reply) && server_shake_hands(server);
}

static bool server_ehlo(struct server *server)
{
	const struct script *script = server->script;

	if (!server->session && !script->no_starttls)
		return server_say(server, "250-x\r\n250-AUTH PLAIN\r\n"
		                          "250 STARTTLS\r\n");
	return server_say(server, script->auth ? "250-x\r\n250 AUTH PLAIN\r\n"
	                                       : "250 x\r\n");
}

static bool server_answer(struct server *server, const char *line)
{
	char content[256];

	if (strncmp(line, "EHLO", 4) == 0)
		return server_ehlo(server);
	if (strncmp(line, "STARTTLS", 8) == 0)
		return server_starttls(server);
	if (strncmp(line, "AUTH PLAIN\r", 11) == 0)
		return server_say(server, "334 \r\n") &&
		       server_hear(server, content, sizeof(content)) &&
		       server_say(server, server->script->auth);
	if (strncmp(line, "AUTH", 4) == 0)
		return server_say(server, server->script->auth);
	if (strncmp(line, "DATA", 4) != 0)
		return server_say(server, "250 ok\r\n");
	if (!server_say(server, "354 go\r\n"))
		return false;
	do {
		if (!server_hear(server, content, sizeof(content)))
			return false;
	} while (strcmp(content, ".\r\n") != 0);
	server->mailed = true;
	return server_say(server, "250 stored\r\n");
}

static void *server_run(void *context)
{
	struct server *server = context;
	struct pollfd ready = {.fd = server->listener, .events = POLLIN};
	char line[1024];
	bool open;

	poll(&ready, 1, -1);
	server->fd = accept(server->listener, NULL, NULL);
	open = (!server->script->implicit || server_shake_hands(server)) &&
	       server_say(server, "220 hello\r\n");
	while (open && server_hear(server, line, sizeof(line)))
		open = server_answer(server, line);
	if (server->session)
		gnutls_deinit(server->session);
	close(server->fd);
	return NULL;
}

static void server_start(struct server *server, const struct script *script)
{
	struct identity own;
	long day = 86400;
	/* The test must hold on any day: the span is wide. */
	long until = script->expired ? 1000 * day : 40000 * day;

	*server = (struct server){.script = script};
	buf_init(&server->clear, 1u << 16);
	buf_init(&server->secret, 1u << 16);
	own = identity_make(script->name, false, day, until);
	identity_sign(&own, script->strange ? &own : &authority);
	gnutls_certificate_allocate_credentials(&server->credentials);
	gnutls_certificate_set_x509_key(server->credentials, &own.certificate,
	                                1, own.key);
	identity_release(&own);
	assert_int_equal(
		lmtp_socket_listen(STR("127.0.0.1:0"), &server->listener, NULL),
		ST_OK);
	server->port = lmtp_socket_port(server->listener);
	assert_true(pthread_create(&server->thread, NULL, server_run, server) ==
	            0);
}

static void server_stop(struct server *server)
{
	pthread_join(server->thread, NULL);
	close(server->listener);
	gnutls_certificate_free_credentials(server->credentials);
}

static void server_release(struct server *server)
{
	buf_release(&server->clear);
	buf_release(&server->secret);
}

/* Sends one mail as user "me", password "geheim"; `user` may be empty. */
static enum smtp_outcome send_one(struct server *server,
                                  const struct script *script, const char *user,
                                  const char *ca_file)
{
	struct arena *arena = arena_new(1u << 20);
	struct str to = STR("c@d.example");
	struct smtp_result result;

	server_start(server, script);

	struct smtp_target target = {
		.host = STR("127.0.0.1"),
		.port = server->port,
		.tls = script->implicit ? SMTP_TLS_IMPLICIT : SMTP_TLS_STARTTLS,
		.user = str_of(user),
		.password = STR("geheim"),
		.ca_file = str_of(ca_file),
		.answer_max = 20 * SPAN_SECOND,
	};
	struct smtp_message message = {
		.sender = STR("a@b.example"),
		.recipients = &to,
		.recipient_count = 1,
		.raw = STR("Subject: x\r\n\r\nx\r\n"),
	};

	assert_int_equal(smtp_send(arena, &target, &message, &result, NULL),
	                 ST_OK);
	server_stop(server);
	assert_true(server->mailed == (result.overall.outcome == SMTP_SENT));
	assert_true(result.overall.text[0] != '\0');
	arena_free(&arena);
	return result.overall.outcome;
}

#define PASSWORD "AG1lAGdlaGVpbQ==" /* \0me\0geheim */

static void expect(const struct script *script, enum smtp_outcome outcome,
                   bool password_sent)
{
	struct server server;
	enum smtp_outcome got = send_one(&server, script, "me", authority_file);

	if (got != outcome)
		fail_msg("%s instead of %s", smtp_outcome_name(got),
		         smtp_outcome_name(outcome));
	/* Nothing but the wish to speak TLS is ever said in the clear. */
	assert_null(strstr(buf_view(&server.clear).text, "AUTH"));
	assert_null(strstr(buf_view(&server.clear).text, "MAIL"));
	assert_true(password_sent ==
	            (strstr(buf_view(&server.secret).text, PASSWORD) != NULL));
	server_release(&server);
}

#define HOST "127.0.0.1"
#define YES  "235 2.7.0 welcome\r\n"

static void test_trusted(void **state)
{
	(void)state;
	expect(&(struct script){.name = HOST, .auth = YES}, SMTP_SENT, true);
	expect(&(struct script){.name = HOST, .auth = YES, .implicit = true},
	       SMTP_SENT, true);
}

static void test_untrusted(void **state)
{
	const struct script scripts[] = {
		{.name = "other.example", .auth = YES},
		{.name = HOST, .auth = YES, .strange = true},
		{.name = HOST, .auth = YES, .expired = true},
		{.name = HOST, .auth = YES, .old = true},
		{.name = HOST, .auth = YES, .no_starttls = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		struct script script = scripts[i];

		expect(&script, SMTP_UNTRUSTED, false);
		script.implicit = true;
		if (!script.no_starttls)
			expect(&script, SMTP_UNTRUSTED, false);
	}
	expect(&(struct script){.name = HOST, .refuse_starttls = true},
	       SMTP_TEMPORARY, false);
}

/* The system's authorities do not know ours. */
static void test_unknown_authority(void **state)
{
	struct script script = {.name = HOST, .auth = YES};
	struct server server;

	(void)state;
	assert_int_equal(send_one(&server, &script, "me", ""), SMTP_UNTRUSTED);
	server_release(&server);
	assert_int_equal(send_one(&server, &script, "me", "/no/such/file"),
	                 SMTP_UNTRUSTED);
	server_release(&server);
}

/* Words in the clear behind the 220 of STARTTLS are not taken for replies. */
static void test_injected_replies(void **state)
{
	struct script script = {
		.name = HOST,
		.auth = YES,
		.behind = "250-x\r\n250 AUTH PLAIN LOGIN\r\n235 ok\r\n",
	};
	struct server server;

	(void)state;
	assert_int_not_equal(send_one(&server, &script, "me", authority_file),
	                     SMTP_SENT);
	assert_null(strstr(buf_view(&server.secret).text, PASSWORD));
	assert_null(strstr(buf_view(&server.clear).text, PASSWORD));
	server_release(&server);
}

static void test_sign_in(void **state)
{
	struct script none = {.name = HOST};
	struct server server;

	(void)state;
	expect(&(struct script){.name = HOST, .auth = "535 5.7.8 no\r\n"},
	       SMTP_AUTH, true);
	expect(&(struct script){.name = HOST, .auth = "454 4.7.0 later\r\n"},
	       SMTP_TEMPORARY, true);
	/* A user is set, and the server does not let anybody sign in. */
	expect(&none, SMTP_AUTH, false);
	assert_int_equal(send_one(&server, &none, "", authority_file),
	                 SMTP_SENT);
	server_release(&server);
}

static int set_up(void **state)
{
	gnutls_datum_t text;
	int fd = mkstemp(authority_file);

	(void)state;
	smtp_init();
	authority =
		identity_make("Test authority", true, 86400, 40000L * 86400);
	identity_sign(&authority, &authority);
	gnutls_x509_crt_export2(authority.certificate, GNUTLS_X509_FMT_PEM,
	                        &text);
	if (write(fd, text.data, text.size) != (ssize_t)text.size)
		return -1;
	gnutls_free(text.data);
	return close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	identity_release(&authority);
	return unlink(authority_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trusted),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_unknown_authority),
		cmocka_unit_test(test_injected_replies),
		cmocka_unit_test(test_sign_in),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
