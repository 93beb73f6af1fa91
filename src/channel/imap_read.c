/*
 * What a worker asks a server about folders and mail. What comes back is what
 * libetpan made of it, and is checked here as if it had made nothing of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "channel/imap_name.h"
#include "channel/imap_worker.h"

#define READ_FOLDERS       1000u
#define READ_COUNTED       300u /* folders whose mail is counted */
#define READ_FOLDERS_BYTES ((size_t)4 << 20)
#define READ_LIST_BYTES    ((size_t)32 << 20)
#define READ_SMALL_BYTES   ((size_t)1 << 20)
#define READ_HEADER_BYTES  (64u << 10)
#define READ_ATTRIBUTES    4 /* asked for of each mail in a list */
#define READ_FLAGS_BYTES   2000u
/* All in all, for a mail of the largest size on a slow line. */
#define READ_MAIL_MAX (30 * SPAN_MINUTE)

static void read_allow(struct imap_talk *talk, size_t bytes)
{
	imap_stream_allow(&talk->stream, bytes, 4 * talk->stream.patience);
}

/* -- Folders -------------------------------------------------------------- */

/* -1: it cannot be opened. */
static int64_t read_count(struct imap_talk *talk, const char *name)
{
	struct mailimap_status_att_list *wanted =
		mailimap_status_att_list_new_empty();
	struct mailimap_mailbox_data_status *status = NULL;
	int64_t count = -1;
	int result;

	if (!wanted || mailimap_status_att_list_add(
			       wanted, MAILIMAP_STATUS_ATT_MESSAGES) != 0)
		abort();
	read_allow(talk, READ_SMALL_BYTES);
	result = mailimap_status(talk->session, name, wanted, &status);
	mailimap_status_att_list_free(wanted);
	if (result != MAILIMAP_NO_ERROR || !status)
		return -1;
	for (clistiter *at = status->st_info_list
	                             ? clist_begin(status->st_info_list)
	                             : NULL;
	     at; at = clist_next(at)) {
		const struct mailimap_status_info *info = clist_content(at);

		if (info->st_att == MAILIMAP_STATUS_ATT_MESSAGES)
			count = info->st_value;
	}
	mailimap_mailbox_data_status_free(status);
	return count;
}

static bool read_has_flag(const struct mailimap_mbx_list_flags *flags,
                          const char *name)
{
	for (clistiter *at = flags && flags->mbf_oflags
	                             ? clist_begin(flags->mbf_oflags)
	                             : NULL;
	     at; at = clist_next(at)) {
		const struct mailimap_mbx_list_oflag *flag = clist_content(at);
		struct str text = str_of(flag->of_flag_ext);

		/* With or without its backslash. */
		if (str_starts(text, STR("\\")))
			text = str_sub(text, 1, text.length);
		if (str_equal_nocase(text, str_of(name)))
			return true;
	}
	return false;
}

static bool read_selectable(const struct mailimap_mbx_list_flags *flags)
{
	return !(flags && flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG &&
	         flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT) &&
	       !read_has_flag(flags, "NonExistent");
}

/* Whether a folder says of itself what it is for. */
static bool read_any_sent(const clist *list)
{
	for (clistiter *at = clist_begin(list); at; at = clist_next(at)) {
		const struct mailimap_mailbox_list *folder = clist_content(at);

		if (read_has_flag(folder->mb_flag, "Sent"))
			return true;
	}
	return false;
}

enum status imap_work_folders(struct imap_talk *talk, struct wire *request)
{
	clist *list = NULL;
	size_t count = 0;
	bool told;
	int result;

	(void)request;
	read_allow(talk, READ_FOLDERS_BYTES);
	result = mailimap_list(talk->session, "", "*", &list);
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_LIST,
		                        IMAP_FAULT_REFUSED);
	told = read_any_sent(list);
	for (clistiter *at = clist_begin(list); at && count < READ_FOLDERS;
	     at = clist_next(at)) {
		const struct mailimap_mailbox_list *folder = clist_content(at);
		struct str name;

		if (!imap_name_decode(talk->arena, str_of(folder->mb_name),
		                      &name))
			continue;
		wire_put_str(&talk->answer, name);
		wire_put(&talk->answer,
		         read_selectable(folder->mb_flag) &&
		                         count < READ_COUNTED
		                 ? read_count(talk, folder->mb_name)
		                 : -1);
		wire_put(&talk->answer,
		         told ? read_has_flag(folder->mb_flag, "Sent")
		              : imap_name_sent(name));
		count++;
	}
	mailimap_list_result_free(list);
	if (talk->stream.said.fault == IMAP_FAULT_NONE)
		return ST_OK;
	talk->said = talk->stream.said;
	return ST_BUSY;
}

