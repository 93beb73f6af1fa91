/*
 * The pipe from the jail: a whole mail comes through, a damaged one is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/message.h"
#include <cmocka.h>

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	mail_warm();
	arena = arena_new((size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const char sample[] =
	"From: Marta <marta@fjordwear.example>\r\n"
	"To: a@b.example, c@d.example\r\n"
	"Subject: Status\r\nMessage-ID: <1@x>\r\n"
	"References: <2@x> <3@x>\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n"
	"--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n--b--\r\n";

static void packed_sample(struct buf *out)
{
	struct mail mail;

	buf_init(out, MAIL_PACKED_BYTES_MAX);
	assert_int_equal(mail_parse(arena, str_of(sample), &mail), ST_OK);
	mail_pack(&mail, out);
	assert_false(out->failed);
}

static void test_whole(void **state)
{
	struct buf packed;
	struct mail mail;

	(void)state;
	packed_sample(&packed);
	assert_int_equal(mail_unpack(arena, buf_view(&packed), &mail), ST_OK);
	assert_int_equal(mail.to.count, 2);
	assert_int_equal(mail.references.count, 2);
	assert_int_equal(mail.attachment_count, 1);
	assert_true(str_equal(mail.subject, STR("Status")));
	assert_true(str_equal(mail.html, STR("<p>Hi</p>")));
	buf_release(&packed);
}

static void test_cut_or_long(void **state)
{
	struct buf packed;
	struct mail mail;

	(void)state;
	packed_sample(&packed);
	for (size_t i = 0; i < packed.length; i++)
		assert_int_equal(
			mail_unpack(arena, (struct str){packed.data, i}, &mail),
			ST_INVALID);
	buf_char(&packed, '\0');
	assert_int_equal(mail_unpack(arena, buf_view(&packed), &mail),
	                 ST_INVALID);
	buf_release(&packed);
}

/* Every byte, changed in two ways: refused, or a mail within its rules. */
static void test_damaged(void **state)
{
	struct buf packed;
	struct mail mail;

	(void)state;
	packed_sample(&packed);
	for (size_t i = 0; i < packed.length * 2; i++) {
		char *at = packed.data + i / 2;
		char kept = *at;

		*at = i % 2 ? (char)0xff : '\n';
		if (mail_unpack(arena, buf_view(&packed), &mail) == ST_OK) {
			assert_true(str_utf8_valid(mail.subject));
			assert_true(str_find_char(mail.subject, '\n', 0) ==
			            mail.subject.length);
			assert_true(mail.to.count <= LIMIT_ADDRESSES);
			assert_true(mail.kind < MAIL_AUTO_COUNT);
		}
		*at = kept;
	}
	buf_release(&packed);
}

static void test_unclean_html(void **state)
{
	struct mail mail = {.html = STR("<script>x</script>")};
	struct buf packed;

	(void)state;
	buf_init(&packed, MAIL_PACKED_BYTES_MAX);
	mail_pack(&mail, &packed);
	assert_int_equal(mail_unpack(arena, buf_view(&packed), &mail),
	                 ST_INVALID);
	buf_release(&packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut_or_long),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_unclean_html),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
