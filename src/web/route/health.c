/*
 * Whether mail comes in and goes out.
 */
#include "web/route/act.h"
#include "web/route/mailbox.h"
#include "web/route/routes.h"
#include "web/web.h"

enum status route_health_show(struct request *request,
                              struct response *response)
{
	struct node_health health = node_health(request->web->node);
	int64_t intakes[INTAKE_STATE_COUNT] = {0};
	int64_t deliveries[DELIVERY_COUNT] = {0};
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_mail_counts(reading.db, intakes, deliveries);
	out = act_begin(&reading, response);
	out_key_open(out, "mail_in", '{');
	out_key_i64(out, "waiting", intakes[INTAKE_WAITING]);
	out_key_i64(out, "quarantined", intakes[INTAKE_QUARANTINED]);
	out_close(out, '}');
	out_key_open(out, "mail_out", '{');
	out_key_i64(out, "waiting",
	            deliveries[DELIVERY_UNDO] + deliveries[DELIVERY_QUEUED] +
	                    deliveries[DELIVERY_SENDING] +
	                    deliveries[DELIVERY_DEFERRED] +
	                    deliveries[DELIVERY_UNKNOWN]);
	out_key_i64(out, "failed", deliveries[DELIVERY_FAILED]);
	out_key_at(out, "last_sent_at", health.sent_at);
	out_close(out, '}');
	if (status == ST_OK)
		status = mailbox_write_states(request->web, &reading, out);
	out_key_bool(out, "disk_full", health.disk_full);
	out_key_text(out, "sandbox", request->web->sandbox);
	out_key_text(out, "version", HOLDFAST_VERSION);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}
