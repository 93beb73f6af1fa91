/*
 * Which addresses a webhook may be sent to. What is not public by the
 * registries of special addresses (RFC 6890 and what came after) is not.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "channel/webhook.h"

struct net_row {
	unsigned char address[16];
	unsigned bits;
};

#define FOUR(a, b, c, d)                                                       \
	{                                                                      \
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, a, b, c, d             \
	}

/* clang-format off */
/* IPv4 that is nobody's, somebody's own, or for many at once. */
static const struct net_row net_closed[] = {
	{FOUR(0, 0, 0, 0),       96 + 8},  {FOUR(10, 0, 0, 0),     96 + 8},
	{FOUR(100, 64, 0, 0),    96 + 10}, {FOUR(127, 0, 0, 0),    96 + 8},
	{FOUR(169, 254, 0, 0),   96 + 16}, {FOUR(172, 16, 0, 0),   96 + 12},
	{FOUR(192, 0, 0, 0),     96 + 24}, {FOUR(192, 0, 2, 0),    96 + 24},
	{FOUR(192, 88, 99, 0),   96 + 24}, {FOUR(192, 168, 0, 0),  96 + 16},
	{FOUR(198, 18, 0, 0),    96 + 15}, {FOUR(198, 51, 100, 0), 96 + 24},
	{FOUR(203, 0, 113, 0),   96 + 24}, {FOUR(224, 0, 0, 0),    96 + 3},
	/* IPv6 within 2000::/3: what wraps an IPv4 address, or is an example. */
	{{0x20, 0x01, 0x00},       23},
	{{0x20, 0x01, 0x0d, 0xb8}, 32},
	{{0x20, 0x02},             16},
	{{0x3f, 0xff, 0x00},       20},
};
/* Of all else only these are open. */
static const struct net_row net_open[] = {
	{FOUR(0, 0, 0, 0), 96},
	{{0x20}, 3},
};
/* clang-format on */

static bool net_within(const unsigned char address[16],
                       const unsigned char network[16], unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(address, network, whole) != 0)
		return false;
	return rest == 0 ||
	       (address[whole] ^ network[whole]) >> (8 - rest) == 0;
}

static bool net_in_rows(const unsigned char address[16],
                        const struct net_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (net_within(address, rows[i].address, rows[i].bits))
			return true;
	return false;
}

static bool net_bytes(const struct sockaddr *address, unsigned char out[16])
{
	static const unsigned char mapped[12] = {0, 0, 0, 0, 0,    0,
	                                         0, 0, 0, 0, 0xff, 0xff};
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		memcpy(out, mapped, sizeof(mapped));
		memcpy(out + 12, &four.sin_addr, 4);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&six, address, sizeof(six));
	memcpy(out, &six.sin6_addr, 16);
	return true;
}

bool webhook_address_named(const struct webhook_networks *networks,
                           const struct sockaddr *address)
{
	unsigned char bytes[16];

	if (!net_bytes(address, bytes))
		return false;
	for (size_t i = 0; i < networks->count; i++)
		if (net_within(bytes, networks->list[i].address,
		               networks->list[i].bits))
			return true;
	return false;
}

bool webhook_address_allowed(const struct webhook_networks *networks,
                             const struct sockaddr *address)
{
	unsigned char bytes[16];

	if (!net_bytes(address, bytes))
		return false;
	if (webhook_address_named(networks, address))
		return true;
	return net_in_rows(bytes, net_open,
	                   sizeof(net_open) / sizeof(net_open[0])) &&
	       !net_in_rows(bytes, net_closed,
	                    sizeof(net_closed) / sizeof(net_closed[0]));
}

static bool net_parse(struct arena *arena, struct str text,
                      struct webhook_network *out)
{
	size_t slash = str_find_char(text, '/', 0);
	char *address = str_cstr(arena, str_sub(text, 0, slash));
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
	int64_t bits = is_four ? 32 : 128;

	if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1)
		return false;
	if (slash < text.length &&
	    !str_to_i64(str_sub(text, slash + 1, text.length), &bits))
		return false;
	if (bits < 0 || bits > (is_four ? 32 : 128))
		return false;
	out->bits = (unsigned)bits + (is_four ? 96 : 0);
	return net_bytes(is_four ? (struct sockaddr *)&four
	                         : (struct sockaddr *)&six,
	                 out->address);
}

enum status webhook_networks_parse(struct arena *arena, struct str text,
                                   struct webhook_networks *out,
                                   struct problem *problem_out)
{
	struct webhook_networks networks = {0};
	struct str word;

	while (str_split(&text, ' ', &word)) {
		if (word.length == 0)
			continue;
		if (networks.count == WEBHOOK_NETWORKS_MAX ||
		    !net_parse(arena, word, &networks.list[networks.count++]))
			return problem_set(problem_out, ST_INVALID,
			                   "webhook-networks",
			                   "\"%.*s\" is no network. Write for "
			                   "example 10.1.0.0/16 fd00::/8.",
			                   STR_ARG(word));
	}
	*out = networks;
	return ST_OK;
}
