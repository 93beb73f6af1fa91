#include "app/demo_mail.h"

#include <stdio.h>

#include "app/demo_mime.h"
#include "base/buf.h"

#define DEMO_MAIL_BYTES ((size_t)4 << 20)

/* clang-format off */
static const struct {
	const char *mailer; /* a header of its own */
	bool html;          /* writes an alternative by itself */
	const char *boundary;
} demo_programs[DEMO_SOFTWARE_COUNT] = {
	[DEMO_PLAIN]   = {"User-Agent: Mutt/2.2.9\r\n", false, "=_part"},
	[DEMO_GMAIL]   = {"", true, "000000000000"},
	[DEMO_OUTLOOK] = {"X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdrXq1mC\r\n", true, "----=_NextPart_000_0"},
	[DEMO_APPLE]   = {"X-Mailer: Apple Mail (2.3731.700.6)\r\n", true, "Apple-Mail-"},
};

/* How each language introduces a quote: before the date, before the name, end. */
static const struct {
	const char *lang, *on, *by, *wrote, *from, *sent, *subject;
} demo_quotes[] = {
	{"en", "On ",  ", ",          " wrote:",      "From",  "Sent",     "Subject"},
	{"de", "Am ",  " schrieb ",   ":",            "Von",   "Gesendet", "Betreff"},
	{"fr", "Le ",  ", ",          " a écrit :",   "De",    "Envoyé",   "Objet"},
	{"es", "El ",  ", ",          " escribió:",   "De",    "Enviado",  "Asunto"},
	{"pt", "Em ",  ", ",          " escreveu:",   "De",    "Enviado",  "Assunto"},
};
/* clang-format on */

static size_t mail_lang(struct str lang)
{
	for (size_t i = 0; i < sizeof(demo_quotes) / sizeof(demo_quotes[0]);
	     i++) {
		if (str_equal(lang, str_of(demo_quotes[i].lang)))
			return i;
	}
	return 0;
}

static struct str mail_quoted_date(struct arena *arena,
                                   const struct demo_mail *mail)
{
	struct civil at = civil_from_utc(mail->quoted_at +
	                                 mail->zone_minutes * SPAN_MINUTE);

	return str_printf(arena, "%02d/%02d/%04d %02d:%02d", at.day, at.month,
	                  at.year, at.hour, at.minute);
}

/* -- As text --------------------------------------------------------------- */

static void mail_text_quote(struct arena *arena, const struct demo_mail *mail,
                            struct buf *out)
{
	size_t lang = mail_lang(mail->lang);
	struct str date = mail_quoted_date(arena, mail);
	struct str rest = mail->quoted_text, line;

	if (mail->software == DEMO_OUTLOOK) {
		buf_printf(out,
		           "\n________________________________\n"
		           "%s: %.*s <%.*s>\n%s: %.*s\n%s: %.*s\n\n%.*s\n",
		           demo_quotes[lang].from, STR_ARG(mail->quoted_name),
		           STR_ARG(mail->quoted_address),
		           demo_quotes[lang].sent, STR_ARG(date),
		           demo_quotes[lang].subject, STR_ARG(mail->subject),
		           STR_ARG(mail->quoted_text));
		return;
	}
	buf_printf(out, "\n%s%.*s%s%.*s <%.*s>%s\n\n", demo_quotes[lang].on,
	           STR_ARG(date), demo_quotes[lang].by,
	           STR_ARG(mail->quoted_name), STR_ARG(mail->quoted_address),
	           demo_quotes[lang].wrote);
	while (str_line(&rest, &line))
		buf_printf(out, line.length ? "> %.*s\n" : ">%.*s\n",
		           STR_ARG(line));
}

static struct str mail_text(struct arena *arena, const struct demo_mail *mail)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, DEMO_MAIL_BYTES);
	buf_str(&buf, mail->text);
	buf_char(&buf, '\n');
	if (mail->signature.length > 0)
		buf_printf(&buf,
		           mail->software == DEMO_OUTLOOK ? "\n%.*s\n"
		                                          : "\n-- \n%.*s\n",
		           STR_ARG(mail->signature));
	if (mail->quoted_text.length > 0)
		mail_text_quote(arena, mail, &buf);
	text = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

/* -- As HTML --------------------------------------------------------------- */

