/*
 * libcurl leads the conversation; its debug and header callbacks tell
 * smtp_talk what is said. The header callback alone can stop it.
 */
#include "channel/smtp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "channel/smtp_check.h"

#define SMTP_CONNECT_MAX   (30 * SPAN_SECOND)
#define SMTP_ANSWER_MAX    (10 * SPAN_MINUTE)
#define SMTP_TOTAL_MAX     (30 * SPAN_MINUTE)
#define SMTP_REPLIES_BYTES ((size_t)512 << 10)

struct smtp_sending {
	CURL *curl;
	struct smtp_talk talk;
	struct str raw;
	size_t sent;
	bool utf8_needed, auth_needed;
	/* Why we left; NULL when the mail may go on. */
	const struct smtp_answer *refusal;
	char error[CURL_ERROR_SIZE];
};

void smtp_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
}

/* Callbacks. */

static size_t sending_read(char *room, size_t size, size_t count, void *context)
{
	struct smtp_sending *sending = context;
	size_t left = sending->raw.length - sending->sent;
	size_t bytes = left < size * count ? left : size * count;

	if (bytes > 0)
		memcpy(room, sending->raw.text + sending->sent, bytes);
	sending->sent += bytes;
	/* From here on the server may have all of it, whatever we hear. */
	if (sending->sent == sending->raw.length)
		sending->talk.content_ended = true;
	return bytes;
}

static int sending_debug(CURL *curl, curl_infotype kind, char *text,
                         size_t length, void *context)
{
	struct smtp_sending *sending = context;
	struct str line = {text, length};

	(void)curl;
	if (kind == CURLINFO_HEADER_OUT)
		smtp_talk_command(&sending->talk, line);
	else if (kind == CURLINFO_HEADER_IN)
		smtp_talk_reply(&sending->talk, line);
	return 0;
}

/* clang-format off */
static const struct smtp_answer sending_no_utf8 = {
	.outcome = SMTP_PERMANENT,
	.text = "The server takes no addresses outside ASCII",
};
static const struct smtp_answer sending_no_auth = {
	.outcome = SMTP_AUTH,
	.text = "The server lets nobody sign in, and we are to sign in",
};
/* clang-format on */

/* Called for each line of reply after sending_debug(); 0 stops everything. */
static size_t sending_header(char *text, size_t size, size_t count,
                             void *context)
{
	struct smtp_sending *sending = context;
	const struct smtp_talk *talk = &sending->talk;

	(void)text;
	if (talk->reply_bytes > SMTP_REPLIES_BYTES)
		return 0;
	/* What libcurl would do without: we would rather not. */
	if (talk->step == SMTP_STEP_HELLO && talk->encrypted && !talk->within &&
	    talk->last.code / 100 == 2) {
		if (sending->auth_needed && !talk->auth_offered)
			sending->refusal = &sending_no_auth;
		else if (sending->utf8_needed && !talk->utf8_offered)
			sending->refusal = &sending_no_utf8;
	}
	return sending->refusal ? 0 : size * count;
}

/* Setting up. */

static long sending_span(span_ms span, span_ms otherwise)
{
	return (long)(span > 0 ? span : otherwise);
}

/* An option that is not taken is a libcurl that cannot do its job here. */
#define SET(curl, option, value)                                               \
	do {                                                                   \
		if (curl_easy_setopt(curl, option, value) != CURLE_OK)         \
			abort();                                               \
	} while (0)

static void sending_set_server(CURL *curl, struct arena *arena,
                               const struct smtp_target *target)
{
	bool v6 = str_find_char(target->host, ':', 0) < target->host.length;
	struct str helo = target->helo.length ? target->helo : STR("localhost");
	struct str url =
		str_printf(arena, "%s://%s%.*s%s:%u/%.*s",
	                   target->tls == SMTP_TLS_IMPLICIT ? "smtps" : "smtp",
	                   v6 ? "[" : "", STR_ARG(target->host), v6 ? "]" : "",
	                   target->port, STR_ARG(helo));

	SET(curl, CURLOPT_URL, url.text);
	SET(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	/* What the environment says must not redirect mail. */
	SET(curl, CURLOPT_PROXY, "");
	SET(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_CONNECTTIMEOUT_MS,
	    sending_span(target->connect_max, SMTP_CONNECT_MAX));
	/* Whole seconds, and at least one. */
	SET(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (sending_span(target->answer_max, SMTP_ANSWER_MAX) + 999) / 1000);
	SET(curl, CURLOPT_TIMEOUT_MS,
	    sending_span(target->total_max, SMTP_TOTAL_MAX));
}

static void sending_set_secret(CURL *curl, const char *secret, bool bearer)
{
	if (!bearer) {
		SET(curl, CURLOPT_PASSWORD, secret);
		return;
	}
	SET(curl, CURLOPT_XOAUTH2_BEARER, secret);
	SET(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
	SET(curl, CURLOPT_SASL_IR, 1L);
}

static void sending_set_trust(CURL *curl, struct arena *arena,
                              const struct smtp_target *target)
{
	SET(curl, CURLOPT_USE_SSL,
	    (long)(target->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE
	                                        : CURLUSESSL_ALL));
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (target->ca_file.length > 0) {
		SET(curl, CURLOPT_CAINFO, str_cstr(arena, target->ca_file));
		/* These alone, not the system's beside them. */
		SET(curl, CURLOPT_CAPATH, NULL);
	}
	if (target->user.length > 0) {
		SET(curl, CURLOPT_USERNAME, str_cstr(arena, target->user));
		sending_set_secret(curl, str_cstr(arena, target->password),
		                   target->bearer);
	}
}

static struct curl_slist *sending_recipients(struct arena *arena,
                                             const struct smtp_message *message)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < message->recipient_count; i++) {
		struct curl_slist *longer = curl_slist_append(
			list, str_cstr(arena, message->recipients[i]));

		if (!longer)
			abort();
		list = longer;
	}
	return list;
}

