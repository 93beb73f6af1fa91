/*
 * The agency's own facts: name, addresses, calendar, playbook.
 */
#include "core/playbook/playbook.h"
#include "web/json_text.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define PHRASES_SHOWN_MAX 60u

enum status route_agency_show(struct request *request,
                              struct response *response)
{
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	out = act_begin(&reading, response);
	out_key_str(out, "name", reading.agency->name);
	out_key_str(out, "zone", reading.agency->zone_name);
	out_key_i64(out, "undo_seconds", reading.agency->undo_ms / 1000);
	response_end(response);
	act_read_end(request, &reading);
	return ST_OK;
}

enum status route_agency_change(struct request *request,
                                struct response *response)
{
	const struct settings_command asked = {
		.has_name = true,
		.name = body_str(request->body, "name"),
		.zone = body_str(request->body, "zone"),
		.undo_ms = body_i64(request->body, "undo_seconds") * 1000,
	};
	struct outcome outcome;
	enum status status =
		act_settings(request, desk_agency_save, &asked, &outcome);

	if (status != ST_OK)
		return status;
	return route_agency_show(request, response);
}

static void address_write(struct json_out *out,
                          const struct agency_address *address)
{
	out_open(out, '{');
	out_key_i64(out, "id", address->record.id);
	out_key_str(out, "address", address->address);
	out_key_str(out, "name", address->name);
	out_key_str(out, "signature", address->signature);
	out_key_bool(out, "active", address->record.active);
	out_key_id(out, "brand", address->record.brand);
	out_close(out, '}');
}

enum status route_address_list(struct request *request,
                               struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	response->kind = RESPONSE_JSON;
	out_open(&response->json, '[');
	for (size_t i = 0; i < reading.agency->address_count; i++)
		address_write(&response->json, &reading.agency->addresses[i]);
	out_close(&response->json, ']');
	act_read_end(request, &reading);
	return ST_OK;
}

static enum status address_run(struct request *request,
                               struct response *response,
                               const struct settings_command *asked)
{
	const struct agency_address *address;
	struct outcome outcome;
	struct reading reading;
	enum status status =
		act_settings(request, desk_address_save, asked, &outcome);

	if (status == ST_OK && asked->id && asked->has_brand)
		status = act_promises_follow(request);
	if (status == ST_OK)
		status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	address = agency_address(reading.agency,
	                         asked->id ? asked->id : outcome.record);
	if (address) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "address");
		address_write(out, address);
		response_end(response);
	} else {
		status = ST_NOT_FOUND;
	}
	act_read_end(request, &reading);
	return status;
}

static struct settings_command address_asked(const json_t *body, int64_t id)
{
	return (struct settings_command){
		.id = id,
		.has_address = body_has(body, "address"),
		.address = body_str(body, "address"),
		.has_name = body_has(body, "name"),
		.name = body_str(body, "name"),
		.has_signature = body_has(body, "signature"),
		.signature = body_str(body, "signature"),
		.has_active = body_has(body, "active"),
		.active = body_bool(body, "active"),
		.has_brand = body_has(body, "brand"),
		.brand = body_i64(body, "brand"),
	};
}

enum status route_address_create(struct request *request,
                                 struct response *response)
{
	const struct settings_command asked = address_asked(request->body, 0);

	return address_run(request, response, &asked);
}

enum status route_address_change(struct request *request,
                                 struct response *response)
{
	const struct settings_command asked =
		address_asked(request->body, request->ids[0]);

	return address_run(request, response, &asked);
}

/* The stored text is an object; seq becomes its first member. */
static void calendar_write(const struct reading *reading,
                           struct response *response)
{
	struct str text = str_trim(reading->agency->calendar_text);

	response->kind = RESPONSE_JSON;
	buf_printf(&response->body, "{\"seq\":%lld", (long long)reading->seq);
	if (text.length > 2) {
		buf_char(&response->body, ',');
		buf_str(&response->body, str_sub(text, 1, text.length));
	} else {
		buf_char(&response->body, '}');
	}
}

enum status route_calendar_show(struct request *request,
                                struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	calendar_write(&reading, response);
	act_read_end(request, &reading);
	return ST_OK;
}