static void html_lines(struct str text, const char *open, const char *close,
                       struct buf *out)
{
	struct str line;

	while (str_line(&text, &line)) {
		buf_text(out, open);
		if (line.length > 0)
			demo_html_text(line, out);
		else
			buf_text(out, "<br>");
		buf_text(out, close);
		buf_char(out, '\n');
	}
}

static void html_quote(struct arena *arena, const struct demo_mail *mail,
                       struct buf *out)
{
	size_t lang = mail_lang(mail->lang);
	struct str date = mail_quoted_date(arena, mail);

	if (mail->software == DEMO_OUTLOOK) {
		buf_printf(out,
		           "<div style=\"border:none;border-top:solid #E1E1E1 "
		           "1.0pt;padding:3.0pt 0cm 0cm 0cm\">"
		           "<p class=\"MsoNormal\"><b>%s:</b> %.*s "
		           "&lt;%.*s&gt;<br><b>%s:</b> %.*s<br><b>%s:</b> ",
		           demo_quotes[lang].from, STR_ARG(mail->quoted_name),
		           STR_ARG(mail->quoted_address),
		           demo_quotes[lang].sent, STR_ARG(date),
		           demo_quotes[lang].subject);
		demo_html_text(mail->subject, out);
		buf_text(out, "</p></div>\n");
		html_lines(mail->quoted_text, "<p class=\"MsoNormal\">", "</p>",
		           out);
		return;
	}
	buf_printf(out,
	           "<div class=\"gmail_quote\"><div dir=\"ltr\" "
	           "class=\"gmail_attr\">%s%.*s%s%.*s &lt;<a "
	           "href=\"mailto:%.*s\">%.*s</a>&gt;%s<br></div>\n"
	           "<blockquote class=\"gmail_quote\" style=\"margin:0px 0px "
	           "0px 0.8ex;border-left:1px solid rgb(204,204,204);"
	           "padding-left:1ex\">\n",
	           demo_quotes[lang].on, STR_ARG(date), demo_quotes[lang].by,
	           STR_ARG(mail->quoted_name), STR_ARG(mail->quoted_address),
	           STR_ARG(mail->quoted_address), demo_quotes[lang].wrote);
	html_lines(mail->quoted_text, "<div>", "</div>", out);
	buf_text(out, "</blockquote></div>\n");
}

/* A company's letterhead: pictures that lie on its server, one of them a spy.
 */
static void html_remote(const struct demo_mail *mail, struct buf *out)
{
	struct str address = mail->from_address;
	struct str domain = str_sub(address, str_find_char(address, '@', 0) + 1,
	                            address.length);

	buf_printf(out,
	           "<table width=\"560\" cellpadding=\"0\" cellspacing=\"0\">"
	           "<tr><td style=\"border-top:1px solid #d9c7cc;"
	           "padding-top:12px\"><img src=\"https://static.%.*s/mail/"
	           "logo@2x.png\" width=\"140\" height=\"38\" alt=\"Logo\"><br>"
	           "<img src=\"https://static.%.*s/mail/spring-banner.jpg\" "
	           "width=\"560\" height=\"120\" alt=\"The new season\">"
	           "<img src=\"https://track.%.*s/o.gif?m=8821\" width=\"1\" "
	           "height=\"1\" alt=\"\"></td></tr></table>\n",
	           STR_ARG(domain), STR_ARG(domain), STR_ARG(domain));
}

static struct str mail_html(struct arena *arena, const struct demo_mail *mail)
{
	bool outlook = mail->software == DEMO_OUTLOOK;
	const char *open = outlook ? "<p class=\"MsoNormal\">" : "<div>";
	const char *close = outlook ? "</p>" : "</div>";
	struct buf buf;
	struct str html;