/* That we hear what is said. */
static void sending_set_ears(struct smtp_sending *sending)
{
	CURL *curl = sending->curl;

	SET(curl, CURLOPT_HEADERFUNCTION, sending_header);
	SET(curl, CURLOPT_HEADERDATA, sending);
	SET(curl, CURLOPT_VERBOSE, 1L);
	SET(curl, CURLOPT_DEBUGFUNCTION, sending_debug);
	SET(curl, CURLOPT_DEBUGDATA, sending);
	SET(curl, CURLOPT_ERRORBUFFER, sending->error);
}

static void sending_set_mail(struct smtp_sending *sending, struct arena *arena,
                             const struct smtp_message *message,
                             struct curl_slist *recipients)
{
	CURL *curl = sending->curl;

	SET(curl, CURLOPT_MAIL_FROM, str_cstr(arena, message->sender));
	SET(curl, CURLOPT_MAIL_RCPT, recipients);
	SET(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	SET(curl, CURLOPT_UPLOAD, 1L);
	SET(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->raw.length);
	SET(curl, CURLOPT_READFUNCTION, sending_read);
	SET(curl, CURLOPT_READDATA, sending);
	sending_set_ears(sending);
}

static bool sending_ascii(struct str address)
{
	for (size_t i = 0; i < address.length; i++) {
		if ((unsigned char)address.text[i] >= 0x80)
			return false;
	}
	return true;
}

static bool sending_needs_utf8(const struct smtp_message *message)
{
	bool ascii = sending_ascii(message->sender);

	for (size_t i = 0; i < message->recipient_count; i++)
		ascii = ascii && sending_ascii(message->recipients[i]);
	return !ascii;
}

/* Ending. */

static enum smtp_ending sending_ending(CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return SMTP_ENDING_NORMAL;
	case CURLE_LOGIN_DENIED:
		return SMTP_ENDING_DENIED;
	case CURLE_USE_SSL_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return SMTP_ENDING_UNTRUSTED;
	default:
		return SMTP_ENDING_BROKEN;
	}
}

static void sending_sum_up(struct smtp_sending *sending, CURLcode code,
                           struct smtp_answer *overall_out)
{
	struct smtp_talk *talk = &sending->talk;
	const char *words =
		sending->error[0] ? sending->error : curl_easy_strerror(code);

	if (talk->reply_bytes > SMTP_REPLIES_BYTES)
		words = "the server answers without end";
	smtp_talk_end(talk, sending_ending(code), str_of(words), overall_out);
	if (!sending->refusal)
		return;
	*overall_out = *sending->refusal;
	for (size_t i = 0; i < talk->recipient_count; i++)
		talk->recipients[i] = *overall_out;
}

enum status smtp_send(struct arena *arena, const struct smtp_target *target,
                      const struct smtp_message *message,
                      struct smtp_result *result_out, struct problem *problem)
{
	struct smtp_sending sending = {.raw = message->raw};
	struct smtp_result result;
	struct curl_slist *recipients;
	enum status status;
	CURLcode code;

	status = smtp_check_target(target, problem);
	if (status == ST_OK)
		status = smtp_check_message(message, problem);
	if (status != ST_OK)
		return status;
	sending.curl = curl_easy_init();
	if (!sending.curl)
		abort();
	sending.auth_needed = target->user.length > 0;
	sending.utf8_needed = sending_needs_utf8(message);
	result.recipients = arena_array(arena, message->recipient_count,
	                                sizeof(*result.recipients));
	smtp_talk_begin(&sending.talk, result.recipients,
	                message->recipient_count,
	                target->tls != SMTP_TLS_STARTTLS);
	recipients = sending_recipients(arena, message);
	sending_set_server(sending.curl, arena, target);
	sending_set_trust(sending.curl, arena, target);
	sending_set_mail(&sending, arena, message, recipients);
	code = curl_easy_perform(sending.curl);
	sending_sum_up(&sending, code, &result.overall);
	curl_easy_cleanup(sending.curl);
	curl_slist_free_all(recipients);
	*result_out = result;
	return ST_OK;
}

enum status smtp_try(struct arena *arena, const struct smtp_target *target,
                     struct smtp_answer *answer_out, struct problem *problem)
{
	struct smtp_sending sending = {.auth_needed = target->user.length > 0};
	struct smtp_answer answer, nobody;
	enum status status = smtp_check_target(target, problem);
	CURLcode code;

	if (status != ST_OK)
		return status;
	sending.curl = curl_easy_init();
	if (!sending.curl)
		abort();
	smtp_talk_begin(&sending.talk, &nobody, 1,
	                target->tls != SMTP_TLS_STARTTLS);
	sending_set_server(sending.curl, arena, target);
	sending_set_trust(sending.curl, arena, target);
	sending_set_ears(&sending);
	/* Signing in is a part of connecting. */
	SET(sending.curl, CURLOPT_CONNECT_ONLY, 1L);
	code = curl_easy_perform(sending.curl);
	if (code == CURLE_OK && !sending.refusal)
		answer = (struct smtp_answer){.outcome = SMTP_SENT};
	else
		sending_sum_up(&sending, code, &answer);
	curl_easy_cleanup(sending.curl);
	*answer_out = answer;
	return ST_OK;
}
