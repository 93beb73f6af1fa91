/* Mail as support desks get it, from a seed. */
#include <stdarg.h>
#include <string.h>

#include "served.h"

#define CUSTOMERS 150
#define COMPANIES 40

static const char *const names[] = {
	"Anna Adler",  "Ben Conrad",  "Carla Ehlers",  "Dirk Fischer",
	"Elena Graf",  "Felix Hofer", "Greta Iversen", "Hugo Jansen",
	"Ines Keller", "Jonas Lang",  "Karin Maurer",  "Nils Otto",
};
static const char *const topics[] = {
	"Invoice %s shows the wrong amount",
	"Delivery of order %s is late",
	"Question about the colours of %s",
	"Request for a quote: %s",
	"New pictures for %s",
	"Meeting next week about %s",
};
static const char *const sentences[] = {
	"We have been trying this since yesterday afternoon and the result is "
	"always the same.",
	"The invoice was paid on time, but the reminder arrived again this "
	"morning.",
	"Our accounting department needs the corrected invoice before the end "
	"of the month.",
	"Could you please tell us when we can expect an answer from the "
	"responsible person?",
	"The attached order was confirmed by phone with one of your colleagues "
	"last week.",
	"If this takes longer than two working days we will have to inform our "
	"own customers.",
	"Please keep my colleague in copy, she will take over while I am on "
	"holiday.",
	"For the new campaign we would need the banners in three additional "
	"sizes.",
	"Thank you very much for the quick help with our last request, that "
	"worked well.",
	"The shipment was announced for Tuesday between eight and twelve "
	"o'clock.",
	"We would prefer a short telephone call, ideally in the morning.",
	"It would be good to know whether the price in the quote is still "
	"valid.",
};
#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

static void add(struct mail_text *mail, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct mail_text *mail, const char *format, ...)
{
	va_list arguments;
	int length = 0;

	va_start(arguments, format);
	length = vsnprintf(mail->text + mail->length, MAIL_ROOM - mail->length,
	                   format, arguments);
	va_end(arguments);
	mail->length += (size_t)length;
	if (mail->length >= MAIL_ROOM)
		bench_fail("a mail is too long");
}

static struct bench_random random_of(int series, int number)
{
	return (struct bench_random){(uint64_t)series * 1000003u +
	                             (uint64_t)number};
}

/* Far enough behind that several feeders keep the order. */
static int parent_of(int series, int number)
{
	struct bench_random random = random_of(series + 7777, number);
	int first = number > 120 ? number - 120 : 0;

	if (number % 3 != 2 || number < 30)
		return -1;
	return first +
	       (int)bench_below(&random, (uint32_t)(number - 24 - first));
}

static int root_of(int series, int number)
{
	while (parent_of(series, number) >= 0)
		number = parent_of(series, number);
	return number;
}

int mail_conversations(int series, int count)
{
	int roots = 0;

	for (int i = 0; i < count; i++)
		roots += parent_of(series, i) < 0;
	return roots;
}

static void add_id(struct mail_text *mail, int series, int number)
{
	add(mail, "<%08x.%d.%d@mail.client.example>",
	    (unsigned)number * 2654435761u, number, series);
}

static void add_headers(struct mail_text *mail, int series, int number,
                        uint32_t customer)
{
	int parent = parent_of(series, number);
	int root = root_of(series, number);
	char reference[32];

	snprintf(reference, sizeof(reference), "ORD-%04d%04d", series % 10000,
	         root % 10000);
	add(mail,
	    "Received: from mx%u.client%02u.example (mx%u.client%02u.example "
	    "[192.0.2.%u])\r\n\tby mail.agency.example (Postfix) with ESMTPS "
	    "id %08X\r\n\tfor <" SERVED_DESK
	    ">; Sat, 21 Nov 2026 10:00:00 +0000\r\n",
	    customer % 9, customer % COMPANIES, customer % 9,
	    customer % COMPANIES, 1 + customer % 250, (unsigned)number * 7919u);
	add(mail,
	    "From: %s <customer%04u@client%02u.example>\r\nTo: Support "
	    "<" SERVED_DESK ">\r\nSubject: %s",
	    names[customer % COUNT(names)], customer, customer % COMPANIES,
	    parent >= 0 ? "Re: " : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	add(mail, topics[(uint32_t)root % COUNT(topics)], reference);
#pragma GCC diagnostic pop
	add(mail,
	    "\r\nDate: Sat, 21 Nov 2026 %02d:%02d:%02d +0000\r\nMessage-ID: ",
	    number / 3600 % 10, number / 60 % 60, number % 60);
	add_id(mail, series, number);
	if (parent >= 0) {
		add(mail, "\r\nIn-Reply-To: ");
		add_id(mail, series, parent);
		add(mail, "\r\nReferences: ");
		add_id(mail, series, parent);
	}
}

void mail_write(struct mail_text *mail, int series, int number)
{
	struct bench_random random = random_of(series, number);
	struct bench_random root = random_of(series, root_of(series, number));
	uint32_t customer = bench_below(&root, CUSTOMERS);
	const char *said[8];

	mail->length = 0;
	mail->answers = parent_of(series, number);
	for (size_t i = 0; i < 8; i++)
		said[i] = sentences[bench_below(&random, COUNT(sentences))];
	add_headers(mail, series, number, customer);
	add(mail, "\r\nMIME-Version: 1.0\r\nUser-Agent: Mozilla Thunderbird"
	          "\r\nContent-Type: multipart/alternative;\r\n "
	          "boundary=\"=_seam\"\r\n\r\n--=_seam\r\nContent-Type: "
	          "text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: "
	          "8bit\r\n\r\nHello support team,\r\n");
	for (size_t i = 0; i < 8; i += 2)
		add(mail, "\r\n%s\r\n%s\r\n", said[i], said[i + 1]);
	add(mail,
	    "\r\nReference: N-%d-%d\r\n\r\nKind regards\r\n%s\r\n-- "
	    "\r\nClient No. %05u | Tel. +49 30 555 %04u\r\n",
	    series, number, names[customer % COUNT(names)], customer, customer);
	if (mail->answers >= 0)
		add(mail, "\r\n> Your message has been received and will be "
		          "answered by our team\r\n> as soon as possible.\r\n");
	add(mail, "\r\n--=_seam\r\nContent-Type: text/html; charset=UTF-8\r\n"
	          "Content-Transfer-Encoding: 8bit\r\n\r\n<html><head><meta "
	          "charset=\"utf-8\"></head><body style=\"font-family:Arial,"
	          "sans-serif\"><p>Hello support team,</p>\r\n");
	for (size_t i = 0; i < 8; i += 2)
		add(mail, "<p>%s %s</p>\r\n", said[i], said[i + 1]);
	add(mail,
	    "<p>Reference: <b>N-%d-%d</b></p><p>Kind regards<br>%s</p></body>"
	    "</html>\r\n\r\n--=_seam--\r\n",
	    series, number, names[customer % COUNT(names)]);
}
