/*
 * Mail on its way out: builds the bytes once, in the jail, has them fixed,
 * sends, and records how it went. Nothing that happens after a server took the
 * mail can make it go again.
 */
#include "base/limits.h"
#include "desk/attachment.h"
#include "desk/reply.h"
#include "desk/token.h"
#include "mail/address.h"
#include "mail/html.h"
#include "node/jail_mail.h"
#include "node/node_private.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/record.h"
#include "store/view.h"

#define OUTBOX_RECIPIENTS_MAX 100
/* How long a thread waits when the store or the jail cannot. */
#define OUTBOX_REST (1 * SPAN_SECOND)

struct outbox_work {
	struct node *node;
	struct arena *arena;
	struct sql_db *reader;
	struct view_message message;
	struct str message_id, references, html, loop;
	struct str signature, footer, colour; /* of the brand */
	struct str reply_to;
	struct str sender; /* envelope */
	struct str again;  /* who is still to get it; empty: everybody */
	struct str raw;
	struct str recipients[OUTBOX_RECIPIENTS_MAX];
	size_t recipient_count;
	struct node_sent sent;
};

/* "Name <address>" or an address, as the message's words have it. */
static struct mail_address outbox_person(struct str line)
{
	size_t open = line.length;

	while (open > 0 && line.text[open - 1] != '<')
		open--;
	if (open == 0 || !str_ends(line, STR(">")))
		return (struct mail_address){STR(""), str_trim(line)};
	return (struct mail_address){str_trim(str_sub(line, 0, open - 1)),
	                             str_sub(line, open, line.length - 1)};
}

static struct mail_addresses outbox_people(struct outbox_work *w,
                                           struct str lines)
{
	struct mail_addresses list = {0};
	struct str line;

	list.items = arena_array(w->arena, OUTBOX_RECIPIENTS_MAX,
	                         sizeof(*list.items));
	while (list.count < OUTBOX_RECIPIENTS_MAX && str_line(&lines, &line)) {
		list.items[list.count] = outbox_person(line);
		if (!address_valid(list.items[list.count].address))
			continue;
		if (w->recipient_count < OUTBOX_RECIPIENTS_MAX)
			w->recipients[w->recipient_count++] =
				list.items[list.count].address;
		list.count++;
	}
	return list;
}

static enum status outbox_file(struct outbox_work *w,
                               const struct attachment *attachment,
                               struct mail_draft_file *file)
{
	*file = (struct mail_draft_file){
		.name = attachment->name,
		.type = attachment->type,
		.content_id = attachment->content_id,
		.is_inline = attachment->is_inline,
	};
	return blob_read(w->reader, attachment->blob, w->arena, &file->bytes);
}

static enum status outbox_files(struct outbox_work *w, struct mail_draft *draft)
{
	struct attachment *attachments =
		arena_array(w->arena, LIMIT_ATTACHMENTS, sizeof(*attachments));
	size_t count = attachment_parse(w->message.attachments, attachments,
	                                LIMIT_ATTACHMENTS);
	struct mail_draft_file *files =
		arena_array(w->arena, count + 1, sizeof(*files));
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = outbox_file(w, &attachments[i], &files[i]);
	draft->files = files;
	draft->file_count = count;
	return status;
}

/* The ids of the thread, oldest first; the last is the one answered. */
static void outbox_thread(struct outbox_work *w, struct mail_draft *draft)
{
	struct str *ids =
		arena_array(w->arena, LIMIT_REFERENCES + 1, sizeof(*ids));
	struct str rest = w->references, id;
	size_t count = 0;

	while (str_line(&rest, &id)) {
		if (id.length == 0)
			continue;
		if (count == LIMIT_REFERENCES)
			count--;
		ids[count++] = id;
	}
	draft->references = (struct mail_ids){ids, count};
	draft->in_reply_to = count > 0 ? ids[count - 1] : STR("");
}

/* Whoever typed or pasted the signature does not send it twice. */
static bool outbox_signed(const struct outbox_work *w)
{
	return w->signature.length == 0 ||
	       str_ends(str_trim(w->message.text), str_trim(w->signature));
}

