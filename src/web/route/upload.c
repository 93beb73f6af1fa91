/*
 * A file on its way into a message: kept for the member who put it up, taken
 * by the reply that names it.
 */
#include "store/upload.h"

#include "web/file.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/text.h"

struct upload_asked {
	struct upload upload;
	struct str bytes;
	int64_t id;
};

static enum status upload_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct upload_asked *asked = arguments;
	unsigned char salt[BLOB_SALT_BYTES];

	(void)problem_out;
	asked->upload.member = turn->actor;
	asked->upload.created_at = turn->now;
	desk->ports.fill_random(salt, sizeof(salt));
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return upload_add(desk->db, &asked->upload, asked->bytes, salt,
	                  &asked->id);
}

/* A plain name; what came before a slash is somebody's folder. */
static struct str upload_name(struct request *request)
{
	struct str raw = request->headers[HEADER_NAME], name = STR("");

	if (!text_unescape(request->arena, raw, &name) || !str_utf8_valid(name))
		name = STR("");
	for (size_t i = name.length; i > 0; i--)
		if (name.text[i - 1] == '/' || name.text[i - 1] == '\\') {
			name = str_sub(name, i, name.length);
			break;
		}
	name = file_name_safe(request->arena, text_line(request->arena, name));
	return name.length > 0 ? name : STR("file");
}

static struct str upload_type(struct request *request)
{
	struct str type = request->headers[HEADER_CONTENT_TYPE];

	if (type.length == 0 || type.length > 100)
		return STR("application/octet-stream");
	return text_line(request->arena, type);
}

enum status route_upload_create(struct request *request,
                                struct response *response)
{
	struct upload_asked asked = {
		.upload = {.name = upload_name(request),
	                   .type = upload_type(request)},
		.bytes = request->content,
	};
	struct outcome outcome;
	struct json_out *out;
	enum status status = act_run(request, upload_run, &asked, &outcome);

	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_i64(out, "id", asked.id);
	out_key_str(out, "name", asked.upload.name);
	out_key_str(out, "type", asked.upload.type);
	out_key_i64(out, "size", (int64_t)asked.bytes.length);
	response_end(response);
	return ST_OK;
}
