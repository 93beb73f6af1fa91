/*
 * Golden mails: test/case/mail/NAME.eml is parsed, packed, unpacked, and
 * printed as text that must equal NAME.expect. To add a case write the mail,
 * run this program with HOLDFAST_ACCEPT=1, and read what it wrote.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "mail/message.h"

static void dump_address(struct buf *out, const char *name,
                         const struct mail_address *address)
{
	if (address->name.length == 0 && address->address.length == 0)
		return;
	buf_printf(out, "%s: %.*s <%.*s>\n", name, STR_ARG(address->name),
	           STR_ARG(address->address));
}

static void dump_addresses(struct buf *out, const char *name,
                           const struct mail_addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		dump_address(out, name, &addresses->items[i]);
}

static void dump_line(struct buf *out, const char *name, struct str value)
{
	if (value.length > 0)
		buf_printf(out, "%s: %.*s\n", name, STR_ARG(value));
}

static void dump_instant(struct buf *out, const char *name, instant_ms at)
{
	char text[INSTANT_TEXT_SIZE];

	if (at == 0)
		return;
	instant_print(at, text);
	dump_line(out, name, str_of(text));
}

static void dump_ids(struct buf *out, const char *name,
                     const struct mail_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		dump_line(out, name, ids->items[i]);
}

static void dump_bounce(struct buf *out, const struct mail_bounce *bounce)
{
	dump_line(out, "bounce-recipient", bounce->recipient);
	dump_line(out, "bounce-status", bounce->status);
	dump_line(out, "bounce-reason", bounce->reason);
	dump_line(out, "bounce-of", bounce->original_message_id);
	if (bounce->is_failure)
		buf_printf(out, "bounce-is: %s\n",
		           bounce->permanent ? "permanent" : "failure");
}

static void dump_header(struct buf *out, const struct mail *mail)
{
	dump_addresses(out, "from", &mail->from);
	dump_address(out, "sender", &mail->sender);
	dump_addresses(out, "to", &mail->to);
	dump_addresses(out, "cc", &mail->cc);
	dump_addresses(out, "reply-to", &mail->reply_to);
	dump_line(out, "subject", mail->subject);
	dump_instant(out, "date", mail->date);
	dump_line(out, "id", mail->message_id);
	dump_ids(out, "in-reply-to", &mail->in_reply_to);
	dump_ids(out, "references", &mail->references);
	dump_line(out, "return-path", mail->return_path);
	dump_line(out, "auto", str_of(mail_auto_name(mail->kind)));
	dump_line(out, "loop", mail->signals.loop);
	dump_line(out, "list", mail->signals.list_id);
	if (mail->signals.no_auto_answer)
		buf_text(out, "no-auto-answer\n");
	dump_bounce(out, &mail->bounce);
	dump_instant(out, "away-until", mail->away_until);
	if (mail->forwarded.is_forward) {
		dump_address(out, "forwarded-from", &mail->forwarded.original);
		dump_line(out, "forwarded-subject",
		          mail->forwarded.original_subject);
		dump_instant(out, "forwarded-date",
		             mail->forwarded.original_date);
	}
}

static void dump_mail(struct buf *out, const struct mail *mail)
{
	dump_header(out, mail);
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *item = &mail->attachments[i];

		buf_printf(out, "attachment: %.*s, %.*s, %zu bytes, %02x%02x%s",
		           STR_ARG(item->name), STR_ARG(item->type), item->size,
		           item->sha256[0], item->sha256[1],
		           item->is_inline ? ", inline" : "");
		if (item->content_id.length > 0)
			buf_printf(out, ", <%.*s>", STR_ARG(item->content_id));
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < mail->error_count; i++)
		dump_line(out, "error", mail->errors[i]);
	buf_printf(out, "--- text\n%.*s\n--- reply\n%.*s\n",
	           STR_ARG(mail->text), STR_ARG(mail->reply));
	if (mail->html.length > 0)
		buf_printf(out, "--- html\n%.*s\n", STR_ARG(mail->html));
}

static void read_file(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char piece[4096];
	size_t length;

	buf_clear(out);
	if (!file)
		return;
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(out, piece, length);
	fclose(file);
}

static void run_case(const char *path)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct str stem = {path, strlen(path) - strlen(".eml")};
	char *expect = str_cstr(
		arena, str_printf(arena, "%.*s.expect", STR_ARG(stem)));
	struct buf raw, packed, got, wanted;
	struct mail parsed, mail;

	buf_init(&raw, LIMIT_MAIL_BYTES);
	buf_init(&packed, MAIL_PACKED_BYTES_MAX);
	buf_init(&got, LIMIT_MAIL_BYTES);
	buf_init(&wanted, LIMIT_MAIL_BYTES);
	read_file(path, &raw);
	assert_true(raw.length > 0);
	assert_int_equal(mail_parse(arena, buf_view(&raw), &parsed), ST_OK);
	mail_pack(&parsed, &packed);
	assert_int_equal(mail_unpack(arena, buf_view(&packed), &mail), ST_OK);
	dump_mail(&got, &mail);
	if (getenv("HOLDFAST_ACCEPT")) {
		FILE *file = fopen(expect, "wb");

		assert_non_null(file);
		fwrite(got.data, 1, got.length, file);
		fclose(file);
	}
	read_file(expect, &wanted);
	if (!str_equal(buf_view(&got), buf_view(&wanted)))
		fail_msg("%s:\n--- wanted\n%s\n--- got\n%s", path,
		         wanted.length ? wanted.data : "(nothing)", got.data);
	buf_release(&raw);
	buf_release(&packed);
	buf_release(&got);
	buf_release(&wanted);
	arena_free(&arena);
}

static void test_cases(void **state)
{
	glob_t found;

	(void)state;
	assert_true(mail_warm() > 30);
	assert_int_equal(glob("test/case/mail/*.eml", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 30);
	for (size_t i = 0; i < found.gl_pathc; i++)
		run_case(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