/* A rule in the brand's colour beside the signature, and small print. */
static void outbox_html(struct outbox_work *w, struct buf *buf)
{
	if (w->html.length > 0)
		buf_str(buf, w->html);
	else
		mail_text_html(buf, str_trim(w->message.text));
	if (!outbox_signed(w)) {
		buf_text(buf, "<div>--&nbsp;</div>");
		if (w->colour.length > 0)
			buf_printf(buf,
			           "<div style=\"border-left:3px solid %.*s;"
			           "padding-left:12px\">",
			           STR_ARG(w->colour));
		mail_text_html(buf, w->signature);
		if (w->colour.length > 0)
			buf_text(buf, "</div>");
	}
	if (w->footer.length > 0) {
		buf_text(buf, "<div style=\"margin-top:16px;color:#666666;"
		              "font-size:12px\">");
		mail_text_html(buf, w->footer);
		buf_text(buf, "</div>");
	}
}

/* The body as people read it: text, signature and footer; also as HTML. */
static void outbox_body(struct outbox_work *w, struct mail_draft *draft)
{
	struct buf buf;

	buf_init(&buf, LIMIT_HTML_BYTES);
	buf_str(&buf, str_trim(w->message.text));
	if (!outbox_signed(w))
		buf_printf(&buf, "\n\n-- \n%.*s", STR_ARG(w->signature));
	if (w->footer.length > 0)
		buf_printf(&buf, "\n\n%.*s", STR_ARG(w->footer));
	buf_char(&buf, '\n');
	draft->text = str_copy(w->arena, buf_view(&buf));
	buf_clear(&buf);
	outbox_html(w, &buf);
	draft->html = str_copy(w->arena, buf_view(&buf));
	buf_release(&buf);
}

static enum status outbox_draft(struct outbox_work *w, struct mail_draft *draft)
{
	const struct agency *agency = node_agency_take(w->node);
	span_ms offset = zone_offset_at(agency->zone, w->message.record.at);

	node_agency_return(w->node, agency);
	*draft = (struct mail_draft){
		.from = outbox_person(w->message.from),
		.to = outbox_people(w, w->message.to),
		.cc = outbox_people(w, w->message.cc),
		.subject = w->message.subject,
		.message_id = w->message_id,
		.date = w->message.record.at,
		.zone_minutes = (int)(offset / SPAN_MINUTE),
		.loop = w->loop,
	};
	if (w->sender.length == 0)
		w->sender = draft->from.address;
	if (w->reply_to.length > 0) {
		draft->reply_to.items =
			arena_alloc(w->arena, sizeof(*draft->reply_to.items));
		draft->reply_to.items[0] =
			(struct mail_address){draft->from.name, w->reply_to};
		draft->reply_to.count = 1;
	}
	outbox_thread(w, draft);
	outbox_body(w, draft);
	return outbox_files(w, draft);
}

static void outbox_look(struct outbox_work *w, const struct agency *agency,
                        const struct agency_address *from)
{
	const struct agency_brand *brand =
		agency_brand_of(agency, from->record.id);

	w->signature = str_copy(w->arena, agency_signature(agency, from));
	if (!brand)
		return;
	w->footer = str_copy(w->arena, brand->footer);
	w->colour = str_copy(w->arena, brand->colour);
}

/* Where answers and bounces go, and to whom it did not go yet. */
static enum status outbox_return(struct outbox_work *w)
{
	const struct message *record = &w->message.record;
	struct str lines = STR("");
	enum status status = content_read(w->reader, w->arena, record->id,
	                                  SLOT_RETURN, &lines);

	if (str_line(&lines, &w->reply_to) && !str_line(&lines, &w->sender))
		w->sender = STR("");
	if (status == ST_OK && record->failed_by &&
	    (record->delivery == DELIVERY_DEFERRED ||
	     record->delivery == DELIVERY_UNKNOWN))
		status = content_read(w->reader, w->arena, record->failed_by,
		                      SLOT_TO, &w->again);
	return status;
}

/* Those who got it in an earlier attempt do not get it again. */
static void outbox_again(struct outbox_work *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->recipient_count && w->again.length; i++) {
		struct str rest = w->again, line;

		while (str_line(&rest, &line)) {
			if (!str_equal_nocase(str_trim(line), w->recipients[i]))
				continue;
			w->recipients[kept++] = w->recipients[i];
			break;
		}
	}
	if (w->again.length > 0)
		w->recipient_count = kept;
}

static enum status outbox_words(struct outbox_work *w)
{
	int64_t id = w->message.record.id;
	const struct agency *agency = node_agency_take(w->node);
	const struct agency_address *from =
		agency_address(agency, w->message.record.address);
	enum status status;

