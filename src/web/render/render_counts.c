/*
 * How many there are of everything that the navigation shows. The tally has
 * them by rank, type and assignee; here they are only added up.
 */
#include <stdio.h>

#include "core/text/request_type.h"
#include "web/render/render.h"

/* Of each type: whether any is late matters, and roughly how many. */
#define LATE_MAX 100

struct count_sums {
	int64_t open, mine, unassigned, flagged, waiting, snoozed, closed;
	int64_t types[REQUEST_TYPE_COUNT];
};

static void count_add(struct count_sums *sums, const struct view_tally *row,
                      int64_t member)
{
	if (row->rank == RANK_CLOSED) {
		sums->closed += row->count;
		return;
	}
	/* Put aside: still theirs, but in no list of what is open. */
	if (member != 0 && row->assignee == member)
		sums->mine += row->count;
	if (row->rank == RANK_SNOOZED) {
		sums->snoozed += row->count;
		return;
	}
	sums->open += row->count;
	if (row->assignee == 0)
		sums->unassigned += row->count;
	if (row->rank == RANK_FLAGGED)
		sums->flagged += row->count;
	if (row->rank == RANK_WAITING)
		sums->waiting += row->count;
	if (row->type >= 0 && row->type < REQUEST_TYPE_COUNT)
		sums->types[row->type] += row->count;
}

/* Several numbers may be one name: "other" and not yet decided. */
static void out_types(struct json_out *out,
                      const int64_t types[REQUEST_TYPE_COUNT])
{
	int64_t none = 0;

	out_key_open(out, "types", '{');
	for (int i = REQUEST_STATUS_INQUIRY; i <= REQUEST_OTHER; i++) {
		int64_t count = types[i];

		if (i == REQUEST_OTHER)
			count += types[REQUEST_TYPE_NONE];
		out_key_i64(out, render_type_name(i), count);
	}
	for (int i = REQUEST_OTHER + 1; i < REQUEST_TYPE_COUNT; i++)
		none += types[i];
	out_key_i64(out, "no_request", none);
	out_close(out, '}');
}

static void out_members(const struct reading *reading, struct json_out *out,
                        const struct view_tally *rows, size_t count)
{
	const struct agency *agency = reading->agency;
	char key[24];

	out_key_open(out, "members", '{');
	for (size_t i = 0; i < agency->member_count; i++) {
		int64_t id = agency->members[i].record.id, sum = 0;

		for (size_t j = 0; j < count; j++)
			if (rows[j].assignee == id &&
			    rows[j].rank < RANK_SNOOZED)
				sum += rows[j].count;
		snprintf(key, sizeof(key), "%lld", (long long)id);
		out_key_i64(out, key, sum);
	}
	out_close(out, '}');
}

enum status render_counts(const struct reading *reading, struct json_out *out,
                          int64_t member)
{
	struct count_sums sums = {0};
	int64_t late[REQUEST_TYPE_COUNT] = {0};
	int64_t intakes[INTAKE_STATE_COUNT] = {0};
	int64_t deliveries[DELIVERY_COUNT] = {0};
	struct view_tally *rows = NULL;
	int64_t merged = 0;
	size_t count = 0;
	enum status status =
		view_tally(reading->db, reading->arena, &rows, &count);

	if (status == ST_OK)
		status = view_merged(reading->db, &merged);
	if (status == ST_OK)
		status = view_late(reading->db, reading->now, LATE_MAX, late,
		                   REQUEST_TYPE_COUNT);
	if (status == ST_OK)
		status = view_mail_counts(reading->db, intakes, deliveries);
	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < count; i++)
		count_add(&sums, &rows[i], member);
	out_key_i64(out, "open", sums.open);
	if (member != 0)
		out_key_i64(out, "mine", sums.mine);
	out_key_i64(out, "unassigned", sums.unassigned);
	out_key_i64(out, "flagged", sums.flagged);
	out_key_i64(out, "waiting", sums.waiting);
	out_key_i64(out, "snoozed", sums.snoozed);
	out_key_i64(out, "closed", sums.closed - merged);
	out_key_i64(out, "quarantine", intakes[INTAKE_QUARANTINED]);
	out_types(out, sums.types);
	out_members(reading, out, rows, count);
	out_key_open(out, "late", '{');
	out_types(out, late);
	out_close(out, '}');
	return ST_OK;
}
