#include "node/jail_mail.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "node/jail_draft.h"

/* Cleaning can grow a text: what is escaped becomes five times as long. */
#define JAIL_HTML_BYTES_MAX ((size_t)LIMIT_HTML_BYTES * 5)

/* Numbers in front of cleaned HTML: the fields of struct mail_clean. */
#define JAIL_CLEAN_COUNTS 3

enum jail_mail_work {
	JAIL_PARSE,
	JAIL_BUILD,
	JAIL_CLEAN_HTML,
	JAIL_HTML_TEXT,
	JAIL_SCAN,
	JAIL_MAIL_WORKS
};

/* Set before the zygote is forked, and read by its children. */
static char jail_poison[64];

static bool jail_poisoned(struct str raw, const char *how)
{
	char text[sizeof(jail_poison) + 8];
	size_t length = strlen(jail_poison);

	if (length == 0)
		return false;
	memcpy(text, jail_poison, length);
	memcpy(text + length, how, strlen(how) + 1);
	return str_find(raw, str_of(text), 0) < raw.length;
}

static void jail_swallow_poison(struct str raw)
{
	if (jail_poisoned(raw, "-crash"))
		abort();
	while (jail_poisoned(raw, "-hang")) {
	}
}

/* In the worker. */

static enum status work_parse(struct arena *arena, struct str request,
                              struct buf *response)
{
	struct mail mail;
	enum status status;

	jail_swallow_poison(request);
	status = mail_parse(arena, request, &mail);
	if (status == ST_OK)
		mail_pack(&mail, response);
	return status;
}

static enum status work_build(struct arena *arena, struct str request,
                              struct buf *response)
{
	struct mail_draft draft;
	enum status status = jail_draft_unpack(arena, request, &draft);

	return status == ST_OK ? mail_build(arena, &draft, response) : status;
}

static enum status work_clean_html(struct arena *arena, struct str request,
                                   struct buf *response)
{
	struct mail_clean clean;
	struct str html;

	mail_clean_html(arena, request, &clean, &html);

	const uint32_t counts[JAIL_CLEAN_COUNTS] = {
		clean.remote_images, clean.cid_images, clean.was_hostile};

	buf_add(response, counts, sizeof(counts));
	buf_str(response, html);
	return ST_OK;
}

static enum status work_html_text(struct arena *arena, struct str request,
                                  struct buf *response)
{
	buf_str(response, mail_html_text(arena, request));
	return ST_OK;
}

/* Many heads of mails, each behind its length. */
static enum status work_scan(struct arena *arena, struct str request,
                             struct buf *response)
{
	while (request.length > 0) {
		struct mail_scan scan;
		uint32_t length;

		if (request.length < sizeof(length))
			return ST_INVALID;
		memcpy(&length, request.text, sizeof(length));
		request = str_sub(request, sizeof(length), request.length);
		if (length > request.length)
			return ST_INVALID;
		mail_scan(arena, str_sub(request, 0, length), &scan);
		mail_scan_pack(&scan, response);
		request = str_sub(request, length, request.length);
	}
	return ST_OK;
}

/* clang-format off */
static const struct jail_work jail_mail_works[JAIL_MAIL_WORKS] = {
	[JAIL_PARSE]      = { "parse",      LIMIT_MAIL_BYTES,     MAIL_PACKED_BYTES_MAX, work_parse,      false },
	[JAIL_BUILD]      = { "build",      JAIL_DRAFT_BYTES_MAX, BUILD_BYTES_MAX,       work_build,      true },
	[JAIL_CLEAN_HTML] = { "clean_html", LIMIT_HTML_BYTES,     JAIL_HTML_BYTES_MAX,   work_clean_html, false },
	[JAIL_HTML_TEXT]  = { "html_text",  LIMIT_HTML_BYTES,     JAIL_HTML_BYTES_MAX,   work_html_text,  false },
	[JAIL_SCAN]       = { "scan",       JAIL_SCAN_BYTES_MAX,  JAIL_SCAN_BYTES_MAX,   work_scan,       false },
};
/* clang-format on */

static void jail_mail_warm(void)
{
	/* How many charsets there are is a matter of the system's packages. */
	(void)mail_warm();
}

/* In the program. */

enum status jail_mail_start(const struct jail_mail_config *config,
                            struct jail **jail_out, struct problem *problem)
{
	const struct jail_config start = {
		.works = jail_mail_works,
		.work_count = JAIL_MAIL_WORKS,
		.warm = jail_mail_warm,
		.workers = config->workers,
		.profile = config->profile,
	};

	if (config->poison.length >= sizeof(jail_poison))
		return problem_set(problem, ST_INVALID, "poison", "too long");
	memset(jail_poison, 0, sizeof(jail_poison));
	if (config->poison.length > 0)
		memcpy(jail_poison, config->poison.text, config->poison.length);
	return jail_start(&start, jail_out, problem);
}

enum status jail_parse(struct jail *jail, struct arena *arena, struct str raw,
                       struct mail *mail_out)
{
	struct str packed;
	enum status status = jail_call(jail, JAIL_PARSE, raw, arena, &packed);

	return status == ST_OK ? mail_unpack(arena, packed, mail_out) : status;
}

enum status jail_build(struct jail *jail, struct arena *arena,
                       const struct mail_draft *draft, struct str *raw_out)
{
	struct buf packed;
	enum status status = ST_LIMIT;

	buf_init(&packed, JAIL_DRAFT_BYTES_MAX);
	jail_draft_pack(draft, &packed);
	if (!packed.failed)
		status = jail_call(jail, JAIL_BUILD, buf_view(&packed), arena,
		                   raw_out);
	buf_release(&packed);
	return status;
}

enum status jail_clean_html(struct jail *jail, struct arena *arena,
                            struct str html, struct mail_clean *clean_out,
                            struct str *html_out)
{
	uint32_t counts[JAIL_CLEAN_COUNTS];
	struct str response;
	enum status status =
		jail_call(jail, JAIL_CLEAN_HTML, html, arena, &response);

	if (status != ST_OK)
		return status;
	if (response.length < sizeof(counts))
		return ST_INVALID;
	memcpy(counts, response.text, sizeof(counts));
	if (clean_out)
		*clean_out = (struct mail_clean){
			.remote_images = counts[0],
			.cid_images = counts[1],
			.was_hostile = counts[2] != 0,
		};
	response = str_sub(response, sizeof(counts), response.length);
	*html_out = str_utf8_clean(arena, response);
	return ST_OK;
}

enum status jail_html_text(struct jail *jail, struct arena *arena,
                           struct str html, struct str *text_out)
{
	struct str response;
	enum status status =
		jail_call(jail, JAIL_HTML_TEXT, html, arena, &response);

	if (status == ST_OK)
		*text_out = str_utf8_clean(arena, response);
	return status;
}

enum status jail_scan(struct jail *jail, struct arena *arena,
                      const struct str *heads, size_t count,
                      struct mail_scan *scans_out)
{
	struct buf request;
	struct str response;
	enum status status = ST_LIMIT;

	buf_init(&request, JAIL_SCAN_BYTES_MAX);
	for (size_t i = 0; i < count; i++) {
		uint32_t length = (uint32_t)heads[i].length;

		buf_add(&request, &length, sizeof(length));
		buf_str(&request, heads[i]);
	}
	if (!request.failed)
		status = jail_call(jail, JAIL_SCAN, buf_view(&request), arena,
		                   &response);
	buf_release(&request);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = mail_scan_unpack(&response, &scans_out[i]);
	return status;
}
