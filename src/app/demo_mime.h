/* The pieces of a mail's bytes: dates, header words, encoded parts. */
#ifndef APP_DEMO_MIME_H
#define APP_DEMO_MIME_H

#include "app/demo_mail.h"
#include "base/buf.h"

#define DEMO_DATE_SIZE 48
/* "Tue, 10 Nov 2026 09:12:44 +0100" */
void demo_date_print(instant_ms at, int zone_minutes,
                     char text_out[DEMO_DATE_SIZE]);
/* As it is when it is ASCII, else encoded words (RFC 2047). */
void demo_header_words(struct str words, struct buf *out);
/* With what HTML means something by escaped; UTF-8. */
void demo_html_text(struct str text, struct buf *out);

enum demo_charset { DEMO_CHARSET_UTF8, DEMO_CHARSET_LATIN1 };
/* A text part with its headers; 7bit when it can be, else quoted-printable. */
void demo_part_text(struct str text, const char *subtype,
                    enum demo_charset charset, struct buf *out);
/* A file in base64; `number` makes the content id of an inline one. */
void demo_part_file(const struct demo_file *file, size_t number,
                    struct buf *out);

#endif
