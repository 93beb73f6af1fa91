/*
 * Finding an embedded file. The table is sorted by path; nothing touches a
 * disk, so no path can reach anything else.
 */
#include "web/page.h"

#include <string.h>

static const struct asset *asset_find(const struct asset *assets, size_t count,
                                      struct str path)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(str_of(assets[middle].path), path);

		if (order == 0)
			return &assets[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A last segment with a dot names a file; without one, a place. */
static bool path_is_file(struct str path)
{
	for (size_t i = path.length; i > 0 && path.text[i - 1] != '/'; i--)
		if (path.text[i - 1] == '.')
			return true;
	return false;
}

/* gzip by name, not refused with q=0. */
static bool accepts_gzip(struct str accept)
{
	struct str coding, name;

	while (str_split(&accept, ',', &coding)) {
		if (!str_split(&coding, ';', &name))
			continue;
		name = str_trim(name);
		if (!str_equal_nocase(name, STR("gzip")) &&
		    !str_equal(name, STR("*")))
			continue;
		coding = str_trim(coding);
		return !str_equal(coding, STR("q=0")) &&
		       !str_starts(coding, STR("q=0.000"));
	}
	return false;
}

static bool etag_matches(struct str wanted, const char *etag)
{
	struct str one;

	while (str_split(&wanted, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_sub(one, 2, one.length);
		if (str_equal(one, str_of(etag)))
			return true;
	}
	return false;
}

static enum status asset_answer(const struct asset *asset,
                                struct request *request,
                                struct response *response)
{
	struct str path = str_of(asset->path);

	if (asset->gzip &&
	    !accepts_gzip(request->headers[HEADER_ACCEPT_ENCODING])) {
		request->refused = 406;
		return ST_INVALID;
	}
	response->cache = str_starts(path, STR("assets/"))
	                          ? "public, max-age=31536000, immutable"
	                          : "no-cache";
	response_header(response, "ETag", asset->etag);
	response_header(response, "Vary", "Accept-Encoding");
	if (etag_matches(request->headers[HEADER_IF_NONE_MATCH], asset->etag)) {
		response->kind = RESPONSE_EMPTY;
		response->status = 304;
		return ST_OK;
	}
	if (asset->gzip)
		response_header(response, "Content-Encoding", "gzip");
	response->kind = RESPONSE_STATIC;
	response->type = asset->type;
	response->fixed =
		(struct str){(const char *)asset->bytes, asset->length};
	return ST_OK;
}

enum status page_answer(const struct asset *assets, size_t count,
                        struct request *request, struct response *response)
{
	struct str path = str_sub(request->path, 1, request->path.length);
	const struct asset *asset;

	if (request->method != METHOD_GET) {
		request->refused = 405;
		response_header(response, "Allow", "GET, HEAD");
		return ST_FORBIDDEN;
	}
	asset = path.length > 0 ? asset_find(assets, count, path) : NULL;
	if (!asset && !path_is_file(path))
		asset = asset_find(assets, count, STR("index.html"));
	if (!asset)
		return ST_NOT_FOUND;
	return asset_answer(asset, request, response);
}
