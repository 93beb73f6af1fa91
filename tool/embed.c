/*
 * embed [-z] NAME ROOT OUT FILE...
 *
 * Writes the files as a C table assets_NAME (base/asset.h) to OUT, in the
 * order of their paths below ROOT. With -z each file is compressed where that
 * saves at least a tenth. The same files give the same bytes of C on any
 * machine.
 */
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/asset.h"

struct bytes {
	unsigned char *data;
	size_t length;
};

static const struct {
	const char *suffix;
	const char *type;
} types[] = {
	/* clang-format off */
	{".html",  "text/html; charset=utf-8"},
	{".js",    "text/javascript; charset=utf-8"},
	{".css",   "text/css; charset=utf-8"},
	{".svg",   "image/svg+xml"},
	{".png",   "image/png"},
	{".ico",   "image/x-icon"},
	{".woff2", "font/woff2"},
	{".json",  "application/json"},
	{".webmanifest", "application/manifest+json"},
	{".yaml",  "application/yaml"},
	{".txt",   "text/plain; charset=utf-8"},
	{".sql",   "text/plain; charset=utf-8"},
	/* clang-format on */
};

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "embed: %s: %s\n", path, what);
	exit(1);
}

static void *memory(size_t size)
{
	void *data = malloc(size);

	if (data == NULL)
		fail("out of memory", "-");
	return data;
}

static const char *type_of(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t suffix = strlen(types[i].suffix);

		if (length > suffix &&
		    strcmp(path + length - suffix, types[i].suffix) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

static struct bytes file_read(const char *path)
{
	struct bytes file = {NULL, 0};
	FILE *in = fopen(path, "rb");
	long size = 0;

	if (in == NULL)
		fail(strerror(errno), path);
	if (fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0 ||
	    fseek(in, 0, SEEK_SET) != 0)
		fail(strerror(errno), path);
	file.length = (size_t)size;
	file.data = memory(file.length + 1);
	if (fread(file.data, 1, file.length, in) != file.length)
		fail("cannot be read whole", path);
	fclose(in);
	return file;
}

/* True, and `packed_out` set, if compression is worth its while. */
static bool file_pack(struct bytes file, struct bytes *packed_out)
{
	z_stream stream = {0};
	struct bytes packed;

	if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	packed.length = deflateBound(&stream, file.length);
	packed.data = memory(packed.length);
	stream.next_in = file.data;
	stream.avail_in = (uInt)file.length;
	stream.next_out = packed.data;
	stream.avail_out = (uInt)packed.length;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		fail("cannot be compressed", "-");
	packed.length = stream.total_out;
	deflateEnd(&stream);
	if (packed.length >= file.length - file.length / 10) {
		free(packed.data);
		return false;
	}
	*packed_out = packed;
	return true;
}

static void file_write(FILE *out, size_t index, struct bytes file)
{
	fprintf(out, "static const unsigned char bytes_%zu[] = {", index);
	for (size_t i = 0; i < file.length; i++)
		fprintf(out, "%s%u,", i % 20 == 0 ? "\n" : "", file.data[i]);
	fprintf(out, "0};\n");
}

/* One row of the table, as text that is printed after all the bytes. */
static void row_write(FILE *rows, size_t index, const char *path,
                      struct bytes plain, struct bytes stored, bool gzip)
{
	unsigned char hash[12];
	char hex[2 * sizeof(hash) + 1];

	crypto_generichash(hash, sizeof(hash), plain.data, plain.length, NULL,
	                   0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	fprintf(rows,
	        "\t{\"%s\", \"%s\", bytes_%zu, %zu, %s, \"\\\"%s\\\"\"},\n",
	        path, type_of(path), index, stored.length,
	        gzip ? "true" : "false", hex);
}

static int path_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void table_write(FILE *out, const char *name, const char *root,
                        char **paths, size_t count, bool compress)
{
	char *text = NULL;
	size_t text_length = 0;
	FILE *rows = open_memstream(&text, &text_length);

	if (rows == NULL)
		fail("out of memory", name);
	fprintf(out, "/* Written by tool/embed.c. */\n#include "
	             "\"base/asset.h\"\n\n");
	for (size_t i = 0; i < count; i++) {
		struct bytes plain = file_read(paths[i]);
		struct bytes stored = plain;
		bool gzip = compress && file_pack(plain, &stored);
		size_t skip = strlen(root);

		if (strncmp(paths[i], root, skip) != 0 || paths[i][skip] != '/')
			fail("is not below the root", paths[i]);
		file_write(out, i, stored);
		row_write(rows, i, paths[i] + skip + 1, plain, stored, gzip);
		if (gzip)
			free(stored.data);
		free(plain.data);
	}
	fclose(rows);
	/* C has no empty table: without files there is one row of nothing. */
	fprintf(out, "\nconst struct asset assets_%s[] = {\n%s};\n", name,
	        count > 0 ? text : "\t{\"\", \"\", 0, 0, false, \"\"},\n");
	fprintf(out, "const size_t assets_%s_count = %zu;\n", name, count);
	free(text);
}

int main(int argc, char **argv)
{
	bool compress = argc > 1 && strcmp(argv[1], "-z") == 0;
	int first = compress ? 2 : 1;

	if (argc < first + 3) {
		fprintf(stderr, "usage: embed [-z] NAME ROOT OUT FILE...\n");
		return 2;
	}
	if (sodium_init() < 0)
		fail("libsodium does not start", "-");

	char **paths = argv + first + 3;
	size_t count = (size_t)(argc - first - 3);
	const char *target = argv[first + 2];
	FILE *out = fopen(target, "w");

	if (out == NULL)
		fail(strerror(errno), target);
	qsort(paths, count, sizeof(*paths), path_compare);
	table_write(out, argv[first], argv[first + 1], paths, count, compress);
	if (fclose(out) != 0)
		fail(strerror(errno), target);
	return 0;
}
