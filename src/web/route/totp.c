/*
 * Second factors of a member: a secret with its picture, turning it on and
 * off. The picture is drawn here, so the secret goes nowhere else.
 */
#include "desk/totp.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdlib.h>

#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define QR_MARGIN 4
#define QR_BYTES  ((size_t)256 << 10)

/* One path of squares; nothing of it is text. */
static struct str totp_picture(struct arena *arena, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	struct str svg = STR("");
	struct buf buf;
	int size;

	if (!code)
		return svg;
	size = code->width + 2 * QR_MARGIN;
	buf_init(&buf, QR_BYTES);
	buf_printf(&buf,
	           "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	           "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	           "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
	           "<path fill=\"#000\" d=\"",
	           size, size, size, size);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				buf_printf(&buf, "M%d %dh1v1h-1z",
				           x + QR_MARGIN, y + QR_MARGIN);
	buf_text(&buf, "\"/></svg>");
	QRcode_free(code);
	svg = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return svg;
}

static struct str totp_base32(struct arena *arena, const unsigned char *secret)
{
	struct str text = STR("");
	char *made = NULL;
	size_t length = 0;

	if (oath_base32_encode((const char *)secret, TOTP_SECRET_BYTES, &made,
	                       &length) == OATH_OK)
		text = str_copy(arena, (struct str){made, length});
	free(made);
	return text;
}

/* Only what needs no escape in a URL stays as it is. */
static struct str totp_escape(struct arena *arena, struct str text)
{
	struct str out;
	struct buf buf;

	buf_init(&buf, QR_BYTES);
	for (size_t i = 0; i < text.length && i < 60; i++) {
		unsigned char c = (unsigned char)text.text[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || c == '.' || c == '-';

		if (plain)
			buf_char(&buf, (char)c);
		else
			buf_printf(&buf, "%%%02X", c);
	}
	out = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return out;
}

static struct str totp_uri(const struct request *request,
                           const struct reading *reading, struct str secret)
{
	struct arena *arena = reading->arena;
	const struct agency_member *member =
		agency_member(reading->agency, request->session.member);
	struct str issuer = totp_escape(arena, reading->agency->name);
	struct str account =
		totp_escape(arena, member ? member->address : STR(""));

	return str_printf(arena,
	                  "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s",
	                  STR_ARG(issuer), STR_ARG(account), STR_ARG(secret),
	                  STR_ARG(issuer));
}

static enum status totp_begin_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	return desk_totp_begin(desk, turn, arguments, outcome_out, problem_out);
}

enum status route_totp_begin(struct request *request, struct response *response)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	struct reading reading;
	struct outcome outcome;
	struct json_out *out;
	struct str text, uri;
	enum status status =
		sessions_confirm(request->web->sessions, request,
	                         body_str(request->body, "password"));

	node_random(secret, sizeof(secret));
	if (status == ST_OK)
		status = act_run(request, totp_begin_run, secret, &outcome);
	if (status == ST_OK)
		status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	text = totp_base32(reading.arena, secret);
	uri = totp_uri(request, &reading, text);
	out = act_begin(&reading, response);
	out_key_str(out, "secret", text);
	out_key_str(out, "uri", uri);
	out_key_str(out, "qr",
	            totp_picture(reading.arena, str_cstr(reading.arena, uri)));
	response_end(response);
	act_read_end(request, &reading);
	return ST_OK;
}

struct totp_on {
	struct str code;
	unsigned char hashes[RECOVERY_CODE_COUNT][TOKEN_HASH_BYTES];
};

static enum status totp_on_run(struct desk *desk, const struct turn *turn,
                               void *arguments, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct totp_on *on = arguments;

	return desk_totp_turn_on(desk, turn, on->code, on->hashes, outcome_out,
	                         problem_out);
}

enum status route_totp_turn_on(struct request *request,
                               struct response *response)
{
	struct totp_on on = {.code = body_str(request->body, "code")};
	char codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_SIZE];
	unsigned char random[8];
	struct outcome outcome;
	struct json_out *out;
	enum status status;

	for (size_t i = 0; i < RECOVERY_CODE_COUNT; i++) {
		node_random(random, sizeof(random));
		recovery_code(random, codes[i]);
		recovery_hash(request->session.member, str_of(codes[i]),
		              on.hashes[i]);
	}
	status = act_run(request, totp_on_run, &on, &outcome);
	if (status == ST_OK && outcome.repeated)
		status = problem_set(&request->problem, ST_CONFLICT, "",
		                     "The recovery codes were shown already.");
	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_i64(out, "seq", outcome.seq);
	out_key_open(out, "recovery", '[');
	for (size_t i = 0; i < RECOVERY_CODE_COUNT; i++)
		out_str(out, str_of(codes[i]));
	out_close(out, ']');
	response_end(response);
	sodium_memzero(codes, sizeof(codes));
	return ST_OK;
}

static enum status totp_off_run(struct desk *desk, const struct turn *turn,
                                void *arguments, struct outcome *outcome_out,
                                struct problem *problem_out)
{
	const int64_t *member = arguments;

	return desk_totp_turn_off(desk, turn, *member, outcome_out,
	                          problem_out);
}

enum status route_totp_turn_off(struct request *request,
                                struct response *response)
{
	struct sessions *sessions = request->web->sessions;
	struct outcome outcome;
	enum status status = sessions_confirm(
		sessions, request, body_str(request->body, "password"));

	if (status == ST_OK)
		status = sessions_second(sessions, request,
		                         request->session.member,
		                         body_str(request->body, "code"));
	if (status == ST_OK)
		status = act_run(request, totp_off_run,
		                 &request->session.member, &outcome);
	if (status != ST_OK)
		return status;
	return act_answer_done(request, response, &outcome);
}

/* Who has lost the device asks a partner; nobody takes off their own so. */
enum status route_member_totp_remove(struct request *request,
                                     struct response *response)
{
	struct outcome outcome;
	enum status status;

	if (request->ids[0] == request->session.member)
		return problem_set(&request->problem, ST_FORBIDDEN, "",
		                   "Turn off your own under your sign-in, or "
		                   "ask another partner.");
	status = act_run(request, totp_off_run, request->ids, &outcome);
	if (status != ST_OK)
		return status;
	return act_answer_done(request, response, &outcome);
}