enum status imap_work_select(struct imap_talk *talk, struct wire *request)
{
	char *name = imap_name_encode(talk->arena, wire_take_str(request));
	const struct mailimap_selection_info *info;
	int result;

	if (!name) {
		return imap_talk_say(talk, IMAP_FAULT_FOLDER, ST_NOT_FOUND,
		                     "No folder can have that name.");
	}
	read_allow(talk, READ_SMALL_BYTES);
	result = mailimap_examine(talk->session, name);
	info = talk->session->imap_selection_info;
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_EXAMINE,
		                        IMAP_FAULT_FOLDER);
	if (!info || info->sel_uidvalidity == 0) {
		return imap_talk_say(
			talk, IMAP_FAULT_REFUSED, ST_BUSY,
			"The server gives its mail no lasting numbers.");
	}
	talk->messages = info->sel_exists;
	wire_put(&talk->answer, info->sel_uidvalidity);
	wire_put(&talk->answer, info->sel_uidnext);
	wire_put(&talk->answer, info->sel_exists);
	wire_put(&talk->answer, talk->idle);
	return ST_OK;
}

/* -- Lists ---------------------------------------------------------------- */

static int read_compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* The lowest UIDs within the range, sorted, each once. */
static enum status read_search(struct imap_talk *talk, uint32_t first,
                               uint32_t last, uint32_t **uids_out,
                               size_t *count_out)
{
	struct mailimap_search_key *key =
		mailimap_search_key_new_uid(mailimap_set_new_interval(
			first, last == UINT32_MAX ? 0 : last));
	size_t count = 0, kept = 0;
	clist *found = NULL;
	uint32_t *uids;
	int result;

	if (!key)
		abort();
	read_allow(talk, READ_LIST_BYTES);
	result = mailimap_uid_search(talk->session, NULL, key, &found);
	mailimap_search_key_free(key);
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_UID_SEARCH,
		                        IMAP_FAULT_REFUSED);
	uids = arena_array(talk->arena, (size_t)clist_count(found) + 1,
	                   sizeof(*uids));
	for (clistiter *at = clist_begin(found); at; at = clist_next(at)) {
		uint32_t uid = *(const uint32_t *)clist_content(at);

		/* "N:*" finds the last mail, too, where nothing is above N. */
		if (uid >= first && uid <= last)
			uids[count++] = uid;
	}
	mailimap_search_result_free(found);
	qsort(uids, count, sizeof(*uids), read_compare);
	for (size_t i = 0; i < count && kept < IMAP_ENTRIES_MAX; i++) {
		if (kept == 0 || uids[kept - 1] != uids[i])
			uids[kept++] = uids[i];
	}
	*uids_out = uids;
	*count_out = kept;
	return ST_OK;
}

static instant_ms read_date(const struct mailimap_date_time *date)
{
	int zone = date->dt_zone < 0 ? -date->dt_zone : date->dt_zone;
	span_ms offset = (zone / 100 * 60 + zone % 100) * SPAN_MINUTE;
	struct civil civil = {.year = date->dt_year,
	                      .month = date->dt_month,
	                      .day = date->dt_day,
	                      .hour = date->dt_hour,
	                      .minute = date->dt_min,
	                      .second = date->dt_sec};

	if (date->dt_year < 1970 || date->dt_year > 9999 ||
	    date->dt_month < 1 || date->dt_month > 12 || date->dt_day < 1 ||
	    date->dt_day > 31 || date->dt_hour < 0 || date->dt_hour > 23 ||
	    date->dt_min < 0 || date->dt_min > 59 || date->dt_sec < 0 ||
	    date->dt_sec > 60 || zone > 1400)
		return 0;
	return civil_to_utc(&civil) - (date->dt_zone < 0 ? -offset : offset);
}

