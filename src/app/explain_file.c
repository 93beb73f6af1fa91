#include "app/explain_file.h"

#include <stdio.h>
#include <string.h>

bool explain_file_read(const char *path, struct buf *out)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *file = is_input ? stdin : fopen(path, "rb");
	char piece[16384];
	size_t length;
	bool ok;

	if (!file)
		return false;
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0) {
		size_t left = out->bytes_max - out->length;

		buf_add(out, piece, length < left ? length : left);
		if (length >= left)
			break;
	}
	ok = !ferror(file);
	if (!is_input)
		fclose(file);
	return ok;
}
