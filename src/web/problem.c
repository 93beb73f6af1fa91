/*
 * Problem documents and the words of the statuses that we use.
 */
#include "web/problem.h"

#include <assert.h>

static const int http_statuses[ST_COUNT] = {
	[ST_OK] = 200,      [ST_NOT_FOUND] = 404, [ST_FORBIDDEN] = 403,
	[ST_INVALID] = 400, [ST_CONFLICT] = 409,  [ST_LIMIT] = 413,
	[ST_BUSY] = 503,    [ST_UNCERTAIN] = 503, [ST_STORE] = 500,
};

static const struct http_row {
	int status;
	const char *title;
	const char *detail; /* when nobody said anything more exact */
} http_rows[] = {
	{400, "Bad Request", "The request cannot be understood."},
	{401, "Unauthorized", "Sign in first."},
	{403, "Forbidden", "You do not have the right to do this."},
	{404, "Not Found", "There is nothing here."},
	{405, "Method Not Allowed", "This cannot be done here."},
	{406, "Not Acceptable", "This is sent compressed by gzip only."},
	{409, "Conflict", "This has changed since it was read."},
	{413, "Content Too Large", "This is more than is accepted."},
	{415, "Unsupported Media Type", "This type is not accepted here."},
	{421, "Misdirected Request",
         "This server does not answer for that "
         "host."},
	{422, "Unprocessable Content", "This cannot be done."},
	{429, "Too Many Requests", "Wait a little and try again."},
	{500, "Internal Server Error",
         "The data could not be read or "
         "written."},
	{503, "Service Unavailable", "Too busy just now. Try again."},
};

int http_of_status(enum status status)
{
	assert(status < ST_COUNT);
	return http_statuses[status];
}

static const struct http_row *http_row(int status)
{
	for (size_t i = 0; i < sizeof(http_rows) / sizeof(http_rows[0]); i++)
		if (http_rows[i].status == status)
			return &http_rows[i];
	return NULL;
}

void problem_answer(struct response *response, int http,
                    const struct problem *problem, const char *extra)
{
	const struct http_row *row = http_row(http);
	bool told = problem && problem->text[0] != '\0';
	struct json_out *out;

	assert(row);
	response_reset(response);
	response->status = http;
	response->type = "application/problem+json";
	out = response_begin(response);
	out_key_text(out, "type",
	             told && problem->type[0] ? problem->type : "about:blank");
	out_key_text(out, "title", row->title);
	out_key_i64(out, "status", http);
	out_key_text(out, "detail", told ? problem->text : row->detail);
	if (told && problem->field[0] != '\0')
		out_key_text(out, "field", problem->field);
	if (told && problem->line > 0) {
		out_key_i64(out, "line", problem->line);
		out_key_i64(out, "column", problem->column);
	}
	if (told && problem->end > 0) {
		out_key_i64(out, "start", problem->start);
		out_key_i64(out, "end", problem->end);
		if (problem->suggest[0] != '\0')
			out_key_text(out, "suggest", problem->suggest);
	}
	if (extra)
		out_key_bool(out, extra, true);
	response_end(response);
}

void problem_of_request(const struct request *request, enum status status,
                        struct response *response)
{
	int http = request->refused ? request->refused : http_of_status(status);

	/* What the store has to say is for the log, not for the reader. */
	problem_answer(response, http,
	               status == ST_STORE ? NULL : &request->problem, NULL);
	if (request->told) {
		/* Into the document, before its closing bracket. */
		response->body.length--;
		buf_printf(&response->body, ",\"%s\":%lld}", request->told,
		           (long long)request->told_value);
	}
	if (request->retry_after_s > 0) {
		struct str wait = str_printf(request->arena, "%lld",
		                             (long long)request->retry_after_s);

		response_header(response, "Retry-After", wait.text);
	} else if (http == 503) {
		response_header(response, "Retry-After", "1");
	}
}
