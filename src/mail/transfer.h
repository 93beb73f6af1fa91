/*
 * Content-Transfer-Encoding: base64, quoted-printable and uuencode. Decoding
 * takes what real mail holds: white space and foreign bytes in base64 are
 * skipped, a broken quoted-printable escape stays as it is. Output never
 * exceeds the input in length.
 */
#ifndef MAIL_TRANSFER_H
#define MAIL_TRANSFER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "mail/message.h"

/* The encoding that a header value names; unknown names are IDENTITY. */
enum mail_encoding transfer_named(struct str value);

/* Writes at most bytes.length bytes to `out`; returns how many. */
size_t transfer_decode(enum mail_encoding encoding, struct str bytes,
                       char *out);
struct str transfer_decoded(struct arena *arena, enum mail_encoding encoding,
                            struct str bytes);

/* With CRLF after each 76 characters and at the end. */
void transfer_base64(struct buf *out, struct str bytes);
/* Without any line end. */
void transfer_base64_line(struct buf *out, struct str bytes);
/* Text with LF or CRLF line ends to lines of at most 76 with CRLF. */
void transfer_quoted(struct buf *out, struct str text);

/* Value of a hexadecimal digit, -1 for anything else. */
int transfer_hex(char c);

#endif
