#include "mail/address.h"

#include <libpsl.h>
#include <string.h>

#include "base/limits.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
/* Where anybody can have a mailbox; subdomains of these count too. */
static const char *const address_public_mail[] = {
	"126.com", "163.com", "abv.bg", "aim.com", "aol.com", "aol.de", "arcor.de", "att.net", "bellsouth.net", "bigpond.com",
	"bluewin.ch", "bol.com.br", "btinternet.com", "centrum.cz", "charter.net", "comcast.net", "cox.net", "duck.com",
	"earthlink.net", "email.cz", "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freenet.de",
	"freemail.hu", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com",
	"hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com",
	"inbox.lv", "inbox.ru", "interia.pl", "juno.com", "laposte.net", "libero.it", "list.ru", "live.ca", "live.co.uk", "live.com",
	"live.fr", "live.it", "live.nl", "mac.com", "mail.com", "mail.de", "mail.ru", "mailbox.org", "mailinator.com", "me.com",
	"msn.com", "mweb.co.za", "naver.com", "netscape.net", "neuf.fr", "ntlworld.com", "o2.pl", "online.no", "onet.pl",
	"optonline.net", "orange.fr", "outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it", "pm.me", "poczta.onet.pl",
	"posteo.de", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com",
	"rogers.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "skynet.be", "sohu.com",
	"sympatico.ca", "t-online.de", "talktalk.net", "telenet.be", "telia.com", "terra.com.br", "tin.it", "tiscali.it", "tutanota.com",
	"tuta.io", "ukr.net", "uol.com.br", "verizon.net", "virgilio.it", "virgin.net", "virginmedia.com", "vodafone.it", "wanadoo.fr",
	"web.de", "wp.pl", "xtra.co.nz", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.au",
	"yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net", "ymail.com",
	"ziggo.nl", "zoho.com", "zohomail.com",
};

/* Local parts of machines, squeezed to letters; exact or by prefix. */
static const struct {
	struct str name;
	bool is_prefix;
} address_machines[] = {
	{STR("mailerdaemon"), true}, {STR("maildaemon"), true}, {STR("postmaster"), false}, {STR("noreply"), true},
	{STR("donotreply"), true}, {STR("dontreply"), true}, {STR("nepasrepondre"), true}, {STR("nichtantworten"), true},
	{STR("noresponder"), true}, {STR("naoresponda"), true}, {STR("nonrispondere"), true}, {STR("bounce"), true},
	{STR("bounces"), true}, {STR("autoreply"), true}, {STR("autoresponder"), true}, {STR("autoresponse"), true},
	{STR("automailer"), false}, {STR("daemon"), false}, {STR("root"), false}, {STR("cron"), false}, {STR("nobody"), false},
	{STR("majordomo"), false}, {STR("listserv"), false}, {STR("mailman"), false}, {STR("unknownsender"), false},
};
/* clang-format on */

struct str address_local(struct str address)
{
	for (size_t i = address.length; i > 0; i--) {
		if (address.text[i - 1] == '@')
			return str_sub(address, 0, i - 1);
	}
	return STR("");
}

struct str address_domain(struct str address)
{
	for (size_t i = address.length; i > 0; i--) {
		if (address.text[i - 1] == '@')
			return str_sub(address, i, address.length);
	}
	return STR("");
}

struct str address_normalise(struct arena *arena, struct str address)
{
	struct str local, domain;

	address = str_trim(address);
	domain = address_domain(address);
	if (domain.length == 0)
		return address;
	local = address_local(address);
	if (str_ends(domain, STR(".")))
		domain.length--;
	domain = str_lower(arena, domain);
	return str_printf(arena, "%.*s@%.*s", STR_ARG(local), STR_ARG(domain));
}

static bool address_atom_char(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f &&
	       !strchr("()<>[]:;@\\,\"", c);
}

