#include "made.h"

#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "desk/mail_in.h"
#include "desk/settings.h"
#include "desk/tickets.h"
#include "node/node.h"
#include "node/zones.h"
#include "store/session.h"
#include "web/session.h"

#define COMMIT_COMMANDS 512
#define COMMITS_A_MOVE  16 /* of the engine's log into the file */
#define LONG_THREAD     20
#define SECOND_BETWEEN  2

static const char calendar[] =
	"{\"zone\":\"UTC\",\"week\":{"
	"\"mon\":[[\"00:00\",\"24:00\"]],\"tue\":[[\"00:00\",\"24:00\"]],"
	"\"wed\":[[\"00:00\",\"24:00\"]],\"thu\":[[\"00:00\",\"24:00\"]],"
	"\"fri\":[[\"00:00\",\"24:00\"]],\"sat\":[[\"00:00\",\"24:00\"]],"
	"\"sun\":[[\"00:00\",\"24:00\"]]}}";

static void random_fill(void *context, void *bytes, size_t length)
{
	(void)context;
	randombytes_buf(bytes, length);
}

static void must(struct made *made, enum status status, const char *what)
{
	if (status != ST_OK)
		bench_fail("%s: %s (%s)", what, status_name(status),
		           sql_error(made->db));
}

static struct turn turn_next(struct made *made, int64_t actor)
{
	struct turn turn = {
		.arena = made->arena, .now = made->now, .actor = actor};

	/* As scattered as real ones are. */
	made->commands++;
	randombytes_buf(turn.command, sizeof(turn.command));
	return turn;
}

/* After each command: a transaction holds many. */
static void turn_done(struct made *made)
{
	arena_clear(made->arena);
	if (++made->batched % COMMIT_COMMANDS != 0)
		return;
	must(made, desk_index(&made->desk), "index");
	must(made, sql_transaction_commit(made->db), "commit");
	if (made->batched % ((size_t)COMMIT_COMMANDS * COMMITS_A_MOVE) == 0)
		must(made, sql_checkpoint(made->db), "checkpoint");
	must(made, sql_transaction_begin(made->db), "begin");
}

static void sessions_make(struct made *made, struct served *served)
{
	for (size_t i = 0; i < SERVED_AGENTS; i++) {
		const struct session_row row = {
			.member = made->member,
			.created_at = node_system_now(),
			.seen_at = node_system_now(),
			.agent = STR("bench"),
		};
		char token[SESSION_TOKEN_SIZE];
		uint8_t hash[SESSION_HASH_BYTES];

		session_token_make(random_fill, NULL, token, hash);
		must(made, session_add(made->db, hash, &row), "session");
		snprintf(served->agents[i].cookie,
		         sizeof(served->agents[i].cookie), "holdfast=%s",
		         token);
	}
}

void made_open(struct made *made, struct served *served)
{
	const struct desk_ports ports = {node_random, zones_load};
	const struct setup setup = {
		.agency = STR("Lumen Retouch"),
		.name = STR("Mara Lind"),
		.address = STR("mara@agency.example"),
		.desk_address = STR(SERVED_DESK),
		.calendar = str_of(calendar),
		.zone = STR("UTC"),
	};
	struct problem problem = {0};
	struct outcome outcome;
	struct turn turn;

	if (sodium_init() < 0)
		bench_fail("no randomness");
	*made = (struct made){
		.arena = arena_new(LIMIT_TURN_ARENA_BYTES),
		.random = {.state = 5},
		.now = node_system_now() - 60 * SPAN_DAY,
	};
	if (sql_open(served->file, SQL_OPEN_WRITER, &made->db, &problem) !=
	    ST_OK)
		bench_fail("%s", problem.text);
	must(made, desk_open(&made->desk, made->db, &ports, &problem), "desk");
	made->desk.index_later = true;
	must(made, sql_transaction_begin(made->db), "begin");
	turn = turn_next(made, 0);
	must(made, desk_setup(&made->desk, &turn, &setup, &outcome, &problem),
	     problem.text);
	/* What the writer does when it has told others. */
	made->desk.agency_changed = false;
	made->member = outcome.record;
	sessions_make(made, served);
	turn_done(made);
}

void made_end(struct made *made)
{
	must(made, desk_index(&made->desk), "index");
	must(made, sql_transaction_commit(made->db), "commit");
	must(made, sql_checkpoint(made->db), "checkpoint");
	desk_close(&made->desk);
	sql_close(&made->db);
	arena_free(&made->arena);
}