enum status route_calendar_change(struct request *request,
                                  struct response *response)
{
	const struct settings_command asked = {
		.document = json_text(request->arena, request->body),
		.zone = body_str(request->body, "zone"),
	};
	struct outcome outcome;
	enum status status =
		act_settings(request, desk_calendar_save, &asked, &outcome);

	if (status == ST_OK)
		status = act_promises_follow(request);
	if (status != ST_OK)
		return status;
	return route_calendar_show(request, response);
}

enum status route_playbook_show(struct request *request,
                                struct response *response)
{
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	out = act_begin(&reading, response);
	out_key_i64(out, "version",
	            rules_playbook_version(&reading.agency->rules));
	out_key_str(out, "text", reading.agency->playbook_text);
	response_end(response);
	act_read_end(request, &reading);
	return ST_OK;
}

/* Somebody else saved it since this person began to write. */
static enum status playbook_is(struct request *request, int64_t version)
{
	struct reading reading;
	int64_t newest;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	newest = rules_playbook_version(&reading.agency->rules);
	act_read_end(request, &reading);
	if (newest == version)
		return ST_OK;
	return problem_set(&request->problem, ST_CONFLICT, "version",
	                   "Somebody saved the playbook since you opened it.");
}

enum status route_playbook_change(struct request *request,
                                  struct response *response)
{
	const struct settings_command asked = {
		.document = body_str(request->body, "text"),
	};
	struct outcome outcome;
	enum status status = ST_OK;

	/* The one that ships has version 0. */
	if (body_has(request->body, "version"))
		status = playbook_is(request,
		                     body_i64(request->body, "version"));
	if (status == ST_OK)
		status = act_settings(request, desk_playbook_save, &asked,
		                      &outcome);
	if (status != ST_OK)
		return status;
	return route_playbook_show(request, response);
}

/* A list may lean to several types; its phrases belong to the first of them. */
static bool list_is_mainly(const struct playbook_list *list,
                           enum request_type type)
{
	if (list->target != LIST_TARGET_TYPES || list->points_milli[type] <= 0)
		return false;
	for (size_t i = 0; i < REQUEST_TYPE_COUNT; i++)
		if (list->points_milli[i] > list->points_milli[type])
			return false;
	return true;
}

static void type_phrases(struct json_out *out, const struct playbook *playbook,
                         enum request_type type)
{
	size_t shown = 0;

	out_key_open(out, "phrases", '[');
	for (size_t i = 0; i < playbook->lists_count; i++) {
		const struct playbook_list *list = &playbook->lists[i];

		if (!list_is_mainly(list, type))
			continue;
		for (size_t j = 0;
		     j < list->phrases_count && shown < PHRASES_SHOWN_MAX;
		     j++, shown++)
			out_str(out, list->phrases[j]);
	}
	out_close(out, ']');
}

static void type_write(struct json_out *out, const struct playbook *playbook,
                       enum request_type type)
{
	const struct playbook_type *row = &playbook->types[type];

	out_open(out, '{');
	out_key_text(out, "type", request_type_name(type));
	out_key_str(out, "label", row->label);
	out_key_str(out, "icon", row->icon);
	out_key_open(out, "clocks", '[');
	for (size_t i = 0; i < row->clocks_count; i++) {
		const struct playbook_clock *clock = &row->clocks[i];

		out_open(out, '{');
		out_key_text(out, "kind", promise_kind_name(clock->promise));
		out_key_i64(out, "target_ms", clock->within.span);
		out_key_text(out, "calendar", hours_name(clock->within.hours));
		out_close(out, '}');
	}
	out_close(out, ']');
	type_phrases(out, playbook, type);
	out_close(out, '}');
}

enum status route_request_type_list(struct request *request,
                                    struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	response->kind = RESPONSE_JSON;
	out_open(&response->json, '[');
	for (int type = REQUEST_STATUS_INQUIRY; type <= REQUEST_OTHER; type++)
		type_write(&response->json,
		           rules_playbook(&reading.agency->rules),
		           (enum request_type)type);
	out_close(&response->json, ']');
	act_read_end(request, &reading);
	return ST_OK;
}
