/*
 * Files that travel inside the program: schema texts, the default playbook and
 * its phrase lists, and the built interface. tool/embed.c writes the tables
 * at build time, sorted by path.
 */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *path; /* below its folder, no leading slash: "index.html" */
	const char *type; /* content type, with charset where it is text */
	const unsigned char *bytes; /* a NUL that is not counted follows */
	size_t length;
	bool gzip;        /* bytes are compressed; only ever in assets_ui */
	const char *etag; /* of the plain content, with its quotes */
};

extern const struct asset assets_schema[]; /* src/store/schema */
extern const size_t assets_schema_count;
extern const struct asset assets_playbook[]; /* playbook */
extern const size_t assets_playbook_count;
extern const struct asset assets_demo[]; /* sim/demo */
extern const size_t assets_demo_count;
extern const struct asset assets_ui[]; /* ui/dist; may be empty */
extern const size_t assets_ui_count;

#endif
