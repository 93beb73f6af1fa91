#include "desk/drafts.h"

#include "store/record.h"
#include "store/upload.h"

static enum status draft_refuse(struct problem *problem_out, const char *type,
                                const char *words)
{
	(void)problem_set(problem_out, ST_CONFLICT, "version", "%s", words);
	return problem_type(problem_out, ST_CONFLICT, type);
}

/* The answer to the last change was lost, and it comes again. */
static bool draft_repeats(const struct draft *was, const struct turn *turn,
                          const struct draft_command *asked)
{
	return was->member == turn->actor &&
	       was->version == asked->version + 1 &&
	       was->ready == asked->ready &&
	       str_equal(was->document, asked->document);
}

static enum status draft_allowed(struct desk *desk, const struct draft *was,
                                 const struct turn *turn,
                                 const struct draft_command *asked,
                                 struct problem *problem_out)
{
	int64_t count = 0;
	enum status status;

	if (was->ticket == 0 && asked->version != 0)
		return draft_refuse(problem_out, "moved_on",
		                    "That draft was sent or thrown away.");
	if (was->ticket && was->member != turn->actor && !asked->take)
		return draft_refuse(problem_out, "held",
		                    "Another member writes this draft. Take it "
		                    "over to go on with it.");
	if (was->ticket && was->version != asked->version)
		return draft_refuse(problem_out, "moved_on",
		                    "The draft was changed elsewhere. Read it "
		                    "first.");
	if (was->ticket)
		return ST_OK;
	status = draft_count(desk->db, &count);
	if (status == ST_OK && count >= DRAFTS_MAX)
		return problem_set(problem_out, ST_LIMIT, "draft",
		                   "There are too many drafts. Throw some "
		                   "away.");
	return status;
}

/* Whoever writes the draft may send its files, and they stay as long as it. */
static enum status draft_files(struct desk *desk, const struct turn *turn,
                               const struct draft *was,
                               const struct draft_command *asked)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < asked->file_count && status == ST_OK; i++) {
		struct upload upload = {0};

		status = upload_find(desk->db, asked->files[i], turn->arena,
		                     &upload);
		if (status == ST_NOT_FOUND) {
			status = ST_OK;
			continue;
		}
		if (status != ST_OK || upload.message ||
		    (upload.member != turn->actor &&
		     upload.member != was->member))
			continue;
		status = upload_keep(desk->db, asked->files[i], turn->actor,
		                     turn->now);
	}
	return status;
}

enum status desk_draft_save(struct desk *desk, const struct turn *turn,
                            const struct draft_command *asked,
                            struct problem *problem_out)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct draft was = {0};
	enum status status =
		record_read(desk->db, RECORD_TICKET, asked->ticket, columns);

	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "ticket");
	if (status == ST_OK && asked->document.length > DRAFT_DOCUMENT_BYTES)
		return problem_set(problem_out, ST_LIMIT, "text",
		                   "That is too long for a draft.");
	if (status == ST_OK)
		status = draft_read(desk->db, turn->arena, asked->ticket, &was);
	if (status != ST_OK || (was.ticket && draft_repeats(&was, turn, asked)))
		return status;
	status = draft_allowed(desk, &was, turn, asked, problem_out);
	if (status == ST_OK)
		status = draft_files(desk, turn, &was, asked);
	if (status != ST_OK)
		return status;
	return draft_write(desk->db, &(struct draft){
					     .ticket = asked->ticket,
					     .member = turn->actor,
					     .version = was.version + 1,
					     .at = turn->now,
					     .ready = asked->ready,
					     .document = asked->document,
				     });
}

enum status desk_draft_drop(struct desk *desk, const struct turn *turn,
                            int64_t ticket, struct problem *problem_out)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct draft draft = {0};
	enum status status =
		record_read(desk->db, RECORD_TICKET, ticket, columns);

	if (status == ST_OK)
		status = draft_head(desk->db, ticket, &draft);
	if (status == ST_OK && draft.ticket && draft.member != turn->actor)
		return draft_refuse(problem_out, "held",
		                    "Another member writes this draft. Take it "
		                    "over to throw it away.");
	return status == ST_OK ? draft_drop(desk->db, ticket) : status;
}

enum status drafts_answered(struct desk *desk, int64_t ticket, int64_t member)
{
	struct draft draft = {0};
	enum status status = draft_head(desk->db, ticket, &draft);

	if (status == ST_OK && draft.ticket && draft.member == member)
		status = draft_drop(desk->db, ticket);
	return status;
}
