/*
 * Runs a fuzz target over files and folders of inputs, without a fuzzer: each
 * input that ever hurt is tried again by every `make test`. Speaks TAP, the
 * plan first, so that a death on the way is seen as what it is.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct inputs {
	char **paths;
	size_t count;
};

static void inputs_add(struct inputs *inputs, const char *folder,
                       const char *name)
{
	char *path = NULL;

	inputs->paths = realloc(inputs->paths,
	                        (inputs->count + 1) * sizeof(*inputs->paths));
	if (inputs->paths == NULL || asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	inputs->paths[inputs->count++] = path;
}

static void inputs_list(struct inputs *inputs, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			inputs_add(inputs, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static int input_run(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0;
	long length = -1;

	if (in != NULL && fseek(in, 0, SEEK_END) == 0)
		length = ftell(in);
	if (length < 0)
		return 1;
	rewind(in);
	/* The exact size, so that reading past the end is noticed. */
	data = malloc((size_t)length > 0 ? (size_t)length : 1);
	if (data != NULL)
		size = fread(data, 1, (size_t)length, in);
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	struct inputs inputs = {NULL, 0};
	int failed = 0;

	for (int i = 1; i < argc; i++)
		inputs_list(&inputs, argv[i]);
	printf("1..%zu\n", inputs.count > 0 ? inputs.count : 1);
	if (inputs.count == 0) {
		printf("not ok 1 - a fuzz target without a corpus\n");
		return 1;
	}
	for (size_t i = 0; i < inputs.count; i++) {
		printf("# %s\n", inputs.paths[i]);
		fflush(stdout);
		int bad = input_run(inputs.paths[i]);

		printf("%sok %zu - %s\n", bad ? "not " : "", i + 1,
		       strrchr(inputs.paths[i], '/') + 1);
		failed |= bad;
		free(inputs.paths[i]);
	}
	free(inputs.paths);
	return failed;
}
