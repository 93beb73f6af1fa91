#include "core/time/calendar.h"

#include <assert.h>

#include "core/time/calendar_private.h"

/*
 * Real time is cut into pieces, each with one version, one offset from UTC and
 * paused or not; in each, the sum of calendar_private.h is read at both ends.
 */

#define CALENDAR_REACH ((instant_ms)CALENDAR_YEARS_MAX * 366 * SPAN_DAY)
/* Full days are walked singly when looking for the end of an open stretch. */
#define CALENDAR_STRETCH_STEPS 400

/* A piece of real time in which only the wall moves. */
struct calendar_piece {
	instant_ms from;
	instant_ms until;
	const struct calendar *calendar;
	span_ms offset;
	bool paused;
};

static const struct calendar *
piece_version(const struct calendar_history *history, instant_ms at,
              struct calendar_piece *piece)
{
	const struct calendar *calendar;
	size_t low = 0, high;

	if (!history || history->count == 0)
		return calendar_always();
	high = history->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (history->versions[middle].valid_from <= at)
			low = middle;
		else
			high = middle;
	}
	if (low > 0)
		piece->from = history->versions[low].valid_from;
	if (high < history->count)
		piece->until = history->versions[high].valid_from;
	calendar = history->versions[low].calendar;
	return calendar ? calendar : calendar_always();
}

static void piece_cut(struct calendar_piece *piece, instant_ms from,
                      instant_ms until)
{
	if (piece->from < from)
		piece->from = from;
	if (piece->until > until)
		piece->until = until;
}

static void piece_pauses(const struct calendar_pauses *pauses, instant_ms at,
                         struct calendar_piece *piece)
{
	for (size_t i = 0; i < pauses->count; i++) {
		instant_ms from = pauses->list[i].from;
		instant_ms to = pauses->list[i].to;

		if (to == 0)
			to = ZONE_FOREVER;
		if (from >= to)
			continue;
		if (from <= at && at < to) {
			piece->paused = true;
			piece_cut(piece, from, to);
		} else if (at < from) {
			piece_cut(piece, piece->from, from);
		} else {
			piece_cut(piece, to, piece->until);
		}
	}
}

static struct calendar_piece
calendar_piece_at(const struct calendar_history *history,
                  const struct calendar_pauses *pauses, instant_ms at)
{
	struct calendar_piece piece = {.from = -ZONE_FOREVER,
	                               .until = ZONE_FOREVER};
	struct zone_span span;

	piece.calendar = piece_version(history, at, &piece);
	if (piece.calendar->zone) {
		span = zone_span_at(piece.calendar->zone, at);
		piece.offset = span.offset;
		piece_cut(&piece, span.from, span.until);
	}
	if (pauses)
		piece_pauses(pauses, at, &piece);
	assert(piece.from <= at && at < piece.until);
	return piece;
}

static span_ms piece_worked(const struct calendar_piece *piece, instant_ms at)
{
	return calendar_wall_worked(piece->calendar, at + piece->offset);
}

/* ------------------------------------------------------------------ answers */

/* Far enough from the ends of time that no sum here can overflow. */
static bool calendar_within_reach(instant_ms at)
{
	return at > -ZONE_FOREVER / 4 && at < ZONE_FOREVER / 4;
}

static enum status calendar_forth(const struct calendar_history *history,
                                  instant_ms from, span_ms span,
                                  const struct calendar_pauses *pauses,
                                  instant_ms *due_out)
{
	instant_ms limit = from + CALENDAR_REACH;

	for (instant_ms at = from; at < limit;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at);
		instant_ms until = piece.until < limit ? piece.until : limit;

		if (!piece.paused) {
			span_ms begin = piece_worked(&piece, at);
			span_ms worked = piece_worked(&piece, until) - begin;

			if (span == 0 && worked > 0) {
				*due_out = calendar_wall_last(piece.calendar,
				                              begin) -
				           piece.offset;
				return ST_OK;
			}
			if (span > 0 && worked >= span) {
				*due_out = calendar_wall_first(piece.calendar,
				                               begin + span) -
				           piece.offset;
				return ST_OK;
			}
			span -= worked;
		}
		at = until;
	}
	return ST_LIMIT;
}

/*
 * Back by `span`; 0 gives the end of the last open time before `from`, which
 * is what calendar_previous_open() needs.
 */
static enum status calendar_back(const struct calendar_history *history,
                                 instant_ms from, span_ms span,
                                 const struct calendar_pauses *pauses,
                                 instant_ms *at_out)
{
	instant_ms limit = from - CALENDAR_REACH;

	for (instant_ms at = from; at > limit;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at - 1);
		instant_ms begin = piece.from > limit ? piece.from : limit;

		if (!piece.paused) {
			span_ms end = piece_worked(&piece, at);
			span_ms worked = end - piece_worked(&piece, begin);

			if (span == 0 && worked > 0) {
				*at_out = calendar_wall_first(piece.calendar,
				                              end) -
				          piece.offset;
				return ST_OK;
			}
			if (span > 0 && worked >= span) {
				*at_out = calendar_wall_last(piece.calendar,
				                             end - span) -
				          piece.offset;
				return ST_OK;
			}
			span -= worked;
		}
		at = begin;
	}
	return ST_LIMIT;
}

