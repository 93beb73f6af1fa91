/*
 * The answer being written. The body has a maximum like everything else that
 * a stranger's data can make big.
 */
#include "web/request.h"

#include <assert.h>

#include "base/limits.h"

#define RESPONSE_BYTES_MAX (LIMIT_MAIL_BYTES + (1u << 20))

void response_init(struct response *response)
{
	*response = (struct response){.status = 200};
	buf_init(&response->body, RESPONSE_BYTES_MAX);
	out_init(&response->json, &response->body);
}

void response_release(struct response *response)
{
	buf_release(&response->body);
}

void response_reset(struct response *response)
{
	response_release(response);
	response_init(response);
}

static bool header_is_clean(const char *value)
{
	for (const char *c = value; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			return false;
	return true;
}

void response_header(struct response *response, const char *name,
                     const char *value)
{
	assert(response->header_count < RESPONSE_HEADERS_MAX);
	if (!header_is_clean(value))
		return;
	response->headers[response->header_count++] =
		(struct response_header){name, value};
}

struct json_out *response_begin(struct response *response)
{
	assert(response->body.length == 0);
	response->kind = RESPONSE_JSON;
	out_open(&response->json, '{');
	return &response->json;
}

void response_end(struct response *response)
{
	out_close(&response->json, '}');
}