	buf_init(&buf, DEMO_MAIL_BYTES);
	buf_text(&buf, outlook ? "<html xmlns:o=\"urn:schemas-microsoft-com:"
	                         "office:office\"><head><style>p.MsoNormal"
	                         "{margin:0cm;font-size:11.0pt}</style></head>"
	                         "<body lang=\"EN-GB\">"
	                       : "<div dir=\"ltr\">");
	html_lines(mail->text, open, close, &buf);
	for (size_t i = 0; i < mail->file_count; i++) {
		if (mail->files[i].is_inline)
			buf_printf(&buf,
			           "<div><img src=\"cid:image%zu@mail\" "
			           "alt=\"%.*s\"></div>\n",
			           i, STR_ARG(mail->files[i].name));
	}
	if (mail->signature.length > 0)
		html_lines(mail->signature,
		           outlook ? "<p class=\"MsoNormal\">"
		                   : "<div class=\"gmail_signature\">",
		           close, &buf);
	if (mail->form & DEMO_FORM_REMOTE)
		html_remote(mail, &buf);
	if (mail->quoted_text.length > 0)
		html_quote(arena, mail, &buf);
	buf_text(&buf, outlook ? "</body></html>\n" : "</div>\n");
	html = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return html;
}

/* -- The whole ------------------------------------------------------------- */

static void mail_form_headers(const struct demo_mail *mail, struct buf *out)
{
	struct str domain =
		str_sub(mail->from_address,
	                str_find_char(mail->from_address, '@', 0) + 1,
	                mail->from_address.length);

	buf_text(out, demo_programs[mail->software].mailer);
	if (mail->form & DEMO_FORM_AWAY)
		buf_text(out, "Auto-Submitted: auto-replied\r\n"
		              "X-Auto-Response-Suppress: All\r\n"
		              "Precedence: auto_reply\r\n");
	if (mail->form & DEMO_FORM_LIST)
		buf_printf(out,
		           "List-Id: <announce.%.*s>\r\n"
		           "List-Post: <mailto:%.*s>\r\n"
		           "Precedence: list\r\n",
		           STR_ARG(domain), STR_ARG(mail->from_address));
	if (mail->form & DEMO_FORM_NEWSLETTER)
		buf_printf(
			out,
			"List-Unsubscribe: <https://%.*s/unsubscribe/7291>\r\n"
			"Precedence: bulk\r\n",
			STR_ARG(domain));
	if (mail->form & DEMO_FORM_DAMAGED)
		buf_text(out, "X-Thread-Topic: " DEMO_POISON "-crash\r\n");
}

static void mail_headers(const struct demo_mail *mail, struct buf *out)
{
	char date[DEMO_DATE_SIZE];

	demo_date_print(mail->date, mail->zone_minutes, date);
	buf_printf(out, "Date: %s\r\nFrom: ", date);
	demo_header_words(mail->from_name, out);
	buf_printf(out, " <%.*s>\r\nTo: %.*s\r\n", STR_ARG(mail->from_address),
	           STR_ARG(mail->to));
	if (mail->cc.length > 0)
		buf_printf(out, "Cc: %.*s\r\n", STR_ARG(mail->cc));
	buf_text(out, "Subject: ");
	demo_header_words(mail->subject, out);
	buf_printf(out, "\r\nMessage-ID: %.*s\r\n", STR_ARG(mail->message_id));
	if (mail->in_reply_to.length > 0)
		buf_printf(out, "In-Reply-To: %.*s\r\n",
		           STR_ARG(mail->in_reply_to));
	if (mail->references.length > 0)
		buf_printf(out, "References: %.*s\r\n",
		           STR_ARG(mail->references));
	mail_form_headers(mail, out);
	buf_text(out, "MIME-Version: 1.0\r\n");
}

/* Text, or text and HTML, with the pictures that the HTML shows. */
static void mail_body(struct arena *arena, const struct demo_mail *mail,
                      struct str mark, struct buf *out)
{
	const struct demo_file *picture = NULL;
	enum demo_charset charset = mail->form & DEMO_FORM_LATIN1
	                                    ? DEMO_CHARSET_LATIN1
	                                    : DEMO_CHARSET_UTF8;
	size_t number = 0;
	bool html = (demo_programs[mail->software].html ||
	             (mail->form & DEMO_FORM_HTML)) &&
	            !(mail->form & DEMO_FORM_AWAY);