enum status calendar_add(const struct calendar_history *history,
                         instant_ms from, span_ms span,
                         const struct calendar_pauses *pauses,
                         instant_ms *due_out)
{
	if (!calendar_within_reach(from) || span > CALENDAR_REACH ||
	    span < -CALENDAR_REACH)
		return ST_LIMIT;
	if (span < 0)
		return calendar_back(history, from, -span, pauses, due_out);
	return calendar_forth(history, from, span, pauses, due_out);
}

span_ms calendar_span(const struct calendar_history *history, instant_ms from,
                      instant_ms to, const struct calendar_pauses *pauses)
{
	span_ms worked = 0;

	if (to < from)
		return -calendar_span(history, to, from, pauses);
	assert(calendar_within_reach(from) && calendar_within_reach(to));
	for (instant_ms at = from; at < to;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at);
		instant_ms until = piece.until < to ? piece.until : to;

		if (!piece.paused)
			worked += piece_worked(&piece, until) -
			          piece_worked(&piece, at);
		at = until;
	}
	return worked;
}

/*
 * Whether it is open at `at`, and how long that holds at least: to the end of
 * the interval or of the piece. Closed time is not looked ahead.
 */
static bool calendar_open_until(const struct calendar_history *history,
                                instant_ms at, instant_ms *until_out)
{
	struct calendar_piece piece = calendar_piece_at(history, NULL, at);
	instant_ms wall = at + piece.offset;
	int64_t day = calendar_floor(wall, SPAN_DAY);
	span_ms time = wall - day * SPAN_DAY;
	const struct calendar_hours *hours =
		calendar_hours_of(piece.calendar, day);

	for (size_t i = 0; i < hours->count; i++) {
		span_ms from = hours->intervals[i].from * SPAN_MINUTE;
		span_ms to = hours->intervals[i].to * SPAN_MINUTE;

		if (time >= from && time < to) {
			*until_out = at + (to - time);
			if (*until_out > piece.until)
				*until_out = piece.until;
			return true;
		}
	}
	return false;
}

bool calendar_open_at(const struct calendar_history *history, instant_ms at)
{
	instant_ms until;

	return calendar_open_until(history, at, &until);
}

enum status calendar_next_open(const struct calendar_history *history,
                               instant_ms at, instant_ms *open_out)
{
	return calendar_add(history, at, 0, NULL, open_out);
}

enum status calendar_previous_open(const struct calendar_history *history,
                                   instant_ms at, instant_ms *open_out)
{
	if (!calendar_within_reach(at))
		return ST_LIMIT;
	if (calendar_open_at(history, at)) {
		*open_out = at;
		return ST_OK;
	}
	return calendar_back(history, at, 0, NULL, open_out);
}

struct calendar_stretch
calendar_stretch_at(const struct calendar_history *history, instant_ms at)
{
	struct calendar_stretch stretch = {.until = ZONE_FOREVER};
	instant_ms until;

	stretch.open = calendar_open_until(history, at, &until);
	if (!stretch.open) {
		if (calendar_next_open(history, at, &until) == ST_OK)
			stretch.until = until;
		return stretch;
	}
	for (int i = 0; i < CALENDAR_STRETCH_STEPS; i++) {
		if (!calendar_open_until(history, until, &until)) {
			stretch.until = until;
			break;
		}
	}
	return stretch;
}

/* The first instant at or after `at` that is open in both. */
static enum status both_next_open(const struct calendar_history *a,
                                  const struct calendar_history *b,
                                  instant_ms at, instant_ms limit,
                                  instant_ms *open_out)
{
	while (at < limit) {
		instant_ms in_a, in_b;

		if (calendar_next_open(a, at, &in_a) != ST_OK ||
		    calendar_next_open(b, in_a, &in_b) != ST_OK)
			return ST_LIMIT;
		if (in_a == in_b) {
			*open_out = in_a;
			return ST_OK;
		}
		at = in_b;
	}
	return ST_LIMIT;
}

enum status calendar_add_both(const struct calendar_history *a,
                              const struct calendar_history *b, instant_ms from,
                              span_ms span, instant_ms *due_out)
{
	instant_ms at = from, until_a, until_b, limit;

	assert(span >= 0);
	if (!calendar_within_reach(from))
		return ST_LIMIT;
	limit = from + (instant_ms)CALENDAR_BOTH_YEARS_MAX * 366 * SPAN_DAY;
	for (;;) {
		enum status status = both_next_open(a, b, at, limit, &at);

		if (status != ST_OK)
			return status;
		if (!calendar_open_until(a, at, &until_a) ||
		    !calendar_open_until(b, at, &until_b))
			return ST_LIMIT;
		if (until_b < until_a)
			until_a = until_b;
		if (span <= until_a - at) {
			*due_out = at + span;
			return ST_OK;
		}
		span -= until_a - at;
		at = until_a;
	}
}