	if (from)
		outbox_look(w, agency, from);
	node_agency_return(w->node, agency);
	status = content_read(w->reader, w->arena, id, SLOT_MESSAGE_ID,
	                      &w->message_id);
	if (status == ST_OK)
		status = outbox_return(w);
	if (status == ST_OK)
		status = content_read(w->reader, w->arena, id, SLOT_REFERENCES,
		                      &w->references);
	if (status == ST_OK)
		status = content_read(w->reader, w->arena, id, SLOT_HTML,
		                      &w->html);
	/* It came from a browser: what leaves is as clean as what comes in. */
	if (status == ST_OK && w->html.length > 0)
		status = jail_clean_html(w->node->config.jail, w->arena,
		                         w->html, NULL, &w->html);
	return status;
}

/* The bytes: as fixed before, else built now. */
static enum status outbox_bytes(struct outbox_work *w)
{
	struct mail_draft draft;
	enum status status = outbox_words(w);

	if (status == ST_OK)
		status = outbox_draft(w, &draft);
	if (status != ST_OK)
		return status;
	outbox_again(w);
	if (w->message.record.raw)
		return blob_read(w->reader, w->message.record.raw, w->arena,
		                 &w->raw);
	return jail_build(w->node->config.jail, w->arena, &draft, &w->raw);
}

static enum status outbox_begin_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	struct outbox_work *w = arguments;

	(void)problem_out;
	return desk_send_begin(desk, turn, w->message.record.id, w->raw,
	                       outcome_out);
}

static enum status outbox_end_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	struct outbox_work *w = arguments;

	(void)problem_out;
	const struct outbound_report report = {
		.outcome = w->sent.outcome,
		.reason = str_of(w->sent.reason),
		.tried = w->again,
		.again = w->sent.again,
		.gone = w->sent.gone,
	};

	return desk_send_end(desk, turn, w->message.record.id, &report,
	                     outcome_out);
}

static enum status outbox_command(struct outbox_work *w, node_command run)
{
	struct node_asked asked = {
		.arena = w->arena, .run = run, .arguments = w};
	struct outcome outcome;

	return node_run(w->node, &asked, &outcome, NULL);
}

/* The store or the jail cannot just now. */
static bool outbox_must_wait(enum status status)
{
	return status == ST_BUSY || status == ST_STORE;
}

/* Its place stays taken meanwhile, so that it is not handed in at once. */
static void outbox_rest(struct node_outbox *outbox)
{
	struct timespec until = node_until(OUTBOX_REST);

	while (!outbox->stop &&
	       pthread_cond_timedwait(&outbox->work, &outbox->lock, &until) ==
	               0) {
	}
}

/*
 * What happened must be known: as long as it is only here, an end of the
 * program would send the mail again. So it is recorded as soon as can be.
 */
static enum status outbox_record(struct outbox_work *w)
{
	struct node_outbox *outbox = &w->node->outbox;
	bool stop = false;
	enum status status = outbox_command(w, outbox_end_run);

	while (outbox_must_wait(status) && !stop) {
		pthread_mutex_lock(&outbox->lock);
		outbox_rest(outbox);
		stop = outbox->stop;
		pthread_mutex_unlock(&outbox->lock);
		status = outbox_command(w, outbox_end_run);
	}
	return status;
}

/* False when nothing could be tried; the timer comes again. */
static bool outbox_deliver(struct outbox_work *w)
{
	const struct node_driver *driver = &w->node->config.driver;
	const struct node_outgoing mail = {
		.address = w->message.record.address,
		.sender = w->sender,
		.recipients = w->recipients,
		.recipient_count = w->recipient_count,
		.raw = w->raw,
	};
	enum status status = outbox_command(w, outbox_begin_run);

	/* Else it was undone or sent meanwhile. */
	if (status != ST_OK)
		return !outbox_must_wait(status);
	driver->send(driver->context, w->arena, &mail, &w->sent);
	status = outbox_record(w);
	if (status != ST_OK)
		node_log(w->node,
		         "mail %lld was tried, which could not be recorded",
		         (long long)w->message.record.id);
	else if (w->sent.outcome == OUTBOUND_SENT)
		atomic_store(&w->node->outbox.sent_at, node_now(w->node));
	return true;
}