static const char *read_flag_name(const struct mailimap_flag *flag)
{
	switch (flag->fl_type) {
	case MAILIMAP_FLAG_ANSWERED:
		return "\\Answered";
	case MAILIMAP_FLAG_FLAGGED:
		return "\\Flagged";
	case MAILIMAP_FLAG_DELETED:
		return "\\Deleted";
	case MAILIMAP_FLAG_SEEN:
		return "\\Seen";
	case MAILIMAP_FLAG_DRAFT:
		return "\\Draft";
	case MAILIMAP_FLAG_KEYWORD:
		return flag->fl_data.fl_keyword;
	default:
		return NULL;
	}
}

static void read_flags(struct buf *buf, const clist *list)
{
	for (clistiter *at = list ? clist_begin(list) : NULL; at;
	     at = clist_next(at)) {
		const struct mailimap_flag_fetch *item = clist_content(at);
		struct str name = STR("");

		if (item->fl_type == MAILIMAP_FLAG_FETCH_OTHER && item->fl_flag)
			name = str_of(read_flag_name(item->fl_flag));
		if (name.length == 0 || !str_utf8_valid(name) ||
		    buf->length + name.length + 1 > READ_FLAGS_BYTES)
			continue;
		if (buf->length > 0)
			buf_char(buf, ' ');
		buf_str(buf, name);
	}
}

/* What one mail's attributes say. */
struct read_mail {
	uint32_t uid;
	int64_t size;
	instant_ms at;
	struct buf flags;
	struct str bytes;
};

static void read_static(struct read_mail *mail,
                        const struct mailimap_msg_att_static *att)
{
	const struct mailimap_msg_att_body_section *section;

	switch (att->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		mail->uid = att->att_data.att_uid;
		break;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		mail->size = att->att_data.att_rfc822_size;
		break;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		if (att->att_data.att_internal_date)
			mail->at = read_date(att->att_data.att_internal_date);
		break;
	case MAILIMAP_MSG_ATT_BODY_SECTION:
		section = att->att_data.att_body_section;
		if (section && section->sec_body_part)
			mail->bytes = (struct str){section->sec_body_part,
			                           section->sec_length};
		break;
	default:
		break;
	}
}

static void read_attributes(struct read_mail *mail,
                            const struct mailimap_msg_att *attributes)
{
	for (clistiter *at = clist_begin(attributes->att_list); at;
	     at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
		    item->att_data.att_static)
			read_static(mail, item->att_data.att_static);
		else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC &&
		         item->att_data.att_dyn)
			read_flags(&mail->flags,
			           item->att_data.att_dyn->att_list);
	}
}

static struct mailimap_fetch_type *read_wanted(void)
{
	struct mailimap_fetch_type *wanted =
		mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_fetch_att *items[READ_ATTRIBUTES] = {
		mailimap_fetch_att_new_uid(),
		mailimap_fetch_att_new_flags(),
		mailimap_fetch_att_new_internaldate(),
		mailimap_fetch_att_new_rfc822_size(),
	};

	for (size_t i = 0; i < READ_ATTRIBUTES; i++) {
		if (!wanted || !items[i] ||
		    mailimap_fetch_type_new_fetch_att_list_add(
			    wanted, items[i]) != MAILIMAP_NO_ERROR)
			abort();
	}
	return wanted;
}

/* Each that was asked for, as the list says it; what it says of others, not. */
static void read_put_list(struct imap_talk *talk, clist *list,
                          const uint32_t *uids, size_t count)
{
	bool *told = arena_array(talk->arena, count, sizeof(*told));

	for (clistiter *at = clist_begin(list); at; at = clist_next(at)) {
		struct read_mail mail = {0};
		const uint32_t *place;

		buf_init(&mail.flags, READ_FLAGS_BYTES);
		read_attributes(&mail, clist_content(at));
		place = bsearch(&mail.uid, uids, count, sizeof(*uids),
		                read_compare);
		if (place && !told[place - uids]) {
			told[place - uids] = true;
			wire_put(&talk->answer, mail.uid);
			wire_put(&talk->answer, mail.size);
			wire_put(&talk->answer, mail.at);
			wire_put_str(&talk->answer, buf_view(&mail.flags));
		}
		buf_release(&mail.flags);
	}
}

