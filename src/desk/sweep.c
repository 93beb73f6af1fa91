#include "desk/sweep.h"

#include "store/access.h"
#include "store/bulk.h"
#include "store/draft.h"
#include "store/letter.h"
#include "store/upload.h"
#include "store/webhook.h"

/* Longer than any session may live; the exact limits are the door's. */
#define SWEEP_SESSION_AGE (90 * SPAN_DAY)
/* A draft with a file may lie over a weekend. */
#define SWEEP_UPLOAD_AGE (7 * SPAN_DAY)
/* Nobody will go on with it any more. */
#define SWEEP_LETTER_AGE (7 * SPAN_DAY)
#define SWEEP_DRAFT_AGE  (365 * SPAN_DAY)
#define SWEEP_SLICE      100
/* Deliveries that arrived are shown for so long. */
#define SWEEP_DELIVERY_AGE (14 * SPAN_DAY)
/* Nobody undoes it any more. */
#define SWEEP_BULK_AGE (30 * SPAN_DAY)

enum status desk_sweep(struct desk *desk, const struct turn *turn)
{
	size_t count = 0;
	enum status status =
		session_sweep(desk->db, turn->now - SWEEP_SESSION_AGE,
	                      turn->now - SWEEP_SESSION_AGE, turn->now);

	if (status == ST_OK)
		status = bulk_sweep(desk->db, turn->now - SWEEP_BULK_AGE);
	if (status == ST_OK)
		status = draft_expire(desk->db, turn->now - SWEEP_DRAFT_AGE);
	if (status == ST_OK)
		status = letter_expire(desk->db, turn->now - SWEEP_LETTER_AGE);
	/* What is left over is taken the next time: others wait behind us. */
	if (status == ST_OK)
		status = upload_expire(desk->db, turn->now - SWEEP_UPLOAD_AGE,
		                       SWEEP_SLICE, &count);
	if (status == ST_OK)
		status = access_sweep(desk->db, turn->now);
	if (status == ST_OK)
		status = webhook_sweep(desk->db, turn->now - SWEEP_DELIVERY_AGE,
		                       SWEEP_SLICE);
	return status;
}