	for (size_t i = 0; i < mail->file_count; i++) {
		if (mail->files[i].is_inline && html) {
			picture = &mail->files[i];
			number = i;
		}
	}
	if (picture)
		buf_printf(out,
		           "Content-Type: multipart/related; "
		           "boundary=\"%.*sr\"\r\n\r\n--%.*sr\r\n",
		           STR_ARG(mark), STR_ARG(mark));
	if (!html) {
		demo_part_text(mail_text(arena, mail), "plain", charset, out);
		return;
	}
	buf_printf(out,
	           "Content-Type: multipart/alternative; "
	           "boundary=\"%.*sa\"\r\n\r\n--%.*sa\r\n",
	           STR_ARG(mark), STR_ARG(mark));
	demo_part_text(mail_text(arena, mail), "plain", charset, out);
	buf_printf(out, "\r\n--%.*sa\r\n", STR_ARG(mark));
	demo_part_text(mail_html(arena, mail), "html", charset, out);
	buf_printf(out, "\r\n--%.*sa--\r\n", STR_ARG(mark));
	if (picture) {
		buf_printf(out, "\r\n--%.*sr\r\n", STR_ARG(mark));
		demo_part_file(picture, number, out);
		buf_printf(out, "\r\n--%.*sr--\r\n", STR_ARG(mark));
	}
}

struct str demo_mail_bytes(struct arena *arena, const struct demo_mail *mail)
{
	struct str mark = str_printf(
		arena, "%s%llx", demo_programs[mail->software].boundary,
		(unsigned long long)mail->date * 2654435761u);
	struct buf buf;
	struct str bytes;
	bool files = false;

	for (size_t i = 0; i < mail->file_count; i++)
		files = files || !mail->files[i].is_inline;
	buf_init(&buf, DEMO_MAIL_BYTES);
	mail_headers(mail, &buf);
	if (files)
		buf_printf(&buf,
		           "Content-Type: multipart/mixed; "
		           "boundary=\"%.*sm\"\r\n\r\n--%.*sm\r\n",
		           STR_ARG(mark), STR_ARG(mark));
	mail_body(arena, mail, mark, &buf);
	for (size_t i = 0; i < mail->file_count; i++) {
		if (mail->files[i].is_inline)
			continue;
		buf_printf(&buf, "\r\n--%.*sm\r\n", STR_ARG(mark));
		demo_part_file(&mail->files[i], i, &buf);
	}
	if (files)
		buf_printf(&buf, "\r\n--%.*sm--\r\n", STR_ARG(mark));
	bytes = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return bytes;
}

struct str demo_bounce_bytes(struct arena *arena,
                             const struct demo_bounce *bounce)
{
	char date[DEMO_DATE_SIZE];

	demo_date_print(bounce->date, 0, date);
	return str_printf(
		arena,
		"Return-Path: <>\r\n"
		"Date: %s\r\n"
		"From: Mail Delivery System <mailer-daemon@%.*s>\r\n"
		"To: %.*s\r\n"
		"Subject: Undelivered Mail Returned to Sender\r\n"
		"Message-ID: %.*s\r\n"
		"Auto-Submitted: auto-replied\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/report; "
		"report-type=delivery-status; boundary=\"=_dsn\"\r\n\r\n"
		"--=_dsn\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
		"This is the mail system at host %.*s.\r\n\r\n"
		"I'm sorry to have to inform you that your message could "
		"not\r\n"
		"be delivered to one or more recipients. It's attached "
		"below.\r\n"
		"\r\n<%.*s>: %.*s\r\n"
		"\r\n--=_dsn\r\nContent-Type: message/delivery-status\r\n\r\n"
		"Reporting-MTA: dns; %.*s\r\n\r\n"
		"Final-Recipient: rfc822; %.*s\r\n"
		"Action: failed\r\n"
		"Status: %.*s\r\n"
		"Diagnostic-Code: smtp; %.*s\r\n"
		"\r\n--=_dsn\r\nContent-Type: text/rfc822-headers\r\n\r\n"
		"From: %.*s\r\n"
		"To: %.*s\r\n"
		"Subject: %.*s\r\n"
		"Message-ID: %.*s\r\n"
		"\r\n--=_dsn--\r\n",
		date, STR_ARG(bounce->host), STR_ARG(bounce->to),
		STR_ARG(bounce->message_id), STR_ARG(bounce->host),
		STR_ARG(bounce->recipient), STR_ARG(bounce->reason),
		STR_ARG(bounce->host), STR_ARG(bounce->recipient),
		STR_ARG(bounce->status), STR_ARG(bounce->reason),
		STR_ARG(bounce->to), STR_ARG(bounce->recipient),
		STR_ARG(bounce->original_subject),
		STR_ARG(bounce->original_id));
}