enum status imap_work_list(struct imap_talk *talk, struct wire *request)
{
	uint32_t first = (uint32_t)wire_take(request);
	uint32_t last = (uint32_t)wire_take(request);
	struct mailimap_fetch_type *wanted;
	struct mailimap_set *set;
	uint32_t *uids = NULL;
	clist *list = NULL;
	size_t count = 0;
	int result;
	enum status status = read_search(talk, first, last, &uids, &count);

	if (status != ST_OK || count == 0)
		return status;
	wanted = read_wanted();
	set = mailimap_set_new_interval(uids[0], uids[count - 1]);
	read_allow(talk, READ_LIST_BYTES);
	result = mailimap_uid_fetch(talk->session, set, wanted, &list);
	mailimap_fetch_type_free(wanted);
	mailimap_set_free(set);
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_UID_FETCH,
		                        IMAP_FAULT_REFUSED);
	read_put_list(talk, list, uids, count);
	mailimap_fetch_list_free(list);
	return ST_OK;
}

/* -- Mail ----------------------------------------------------------------- */

static struct mailimap_fetch_type *read_body(bool header)
{
	struct mailimap_section *section =
		header ? mailimap_section_new_header()
		       : mailimap_section_new(NULL);
	struct mailimap_fetch_att *att =
		header ? mailimap_fetch_att_new_body_peek_section_partial(
				 section, 0, READ_HEADER_BYTES)
		       : mailimap_fetch_att_new_body_peek_section(section);
	struct mailimap_fetch_type *wanted =
		mailimap_fetch_type_new_fetch_att_list_empty();

	if (!section || !att || !wanted ||
	    mailimap_fetch_type_new_fetch_att_list_add(
		    wanted, mailimap_fetch_att_new_uid()) !=
	            MAILIMAP_NO_ERROR ||
	    mailimap_fetch_type_new_fetch_att_list_add(wanted, att) !=
	            MAILIMAP_NO_ERROR)
		abort();
	return wanted;
}

enum status imap_work_fetch(struct imap_talk *talk, struct wire *request)
{
	uint32_t uid = (uint32_t)wire_take(request);
	bool header = wire_take(request) != 0, found = false;
	struct mailimap_fetch_type *wanted = read_body(header);
	struct mailimap_set *set = mailimap_set_new_single(uid);
	clist *list = NULL;
	int result;

	imap_stream_allow(&talk->stream,
	                  LIMIT_MAIL_BYTES + READ_SMALL_BYTES / 2,
	                  READ_MAIL_MAX);
	result = mailimap_uid_fetch(talk->session, set, wanted, &list);
	mailimap_fetch_type_free(wanted);
	mailimap_set_free(set);
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_UID_FETCH,
		                        IMAP_FAULT_REFUSED);
	for (clistiter *at = clist_begin(list); at && !found;
	     at = clist_next(at)) {
		struct read_mail mail = {0};

		buf_init(&mail.flags, READ_FLAGS_BYTES);
		read_attributes(&mail, clist_content(at));
		buf_release(&mail.flags);
		found = mail.uid == uid && mail.bytes.text;
		if (found)
			wire_put_str(&talk->answer, mail.bytes);
	}
	mailimap_fetch_list_free(list);
	if (found)
		return ST_OK;
	return imap_talk_say(talk, IMAP_FAULT_REFUSED, ST_NOT_FOUND,
	                     "The server did not give it.");
}

/* A copy that libetpan frees. */
static char *read_given(struct str text)
{
	char *copy = strndup(text.text, text.length);

	if (!copy)
		abort();
	return copy;
}

enum status imap_work_has(struct imap_talk *talk, struct wire *request)
{
	struct str id = wire_take_str(request);
	struct mailimap_search_key *key;
	clist *found = NULL;
	int result;

	/* It has them now, which the analyzer cannot see. */
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	key = mailimap_search_key_new_header(read_given(STR("Message-ID")),
	                                     read_given(id));
	if (!key)
		abort();
	read_allow(talk, READ_LIST_BYTES);
	result = mailimap_uid_search(talk->session, NULL, key, &found);
	mailimap_search_key_free(key);
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_UID_SEARCH,
		                        IMAP_FAULT_REFUSED);
	wire_put(&talk->answer, clist_count(found) > 0);
	mailimap_search_result_free(found);
	return ST_OK;
}
