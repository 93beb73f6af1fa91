/*
 * Transfer encodings: what was encoded comes back, and broken input gives
 * something.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/transfer.h"
#include <cmocka.h>

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static struct arena *arena;

static void check(enum mail_encoding encoding, const char *bytes,
                  const char *wanted)
{
	assert_text(transfer_decoded(arena, encoding, str_of(bytes)), wanted);
}

static void test_decode(void **state)
{
	(void)state;
	arena = arena_new((size_t)16 << 20);
	check(MAIL_ENCODING_BASE64, "SGVsbG8=", "Hello");
	check(MAIL_ENCODING_BASE64, "SGVs\r\n bG8", "Hello");
	check(MAIL_ENCODING_BASE64, "SGk=SGk=", "HiHi");
	check(MAIL_ENCODING_BASE64, "S", "");
	check(MAIL_ENCODING_QUOTED, "a=C3=A4 =\r\nb", "aä b");
	check(MAIL_ENCODING_QUOTED, "1=2 =3", "1=2 =3");
	check(MAIL_ENCODING_QUOTED, "soft=  \nbreak=", "softbreak");
	check(MAIL_ENCODING_QUOTED, "x=c3=a4", "xä");
	check(MAIL_ENCODING_UUENCODE, "begin 644 a\n#0V%T\n`\nend\n", "Cat");
	check(MAIL_ENCODING_IDENTITY, "as it is", "as it is");
	arena_free(&arena);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(transfer_named(STR(" BASE64 ")), MAIL_ENCODING_BASE64);
	assert_int_equal(transfer_named(STR("quoted-printable; x")),
	                 MAIL_ENCODING_QUOTED);
	assert_int_equal(transfer_named(STR("7bit")), MAIL_ENCODING_IDENTITY);
	assert_int_equal(transfer_named(STR("")), MAIL_ENCODING_IDENTITY);
}

/* A small generator of our own: the same bytes on every machine. */
static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void check_lines(struct str encoded)
{
	struct str line;

	while (str_split(&encoded, '\n', &line)) {
		assert_true(line.length <= 77);
		assert_true(str_ends(line, STR("\r")));
	}
}

static void test_round_trip(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (size_t length = 0; length < 600; length++) {
		char bytes[600], text[601];
		struct buf base, quoted;

		arena = arena_new((size_t)1 << 20);
		for (size_t i = 0; i < length; i++) {
			bytes[i] = (char)next(&seed);
			text[i] = " \tF.=-_aeio\n\n\xc3"[next(&seed) % 14];
		}
		text[length] = '\n';
		buf_init(&base, 4096);
		buf_init(&quoted, 4096);
		transfer_base64(&base, (struct str){bytes, length});
		transfer_quoted(&quoted, (struct str){text, length + 1});
		check_lines(buf_view(&base));
		check_lines(buf_view(&quoted));
		assert_true(
			str_equal(transfer_decoded(arena, MAIL_ENCODING_BASE64,
		                                   buf_view(&base)),
		                  (struct str){bytes, length}));

		/* CRLF of the transport back to the LF that was given. */
		struct str back = transfer_decoded(arena, MAIL_ENCODING_QUOTED,
		                                   buf_view(&quoted));
		size_t at = 0;

		for (size_t i = 0; i < back.length; i++) {
			if (back.text[i] == '\r')
				continue;
			assert_true(at <= length);
			assert_int_equal(back.text[i], text[at]);
			at++;
		}
		assert_int_equal(at, length + 1);
		buf_release(&base);
		buf_release(&quoted);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