/* What cannot even be built will never be: the person is told why. */
static void outbox_refuse(struct outbox_work *w)
{
	w->raw = STR("");
	w->sent = (struct node_sent){
		.outcome = OUTBOUND_PERMANENT,
		.reason = "The mail could not be put together. Check its "
			  "addresses and attachments.",
	};
	if (outbox_command(w, outbox_begin_run) == ST_OK &&
	    outbox_command(w, outbox_end_run) != ST_OK)
		node_log(w->node, "mail %lld failed, unrecorded",
		         (long long)w->message.record.id);
}

/* False when it has to wait until something is better. */
static bool outbox_one(struct node *node, struct arena *arena, int64_t id)
{
	struct outbox_work *w = arena_alloc(arena, sizeof(*w));
	enum status status;

	w->node = node;
	w->arena = arena;
	w->reader = node_reader_take(node);
	status = view_message(w->reader, arena, id, &w->message);
	if (status == ST_OK)
		status = outbox_bytes(w);
	node_reader_return(node, w->reader);
	if (w->message.record.id == 0)
		return status == ST_OK;
	if (status == ST_OK && w->recipient_count == 0)
		status = ST_INVALID;
	if (status == ST_OK)
		return outbox_deliver(w);
	if (outbox_must_wait(status))
		return false;
	outbox_refuse(w);
	return true;
}

static void *outbox_main(void *context)
{
	struct node *node = context;
	struct node_outbox *outbox = &node->outbox;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	pthread_setname_np(pthread_self(), "outbox");
	pthread_mutex_lock(&outbox->lock);
	while (!outbox->stop) {
		int64_t id = queue_pop(&outbox->queue);
		size_t slot = 0;
		bool tried;

		if (!id) {
			pthread_cond_wait(&outbox->work, &outbox->lock);
			continue;
		}
		while (outbox->under_way[slot])
			slot++;
		outbox->under_way[slot] = id;
		outbox->busy++;
		pthread_mutex_unlock(&outbox->lock);
		tried = outbox_one(node, arena, id);
		if (!tried)
			node_log(node, "mail %lld cannot be sent yet",
			         (long long)id);
		arena_clear(arena);
		pthread_mutex_lock(&outbox->lock);
		if (!tried)
			outbox_rest(outbox);
		outbox->under_way[slot] = 0;
		outbox->busy--;
		if (outbox->busy == 0 && outbox->queue.count == 0)
			pthread_cond_broadcast(&outbox->idle);
	}
	pthread_mutex_unlock(&outbox->lock);
	arena_free(&arena);
	return NULL;
}

bool outbox_push(struct node *node, int64_t message)
{
	struct node_outbox *outbox = &node->outbox;
	bool known;

	pthread_mutex_lock(&outbox->lock);
	known = queue_has(&outbox->queue, message);
	for (size_t i = 0; i < NODE_THREADS_MAX; i++)
		known = known || outbox->under_way[i] == message;
	if (!known) {
		queue_push(&outbox->queue, message);
		pthread_cond_signal(&outbox->work);
	}
	pthread_mutex_unlock(&outbox->lock);
	return !known;
}

void outbox_settle(struct node *node)
{
	struct node_outbox *outbox = &node->outbox;

	pthread_mutex_lock(&outbox->lock);
	while (outbox->busy > 0 || outbox->queue.count > 0)
		pthread_cond_wait(&outbox->idle, &outbox->lock);
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_start(struct node *node)
{
	struct node_outbox *outbox = &node->outbox;
	unsigned wanted =
		node->config.send_threads ? node->config.send_threads : 2;

	pthread_mutex_init(&outbox->lock, NULL);
	pthread_cond_init(&outbox->work, NULL);
	pthread_cond_init(&outbox->idle, NULL);
	for (unsigned i = 0; i < wanted && !node->config.offline; i++) {
		if (pthread_create(&outbox->threads[i], NULL, outbox_main,
		                   node) == 0)
			outbox->thread_count++;
	}
}

void outbox_stop(struct node *node)
{
	struct node_outbox *outbox = &node->outbox;

	pthread_mutex_lock(&outbox->lock);
	outbox->stop = true;
	pthread_cond_broadcast(&outbox->work);
	pthread_mutex_unlock(&outbox->lock);
	for (unsigned i = 0; i < outbox->thread_count; i++)
		pthread_join(outbox->threads[i], NULL);
	queue_release(&outbox->queue);
}
