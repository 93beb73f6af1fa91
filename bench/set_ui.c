/* What a browser is sent before it shows the inbox. */
#include <string.h>
#include <zlib.h>

#include "base/asset.h"
#include "base/str.h"
#include "bench.h"

#define PAGE_BYTES (1u << 20)

/* The page as text; it names what is loaded with it. */
static struct str page_read(char *room)
{
	z_stream stream = {0};

	for (size_t i = 0; i < assets_ui_count; i++) {
		if (strcmp(assets_ui[i].path, "index.html") != 0)
			continue;
		if (!assets_ui[i].gzip)
			return (struct str){(const char *)assets_ui[i].bytes,
			                    assets_ui[i].length};
		stream.next_in = (Bytef *)(uintptr_t)assets_ui[i].bytes;
		stream.avail_in = (uInt)assets_ui[i].length;
		stream.next_out = (Bytef *)room;
		stream.avail_out = PAGE_BYTES;
		if (inflateInit2(&stream, 31) != Z_OK ||
		    inflate(&stream, Z_FINISH) != Z_STREAM_END)
			bench_fail("the page cannot be read");
		inflateEnd(&stream);
		return (struct str){room, stream.total_out};
	}
	bench_fail("the interface is not built in");
}

void set_ui(struct bench *bench)
{
	static char room[PAGE_BYTES];
	struct str page = page_read(room);
	double script = 0, style = 0;
	struct bench_row row = {
		.set = "ui",
		.name = "script for the inbox, compressed",
		.unit = "KB",
		.limit = 150,
	};

	for (size_t i = 0; i < assets_ui_count; i++) {
		struct str path = str_of(assets_ui[i].path);

		if (str_find(page, path, 0) == page.length)
			continue;
		if (str_ends(path, STR(".js")))
			script += (double)assets_ui[i].length / 1e3;
		if (str_ends(path, STR(".css")))
			style += (double)assets_ui[i].length / 1e3;
	}
	row.result = script;
	bench_report(bench, &row);
	row.name = "style for the inbox, compressed";
	row.limit = 0;
	row.result = style;
	bench_report(bench, &row);
}
