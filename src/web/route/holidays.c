/*
 * Holidays out of an iCalendar file, added to the agency's calendar.
 */
#include "core/time/holidays.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "core/time/calendar_text.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

/* This year and those after it that anybody plans for. */
#define HOLIDAYS_YEARS 5

static int holidays_order(const void *a, const void *b)
{
	const int32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static bool holidays_has(const struct calendar_plan *plan, int32_t day)
{
	for (size_t i = 0; i < plan->holiday_count; i++) {
		if (plan->holidays[i] == day)
			return true;
	}
	return false;
}

/* The plan with those that it lacks; `found` keeps only these. */
static void holidays_add(struct arena *arena, struct calendar_plan *plan,
                         struct holidays *found)
{
	int32_t *days = arena_array(arena, plan->holiday_count + found->count,
	                            sizeof(*days));
	struct holiday *added =
		arena_array(arena, found->count, sizeof(*added));
	size_t count = 0;

	if (plan->holiday_count > 0)
		memcpy(days, plan->holidays,
		       plan->holiday_count * sizeof(*days));
	for (size_t i = 0; i < found->count; i++) {
		if (holidays_has(plan, found->list[i].day))
			continue;
		days[plan->holiday_count + count] = found->list[i].day;
		added[count++] = found->list[i];
	}
	plan->holidays = days;
	plan->holiday_names = NULL;
	plan->holiday_count += count;
	qsort(days, plan->holiday_count, sizeof(*days), holidays_order);
	found->list = added;
	found->count = count;
}

static enum status holidays_read(struct request *request,
                                 struct calendar_plan *plan_out,
                                 struct holidays *found_out)
{
	struct reading reading;
	struct civil today;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	today = zone_civil(reading.agency->zone, request->now);
	status = holidays_parse(
		request->arena, request->content,
		(int32_t)civil_days(today.year, 1, 1),
		(int32_t)civil_days(today.year + HOLIDAYS_YEARS, 12, 31),
		found_out, &request->problem);
	if (status == ST_OK)
		status = calendar_text_parse(
			request->arena,
			str_copy(request->arena, reading.agency->calendar_text),
			plan_out, &request->problem);
	act_read_end(request, &reading);
	return status;
}

static void holidays_answer(const struct reading *reading,
                            struct response *response,
                            const struct holidays *added)
{
	struct json_out *out = act_begin(reading, response);

	out_key(out, "calendar");
	out_json(out, str_trim(reading->agency->calendar_text));
	out_key_open(out, "added", '[');
	for (size_t i = 0; i < added->count; i++) {
		int year, month, day;
		char date[16];

		civil_from_days(added->list[i].day, &year, &month, &day);
		snprintf(date, sizeof(date), "%04d-%02d-%02d", year, month,
		         day);
		out_open(out, '{');
		out_key_text(out, "date", date);
		out_key_str(out, "name", added->list[i].name);
		out_close(out, '}');
	}
	out_close(out, ']');
	out_key_i64(out, "skipped", (int64_t)added->skipped);
	response_end(response);
}

enum status route_holidays_add(struct request *request,
                               struct response *response)
{
	struct calendar_plan plan;
	struct holidays found;
	struct settings_command asked = {0};
	struct outcome outcome;
	struct reading reading;
	struct buf buf;
	enum status status = holidays_read(request, &plan, &found);

	if (status != ST_OK)
		return status;
	holidays_add(request->arena, &plan, &found);
	buf_init(&buf, LIMIT_BODY_BYTES);
	calendar_text_print(&plan, &buf);
	asked.document = str_copy(request->arena, buf_view(&buf));
	asked.zone = plan.zone;
	buf_release(&buf);
	if (found.count > 0) {
		status = act_settings(request, desk_calendar_save, &asked,
		                      &outcome);
		if (status == ST_OK)
			status = act_promises_follow(request);
	}
	if (status == ST_OK)
		status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	holidays_answer(&reading, response, &found);
	act_read_end(request, &reading);
	return ST_OK;
}