/* What the jail would have made of it. */
static void parsed_make(struct made *made, int64_t number, int64_t answers,
                        uint32_t clients, struct mail *mail)
{
	static const char *const subjects[] = {
		"Corrected files for spring",
		"Question about the invoice",
		"Price for 200 pictures",
		"Where is our order?",
		"New brief: studio shots",
		"The colours are wrong",
		"Call next week",
		"Could you add one more size",
	};
	static const char *const texts[] = {
		"could you tell us when the next batch is ready",
		"the shadows on the white shoes are too hard this time",
		"we need a quote for two hundred pictures of chairs",
		"the invoice shows the old address of our company",
		"please send the files once more in the larger size",
		"thank you for the quick help, that worked very well",
	};
	struct arena *arena = made->arena;
	/* All of one thread come from one company. */
	uint32_t client =
		(uint32_t)((answers ? answers : number) * 2654435761u) %
		clients;
	uint32_t person = client * 3 + bench_below(&made->random, 3);
	uint32_t first = bench_below(&made->random, 6);

	*mail = (struct mail){.date = made->now};
	mail->from.items = arena_alloc(arena, sizeof(*mail->from.items));
	mail->from.count = 1;
	mail->from.items[0].name = str_printf(arena, "Person %u", person);
	mail->from.items[0].address =
		str_printf(arena, "person%u@company%u.example", person, client);
	mail->to.items = arena_alloc(arena, sizeof(*mail->to.items));
	mail->to.count = 1;
	mail->to.items[0].address = STR(SERVED_DESK);
	mail->subject = str_printf(arena, "%s (%lld)", subjects[first],
	                           (long long)number);
	mail->message_id = str_printf(arena, "%lld.%u@company%u.example",
	                              (long long)number,
	                              (unsigned)number * 2654435761u, client);
	mail->text = mail->reply = str_printf(
		arena,
		"Hello,\n\n%s, and %s. Our reference is N-%lld.\n\nKind "
		"regards\nPerson %u\n",
		texts[first],
		texts[(first + 1 + bench_below(&made->random, 5)) % 6],
		(long long)number, person);
	if (!answers)
		return;
	mail->in_reply_to.items =
		arena_alloc(arena, sizeof(*mail->in_reply_to.items));
	mail->in_reply_to.count = 1;
	mail->in_reply_to.items[0] = str_printf(
		arena, "%lld.%u@company%u.example", (long long)answers,
		(unsigned)answers * 2654435761u, client);
}

int64_t made_mail(struct made *made, int64_t number, int64_t answers,
                  uint32_t clients)
{
	struct str to = STR(SERVED_DESK);
	struct mail_in in = {
		.sender = STR("somebody@client.example"),
		.recipients = &to,
		.recipient_count = 1,
		.source = SOURCE_LMTP,
		.at = made->now,
	};
	struct turn turn = turn_next(made, 0);
	struct outcome outcome;
	struct mail mail;

	parsed_make(made, number, answers, clients, &mail);
	in.raw = str_printf(made->arena,
	                    "From: <%.*s>\r\nSubject: %.*s\r\n\r\n%.*s",
	                    STR_ARG(mail.from.items[0].address),
	                    STR_ARG(mail.subject), STR_ARG(mail.text));
	must(made, desk_mail_accept(&made->desk, &turn, &in, &outcome),
	     "accept");
	turn = turn_next(made, 0);
	must(made,
	     desk_mail_file(&made->desk, &turn, outcome.record, &mail, NULL,
	                    &outcome),
	     "file");
	turn_done(made);
	made->now += SECOND_BETWEEN * SPAN_SECOND;
	return outcome.ticket;
}

static void ticket_command(struct made *made, desk_ticket_command run,
                           int64_t ticket, int64_t value)
{
	const struct ticket_command asked = {
		.ticket = ticket,
		.value = value,
		.text = STR("Done."),
	};
	struct turn turn = turn_next(made, made->member);
	struct problem problem = {0};
	struct outcome outcome;

	must(made, run(&made->desk, &turn, &asked, &outcome, &problem),
	     problem.text);
	turn_done(made);
}

void made_close_ticket(struct made *made, int64_t ticket)
{
	ticket_command(made, desk_ticket_state, ticket, TICKET_CLOSED);
}

void made_assign(struct made *made, int64_t ticket)
{
	ticket_command(made, desk_ticket_assign, ticket, made->member);
}

void made_fill(struct served *served, int64_t tickets)
{
	struct made made;
	uint32_t clients = (uint32_t)(tickets / 200 + 10);
	double start = bench_seconds();

	made_open(&made, served);
	/* So long ago that the clocks of the newest still run. */
	made.now = node_system_now() - SPAN_HOUR -
	           tickets * SECOND_BETWEEN * SPAN_SECOND;
	for (int64_t i = 1; i < LONG_THREAD; i++)
		made_mail(&made, i, i > 1, clients);
	for (int64_t i = 0; i < tickets; i++) {
		int64_t ticket = made_mail(&made, LONG_THREAD + i, 0, clients);

		if (i % 5 < 2)
			made_close_ticket(&made, ticket);
		else if (i % 4 == 0)
			made_assign(&made, ticket);
		if ((i + 1) % 50000 == 0)
			bench_say("%lld of %lld tickets, %.0f/s",
			          (long long)i + 1, (long long)tickets,
			          (double)i / (bench_seconds() - start));
	}
	made_end(&made);
}