/* A quoted local part, without the escapes that no one uses. */
static bool address_quoted_valid(struct str local)
{
	if (local.length < 3 || local.text[local.length - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < local.length; i++) {
		unsigned char c = (unsigned char)local.text[i];

		if (c < ' ' || c == 0x7f || c == '"' || c == '\\')
			return false;
	}
	return true;
}

/*
 * Characters that are not seen, or turn the order of others around, would make
 * one address look like another.
 */
static bool address_is_seen(struct str address)
{
	const unsigned char *s = (const unsigned char *)address.text;

	for (size_t i = 0; i + 1 < address.length; i++) {
		/* U+0080 to U+009F, U+00AD */
		if (s[i] == 0xc2 && (s[i + 1] < 0xa0 || s[i + 1] == 0xad))
			return false;
		if (i + 2 == address.length)
			break;
		/* U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F */
		if (s[i] == 0xe2 && s[i + 1] == 0x80 &&
		    ((s[i + 2] >= 0x8b && s[i + 2] <= 0x8f) ||
		     (s[i + 2] >= 0xa8 && s[i + 2] <= 0xae)))
			return false;
		if (s[i] == 0xe2 && s[i + 1] == 0x81 && s[i + 2] >= 0xa0 &&
		    s[i + 2] <= 0xaf)
			return false;
		/* U+FEFF */
		if (s[i] == 0xef && s[i + 1] == 0xbb && s[i + 2] == 0xbf)
			return false;
	}
	return true;
}

bool address_valid(struct str address)
{
	struct str local = address_local(address);
	struct str domain = address_domain(address);

	if (address.length > LIMIT_ADDRESS_BYTES || local.length == 0 ||
	    local.length > 128 || domain.length == 0 ||
	    !str_utf8_valid(address) || !address_is_seen(address))
		return false;
	if (local.text[0] == '"') {
		if (!address_quoted_valid(local))
			return false;
	} else {
		for (size_t i = 0; i < local.length; i++) {
			if (!address_atom_char(local.text[i]))
				return false;
		}
	}
	if (domain.text[0] == '[')
		return domain.length > 2 && str_ends(domain, STR("]")) &&
		       str_find_char(domain, ' ', 0) == domain.length;
	for (size_t i = 0; i < domain.length; i++) {
		if (!address_atom_char(domain.text[i]))
			return false;
		if (domain.text[i] == '.' &&
		    (i == 0 || i + 1 == domain.length ||
		     domain.text[i - 1] == '.'))
			return false;
	}
	return true;
}

/* A domain as a C string in lower case; false if it is none. */
static bool address_domain_text(struct str domain, char out[256])
{
	if (domain.length == 0 || domain.length > 253 ||
	    domain.text[0] == '[' || memchr(domain.text, 0, domain.length))
		return false;
	for (size_t i = 0; i < domain.length; i++) {
		char c = domain.text[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	out[domain.length] = '\0';
	return str_find_char(domain, '.', 0) < domain.length;
}

struct str address_registrable(struct str domain)
{
	char text[256];
	const char *registrable;

	if (!address_domain_text(domain, text))
		return STR("");
	registrable = psl_registrable_domain(psl_builtin(), text);
	if (!registrable)
		return STR("");
	return str_sub(domain, (size_t)(registrable - text), domain.length);
}

bool address_is_public_mail(struct str domain)
{
	for (size_t i = 0; i < COUNT(address_public_mail); i++) {
		struct str name = str_of(address_public_mail[i]);
		size_t extra;

		if (domain.length < name.length)
			continue;
		extra = domain.length - name.length;
		if (str_equal_nocase(str_sub(domain, extra, domain.length),
		                     name) &&
		    (extra == 0 || domain.text[extra - 1] == '.'))
			return true;
	}
	return false;
}

struct str address_company(struct str domain)
{
	if (address_is_public_mail(domain))
		return STR("");
	return address_registrable(domain);
}

bool address_is_machine(struct str address)
{
	struct str local = address_local(address);
	char squeezed[32];
	size_t length = 0;

	if (local.length == 0)
		local = address; /* a bare "MAILER-DAEMON" */
	for (size_t i = 0; i < local.length && length < sizeof(squeezed); i++) {
		char c = local.text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c >= 'a' && c <= 'z')
			squeezed[length++] = c;
	}

	struct str name = {squeezed, length};

	for (size_t i = 0; i < COUNT(address_machines); i++) {
		if (address_machines[i].is_prefix
		            ? str_starts(name, address_machines[i].name)
		            : str_equal(name, address_machines[i].name))
			return true;
	}
	return false;
}
